"""Reads of fulfilment: how a consignment stands, its parcels, handover lists, what comes back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.runtime.scope import scope


class StateCard(msgspec.Struct, frozen=True):
    """What is known of a consignment beside its lines, as the marketplace and its seller said."""

    shop_id: int
    phase: str
    reason: str
    dispute: str
    mismatch: str
    ship_by: datetime | None
    track_number: str
    carrier: str
    shipment: str
    step: str
    """How far the seller's courier is with it."""
    cancel_asked_at: datetime | None
    cancel_reason: str


class ParcelCard(msgspec.Struct, frozen=True):
    """A parcel; `state` is ours, `word` the marketplace's own for how far it is."""

    order: str
    shop_id: int
    parcel: str
    state: str
    phase: str
    word: str
    track_number: str
    list: str
    problem: str
    items: str
    """Such as "2 x B-1, 1 x B-2"."""
    id: int = 0


class HandoverCard(msgspec.Struct, frozen=True):
    """A handover list."""

    list: str
    shop_id: int
    state: str
    word: str
    arrival: date | None
    parcels: int
    problem: str
    handed_over_at: datetime | None
    id: int = 0


class ExpectedCard(msgspec.Struct, frozen=True):
    """Pieces of a line that are expected back: sent, seen back so far, and why."""

    order: str
    shop_id: int
    sku: str
    name: str
    sent: int
    seen: int
    why: str
    place: tuple[int, int] = (0, 0)
    """Where it stands among all: the ids of its consignment and line."""


_STATE: LiteralString = """
    SELECT part.shop_id, part.phase, part.reason, part.dispute, part.mismatch, part.ship_by,
           coalesce(sent.track_number, ''), coalesce(sent.carrier, ''), coalesce(sent.state, ''),
           CASE WHEN sent.state <> 'wanted' THEN sent.step ELSE '' END,
           off.asked_at, coalesce(off.reason, '')
    FROM orders_consignment part
    LEFT JOIN orders_shipment sent ON sent.consignment_id = part.id
    LEFT JOIN orders_cancellation off
      ON off.consignment_id = part.id AND off.ended_at IS NULL
    WHERE part.seller_id = %(seller)s AND part.remote_id = %(order)s
      AND (%(shop)s::bigint IS NULL OR part.shop_id = %(shop)s)
    ORDER BY part.id
"""

_PARCEL: LiteralString = """
    part.remote_id, part.shop_id, parcel.remote_id, parcel.state, parcel.phase, parcel.word,
           parcel.track_number, coalesce(handover.remote_id, ''), parcel.problem,
           coalesce((SELECT string_agg(item.pieces || ' x ' || line.sku, ', ' ORDER BY line.id)
                     FROM orders_parcelitem item JOIN orders_line line ON line.id = item.line_id
                     WHERE item.parcel_id = parcel.id), ''), parcel.id
    FROM orders_parcel parcel
    JOIN orders_consignment part ON part.id = parcel.consignment_id
    LEFT JOIN orders_handover handover ON handover.id = parcel.handover_id
"""
_PARCELS: LiteralString = f"""
    SELECT {_PARCEL}
    WHERE parcel.seller_id = %(seller)s AND parcel.id < %(below)s
      AND (%(shop)s::bigint IS NULL OR parcel.shop_id = %(shop)s)
      AND (NOT %(free)s OR parcel.handover_id IS NULL)
      AND (CASE WHEN %(orders)s::text[] IS NULL THEN parcel.state IN ('wanted', 'made', 'refused')
           ELSE part.remote_id = ANY(%(orders)s) OR parcel.remote_id = ANY(%(orders)s) END)
    ORDER BY parcel.id DESC LIMIT %(limit)s
"""
_ON_LISTS: LiteralString = f"""
    SELECT parcel.handover_id, {_PARCEL}
    WHERE parcel.seller_id = %(seller)s AND parcel.handover_id = ANY(%(lists)s)
      AND parcel.state = 'made' ORDER BY parcel.id DESC
"""

_HANDOVERS: LiteralString = """
    SELECT handover.remote_id, handover.shop_id, handover.state, handover.word, handover.arrival,
           (SELECT count(*) FROM orders_parcel parcel WHERE parcel.handover_id = handover.id),
           handover.problem, handover.handed_over_at, handover.id
    FROM orders_handover handover
    WHERE handover.seller_id = %(seller)s AND handover.id < %(below)s
      AND (%(shop)s::bigint IS NULL OR handover.shop_id = %(shop)s)
    ORDER BY handover.id DESC LIMIT %(limit)s
"""

