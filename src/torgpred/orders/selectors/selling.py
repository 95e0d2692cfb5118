"""Reads for the live board: what was sold, how fast, against another day; what waits longest.

All of them add up minutes, never orders, and read a seller's rows or, with None, everybody's for
the operator's eyes.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.runtime.scope import operator_scope, scope

_COLUMNS: LiteralString = "seller_id, shop_id, currency, minute, parts, orders, amount"
_ALL: LiteralString = f"""
    (SELECT {_COLUMNS} FROM orders_minutesum WHERE minute >= %(since)s AND minute < %(until)s
     UNION ALL
     SELECT {_COLUMNS} FROM orders_tally WHERE minute >= %(since)s AND minute < %(until)s) sold
"""  # noqa: S608 - constants only
_OF_ONE: LiteralString = f"""
    (SELECT {_COLUMNS} FROM orders_minutesum
     WHERE seller_id = %(seller)s AND minute >= %(since)s AND minute < %(until)s
     UNION ALL
     SELECT {_COLUMNS} FROM orders_tally
     WHERE seller_id = %(seller)s AND minute >= %(since)s AND minute < %(until)s) sold
"""  # noqa: S608 - constants only
_SOLD: LiteralString = """
    SELECT seller_id, shop_id, currency, sum(parts)::int, sum(orders)::int, sum(amount),
           coalesce(sum(parts) FILTER (WHERE minute = %(before)s), 0)::int,
           coalesce(sum(parts) FILTER (WHERE minute = %(minute)s), 0)::int,
           coalesce(sum(orders) FILTER (WHERE minute = %(before)s), 0)::int,
           coalesce(sum(orders) FILTER (WHERE minute = %(minute)s), 0)::int,
           coalesce(sum(amount) FILTER (WHERE minute = %(before)s), 0),
           coalesce(sum(amount) FILTER (WHERE minute = %(minute)s), 0)
    FROM {source} GROUP BY seller_id, shop_id, currency ORDER BY seller_id, shop_id, currency
"""
_COURSE: LiteralString = """
    SELECT floor(extract(epoch FROM minute - %(since)s) / %(step)s)::int, sum({count})::int
    FROM {source} GROUP BY 1 ORDER BY 1
"""
_OLDEST: LiteralString = """
    SELECT tenant.id, oldest.remote_id, oldest.placed_at, oldest.ship_by
    FROM accounts_tenant tenant
    CROSS JOIN LATERAL (
        SELECT part.remote_id, part.placed_at, part.ship_by FROM orders_consignment part
        WHERE part.seller_id = tenant.id AND part.phase = 'to_ship'
          -- Names the index's condition, so that shipped ones are never looked at.
          AND part.phase IN ('placed', 'to_ship')
        ORDER BY part.ship_by, part.placed_at LIMIT 1
    ) oldest
    WHERE tenant.kind = 'seller' AND (%(seller)s::bigint IS NULL OR tenant.id = %(seller)s)
    ORDER BY oldest.ship_by, oldest.placed_at LIMIT %(limit)s
"""


class Sold(msgspec.Struct, frozen=True):
    """What a seller sold in a shop in one currency.

    `parts` are its consignments; `orders` counts an order of several sellers at one of them only,
    so that sums over sellers are sums of orders. `*_before` came in the last full minute, `*_now`
    in the running one.
    """

    seller_id: int
    shop_id: int
    currency: str
    parts: int
    orders: int
    amount: Decimal
    parts_before: int
    parts_now: int
    orders_before: int
    orders_now: int
    amount_before: Decimal
    amount_now: Decimal


class Unsent(msgspec.Struct, frozen=True):
    """The consignment of a seller that has to leave first."""

    seller_id: int
    order: str
    placed_at: datetime
    ship_by: datetime | None


def sold(seller_id: int | None, *, since: datetime, until: datetime) -> list[Sold]:
    """Return what was placed from `since` to the minute of `until`, by seller, shop and currency.

    Cancellations are not taken off.
    """
    minute = until.replace(second=0, microsecond=0)
    names = {
        "since": since,
        "until": minute + timedelta(minutes=1),
        "minute": minute,
        "before": minute - timedelta(minutes=1),
    }
    return [Sold(*row) for row in _rows(seller_id, _SOLD, names)]


def course(
    seller_id: int | None, *, since: datetime, until: datetime, step: timedelta
) -> list[tuple[int, int]]:
    """Return (number of the step, orders placed in it) of a span, steps without any left out."""
    names = {"since": since, "until": until, "step": int(step.total_seconds())}
    query = _COURSE.replace("{count}", "orders" if seller_id is None else "parts")
    return [(int(place), int(count)) for place, count in _rows(seller_id, query, names)]


def oldest_unsent(seller_id: int | None, *, limit: int = 5) -> list[Unsent]:
    """Return of each seller the paid consignment that has to leave first, the most pressing first.

    Those without a clock come last.
    """
    opened = operator_scope() if seller_id is None else scope(seller_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(_OLDEST, {"seller": seller_id, "limit": limit})
        return [Unsent(*row) for row in cursor.fetchall()]


def _rows(seller_id: int | None, query: str, names: dict[str, Any]) -> list[tuple[Any, ...]]:
    opened = operator_scope() if seller_id is None else scope(seller_id)
    source = _ALL if seller_id is None else _OF_ONE
    with opened, connection.cursor() as cursor:
        cursor.execute(query.replace("{source}", source), {**names, "seller": seller_id})
        return list(cursor.fetchall())
