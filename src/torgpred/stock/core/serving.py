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
    """Return the goods of which all pieces that are wanted come from one warehouse, and from which.

    Such are those that lie whole in a warehouse in their buyers' country, of several the one of the
    lowest rank, then of the lowest number; and those that only one warehouse has free pieces of, if
    they are enough: it serves near and far alike. Goods that have locked pieces anywhere are left
    out: whom those are kept for is not known here. Levels name their goods by the place in `asked`,
    from 1; those of one SKU need not stand together.
    """
    near: dict[Goods, Place] = {}
    only: dict[Goods, Place | None] = {}
    kept: set[Goods] = set()
    for at, level, warehouse, country, rank, free, locked in levels:
        goods = asked[at - 1]
        if locked:
            kept.add(goods)
        if free <= 0:
            continue
        want, enough = wants[goods], None
        if free >= want.pieces:
            enough = Place(level, warehouse, rank)
            if country == want.country:
                best = near.get(goods)
                if best is None or _order(enough) < _order(best):
                    near[goods] = enough
        only[goods] = None if goods in only else enough
    found = near | {goods: one for goods, one in only.items() if one is not None}
    for goods in kept:
        found.pop(goods, None)
    return found


def _order(place: Place) -> tuple[int, int]:
    return place.rank, place.warehouse_id