# In order before consignments are looked at, so that no more are than a page holds.
_COMING_BACK: LiteralString = """
    SELECT part.id
    FROM (
        SELECT id FROM orders_consignment
        WHERE seller_id = %(seller)s AND (mismatch = 'back' OR dispute <> '')
        UNION
        SELECT consignment_id FROM orders_parcel
        WHERE seller_id = %(seller)s AND phase IN ('returning', 'returned')
        ORDER BY id DESC OFFSET 0
    ) came
    JOIN orders_consignment part ON part.id = came.id
    WHERE part.seller_id = %(seller)s AND part.phase IN ('shipped', 'delivered', 'cancelled')
      AND came.id < %(below)s AND (%(order)s = '' OR part.remote_id = %(order)s)
    ORDER BY came.id DESC LIMIT %(limit)s
"""
_EXPECTED: LiteralString = """
    SELECT * FROM (
        SELECT part.remote_id, part.shop_id, line.sku, line.name, (coalesce((
                   SELECT sum(one.pieces) FROM orders_allocation one
                   WHERE one.line_id = line.id AND one.shipped), 0))::int AS sent,
               (coalesce((SELECT sum(one.pieces) FROM orders_return one
                          WHERE one.line_id = line.id), 0))::int AS seen,
               CASE WHEN part.mismatch = 'back' THEN 'cancelled after it was shipped'
                    WHEN EXISTS (
                        SELECT FROM orders_parcelitem item
                        JOIN orders_parcel parcel ON parcel.id = item.parcel_id
                        WHERE item.line_id = line.id AND parcel.phase = 'returned')
                    THEN 'the parcel is back at the sender'
                    WHEN EXISTS (
                        SELECT FROM orders_parcelitem item
                        JOIN orders_parcel parcel ON parcel.id = item.parcel_id
                        WHERE item.line_id = line.id AND parcel.phase = 'returning')
                    THEN 'the parcel turned round'
                    WHEN part.dispute <> '' THEN 'a dispute is open: ' || part.dispute END AS why,
               part.id AS part, line.id AS line
        FROM orders_consignment part JOIN orders_line line ON line.consignment_id = part.id
        WHERE part.id = ANY(%(parts)s)
    ) came
    WHERE why IS NOT NULL AND sent > seen AND (part, -line) < (%(part)s, -%(line)s::bigint)
    ORDER BY part DESC, line
"""
_AT_ONCE: Final = 500
"""Consignments whose pieces are counted in one query."""
_ABOVE: Final = 2**62
"""Above every id."""


def states(seller_id: int, order: str, shop_id: int | None = None) -> list[StateCard]:
    """Return how a seller's part of an order stands: one a shop that has such an order."""
    return [StateCard(*row) for row in _read(_STATE, seller_id, order=order, shop=shop_id)]


def parcels(
    seller_id: int,
    orders: Sequence[str] = (),
    *,
    shop_id: int | None = None,
    on_no_list: bool = False,
    before: int = 0,
    limit: int = 500,
) -> list[ParcelCard]:
    """Return parcels, newest first: of orders or numbers named, else those not handed over yet.

    `on_no_list` keeps those that no list has; `before` is the id of the last one shown, else 0.
    """
    names: dict[str, Any] = {"orders": list(orders) or None, "shop": shop_id, "free": on_no_list}
    names["below"] = before or _ABOVE
    return [ParcelCard(*row) for row in _read(_PARCELS, seller_id, **names, limit=limit)]


def parcels_on(seller_id: int, handovers: Sequence[int]) -> dict[int, list[ParcelCard]]:
    """Return the parcels that were made and not handed over, by the ids of their lists."""
    found: dict[int, list[ParcelCard]] = {}
    for list_id, *row in _read(_ON_LISTS, seller_id, lists=list(handovers)):
        found.setdefault(list_id, []).append(ParcelCard(*row))
    return found


def handovers(
    seller_id: int, *, shop_id: int | None = None, before: int = 0, limit: int = 100
) -> list[HandoverCard]:
    """Return a seller's handover lists, newest first, from before the one with an id on."""
    rows = _read(_HANDOVERS, seller_id, shop=shop_id, below=before or _ABOVE, limit=limit)
    return [HandoverCard(*row) for row in rows]


def expected_back(
    seller_id: int, *, order: str = "", after: tuple[int, int] | None = None, limit: int = 500
) -> list[ExpectedCard]:
    """Return lines, of one order or all, whose pieces are expected back and not all seen yet.

    The orders taken in last come first; `after` is `place` of the last line of the page before.
    """
    part, line = after or (_ABOVE, 0)
    found: list[ExpectedCard] = []
    below = part + 1
    while len(found) < limit:
        told = {"order": order, "below": below, "limit": _AT_ONCE}
        parts = [one for (one,) in _read(_COMING_BACK, seller_id, **told)]
        rows = _read(_EXPECTED, seller_id, parts=parts, part=part, line=line)
        found += [_expected(*row) for row in rows]
        if len(parts) < _AT_ONCE:
            break
        below = parts[-1]
    return found[:limit]


def _expected(*row: Any) -> ExpectedCard:  # noqa: ANN401 - a row of the query
    order, shop_id, sku, name, sent, seen, why, part, line = row
    return ExpectedCard(order, shop_id, sku, name, sent, seen, why, (part, line))


def _read(sql: LiteralString, seller_id: int, **names: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(sql, {"seller": seller_id, **names})
        return list(cursor.fetchall())
