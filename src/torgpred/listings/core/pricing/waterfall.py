"""A price line by line: what it is made of, and how numbers in it are rounded and written."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import msgspec

from torgpred.kernel.money import CENT
from torgpred.listings.core.pricing.policy import ZERO
from torgpred.listings.core.remarks import Remark


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of a waterfall, in the shop's currency."""

    label: str
    amount: Decimal
    note: str = ""


class Waterfall(msgspec.Struct, frozen=True):
    """What a price is made of: the lines sum up to `price`; `keeps` is what the seller gets.

    With holds there is no price and no line. `listed` is the crossed-out price beside a discount.
    """

    currency: str
    lines: tuple[Line, ...] = ()
    price: Decimal | None = None
    keeps: Decimal | None = None
    listed: Decimal | None = None
    holds: tuple[Remark, ...] = ()

    def printed(self) -> str:
        """Return the lines as text, one a line, with the sum at the end."""
        if self.price is None:
            return "\n".join(said.finding.message for said in self.holds)
        rows = [*self.lines, Line("Price on the shelf", self.price, self.currency)]
        rows.append(Line("You keep", self.keeps or ZERO, self.currency))
        width = max(len(line.label) for line in rows)
        return "\n".join(
            f"{line.label:<{width}} {line.amount:>14,.2f}  {line.note}".rstrip() for line in rows
        )


class Costs(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an offer costs its seller whatever its price, in the shop's currency, to the cent.

    Parts that are not known are None: the cost was not told, a rate, the weight or a step of the
    tariff is missing. `cost` contains the tax that is got back on the route.
    """

    cost: Decimal | None
    delivery: Decimal | None


def rounded_up(amount: Decimal, step: Decimal, ending: Decimal) -> Decimal:
    """Return the least k x step + ending (k = 0, 1 ...) that is not below the amount."""
    count = ((amount - ending) / step).to_integral_value(ROUND_CEILING)
    return (max(count, ZERO) * step + ending).quantize(CENT)


def rounded_down(amount: Decimal, step: Decimal, ending: Decimal) -> Decimal:
    """Return the greatest k x step + ending (k = 0, 1 ...) that is not above the amount.

    Where even the ending is above it, the amount itself is cut to the cent.
    """
    count = ((amount - ending) / step).to_integral_value(ROUND_FLOOR)
    if count < 0:
        return amount.quantize(CENT, ROUND_FLOOR)
    return (count * step + ending).quantize(CENT, ROUND_FLOOR)


def cents(amount: Decimal) -> Decimal:
    """Return an amount rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """Return a number without needless zeros and exponents."""
    return f"{number.normalize():f}"
