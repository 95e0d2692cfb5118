"""Accept: orders enter by a handful of statements a batch, with everything they bring.

One transaction: the first statement makes the new orders, their consignments and lines; the others
reserve the stock and write allocations and shortages, so that no order is ever there without its
promise. Levels are locked as late as that, since two batches that want the same goods go on side
by side until then. An order that is known already is recognised by its unique key: the same
version does nothing, whoever delivers it however often; a newer one is merged by rule (`merging`).

Most goods come whole from one warehouse and are served at once (`stock.services.serving`); lines of
the others go together through the statement that shares out (`reserving`).

A batch is sent as arrays, one a column: no staging table is written, emptied and cut off again for
each. Statements are prepared; ids are given by the first of them, so that none waits for another's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
import psycopg
from django.db import DataError, IntegrityError, connection

from torgpred.channels.core.orders import ParcelOutcome
from torgpred.kernel.clock import now
from torgpred.orders.services import parcel_states, promises
from torgpred.orders.services.laying import Laid, lay_out
from torgpred.orders.services.merging import merge, unlike
from torgpred.orders.services.sold_names import Remembered, keep_names
from torgpred.orders.services.staging import Staged
from torgpred.orders.services.unread import keep_unread, refused
from torgpred.runtime.arrays import array
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope
from torgpred.stock.core.serving import Goods, Want
from torgpred.stock.services.promising import lock_levels
from torgpred.stock.services.reserving import reservation_sql
from torgpred.stock.services.serving import reserve_whole

_REFUSALS: Final = (
    psycopg.DataError,
    psycopg.IntegrityError,
    DataError,
    IntegrityError,
)
"""How the database, the driver or Django say that a value is none, whoever sends it again."""
_OUR_FAULT: Final = 16
"""Orders refused in a row, none taken, from which on the fault is not theirs: intake waits."""
_NEVER: Final = 1_000_000
"""Runs after which a statement is prepared that does not ask for it."""
_ENTERING: LiteralString = """
    WITH ids AS MATERIALIZED (
        SELECT ARRAY(SELECT nextval('orders_order_id_seq')
                     FROM generate_series(1, %(orders)s)) AS orders,
               ARRAY(SELECT nextval('orders_consignment_id_seq')
                     FROM generate_series(1, cardinality(%(no)s::int[]))) AS parts,
               ARRAY(SELECT nextval('orders_line_id_seq')
                     FROM generate_series(1, cardinality(%(line_no)s::int[]))) AS lines
    ),
    fresh AS (
        INSERT INTO orders_order (id, tenant_id, shop_id, remote_id, phase, words, placed_at,
            paid_at, changed_at, taken_at, ship_by, currency, total, fees, payout, country, digest,
            troubles)
        SELECT (SELECT orders FROM ids)[no], tenant_id, shop_id, remote_id, phase, words,
               placed_at, paid_at, changed_at, %(now)s, ship_by, currency, total, fees, payout,
               country, decode(digest, 'hex'), troubles
        FROM (SELECT
            unnest(%(no)s::int[]) AS no, unnest(%(place)s::int[]) AS place,
            unnest(%(tenant_id)s::bigint[]) AS tenant_id, unnest(%(shop_id)s::bigint[]) AS shop_id,
            unnest(%(remote_id)s::text[]) AS remote_id, unnest(%(phase)s::text[]) AS phase,
            unnest(%(words)s::text[]) AS words, unnest(%(placed_at)s::timestamptz[]) AS placed_at,
            unnest(%(paid_at)s::timestamptz[]) AS paid_at,
            unnest(%(changed_at)s::timestamptz[]) AS changed_at,
            unnest(%(ship_by)s::timestamptz[]) AS ship_by, unnest(%(currency)s::text[]) AS currency,
            unnest(%(total)s::numeric[]) AS total, unnest(%(fees)s::numeric[]) AS fees,
            unnest(%(payout)s::numeric[]) AS payout, unnest(%(country)s::text[]) AS country,
            unnest(%(digest)s::text[]) AS digest, unnest(%(troubles)s::text[]) AS troubles
        ) told
        WHERE place = 1
        ON CONFLICT (shop_id, remote_id) DO NOTHING
        RETURNING id
    ),
    kept AS MATERIALIZED (
        SELECT ARRAY(SELECT CASE WHEN id IN (SELECT id FROM fresh) THEN id ELSE 0 END
                     FROM (SELECT unnest(orders) AS id FROM ids) given) AS orders
    ),
    parted AS (
        INSERT INTO orders_consignment (id, seller_id, order_id, shop_id, remote_id, phase,
            placed_at, ship_by, currency, amount, payout, country, buyer, names, reason,
            dispute)
        SELECT (SELECT parts FROM ids)[part], seller_id, (SELECT orders FROM kept)[no], shop_id,
               remote_id, phase, placed_at, ship_by, currency, amount,
               CASE WHEN total > 0 THEN CASE WHEN amount = total THEN payout
                                             ELSE round(payout * amount / total, 2) END END,
               country, buyer, names, reason, dispute
        FROM (SELECT
            unnest(%(no)s::int[]) AS no, generate_subscripts(%(no)s::int[], 1) AS part,
            unnest(%(seller_id)s::bigint[]) AS seller_id, unnest(%(shop_id)s::bigint[]) AS shop_id,
            unnest(%(remote_id)s::text[]) AS remote_id, unnest(%(phase)s::text[]) AS phase,
            unnest(%(placed_at)s::timestamptz[]) AS placed_at,
            unnest(%(ship_by)s::timestamptz[]) AS ship_by, unnest(%(currency)s::text[]) AS currency,
            unnest(%(total)s::numeric[]) AS total, unnest(%(payout)s::numeric[]) AS payout,
            unnest(%(country)s::text[]) AS country,
            unnest(string_to_array(%(buyer)s, chr(30))) AS buyer,
            unnest(%(names)s::text[]) AS names,
            unnest(%(reason)s::text[]) AS reason, unnest(%(dispute)s::text[]) AS dispute,
            unnest(%(amount)s::numeric[]) AS amount
        ) told
        WHERE seller_id IS NOT NULL AND (SELECT orders FROM kept)[no] > 0
    ),
    tallied AS (
        INSERT INTO orders_tally (seller_id, shop_id, currency, minute, parts, orders, amount)
        SELECT seller_id, shop_id, currency, date_trunc('minute', placed_at), count(*),
               count(*) FILTER (WHERE place = 1), sum(amount)
        FROM (SELECT
            unnest(%(no)s::int[]) AS no, unnest(%(place)s::int[]) AS place,
            unnest(%(seller_id)s::bigint[]) AS seller_id, unnest(%(shop_id)s::bigint[]) AS shop_id,
            unnest(%(currency)s::text[]) AS currency,
            unnest(%(placed_at)s::timestamptz[]) AS placed_at,
            unnest(%(amount)s::numeric[]) AS amount
        ) told
        WHERE seller_id IS NOT NULL AND (SELECT orders FROM kept)[no] > 0
        GROUP BY seller_id, shop_id, currency, 4
    ),
    lined AS (
        INSERT INTO orders_line (id, seller_id, order_id, consignment_id, remote_id, sku,
            remote_sku_id, name, quantity, price, amount, issue)
        SELECT (SELECT lines FROM ids)[place], seller_id, (SELECT orders FROM kept)[no],
               (SELECT parts FROM ids)[part], remote_id, sku, remote_sku_id, name, quantity, price,
               amount, issue
        FROM (SELECT
            unnest(%(line_no)s::int[]) AS no,
            generate_subscripts(%(line_no)s::int[], 1) AS place,
            unnest(%(line_part)s::int[]) AS part, unnest(%(line_seller_id)s::bigint[]) AS seller_id,
            unnest(%(line_remote_id)s::text[]) AS remote_id, unnest(%(line_sku)s::text[]) AS sku,
            unnest(%(line_remote_sku_id)s::text[]) AS remote_sku_id,
            unnest(%(line_name)s::text[]) AS name, unnest(%(line_quantity)s::int[]) AS quantity,
            unnest(%(line_price)s::numeric[]) AS price,
            unnest(%(line_amount)s::numeric[]) AS amount, unnest(%(line_issue)s::text[]) AS issue
        ) line
        WHERE (SELECT orders FROM kept)[no] > 0
    )
    SELECT array_positions(kept.orders, 0), kept.orders::text, ids.lines::text
    FROM ids, kept
