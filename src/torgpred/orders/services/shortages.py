"""Shortages: what a line lacks is served when pieces come, and promises that no count covers end.

Both are looked for in the database and done set-wise, a bounded part at a time: repeating either
does nothing twice, whoever does it at once.
"""

from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders.models import OPEN_PHASES
from torgpred.orders.services import cancelling
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock import selectors as stock
from torgpred.stock.core.values import Pieces
from torgpred.stock.services.promising import give_back, lock_levels
from torgpred.stock.services.reserving import reservation_sql

AT_ONCE: Final = 500
"""Shortages served in one transaction, at most."""


class UnknownShortageError(TorgpredError):
    """No open shortage has this number."""

    code = "orders.unknown_shortage"
    template = "No open shortage {given} is known of this seller. See: torgpred orders shortages"


class Served(msgspec.Struct, frozen=True):
    """Lines that got pieces, how many pieces, and whether more may be left to serve."""

    lines: int
    pieces: int
    more: bool


# Consignments and shortages are locked before levels: one that is being merged is left for later,
# so that a cancellation never meets a promise made behind it.
_SERVE: LiteralString = f"""
    WITH picked AS MATERIALIZED (
        SELECT shortage.id, shortage.line_id, shortage.seller_id, shortage.sku, shortage.pieces,
               part.country, part.shop_id
        FROM orders_shortage shortage
        JOIN orders_line line ON line.id = shortage.line_id
        JOIN orders_consignment part ON part.id = line.consignment_id
        WHERE shortage.settled_at IS NULL AND part.phase = ANY(%(open)s)
          AND NOT EXISTS (SELECT FROM orders_cancellation one
                          WHERE one.consignment_id = part.id AND one.ended_at IS NULL)
          AND (%(shortage)s::bigint IS NULL OR shortage.id = %(shortage)s)
          AND (%(seller)s::bigint IS NULL OR shortage.seller_id = %(seller)s)
          AND EXISTS (SELECT FROM stock_level level WHERE level.seller_id = shortage.seller_id
               AND level.sku = shortage.sku AND (level.on_hand - level.reserved - level.locked
                   - level.buffer - level.owing > 0
                   OR level.locked > 0 AND level.on_hand - level.owing > level.reserved
                   AND EXISTS (SELECT FROM stock_lock lock WHERE lock.seller_id = level.seller_id
                        AND lock.sku = level.sku AND lock.warehouse_id = level.warehouse_id
                        AND lock.closed_at IS NULL AND part.shop_id = ANY (lock.shop_ids)
                        AND lock.pieces > lock.used + lock.freed)))
        ORDER BY shortage.line_id LIMIT %(most)s
        FOR NO KEY UPDATE OF part, shortage SKIP LOCKED
    ),
    wanted AS MATERIALIZED (
        SELECT line_id, seller_id, sku, min(country) AS country, sum(pieces)::int AS pieces,
               min(shop_id) AS shop_id
        FROM picked GROUP BY line_id, seller_id, sku
    ),
    {reservation_sql()},
    promised AS (
        INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces, lock_id)
        SELECT seller_id, line_id, warehouse_id, sku, pieces, lock_id FROM taken
    ),
    got AS MATERIALIZED (
        SELECT picked.id, picked.pieces, least(picked.pieces, greatest(0, given.pieces - (
                   sum(picked.pieces) OVER (PARTITION BY picked.line_id ORDER BY picked.id)
                   - picked.pieces)))::int AS off
        FROM picked
        JOIN (SELECT line_id, sum(pieces) AS pieces FROM taken GROUP BY line_id) given
          ON given.line_id = picked.line_id
    ),
    settled AS (
        UPDATE orders_shortage shortage
        SET pieces = CASE WHEN got.off = got.pieces THEN got.pieces ELSE got.pieces - got.off END,
            settled_at = CASE WHEN got.off = got.pieces THEN %(now)s::timestamptz END,
            settled_by = CASE WHEN got.off = got.pieces THEN %(actor)s ELSE '' END,
            remedy = CASE WHEN got.off = got.pieces THEN %(remedy)s ELSE shortage.remedy END
        FROM got WHERE got.id = shortage.id AND got.off > 0
    )
    SELECT (SELECT count(*) FROM picked),
           (SELECT count(DISTINCT line_id) FROM taken),
           (SELECT coalesce(sum(pieces), 0) FROM taken)
"""  # noqa: S608 - constants only

# Locked before the level, as `promises` tells.
_OPEN: LiteralString = """
    SELECT id FROM orders_allocation
    WHERE seller_id = %(seller)s AND sku = %(sku)s AND warehouse_id = %(warehouse)s
      AND shipped IS NULL
    ORDER BY id FOR NO KEY UPDATE
"""

# The newest promises of a level are taken back first, as far as nothing covers them.
_TAKE_BACK: LiteralString = """
    WITH open AS (
        SELECT id, line_id, pieces, lock_id FROM orders_allocation WHERE id = ANY(%(open)s)
    ),
    laid AS (
        SELECT *, sum(pieces) OVER (ORDER BY id DESC) - pieces AS before FROM open
    ),
    cut AS MATERIALIZED (
        SELECT id, line_id, lock_id, pieces AS had,
               least(pieces, %(lacking)s - before)::int AS pieces
        FROM laid WHERE before < %(lacking)s
    ),
    less AS (
        UPDATE orders_allocation allocation
        SET pieces = CASE WHEN cut.pieces = cut.had THEN cut.had ELSE cut.had - cut.pieces END,
            shipped = CASE WHEN cut.pieces = cut.had THEN false END
        FROM cut WHERE cut.id = allocation.id
    ),
    short AS (
        INSERT INTO orders_shortage
            (seller_id, line_id, sku, pieces, why, noticed_at, settled_by, remedy)
        SELECT %(seller)s, line_id, %(sku)s, pieces, 'count', %(now)s, '', '' FROM cut
    )
    SELECT part.remote_id, cut.pieces, cut.lock_id FROM cut
    JOIN orders_line line ON line.id = cut.line_id
    JOIN orders_consignment part ON part.id = line.consignment_id
"""


