"""What changed, for areas above: they take the rows, and read what is available by then."""

from datetime import datetime

import msgspec
from django.db import connection

_TAKE = """
    DELETE FROM stock_change WHERE id = ANY (ARRAY(
        SELECT id FROM stock_change WHERE id IN (
            (SELECT id FROM stock_change ORDER BY id LIMIT %(half)s)
            UNION ALL (SELECT id FROM stock_change ORDER BY id DESC LIMIT %(half)s))
        FOR UPDATE SKIP LOCKED))
    RETURNING seller_id, sku, at
"""


class Changed(msgspec.Struct, frozen=True):
    """An SKU of a seller whose availability may have changed, and when that was first noted."""

    seller_id: int
    sku: str
    at: datetime


def take_changes(limit: int) -> list[Changed]:
    """Take at most so many notes of changes away and return the SKUs they name, each once.

    Inside the caller's transaction and scope: rolled back, they are all there again. Half are the
    oldest and half the newest, so that a sale does not wait behind a file of 200,000 offers, nor
    that behind sales. Those who take at once get different ones.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"half": (limit + 1) // 2})
        first: dict[tuple[int, str], datetime] = {}
        for seller_id, sku, at in cursor.fetchall():
            known = first.get((seller_id, sku))
            first[seller_id, sku] = at if known is None else min(at, known)
    return [Changed(seller_id, sku, at) for (seller_id, sku), at in first.items()]


def available_sql(seller: str, sku: str) -> str:
    """Return an SQL expression for the pieces a seller has free of an SKU, in all warehouses.

    NULL where no warehouse has a level of it: then nobody knows. `seller` and `sku` are columns
    of the query that embeds it. A warehouse that is short takes nothing off the others, as in a
    reservation. A shop that a lock names has more (`kept_sql`).
    """
    return (
        "(SELECT sum(greatest(level.on_hand - level.reserved - level.locked - level.buffer"  # noqa: S608 - names of columns
        " - level.owing, 0))::int FROM stock_level level"
        f" WHERE level.seller_id = {seller} AND level.sku = {sku})"
    )


def kept_sql(seller: str, sku: str, shop: str) -> str:
    """Return an SQL expression for the pieces that locks keep for a shop, beside what is free.

    0 where no open lock names it. Of a level that owes pieces as many as truly lie there and are
    not promised, as in a reservation. What a shop is told is `available_sql` and this together.
    """
    return (
        "(SELECT coalesce(sum(least(kept.pieces,"  # noqa: S608 - names of columns
        " greatest(level.on_hand - level.owing - level.reserved, 0))), 0)::int FROM"
        " (SELECT warehouse_id, sum(pieces - used - freed) AS pieces FROM stock_lock"
        f" WHERE seller_id = {seller} AND sku = {sku} AND closed_at IS NULL"
        f" AND {shop} = ANY (shop_ids) GROUP BY warehouse_id) kept"
        f" JOIN stock_level level ON level.seller_id = {seller} AND level.sku = {sku}"
        " AND level.warehouse_id = kept.warehouse_id)"
    )
