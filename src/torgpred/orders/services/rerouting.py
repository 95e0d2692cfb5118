"""Rerouting: a consignment's promises move to one warehouse that has all of it.

Which one: named, else the one in the buyer's country before the others, then by rank, which is
the order of cost. Intake promises each line by itself; this puts a consignment together, at a
person's wish or by itself (`gathering`).
"""

from collections.abc import Mapping, Sequence
from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.services import promises
from torgpred.orders.services.parts import NotToShipError, locked_part, the_part
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock import selectors as stock
from torgpred.stock.core.values import LevelCard, Pieces, WarehouseCard
from torgpred.stock.services.promising import give_back, promise

_OPEN: LiteralString = """
    SELECT allocation.id, allocation.line_id, allocation.sku, allocation.warehouse_id,
           allocation.pieces, allocation.lock_id
    FROM orders_line line JOIN orders_allocation allocation ON allocation.line_id = line.id
    WHERE line.consignment_id = %s AND allocation.shipped IS NULL ORDER BY allocation.id
"""


class NotWholeError(TorgpredError):
    """No warehouse that may be meant has all of it."""

    code = "orders.not_whole"
    template = "Order {given} lies whole in no such warehouse: {lacks}."


class Rerouted(msgspec.Struct, frozen=True):
    """Where a consignment is served from now, and how many pieces moved there; 0: it was."""

    order: str
    warehouse: str
    pieces: int


class _Open(msgspec.Struct, frozen=True):
    id: int
    line_id: int
    sku: str
    warehouse_id: int
    pieces: int
    lock_id: int | None


def reroute(
    *,
    seller_id: int,
    order: str,
    warehouse_id: int | None = None,
    actor: str,
    shop_id: int | None = None,
    local: bool = False,
) -> Rerouted:
    """Move a consignment's open promises to one warehouse, in one transaction.

    `local` leaves out warehouses abroad. What is short stays short. Repeating it moves nothing.
    Raises UnknownConsignmentError, WhichShopError, NotToShipError where nothing is promised or it
    is packed, NotWholeError.
    """
    with operator_scope():
        part = locked_part(seller_id, order, shop_id)
        _check_open(part)
        promises.lock([part.order_id])
        promised = _promised(part)
        if not promised:
            raise NotToShipError(given=order, reason="nothing is promised to it")
        place = _choose(part, promised, warehouse_id, local=local)
        moving = [one for one in promised if one.warehouse_id != place.id]
        if moving:
            _move(part, moving, place, actor)
            wake("orders.changed")
    return Rerouted(order, place.code, sum(one.pieces for one in moving))


def others(seller_id: int, order: str, shop_id: int | None = None) -> list[WarehouseCard]:
    """Return the warehouses that a consignment could be moved to, having all promised to it.

    The best first; where all of it lies in one already, that one is none of them. Raises
    UnknownConsignmentError, WhichShopError.
    """
    with scope(seller_id):
        part = the_part(seller_id, order, shop_id)
        promised = _promised(part)
        wanted, there = _there(part, promised)
        now_in = {one.warehouse_id for one in promised}
        return [
            place
            for place in _places(part)
            if promised and now_in != {place.id} and not _lacking(wanted, there.get(place.id, {}))
        ]


def _promised(part: models.Consignment) -> list[_Open]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [part.pk])
        return [_Open(*row) for row in cursor.fetchall()]


def _check_open(part: models.Consignment) -> None:
    if part.phase not in models.OPEN_PHASES:
        raise NotToShipError(given=part.remote_id, reason=f"it is {part.phase}")
    packed = models.Parcel.objects.filter(
        consignment_id=part.pk, state__in=["wanted", "made", "left"]
    )
    if packed.exists():
        why = "it is packed; delete its parcels first: torgpred orders parcels delete"
        raise NotToShipError(given=part.remote_id, reason=why)


def _choose(
    part: models.Consignment, promised: Sequence[_Open], warehouse_id: int | None, *, local: bool
) -> WarehouseCard:
    wanted, there = _there(part, promised)
    places = [
        one
        for one in _places(part)
        if warehouse_id in (None, one.id) and (one.country == part.country or not local)
    ]
    for place in places:
        if not _lacking(wanted, there.get(place.id, {})):
            return place
    lacks = "; ".join(
        f"{place.code} lacks {', '.join(_lacking(wanted, there.get(place.id, {})))}"
        for place in places
    )
    raise NotWholeError(given=part.remote_id, lacks=lacks or "there is no such warehouse")


def _there(
    part: models.Consignment, promised: Sequence[_Open]
) -> tuple[dict[str, int], dict[int, dict[str, int]]]:
    """Return what is promised by SKU, and what each warehouse could give of it."""
    wanted: dict[str, int] = {}
    for one in promised:
        wanted[one.sku] = wanted.get(one.sku, 0) + one.pieces
    there: dict[int, dict[str, int]] = {}
    kept = stock.kept_for(part.seller_id, part.shop_id, wanted)
    for level in stock.levels(part.seller_id, skus=list(wanted)):
        free = _free(level, promised) + kept.get((level.sku, level.warehouse_id), 0)
        there.setdefault(level.warehouse_id, {})[level.sku] = free
    return wanted, there


def _places(part: models.Consignment) -> list[WarehouseCard]:
    """Return the seller's warehouses, those in the buyer's country first, then by rank."""
    return sorted(
        stock.warehouses(part.seller_id),
        key=lambda one: (one.country != part.country, one.rank, one.id),
    )


def _free(level: LevelCard, promised: Sequence[_Open]) -> int:
    """Return what the consignment may have of a level: what is free, and what is promised to it."""
    own = sum(
        one.pieces
        for one in promised
        if (one.sku, one.warehouse_id) == (level.sku, level.warehouse_id)
    )
    return max(level.available, 0) + own


def _lacking(wanted: Mapping[str, int], there: Mapping[str, int]) -> list[str]:
    return [
        f"{pieces - there.get(sku, 0)} of {sku}"
        for sku, pieces in sorted(wanted.items())
        if there.get(sku, 0) < pieces
    ]


def _move(
    part: models.Consignment, moving: Sequence[_Open], place: WarehouseCard, actor: str
) -> None:
    def row(one: _Open, there: int, lock_id: int | None = None) -> Pieces:
        return Pieces(part.seller_id, one.sku, there, one.pieces, part.remote_id, lock_id)

    models.Allocation.objects.filter(pk__in=[one.id for one in moving]).update(shipped=False)
    give_back([row(one, one.warehouse_id, one.lock_id) for one in moving], actor=actor)
    for one in moving:
        models.Allocation.objects.bulk_create(
            models.Allocation(
                seller_id=part.seller_id,
                line_id=one.line_id,
                warehouse_id=place.id,
                sku=one.sku,
                pieces=drawn.pieces,
                lock_id=drawn.lock_id,
            )
            for drawn in promise([row(one, place.id)], shop_id=part.shop_id)
        )
