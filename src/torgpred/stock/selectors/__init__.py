"""Reads of stock: warehouses, levels, what is available, what is owing, and whether sums agree."""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from django.db import connection

from torgpred.catalogue.selectors.searching import sought
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock.core.values import (
    Difference,
    KeptFor,
    Ledger,
    LevelCard,
    LockCard,
    MovementCard,
    Owed,
    RunningOut,
    WarehouseCard,
)
from torgpred.stock.models import FeedPolicy, FeedUse, Lock, Movement, Warehouse

_LEVEL: LiteralString = """
    SELECT level.sku, warehouse.code, warehouse.country, warehouse.id, level.on_hand,
           level.reserved, level.locked, level.buffer, level.owing
    FROM stock_level level JOIN stock_warehouse warehouse ON warehouse.id = level.warehouse_id
    WHERE level.seller_id = %(seller)s AND level.sku = ANY(%(skus)s)
    ORDER BY level.sku, warehouse.rank, warehouse.id
"""
_PAGE: LiteralString = """
    SELECT DISTINCT sku FROM stock_level WHERE seller_id = %(seller)s AND sku > %(after)s
    ORDER BY sku LIMIT %(limit)s
"""
_PAGE_OF: LiteralString = """
    (SELECT DISTINCT sku FROM stock_level
     WHERE seller_id = %(seller)s AND sku > %(after)s AND sku >= %(sought)s AND sku < %(beyond)s
     ORDER BY sku LIMIT %(limit)s)
    UNION
    (SELECT found.key FROM ({found}) found
     WHERE found.key > %(after)s AND EXISTS (
         SELECT FROM stock_level level
         WHERE level.seller_id = %(seller)s AND level.sku = found.key)
     ORDER BY found.key LIMIT %(limit)s)
    ORDER BY sku LIMIT %(limit)s
"""
_OWED: LiteralString = """
    SELECT seller_id, sku, warehouse_id, owing, reserved, locked,
           greatest(reserved - (on_hand - owing), 0)
    FROM stock_level
    WHERE owing > 0 AND (%(seller)s::bigint IS NULL OR seller_id = %(seller)s)
    ORDER BY seller_id, sku, warehouse_id
"""


def warehouse_card(row: Warehouse) -> WarehouseCard:
    """Return a warehouse's row as a value."""
    return WarehouseCard(
        id=row.pk, code=row.code, name=row.name, country=row.country, rank=row.rank
    )


def warehouses(seller_id: int) -> list[WarehouseCard]:
    """Return a seller's warehouses in the order in which they serve: by rank, then by age."""
    with scope(seller_id):
        rows = Warehouse.objects.filter(seller_id=seller_id).order_by("rank", "id")
        return [warehouse_card(row) for row in rows]


def levels(
    seller_id: int,
    *,
    skus: Iterable[str] | None = None,
    text: str = "",
    after: str = "",
    limit: int = 100,
) -> list[LevelCard]:
    """Return levels of the SKUs named, or of the next `limit` SKUs after one; by SKU, then rank.

    With a text: of the SKUs that begin with it, and of the offers that it means
    (catalogue.selectors.searching).
    """
    with scope(seller_id), connection.cursor() as cursor:
        if skus is None:
            names: dict[str, Any] = {"seller": seller_id, "after": after, "limit": limit}
            if text:
                found = sought(seller_id, text)
                query = _PAGE_OF.replace("{found}", found.query)
                cursor.execute(query, names | found.names)
            else:
                cursor.execute(_PAGE, names)
            skus = [sku for (sku,) in cursor.fetchall()]
        cursor.execute(_LEVEL, {"seller": seller_id, "skus": list(skus)})
        return [LevelCard(*row) for row in cursor.fetchall()]


def available_expression() -> LiteralString:
    """Return the aggregate that gives what may be sold of an SKU, over rows `level` of its levels.

    For areas above that join `stock_level level` in SQL of their own, grouped by seller and SKU.
    Each warehouse gives what it has free; pieces owing somewhere are taken off, since they will be
    asked of the others. Never below 0.
    """
    return (
        "greatest(sum(greatest(level.on_hand - level.reserved - level.locked - level.buffer, 0))"
        " - sum(level.owing), 0)::int"
    )


