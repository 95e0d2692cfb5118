"""What each source brought and cost: our orders, the marketplace's report, never mixed.

An order counts for a source only where its mark says so. Where none of a source's orders is
marked, the marketplace's report is the figure; which of the two a cost per order rests on is told
beside it, and where both are there, their difference.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from torgpred.campaigns.core.money.sources import Source
from torgpred.campaigns.core.outline import SELLER, Share
from torgpred.kernel.money import CENT

ZERO: Final = Decimal(0)
_Key = TypeVar("_Key", bound=Hashable)
ByCurrency = dict[str, Decimal]


class Basis(StrEnum):
    """What a source's orders are counted by."""

    OURS = "ours"  # our orders that carry its mark
    REPORT = "report"  # the marketplace's report
    NOTHING = "nothing"  # neither is there


class Spent(msgspec.Struct, frozen=True):
    """An entry of spend; one that undoes another has its amount below 0."""

    id: int
    source_id: int
    day: date
    amount: Decimal
    currency: str
    shares: tuple[Share, ...]
    document: str
    note: str
    entered_by: str
    undoes: int | None = None
    undone: bool = False

    def parts(self) -> dict[str, Decimal]:
        """Return what each payer bears; the sum is the amount exactly, its rest at the last."""
        return split(self.amount, {one.payer: one.percent for one in self.shares})


class SellerPart(msgspec.Struct, frozen=True):
    """What one seller sold of the campaign's goods through one source, in one currency."""

    seller_id: int
    orders: int
    first: int
    """Those of its orders that count here for the whole: one of several sellers counts once."""
    pieces: int
    amount: Decimal
    currency: str
    source_id: int | None = None


class Told(msgspec.Struct, frozen=True):
    """What reports tell of a source, by seller; None as the seller: of no named SKU."""

    source_id: int
    seller_id: int | None
    views: int | None
    clicks: int | None
    orders: int | None
    revenue: Decimal | None
    currency: str


class Counted(msgspec.Struct, frozen=True):
    """Orders and their revenue by currency."""

    orders: int
    revenue: ByCurrency


class SourceResult(msgspec.Struct, frozen=True):
    """One source: what it cost, and what it brought by each count that there is.

    `cost_per_order` is by currency of the spend, of the count that `basis` names. Differences are
    the report less ours, where both are there.
    """

    source: Source
    spend: ByCurrency
    by_payer: dict[str, ByCurrency]
    ours: Counted | None
    told: Counted | None
    views: int | None
    clicks: int | None
    basis: Basis
    cost_per_order: ByCurrency
    difference_orders: int | None
    difference_revenue: ByCurrency | None


class SellerResult(msgspec.Struct, frozen=True):
    """One seller: its part of the campaign's orders, and of what was spent, also by payer.

    `own_spend` is what it bears itself, `given` what others bear for its goods, together `spend`.
    """

    seller_id: int
    orders: int
    pieces: int
    revenue: ByCurrency
    spend: ByCurrency
    own_spend: ByCurrency
    given: ByCurrency
    by_payer: dict[str, ByCurrency]
    cost_per_order: ByCurrency


class Results(msgspec.Struct, frozen=True):
    """A campaign's traffic and money. `unmarked`: our orders that no mark was seen on.

    `unshared` is spend that nobody's sales could be found for: it stays with the whole.
    """

    sources: tuple[SourceResult, ...]
    sellers: tuple[SellerResult, ...]
    orders: Counted
    unmarked: Counted
    spend: ByCurrency
    unshared: ByCurrency
    cost_per_order: ByCurrency


def split(amount: Decimal, weights: Mapping[_Key, Decimal]) -> dict[_Key, Decimal]:
    """Split an amount by weights to the cent; the parts add up to it exactly.

    Each part is cut to the cent, and the cents left over go to those that lost the most by it;
    among equals to the earlier. Weights are 0 or more; where none is above 0, nothing is split.
    """
    total = sum(weights.values(), ZERO)
    if total <= 0:
        return {}
    exact = {key: abs(amount) * weight / total for key, weight in weights.items()}
    found = {key: part.quantize(CENT, ROUND_FLOOR) for key, part in exact.items()}
    left = int((abs(amount) - sum(found.values(), ZERO)) / CENT)
    losers = sorted(found, key=lambda key: found[key] - exact[key])
    for key in losers[:left]:
        found[key] += CENT
    return {key: part if amount >= 0 else -part for key, part in found.items()}


def add(sums: ByCurrency, currency: str, amount: Decimal) -> None:
    """Add an amount to sums by currency."""
    sums[currency] = sums.get(currency, ZERO) + amount


def per_order(sums: ByCurrency, orders: int | None) -> ByCurrency:
    """Return what one order cost, to the cent; empty where there is none."""
    if not orders:
        return {}
    return {
        currency: (amount / orders).quantize(CENT, ROUND_HALF_UP)
        for currency, amount in sums.items()
    }


def results(
    sources: Sequence[Source],
    spent: Sequence[Spent],
    parts: Sequence[SellerPart],
    told: Sequence[Told],
) -> Results:
    """Work out what sources brought and cost, by source and by seller.

    An order of several sellers counts once for its source and once for each seller.
    """
    spend: ByCurrency = {}
    for entry in spent:
        add(spend, entry.currency, entry.amount)
    found, unshared = _sellers(spent, parts, told)
    whole = counted(parts)
    return Results(
        sources=tuple(_source(one, spent, parts, told) for one in sources),
        sellers=found,
        orders=whole,
        unmarked=counted([one for one in parts if one.source_id is None]),
        spend=spend,
        unshared=unshared,
        cost_per_order=per_order(spend, whole.orders),
    )


