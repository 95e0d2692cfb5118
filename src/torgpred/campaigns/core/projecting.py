"""How many orders a day will have at its end, with an interval, out of those that came. Pure.

Orders of a day are a Poisson process of an unknown total rate L, of which the share p falls into
the part of the day that is over. With the scale-free prior 1/L on the rate, n orders so far make
those still to come negative binomial: n of them "succeeded", each with the chance p (gamma-Poisson
prediction: Gelman et al., Bayesian Data Analysis, section 2.6). p itself is not known: it is Beta
distributed, with the mean that the load shape says and the variance of days that stray from it
(`load_shape.Shape`). Both together make what is to come **beta negative binomial** (Johnson, Kemp
and Kotz, Univariate Discrete Distributions, section 6.2.3): with p ~ Beta(a, b)

    P(r) = G(n + r) / (r! G(n)) * B(a + n, b + r) / B(a, b)

At the end of the day nothing is to come, and the projection is the fact.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from math import exp, inf, lgamma
from typing import Final

import msgspec

from torgpred.campaigns.core.load_shape import HOURS, Shape

LEVEL: Final = 0.8
"""How often the fact lies within the interval, if the load shape is right."""
_EXACT: Final = 128
"""Numbers of orders that are added up one by one; beyond, cells grow with the number."""
_GROWTH: Final = 1.02
_MOST: Final = 1e12
_WIDEST: Final = 20.0
"""An interval whose ends are further apart than so many times says nothing."""


class Why(StrEnum):
    """Why nothing is projected."""

    NOT_BEGUN = "not_begun"
    NO_ORDERS = "no_orders"
    TOO_EARLY = "too_early"


class Projection(msgspec.Struct, frozen=True):
    """Orders at the day's end: the middle (median) and the ends of the interval.

    `share`: which part of the day's orders is taken to have come. `sure`: the day is over.
    """

    low: int
    middle: int
    high: int
    share: float
    sure: bool = False

    @property
    def width(self) -> int:
        """Orders between the ends."""
        return self.high - self.low


def project(
    orders: int, *, hour: float, shape: Shape, length: float = HOURS, level: float = LEVEL
) -> Projection | Why:
    """Return what a day of `length` hours will have, `hour` hours into it, with `orders` so far.

    Where nothing can be said, why.
    """
    share = shape.share(hour, length)
    if hour <= 0 or share <= 0:
        return Why.NOT_BEGUN
    if share >= 1:
        return Projection(orders, orders, orders, 1.0, sure=True)
    if orders < 1:
        return Why.NO_ORDERS
    tail = (1 - level) / 2
    asked = (tail, 0.5, 1 - tail)
    firm = share * (1 - share) / shape.deviation(share) ** 2 - 1
    if firm <= 0:
        return Why.TOO_EARLY
    low, middle, high = _quantiles(orders, firm * share, firm * (1 - share), asked)
    if orders + high > _WIDEST * (orders + low):
        return Why.TOO_EARLY
    return Projection(orders + int(low), orders + int(middle), orders + int(high), share)


def _quantiles(n: int, a: float, b: float, asked: tuple[float, ...]) -> list[float]:
    """Return the least number to come below or at which each of the shares asked for lies."""
    found: list[float] = []
    reached = 0.0
    for first, past, mass in _cells(n, a, b):
        while len(found) < len(asked) and reached + mass >= asked[len(found)]:
            part = (asked[len(found)] - reached) / mass
            found.append(first if past - first <= 1 else first + part * (past - first))
        reached += mass
        if len(found) == len(asked):
            return found
    return found + [inf] * (len(asked) - len(found))


def _cells(n: int, a: float, b: float) -> Iterator[tuple[float, float, float]]:
    """Yield (first number, number past the last, probability), from 0 upwards.

    Cells of many numbers take their mass from its two ends and middle (Simpson's rule).
    """
    same = lgamma(n + a) + lgamma(a + b) - lgamma(n) - lgamma(a) - lgamma(b)

    def mass(r: float) -> float:
        return exp(same + lgamma(n + r) + lgamma(r + b) - lgamma(n + r + a + b) - lgamma(r + 1))

    for r in range(_EXACT):
        yield r, r + 1, mass(r)
    edges = _edges()
    at = mass(_EXACT - 0.5)
    for first, past in pairwise(edges):
        end = mass(past - 0.5)
        middle = mass((first + past - 1) / 2)
        yield first, past, (past - first) * (at + 4 * middle + end) / 6
        at = end


def _edges() -> Iterator[float]:
    edge = float(_EXACT)
    while edge < _MOST:
        yield edge
        edge *= _GROWTH
