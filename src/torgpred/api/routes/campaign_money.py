"""A campaign's money and reports: the operator's, and a seller's own report."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from torgpred.accounts import selectors as accounts
from torgpred.api.entering import Entered
from torgpred.api.problems import UnfitError
from torgpred.api.registering import Section
from torgpred.api.shapes.campaign_money import (
    EntryShape,
    MoneyShape,
    NewSpendShape,
    OverviewShape,
    PooledShape,
    SellerReportShape,
)
from torgpred.api.shapes.values import Id
from torgpred.campaigns import selectors
from torgpred.campaigns.core.money.files import NewSpend
from torgpred.campaigns.core.money.overview import SellerRow
from torgpred.campaigns.core.money.results import SellerResult
from torgpred.campaigns.selectors import afterwards
from torgpred.campaigns.selectors import money as reads
from torgpred.campaigns.services import spending

READ, WRITE = "campaigns:read", "campaigns:write"

section = Section("Campaigns", operator_only=True)
own = Section("Campaigns")


@section.read("/campaigns/{campaign}/money", READ, MoneyShape)
def campaign_money(request: Entered, campaign: str) -> dict[str, object]:
    """Tell what each source cost and brought, by our orders or by the marketplace's report."""
    found = reads.money(selectors.campaign(campaign))
    told = msgspec.structs.asdict(found)
    codes = _codes()
    return told | {"sellers": [_named(one, codes) for one in found.sellers]}


@section.write("/campaigns/{campaign}/spend", WRITE, EntryShape, status=201)
def enter_spend(request: Entered, campaign: str, given: NewSpendShape) -> EntryShape:
    """Enter what was spent on a source; the same again is the same entry."""
    try:
        day = date.fromisoformat(given.day)
    except ValueError as error:
        raise UnfitError(first="body.given.day: it is no day") from error
    entry = NewSpend(
        given.source, day, Decimal(given.amount), given.currency, given.payers, given.document,
        given.note,
    )  # fmt: skip
    card = selectors.campaign(campaign)
    made = spending.spend(campaign_id=card.id, entry=entry, actor=request.caller.actor)
    return EntryShape(entry=made)


@section.write("/campaigns/{campaign}/spend/{entry}/undo", WRITE, EntryShape)
def undo_spend(request: Entered, campaign: str, entry: Id) -> EntryShape:
    """Undo an entry of spend by its opposite, whose number is told; both stay to be read."""
    card = selectors.campaign(campaign)
    made = spending.undo_spend(campaign_id=card.id, entry=entry, actor=request.caller.actor)
    return EntryShape(entry=made)


@section.read("/campaigns/{campaign}/report", READ, OverviewShape)
def campaign_report(request: Entered, campaign: str) -> dict[str, object]:
    """Tell what a campaign came to, all sellers. Before its end: so far."""
    found = afterwards.operator_report(selectors.campaign(campaign))
    codes = _codes()
    return msgspec.structs.asdict(found) | {"rows": [_named(one, codes) for one in found.rows]}


@section.read("/campaigns/{campaign}/report/marketplace", READ, PooledShape)
def marketplace_report(request: Entered, campaign: str) -> dict[str, object]:
    """Tell what may be shown to the marketplace: no sum rests on few sellers."""
    return msgspec.structs.asdict(afterwards.marketplace_report(selectors.campaign(campaign)))


@own.read("/sellers/{seller}/campaigns/{campaign}/report", READ, SellerReportShape)
def seller_report(request: Entered, seller: str, campaign: str) -> dict[str, object]:
    """Tell what a campaign came to for a seller: its own goods alone. Before its end: so far."""
    owner = request.caller.seller.id
    found = afterwards.seller_report(selectors.campaign(campaign, seller_id=owner), owner)
    sending = found.sending
    return msgspec.structs.asdict(found) | {
        "locks_kept": found.locks.kept,
        "locks_used": found.locks.used,
        "orders": sending.orders,
        "late": sending.late,
        "overdue": sending.overdue,
        "cancelled": sending.cancelled,
        "lessons": [one.as_dict() for one in found.lessons],
    }


def _codes() -> dict[int, str]:
    return {one.id: one.code for one in accounts.sellers()}


def _named(one: SellerResult | SellerRow, codes: Mapping[int, str]) -> dict[str, object]:
    return msgspec.structs.asdict(one) | {"seller": codes.get(one.seller_id, "")}
