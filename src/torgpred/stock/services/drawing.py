"""Drawing on locks row by row, for the few promises that move or end: orders draw in `reserving`.

Locks are read and written here by those who hold their levels, and never otherwise.
"""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.stock.core.drawing import Pot, drawn
from torgpred.stock.core.values import Pieces

# As in `reserving`: the lock that ends first, then the one of fewer shops, then the oldest; of a
# level that owes pieces as many as truly lie there and are not reserved.
_USABLE: LiteralString = """
    SELECT lock.id, lock.seller_id, lock.sku, lock.warehouse_id,
           lock.pieces - lock.used - lock.freed,
           greatest(level.on_hand - level.owing - level.reserved, 0)
    FROM (SELECT DISTINCT * FROM unnest(%(sellers)s::bigint[], %(skus)s::text[],
              %(warehouses)s::bigint[]) AS asked (seller_id, sku, warehouse_id)) asked
    JOIN stock_level level ON level.seller_id = asked.seller_id AND level.sku = asked.sku
     AND level.warehouse_id = asked.warehouse_id
    JOIN stock_lock lock ON lock.seller_id = level.seller_id AND lock.sku = level.sku
     AND lock.warehouse_id = level.warehouse_id
    WHERE lock.closed_at IS NULL AND %(shop)s = ANY (lock.shop_ids)
      AND lock.pieces > lock.used + lock.freed
    ORDER BY lock.until NULLS LAST, cardinality(lock.shop_ids), lock.id
"""

_WRITE: LiteralString = """
    WITH given AS (
        SELECT lock_id, sum(pieces)::int AS pieces
        FROM unnest(%(locks)s::bigint[], %(pieces)s::int[]) AS told (lock_id, pieces)
        GROUP BY lock_id
    )
    UPDATE stock_lock lock
    SET used = used + given.pieces,
        freed = CASE WHEN closed_at IS NULL THEN freed ELSE freed - given.pieces END
    FROM given WHERE lock.id = given.lock_id
    RETURNING lock.id, lock.closed_at IS NULL
"""


def usable(rows: Iterable[Pieces], shop_id: int) -> list[Pot]:
    """Return the locks of these levels that name the shop, in the order in which they serve."""
    levels = sorted({(row.seller_id, row.sku, row.warehouse_id) for row in rows})
    names: dict[str, Any] = {
        "sellers": [seller for seller, _, _ in levels],
        "skus": [sku for _, sku, _ in levels],
        "warehouses": [warehouse for _, _, warehouse in levels],
        "shop": shop_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USABLE, names)
        return [Pot(*row) for row in cursor.fetchall()]


def draw(rows: Sequence[Pieces], pots: Sequence[Pot]) -> list[Pieces]:
    """Return the rows as they are served: out of pots first, the rest out of what is free."""
    return [
        msgspec.structs.replace(rows[place], pieces=pieces, lock_id=lock_id)
        for place, pieces, lock_id in drawn(rows, pots)
    ]


def write(rows: Sequence[Pieces], *, sign: int) -> set[int]:
    """Count pieces as used (1) or as given back (-1) in their locks; return those still open.

    What comes back to a closed lock is freed: it is nobody's any more. Rows of no lock are passed
    over.
    """
    of_locks = [(row.lock_id, sign * row.pieces) for row in rows if row.lock_id]
    if not of_locks:
        return set()
    names: dict[str, Any] = {
        "locks": [lock_id for lock_id, _ in of_locks],
        "pieces": [pieces for _, pieces in of_locks],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, names)
        return {lock_id for lock_id, is_open in cursor.fetchall() if is_open}