"""
# The driver does not keep how it reads a statement of more than 4,096 characters: read once, here.
_NAMES: Final = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", _ENTERING)))
_ENTER: Final = re.sub(
    r"%\((\w+)\)s", lambda found: f"${_NAMES.index(found[1]) + 1}", _ENTERING
).encode()

_ALLOCATE: LiteralString = """
    INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces)
    SELECT seller_id, line_id, warehouse_id, sku, pieces
    FROM (SELECT
        unnest(%(sellers)s::bigint[]) AS seller_id, unnest(%(lines)s::bigint[]) AS line_id,
        unnest(%(warehouses)s::bigint[]) AS warehouse_id, unnest(%(skus)s::text[]) AS sku,
        unnest(%(pieces)s::int[]) AS pieces
    ) given
    WHERE warehouse_id IS NOT NULL
"""

_SHARE = f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM unnest(%(lines)s::bigint[], %(sellers)s::bigint[], %(skus)s::text[],
            %(countries)s::text[], %(pieces)s::int[], %(shops)s::bigint[])
            AS asked (line_id, seller_id, sku, country, pieces, shop_id)
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
                    THEN 'stock' ELSE 'unknown' END, %(now)s, '', ''
        FROM lacking
        RETURNING 1
    )
    SELECT count(*) FROM short
"""  # noqa: S608 - constants only


