"""Putting offers forward: set-wise, by names or by a filter; only what was judged a yes."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.consenting import OfferTerms, common_terms
from torgpred.campaigns.core.coupons import Giving
from torgpred.campaigns.core.errors import BadPriceError, NotNominatedError
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.judging.terms import percent_off
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import CampaignCard, Refusal, VerdictCard, Which
from torgpred.campaigns.models import Nomination, Verdict
from torgpred.campaigns.selectors.cards import campaign_card
from torgpred.campaigns.selectors.verdicts import narrowed, verdict_card
from torgpred.campaigns.services.judging import at_prices, giving_of, judge
from torgpred.campaigns.services.turns import campaign_row, expect_state, share_campaign
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.kernel.digests import canonical
from torgpred.kernel.money import CENT
from torgpred.listings.services.contexts import shop_policy
from torgpred.runtime.scope import operator_scope

_Place = tuple[int, int, str]
"""Seller, shop, key of the offer."""
_NOT_NOW = "offers are put forward while it is open"

# A nomination whose price, pieces and common terms are the same stays as it is, with the consent to
# it, though what is usual may have moved since; other terms void that consent.
_PUT_FORWARD: LiteralString = """
    INSERT INTO campaigns_nomination AS kept
        (seller_id, campaign_id, shop_id, offer_key, price, pieces, terms, terms_digest,
         proposed_by, proposed_at, dropped_by)
    SELECT given.seller, %(campaign)s, given.shop, given.key, given.price, given.pieces,
           given.terms, given.digest, %(actor)s, %(moment)s, ''
    FROM unnest(%(sellers)s::bigint[], %(shops)s::bigint[], %(keys)s::text[],
                %(prices)s::numeric[], %(pieces)s::int[], %(terms)s::jsonb[], %(digests)s::bytea[])
         AS given (seller, shop, key, price, pieces, terms, digest)
    ON CONFLICT (seller_id, campaign_id, shop_id, offer_key) DO UPDATE
    SET price = excluded.price, pieces = excluded.pieces, terms = excluded.terms,
        terms_digest = excluded.terms_digest, proposed_by = excluded.proposed_by,
        proposed_at = excluded.proposed_at, dropped_by = '', dropped_at = NULL
    WHERE kept.price <> excluded.price OR kept.pieces <> excluded.pieces
       OR kept.terms ->> 'common' <> excluded.terms ->> 'common'
       OR kept.terms ->> 'set_price' IS DISTINCT FROM excluded.terms ->> 'set_price'
       OR kept.dropped_at IS NOT NULL
