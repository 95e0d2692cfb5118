"""Levelling: the one statement by which levels change, with their movements and the noted change.

What lies there truly is on hand less owing. Every deed says how that changes (`main`, by movements
of its own kind) and how what is promised changes; from both follows the rest, always alike:

    on hand = the larger of what lies there and what is promised (reserved + locked)
    owing   = what is promised beyond what lies there, moved by movements of the kind "owing"

so that no promise is ever cut by a count, and owing settles by itself when promises are taken back
or pieces come. Rows are locked in the order of seller, SKU and warehouse before anything is read
from them, as `reserving` does: call once a transaction, or with later levels in later calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from django.db import connection

from torgpred.kernel.clock import now
from torgpred.runtime.jobs import wake
from torgpred.stock.core.errors import TooFewError
from torgpred.stock.core.values import Changed, Pieces

_ASKED: LiteralString = """
    SELECT * FROM unnest(%(sellers)s::bigint[], %(skus)s::text[], %(warehouses)s::bigint[],
        %(pieces)s::int[], %(references)s::text[], %(kept)s::int[])
        AS asked (seller_id, sku, warehouse_id, pieces, reference, kept)
"""

# In the same order as levels are locked, so that two that make the same ones wait for one another.
_CREATE: LiteralString = f"""
    INSERT INTO stock_level (seller_id, sku, warehouse_id)
    SELECT seller_id, sku, warehouse_id FROM (
        SELECT DISTINCT asked.seller_id, asked.sku, asked.warehouse_id
        FROM ({_ASKED}) asked
        JOIN stock_warehouse warehouse
          ON warehouse.id = asked.warehouse_id AND warehouse.seller_id = asked.seller_id
        WHERE NOT EXISTS (
            SELECT FROM stock_level level WHERE level.seller_id = asked.seller_id
               AND level.sku = asked.sku AND level.warehouse_id = asked.warehouse_id)
    ) AS lacking
    ORDER BY seller_id, sku, warehouse_id
    ON CONFLICT (seller_id, sku, warehouse_id) DO NOTHING
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Deed:
    """One way in which levels change, as SQL over `asked` rows and `held` levels.

    `main`: pieces that came or went for a row. `reserved`, `locked`: what is added to them, over
    `summed.pieces` of the level and, among them, `summed.kept` that a lock kept. `fails`: when the
    level cannot do it, as it has only `has`.
    """

    main: LiteralString = "0"
    reserved: LiteralString = "0"
    locked: LiteralString = "0"
    buffer: LiteralString = "held.buffer"
    told: LiteralString = "held.told"
    creates: bool = False
    has: LiteralString = "0"
    fails: LiteralString = "false"
    of: str = "there"


_FREE: Final = "held.on_hand - held.reserved - held.locked - held.buffer - held.owing"
_THERE: Final = "held.on_hand - held.owing"
_RESERVED_FAILS: Final = "held.reserved < summed.pieces"

MOVE: Final = Deed(
    main="asked.pieces",
    creates=True,
    has=_THERE,
    fails=f"{_THERE} + summed.main < 0",
)
COUNT: Final = Deed(main=f"asked.pieces - ({_THERE})", creates=True)
TELL: Final = Deed(main=COUNT.main, told="summed.pieces", creates=True)
TELL_FREE: Final = Deed(
    main=f"asked.pieces + held.reserved - ({_THERE})", told="summed.pieces", creates=True
)
SHIP: Final = Deed(
    main="-asked.pieces",
    reserved="-summed.pieces",
    has="held.reserved",
    fails=_RESERVED_FAILS,
    of="reserved",
)
GIVE_BACK: Final = Deed(
    reserved="-summed.pieces",
    locked="summed.kept",
    has="held.reserved",
    fails=_RESERVED_FAILS,
    of="reserved",
)
RESERVE: Final = Deed(
    reserved="summed.pieces",
    locked="-summed.kept",
    has=f"greatest({_FREE}, 0) + summed.kept",
    fails=f"summed.pieces > greatest({_FREE}, 0) + summed.kept OR held.locked < summed.kept"
    f" OR {_THERE} - held.reserved < summed.kept",
    of="free",
)
LOCK: Final = Deed(
    locked="summed.pieces",
    has=f"greatest({_FREE}, 0)",
    fails=f"{_FREE} < summed.pieces",
    of="free",
)
UNLOCK: Final = Deed(
    locked="-summed.pieces", has="held.locked", fails="held.locked < summed.pieces", of="locked"
)
BUFFER: Final = Deed(buffer="summed.pieces", creates=True)