_AVAILABLE: LiteralString = f"""
    SELECT level.seller_id, level.sku, {available_expression()}
    FROM unnest(%(sellers)s::bigint[], %(skus)s::text[]) AS asked (seller_id, sku)
    JOIN stock_level level ON level.seller_id = asked.seller_id AND level.sku = asked.sku
    GROUP BY level.seller_id, level.sku
"""  # noqa: S608 - constants only


_RUNNING_OUT: LiteralString = f"""
    WITH low AS (
        SELECT DISTINCT seller_id, sku FROM stock_level
        WHERE reserved > 0
          AND on_hand - reserved - locked - buffer <= greatest(%(few)s, on_hand / 10)
          AND (%(seller)s::bigint IS NULL OR seller_id = %(seller)s)
    ),
    left_over AS (
        SELECT level.seller_id, level.sku, {available_expression()} AS available,
               sum(level.on_hand)::int AS on_hand, sum(level.reserved)::int AS reserved
        FROM low JOIN stock_level level ON level.seller_id = low.seller_id AND level.sku = low.sku
        GROUP BY level.seller_id, level.sku
    )
    SELECT seller_id, sku, available, on_hand, reserved, count(*) OVER ()::int
    FROM left_over WHERE available <= greatest(%(few)s, on_hand / 10)
    ORDER BY available, reserved DESC, seller_id, sku LIMIT %(limit)s
"""  # noqa: S608 - constants only


