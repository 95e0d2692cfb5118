"""What is left of a campaign's price, and which line of the waterfall takes most."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from torgpred.campaigns.core.coupons import Giving
from torgpred.kernel.money import CENT
from torgpred.listings.core.pricing import HUNDRED, Costs, Line, Pricer

SHARE_LABEL: Final = "Seller's share of the coupon"
_TENTH: Final = Decimal("0.1")
_DOUBLED: Final = 20
"""How often a price is doubled in search of one that leaves enough: to a million times."""
COST_LABEL: Final = "Cost"
_FIRST: Final = frozenset({COST_LABEL, "Tax got back", "Left over the cost", "Left for the seller"})


class Left(NamedTuple):
    """What a seller keeps at a price, its share of coupons taken off, and over the net cost.

    `margin` is in percent of the net cost, cut to a tenth; None where the cost is unknown.
    """

    keeps: Decimal
    margin: Decimal | None


def left_at(pricer: Pricer, costs: Costs, price: Decimal, borne: Decimal) -> Left | None:
    """Return what is left of a price; None where delivery is unknown."""
    if costs.delivery is None:
        return None
    keeps = pricer.keeps_at(costs.delivery, price) - borne
    if costs.cost is None:
        return Left(keeps, None)
    net = pricer.net_cost(costs.cost)
    margin = ((keeps - net) * HUNDRED / net).quantize(_TENTH, ROUND_FLOOR) if net else None
    return Left(keeps, margin)


def least_above(
    pricer: Pricer, giving: Giving, delivery: Decimal, wanted: Decimal, price: Decimal
) -> Decimal | None:
    """Return the least price above a refused one of which enough is kept, None where none is.

    What the seller bears of coupons is taken off before: from the told price on `wanted` is left.
    A coupon takes off ever less of each unit of the price (an amount, a percent up to a most), so
    what is kept, once enough, stays so, and halving finds where that begins.
    """

    def enough(at: Decimal) -> bool:
        return pricer.keeps_at(delivery, at) - giving.borne_by_seller(at) >= wanted

    def with_share_of(at: Decimal) -> Decimal | None:
        return pricer.least_keeping(delivery, wanted + giving.borne_by_seller(at))

    low = with_share_of(price)
    if low is None:
        return None
    low = max(low, pricer.rounded_up(price + CENT))
    if enough(low):
        return low
    high = None
    for doubled in range(1, _DOUBLED + 1):
        reach = low * 2**doubled
        found = with_share_of(reach)
        if found is not None and found <= reach:
            high = found  # with the share of a dearer one it is left, so with its own as well
            break
    if high is None:
        return None
    while high - low > CENT:
        middle = ((low + high) / 2).quantize(CENT)
        low, high = (low, middle) if enough(middle) else (middle, high)
    high = pricer.rounded_up(high)
    while not enough(high):  # shares are rounded to cents: a step more may be needed
        high = pricer.rounded_up(high + CENT)
    return high


def lines_at(pricer: Pricer, costs: Costs, price: Decimal, borne: Decimal) -> tuple[Line, ...]:
    """Return the waterfall's lines at a price, the seller's share of coupons at the end.

    Empty where delivery is unknown. The lines sum up to the price: the share comes out of what is
    left over the cost.
    """
    fall = pricer.at(costs, price)
    if fall is None:
        return ()
    if not borne:
        return fall.lines
    lines = [
        Line(one.label, one.amount - borne, one.note) if one.label.startswith("Left") else one
        for one in fall.lines
    ]
    return (*lines, Line(SHARE_LABEL, borne))


def largest_off(lines: Sequence[Line]) -> Line | None:
    """Return the line that takes most away from the price; None where nothing does.

    No line alone makes it too little: all of them do together. So what is told is the largest.
    """
    away = [one for one in lines if one.label not in _FIRST and one.amount > 0]
    return max(away, key=lambda one: one.amount, default=None)
