"""A campaign as it runs, in numbers: what was sold of what takes part, what is kept, what is left.

Money of several currencies stands side by side, never added.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Outline
from torgpred.campaigns.core.values import CampaignCard

_A_YEAR = timedelta(days=365)
_ABOUT = timedelta(days=45)


class SoldMinute(msgspec.Struct, frozen=True):
    """What was placed in one minute in one currency: orders with such goods, their pieces."""

    minute: datetime
    currency: str
    orders: int
    pieces: int
    amount: Decimal


class SoldBySeller(msgspec.Struct, frozen=True):
    """What one seller sold in one currency; `orders` are its consignments."""

    seller_id: int
    currency: str
    orders: int
    pieces: int
    amount: Decimal


class Sales(msgspec.Struct, frozen=True):
    """What was sold of what takes part, from a moment until another, by minute and by seller."""

    minutes: tuple[SoldMinute, ...] = ()
    sellers: tuple[SoldBySeller, ...] = ()


class SoldOut(msgspec.Struct, frozen=True):
    """Goods of which nothing is left to sell in a shop of the campaign."""

    seller_id: int
    shop_id: int
    offer_key: str
    kept: int
    """Pieces that had been kept."""


class Goods(msgspec.Struct, frozen=True):
    """What takes part, now: offers, their pieces as planned, kept and promised to orders.

    `early` of the used pieces were promised to orders from before the campaign began: locks serve
    their shop as soon as they stand. `sold_out` counts offers of which nothing is kept any more and
    nothing is free; `out` are the first of them. `in_force`: offers whose
    campaign price holds at this moment, as planned here.
    """

    offers: int
    planned: int
    kept: int
    used: int
    freed: int
    early: int
    sold_out: int
    in_force: int
    out: tuple[SoldOut, ...] = ()

    @property
    def sold(self) -> int:
        """Kept pieces that went to orders of the campaign."""
        return self.used - self.early

    @property
    def sold_share(self) -> float | None:
        """Which part of the kept pieces was sold in it, 0 to 1; None where none were kept."""
        return self.sold / self.kept if self.kept else None


class Day(msgspec.Struct, frozen=True):
    """A day of a campaign's sale in its own time zone, cut to the sale."""

    starts: datetime
    ends: datetime
    opening: bool
    """It is the first one."""

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.ends - self.starts).total_seconds() / 3600

    def hour(self, at: datetime) -> float:
        """Hours since its start, below 0 before it."""
        return (at - self.starts).total_seconds() / 3600


def day_of(outline: Outline, at: datetime) -> Day:
    """Return the day of the sale that a moment lies in; the first before it, the last after."""
    zone = ZoneInfo(outline.zone)
    first, last = outline.reduced_from, outline.sold_until
    inside = min(max(at, first), last - timedelta(seconds=1)).astimezone(zone)
    midnight = inside.replace(hour=0, minute=0, second=0, microsecond=0)
    # Of aware local times a day more is the next midnight there, whatever the clock does between.
    starts, ends = max(midnight, first), min(midnight + timedelta(days=1), last)
    return Day(starts.astimezone(at.tzinfo), ends.astimezone(at.tzinfo), midnight <= first)


def to_compare(card: CampaignCard, others: Iterable[CampaignCard]) -> CampaignCard | None:
    """Return the campaign that is over to hold one against: that of a year before, else the last.

    Only such as share a shop with it, where the shops are known: a seller sees none.
    """
    start = card.outline.reduced_from
    known = [
        one
        for one in others
        if one.state is State.OVER
        and one.outline.reduced_from < start
        and (not card.shop_ids or set(one.shop_ids) & set(card.shop_ids))
    ]
    a_year = [one for one in known if abs(start - one.outline.reduced_from - _A_YEAR) <= _ABOUT]
    if a_year:
        return min(a_year, key=lambda one: abs(start - one.outline.reduced_from - _A_YEAR))
    return max(known, key=lambda one: one.outline.reduced_from, default=None)


def shown_first(cards: Iterable[CampaignCard]) -> CampaignCard | None:
    """Return the campaign that a board shows unasked: the running one that began last."""
    running = [one for one in cards if one.state in {State.RUNNING, State.PAUSED}]
    return max(running, key=lambda one: (one.outline.reduced_from, one.id), default=None)
