"""The inbox of consignments: views with their counts, a search, pages by keyset."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.kernel.clock import now
from torgpred.orders.selectors.searching import sought
from torgpred.runtime.scope import scope

SOON: Final = timedelta(hours=48)
"""So long before its ship-by time a consignment is due soon."""

_SHORT: LiteralString = """part.id IN (
    SELECT line.consignment_id FROM orders_shortage lack
    JOIN orders_line line ON line.id = lack.line_id
    WHERE lack.seller_id = %(seller)s AND lack.settled_at IS NULL)"""
_CANCELLING: LiteralString = """part.id IN (
    SELECT consignment_id FROM orders_cancellation
    WHERE seller_id = %(seller)s AND ended_at IS NULL)"""
_SOON: LiteralString = (
    "part.phase = 'to_ship' AND (part.ship_by <= %(soon)s OR part.mismatch = 'ahead')"
)
_CHOSEN: Final[dict[str, LiteralString]] = {
    "to_ship": "part.phase = 'to_ship'",
    "soon": _SOON,
    "short": f"part.phase IN ('placed', 'to_ship') AND {_SHORT}",
    "placed": "part.phase = 'placed'",
    "cancelling": f"part.phase IN ('placed', 'to_ship') AND {_CANCELLING}",
    "disputed": "part.dispute <> ''",
    "shipped": "part.phase IN ('shipped', 'delivered')",
    "cancelled": "part.phase = 'cancelled'",
    "all": "true",
}
VIEWS: Final = tuple(_CHOSEN)
"""What the inbox can be looked at by: open views by when to ship, the others newest first."""
OPEN_VIEWS: Final = frozenset({"to_ship", "soon", "short", "placed", "cancelling"})

_BY_CLOCK: LiteralString = """
    AND (coalesce(part.ship_by, 'infinity'), part.id)
        > (%(moment)s::timestamptz, %(number)s::bigint)
    ORDER BY coalesce(part.ship_by, 'infinity'), part.id LIMIT %(limit)s
"""
_NEWEST: LiteralString = """
    AND (part.placed_at, part.id) < (%(moment)s::timestamptz, %(number)s::bigint)
    ORDER BY part.placed_at DESC, part.id DESC LIMIT %(limit)s
"""
_ROWS: LiteralString = """
    SELECT part.id, part.shop_id, part.remote_id, part.phase, part.placed_at, part.ship_by,
           part.currency, part.amount, part.country, part.reason, part.dispute, part.mismatch,
           lines.pieces, lines.short, lines.kinds, lines.goods, lines.own, lines.own_short,
           EXISTS (SELECT FROM orders_cancellation one
                   WHERE one.consignment_id = part.id AND one.ended_at IS NULL)
    FROM chosen part
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(one.quantity), 0)::int AS pieces,
               coalesce(sum(one.short), 0)::int AS short,
               count(*)::int AS kinds,
               coalesce((array_agg(one.name ORDER BY one.short = 0, one.id))[1], '') AS goods,
               coalesce((array_agg(one.quantity ORDER BY one.short = 0, one.id))[1], 0) AS own,
               coalesce((array_agg(one.short ORDER BY one.short = 0, one.id))[1], 0) AS own_short
        FROM (
            SELECT line.id, line.quantity,
                   CASE WHEN line.name <> '' THEN line.name ELSE line.sku END AS name,
                   coalesce((SELECT sum(lack.pieces) FROM orders_shortage lack
                             WHERE lack.line_id = line.id AND lack.settled_at IS NULL), 0)::int
                       AS short
            FROM orders_line line WHERE line.consignment_id = part.id
        ) one
    ) lines
"""
_ORDERED: Final[dict[bool, LiteralString]] = {
    True: "ORDER BY coalesce(part.ship_by, 'infinity'), part.id",
    False: "ORDER BY part.placed_at DESC, part.id DESC",
}
# By indexes alone: the rows of consignments are wide, and those that are over are many.
_COUNTS: LiteralString = """
    SELECT (SELECT count(*) FROM orders_consignment WHERE seller_id = %(seller)s),
           (SELECT count(*) FROM orders_consignment
            WHERE seller_id = %(seller)s AND phase = 'cancelled'),
           (SELECT count(*) FROM orders_consignment
            WHERE seller_id = %(seller)s AND phase = 'unknown'),
           (SELECT count(*) FROM orders_consignment
            WHERE seller_id = %(seller)s AND (mismatch = 'back' OR dispute <> '')
              AND dispute <> ''),
           waiting.*
    FROM (
        SELECT count(*) FILTER (WHERE phase = 'placed'),
               count(*) FILTER (WHERE phase = 'to_ship'),
               count(*) FILTER (WHERE phase = 'to_ship'
                                AND (ship_by <= %(soon)s OR mismatch = 'ahead')),
               count(*) FILTER (WHERE phase = 'to_ship' AND ship_by < %(now)s),
               count(*) FILTER (WHERE phase = 'to_ship' AND ship_by <= %(day)s),
               min(ship_by) FILTER (WHERE phase = 'to_ship')
        FROM orders_consignment
        WHERE seller_id = %(seller)s AND phase IN ('placed', 'to_ship')
    ) waiting