class Accepted(msgspec.Struct, frozen=True):
    """What a batch came to, in orders; `short` counts lines that no warehouse has in full.

    `changed` are known orders of which a newer version was merged, `refused` those that are not in
    but kept with the database's reason for a person.
    """

    orders: int = 0
    new: int = 0
    changed: int = 0
    short: int = 0
    refused: int = 0

    def __add__(self, other: "Accepted") -> "Accepted":
        """Return what two batches came to together."""
        sums = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Accepted(*map(sum, sums))


def accept(staged: Staged, remembered: Remembered | None = None) -> Accepted:
    """Take a batch in. Repeating it is safe, in any order, by anybody.

    New orders enter in one transaction, newer versions of known ones in a second. To be called
    outside any tenant's scope. Up to some 1,000 orders are meant to come at once. `remembered` goes
    from batch to batch of one who takes in many.

    An order that the database refuses, such as for a number out of range, holds up no other: the
    batch is halved until it stands alone, and it is kept among the unread orders with the reason.
    Where none of many is accepted the refusal is raised instead, and the batch comes again.
    """
    try:
        return _accept(staged, remembered or Remembered()) if staged.count else Accepted()
    except _REFUSALS as error:
        if staged.count > 1:
            first, second = staged.halves()
            done = accept(first, remembered)
            if done.refused == first.count >= _OUR_FAULT:
                raise
            return done + accept(second, remembered)
        ((shop_id, whose, order, _, _),) = staged.told
        keep_unread(tenant_id=whose.owner, shop_id=shop_id, contents=[refused(order, error)])
        return Accepted(orders=1, refused=1)


def _accept(staged: Staged, remembered: Remembered) -> Accepted:
    laid = lay_out(staged.told)
    names = remembered.unknown(laid.names)
    moment = now()
    short, told, newer = 0, {}, []
    with operator_scope():
        with _prepared() as cursor:
            entered = _enter(laid, moment)
            if entered.known:
                newer = unlike(staged.of(sorted(entered.known)))
            if len(entered.known) < staged.count:
                keep_names(cursor, names)
                told = staged.with_parcels(set(range(1, staged.count + 1)) - entered.known)
                if told:  # rare; their levels are locked with all others, in one order
                    lock_levels(laid.goods)
                short = _promise(cursor, laid, entered, moment)
        if told:
            _follow_parcels(entered, told)
        if len(entered.known) < staged.count:
            wake("stock.changed")
            wake("orders.changed")
    if len(entered.known) < staged.count:
        remembered.add(names)
    changed = merge(newer)
    return Accepted(
        orders=staged.count, new=staged.count - len(entered.known), changed=changed, short=short
    )


