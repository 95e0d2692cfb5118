"""Reference prices: what the same goods cost elsewhere, and what must be cut to come near it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

import msgspec

from torgpred.kernel.digests import digest_of
from torgpred.kernel.money import CENT, Rates, UnknownRateError
from torgpred.listings.core.pricing import ONE, ZERO, Line, Waterfall

SHARES: Final = ("Marketplace's commission", "Integrator's fee")
"""Lines that are a share of the price and can be negotiated."""
TAX: Final = "Tax"
"""A share of the price that nobody here can cut."""
AMOUNTS: Final = ("Delivery", "Margin", "Left over the cost")
"""Lines that do not move with the price and can be cut."""
UNKNOWN_COST: Final = "Left for the seller"
_SLACK: Final = Decimal("0.04")
"""Shares are rounded to cents when a price is made: so much more makes up for all of them."""


class ReferencePrice(msgspec.Struct, frozen=True, gc=False):
    """What an offer costs elsewhere, as somebody saw it on a day."""

    key: str
    """The seller's key of the offer."""
    amount: Decimal
    currency: str
    seen_on: date
    source: str


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A reference price made ready for one shop. `amount` is in the shop's currency, unrounded.

    It is None where no rate is known; `old` ones are not compared with.
    """

    amount: Decimal | None
    shown: str
    """Amount and currency as given."""
    currency: str
    seen_on: str
    source: str
    old: bool


class References:
    """The reference prices of a seller's offers in one shop, and how far above is too far.

    `gap` is in percent. A digest an offer covers all that its advice is made of: it changes with
    the reference, the gap or the rate, and on the day when the reference becomes too old.
    """

    def __init__(self, gap: Decimal, days: int, by_offer: Mapping[str, Reference]) -> None:
        self.gap = gap
        self.days = days
        self.by_offer = by_offer

    def digest(self, key: str) -> bytes:
        """Return 16 bytes over what one offer is compared with; empty where nothing is known."""
        found = self.by_offer.get(key)
        return b"" if found is None else digest_of([self.gap, self.days, found])


def made_ready(
    prices: Iterable[ReferencePrice],
    *,
    gap: Decimal,
    days: int,
    day: date,
    rates: Rates,
    currency: str,
) -> References:
    """Return references for a shop of a currency, as of a day.

    `prices` holds one an offer, the newest. Those seen over `days` ago are kept as old.
    """
    oldest = day - timedelta(days=days)
    factors: dict[str, Decimal | None] = {}
    by_offer = {}
    for one in prices:
        if one.currency not in factors:
            try:
                factors[one.currency] = rates.rate(one.currency, currency).value
            except UnknownRateError:
                factors[one.currency] = None
        factor = factors[one.currency]
        by_offer[one.key] = Reference(
            amount=None if factor is None else one.amount * factor,
            shown=f"{one.amount.normalize():f} {one.currency}",
            currency=one.currency,
            seen_on=one.seen_on.isoformat(),
            source=one.source,
            old=one.seen_on < oldest,
        )
    return References(gap, days, by_offer)


NO_REFERENCES: Final = References(ZERO, 0, {})
"""Nothing to compare with."""


class Cut(msgspec.Struct, frozen=True):
    """How a price would come down to `target` with everyone else getting what they get now.

    `lines` must lose `amount` together: one line where one is enough, the largest first. Empty
    where no line can be cut. `enough` is False where even without all of them the price would be
    `least`, above the target. Amounts are in the waterfall's currency.
    """

    target: Decimal
    amount: Decimal
    lines: tuple[str, ...]
    enough: bool
    least: Decimal
    cost_known: bool = True
    """False where what is left for the seller holds a cost that nobody told."""


def cut_to(
    waterfall: Waterfall, limit: Decimal, step: Decimal = CENT, ending: Decimal = ZERO
) -> Cut | None:
    """Return what to cut so that the price is at most `limit`; None where it is already.

    With shares k of the price and the target T, the parties together lack (P - T)(1 - k) at T,
    whichever line gives it up: that is `amount`, a few cents more for the rounding of shares.
    """
    price = waterfall.price
    if price is None or price <= limit:
        return None
    target = rounded_down(limit, step, ending)
    away = {line.label: line.amount for line in waterfall.lines}
    shares = sum([away.get(label, ZERO) for label in (*SHARES, TAX)], ZERO) / price
    amount = ((price - target) * (ONE - shares) + _SLACK).quantize(CENT, ROUND_CEILING)
    ranked = sorted(_cuttable(waterfall.lines, target / price), key=lambda line: -line.amount)
    whole = sum([line.amount for line in ranked], ZERO)
    taken: list[str] = []
    missing = amount
    for line in ranked:
        if missing <= 0:
            break
        taken.append(line.label)
        missing -= line.amount
    return Cut(
        target=target,
        amount=amount,
        lines=tuple(taken),
        enough=bool(ranked) and missing <= 0,
        least=_least(price, whole, away),
        cost_known=UNKNOWN_COST not in away,
    )


def rounded_down(amount: Decimal, step: Decimal, ending: Decimal) -> Decimal:
    """Return the largest k x step + ending that is not above the amount; without one, itself."""
    count = ((amount - ending) / step).to_integral_value(ROUND_FLOOR)
    found = (count * step + ending).quantize(CENT, ROUND_FLOOR)
    return found if found > 0 else amount.quantize(CENT, ROUND_FLOOR)


def _cuttable(lines: Iterable[Line], proportion: Decimal) -> list[Line]:
    """Return the lines that can be cut, with what they are at the target."""
    found = []
    for line in lines:
        if line.label in SHARES:
            found.append(Line(line.label, line.amount * proportion))
        elif line.label in AMOUNTS:
            found.append(line)
    return [line for line in found if line.amount > 0]


def _least(price: Decimal, whole: Decimal, away: Mapping[str, Decimal]) -> Decimal:
    """Return the price with every line cut away that can be: what is left, and its tax."""
    fixed = price - sum([away.get(label, ZERO) for label in (*SHARES, *AMOUNTS)], ZERO)
    tax = away.get(TAX, ZERO)
    return ((fixed - tax) / (ONE - tax / price)).quantize(CENT, ROUND_CEILING) if whole else price
