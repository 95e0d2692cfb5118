"""Rows as values."""

from collections.abc import Iterable

import msgspec

from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Budget, Outline, Share
from torgpred.campaigns.core.rules import RuleSet
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Budget as BudgetRow
from torgpred.campaigns.models import Campaign, CampaignShop


def outline_of(row: Campaign) -> Outline:
    """Return what a campaign's row says of it."""
    return msgspec.convert(row.outline, Outline, strict=False)


def budget_of(campaign_id: int) -> Budget | None:
    """Return a campaign's budget as the present scope sees it."""
    row = BudgetRow.objects.filter(campaign_id=campaign_id).first()
    return None if row is None else _budget(row)


def _budget(row: BudgetRow) -> Budget:
    shares = msgspec.convert(row.shares, tuple[Share, ...], strict=False)
    return Budget(row.total, row.currency, shares)


def shop_ids_of(campaign_id: int) -> tuple[int, ...]:
    """Return the shops of a campaign as the present scope sees them, in the order added."""
    rows = CampaignShop.objects.filter(campaign_id=campaign_id).order_by("id")
    return tuple(rows.values_list("shop_id", flat=True))


def campaign_card(row: Campaign) -> CampaignCard:
    """Return a campaign as a value, with what the present scope sees of it."""
    return _card(row, shop_ids_of(row.pk), budget_of(row.pk))


def campaign_cards(rows: Iterable[Campaign]) -> list[CampaignCard]:
    """Return campaigns as values, shops and budgets read for all of them at once."""
    found = list(rows)
    keys = [row.pk for row in found]
    shops: dict[int, list[int]] = {key: [] for key in keys}
    for one in CampaignShop.objects.filter(campaign_id__in=keys).order_by("id"):
        shops[one.campaign_id].append(one.shop_id)
    budgets = {one.campaign_id: _budget(one) for one in BudgetRow.objects.filter(
        campaign_id__in=keys)}  # fmt: skip
    return [_card(row, tuple(shops[row.pk]), budgets.get(row.pk)) for row in found]


def _card(row: Campaign, shop_ids: tuple[int, ...], budget: Budget | None) -> CampaignCard:
    return CampaignCard(
        id=row.pk,
        code=row.code,
        name=row.name,
        state=State(row.state),
        outline=outline_of(row),
        rules=msgspec.convert(row.rules.content, RuleSet, strict=False),
        rules_version=row.rules.version,
        shop_ids=shop_ids,
        budget=budget,
        moved_at=row.moved_at,
        reason=row.reason,
    )
