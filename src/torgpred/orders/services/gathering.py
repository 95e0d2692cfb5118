"""Gathering: a consignment that intake promised from several warehouses is served from one.

Intake promises each line by itself, in the buyer's country first. Where one warehouse has all of a
new consignment, one parcel goes instead of two: local first, then whole, then by rank. A line that
is promised locally never moves abroad for it.
"""

from typing import Final, LiteralString

import msgspec
from django.db import connection

from torgpred.kernel.errors import TorgpredError
from torgpred.orders.models import OPEN_PHASES
from torgpred.orders.services.parts import NotToShipError
from torgpred.orders.services.rerouting import NotWholeError, reroute
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope

AT_ONCE: Final = 5_000
"""Consignments that are looked through in one go."""
REACH: Final = 20_000
"""A process that begins looks back over so many."""
_STILL_COMING: Final = 2_000
"""Numbers are given before the order is there: so many are looked through once more."""

_log = logger(__name__)

_NEW: LiteralString = """
    WITH fresh AS MATERIALIZED (
        SELECT id, seller_id, shop_id, remote_id, country, phase FROM orders_consignment
        WHERE id > %(after)s ORDER BY id LIMIT %(most)s
    ),
    placed AS (
        SELECT DISTINCT fresh.id, allocation.warehouse_id
        FROM fresh
        JOIN orders_line line ON line.consignment_id = fresh.id
        JOIN orders_allocation allocation ON allocation.line_id = line.id
        WHERE allocation.shipped IS NULL AND fresh.phase = ANY(%(open)s)
          AND fresh.seller_id IN (
              SELECT seller_id FROM stock_warehouse GROUP BY seller_id HAVING count(*) > 1)
    ),
    split AS (
        SELECT placed.id, bool_or(warehouse.country = fresh.country) AS local
        FROM placed
        JOIN fresh ON fresh.id = placed.id
        JOIN stock_warehouse warehouse ON warehouse.id = placed.warehouse_id
        GROUP BY placed.id HAVING count(*) > 1
    )
    SELECT (SELECT max(id) FROM fresh), (SELECT count(*) FROM fresh),
           coalesce((SELECT jsonb_agg(jsonb_build_array(
               fresh.id, fresh.seller_id, fresh.shop_id, fresh.remote_id, split.local)
               ORDER BY fresh.id)
               FROM split JOIN fresh ON fresh.id = split.id), '[]')
"""


class Gathered(msgspec.Struct, frozen=True):
    """How many consignments are served from one warehouse now, and where to look from next."""

    consignments: int
    after: int
    more: bool


def begin() -> int:
    """Return where a process that begins looks from."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM orders_consignment")
        return max(int(cursor.fetchone()[0]) - REACH, 0)


def gather(*, after: int, tried: set[int]) -> Gathered:
    """Put new consignments together that lie in several warehouses and could come from one.

    `after` is the number of the last one looked through; `tried` are later ones that need no
    second look, kept here from call to call. Repeating it moves nothing twice.
    """
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_NEW, {"after": after, "most": AT_ONCE, "open": list(OPEN_PHASES)})
        last, count, found = cursor.fetchone()
    moved = 0
    for part, seller_id, shop_id, order, local in msgspec.json.decode(found):
        if part not in tried:
            tried.add(part)
            moved += _put_together(seller_id, shop_id, order, local=local)
    more = count == AT_ONCE
    following = after if last is None else last if more else max(last - _STILL_COMING, after)
    tried.difference_update([part for part in tried if part <= following])
    return Gathered(moved, following, more)


def _put_together(seller_id: int, shop_id: int, order: str, *, local: bool) -> int:
    try:
        done = reroute(
            seller_id=seller_id, order=order, shop_id=shop_id, actor="the worker", local=local
        )
    except (NotWholeError, NotToShipError):
        return 0  # it stays split, or was packed meanwhile
    except TorgpredError as error:
        _log.warning("not put together", order=order, reason=error.code)
        return 0
    return int(done.pieces > 0)