class _Entered(msgspec.Struct, frozen=True):
    """Numbers of the orders that were known before, and the ids given, as arrays."""

    known: set[int]
    orders: str
    lines: str


@contextmanager
def _prepared() -> Iterator[psycopg.Cursor[Any]]:
    """Let statements that ask for it be planned once a connection, at their first run.

    Left to itself the server would plan each five times more, around all the values of a batch.
    They go through a pipeline: only answers that are read are waited for, since each wait costs
    this thread its turn among those of the process. It ends before the transaction does, and
    nothing else belongs in it: a rollback would be passed over, counts of rows not be there yet.
    """
    raw = connection.connection
    before, raw.prepare_threshold = raw.prepare_threshold, _NEVER
    try:
        with raw.pipeline():
            cursor = psycopg.Cursor(raw)
            cursor.execute("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)")
            yield cursor
    finally:
        raw.prepare_threshold = before


def _enter(laid: Laid, moment: datetime) -> _Entered:
    names: dict[str, Any] = {f"line_{name}": column for name, column in laid.lines.items()}
    names |= laid.parts
    names |= {"orders": len(laid.shops), "now": moment}
    cursor = psycopg.RawCursor(connection.connection)
    cursor.execute(_ENTER, [names[name] for name in _NAMES], prepare=True)
    known, orders, lines = cursor.fetchall()[0]
    return _Entered(set(known), orders, lines)


def _ids(given: str) -> list[int]:
    return [int(one) for one in given[1:-1].split(",")]


def _promise(cursor: psycopg.Cursor[Any], laid: Laid, entered: _Entered, moment: datetime) -> int:
    """Promise stock to the lines of new orders; return how many of them are short."""
    pieces, known = laid.pieces, entered.known
    if known:
        pieces = [0 if no in known else one for no, one in zip(laid.numbers, pieces, strict=True)]
    places = reserve_whole(_wants(laid, pieces))
    found = map(places.get, laid.goods)
    serving = [place if one else None for one, place in zip(pieces, found, strict=True)]
    if places:
        names: dict[str, Any] = {
            "sellers": laid.lines["seller_id"],
            "lines": entered.lines,
            "warehouses": array([place and place.warehouse_id for place in serving]),
            "skus": laid.lines["sku"],
            "pieces": laid.lines["quantity"],
        }
        cursor.execute(_ALLOCATE, names, prepare=True)
    left = [at for at, one in enumerate(pieces) if one and serving[at] is None]
    return _share(laid, left, _ids(entered.lines), moment) if left else 0


def _wants(laid: Laid, pieces: Sequence[int]) -> dict[Goods, Want]:
    wants: dict[Goods, Want] = {}
    countries = laid.countries
    for goods, no, wanted in zip(laid.goods, laid.numbers, pieces, strict=True):
        if wanted:
            want = wants.get(goods)
            if want is None:
                wants[goods] = Want(wanted, countries[no - 1])
            else:
                want.pieces += wanted
                if want.country != countries[no - 1]:
                    want.country = None
    return wants


def _share(laid: Laid, left: Sequence[int], ids: Sequence[int], moment: datetime) -> int:
    """Share out what there is of goods that do not lie whole in one place near their buyers."""
    numbers = [laid.numbers[at] - 1 for at in left]
    names: dict[str, Any] = {
        "lines": array([ids[at] for at in left]),
        "sellers": array([laid.goods[at][0] for at in left]),
        "skus": array([laid.goods[at][1] for at in left]),
        "countries": array([laid.countries[no] for no in numbers]),
        "pieces": array([laid.pieces[at] for at in left]),
        "shops": array([laid.shops[no] for no in numbers]),
        "now": moment,
    }
    # Planned each time: how much there is to be shared out decides how.
    cursor = psycopg.ClientCursor(connection.connection)
    cursor.execute(_SHARE.encode(), names)
    return int(cursor.fetchall()[0][0])


def _follow_parcels(entered: _Entered, told: Mapping[int, Sequence[ParcelOutcome]]) -> None:
    """Write down the parcels of new orders that have some: made in the cabinet, before us."""
    ids = _ids(entered.orders)
    orders = {ids[no - 1]: parcels for no, parcels in told.items()}
    promises.lock(list(orders))
    parcel_states.follow(orders)
