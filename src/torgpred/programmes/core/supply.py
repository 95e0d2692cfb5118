"""Where a programme's supply is thin, and who could fill it: rules over sums by category."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

SPAN: Final = timedelta(days=28)
"""Demand and ship-by times are counted over so long: four whole weeks."""
FEW: Final = 3
"""A category with fewer qualifying offers lacks supply."""
DAYS: Final = 14
"""A category whose pieces last for fewer days at the demand of the span lacks supply."""


class Thin(StrEnum):
    """Why a category lacks supply."""

    FEW = "few"  # too few offers qualify
    SHORT = "short"  # the pieces of those last too short a time


class Side(msgspec.Struct, frozen=True):
    """The sellers seated in one country, in one category, side by side with the others.

    `pieces` lie in the programme's country, `ready_pieces` of them are qualifying offers'. Prices
    are in the marketplace's currency, None where none is known. `kept` and `late` count paid
    consignments of the span by whether they left by their ship-by time.
    """

    country: str
    sellers: int
    offers: int
    qualifying: int
    pieces: int
    ready_pieces: int
    price_from: Decimal | None
    price_to: Decimal | None
    kept: int
    late: int


class Fit(StrEnum):
    """Why a seller could fill a category."""

    NEAR = "near"  # some of its offers nearly qualify
    ABROAD = "abroad"  # it has pieces, but abroad
    LISTED = "listed"  # some of its goods stand in a shop there, and none is known to qualify
    UNLISTED = "unlisted"  # it has such goods, and none is known to stand in a shop there


class Candidate(msgspec.Struct, frozen=True):
    """A seller that has goods of a category and no qualifying offer in it."""

    seller_id: int
    code: str
    name: str
    country: str
    offers: int
    """Of its file, mapped to the category."""
    listed: int
    near: int
    pieces: int
    abroad: int

    @property
    def fit(self) -> Fit:
        """Return what speaks for it most."""
        if self.near:
            return Fit.NEAR
        if self.abroad:
            return Fit.ABROAD
        return Fit.LISTED if self.listed else Fit.UNLISTED

    @property
    def place(self) -> tuple[int, int, int, str]:
        """Return where it stands among others: the nearest first, then whoever has most."""
        return (list(Fit).index(self.fit), -self.abroad, -self.offers, self.code)


class CategorySupply(msgspec.Struct, frozen=True):
    """One category of the marketplace: supply by the sellers' countries, demand, candidates.

    `sold` are pieces ordered in the span, cancelled orders left out.
    """

    category: str
    path: tuple[str, ...]
    sides: tuple[Side, ...]
    sold: int
    candidates: tuple[Candidate, ...]

    @property
    def qualifying(self) -> int:
        """Return how many offers qualify."""
        return sum(one.qualifying for one in self.sides)

    @property
    def offers(self) -> int:
        """Return how many offers were judged."""
        return sum(one.offers for one in self.sides)

    @property
    def pieces(self) -> int:
        """Return the pieces of qualifying offers."""
        return sum(one.ready_pieces for one in self.sides)

    @property
    def days_left(self) -> int | None:
        """Return for how many days these last at the span's demand; None where nothing sells."""
        return self.pieces * SPAN.days // self.sold if self.sold else None

    @property
    def thin(self) -> Thin | None:
        """Return why the category lacks supply; None where it does not."""
        if self.qualifying < FEW:
            return Thin.FEW
        left = self.days_left
        return Thin.SHORT if left is not None and left < DAYS else None

    @property
    def urgency(self) -> tuple[bool, int, int, str]:
        """Return where it stands: those that lack supply first, of these where most is sold."""
        return (self.thin is None, -self.sold, -self.offers, self.category)
