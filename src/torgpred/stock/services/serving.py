"""Serving: the quick way to reserve, for goods that come whole from one warehouse.

The rules are those of `reserving`, which serves all that this way leaves over. Levels are locked in
the same one order, by a statement of their own: what follows sees them as they are then, where one
statement that locks and writes would have to check every row again that another one had changed.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from django.db import connection
from django.db.transaction import TransactionManagementError

from torgpred.runtime.arrays import array
from torgpred.stock.core.serving import Goods, Place, Want, whole

_HOLD: LiteralString = """
    SELECT asked.place, level.id, level.warehouse_id, warehouse.country, warehouse.rank,
           level.free, level.locked
    FROM unnest(%(sellers)s::bigint[], %(skus)s::text[]) WITH ORDINALITY
         AS asked (seller_id, sku, place)
    CROSS JOIN LATERAL (
        SELECT id, warehouse_id, locked, on_hand - reserved - locked - buffer - owing AS free
        FROM stock_level
        WHERE seller_id = asked.seller_id AND sku = asked.sku
        ORDER BY warehouse_id
        FOR NO KEY UPDATE
    ) level
    JOIN stock_warehouse warehouse ON warehouse.id = level.warehouse_id
"""
_RESERVE: LiteralString = """
    WITH reserved AS (
        UPDATE stock_level level SET reserved = level.reserved + given.pieces
        FROM unnest(%(levels)s::bigint[], %(pieces)s::int[]) AS given (id, pieces)
        WHERE level.id = given.id
        RETURNING level.seller_id, level.sku
    )
    INSERT INTO stock_change (seller_id, sku, at) SELECT seller_id, sku, now() FROM reserved
"""


def reserve_whole(wants: Mapping[Goods, Want]) -> dict[Goods, Place]:
    """Reserve what is wanted of goods that come whole from one warehouse; return from which.

    The change is noted for areas above. Goods that are not named in what is returned are untouched:
    they are for `reservation_sql`. The levels of all stay locked. To be called in the transaction
    of the promises at READ COMMITTED, in a scope that covers all sellers, once.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("to be called in the transaction of the promises")
    if not wants:
        return {}
    asked = sorted(wants)
    names: dict[str, Any] = {
        "sellers": array([seller for seller, _ in asked]),
        "skus": array([sku for _, sku in asked]),
    }
    cursor = psycopg.Cursor(connection.connection)
    cursor.execute(_HOLD, names, prepare=True, binary=True)
    places = whole(wants, asked, cursor.fetchall())
    if places:
        names = {
            "levels": array([place.level_id for place in places.values()]),
            "pieces": array([wants[goods].pieces for goods in places]),
        }
        cursor.execute(_RESERVE, names, prepare=True)
    return places
