"""What a campaign is, as one value: window, phases, coupons, creatives, and who pays what."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.kernel.money import CENT

HUNDRED: Final = Decimal(100)
SELLER: Final = "seller"
"""The payer whose share every seller bears for its own goods."""


class PhaseKind(StrEnum):
    """What a phase of a campaign is for."""

    ENROLMENT = "enrolment"
    WARM_UP = "warm_up"
    PRESALE = "presale"
    SALE = "sale"
    SHIP_BY = "ship_by"
    PRICE_FREEZE = "price_freeze"


class Phase(msgspec.Struct, frozen=True):
    """One phase, from a moment until another, which is no longer in it. Aware times."""

    kind: PhaseKind
    starts: datetime
    ends: datetime


class Coupon(msgspec.Struct, frozen=True, omit_defaults=True):
    """A coupon: `amount` off from `threshold` on, or `percent` off and at most `most`.

    `stackable`: it may be used beside others. Published ones may be past changing.
    """

    code: str
    threshold: Decimal
    amount: Decimal | None = None
    percent: Decimal | None = None
    most: Decimal | None = None
    starts: datetime | None = None
    """None: the campaign's whole window."""
    ends: datetime | None = None
    stackable: bool = False
    published: bool = False


class Creative(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is shown in one language. `mark` is the ad's identifier (erid) where the law wants one.

    `place` says where it is shown: a banner's name, a post's address.
    """

    language: str
    title: str
    text: str = ""
    place: str = ""
    mark: str = ""


class Share(msgspec.Struct, frozen=True):
    """Who pays how many percent of what the campaign gives away."""

    payer: str
    percent: Decimal


class Budget(msgspec.Struct, frozen=True):
    """What a campaign may give away, and who pays which part. The shares are 100 together."""

    total: Decimal
    currency: str
    shares: tuple[Share, ...]

    def parts(self) -> dict[str, Decimal]:
        """Return what each payer bears, to the cent; the sum is the total exactly.

        What rounding leaves over or lacks goes to the first payer.
        """
        found = {
            one.payer: (self.total * one.percent / HUNDRED).quantize(CENT, ROUND_HALF_UP)
            for one in self.shares
        }
        if self.shares:
            found[self.shares[0].payer] += self.total - sum(found.values(), Decimal(0))
        return found

    def percent_of(self, payer: str) -> Decimal:
        """Return how many percent a payer bears."""
        return sum([one.percent for one in self.shares if one.payer == payer], Decimal(0))


class Outline(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of a campaign that a person decides but its name, state, rules and budget.

    `percent` is what it takes off, where it is more than the rules ask for; `floor` the least
    margin over the cost in percent, None where costs are not looked at. `country` is the buyers'.
    """

    zone: str
    starts: datetime
    ends: datetime
    country: str
    percent: Decimal | None = None
    floor: Decimal | None = Decimal(0)
    least_pieces: int = 1
    local_first: bool = False
    """Only goods in a warehouse of the buyers' country, whatever the rules say."""
    sole_sellers: bool = False
    """A person says that nobody but the sellers here sells these goods on these marketplaces."""
    least_sellers: int = 5
    """Figures over fewer sellers are not shown outside."""
    phases: tuple[Phase, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    creatives: tuple[Creative, ...] = ()

    def phase(self, kind: PhaseKind) -> Phase | None:
        """Return the first phase of a kind."""
        return next((one for one in self.phases if one.kind is kind), None)

    @property
    def reduced_from(self) -> datetime:
        """When the lower price begins: the presale, else the sale, else the window."""
        for kind in (PhaseKind.PRESALE, PhaseKind.SALE):
            found = self.phase(kind)
            if found is not None:
                return found.starts
        return self.starts

    @property
    def sold_until(self) -> datetime:
        """When the last order may come in."""
        sale = self.phase(PhaseKind.SALE)
        return self.ends if sale is None else sale.ends
