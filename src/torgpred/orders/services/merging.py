"""Newer versions of known orders, merged by rule: paid, cancelled, sent, another address.

A transaction of its own after the new orders are in: the rows of orders are locked first, in
their order, then what their promises are made of (`promises.hold`). Where two that merge wait for
each other all the same, the database ends one of them, and it is tried again; merging a version
twice does nothing the second time.

Of an order over several sellers the marketplace knows one state. That it is shipped says nothing
of a part that is still open here: that part stays open, its seller is told, and its pieces stay
promised until it is shipped here or the marketplace says that the buyer has the goods.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, LiteralString

import msgspec
import psycopg
from django.db import connection
from django.db.utils import OperationalError
from psycopg.errors import DeadlockDetected

from torgpred.channels.core.orders import OrderPhase
from torgpred.kernel.clock import now
from torgpred.orders.core.changing import KnownLine, line_changes, phase_after
from torgpred.orders.core.mismatches import Mismatch
from torgpred.orders.models import OPEN_PHASES
from torgpred.orders.services import cancelling, parcel_states, promises
from torgpred.orders.services.sold_names import SoldName, keep_names, named
from torgpred.orders.services.staging import LONGEST_ISSUE, LONGEST_WORDS, StagedOrder
from torgpred.runtime.arrays import array
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope

_TRIES: Final = 5
_SENT: Final = frozenset({OrderPhase.SHIPPED, OrderPhase.DELIVERED})
_SETTLED: Final = _SENT | {OrderPhase.CANCELLED}

_KNOWN = """
    SELECT known.id, known.shop_id, known.remote_id, known.phase, known.changed_at, known.digest,
           known.troubles
    FROM unnest(%s::bigint[], %s::text[]) AS given (shop, remote)
    JOIN orders_order known ON known.shop_id = given.shop AND known.remote_id = given.remote
    ORDER BY known.id FOR NO KEY UPDATE OF known
"""

_KEPT: LiteralString = """
    SELECT given.place FROM unnest(%s::bigint[], %s::text[], %s::text[]) WITH ORDINALITY
         AS given (shop, remote, digest, place)
    JOIN orders_order known ON known.shop_id = given.shop AND known.remote_id = given.remote
     AND known.digest = decode(given.digest, 'hex')
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
                     WHEN given.phase = 'shipped' AND part.phase = ANY(%(open)s) AND parts.several
                     THEN 'to_ship'
                     WHEN array_position(%(order)s::text[], given.phase)
                          < array_position(%(order)s::text[], part.phase::text) THEN part.phase
                     ELSE given.phase END,
        mismatch = CASE WHEN given.phase = 'cancelled' AND part.phase IN ('shipped', 'delivered')
                        THEN %(back)s
                        WHEN given.phase = 'shipped' AND part.phase = ANY(%(open)s)
                             AND parts.several THEN %(ahead)s
                        WHEN part.mismatch = %(back)s THEN part.mismatch ELSE '' END,
        ended_at = CASE WHEN given.phase IN ('cancelled', 'delivered')
                             OR given.phase = 'shipped' AND NOT (parts.several
                                AND part.phase = ANY(%(open)s))
                        THEN coalesce(part.ended_at, %(now)s) ELSE part.ended_at END,
        reason = given.reason,
        dispute = CASE WHEN given.by_line AND NOT EXISTS (
                           SELECT FROM orders_line line
                           WHERE line.consignment_id = part.id AND line.issue <> '')
                       THEN '' ELSE given.dispute END,
        ship_by = coalesce(given.ship_by, part.ship_by),
        payout = CASE WHEN given.payout IS NOT NULL AND given.total > 0
                      THEN round(given.payout * part.amount / given.total, 2)
                      ELSE part.payout END,
        buyer = CASE WHEN part.phase = ANY(%(open)s) AND given.buyer <> '' THEN given.buyer
                     ELSE part.buyer END
    FROM unnest(%(ids)s::bigint[], %(phases)s::text[], %(ship_by)s::timestamptz[],
                %(payouts)s::numeric[], %(totals)s::numeric[], %(buyers)s::text[],
                %(reasons)s::text[], %(disputes)s::text[], %(by_line)s::boolean[])
         AS given (id, phase, ship_by, payout, total, buyer, reason, dispute, by_line)
    CROSS JOIN LATERAL (
        SELECT count(*) > 1 AS several FROM orders_consignment one WHERE one.order_id = given.id
    ) parts
    WHERE part.order_id = given.id
"""

_ISSUES = """
    UPDATE orders_line line SET issue = given.issue
    FROM unnest(%(orders)s::bigint[], %(lines)s::text[], %(issues)s::text[])
         AS given (order_id, remote_id, issue)
    JOIN orders_consignment part ON part.order_id = given.order_id
    WHERE line.consignment_id = part.id AND line.remote_id = given.remote_id
      AND line.issue <> given.issue
