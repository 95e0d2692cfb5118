"""What coupons give away of a price, and what may not be published."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

from torgpred.campaigns.core.outline import Coupon, Outline, PhaseKind
from torgpred.kernel.findings import Finding
from torgpred.kernel.money import CENT
from torgpred.listings.core.remarks import advice, hold, note

HUNDRED: Final = Decimal(100)
ZERO: Final = Decimal(0)
NEARLY_FREE: Final = Decimal(90)
"""Percent off from which goods are as good as given away."""
MUCH: Final = Decimal(50)
_IRREVERSIBLE: Final = ("aliexpress",)
"""Beginnings of families whose published coupons could not be edited (mysku.me)."""

SWAPPED = hold(
    "coupon.swapped",
    "{amount} off from {value} on: amount and threshold seem to be swapped.",
    "{value} off from {amount} on was meant? Put them the other way round.",
)
WHOLE_PRICE = hold(
    "coupon.whole_price",
    "{amount} off from {value} on makes goods of that price nearly free.",
    "Raise the threshold, or lower the amount.",
)
MUCH_OFF = advice(
    "coupon.much",
    "{amount} off from {value} on takes {percent} % off goods of that price.",
    "Make sure that this is meant.",
)
PERCENT_TOO_HIGH = hold(
    "coupon.percent_too_high",
    "{value} % off leaves nothing, or nearly nothing, to pay.",
    "A percent lies between 0 and {most}.",
)
ONE_OF_BOTH = hold(
    "coupon.one_of_both",
    "It has to take off an amount or a percent, one of them, above 0.",
    "Give one of the two.",
)
NO_THRESHOLD = hold(
    "coupon.no_threshold",
    "An amount off without a threshold makes cheap goods free.",
    "Say from what sum on it holds.",
)
OUTSIDE = hold(
    "coupon.outside",
    "It holds from {starts} to {value}, outside the presale and the sale.",
    "Keep it within {least} to {most}.",
)
TWICE = hold(
    "coupon.twice",
    "There are two coupons of this code.",
    "Give one of them another code.",
)
IRREVERSIBLE = note(
    "coupon.irreversible",
    "Once published on {value}, a coupon cannot be edited or taken back.",
    "Look at amount, threshold and window once more before publishing.",
)


class Giving(msgspec.Struct, frozen=True):
    """What buyers are given beside the price, and how many percent of it the seller bears."""

    coupons: tuple[Coupon, ...] = ()
    seller_percent: Decimal = ZERO

    def at_most(self, price: Decimal) -> Decimal:
        """Return the most that coupons take off one piece of a price, to the cent.

        Where one piece does not reach a threshold, it is bought with others that make it up, and
        bears its part. Of coupons that exclude one another the dearest is taken.
        """
        return self._taken(price, alone=False)

    def alone(self, price: Decimal) -> Decimal:
        """Return what coupons take off one piece that is bought alone."""
        return self._taken(price, alone=True)

    def borne_by_seller(self, price: Decimal) -> Decimal:
        """Return the most that the seller bears of it, for one piece."""
        if not self.coupons or not self.seller_percent:
            return ZERO
        return (self.at_most(price) * self.seller_percent / HUNDRED).quantize(CENT, ROUND_HALF_UP)

    def _taken(self, price: Decimal, *, alone: bool) -> Decimal:
        single, together = ZERO, ZERO
        for one in self.coupons:
            off = taken_off(one, price, alone=alone)
            if one.stackable:
                together += off
            else:
                single = max(single, off)
        return min(price, single + together)


def taken_off(coupon: Coupon, price: Decimal, *, alone: bool) -> Decimal:
    """Return what one coupon takes off a piece of a price, to the cent."""
    reached = price >= coupon.threshold
    if alone and not reached:
        return ZERO
    if coupon.percent is not None:
        off = price * coupon.percent / HUNDRED
        if coupon.most is not None and (reached or not alone):
            off = min(off, coupon.most)
    else:
        amount = coupon.amount or ZERO
        off = amount if reached or not coupon.threshold else price * amount / coupon.threshold
    return min(off, price).quantize(CENT, ROUND_HALF_UP)


def coupon_troubles(outline: Outline, families: Iterable[str]) -> list[Finding]:
    """Return what is wrong with a campaign's coupons, and what is worth knowing before publishing.

    `families` are those of the campaign's shops.
    """
    found: list[Finding] = []
    codes: set[str] = set()
    for one in outline.coupons:
        found += _amounts(one)
        found += _window(one, outline)
        if one.code in codes:
            found.append(TWICE.at(one.code))
        codes.add(one.code)
        if not one.published:
            found += [IRREVERSIBLE.at(one.code, family) for family in irreversible_at(families)]
    return found


def irreversible_at(families: Iterable[str]) -> Sequence[str]:
    """Return the families, each once, at which a published coupon cannot be changed any more."""
    return sorted({one for one in families if one.startswith(_IRREVERSIBLE)})


def _amounts(coupon: Coupon) -> Iterator[Finding]:
    place = coupon.code
    given = [one for one in (coupon.amount, coupon.percent) if one is not None]
    if len(given) != 1 or given[0] <= 0:
        yield ONE_OF_BOTH.at(place)
    elif coupon.percent is not None:
        if coupon.percent >= NEARLY_FREE:
            yield PERCENT_TOO_HIGH.at(place, coupon.percent, most=NEARLY_FREE)
    elif coupon.amount is not None:
        yield from _amount(coupon, coupon.amount)


def _amount(coupon: Coupon, amount: Decimal) -> Iterator[Finding]:
    place, threshold = coupon.code, coupon.threshold
    if threshold <= 0:
        yield NO_THRESHOLD.at(place)
    elif amount > threshold:
        yield SWAPPED.at(place, threshold, amount=amount)
    elif amount * HUNDRED >= threshold * NEARLY_FREE:
        yield WHOLE_PRICE.at(place, threshold, amount=amount)
    elif amount * HUNDRED > threshold * MUCH:
        percent = (amount * HUNDRED / threshold).quantize(Decimal(1))
        yield MUCH_OFF.at(place, threshold, amount=amount, percent=percent)


def _window(coupon: Coupon, outline: Outline) -> Iterator[Finding]:
    spans = [
        (one.starts, one.ends)
        for one in outline.phases
        if one.kind in {PhaseKind.PRESALE, PhaseKind.SALE}
    ] or [(outline.starts, outline.ends)]
    least, most = min(one[0] for one in spans), max(one[1] for one in spans)
    starts, ends = coupon.starts or least, coupon.ends or most
    if starts < least or ends > most or starts >= ends:
        shown = {"starts": starts, "least": least, "most": most}
        written = {name: f"{moment:%Y-%m-%d %H:%M %Z}" for name, moment in shown.items()}
        yield OUTSIDE.at(coupon.code, f"{ends:%Y-%m-%d %H:%M %Z}", **written)