_WRITE: Final[LiteralString] = """
    levelled AS (
        UPDATE stock_level level
        SET on_hand = new_on_hand, reserved = new_reserved, locked = new_locked,
            buffer = new_buffer, owing = new_owing, told = new_told
        FROM worked
        WHERE level.id = worked.id
          AND (worked.id IN (SELECT id FROM altered) OR worked.told IS DISTINCT FROM new_told)
    ),
    moved AS (
        INSERT INTO stock_movement
            (seller_id, sku, warehouse_id, pieces, kind, reference, actor, at)
        SELECT seller_id, sku, warehouse_id, pieces, kind, reference, %(actor)s, %(now)s
        FROM (
            SELECT 1 AS place, seller_id, sku, warehouse_id, main AS pieces,
                   %(kind)s::text AS kind, reference
            FROM part WHERE NOT EXISTS (SELECT FROM refused)
            UNION ALL
            SELECT 2, seller_id, sku, warehouse_id, lies - counted, 'count', reference FROM worked
            UNION ALL
            SELECT 3, seller_id, sku, warehouse_id, new_owing - owing, 'owing', reference
            FROM worked
        ) AS came
        WHERE pieces <> 0 ORDER BY place, seller_id, sku, warehouse_id
    ),
    noted AS (
        INSERT INTO stock_change (seller_id, sku, at)
        SELECT DISTINCT seller_id, sku, %(now)s::timestamptz FROM altered
    )
    SELECT (SELECT count(*) FROM altered), (SELECT coalesce(sum(new_owing), 0) FROM worked),
           (SELECT count(*) FROM refused), first.sku, first.pieces, first.has
    FROM (SELECT 1) one
    LEFT JOIN (SELECT * FROM refused ORDER BY sku LIMIT 1) first ON true
"""


def _statement(deed: Deed) -> LiteralString:
    return f"""
    WITH asked AS MATERIALIZED ({_ASKED}),
    wanted AS (SELECT DISTINCT seller_id, sku, warehouse_id FROM asked),
    held AS MATERIALIZED (
        SELECT level.id, level.seller_id, level.sku, level.warehouse_id, level.on_hand,
               level.reserved, level.locked, level.buffer, level.owing, level.told
        FROM wanted
        JOIN stock_level level ON level.seller_id = wanted.seller_id AND level.sku = wanted.sku
         AND level.warehouse_id = wanted.warehouse_id
        ORDER BY level.seller_id, level.sku, level.warehouse_id
        FOR NO KEY UPDATE OF level
    ),
    part AS MATERIALIZED (
        SELECT asked.*, held.id, {deed.main} AS main
        FROM asked LEFT JOIN held ON held.seller_id = asked.seller_id AND held.sku = asked.sku
         AND held.warehouse_id = asked.warehouse_id
    ),
    summed AS MATERIALIZED (
        SELECT id, sum(pieces)::int AS pieces, sum(main)::int AS main, sum(kept)::int AS kept,
               max(reference) AS reference
        FROM part WHERE id IS NOT NULL GROUP BY id
    ),
    refused AS MATERIALIZED (
        SELECT held.sku, summed.pieces, {deed.has} AS has
        FROM held JOIN summed ON summed.id = held.id WHERE {deed.fails}
        UNION ALL
        SELECT sku, pieces, 0 FROM part WHERE id IS NULL
    ),
    meant AS (
        SELECT held.*, summed.reference, {_THERE} + summed.main AS counted,
               greatest({_THERE} + summed.main, 0) AS lies,
               held.reserved + {deed.reserved} AS new_reserved,
               held.locked + {deed.locked} AS new_locked,
               {deed.buffer} AS new_buffer, {deed.told} AS new_told
        FROM held JOIN summed ON summed.id = held.id
        WHERE NOT EXISTS (SELECT FROM refused)
    ),
    worked AS MATERIALIZED (
        SELECT *, greatest(lies, new_reserved + new_locked) AS new_on_hand,
               greatest(new_reserved + new_locked - lies, 0) AS new_owing
        FROM meant
    ),
    altered AS MATERIALIZED (
        SELECT * FROM worked
        WHERE (on_hand, reserved, locked, buffer, owing) IS DISTINCT FROM
              (new_on_hand, new_reserved, new_locked, new_buffer, new_owing)
    ),
    {_WRITE}
    """  # noqa: S608 - constants only


_STATEMENTS: Final = {
    deed: _statement(deed)
    for deed in (MOVE, COUNT, TELL, TELL_FREE, SHIP, GIVE_BACK, RESERVE, LOCK, UNLOCK, BUFFER)
}


def level(
    deed: Deed,
    rows: Sequence[Pieces],
    *,
    kind: str = "",
    actor: str = "",
    kept: Sequence[int] | None = None,
) -> Changed:
    """Do one deed to many levels at once, in the caller's transaction and scope.

    `kept`, row by row: pieces that come out of a lock (RESERVE) or go back into it (GIVE_BACK);
    the caller changes the rows of the locks alike, holding their levels.

    The scope must cover all sellers named. Of MOVE, SHIP, GIVE_BACK, RESERVE, UNLOCK several
    rows may name one level: they add up, what moves with a movement each. Others take a level
    once. Notes the SKUs that changed and wakes "stock.changed". Raises TooFewError, having changed
    nothing.
    """
    if not rows:
        return Changed(levels=0, owing=0)
    names: dict[str, Any] = {
        "sellers": [row.seller_id for row in rows],
        "skus": [row.sku for row in rows],
        "warehouses": [row.warehouse_id for row in rows],
        "pieces": [row.pieces for row in rows],
        "references": [row.reference[:200] for row in rows],
        "kept": [0] * len(rows) if kept is None else list(kept),
        "kind": kind,
        "actor": actor[:254],
        "now": now(),
    }
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    if deed.creates:
        cursor.execute(_CREATE, names)
    cursor.execute(_STATEMENTS[deed], names)
    levels, owing, refused, sku, pieces, has = cursor.fetchall()[0]
    if refused:
        more = f" {refused - 1} more SKUs lack some too." if refused > 1 else ""
        raise TooFewError(sku=sku, pieces=abs(pieces), has=has, of=deed.of, more=more)
    if levels:
        wake("stock.changed")
    return Changed(levels=levels, owing=owing)
