"""Accept: orders enter by COPY and two statements a batch, with everything they bring.

One transaction: the first statement makes the new orders, their consignments and lines; the second
reserves the stock and writes allocations and shortages, so that no order is ever there without its
promise. Levels are locked as late as that, since two batches that want the same goods go on side
by side until then. An order that is known already is recognised by its unique key: the same
version does nothing, whoever delivers it however often; a newer one is merged by rule (`merging`).

Both statements are planned once a connection; ids are given as the rows are staged, so that
neither has to wait for what the other returned.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import msgspec
import psycopg
from django.db import connection

from torgpred.channels.core.orders import ParcelOutcome
from torgpred.kernel.clock import now
from torgpred.orders.services import parcel_states, promises
from torgpred.orders.services.merging import merge
from torgpred.orders.services.staging import LINE_COLUMNS, NULL, ORDER_COLUMNS, Staged
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope
from torgpred.stock.services.promising import lock_levels
from torgpred.stock.services.reserving import reservation_sql

_STAGE: LiteralString = """
    CREATE TEMP TABLE intake_order (
        id bigint DEFAULT nextval('orders_order_id_seq'),
        no int, tenant_id bigint, shop_id bigint, remote_id text, phase text, words text,
        placed_at timestamptz, paid_at timestamptz, changed_at timestamptz, ship_by timestamptz,
        currency text, total numeric, fees numeric, payout numeric, country text, digest text,
        troubles text, reason text, dispute text, buyer text
    ) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE intake_line (
        id bigint DEFAULT nextval('orders_line_id_seq'),
        no int, seller_id bigint, remote_id text, sku text, remote_sku_id text, name text,
        quantity int, price numeric, amount numeric, issue text
    ) ON COMMIT DELETE ROWS;
"""

_ENTER: LiteralString = """
    PREPARE intake_enter (timestamptz) AS
    WITH fresh AS (
        INSERT INTO orders_order (id, tenant_id, shop_id, remote_id, phase, words, placed_at,
            paid_at, changed_at, taken_at, ship_by, currency, total, fees, payout, country, digest,
            troubles)
        OVERRIDING SYSTEM VALUE
        SELECT id, tenant_id, shop_id, remote_id, phase, words, placed_at, paid_at, changed_at,
               $1, ship_by, currency, total, fees, payout, country, decode(digest, 'hex'), troubles
        FROM intake_order ORDER BY shop_id, remote_id
        ON CONFLICT (shop_id, remote_id) DO NOTHING
        RETURNING id
    ),
    came AS MATERIALIZED (
        SELECT intake_order.no, intake_order.id
        FROM fresh JOIN intake_order ON intake_order.id = fresh.id
    ),
    part AS MATERIALIZED (
        SELECT nextval('orders_consignment_id_seq') AS id, came.id AS order_id, came.no,
               of_seller.seller_id, of_seller.amount, of_seller.disputed,
               row_number() OVER (PARTITION BY came.no ORDER BY of_seller.seller_id) AS place
        FROM came
        JOIN (SELECT no, seller_id, sum(amount) AS amount, bool_or(issue <> '') AS disputed
              FROM intake_line GROUP BY no, seller_id)
             of_seller ON of_seller.no = came.no
    ),
    parted AS (
        INSERT INTO orders_consignment (id, seller_id, order_id, shop_id, remote_id, phase,
            placed_at, ship_by, currency, amount, payout, country, buyer, reason, dispute)
        OVERRIDING SYSTEM VALUE
        SELECT part.id, part.seller_id, told.id, told.shop_id, told.remote_id, told.phase,
               told.placed_at, told.ship_by, told.currency, part.amount,
               CASE WHEN told.total > 0 THEN round(told.payout * part.amount / told.total, 2) END,
               told.country, told.buyer, told.reason,
               CASE WHEN told.dispute = '' OR part.disputed OR NOT EXISTS (
                        SELECT FROM intake_line line WHERE line.no = told.no AND line.issue <> '')
                    THEN told.dispute ELSE '' END
        FROM part JOIN intake_order told ON told.no = part.no
    ),
    tallied AS (
        INSERT INTO orders_tally (seller_id, shop_id, currency, minute, parts, orders, amount)
        SELECT part.seller_id, told.shop_id, told.currency, date_trunc('minute', told.placed_at),
               count(*), count(*) FILTER (WHERE part.place = 1), sum(part.amount)
        FROM part JOIN intake_order told ON told.no = part.no
        GROUP BY part.seller_id, told.shop_id, told.currency, 4
    ),
    lined AS (
        INSERT INTO orders_line (id, seller_id, order_id, consignment_id, remote_id, sku,
            remote_sku_id, name, quantity, price, amount, issue)
        OVERRIDING SYSTEM VALUE
        SELECT line.id, line.seller_id, part.order_id, part.id, line.remote_id, line.sku,
               line.remote_sku_id, line.name, line.quantity, line.price, line.amount,
               line.issue
        FROM intake_line line
        JOIN part ON part.no = line.no AND part.seller_id = line.seller_id
    )
    SELECT coalesce(array_agg(no), ARRAY[]::int[]) FROM came
