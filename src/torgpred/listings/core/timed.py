"""Prices for a time: which price of an offer is in force at a moment, and how it comes about.

A timed price holds from its start (included) until its end (not included), or until it was
withdrawn. What a person decided about a price that drifted holds in the period in which it was
decided: a price taken over while no timed price was in force waits until the timed one is over;
one decided while it was in force ends with it. A price that was left alone before is not touched
by a timed one: `left_alone`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.catalogue.core.offers import Offer
from torgpred.kernel.digests import digest_of
from torgpred.kernel.money import CENT, Rates, UnknownRateError
from torgpred.listings.core.diff import PRICE_FIELDS
from torgpred.listings.core.drift import Choice, Decision
from torgpred.listings.core.pricing import (
    ZERO,
    Basis,
    Pricer,
    PricingPolicy,
    Reduction,
    Waterfall,
)


class TimedPrice(msgspec.Struct, frozen=True, gc=False):
    """What one offer costs in one shop for a time; amounts in the shop's currency."""

    offer_key: str
    price: Decimal
    listed: Decimal | None
    """The crossed-out price beside it; None: none is shown."""
    starts_at: datetime
    ends_at: datetime
    reference: str = ""
    withdrawn_at: datetime | None = None
    id: int = 0

    @property
    def until(self) -> datetime:
        """When it ends or ended: at its end, or when it was withdrawn; never before its start."""
        if self.withdrawn_at is None:
            return self.ends_at
        return max(self.starts_at, min(self.ends_at, self.withdrawn_at))

    def in_force(self, moment: datetime) -> bool:
        """Tell whether it is what the offer costs at a moment."""
        return self.starts_at <= moment < self.until


class TimedPrices:
    """The timed prices of one seller's offers in one shop that are in force at one moment."""

    def __init__(self, by_offer: Mapping[str, TimedPrice]) -> None:
        self.by_offer = by_offer

    def digest(self, key: str) -> bytes:
        """Return 16 bytes over an offer's timed price; empty where none is in force."""
        found = self.by_offer.get(key)
        return b"" if found is None else digest_of([found.price, found.listed])


NO_TIMED: Final = TimedPrices({})
"""Every offer costs what its file and the policy say."""


def at(moment: datetime, prices: Iterable[TimedPrice]) -> TimedPrices:
    """Return those of some timed prices that are in force at a moment: one an offer."""
    return TimedPrices({one.offer_key: one for one in prices if one.in_force(moment)})


class TimedPricer:
    """Makes waterfalls of timed prices: what goes away from them, and what the seller keeps.

    The policy's shares, tax and delivery hold as always. Its rounding, its least price and least
    margin do not: the price is what was agreed, and whoever agreed looked at what is left.
    """

    def __init__(self, policy: PricingPolicy, rates: Rates, currency: str) -> None:
        self._pricer = Pricer(
            msgspec.structs.replace(
                policy,
                basis=Basis.SHELF,
                step=CENT,
                ending=ZERO,
                least_price=None,
                least_margin=None,
                reduction=Reduction.NONE,
            ),
            rates,
            currency,
        )
        self._rates = rates
        self._currency = currency

    def price(self, offer: Offer, weight_kg: Decimal | None, timed: TimedPrice) -> Waterfall:
        """Return the waterfall of an offer at its timed price."""
        asked = msgspec.structs.replace(
            offer,
            price=timed.price,
            old_price=None,
            currency=self._currency,
            cost=self._cost(offer),
        )
        made = self._pricer.price(asked, weight_kg)
        if made.price is None:
            return made
        return msgspec.structs.replace(made, listed=timed.listed)

    def _cost(self, offer: Offer) -> Decimal | None:
        """Return the cost in the shop's currency; None where it, or its rate, is unknown."""
        if offer.cost is None or offer.currency == self._currency:
            return offer.cost
        try:
            rate = self._rates.rate(offer.currency, self._currency)
        except UnknownRateError:
            return None
        return (offer.cost * rate.value).quantize(CENT)


# --- what people decided about prices that drifted ----------------------------------------------
def about_price(decision: Decision) -> bool:
    """Tell whether a decision is about the price of a variant."""
    return bool(decision.sku) and decision.field in PRICE_FIELDS


def left_alone(decision: Decision, prices: Sequence[TimedPrice]) -> bool:
    """Tell whether a price was left as it stands while no timed price of the offer was in force.

    Then a timed price does not touch it either: what stands there is not ours.
    """
    return (
        about_price(decision)
        and decision.choice is Choice.LEAVE
        and not any(one.in_force(decision.decided_at) for one in prices)
    )


def holds_at(decision: Decision, moment: datetime, prices: Sequence[TimedPrice]) -> bool:
    """Tell whether a decision holds at a moment; `prices` are the timed ones of its offer."""
    if not about_price(decision) or left_alone(decision, prices):
        return True
    then = next((one for one in prices if one.in_force(decision.decided_at)), None)
    now = next((one for one in prices if one.in_force(moment)), None)
    return then == now
