"""What is told to the operator after a campaign: all sellers, what was spent, what is left to it.

    the operator's margin = its fee from sellers' orders - its own share of the campaign's spend

Rows add up to the whole, but for spend that nobody's sales could be found for, which stands apart.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.campaigns.core.money.afterwards import SellerReport
from torgpred.campaigns.core.money.results import ByCurrency, Results, SellerResult, Spent, add

OPERATOR: Final = "operator"
"""The payer whose share the integrator bears."""


class SellerRow(msgspec.Struct, frozen=True):
    """One seller, as the operator sees it; money by currency."""

    seller_id: int
    orders: int
    pieces: int
    revenue: ByCurrency
    kept: ByCurrency
    fee: ByCurrency
    spend: ByCurrency
    operator_spend: ByCurrency
    margin: ByCurrency
    cost_per_order: ByCurrency
    unknown_orders: int
    returned: int
    late: int
    unused: int
    early: int
    """Kept pieces that went to orders from before the start."""
    lessons: int


class Overview(msgspec.Struct, frozen=True):
    """The operator's report. `orders` counts an order of several sellers once; rows do not."""

    over: bool
    rows: tuple[SellerRow, ...]
    orders: int
    pieces: int
    revenue: ByCurrency
    kept: ByCurrency
    fee: ByCurrency
    spend: ByCurrency
    unshared: ByCurrency
    operator_spend: ByCurrency
    margin: ByCurrency
    cost_per_order: ByCurrency
    results: Results


def overview(found: Results, spent: Sequence[Spent], reports: Sequence[SellerReport]) -> Overview:
    """Put the sellers' reports and the campaign's spend together."""
    parts = {one.seller_id: one for one in found.sellers}
    rows = tuple(_row(one, parts.get(one.seller_id)) for one in reports)
    operator: ByCurrency = {}
    for entry in spent:
        amount = entry.parts().get(OPERATOR)
        if amount is not None:
            add(operator, entry.currency, amount)
    fee = _sum(one.fee for one in rows)
    return Overview(
        over=all(one.over for one in reports),
        rows=rows,
        orders=found.orders.orders,
        pieces=sum(one.pieces for one in rows),
        revenue=found.orders.revenue,
        kept=_sum(one.kept for one in rows),
        fee=fee,
        spend=found.spend,
        unshared=found.unshared,
        operator_spend=operator,
        margin=less(fee, operator),
        cost_per_order=found.cost_per_order,
        results=found,
    )


def _row(report: SellerReport, part: SellerResult | None) -> SellerRow:
    fee = {one.currency: one.fee for one in report.money}
    operator = {} if part is None else dict(part.by_payer.get(OPERATOR, {}))
    return SellerRow(
        seller_id=report.seller_id,
        orders=0 if part is None else part.orders,
        pieces=sum(one.pieces for one in report.money),
        revenue={one.currency: one.revenue for one in report.money},
        kept={one.currency: one.kept for one in report.money},
        fee=fee,
        spend={} if part is None else part.spend,
        operator_spend=operator,
        margin=less(fee, operator),
        cost_per_order={} if part is None else part.cost_per_order,
        unknown_orders=sum(one.unknown_orders for one in report.money),
        returned=sum(one.returned for one in report.money),
        late=report.sending.late,
        unused=report.locks.unused,
        early=report.locks.early,
        lessons=len(report.lessons),
    )


def less(one: ByCurrency, other: ByCurrency) -> ByCurrency:
    """Take sums by currency off others; what is in one alone counts with 0 for the other."""
    zero = Decimal(0)
    return {key: one.get(key, zero) - other.get(key, zero) for key in sorted({*one, *other})}


def _sum(given: Iterable[ByCurrency]) -> ByCurrency:
    found: ByCurrency = {}
    for one in given:
        for currency, amount in one.items():
            add(found, currency, amount)
    return found
