"""Promises of known orders: taken back, carried out, fewer, or more. In the operator's scope.

Every function keeps the stock in line in the same transaction, through the services of `stock`.
The caller holds the rows of the orders; `hold` then locks, in the one order that all of this area
keeps to (orders by number, consignments, shortages, allocations by number, levels by seller, SKU
and warehouse), all that the functions here may touch.
"""

from collections.abc import Sequence
from typing import Any, LiteralString

from django.db import connection

from torgpred.channels.core.orders import RawLine
from torgpred.kernel.clock import now
from torgpred.orders.services.staging import LONGEST_NAME, StagedOrder
from torgpred.stock.core.values import Pieces
from torgpred.stock.services.promising import give_back, lock_levels
from torgpred.stock.services.promising import ship as ship_pieces
from torgpred.stock.services.reserving import reservation_sql

_HELD_SHORTAGES: LiteralString = """
    SELECT shortage.id FROM orders_consignment part
    JOIN orders_line line ON line.consignment_id = part.id
    JOIN orders_shortage shortage ON shortage.line_id = line.id
    WHERE part.order_id = ANY(%s) AND shortage.settled_at IS NULL
    ORDER BY shortage.id FOR NO KEY UPDATE OF shortage
"""
_HELD_ALLOCATIONS: LiteralString = """
    SELECT allocation.id FROM orders_consignment part
    JOIN orders_line line ON line.consignment_id = part.id
    JOIN orders_allocation allocation ON allocation.line_id = line.id
    WHERE part.order_id = ANY(%s) AND allocation.shipped IS NULL
    ORDER BY allocation.id FOR NO KEY UPDATE OF allocation
"""
_GOODS: LiteralString = """
    SELECT DISTINCT line.seller_id, line.sku FROM orders_consignment part
    JOIN orders_line line ON line.consignment_id = part.id WHERE part.order_id = ANY(%s)
"""

_CLOSE: LiteralString = """
    UPDATE orders_allocation allocation SET shipped = %(shipped)s
    FROM orders_line line
    JOIN orders_consignment part ON part.id = line.consignment_id
    WHERE allocation.line_id = line.id AND allocation.shipped IS NULL
      AND part.order_id = ANY(%(orders)s)
      AND (NOT %(shipped)s OR part.phase IN ('shipped', 'delivered'))
    RETURNING allocation.seller_id, allocation.sku, allocation.warehouse_id, allocation.pieces,
              part.remote_id, allocation.lock_id
"""

_SETTLE: LiteralString = """
    UPDATE orders_shortage shortage
    SET settled_at = %(now)s, settled_by = %(actor)s, remedy = %(remedy)s
    FROM orders_line line
    JOIN orders_consignment part ON part.id = line.consignment_id
    WHERE shortage.line_id = line.id AND shortage.settled_at IS NULL
      AND part.order_id = ANY(%(orders)s)
      AND (NOT %(shipped)s OR part.phase IN ('shipped', 'delivered'))
"""

_LEFT: LiteralString = """
    UPDATE orders_parcel parcel SET state = 'left', left_at = %(now)s
    FROM orders_consignment part
    WHERE part.id = parcel.consignment_id AND parcel.state = 'made'
      AND part.order_id = ANY(%(orders)s) AND part.phase IN ('shipped', 'delivered')
"""

# The newest promises of a line are taken back first, as far as its pieces go.
_REDUCE = """
    WITH given AS (
        SELECT * FROM unnest(%(lines)s::bigint[], %(pieces)s::int[]) AS told (line, pieces)
    ),
    less AS (
        UPDATE orders_line line
        SET quantity = line.quantity - given.pieces,
            amount = line.price * (line.quantity - given.pieces)
        FROM given WHERE line.id = given.line
    ),
    short AS (
        SELECT shortage.id, shortage.line_id, shortage.pieces,
               least(shortage.pieces, given.pieces) AS off
        FROM orders_shortage shortage JOIN given ON given.line = shortage.line_id
        WHERE shortage.settled_at IS NULL
    ),
    lifted AS (
        UPDATE orders_shortage shortage
        SET pieces = greatest(shortage.pieces - short.off, 1),
            settled_at = CASE WHEN short.off = shortage.pieces THEN %(now)s::timestamptz END,
            remedy = CASE WHEN short.off = shortage.pieces THEN 'fewer' ELSE '' END
        FROM short WHERE shortage.id = short.id
    ),
    rest AS (
        SELECT given.line, given.pieces - coalesce(sum(short.off), 0) AS pieces
        FROM given LEFT JOIN short ON short.line_id = given.line
        GROUP BY given.line, given.pieces
    ),
    open AS (
        SELECT allocation.id, allocation.line_id, allocation.pieces,
               sum(allocation.pieces) OVER (PARTITION BY allocation.line_id
                                            ORDER BY allocation.id DESC)
               - allocation.pieces AS before
        FROM orders_allocation allocation JOIN rest ON rest.line = allocation.line_id
        WHERE allocation.shipped IS NULL
    ),
    cut AS (
        SELECT open.id, least(open.pieces, rest.pieces - open.before)::int AS pieces
        FROM open JOIN rest ON rest.line = open.line_id
        WHERE rest.pieces > open.before
    )
    UPDATE orders_allocation allocation
    SET pieces = CASE WHEN cut.pieces = allocation.pieces THEN allocation.pieces
                      ELSE allocation.pieces - cut.pieces END,
        shipped = CASE WHEN cut.pieces = allocation.pieces THEN false END
    FROM cut JOIN orders_allocation was ON was.id = cut.id
    JOIN orders_line line ON line.id = was.line_id
    JOIN orders_consignment part ON part.id = line.consignment_id
    WHERE allocation.id = cut.id
    RETURNING allocation.seller_id, allocation.sku, allocation.warehouse_id, cut.pieces,
              part.remote_id, allocation.lock_id
"""

