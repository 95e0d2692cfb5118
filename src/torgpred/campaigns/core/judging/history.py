"""What buyers saw before a promotion: how many days of it are known, and the lowest prices.

A day is one of the look-back's spans of wall-clock time that end where the promotion starts, in
the campaign's time zone; with a start at midnight they are its calendar days. A day is known only
when the price is known during all of it. A price counts as soon as it stood at any moment of the
look-back, so that a low on its first day counts and one that ended before it does not.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import inf
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

Period = tuple[float, float | None, Decimal, Decimal]
"""A price from a moment (seconds of the epoch) until another, None where it stands yet; then the
listed price and what a buyer paid with the discount."""

Spell = tuple[float, float, Decimal]
"""A price for a time, such as another campaign's: from, until, what a buyer pays."""

BROUGHT_BACK = 600.0
"""Seconds after its end in which a price for a time may still be seen in the shop."""


class Window(msgspec.Struct, frozen=True, gc=False):
    """A look-back as the borders of its days in seconds of the epoch, the earliest first."""

    borders: tuple[float, ...]

    @property
    def days(self) -> int:
        """How many days it has."""
        return len(self.borders) - 1


class Known(NamedTuple):
    """What is known of a look-back: whole days, those of them yet to come, and lowest prices.

    The lows are those of what is known, None where nothing is.
    """

    days: int
    to_come: int
    regular: Decimal | None
    shown: Decimal | None


def window_before(start: datetime, zone: str, days: int) -> Window:
    """Return the look-back of so many days that ends at a moment.

    Days are counted on the wall clock of the zone: one with a change of the clock has 23 or 25
    hours.
    """
    local = start.astimezone(ZoneInfo(zone))
    return Window(
        tuple([(local - timedelta(days=back)).timestamp() for back in range(days, -1, -1)])
    )


def known(periods: Sequence[Period], window: Window, *, stands_to: float, at: float) -> Known:
    """Return what is known of a look-back.

    `periods` are of one listing, by time, none over another. An open one holds until `stands_to`:
    the last look at the shop, or infinity where that look is fresh and it may be taken that the
    price stays. Days that end after `at` are yet to come.
    """
    borders = window.borders
    first, last = borders[0], borders[-1]
    days = to_come = 0
    regular: Decimal | None = None
    shown: Decimal | None = None
    begun: float | None = None
    reached = -inf
    for starts, ends, listed, paid in periods:
        end = stands_to if ends is None else ends
        if end <= first or starts >= last or end <= starts:
            continue
        if regular is None or listed < regular:
            regular = listed
        if shown is None or paid < shown:
            shown = paid
        if begun is not None and starts > reached:
            more, later = _days(borders, begun, reached, at)
            days, to_come, begun = days + more, to_come + later, None
        if begun is None:
            begun = starts
        reached = end
    if begun is not None:
        more, later = _days(borders, begun, reached, at)
        days, to_come = days + more, to_come + later
    return Known(days, to_come, regular, shown)


def usual_shown(periods: Sequence[Period], spells: Sequence[Spell]) -> Decimal | None:
    """Return what buyers see when no price for a time is in force, None where that was never seen.

    A period is of such a price where it was first seen while that one was in force, or soon after,
    since the shop needs a while to bring the former price back; and is as high.
    """
    for starts, _, _, paid in reversed(periods):
        if not any(
            begun <= starts < over + BROUGHT_BACK and paid == price for begun, over, price in spells
        ):
            return paid
    return None


def _days(borders: Sequence[float], start: float, end: float, at: float) -> tuple[int, int]:
    """Return the whole days between two moments, and how many of them end after a third."""
    low = bisect_left(borders, start)
    high = bisect_right(borders, end) - 1
    if high <= low:
        return 0, 0
    passed = bisect_right(borders, at) - 1
    return high - low, high - max(low, min(high, passed))


def complete_from(periods: Sequence[Period], days: int, zone: str) -> datetime | None:
    """Return when so many days will be known in a row if the present price is kept.

    None where no price stands.
    """
    begun: float | None = None
    reached = -inf
    for starts, ends, _, _ in periods:
        if begun is None or starts > reached:
            begun = starts
        reached = inf if ends is None else ends
    if begun is None or reached != inf:
        return None
    local = datetime.fromtimestamp(begun, ZoneInfo(zone))
    return local + timedelta(days=days)