"""
_LACKING: LiteralString = """
    SELECT count(DISTINCT line.consignment_id), coalesce(sum(lack.pieces), 0)::int,
           count(DISTINCT line.consignment_id) FILTER (WHERE lack.remedy <> 'wait'),
           coalesce(sum(lack.pieces) FILTER (WHERE lack.remedy <> 'wait'), 0)::int
    FROM orders_shortage lack JOIN orders_line line ON line.id = lack.line_id
    JOIN orders_consignment part ON part.id = line.consignment_id
    WHERE lack.seller_id = %(seller)s AND lack.settled_at IS NULL
      AND part.phase IN ('placed', 'to_ship')
"""
_AWAITED: LiteralString = """
    SELECT count(*) FROM orders_consignment part
    WHERE part.seller_id = %(seller)s AND part.phase IN ('placed', 'to_ship') AND
"""


class InboxRow(msgspec.Struct, frozen=True):
    """A consignment as a list shows it: nothing of its buyer but the country."""

    id: int
    shop_id: int
    order: str
    phase: str
    placed_at: datetime
    ship_by: datetime | None
    currency: str
    amount: Decimal
    country: str
    reason: str
    dispute: str
    mismatch: str
    pieces: int
    short: int
    kinds: int
    """How many lines it has."""
    goods: str
    """What its first line is called; where any lacks pieces, the first that does."""
    own: int
    """Pieces of that line alone."""
    own_short: int
    cancelling: bool
    """Whether its cancellation is awaited."""


class Counts(msgspec.Struct, frozen=True):
    """How many consignments each view holds, and what is urgent among them.

    `late` ones are past their ship-by time, `day` ones at most 24 hours before it (late ones
    too); `first` is the nearest of these times. `lacking` is in pieces; `undecided` are those of
    the short ones, and `undecided_pieces` their pieces, for which nobody chose to wait.
    """

    views: dict[str, int]
    late: int = 0
    day: int = 0
    first: datetime | None = None
    lacking: int = 0
    undecided: int = 0
    undecided_pieces: int = 0


def page(
    seller_id: int, view: str, *, text: str = "", after: str = "", limit: int = 50
) -> list[InboxRow]:
    """Return a page of a view, beginning behind the row that `after` (of `key`) names.

    `text` is as `searching.sought` has it. Raises KeyError for an unknown view, ValueError for an
    `after` that is none.
    """
    by_clock = view in OPEN_VIEWS
    moment, number = _place(after, by_clock=by_clock)
    names: dict[str, Any] = {
        "seller": seller_id,
        "soon": now() + SOON,
        "moment": moment,
        "number": number,
        "limit": limit,
    }
    with scope(seller_id), connection.cursor() as cursor:
        meant = sought(cursor, seller_id, text)
        cursor.execute(_query(view, meant.condition, by_clock=by_clock), names | meant.names)
        return [InboxRow(*row) for row in cursor.fetchall()]


def _query(view: str, condition: str, *, by_clock: bool) -> str:
    """Put constants of this module together; everything given is a parameter."""
    return (
        "WITH chosen AS MATERIALIZED (SELECT part.* FROM orders_consignment part"  # noqa: S608
        f" WHERE part.seller_id = %(seller)s AND {_CHOSEN[view]}"
        f" {condition} {_BY_CLOCK if by_clock else _NEWEST})"
        f" {_ROWS} {_ORDERED[by_clock]}"
    )


def key(row: InboxRow, view: str) -> str:
    """Return what names a row as the last of a page of a view."""
    moment = row.ship_by if view in OPEN_VIEWS else row.placed_at
    return f"{moment.astimezone(UTC).isoformat() if moment else 'infinity'}~{row.id}"


def counts(seller_id: int) -> Counts:
    """Return how many consignments of a seller each view holds, and what is urgent."""
    moment = now()
    names: dict[str, Any] = {
        "seller": seller_id,
        "now": moment,
        "soon": moment + SOON,
        "day": moment + timedelta(hours=24),
    }
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_COUNTS, names)
        whole, cancelled, unknown, disputed, placed, to_ship, *urgent = cursor.fetchall()[0]
        cursor.execute(_LACKING, names)
        short, lacking, undecided, pieces = cursor.fetchall()[0]
        cursor.execute(_AWAITED + _CANCELLING, names)
        cancelling = cursor.fetchall()[0][0]
    soon, late, day, first = urgent
    views = {
        "to_ship": to_ship,
        "soon": soon,
        "short": short,
        "placed": placed,
        "cancelling": cancelling,
        "disputed": disputed,
        "shipped": whole - placed - to_ship - cancelled - unknown,
        "cancelled": cancelled,
        "all": whole,
    }
    return Counts(
        views=views, late=late, day=day, first=first, lacking=lacking,
        undecided=undecided, undecided_pieces=pieces,
    )  # fmt: skip


def _place(after: str, *, by_clock: bool) -> tuple[str, int]:
    """Return the moment and number of the row that a page begins behind."""
    if not after:
        return ("-infinity", 0) if by_clock else ("infinity", 0)
    moment, _, number = after.partition("~")
    if moment != "infinity":
        moment = datetime.fromisoformat(moment).isoformat()
    if not number.isdecimal() or len(number) > 18:
        raise ValueError(after)
    return moment, int(number)
