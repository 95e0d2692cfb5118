"""Stock: warehouses, levels, locks, the ledger; counting, moving, keeping back."""

from itertools import groupby
from typing import Annotated

from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, after_text, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.shapes.stock import (
    Changed,
    Count,
    KeepBack,
    LedgerShape,
    Levels,
    Locks,
    Move,
    Warehouses,
)
from torgpred.api.shapes.values import NO_CONTROL
from torgpred.orders import selectors as orders
from torgpred.runtime.scope import one_moment
from torgpred.stock import selectors as stock
from torgpred.stock.core.equation import Promise, equation
from torgpred.stock.core.values import Changed as ChangedLevels
from torgpred.stock.services import keeping, moving, warehouses

READ, WRITE = "stock:read", "stock:write"
_MOVEMENTS = 1_000

section = Section("Stock")


@section.read("/sellers/{seller}/warehouses", READ, Warehouses)
def list_warehouses(request: Entered, seller: str) -> dict[str, object]:
    """List the warehouses, in the order in which they serve."""
    return {"items": stock.warehouses(request.caller.seller.id)}


@section.read("/sellers/{seller}/stock", READ, Levels)
def levels(
    request: Entered,
    seller: str,
    cursor: Cursor,
    limit: Limit,
    sku: Annotated[
        list[Annotated[str, Query(max_length=255, pattern=NO_CONTROL)]],
        Query([], max_length=200, description="Only these SKUs."),
    ],
) -> dict[str, object]:
    """List the levels by SKU, or those of the SKUs named. `limit` counts SKUs."""
    owner = request.caller.seller.id
    if sku:
        return {"items": stock.levels(owner, skus=sku), "next": None}
    found = stock.levels(owner, after=after_text(cursor, "levels"), limit=limit + 1)
    by_sku = [(name, list(rows)) for name, rows in groupby(found, key=lambda one: one.sku)]
    rows, following = page(by_sku, lambda pair: pair[0], of="levels", limit=limit)
    return {"items": [one for _, some in rows for one in some], "next": following}


@section.read("/sellers/{seller}/stock/locks", READ, Locks)
def locks(request: Entered, seller: str, cursor: Cursor, limit: Limit) -> dict[str, object]:
    """List the open locks: pieces kept for a purpose, and the shops that sell them."""
    found = stock.open_locks(
        request.caller.seller.id, after=after_number(cursor, "locks") or 0, limit=limit + 1
    )
    rows, following = page(found, lambda one: one.id, of="locks", limit=limit)
    return {"items": rows, "next": following}


@section.read("/sellers/{seller}/stock/{path:sku}/ledger", READ, LedgerShape)
def ledger(request: Entered, seller: str, sku: str) -> dict[str, object]:
    """Tell what an SKU's numbers are made of: the last 1,000 movements, sums of those before."""
    owner = request.caller.seller.id
    with one_moment():
        kept = stock.ledger(owner, sku, limit=_MOVEMENTS)
        promised = orders.open_allocations(owner, sku)
    if not kept.levels:
        raise UnknownError
    promises = [Promise(one.order, one.warehouse, one.pieces, one.placed_at) for one in promised]
    return {"sku": sku, "lines": equation(kept, promises)}


@section.write("/sellers/{seller}/stock/count", WRITE, Changed)
def count_stock(request: Entered, seller: str, given: Count) -> Changed:
    """Enter a stock-take: what was counted lies there now."""
    owner, place = _place(request, given.warehouse)
    return _told(
        moving.count(
            seller_id=owner,
            warehouse_id=place,
            pieces=given.pieces,
            actor=request.caller.actor,
            reference=given.reference,
        )
    )


@section.write("/sellers/{seller}/stock/move", WRITE, Changed)
def move_stock(request: Entered, seller: str, given: Move) -> Changed:
    """Let pieces come or go, by SKU. All of it or nothing."""
    owner, place = _place(request, given.warehouse)
    return _told(
        moving.move(
            seller_id=owner,
            warehouse_id=place,
            pieces=given.pieces,
            actor=request.caller.actor,
            reference=given.reference,
        )
    )


@section.write("/sellers/{seller}/stock/buffer", WRITE, Changed)
def keep_back(request: Entered, seller: str, given: KeepBack) -> Changed:
    """Keep so many pieces of each SKU back from every shop, since they are sold elsewhere too."""
    owner, place = _place(request, given.warehouse)
    return _told(keeping.set_buffer(seller_id=owner, warehouse_id=place, pieces=given.pieces))


def _place(request: Entered, code: str) -> tuple[int, int]:
    """Return the seller and the warehouse meant. Raises UnknownWarehouseError."""
    owner = request.caller.seller.id
    return owner, warehouses.warehouse_meant(seller_id=owner, code=code).id


def _told(changed: ChangedLevels) -> Changed:
    return Changed(levels=changed.levels, owing=changed.owing)
