"""The story of a country: which of our categories sell there, how they grow, what lies there."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.campaigns.core.money.results import ByCurrency

DAYS: Final = 28
"""Days that are looked at, beside as many before them: whole weeks."""
_ENOUGH: Final = 10
"""Pieces before, from which a growth in percent says anything."""
_MUCH: Final = 20
_SOON: Final = 14


class Mood(StrEnum):
    """What stands out in a category."""

    NEW = "new"  # sold now, not before
    GROWING = "growing"
    FALLING = "falling"
    THIN = "thin"  # what lies in the country is sold out within two weeks
    IDLE = "idle"  # lies in the country, and nothing of it is sold


class CategoryStory(msgspec.Struct, frozen=True):
    """A category in a country. `days_to_send` is the median of what was sent, None where nothing.

    `local_pieces` are free to be sold in warehouses of the country.
    """

    family: str
    category: str
    path: str
    sellers: int
    orders: int
    pieces: int
    pieces_before: int
    revenue: ByCurrency
    local_sellers: int
    local_offers: int
    local_pieces: int
    days_to_send: Decimal | None

    @property
    def growth(self) -> int | None:
        """Percent over the days before; None where too little was sold then to say."""
        if self.pieces_before < _ENOUGH:
            return None
        more = Decimal(self.pieces - self.pieces_before) * 100 / self.pieces_before
        return int(more.quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def lasts(self) -> int | None:
        """For how many days local stock lasts as it sells now; None where nothing sells."""
        return self.local_pieces * DAYS // self.pieces if self.pieces else None

    @property
    def moods(self) -> tuple[Mood, ...]:
        """Return what stands out, the more pressing first."""
        found = []
        if self.lasts is not None and self.lasts < _SOON:
            found.append(Mood.THIN)
        if self.pieces and not self.pieces_before:
            found.append(Mood.NEW)
        elif self.growth is not None and self.growth >= _MUCH:
            found.append(Mood.GROWING)
        elif self.growth is not None and self.growth <= -_MUCH:
            found.append(Mood.FALLING)
        if self.local_pieces and not self.pieces:
            found.append(Mood.IDLE)
        return tuple(found)


class CountryStory(msgspec.Struct, frozen=True):
    """A country: the whole, and its categories by pieces sold. Orders of several count in each."""

    country: str
    orders: int
    pieces: int
    pieces_before: int
    revenue: ByCurrency
    local_pieces: int
    categories: tuple[CategoryStory, ...]
