"""Serving: what may be promised of levels at once, without sharing anything out."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

Goods = tuple[int, str]
"""(seller, SKU)."""


class Want(msgspec.Struct, gc=False):
    """Pieces wanted of an SKU in all; `country` is the buyers', None where they are of several."""

    pieces: int
    country: str | None


Level = tuple[int, int, int, str, int, int, int]
"""(place of the goods asked for, level, warehouse, its country and rank, free pieces, locked)."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where all pieces of an SKU lie that are wanted."""

    level_id: int
    warehouse_id: int
    rank: int


def whole(
    wants: Mapping[Goods, Want], asked: Sequence[Goods], levels: Iterable[Level]
) -> dict[Goods, Place]:
    """Return the goods that are served whole from one warehouse in their buyers' country.

    Levels name their goods by the place in `asked`, from 1. Of several such warehouses the one of
    the lowest rank serves, then that of the lowest number. Goods that have locked pieces anywhere
    are left out: whom those are kept for is not known here.
    """
    found: dict[Goods, Place] = {}
    kept: set[Goods] = set()
    for at, level, warehouse, country, rank, free, locked in levels:
        goods = asked[at - 1]
        want = wants[goods]
        if locked:
            kept.add(goods)
        elif free >= want.pieces and country == want.country:
            best = found.get(goods)
            if best is None or (rank, warehouse) < (best.rank, best.warehouse_id):
                found[goods] = Place(level, warehouse, rank)
    for goods in kept:
        found.pop(goods, None)
    return found