_ADD = """
    INSERT INTO orders_line (seller_id, order_id, consignment_id, remote_id, sku, remote_sku_id,
        name, quantity, price, amount)
    SELECT part.seller_id, part.order_id, part.id, %s, %s, %s, %s, 0, %s, 0
    FROM orders_consignment part WHERE part.order_id = %s AND part.seller_id = %s
    RETURNING id
"""

_ADD_PART = """
    WITH added AS (
        INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase, placed_at,
            ship_by, currency, amount, country, buyer)
        SELECT %s, id, shop_id, remote_id, phase, placed_at, ship_by, currency, 0, country, %s
        FROM orders_order WHERE id = %s
        ON CONFLICT (order_id, seller_id) DO NOTHING
        RETURNING seller_id, shop_id, currency, placed_at
    )
    INSERT INTO orders_tally (seller_id, shop_id, currency, minute, parts, orders, amount)
    SELECT seller_id, shop_id, currency, date_trunc('minute', placed_at), 1, 0, 0 FROM added
"""

_RAISE = f"""
    WITH given AS (
        SELECT * FROM unnest(%(lines)s::bigint[], %(pieces)s::int[]) AS told (line, pieces)
    ),
    raised AS (
        UPDATE orders_line line
        SET quantity = line.quantity + given.pieces,
            amount = line.price * (line.quantity + given.pieces)
        FROM given WHERE line.id = given.line
        RETURNING line.id, line.seller_id, line.sku, line.consignment_id
    ),
    wanted AS MATERIALIZED (
        SELECT raised.id AS line_id, raised.seller_id, raised.sku, part.country, given.pieces,
               part.shop_id
        FROM raised JOIN given ON given.line = raised.id
        JOIN orders_consignment part ON part.id = raised.consignment_id
    ),
    {reservation_sql()},
    promised AS (
        INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces, lock_id)
        SELECT seller_id, line_id, warehouse_id, sku, pieces, lock_id FROM taken
    )
    INSERT INTO orders_shortage
        (seller_id, line_id, sku, pieces, why, noticed_at, settled_by, remedy)
    SELECT seller_id, line_id, sku, pieces, 'stock', %(now)s, '', '' FROM lacking
"""  # noqa: S608 - constants only

_SUMS = """
    UPDATE orders_consignment part SET amount = lines.amount
    FROM (SELECT consignment_id, sum(amount) AS amount FROM orders_line
          WHERE consignment_id IN (SELECT consignment_id FROM orders_line WHERE id = ANY(%s))
          GROUP BY consignment_id) lines
    WHERE part.id = lines.consignment_id
"""


def lock(order_ids: Sequence[int]) -> None:
    """Lock what promises of these orders are made of, before any of it is changed."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD_SHORTAGES, [list(order_ids)])
        cursor.execute(_HELD_ALLOCATIONS, [list(order_ids)])
        cursor.execute(_GOODS, [list(order_ids)])
        goods = cursor.fetchall()
    lock_levels(goods)


def release(*, order_ids: Sequence[int], remedy: str, actor: str = "") -> int:
    """Take back every open promise of these orders and settle what was short; return pieces."""
    freed = _closed(order_ids, shipped=False, actor=actor, remedy=remedy)
    if freed:
        give_back(freed, actor=actor)
    return sum(one.pieces for one in freed)


def ship(*, order_ids: Sequence[int], actor: str) -> int:
    """Let the promised pieces of these orders' shipped parts leave; return how many.

    What such a part was short of is settled, since it went all the same.
    """
    sent = _closed(order_ids, shipped=True, actor=actor, remedy="sent")
    if sent:
        ship_pieces(sent, actor=actor)
    return sum(one.pieces for one in sent)


def reduce(fewer: Sequence[tuple[int, int]]) -> None:
    """Let lines want fewer pieces: what is short goes first, then the newest promises."""
    names: dict[str, Any] = {
        "lines": [line for line, _ in fewer],
        "pieces": [pieces for _, pieces in fewer],
        "now": now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REDUCE, names)
        freed = [Pieces(*row) for row in cursor.fetchall()]
        cursor.execute(_SUMS, [names["lines"]])
    if freed:
        give_back(freed)


def raise_wanted(more: Sequence[tuple[int, int]]) -> None:
    """Let lines want more pieces, and promise them as far as they are there."""
    names: dict[str, Any] = {
        "lines": [line for line, _ in more],
        "pieces": [pieces for _, pieces in more],
        "now": now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, names)
        cursor.execute(_SUMS, [names["lines"]])


def add_lines(order_id: int, told: StagedOrder, added: Sequence[RawLine]) -> list[tuple[int, int]]:
    """Add lines that a newer version has, wanting nothing yet; return (line, pieces it wants)."""
    made: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        for line in added:
            seller, key = told.whose.of(line.sku)
            cursor.execute(_ADD_PART, [seller, told.buyer, order_id])
            cursor.execute(
                _ADD,
                [
                    line.remote_id,
                    key,
                    line.remote_sku_id,
                    line.name[:LONGEST_NAME],
                    line.price,
                    order_id,
                    seller,
                ],
            )
            made.append((cursor.fetchone()[0], line.quantity))
    return made


def _closed(order_ids: Sequence[int], *, shipped: bool, actor: str, remedy: str) -> list[Pieces]:
    names: dict[str, Any] = {
        "orders": list(order_ids),
        "shipped": shipped,
        "actor": actor,
        "remedy": remedy,
        "now": now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, names)
        rows = [Pieces(*row) for row in cursor.fetchall()]
        cursor.execute(_SETTLE, names)
        if shipped:
            cursor.execute(_LEFT, names)
        return rows
