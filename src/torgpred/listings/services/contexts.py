"""What desired states depend on beside the offers, gathered from all areas into one context."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from torgpred.accounts import selectors as accounts
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import MarketCategory
from torgpred.kernel.clock import now
from torgpred.kernel.digests import combine, digest_of
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.money import Rates, UnknownRateError
from torgpred.listings import models, selectors
from torgpred.listings.core.attributes import AttributeMatcher
from torgpred.listings.core.context import Context, ShopSettings
from torgpred.listings.core.facts import Facts
from torgpred.listings.core.names import folded
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.question import joint_prefix
from torgpred.listings.services import decisions, duties, references, statements
from torgpred.runtime import files
from torgpred.runtime.scope import operator_scope, scope


class RulesNotLearntError(TorgpredError):
    """The marketplace's categories were never read."""

    code = "listings.rules_not_learnt"
    template = "The rules of {family} are not known yet. Learn them: torgpred shop test {shop}"


class Surroundings:
    """One seller in one shop: the context, and digests that say when it changed."""

    def __init__(
        self,
        *,
        seller_id: int,
        shop_id: int,
        context: Context,
        as_of: datetime,
        rates: bytes,
        pictures: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.seller_id = seller_id
        self.shop_id = shop_id
        self.context = context
        self.as_of = as_of
        """The moment whose prices the context holds."""
        self.pictures = pictures
        """Addresses of pictures kept here, by offer key."""
        self._rates = rates

    def place_digest(self, category_key: str) -> bytes:
        """Return 16 bytes over all that offers of one category depend on beside themselves."""
        return combine([self.context.digest(category_key), self._rates])

    def fact_digests(self) -> dict[str, bytes]:
        """Return a digest of what is known of single offers beside the feed, by offer key."""
        stated, names = self.context.facts.by_offer, self.context.names.others
        papers, references = self.context.eligibility, self.context.references
        timed = self.context.timed
        keys = stated.keys() | self.pictures.keys() | names.keys() | papers.by_offer.keys()
        return {
            key: combine(
                [
                    digest_of([stated.get(key), self.pictures.get(key), names.get(key)]),
                    papers.digest(key),
                    references.digest(key),
                    *([timed.digest(key)] if key in timed.by_offer else []),
                ]
            )
            for key in keys | references.by_offer.keys() | timed.by_offer.keys()
        }

    def completed(self, offer: Offer) -> Offer:
        """Return the offer with the pictures kept for it, where its feed gives none."""
        kept = None if offer.pictures else self.pictures.get(offer.key)
        return offer if kept is None else msgspec.structs.replace(offer, pictures=kept)


def gather(*, seller_id: int, shop_id: int, as_of: datetime | None = None) -> Surroundings:
    """Gather what the desired states of one seller in one shop depend on, as of a moment.

    Without `as_of` that is now. It decides which prices for a time are in force, which papers
    hold and which references are old; all else is as it stands now. Raises RulesNotLearntError.
    """
    shop = channels.shop(shop_id)
    rules = channel_services.family_of(shop_id).rules
    market = channels.market_categories(shop.family)
    if not market:
        raise RulesNotLearntError(family=shop.family, shop=shop_id)
    policy = shop_policy(seller_id, shop_id)
    moment = as_of or now()
    today = moment.date()
    chosen = {
        key: card.market_category
        for key, card in decisions.mappings(seller_id, shop.family).items()
    }
    rates = decisions.rates()
    told = statements.facts(seller_id)
    foreign = sorted((_currencies(seller_id) | _stated_currencies(told, rates)) - {rules.currency})
    said = [(currency, _told(rates, currency, rules.currency)) for currency in foreign]
    context = Context(
        settings=_settings(seller_id, policy, joint=shop.joint),
        rules=rules,
        policy=policy.pricing,
        rates=rates,
        categories=catalogue.categories(seller_id),
        mappings=chosen,
        matchers=_matchers(seller_id, shop.family, market, set(chosen.values())),
        facts=told,
        brands=_brands(shop_id),
        templates=frozenset(one.id for one in channels.delivery_templates(shop_id)),
        names=_names_before_us(seller_id, shop_id),
        eligibility=duties.eligibility_of(
            seller_id=seller_id, family=shop.family, day=today, market=market
        ),
        references=references.references_of(
            seller_id=seller_id,
            family=shop.family,
            policy=policy,
            day=today,
            rates=rates,
            currency=rules.currency,
        ),
        timed=selectors.timed_at(seller_id, shop_id, moment),
    )
    return Surroundings(
        seller_id=seller_id,
        shop_id=shop_id,
        context=context,
        as_of=moment,
        rates=digest_of(said),
        pictures=_kept_pictures(seller_id),
    )


def _settings(seller_id: int, policy: ShopPolicy, *, joint: bool) -> ShopSettings:
    own = joint_prefix(seller_id) if joint else f"{accounts.tenant_by_id(seller_id).code.lower()}-"
    return ShopSettings(
        external_prefix=own,
        sku_prefix=own if joint else "",
        language=policy.language,
        delivery_template_id=policy.delivery_template_id,
        lead_time_days=policy.lead_time_days,
        unit=policy.unit,
    )


def shop_policy(seller_id: int, shop_id: int) -> ShopPolicy:
    """Return how a seller sells in a shop; the empty policy where nothing was chosen yet."""
    with scope(seller_id):
        row = models.Policy.objects.filter(seller_id=seller_id, shop_id=shop_id).first()
    return ShopPolicy() if row is None else msgspec.convert(row.content, ShopPolicy, strict=False)


def policies_in(shop_id: int) -> dict[int, ShopPolicy]:
    """Return how each seller sells in a shop, by seller; who chose nothing is left out."""
    with operator_scope():
        rows = list(models.Policy.objects.filter(shop_id=shop_id))
    return {row.seller_id: msgspec.convert(row.content, ShopPolicy, strict=False) for row in rows}


def set_policy(*, seller_id: int, shop_id: int, policy: ShopPolicy, actor: str) -> None:
    """Choose how a seller sells in a shop. Audited; the next plan shows what it changes."""
    content: dict[str, Any] = msgspec.to_builtins(policy)
    with scope(seller_id):
        models.Policy.objects.update_or_create(
            seller_id=seller_id,
            shop_id=shop_id,
            defaults={"content": content, "changed_by": actor},
        )


def names_before_us(shop_id: int) -> dict[str, tuple[int, str]]:
    """Return SKUs that a shop called otherwise before us: SKU -> (seller, key of the offer)."""
    with operator_scope():
        rows = models.Listing.objects.filter(
            product__shop_id=shop_id, product__gone_at=None
        ).exclude(offer_key="")
        return {
            sku: (seller_id, key)
            for sku, seller_id, key in rows.values_list("sku", "seller_id", "offer_key")
        }


def _brands(shop_id: int) -> frozenset[str] | None:
    """Return the brands a shop may use as they are compared, None while nothing is known of it."""
    named = channels.usable_brands(shop_id)
    return None if named is None else frozenset(map(folded, named))


def _names_before_us(seller_id: int, shop_id: int) -> dict[str, str]:
    """Return the SKUs of adopted listings that the shop calls otherwise than we would."""
    with scope(seller_id):
        rows = models.Listing.objects.filter(
            seller_id=seller_id, product__shop_id=shop_id, product__gone_at=None
        ).exclude(offer_key="")
        return dict(rows.values_list("offer_key", "sku"))


def _kept_pictures(seller_id: int) -> dict[str, tuple[str, ...]]:
    """Return addresses of the pictures kept here, by offer key; none without a public address."""
    found: dict[str, list[str]] = {}
    for card in catalogue.pictures(seller_id):
        name = card.reference.rpartition("/")[2]
        address = files.public_address(card.file, name) if card.key and card.file else None
        if address is not None:
            found.setdefault(card.key, []).append(address)
    return {key: tuple(addresses) for key, addresses in found.items()}


def _matchers(
    seller_id: int, family: str, market: Mapping[str, MarketCategory], wanted: set[str]
) -> dict[str, AttributeMatcher]:
    with scope(seller_id):
        rows = list(
            models.AttributeMapping.objects.filter(
                seller_id=seller_id, family=family, market_category__in=wanted
            )
        )
    made = {}
    for category_id in wanted & market.keys():
        own = [row for row in rows if row.market_category == category_id]
        made[category_id] = AttributeMatcher(
            market[category_id],
            dictionaries={
                attribute: pairs
                for (_, attribute), pairs in channels.dictionaries(family, [category_id]).items()
            },
            names={row.param: row.attribute for row in own if not row.value},
            values={(row.attribute, row.value): row.value_id for row in own if row.value},
        )
    return made


def _stated_currencies(told: Facts, rates: Rates) -> set[str]:
    """Return the currencies that statements bring in; all known ones where one leaves it open."""
    found: set[str] = set()
    for facts in (told.everything, *told.by_category.values(), *told.by_offer.values()):
        asked = [one for one in (facts.price, facts.cost) if one is not None]
        found |= {one.currency for one in asked} | {facts.currency}
    if any(one.price or one.cost for one in told.by_offer.values()):
        found |= rates.currencies()
    return found - {""}


def _told(rates: Rates, currency: str, target: str) -> str:
    try:
        return str(rates.rate(currency, target))
    except UnknownRateError:
        return ""


def _currencies(seller_id: int) -> set[str]:
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT currency FROM catalogue_price"
            " WHERE seller_id = %s AND valid_to IS NULL AND currency <> ''",
            [seller_id],
        )
        return {row[0] for row in cursor.fetchall()}
