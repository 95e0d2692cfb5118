"""What becomes of promised pieces: for the area of orders, which keeps the promises themselves.

All take many levels of many sellers at once and work in the caller's transaction, in whose scope
all sellers named must lie: `orders` closes its allocations and calls one of these with what its
statement returned, so that both stand or fall together. That closing (`WHERE shipped IS NULL ...
RETURNING`) is also what makes a repetition harmless. Rows of one level add up. Each but
`lock_levels` raises TooFewError, having changed nothing, where fewer pieces are reserved (of
`promise`: free) than the rows say: the caller must let its transaction fall then.

Whoever locks anything locks in one order, so that two wait for one another and never for each
other: what belongs to `orders` first (orders, consignments, shortages, allocations, each by its
number), then levels by seller, SKU and warehouse, then locks of levels that it holds. A transaction
that calls several of these, or one of them twice, locks all its levels at the beginning by
`lock_levels`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from django.db import connection
from django.db.transaction import TransactionManagementError

from torgpred.stock.core.values import Changed, Pieces, checked
from torgpred.stock.models import MovementKind
from torgpred.stock.services import drawing
from torgpred.stock.services.levelling import GIVE_BACK, MOVE, RESERVE, SHIP, Deed, level

_HOLD: LiteralString = """
    SELECT level.id FROM unnest(%(sellers)s::bigint[], %(skus)s::text[]) AS asked (seller_id, sku)
    JOIN stock_level level ON level.seller_id = asked.seller_id AND level.sku = asked.sku
    ORDER BY level.seller_id, level.sku, level.warehouse_id
    FOR NO KEY UPDATE OF level
"""


def lock_levels(goods: Iterable[tuple[int, str]]) -> None:
    """Lock all levels of these (seller, SKU), in their order, until the transaction ends."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("to be called in the transaction of the promises")
    asked = sorted(set(goods))
    names: dict[str, Any] = {
        "sellers": [one for one, _ in asked],
        "skus": [sku for _, sku in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, names)


def promise(rows: Sequence[Pieces], *, shop_id: int) -> list[Pieces]:
    """Reserve pieces of the levels named for a shop's order: a promise moves to another warehouse.

    From locks that name the shop first, then what is free. Return what was promised, row by row in
    the same order; a row that is served from several pots comes back as several, each with the
    lock it came out of.
    """
    _asked(rows)
    lock_levels((row.seller_id, row.sku) for row in rows)
    drawn = drawing.draw(rows, drawing.usable(rows, shop_id))
    drawing.write(drawn, sign=1)
    level(RESERVE, drawn, kept=[row.pieces if row.lock_id else 0 for row in drawn])
    return drawn


def give_back(rows: Sequence[Pieces], *, actor: str = "") -> Changed:
    """Release reserved pieces: an order was cancelled, or its promise taken back for a shortage.

    What came out of a lock goes back into it while it is open. Where the level owes pieces, owing
    settles first; the rest is free for others.
    """
    _asked(rows)
    if not any(row.lock_id for row in rows):
        return level(GIVE_BACK, rows, actor=actor)
    lock_levels((row.seller_id, row.sku) for row in rows)
    still_open = drawing.write([row for row in rows if row.lock_id], sign=-1)
    kept = [row.pieces if row.lock_id in still_open else 0 for row in rows]
    return level(GIVE_BACK, rows, actor=actor, kept=kept)


def ship(rows: Sequence[Pieces], *, actor: str) -> Changed:
    """Let reserved pieces leave the warehouse: a movement "shipped" a row, with its reference.

    Pieces that leave were there: a count that found fewer is put right by a movement "count".
    """
    return _promised(SHIP, rows, MovementKind.SHIPPED.value, actor)


def take_back(rows: Sequence[Pieces], *, actor: str) -> Changed:
    """Let returned pieces lie in a warehouse again, once somebody saw them: "returned"."""
    return _promised(MOVE, rows, MovementKind.RETURNED.value, actor)


def _promised(deed: Deed, rows: Sequence[Pieces], kind: str, actor: str) -> Changed:
    _asked(rows)
    return level(deed, rows, kind=kind, actor=actor)


def _asked(rows: Sequence[Pieces]) -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("to be called in the transaction of the promises")
    checked(((row.sku, row.pieces) for row in rows), lambda pieces: pieces > 0, "1 or more")