"""


class Nominated(msgspec.Struct, frozen=True):
    """What a nomination did: offers put forward or given other terms, and what was refused."""

    nominated: int
    unchanged: int
    refused: tuple[Refusal, ...]


def nominate(
    *, campaign_id: int, which: Which, actor: str, most_pieces: int | None = None
) -> Nominated:
    """Put forward the offers that are meant and were judged a yes, after judging them anew.

    Of each offer all free pieces are to be kept, at most `most_pieces`; without it, one that is put
    forward already keeps its pieces. Offers that are named and
    may not take part are told with their reasons; a filter simply leaves them out. Naming an offer
    again proposes it on what are its terms now. Raises UnknownCampaignError, CampaignClosedError.
    """
    sellers = None if which.seller_id is None else [which.seller_id]
    judge(campaign_id=campaign_id, seller_ids=sellers)
    with operator_scope():
        share_campaign(campaign_id)
        card = _open(campaign_id)
        rows = Verdict.objects.filter(campaign_id=campaign_id)
        meant = msgspec.structs.replace(which, answer=None if which.offer_keys else Answer.YES)
        found = [verdict_card(one) for one in narrowed(rows, meant).order_by("id")]
        return _done(card, found, most_pieces, actor)


def renew(*, campaign_id: int, actor: str) -> Nominated:
    """Give all nominations the terms that hold now, after the campaign was changed.

    Each keeps its pieces, as far as they are there. Consents to other terms are void. What may no
    longer take part is told and stays as it is: it will not be enrolled. Raises as `nominate`.
    """
    judge(campaign_id=campaign_id)
    with operator_scope():
        share_campaign(campaign_id)
        card = _open(campaign_id)
        known = _known(campaign_id)
        keys = sorted({key for _, _, key in known})
        rows = Verdict.objects.filter(campaign_id=campaign_id, offer_key__in=keys).order_by("id")
        found = [one for one in map(verdict_card, rows) if _place(one) in known]
        return _done(card, found, None, actor)


def set_price(
    *,
    campaign_id: int,
    seller_id: int,
    shop_id: int,
    offer_key: str,
    price: Decimal | None,
    actor: str,
) -> Nominated:
    """Propose an offer at a lower price than the rules let pass; None: at the highest again.

    Never below what leaves the campaign's least margin and what the seller's own policy sets as
    its least: such a price is refused with its reasons, as is one the rules do not let pass. A
    consent to another price is void. Raises BadPriceError, UnknownCampaignError,
    CampaignClosedError; NotNominatedError where the offer is not put forward.
    """
    place = (seller_id, shop_id, offer_key)
    judge(campaign_id=campaign_id, seller_ids=[seller_id])
    with operator_scope():
        share_campaign(campaign_id)
        card = _open(campaign_id)
        rows = Verdict.objects.filter(
            campaign_id=campaign_id, seller_id=seller_id, shop_id=shop_id, offer_key=offer_key
        )
        found = [verdict_card(one) for one in rows]
        if place not in _known(campaign_id) or not found or found[0].price is None:
            raise NotNominatedError(
                offer=offer_key, message="It is not put forward.", mend="Put it forward first."
            )
        if price is not None:
            least = shop_policy(seller_id, shop_id).pricing.least_price or CENT
            if not (price.is_finite() and least <= price <= found[0].price):
                raise BadPriceError(
                    offer=offer_key, price=str(price), least=str(least),
                    highest=str(found[0].price),
                )  # fmt: skip
        return _done(card, found, None, actor, {place: price})


def drop(*, campaign_id: int, which: Which, actor: str) -> int:
    """Take nominations back; return how many. Raises UnknownCampaignError, CampaignClosedError."""
    with operator_scope():
        share_campaign(campaign_id)
        _open(campaign_id)
        rows = Nomination.objects.filter(campaign_id=campaign_id, dropped_at=None)
        if which.seller_id is not None:
            rows = rows.filter(seller_id=which.seller_id)
        if which.shop_id is not None:
            rows = rows.filter(shop_id=which.shop_id)
        if which.offer_keys:
            rows = rows.filter(offer_key__in=which.offer_keys)
        return rows.update(dropped_by=actor, dropped_at=now())


def _done(
    card: CampaignCard,
    found: Sequence[VerdictCard],
    most: int | None,
    actor: str,
    chosen: Mapping[_Place, Decimal | None] | None = None,
) -> Nominated:
    """Put forward what may take part, at prices that managers chose where they still may."""
    prices = {**_set_prices(card.id, found), **(chosen or {})}
    wanted = {place: price for place, price in prices.items() if price is not None}
    judged = _at_prices(card, found, wanted)
    fit = [one for one in judged if one.answer is Answer.YES and one.price is not None]
    changed = _put_forward(card, fit, most, actor, wanted)
    refused = tuple(
        Refusal(one.seller_id, one.shop_id, one.offer_key, one.reasons)
        for one in judged
        if one.answer is not Answer.YES
    )
    return Nominated(changed, len(fit) - changed, refused)


def _set_prices(campaign_id: int, found: Sequence[VerdictCard]) -> dict[_Place, Decimal]:
    """Return the prices that managers chose for offers that are put forward already."""
    rows = Nomination.objects.filter(
        campaign_id=campaign_id, dropped_at=None, terms__has_key="set_price"
    )
    here = {_place(one) for one in found}
    return {
        place: Decimal(str(price))
        for *names, price in rows.values_list(
            "seller_id", "shop_id", "offer_key", "terms__set_price"
        )
        if (place := (names[0], names[1], names[2])) in here
    }


def _at_prices(
    card: CampaignCard, found: Sequence[VerdictCard], wanted: Mapping[_Place, Decimal]
) -> list[VerdictCard]:
    """Return verdicts as they are at the prices that are wanted."""
    if not wanted:
        return list(found)
    at = at_prices(card.id, wanted)
    return [
        one
        if (then := at.get(_place(one))) is None
        else msgspec.structs.replace(
            one, answer=then.answer, price=then.price, keeps=then.keeps,
            usual_keeps=then.usual_keeps, margin=then.margin, reasons=then.reasons,
        )
        for one in found
    ]  # fmt: skip


def _known(campaign_id: int) -> dict[_Place, int]:
    """Return the pieces of every offer that is put forward, by seller, shop and key."""
    rows = Nomination.objects.filter(campaign_id=campaign_id, dropped_at=None)
    return {
        (seller_id, shop_id, key): pieces
        for seller_id, shop_id, key, pieces in rows.values_list(
            "seller_id", "shop_id", "offer_key", "pieces"
        )
    }


def _place(one: VerdictCard) -> _Place:
    return one.seller_id, one.shop_id, one.offer_key


def _open(campaign_id: int) -> CampaignCard:
    row = campaign_row(campaign_id)
    expect_state(row, State.OPEN, why=_NOT_NOW)
    return campaign_card(row)


def _put_forward(
    card: CampaignCard,
    fit: Sequence[VerdictCard],
    most: int | None,
    actor: str,
    wanted: Mapping[_Place, Decimal],
) -> int:
    """Write nominations; return how many are new or have other terms."""
    if not fit:
        return 0
    terms = list(_terms(card, fit, most, wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT_FORWARD,
            {
                "campaign": card.id,
                "actor": actor,
                "moment": now(),
                "sellers": [one.seller_id for one in fit],
                "shops": [one.shop_id for one in fit],
                "keys": [one.offer_key for one in fit],
                "prices": [one.price for one in fit],
                "pieces": [one.pieces for one in terms],
                "terms": [canonical(one).decode() for one in terms],
                "digests": [one.digest for one in terms],
            },
        )
        return int(cursor.rowcount)


def _terms(
    card: CampaignCard,
    fit: Iterable[VerdictCard],
    most: int | None,
    wanted: Mapping[_Place, Decimal],
) -> Iterable[OfferTerms]:
    giving = giving_of(card)
    known = _known(card.id)
    common = common_terms(card.outline, card.rules, giving)
    percent = percent_off(card.rules, card.outline)
    shops = {one: channels.shop(one) for one in card.shop_ids}
    for one in fit:
        if one.price is None:  # pragma: no cover - what is judged a yes has one
            continue
        shop = shops[one.shop_id]
        free = one.pieces or card.outline.least_pieces
        yield OfferTerms(
            campaign=card.code,
            name=card.name,
            sku=one.sku or one.offer_key,
            shop=shop.name,
            starts=card.outline.starts,
            ends=card.outline.ends,
            zone=card.outline.zone,
            currency=shop.currency,
            price=one.price,
            pieces=min(free, known.get(_place(one), free) if most is None else most),
            common=common,
            usual=one.usual,
            keeps=one.keeps,
            usual_keeps=one.usual_keeps,
            margin=one.margin,
            set_price=wanted.get(_place(one)),
            base=one.base,
            percent=percent,
            **_given(giving, one.price),
        )


def _given(giving: Giving, price: Decimal) -> dict[str, Decimal]:
    return {
        "buyer_pays": price - giving.alone(price),
        "given": giving.at_most(price),
        "borne": giving.borne_by_seller(price),
        "seller_percent": giving.seller_percent,
    }
