"""Who would buy what in a rehearsed day: assumptions that are shown, and a draw that repeats.

    pieces a day at the campaign's price =
        pieces a day until now * crowd * (usual price / campaign price) ** elasticity

What an offer sold until now comes from its own orders; where it had none, from the middle of its
seller's category, moved by where its price stands there; where that sold nothing either, it is an
assumption. None of the factors is measured anywhere: they are ours, shown with every result.
"""

import itertools
import random
from bisect import bisect
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import Final, Literal, NamedTuple

import msgspec

from torgpred.campaigns.core.rehearsing.load import minute_of
from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import hold

ORDERS_MOST: Final = 200_000
"""Orders of one rehearsal: what a laptop plays in an evening."""
_PLACES: Final = Decimal("0.001")
_TENTH: Final = Decimal("0.1")

_FACTORS: Final = ("crowd", "elasticity", "position", "unknown")
_FACTOR_MOST: Final = Decimal(1000)
_POWER_MOST: Final = Decimal(10)
_POWERS: Final = ("elasticity", "position")

UNFIT = hold(
    "rehearsal.unfit",
    "{value} cannot be.",
    "Give a number between {low} and {high}.",
)


class Assumptions(msgspec.Struct, frozen=True):
    """What a rehearsal takes for granted. Nothing of it is measured; all of it may be changed."""

    seed: int = 11
    shape: Literal["2015", "2017"] = "2015"
    """The year whose first hour is played."""
    crowd: Decimal = Decimal(6)
    """Buyers of the day for each of an ordinary day."""
    elasticity: Decimal = Decimal(2)
    """How much more is bought at a lower price."""
    position: Decimal = Decimal(1)
    """The same for an offer without sales against the middle price of its category."""
    unknown: Decimal = Decimal(1)
    """Pieces a day of an offer that neither itself nor its category ever sold."""
    handling: int = 50
    """Parcels a day that a seller packs where its own days tell nothing."""
    ship_days: int = 3
    """Days to ship in where the campaign names no last day."""
    orders: int | None = None
    """Orders of the whole day instead of what the factors give; the offers' shares stay."""

    @property
    def at_half(self) -> Decimal:
        """Return how many times as much is bought at half the usual price."""
        return (2**self.elasticity).quantize(_TENTH)

    @property
    def placed_at_half(self) -> Decimal:
        """Return the same of an offer without sales, at half the middle price of its category."""
        return (2**self.position).quantize(_TENTH)

    def unfit(self) -> Finding | None:
        """Return what cannot be so, the first of it."""
        for name in _FACTORS:
            high = _POWER_MOST if name in _POWERS else _FACTOR_MOST
            value: Decimal = getattr(self, name)
            if not (value.is_finite() and 0 <= value <= high):
                return UNFIT.at(name, value, low=0, high=high)
        whole = {"handling": (self.handling, 1_000_000), "ship_days": (self.ship_days, 365)}
        if self.orders is not None:
            whole["orders"] = (self.orders, ORDERS_MOST)
        for name, (number, most) in whole.items():
            if not 1 <= number <= most:
                return UNFIT.at(name, number, low=1, high=most)
        return None


class Basis(StrEnum):
    """What an offer's expected sales rest on."""

    SALES = "sales"
    CATEGORY = "category"
    ASSUMED = "assumed"


class Goods(msgspec.Struct, frozen=True):
    """An offer that takes part, and what is known of how it sells."""

    seller_id: int
    shop_id: int
    offer_key: str
    sku: str
    """As the shop calls it."""
    category: str
    currency: str
    price: Decimal
    usual: Decimal | None
    keeps: Decimal | None
    """What its seller keeps of a piece at the campaign's price, by the waterfall."""
    usual_keeps: Decimal | None
    pieces: int
    """To be kept for the campaign."""
    sold: int
    """Pieces sold in the `days` before."""
    days: int


class Expected(msgspec.Struct, frozen=True):
    """Pieces that would be bought of an offer in the day, were there enough, and why so many.

    `ordinary` is what it sells on a day without a campaign. Both to a thousandth of a piece.
    """

    pieces: Decimal
    ordinary: Decimal
    basis: Basis


class Purchase(NamedTuple):
    """Somebody wants one piece of an offer, by its place in the list, in a minute of the day."""

    minute: int
    place: int


def expect(goods: Sequence[Goods], given: Assumptions) -> list[Expected]:
    """Return what would be bought of each offer; all of it scaled where `orders` are given."""
    categories: dict[tuple[int, str], list[Goods]] = {}
    for one in goods:
        categories.setdefault((one.seller_id, one.category), []).append(one)
    found = []
    for one in goods:
        daily, basis = _ordinary(one, categories[one.seller_id, one.category], given)
        wanted = daily * given.crowd
        if one.usual is not None and one.usual > 0:
            wanted *= _power(one.usual / one.price, given.elasticity)
        found.append(Expected(wanted, daily, basis))
    all_pieces = sum((one.pieces for one in found), Decimal(0))
    scale = Decimal(given.orders) / all_pieces if given.orders and all_pieces else Decimal(1)
    return [
        Expected(
            (one.pieces * scale).quantize(_PLACES), (one.ordinary * scale).quantize(_PLACES),
            one.basis,
        )
        for one in found
    ]  # fmt: skip


def _ordinary(one: Goods, like: Sequence[Goods], given: Assumptions) -> tuple[Decimal, Basis]:
    if one.sold > 0 and one.days > 0:
        return Decimal(one.sold) / one.days, Basis.SALES
    selling = [other for other in like if other.sold > 0 and other.days > 0]
    if not selling:
        return given.unknown, Basis.ASSUMED
    middle = median(Decimal(other.sold) / other.days for other in selling)
    usual = median(other.usual or other.price for other in selling)
    return middle * _power(usual / (one.usual or one.price), given.position), Basis.CATEGORY


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    return base**exponent if base > 0 else Decimal(0)


def draw(expected: Sequence[Expected], given: Assumptions) -> list[Purchase]:
    """Return the day's purchases in their order: the same ones for the same seed and numbers.

    Each order asks for one piece of one offer. At most ORDERS_MOST of them.
    """
    heights = list(itertools.accumulate(float(one.pieces) for one in expected))
    if not heights or heights[-1] <= 0:
        return []
    count = given.orders or min(round(heights[-1]), ORDERS_MOST)
    chance = random.Random(given.seed)  # noqa: S311 - repeatable, nothing secret
    drawn = []
    for _ in range(count):
        minute = minute_of(given.shape, chance.random())
        place = min(bisect(heights, chance.random() * heights[-1]), len(heights) - 1)
        drawn.append(Purchase(minute, place))
    # Sorted by minute alone: who comes first within one is chance, too.
    drawn.sort(key=lambda one: one.minute)
    return drawn