def serve(
    *,
    seller_id: int | None = None,
    shortage_id: int | None = None,
    actor: str = "the stock",
    remedy: str = "",
) -> Served:
    """Promise what came to what is short, the oldest line first, in one bounded transaction.

    All sellers' shortages, those of one seller, or a single one. Near warehouses serve first, then
    by rank, as at intake. A shortage that is served in part stays open with what is left. Call it
    outside any scope.
    """
    names = {
        "open": list(OPEN_PHASES),
        "shortage": shortage_id,
        "seller": seller_id,
        "most": AT_ONCE,
        "now": now(),
        "actor": actor,
        "remedy": remedy or "stock came",
    }
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_SERVE, names)
        picked, lines, pieces = cursor.fetchall()[0]
        if pieces:
            wake("stock.changed")
            wake("orders.changed")
    return Served(lines=lines, pieces=int(pieces), more=picked == AT_ONCE and pieces > 0)


def take_back_uncovered() -> int:
    """Turn promises that a count left without pieces into shortages; return how many pieces.

    A transaction a level, which is locked and looked at again.
    """
    return sum(_take_back(one.seller_id, one.sku, one.warehouse_id) for one in stock.owed())


def _take_back(seller_id: int, sku: str, warehouse_id: int) -> int:
    """Lock the level's open promises, then the level, as all do; then see what it lacks.

    A promise made in between is not met: no level that owes pieces makes any.
    """
    names: dict[str, Any] = {"seller": seller_id, "sku": sku, "warehouse": warehouse_id}
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_OPEN, names)
        names |= {"open": [row[0] for row in cursor.fetchall()], "now": now()}
        lock_levels([(seller_id, sku)])
        names["lacking"] = sum(
            one.to_take_back
            for one in stock.owed(seller_id)
            if (one.sku, one.warehouse_id) == (sku, warehouse_id)
        )
        if not names["lacking"]:
            return 0
        cursor.execute(_TAKE_BACK, names)
        back = [
            Pieces(seller_id, sku, warehouse_id, pieces, order, lock_id)
            for order, pieces, lock_id in cursor.fetchall()
        ]
        if back:
            give_back(back, actor="the count")
            wake("orders.changed")
        return sum(one.pieces for one in back)


def from_other_warehouse(*, seller_id: int, shortage_id: int, actor: str) -> Served:
    """Promise a shortage's pieces from wherever some are free now. Raises UnknownShortageError."""
    order_short(seller_id, shortage_id)
    return serve(shortage_id=shortage_id, actor=actor, remedy="other warehouse")


def wait(*, seller_id: int, shortage_id: int) -> None:
    """Decide to wait: it stays open and is served as soon as pieces come.

    Raises UnknownShortageError.
    """
    _choose(seller_id, shortage_id, "wait")


def cancel_at_marketplace(*, seller_id: int, shortage_id: int, actor: str = "the seller") -> str:
    """Write down that the order is to be cancelled; return what a person has to do for it.

    The shortage stays open until the marketplace tells of the cancellation.
    Raises UnknownShortageError.
    """
    order = order_short(seller_id, shortage_id)
    shop_id = _shop_of(seller_id, shortage_id)
    told = cancelling.cancel(
        seller_id=seller_id,
        order=order,
        shop_id=shop_id,
        actor=actor,
        reason="the goods are not in stock",
    )
    _choose(seller_id, shortage_id, "cancel")
    return "\n".join(told.steps)


def _shop_of(seller_id: int, shortage_id: int) -> int:
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT part.shop_id FROM orders_shortage shortage"
            " JOIN orders_line line ON line.id = shortage.line_id"
            " JOIN orders_consignment part ON part.id = line.consignment_id"
            " WHERE shortage.id = %s",
            [shortage_id],
        )
        return int(cursor.fetchone()[0])


def order_short(seller_id: int, shortage_id: int) -> str:
    """Return the number of the order that an open shortage belongs to.

    Raises UnknownShortageError.
    """
    for one in open_shortages(seller_id):
        if one["shortage"] == shortage_id:
            return str(one["order"])
    raise UnknownShortageError(given=shortage_id)


def open_shortages(seller_id: int) -> list[dict[str, Any]]:
    """Return a seller's open shortages, oldest line first: shortage, order, sku, pieces, why."""
    names = ("shortage", "order", "sku", "pieces", "why", "remedy")
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT shortage.id, part.remote_id, shortage.sku, shortage.pieces, shortage.why,"
            " shortage.remedy FROM orders_shortage shortage"
            " JOIN orders_line line ON line.id = shortage.line_id"
            " JOIN orders_consignment part ON part.id = line.consignment_id"
            " WHERE shortage.seller_id = %s AND shortage.settled_at IS NULL"
            " ORDER BY shortage.line_id, shortage.id",
            [seller_id],
        )
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _choose(seller_id: int, shortage_id: int, remedy: str) -> None:
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_shortage SET remedy = %s WHERE id = %s AND settled_at IS NULL",
            [remedy, shortage_id],
        )
        if not cursor.rowcount:
            raise UnknownShortageError(given=shortage_id)
