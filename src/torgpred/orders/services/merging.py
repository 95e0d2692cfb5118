"""Newer versions of known orders, merged by rule: paid, cancelled, sent, another address.

A transaction of its own after the new orders are in: the rows of orders are locked first, in
their order, then levels. Where two that merge wait for each other all the same, the database ends
one of them, and it is tried again; merging a version twice does nothing the second time.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.utils import OperationalError
from psycopg.errors import DeadlockDetected

from torgpred.channels.core.orders import OrderPhase
from torgpred.kernel.clock import now
from torgpred.orders.core.changing import KnownLine, line_changes, phase_after
from torgpred.orders.models import OPEN_PHASES
from torgpred.orders.services import promises
from torgpred.orders.services.staging import StagedOrder
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope

_TRIES: Final = 5

_KNOWN = """
    SELECT known.id, known.shop_id, known.remote_id, known.phase, known.changed_at, known.digest,
           known.troubles
    FROM unnest(%s::bigint[], %s::text[]) AS given (shop, remote)
    JOIN orders_order known ON known.shop_id = given.shop AND known.remote_id = given.remote
    ORDER BY known.id FOR NO KEY UPDATE OF known
"""

_HEADERS = """
    UPDATE orders_order known
    SET phase = given.phase, words = given.words, paid_at = coalesce(given.paid, known.paid_at),
        changed_at = given.changed, ship_by = coalesce(given.ship_by, known.ship_by),
        total = given.total, fees = coalesce(given.fees, known.fees),
        payout = coalesce(given.payout, known.payout), digest = decode(given.digest, 'hex'),
        troubles = given.troubles
    FROM unnest(%(ids)s::bigint[], %(phases)s::text[], %(words)s::text[], %(paid)s::timestamptz[],
                %(changed)s::timestamptz[], %(ship_by)s::timestamptz[], %(totals)s::numeric[],
                %(fees)s::numeric[], %(payouts)s::numeric[], %(digests)s::text[],
                %(troubles)s::text[])
         AS given (id, phase, words, paid, changed, ship_by, total, fees, payout, digest, troubles)
    WHERE known.id = given.id
"""

# A seller may be ahead of the marketplace's word: what it shipped stays so.
_PARTS = """
    UPDATE orders_consignment part
    SET phase = CASE WHEN given.phase = 'cancelled' AND part.phase IN ('shipped', 'delivered')
                     THEN part.phase
                     WHEN array_position(%(order)s::text[], given.phase)
                          < array_position(%(order)s::text[], part.phase::text) THEN part.phase
                     ELSE given.phase END,
        ended_at = CASE WHEN given.phase IN ('shipped', 'cancelled', 'delivered')
                        THEN coalesce(part.ended_at, %(now)s) ELSE part.ended_at END,
        ship_by = coalesce(given.ship_by, part.ship_by),
        payout = CASE WHEN given.payout IS NOT NULL AND given.total > 0
                      THEN round(given.payout * part.amount / given.total, 2)
                      ELSE part.payout END,
        buyer = CASE WHEN part.phase = ANY(%(open)s) AND given.buyer <> '' THEN given.buyer
                     ELSE part.buyer END
    FROM unnest(%(ids)s::bigint[], %(phases)s::text[], %(ship_by)s::timestamptz[],
                %(payouts)s::numeric[], %(totals)s::numeric[], %(buyers)s::text[])
         AS given (id, phase, ship_by, payout, total, buyer)
    WHERE part.order_id = given.id
"""

_LINES = """
    SELECT line.order_id, line.remote_id, line.id, line.quantity
    FROM orders_line line WHERE line.order_id = ANY(%s)
