"""How orders spread over a day of a sale: which share of them came by a time. Pure.

The first day is known from 11.11 of two years: in 2015 7 percent of the day's sales came in 8
minutes, 27 in the first hour, 35 in 90 minutes; in 2017 39 percent in the first hour (Alibaba's
figures, see docs/decisions/0038). Later days are told by the day before, where that sold enough;
else a day is taken as even, which is a guess and counts as one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import log
from typing import Final

import msgspec

from torgpred.campaigns.core.rehearsing.load import FIRST_HOUR

HOURS: Final = 24.0
_HOUR_2015: Final = FIRST_HOUR["2015"]
_HOUR_2017: Final = FIRST_HOUR["2017"]
ENOUGH: Final = 200
"""Orders that a day has to have for its course to count as known."""


class Course(msgspec.Struct, frozen=True):
    """A cumulative course: `shares[i]` of the day's orders came within `hours[i]` hours.

    Both rise; they begin at 0 and end at the length of the day and 1.
    """

    hours: tuple[float, ...]
    shares: tuple[float, ...]

    def by(self, hour: float) -> float:
        """Return the share that came by an hour since the day's start, between 0 and 1."""
        if hour <= self.hours[0]:
            return self.shares[0]
        if hour >= self.hours[-1]:
            return self.shares[-1]
        place = bisect_right(self.hours, hour)
        before, after = self.hours[place - 1], self.hours[place]
        part = (hour - before) / (after - before)
        return self.shares[place - 1] + part * (self.shares[place] - self.shares[place - 1])


class Shape(msgspec.Struct, frozen=True):
    """What is known of a day's course: `courses` like it, and how far days stray from their mean.

    A day whose mean course is F(t) takes the course F(t) ** g, with g around 1 and of the standard
    deviation `spread`: orders that come early are missing later, and at both ends nothing strays.
    """

    courses: tuple[Course, ...]
    spread: float

    def share(self, hour: float, length: float = HOURS) -> float:
        """Return the mean share of a day of `length` hours that came by an hour of it."""
        if hour >= length:
            return 1.0
        parts = [one.by(hour) / whole for one in self.courses if (whole := one.by(length)) > 0]
        return min(sum(parts) / len(parts), 1.0) if parts else 0.0

    def deviation(self, share: float) -> float:
        """Return the standard deviation of a share whose mean this is, to the first order."""
        return -share * log(share) * self.spread if 0 < share < 1 else 0.0


def _of_2017(share: float) -> float:
    """Return a share of 2015 carried over to 2017, of which only the first hour is known."""
    if share <= _HOUR_2015:
        return share * _HOUR_2017 / _HOUR_2015
    return 1.0 - (1.0 - share) * (1.0 - _HOUR_2017) / (1.0 - _HOUR_2015)


_HOURS: Final = (0.0, 8 / 60, 1.0, 1.5, HOURS)
_SHARES: Final = (0.0, 0.07, _HOUR_2015, 0.35, 1.0)
OPENING: Final = (Course(_HOURS, _SHARES), Course(_HOURS, tuple(map(_of_2017, _SHARES))))
"""First days of a sale: 2015 and 2017."""
OPENING_SPREAD: Final = 0.23
"""What the two years' first hours tell: 0.33 on average, with the deviation 0.085 = 0.37 * 0.23."""
EVEN: Final = Course((0.0, HOURS), (0.0, 1.0))
EVEN_SPREAD: Final = 0.5
"""A guess is trusted less."""
OWN_SPREAD: Final = 0.15
"""A course of one's own is trusted more than that of a whole marketplace."""


def course_of(orders: Sequence[int], hours: float = HOURS) -> Course | None:
    """Return the course of a day out of its orders by equal steps; None where they are too few."""
    total = sum(orders)
    if total < ENOUGH:
        return None
    step = hours / len(orders)
    places = tuple(step * place for place in range(len(orders) + 1))
    return Course(places, (0.0, *(one / total for one in accumulate(orders))))


def shape_of(*, opening: bool, own: Sequence[Course] = ()) -> Shape:
    """Return what to hold a day against: courses of one's own first, else what is known at large.

    `opening`: it is the sale's first day. Of one's own first days those of the market stay beside
    them, since one is few.
    """
    if opening:
        return Shape((*own, *OPENING), OPENING_SPREAD)
    return Shape(tuple(own), OWN_SPREAD) if own else Shape((EVEN,), EVEN_SPREAD)
