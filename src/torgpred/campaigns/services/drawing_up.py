"""Drawing a campaign up: making it, changing it, who pays, its coupons, ratings of its sellers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import available_timezones

import msgspec
from django.db import IntegrityError, transaction

from torgpred.accounts import services as accounts
from torgpred.campaigns.core.coupons import IRREVERSIBLE, irreversible_at
from torgpred.campaigns.core.errors import IrreversibleError, UnfitCampaignError
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Budget, Coupon, Outline
from torgpred.campaigns.core.publishing import budget_troubles
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Budget as BudgetRow
from torgpred.campaigns.models import Campaign, CampaignShop, Stars
from torgpred.campaigns.selectors.cards import campaign_card, outline_of, shop_ids_of
from torgpred.campaigns.services.nominating import renew
from torgpred.campaigns.services.rule_sets import rules_row, unfit_error
from torgpred.campaigns.services.turns import campaign_row, expect_state, lock_campaign
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.kernel.ids import random_code
from torgpred.runtime.scope import operator_scope

_TRIES: Final = 5


def draw_up(
    *,
    name: str,
    rules: str,
    outline: Outline,
    shop_ids: Sequence[int],
    actor: str,
    budget: Budget | None = None,
    rules_version: int | None = None,
) -> CampaignCard:
    """Draw a campaign up as a draft by the newest version of a rule set, or the one named.

    Raises UnfitCampaignError (no name, an unknown time zone, a window that ends before it starts,
    a budget that does not sum up), UnknownRulesError, UnknownShopError.
    """
    _check(outline, name)
    operator = accounts.ensure_operator().id
    moment = now()
    with operator_scope():
        version = rules_row(rules, rules_version)
        for left in range(_TRIES - 1, -1, -1):
            try:
                with transaction.atomic():
                    row = Campaign.objects.create(
                        tenant_id=operator,
                        code=random_code(),
                        name=name.strip(),
                        rules=version,
                        starts_at=outline.starts,
                        ends_at=outline.ends,
                        outline=msgspec.to_builtins(outline),
                        made_by=actor,
                        made_at=moment,
                        moved_at=moment,
                    )
                break
            except IntegrityError:  # the code is taken
                if not left:
                    raise
        _let_in(row, shop_ids)
        if budget is not None:
            _keep_budget(row, budget)
        return campaign_card(row)


def change(
    *,
    campaign_id: int,
    name: str | None = None,
    outline: Outline | None = None,
    shop_ids: Sequence[int] | None = None,
    rules: str | None = None,
    rules_version: int | None = None,
    actor: str,
) -> CampaignCard:
    """Change a draft or an open campaign; what is None stays. Audited.

    Of a campaign that is settled only its creatives change. Nominations of an open one are given
    the terms that hold from now on, which voids consents to others. Raises UnfitCampaignError,
    CampaignClosedError, IrreversibleError (a published coupon would be another), UnknownRulesError,
    UnknownShopError.
    """
    with operator_scope():
        lock_campaign(campaign_id)
        row = campaign_row(campaign_id)
        before = outline_of(row)
        wanted = outline or before
        terms_stay = msgspec.structs.replace(wanted, creatives=before.creatives) == before
        if not terms_stay or (shop_ids, rules, rules_version) != (None, None, None):
            expect_state(row, State.DRAFT, State.OPEN, why="its terms are settled")
        _check(wanted, name if name is not None else row.name)
        _keep_published(row, before.coupons, wanted.coupons)
        row.name = row.name if name is None else name.strip()
        row.starts_at, row.ends_at = wanted.starts, wanted.ends
        row.outline = msgspec.to_builtins(wanted)
        if rules is not None or rules_version is not None:
            row.rules = rules_row(rules or row.rules.code, rules_version)
        row.save()
        if shop_ids is not None:
            CampaignShop.objects.filter(campaign_id=row.pk).exclude(shop_id__in=shop_ids).delete()
            _let_in(row, shop_ids)
        card = campaign_card(row)
    return _renewed(card, actor)


def set_budget(*, campaign_id: int, budget: Budget, actor: str) -> CampaignCard:
    """Say what a campaign may give away and who pays. Audited. Renews and raises as `change`."""
    with operator_scope():
        lock_campaign(campaign_id)
        row = campaign_row(campaign_id)
        expect_state(row, State.DRAFT, State.OPEN, why="its terms are settled")
        _keep_budget(row, budget)
        card = campaign_card(row)
    return _renewed(card, actor)


def note_published(*, campaign_id: int, coupon: str, irreversible: bool) -> CampaignCard:
    """Note that a coupon is published on the marketplaces; from then on it may be past changing.

    `irreversible`: whoever publishes knows that there is no way back. Raises IrreversibleError
    without it where a shop's marketplace lets nobody edit it; UnfitCampaignError.
    """
    with operator_scope():
        lock_campaign(campaign_id)
        row = campaign_row(campaign_id)
        outline = outline_of(row)
        if coupon not in {one.code for one in outline.coupons}:
            raise UnfitCampaignError(
                place="coupon", message=f"There is none of the code {coupon!r}.", mend=""
            )
        final = irreversible_at(_families(row))
        if final and not irreversible:
            raise IrreversibleError(why=IRREVERSIBLE.at(coupon, ", ".join(final)).message)
        coupons = tuple(
            msgspec.structs.replace(one, published=True) if one.code == coupon else one
            for one in outline.coupons
        )
        row.outline = msgspec.to_builtins(msgspec.structs.replace(outline, coupons=coupons))
        row.save(update_fields=["outline"])
        return campaign_card(row)


def rate(
    *, seller_id: int, shop_id: int, stars: Mapping[str, Decimal], seen_on: date, actor: str
) -> None:
    """Enter ratings as the marketplace shows them: by product key, the seller's own under "".

    Raises UnfitCampaignError where one is not of 0 to 5 stars.
    """
    for key, value in stars.items():
        if not 0 <= value <= 5:
            raise UnfitCampaignError(
                place=key or "seller", message=f"{value} is no rating.", mend="Give 0 to 5 stars."
            )
    with operator_scope():
        Stars.objects.bulk_create(
            [
                Stars(
                    seller_id=seller_id,
                    shop_id=shop_id,
                    product_key=key,
                    stars=value,
                    seen_on=seen_on,
                    said_by=actor,
                )
                for key, value in stars.items()
            ],
            update_conflicts=True,
            unique_fields=["seller", "shop", "product_key"],
            update_fields=["stars", "seen_on", "said_by"],
        )


def _renewed(card: CampaignCard, actor: str) -> CampaignCard:
    """Give nominations new terms. Should it break off, the freeze leaves out what has old ones."""
    if card.state is State.OPEN:
        renew(campaign_id=card.id, actor=actor)
    return card


def _check(outline: Outline, name: str) -> None:
    wrong: tuple[str, str, str] | None = None
    if not name.strip():
        wrong = ("name", "A campaign needs a name.", "Give it one.")
    elif outline.zone not in available_timezones():
        wrong = ("time zone", f"{outline.zone!r} is none.", "Name one such as Europe/Moscow.")
    elif outline.ends <= outline.starts:
        wrong = ("window", "It ends before it starts.", "Let it end after its start.")
    elif len(outline.country) != 2 or not outline.country.isupper():
        wrong = ("country", f"{outline.country!r} is none.", "Give two letters, such as RU.")
    elif outline.least_pieces < 1:
        wrong = ("pieces", "Less than one piece takes no part.", "Give 1 or more.")
    if wrong is not None:
        raise UnfitCampaignError(place=wrong[0], message=wrong[1], mend=wrong[2])


def _keep_published(row: Campaign, before: Sequence[Coupon], after: Sequence[Coupon]) -> None:
    """Raise IrreversibleError where a published coupon that cannot be edited would be another."""
    kept = {one.code: one for one in after}
    final = irreversible_at(_families(row))
    for one in before:
        if one.published and final and kept.get(one.code) != one:
            raise IrreversibleError(why=IRREVERSIBLE.at(one.code, ", ".join(final)).message)


def _families(row: Campaign) -> list[str]:
    return [channels.shop(one).family for one in shop_ids_of(row.pk)]


def _let_in(row: Campaign, shop_ids: Sequence[int]) -> None:
    for shop_id in dict.fromkeys(shop_ids):
        channels.shop(shop_id)
        CampaignShop.objects.get_or_create(
            campaign_id=row.pk, shop_id=shop_id, defaults={"tenant_id": row.tenant_id}
        )


def _keep_budget(row: Campaign, budget: Budget) -> None:
    for finding in budget_troubles(budget):
        raise unfit_error(finding)
    values: dict[str, Any] = {
        "tenant_id": row.tenant_id,
        "total": budget.total,
        "currency": budget.currency,
        "shares": msgspec.to_builtins(budget.shares),
    }
    BudgetRow.objects.update_or_create(campaign_id=row.pk, defaults=values)