"""


class _Change(msgspec.Struct, frozen=True):
    """A known order, the newer version of it, and how far it is then."""

    id: int
    before: OrderPhase
    phase: OrderPhase
    trouble: str
    told: StagedOrder


def merge(told: Iterable[StagedOrder]) -> int:
    """Merge versions of orders that are known; return how many of them changed something.

    Of several versions of one order the newest counts; a version that is no newer than what is
    known does nothing. Call it outside any scope and transaction.
    """
    newest: dict[tuple[int, str], StagedOrder] = {}
    for one in told:
        key = (one.shop_id, one.order.remote_id)
        if key not in newest or newest[key].order.updated_at <= one.order.updated_at:
            newest[key] = one
    if not newest:
        return 0
    for last in range(_TRIES, 0, -1):
        try:
            return _merge(newest)
        except OperationalError as error:
            if last == 1 or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _merge(newest: dict[tuple[int, str], StagedOrder]) -> int:
    with operator_scope():
        changes = _changes(newest)
        if not changes:
            return 0
        _write(changes)
        _promise_anew(changes)
        wake("orders.changed")
        wake("stock.changed")
    return len(changes)


def _changes(newest: dict[tuple[int, str], StagedOrder]) -> list[_Change]:
    keys = list(newest)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[key[0] for key in keys], [key[1] for key in keys]])
        rows = cursor.fetchall()
    found = []
    for order_id, shop_id, remote_id, phase, changed_at, digest, _ in rows:
        one = newest[shop_id, remote_id]
        if bytes(digest).hex() == one.digest or one.order.updated_at < changed_at:
            continue
        before = OrderPhase(phase)
        after, trouble = phase_after(before, one.order.phase)
        found.append(_Change(order_id, before, after, trouble, one))
    return found


def _write(changes: Sequence[_Change]) -> None:
    orders = [one.told.order for one in changes]
    names: dict[str, Any] = {
        "ids": [one.id for one in changes],
        "phases": [one.phase.value for one in changes],
        "words": [one.words for one in orders],
        "paid": [one.paid_at for one in orders],
        "changed": [one.updated_at for one in orders],
        "ship_by": [one.ship_by for one in orders],
        "totals": [one.total for one in orders],
        "fees": [one.fees for one in orders],
        "payouts": [one.payout for one in orders],
        "digests": [one.told.digest for one in changes],
        "troubles": [
            "\n".join([*one.told.order.troubles, *([one.trouble] if one.trouble else [])])
            for one in changes
        ],
        "buyers": [one.told.buyer for one in changes],
        "open": list(OPEN_PHASES),
        "order": ["unknown", "placed", "to_ship", "shipped", "delivered", "cancelled"],
        "now": now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HEADERS, names)
        cursor.execute(_PARTS, names)


def _promise_anew(changes: Sequence[_Change]) -> None:
    """Bring promises in line: taken back where cancelled, gone where sent, moved with lines."""
    cancelled = [one.id for one in changes if one.phase is OrderPhase.CANCELLED]
    sent = {OrderPhase.SHIPPED, OrderPhase.DELIVERED}
    gone = [one.id for one in changes if one.phase in sent and one.before not in sent]
    going_on = [one for one in changes if one.phase.value in OPEN_PHASES]
    if cancelled:
        promises.release(order_ids=cancelled, remedy="cancelled")
    if gone:
        promises.ship(order_ids=gone, actor="the marketplace")
    if going_on:
        _move_lines(going_on)


def _move_lines(changes: Sequence[_Change]) -> None:
    known: dict[int, dict[str, KnownLine]] = {one.id: {} for one in changes}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(known)])
        for order_id, remote_id, line_id, quantity in cursor.fetchall():
            known[order_id][remote_id] = KnownLine(line_id, quantity)
    fewer: list[tuple[int, int]] = []
    more: list[tuple[int, int]] = []
    for one in changes:
        moved = line_changes(known[one.id], one.told.order.lines)
        fewer += [(line.id, -pieces) for line, pieces in moved.moved if pieces < 0]
        more += [(line.id, pieces) for line, pieces in moved.moved if pieces > 0]
        more += promises.add_lines(one.id, one.told, moved.added)
    if fewer:
        promises.reduce(fewer)
    if more:
        promises.raise_wanted(more)