def counted(parts: Iterable[SellerPart]) -> Counted:
    """Count orders, each once over all sellers, and add up their revenue."""
    orders = 0
    revenue: ByCurrency = {}
    for one in parts:
        orders += one.first
        add(revenue, one.currency, one.amount)
    return Counted(orders, revenue)


def _source(
    source: Source, spent: Iterable[Spent], parts: Iterable[SellerPart], told: Iterable[Told]
) -> SourceResult:
    spend: ByCurrency = {}
    by_payer: dict[str, ByCurrency] = {}
    for entry in spent:
        if entry.source_id != source.id:
            continue
        add(spend, entry.currency, entry.amount)
        for payer, part in entry.parts().items():
            add(by_payer.setdefault(payer, {}), entry.currency, part)
    mine = [one for one in parts if one.source_id == source.id]
    ours = counted(mine) if mine else None
    lines = [one for one in told if one.source_id == source.id]
    report = _told(lines)
    basis = Basis.OURS if ours else Basis.REPORT if report else Basis.NOTHING
    used = ours or report
    both = ours is not None and report is not None
    return SourceResult(
        source=source,
        spend=spend,
        by_payer=by_payer,
        ours=ours,
        told=report,
        views=_sum(one.views for one in lines),
        clicks=_sum(one.clicks for one in lines),
        basis=basis,
        cost_per_order=per_order(spend, used.orders if used else None),
        difference_orders=report.orders - ours.orders if both and ours and report else None,
        difference_revenue=_less(report.revenue, ours.revenue) if ours and report else None,
    )


def _told(lines: Sequence[Told]) -> Counted | None:
    """Return what a report tells of orders; None where it tells of none at all."""
    if all(one.orders is None for one in lines):
        return None
    revenue: ByCurrency = {}
    for one in lines:
        if one.revenue is not None:
            add(revenue, one.currency, one.revenue)
    return Counted(sum(one.orders or 0 for one in lines), revenue)


def _sum(given: Iterable[int | None]) -> int | None:
    known = [one for one in given if one is not None]
    return sum(known) if known else None


def _less(one: ByCurrency, other: ByCurrency) -> ByCurrency:
    return {key: one.get(key, ZERO) - other.get(key, ZERO) for key in sorted({*one, *other})}


def _sellers(
    spent: Sequence[Spent], parts: Sequence[SellerPart], told: Sequence[Told]
) -> tuple[tuple[SellerResult, ...], ByCurrency]:
    """Share out what was spent by what each source sold of each seller's goods."""
    borne: dict[int, dict[str, ByCurrency]] = {}
    unshared: ByCurrency = {}
    for entry in spent:
        weights = _weights(entry.source_id, parts, told)
        for payer, amount in entry.parts().items():
            shared = split(amount, weights)
            if not shared:
                add(unshared, entry.currency, amount)
            for seller, part in shared.items():
                mine = borne.setdefault(seller, {}).setdefault(payer, {})
                add(mine, entry.currency, part)
    sellers = sorted({*(one.seller_id for one in parts), *borne})
    return tuple(_seller(one, parts, borne.get(one, {})) for one in sellers), unshared


def _seller(
    seller: int, parts: Iterable[SellerPart], by_payer: dict[str, ByCurrency]
) -> SellerResult:
    mine = [one for one in parts if one.seller_id == seller]
    orders = sum(one.orders for one in mine)
    spend: ByCurrency = {}
    given: ByCurrency = {}
    for payer, sums in by_payer.items():
        for currency, amount in sums.items():
            add(spend, currency, amount)
            if payer != SELLER:
                add(given, currency, amount)
    return SellerResult(
        seller_id=seller,
        orders=orders,
        pieces=sum(one.pieces for one in mine),
        revenue=counted(mine).revenue,
        spend=spend,
        own_spend=dict(by_payer.get(SELLER, {})),
        given=given,
        by_payer=by_payer,
        cost_per_order=per_order(spend, orders),
    )


def _weights(
    source_id: int, parts: Sequence[SellerPart], told: Sequence[Told]
) -> dict[int, Decimal]:
    """Return by what a source's spend is shared: its marked orders, else its report, else all."""
    marked = _by_seller(one for one in parts if one.source_id == source_id)
    if marked:
        return marked
    reported: dict[int, Decimal] = {}
    for one in told:
        if one.source_id == source_id and one.seller_id is not None and one.orders:
            reported[one.seller_id] = reported.get(one.seller_id, ZERO) + one.orders
    return reported or _by_seller(parts)


def _by_seller(parts: Iterable[SellerPart]) -> dict[int, Decimal]:
    """Return each seller's revenue; its pieces where revenue is in several currencies."""
    chosen = list(parts)
    one_currency = len({one.currency for one in chosen}) == 1
    found: dict[int, Decimal] = {}
    for one in chosen:
        weight = one.amount if one_currency else Decimal(one.pieces)
        found[one.seller_id] = found.get(one.seller_id, ZERO) + weight
    return {seller: weight for seller, weight in sorted(found.items()) if weight > 0}