"""

_PARTS_OF = """
    SELECT id FROM orders_consignment WHERE order_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""

_LINES = """
    SELECT part.order_id, line.remote_id, line.id, line.quantity
    FROM orders_consignment part JOIN orders_line line ON line.consignment_id = part.id
    WHERE part.order_id = ANY(%s)
"""


class _Change(msgspec.Struct, frozen=True):
    """A known order, the newer version of it, and how far it is then."""

    id: int
    before: OrderPhase
    phase: OrderPhase
    trouble: str
    told: StagedOrder


class _Moves(msgspec.Struct):
    """Lines that want fewer or more pieces, as (line, pieces), and the orders that they are of."""

    fewer: list[tuple[int, int]] = msgspec.field(default_factory=list)
    more: list[tuple[int, int]] = msgspec.field(default_factory=list)
    orders: set[int] = msgspec.field(default_factory=set)


def unlike(told: Sequence[StagedOrder]) -> list[StagedOrder]:
    """Return the versions of known orders that are not, to the letter, what is known: for `merge`.

    In the caller's scope; nothing is locked.
    """
    given = [
        array([one.shop_id for one in told]),
        array([one.order.remote_id for one in told]),
        array([one.digest for one in told]),
    ]
    cursor = psycopg.Cursor(connection.connection)
    cursor.execute(_KEPT, given, prepare=True)
    alike = {place for (place,) in cursor.fetchall()}
    return [one for place, one in enumerate(told, 1) if place not in alike]


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
        moves = _moves(changes)
        with connection.cursor() as cursor:
            cursor.execute(_PARTS_OF, [[one.id for one in changes]])
        promises.lock([one.id for one in changes if _touches_stock(one, moves)])
        parcel_states.follow({one.id: one.told.order.parcels for one in changes})
        _write(changes)
        _promise_anew(changes, moves)
        cancelling.end(order_ids=[one.id for one in changes if one.phase is OrderPhase.CANCELLED])
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
        after, trouble = phase_after(before, one.order.phase, held=bool(one.order.reason))
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
        "reasons": [one.reason[:LONGEST_WORDS] for one in orders],
        "disputes": [one.dispute[:LONGEST_WORDS] for one in orders],
        "by_line": [any(line.issue for line in one.lines) for one in orders],
        "back": Mismatch.BACK.value,
        "ahead": Mismatch.AHEAD.value,
        "open": list(OPEN_PHASES),
        "order": ["unknown", "placed", "to_ship", "shipped", "delivered", "cancelled"],
        "now": now(),
    }
    told = [(one.id, line) for one in changes for line in one.told.order.lines]
    issues: dict[str, Any] = {
        "orders": [order_id for order_id, _ in told],
        "lines": [line.remote_id for _, line in told],
        "issues": [line.issue[:LONGEST_ISSUE] for _, line in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(_HEADERS, names)
        cursor.execute(_ISSUES, issues)
        cursor.execute(_PARTS, names)


def _touches_stock(change: _Change, moves: _Moves) -> bool:
    return change.phase in _SETTLED or change.id in moves.orders or bool(change.told.order.parcels)


def _promise_anew(changes: Sequence[_Change], moves: _Moves) -> None:
    """Bring promises in line: taken back where cancelled, gone where sent, moved with lines."""
    cancelled = [one.id for one in changes if one.phase is OrderPhase.CANCELLED]
    gone = [one.id for one in changes if one.phase in _SENT]
    if cancelled:
        promises.release(order_ids=cancelled, remedy="cancelled")
    if gone:
        promises.ship(order_ids=gone, actor="the marketplace")
    if moves.fewer:
        promises.reduce(moves.fewer)
    if moves.more:
        promises.raise_wanted(moves.more)


def _moves(changes: Sequence[_Change]) -> _Moves:
    """Return how lines of orders that go on change; those that are new are there then."""
    going_on = [one for one in changes if one.phase.value in OPEN_PHASES]
    known: dict[int, dict[str, KnownLine]] = {one.id: {} for one in going_on}
    found = _Moves()
    if not going_on:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(known)])
        for order_id, remote_id, line_id, quantity in cursor.fetchall():
            known[order_id][remote_id] = KnownLine(line_id, quantity)
    moved = [(one, line_changes(known[one.id], one.told.order.lines)) for one in going_on]
    _keep_names(line for one, lines in moved for line in named(one.told.whose, lines.added))
    for one, lines in moved:
        found.fewer += [(line.id, -pieces) for line, pieces in lines.moved if pieces < 0]
        found.more += [(line.id, pieces) for line, pieces in lines.moved if pieces > 0]
        found.more += promises.add_lines(one.id, one.told, lines.added)
        if lines.moved or lines.added:
            found.orders.add(one.id)
    return found


def _keep_names(names: Iterable[SoldName]) -> None:
    keep_names(psycopg.Cursor(connection.connection), sorted(set(names)))
