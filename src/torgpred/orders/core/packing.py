"""Parcels worked out: how large one is, and which of the marketplace's were made of a request."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from heapq import heapreplace

import msgspec

from torgpred.catalogue.core.offers import Package
from torgpred.channels.core.orders import ParcelOutcome, ParcelPhase

ENDED = frozenset({ParcelPhase.CANCELLED, ParcelPhase.FAILED})
"""Phases of parcels that hold nothing any more."""
GONE = frozenset(
    {
        ParcelPhase.HANDED_OVER,
        ParcelPhase.MOVING,
        ParcelPhase.ARRIVED,
        ParcelPhase.DELIVERED,
        ParcelPhase.RETURNING,
        ParcelPhase.RETURNED,
    }
)
"""Phases of parcels that left the seller."""

_TOWER = 2
"""So many times as high as it is long a box is a tower."""


class Box(msgspec.Struct, frozen=True):
    """Sides in centimetres, weight in kilograms; None where it is not known."""

    sides: tuple[Decimal, Decimal, Decimal] | None = None
    weight_kg: Decimal | None = None


class Packed(msgspec.Struct, frozen=True):
    """So many pieces of an offer with its package and weight, as far as they are known."""

    package: Package | None
    weight_kg: Decimal | None
    pieces: int


def box_of(goods: Iterable[Packed]) -> Box:
    """Return a box that surely holds all of it: packages laid flat, in stacks side by side.

    Sides are known only where every package is, the weight where every weight is.
    """
    sides: list[Decimal] = []
    thick: list[Decimal] = []
    weight = Decimal(0)
    flat = weighed = True
    for one in goods:
        if one.weight_kg is None:
            weighed = False
        else:
            weight += one.weight_kg * one.pieces
        if one.package is None:
            flat = False
            continue
        least, middle, most = sorted((one.package.length, one.package.width, one.package.height))
        thick += [least] * one.pieces
        sides = [max(most, *sides[:1]), max(middle, *sides[1:])] if sides else [most, middle]
    known = _stacked(sides[0], sides[1], thick) if flat and sides else None
    return Box(known, weight if weighed and weight else None)


def _stacked(
    length: Decimal, width: Decimal, thick: Sequence[Decimal]
) -> tuple[Decimal, Decimal, Decimal]:
    """Return the sides of a box of as few stacks as make it no tower: none too high for its base.

    `length` and `width` are of the largest package, `thick` is how thick each one is.
    """
    along = across = 1
    while (height := _highest(thick, along * across)) > _TOWER * max(
        length * along, width * across
    ):
        if length * along <= width * across:
            along += 1
        else:
            across += 1
    longer, shorter = sorted((length * along, width * across), reverse=True)
    return longer, shorter, height


def _highest(thick: Sequence[Decimal], stacks: int) -> Decimal:
    """Return how high the highest of so many stacks gets, each package put on the lowest."""
    heights = [Decimal(0)] * stacks
    for one in sorted(thick, reverse=True):
        heapreplace(heights, heights[0] + one)
    return max(heights)


def made_of(
    wanted: Mapping[str, int], found: Sequence[ParcelOutcome]
) -> list[tuple[ParcelOutcome, dict[str, int]]]:
    """Return which parcels were made of a request, with the pieces of each by remote SKU.

    `found` are parcels that nobody here knows. One that holds more than what is left of the
    request, or other goods, was not made of it. One whose goods were not told takes all that is
    left. Empty where none fits.
    """
    left = dict(wanted)
    made: list[tuple[ParcelOutcome, dict[str, int]]] = []
    for parcel in found:
        if not parcel.remote_id or parcel.phase in ENDED:
            continue
        items: dict[str, int] = {}
        for sku, pieces in parcel.items:
            items[sku] = items.get(sku, 0) + pieces
        items = items or {sku: pieces for sku, pieces in left.items() if pieces}
        if not items or any(left.get(sku, 0) < pieces for sku, pieces in items.items()):
            continue
        for sku, pieces in items.items():
            left[sku] -= pieces
        made.append((parcel, items))
    return made