def running_out(
    seller_id: int | None, *, few: int = 5, limit: int = 8
) -> tuple[list[RunningOut], int]:
    """Return SKUs that are being bought and nearly gone, the emptiest first, and how many in all.

    Being bought: pieces are promised. Nearly gone: over all warehouses at most `few` pieces or a
    tenth of what is on hand are available. Of a seller, or of all for the operator's eyes.
    """
    opened = operator_scope() if seller_id is None else scope(seller_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(_RUNNING_OUT, {"seller": seller_id, "few": few, "limit": limit})
        rows = cursor.fetchall()
    return [RunningOut(*row[:5]) for row in rows], rows[0][5] if rows else 0


def available(seller_id: int, skus: Iterable[str]) -> dict[str, int]:
    """Return what may be sold of each SKU, over all warehouses; SKUs without level are left out."""
    asked = [(seller_id, sku) for sku in set(skus)]
    with scope(seller_id):
        return {sku: pieces for (_, sku), pieces in _available(asked).items()}


def available_of(asked: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return what may be sold by (seller, SKU), of many sellers: for the operator's own work."""
    with operator_scope():
        return _available(sorted(set(asked)))


def _available(asked: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    names: dict[str, Any] = {
        "sellers": [one for one, _ in asked],
        "skus": [sku for _, sku in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(_AVAILABLE, names)
        return {(seller, sku): pieces for seller, sku, pieces in cursor.fetchall()}


def owed(seller_id: int | None = None) -> list[Owed]:
    """Return levels whose promises cannot all be kept, of a seller or of all; cheap where none."""
    opened = operator_scope() if seller_id is None else scope(seller_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(_OWED, {"seller": seller_id})
        return [Owed(*row) for row in cursor.fetchall()]


def lock_card(row: Lock) -> LockCard:
    """Return a lock's row as a value."""
    return LockCard(
        id=row.pk,
        sku=row.sku,
        warehouse=row.warehouse.code,
        pieces=row.pieces,
        shop_ids=tuple(row.shop_ids),
        used=row.used,
        freed=row.freed,
        purpose=row.purpose,
        until=row.until,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def open_locks(
    seller_id: int, *, sku: str = "", after: int = 0, limit: int | None = None
) -> list[LockCard]:
    """Return a seller's open locks, oldest first, of all SKUs or one; after one by number."""
    with scope(seller_id):
        rows = Lock.objects.filter(seller_id=seller_id, closed_at=None, pk__gt=after)
        if sku:
            rows = rows.filter(sku=sku)
        return [lock_card(row) for row in rows.select_related("warehouse").order_by("id")[:limit]]


_KEPT: LiteralString = """
    SELECT purpose, shop_ids, until, count(DISTINCT sku)::int, sum(pieces)::int, sum(used)::int,
           sum(freed)::int
    FROM stock_lock WHERE seller_id = %s AND closed_at IS NULL
    GROUP BY purpose, shop_ids, until ORDER BY until NULLS LAST, purpose, shop_ids
"""


def kept_for_purposes(seller_id: int) -> list[KeptFor]:
    """Return what a seller's open locks keep, by purpose, shops and end; what ends first, first."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_KEPT, [seller_id])
        return [
            KeptFor(purpose, tuple(shop_ids), *rest)
            for purpose, shop_ids, *rest in cursor.fetchall()
        ]


def locks(seller_id: int, *, purpose: str = "", limit: int = 100) -> list[LockCard]:
    """Return a seller's latest locks, open and closed, newest first; of one purpose or of all."""
    with scope(seller_id):
        rows = Lock.objects.filter(seller_id=seller_id)
        if purpose:
            rows = rows.filter(purpose=purpose)
        return [lock_card(row) for row in rows.select_related("warehouse").order_by("-id")[:limit]]


_KEPT_FOR: LiteralString = """
    SELECT level.sku, level.warehouse_id, least(
               sum(lock.pieces - lock.used - lock.freed),
               greatest(level.on_hand - level.owing - level.reserved, 0))::int
    FROM stock_level level
    JOIN stock_lock lock ON lock.seller_id = level.seller_id AND lock.sku = level.sku
     AND lock.warehouse_id = level.warehouse_id
    WHERE level.seller_id = %(seller)s AND level.sku = ANY(%(skus)s) AND lock.closed_at IS NULL
      AND %(shop)s = ANY (lock.shop_ids)
    GROUP BY level.id
"""


def kept_for(seller_id: int, shop_id: int, skus: Iterable[str]) -> dict[tuple[str, int], int]:
    """Return what locks keep for a shop beyond what is free, by (SKU, warehouse)."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_KEPT_FOR, {"seller": seller_id, "skus": list(skus), "shop": shop_id})
        return {(sku, place): pieces for sku, place, pieces in cursor.fetchall()}


def feed_policy(seller_id: int) -> tuple[str, str]:
    """Return (use, warehouse's code) of a seller's file for stock; no code: the first warehouse."""
    with scope(seller_id):
        row = FeedPolicy.objects.filter(seller_id=seller_id).select_related("warehouse").first()
        if row is None:
            return FeedUse.PHYSICAL.value, ""
        return row.use, row.warehouse.code if row.warehouse else ""


def ledger(seller_id: int, sku: str, *, limit: int = 1_000) -> Ledger:
    """Return what an SKU's levels are made of: its latest movements, sums of those before, locks.

    Open it inside `runtime.scope.one_moment` together with what else is to agree with it.
    """
    with scope(seller_id):
        rows = Movement.objects.filter(seller_id=seller_id, sku=sku).select_related("warehouse")
        latest = list(rows.order_by("-id")[:limit])[::-1]
        earlier = _earlier(seller_id, sku, latest[0].pk) if len(latest) == limit else ()
        return Ledger(
            levels=tuple(levels(seller_id, skus=[sku])),
            movements=tuple(
                MovementCard(
                    warehouse=row.warehouse.code,
                    pieces=row.pieces,
                    kind=row.kind,
                    reference=row.reference,
                    actor=row.actor,
                    at=row.at,
                )
                for row in latest
            ),
            earlier=earlier,
            locks=tuple(open_locks(seller_id, sku=sku)),
        )


def _earlier(seller_id: int, sku: str, before: int) -> tuple[tuple[str, str, int], ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT warehouse.code, movement.kind, sum(movement.pieces)"
            " FROM stock_movement movement"
            " JOIN stock_warehouse warehouse ON warehouse.id = movement.warehouse_id"
            " WHERE movement.seller_id = %s AND movement.sku = %s AND movement.id < %s"
            " GROUP BY warehouse.code, movement.kind ORDER BY 1, 2",
            [seller_id, sku, before],
        )
        return tuple(cursor.fetchall())


def _recompute_sql(reserved: LiteralString) -> LiteralString:
    return f"""
        WITH promised AS MATERIALIZED ({reserved})
        SELECT seller_id, sku, warehouse_id, on_hand, moved, owing, owed, reserved, promised,
               locked, kept, 0::bigint AS used, 0::bigint AS drawn
        FROM (
            SELECT seller_id, sku, warehouse_id,
                   sum(on_hand)::bigint AS on_hand, sum(moved)::bigint AS moved,
                   sum(owing)::bigint AS owing, sum(owed)::bigint AS owed,
                   sum(reserved)::bigint AS reserved, sum(promised)::bigint AS promised,
                   sum(locked)::bigint AS locked, sum(kept)::bigint AS kept
            FROM (
                SELECT seller_id, sku, warehouse_id, on_hand, 0 AS moved, owing, 0 AS owed,
                       reserved, 0 AS promised, locked, 0 AS kept
                FROM stock_level
                UNION ALL
                SELECT seller_id, sku, warehouse_id, 0, pieces, 0,
                       CASE WHEN kind = 'owing' THEN pieces ELSE 0 END, 0, 0, 0, 0
                FROM stock_movement
                UNION ALL
                SELECT seller_id, sku, warehouse_id, 0, 0, 0, 0, 0, pieces, 0, 0
                FROM promised
                UNION ALL
                SELECT seller_id, sku, warehouse_id, 0, 0, 0, 0, 0, 0, 0, pieces - used - freed
                FROM stock_lock WHERE closed_at IS NULL
            ) AS came
            WHERE (%(seller)s::bigint IS NULL OR seller_id = %(seller)s)
              AND (%(sku)s::text IS NULL OR sku = %(sku)s)
            GROUP BY seller_id, sku, warehouse_id
        ) AS level
        WHERE (on_hand, owing, reserved, locked) IS DISTINCT FROM (moved, owed, promised, kept)
        UNION ALL
        SELECT lock.seller_id, lock.sku, lock.warehouse_id, 0, 0, 0, 0, 0, 0, 0, 0,
               lock.used, coalesce(promised.drawn, 0)
        FROM stock_lock lock
        LEFT JOIN promised ON promised.lock_id = lock.id AND promised.seller_id = lock.seller_id
              AND promised.sku = lock.sku AND promised.warehouse_id = lock.warehouse_id
        WHERE lock.used <> coalesce(promised.drawn, 0)
          AND (%(seller)s::bigint IS NULL OR lock.seller_id = %(seller)s)
          AND (%(sku)s::text IS NULL OR lock.sku = %(sku)s)
        ORDER BY seller_id, sku, warehouse_id
    """  # noqa: S608 - constants only


def recompute(
    seller_id: int | None = None, *, reserved: LiteralString, sku: str | None = None
) -> list[Difference]:
    """Return where levels are not the sums they should be, of a seller or of all; right: none.

    `reserved` is a query for promises as (seller_id, sku, warehouse_id, lock_id, pieces, drawn),
    which the area of orders gives: `orders.selectors.reserved_sums()`. A lock's `used` is held
    against what was drawn out of it. All is read at one moment, so that
    work going on meanwhile makes no difference.
    """
    opened = operator_scope() if seller_id is None else scope(seller_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(_recompute_sql(reserved), {"seller": seller_id, "sku": sku})
        return [one for row in cursor.fetchall() for one in _differences(*row)]


def _differences(seller_id: int, sku: str, warehouse_id: int, *numbers: Any) -> list[Difference]:  # noqa: ANN401
    pairs = zip(
        ("on_hand", "owing", "reserved", "locked", "used"), numbers[::2], numbers[1::2], strict=True
    )
    return [
        Difference(seller_id, sku, warehouse_id, what, stands, adds_up)
        for what, stands, adds_up in pairs
        if stands != adds_up
    ]