"""

_PROMISE = f"""
    PREPARE intake_promise (timestamptz, int[]) AS
    WITH wanted AS MATERIALIZED (
        SELECT line.id AS line_id, line.seller_id, line.sku, told.country, line.quantity AS pieces,
               told.shop_id
        FROM intake_line line JOIN intake_order told ON told.no = line.no
        WHERE told.no <> ALL ($2) AND told.phase IN ('placed', 'to_ship') AND line.quantity > 0
    ),
    {reservation_sql()},
    promised AS (
        INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces, lock_id)
        SELECT seller_id, line_id, warehouse_id, sku, pieces, lock_id FROM taken
    ),
    short AS (
        INSERT INTO orders_shortage
            (seller_id, line_id, sku, pieces, why, noticed_at, settled_by, remedy)
        SELECT lacking.seller_id, lacking.line_id, lacking.sku, lacking.pieces,
               CASE WHEN EXISTS (SELECT 1 FROM catalogue_offer offer
                                 WHERE offer.seller_id = lacking.seller_id
                                   AND offer.key = lacking.sku)
                    THEN 'stock' ELSE 'unknown' END, $1, '', ''
        FROM lacking
        RETURNING 1
    )
    SELECT count(*) FROM short
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
        cursor = psycopg.ClientCursor(connection.connection)
        _clear_the_stage(cursor)
        _copy(cursor, "intake_order", ORDER_COLUMNS, staged.orders)
        _copy(cursor, "intake_line", LINE_COLUMNS, staged.lines)
        moment = now()
        cursor.execute("EXECUTE intake_enter (%s)", [moment])
        new = set(cursor.fetchall()[0][0])
        short = 0
        if new:
            told = staged.with_parcels(new)
            if told:  # rare; their levels are locked with all others, in one order
                cursor.execute("SELECT DISTINCT seller_id, sku FROM intake_line")
                lock_levels(cursor.fetchall())
            known = [no for no in range(1, staged.count + 1) if no not in new]
            cursor.execute("EXECUTE intake_promise (%s, %s::int[])", [moment, known])
            short = cursor.fetchall()[0][0]
            if told:
                _follow_parcels(cursor, told)
            wake("stock.changed")
            wake("orders.changed")
    changed = merge(staged.but(new)) if len(new) < staged.count else 0
    return Accepted(orders=staged.count, new=len(new), changed=changed, short=short)


def _follow_parcels(
    cursor: psycopg.Cursor[Any], told: Mapping[int, Sequence[ParcelOutcome]]
) -> None:
    """Write down the parcels of new orders that have some: made in the cabinet, before us."""
    cursor.execute("SELECT no, id FROM intake_order WHERE no = ANY(%s)", [list(told)])
    orders = {order_id: told[no] for no, order_id in cursor.fetchall()}
    promises.lock(list(orders))
    parcel_states.follow(orders)


def _clear_the_stage(cursor: psycopg.Cursor[Any]) -> None:
    """Make the tables and statements once a connection; empty them where a transaction goes on.

    Never by TRUNCATE: a new file under the table would have the statements planned anew. Tables
    fall with the transaction that made them, prepared statements do not.
    """
    cursor.execute(
        "SELECT to_regclass('pg_temp.intake_line') IS NOT NULL,"
        " (SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'intake\\_%%')",
        [],
    )
    tables, statements = cursor.fetchall()[0]
    if tables:
        cursor.execute("DELETE FROM intake_order")
        cursor.execute("DELETE FROM intake_line")
    else:
        cursor.execute(_STAGE)
    if not statements:
        cursor.execute(_ENTER)
        cursor.execute(_PROMISE.encode())


def _copy(cursor: psycopg.Cursor[Any], table: str, columns: str, rows: Sequence[bytes]) -> None:
    how = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL}')"
    with cursor.copy(how.encode()) as copy:
        copy.write(b"".join(rows))
