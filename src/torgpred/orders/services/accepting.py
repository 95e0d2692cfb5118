"""Accept: orders enter by COPY and one statement a batch, with everything they bring.

New orders, their consignments, lines, allocations and shortages are made together, and the stock
is reserved in the same statement, so that no order is ever there without its promise. An order
that is known already is recognised by its unique key: the same version does nothing, whoever
delivers it however often; a newer one is merged by rule (`merging`).
"""

from collections.abc import Sequence
from typing import Any, LiteralString

import msgspec
import psycopg
from django.db import connection

from torgpred.kernel.clock import now
from torgpred.orders.services.merging import merge
from torgpred.orders.services.staging import LINE_COLUMNS, NULL, ORDER_COLUMNS, Staged
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope
from torgpred.stock.services.reserving import reservation_sql

_STAGE: LiteralString = """
    CREATE TEMP TABLE IF NOT EXISTS intake_order (
        no int, tenant_id bigint, shop_id bigint, remote_id text, phase text, words text,
        placed_at timestamptz, paid_at timestamptz, changed_at timestamptz, ship_by timestamptz,
        currency text, total numeric, fees numeric, payout numeric, country text, digest text,
        troubles text, buyer text
    ) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE IF NOT EXISTS intake_line (
        no int, seller_id bigint, remote_id text, sku text, remote_sku_id text, name text,
        quantity int, price numeric, amount numeric
    ) ON COMMIT DELETE ROWS;
"""

_ACCEPT = f"""
    WITH staged AS MATERIALIZED (
        SELECT nextval('orders_order_id_seq') AS id, * FROM (
            SELECT * FROM intake_order ORDER BY shop_id, remote_id
        ) ordered
    ),
    fresh AS (
        INSERT INTO orders_order (id, tenant_id, shop_id, remote_id, phase, words, placed_at,
            paid_at, changed_at, taken_at, ship_by, currency, total, fees, payout, country, digest,
            troubles)
        OVERRIDING SYSTEM VALUE
        SELECT id, tenant_id, shop_id, remote_id, phase, words, placed_at, paid_at, changed_at,
               %(now)s, ship_by, currency, total, fees, payout, country,
               decode(digest, 'hex'), troubles
        FROM staged
        ON CONFLICT (shop_id, remote_id) DO NOTHING
        RETURNING id
    ),
    came AS MATERIALIZED (
        SELECT staged.* FROM fresh JOIN staged ON staged.id = fresh.id
    ),
    parted AS (
        INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase, placed_at,
            ship_by, currency, amount, payout, country, buyer)
        SELECT part.seller_id, came.id, came.shop_id, came.remote_id, came.phase, came.placed_at,
               came.ship_by, came.currency, part.amount,
               CASE WHEN came.total > 0 THEN round(came.payout * part.amount / came.total, 2) END,
               came.country, came.buyer
        FROM came
        JOIN (SELECT no, seller_id, sum(amount) AS amount FROM intake_line GROUP BY no, seller_id)
             part ON part.no = came.no
        RETURNING id, order_id, seller_id
    ),
    lined AS (
        INSERT INTO orders_line (seller_id, order_id, consignment_id, remote_id, sku, remote_sku_id,
            name, quantity, price, amount)
        SELECT line.seller_id, came.id, parted.id, line.remote_id, line.sku, line.remote_sku_id,
               line.name, line.quantity, line.price, line.amount
        FROM came
        JOIN intake_line line ON line.no = came.no
        JOIN parted ON parted.order_id = came.id AND parted.seller_id = line.seller_id
        ORDER BY came.placed_at, came.id
        RETURNING id, order_id, seller_id, sku, quantity
    ),
    wanted AS MATERIALIZED (
        SELECT lined.id AS line_id, lined.seller_id, lined.sku, came.country,
               lined.quantity AS pieces
        FROM lined JOIN came ON came.id = lined.order_id
        WHERE came.phase IN ('placed', 'to_ship') AND lined.quantity > 0
    ),
    {reservation_sql()},
    promised AS (
        INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces)
        SELECT seller_id, line_id, warehouse_id, sku, pieces FROM taken
    ),
    short AS (
        INSERT INTO orders_shortage
            (seller_id, line_id, sku, pieces, why, noticed_at, settled_by, remedy)
        SELECT lack.seller_id, lack.line_id, lack.sku, lack.pieces,
               CASE WHEN EXISTS (SELECT 1 FROM catalogue_offer offer
                                 WHERE offer.seller_id = lack.seller_id AND offer.key = lack.sku)
                    THEN 'stock' ELSE 'unknown' END, %(now)s, '', ''
        FROM (
            SELECT wanted.line_id, wanted.seller_id, wanted.sku,
                   wanted.pieces - coalesce(got.pieces, 0) AS pieces
            FROM wanted
            LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM taken GROUP BY line_id) got
              ON got.line_id = wanted.line_id
        ) lack
        WHERE lack.pieces > 0
        RETURNING 1
    )
    SELECT (SELECT coalesce(array_agg(no), ARRAY[]::int[]) FROM came), (SELECT count(*) FROM short)
"""  # noqa: S608 - constants only


class Accepted(msgspec.Struct, frozen=True):
    """What a batch came to, in orders; `short` counts lines that no warehouse has in full.

    `changed` are known orders of which a newer version was merged.
    """

    orders: int
    new: int
    changed: int
    short: int


def accept(staged: Staged) -> Accepted:
    """Take a batch in. Repeating it is safe, in any order, by anybody.

    New orders enter in one transaction, newer versions of known ones in a second. To be called
    outside any tenant's scope. Up to some 1,000 orders are meant to come at once.
    """
    if not staged.count:
        return Accepted(orders=0, new=0, changed=0, short=0)
    with operator_scope():
        raw = connection.connection
        cursor = psycopg.Cursor(raw)
        _clear_the_stage(cursor)
        _copy(cursor, "intake_order", ORDER_COLUMNS, staged.orders)
        _copy(cursor, "intake_line", LINE_COLUMNS, staged.lines)
        cursor.execute(_ACCEPT.encode(), {"now": now()}, prepare=True)
        new, short = cursor.fetchall()[0]
        if new:
            wake("stock.changed")
            wake("orders.changed")
    changed = merge(staged.but(set(new))) if len(new) < staged.count else 0
    return Accepted(orders=staged.count, new=len(new), changed=changed, short=short)


def _clear_the_stage(cursor: psycopg.Cursor[Any]) -> None:
    """Make the temporary tables once a connection; empty them where a transaction goes on.

    Never by TRUNCATE: a new file under the table would have the statement planned anew.
    """
    cursor.execute("SELECT to_regclass('pg_temp.intake_line') IS NOT NULL")
    if cursor.fetchall()[0][0]:
        cursor.execute("DELETE FROM intake_order")
        cursor.execute("DELETE FROM intake_line")
    else:
        cursor.execute(_STAGE)


def _copy(cursor: psycopg.Cursor[Any], table: str, columns: str, rows: Sequence[bytes]) -> None:
    how = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL}')"
    with cursor.copy(how.encode()) as copy:
        copy.write(b"".join(rows))
