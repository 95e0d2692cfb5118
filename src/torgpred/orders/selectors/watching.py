"""The watch list: what has to leave soon, and what each of it waits for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.kernel.clock import now
from torgpred.orders.core.watching import Block, Urgency, urgency
from torgpred.runtime.scope import operator_scope, scope

# Of several blocks the first that a person has to clear counts.
_WATCH: LiteralString = """
    SELECT part.id, tenant.code, part.remote_id, part.shop_id, part.ship_by, part.reason,
           CASE
               WHEN part.mismatch = 'ahead' THEN 'ahead'
               WHEN EXISTS (SELECT FROM orders_cancellation one
                            WHERE one.consignment_id = part.id AND one.ended_at IS NULL)
               THEN 'cancel'
               WHEN part.reason <> '' THEN 'held'
               WHEN EXISTS (SELECT FROM orders_shipment one WHERE one.consignment_id = part.id
                            AND one.state = 'wanted') THEN 'untold'
               WHEN lines.undecided > 0 THEN 'short'
               WHEN lines.short > 0 THEN 'waiting'
               WHEN packed.unclear > 0 THEN 'unclear'
               WHEN lines.pieces > packed.pieces AND packed.refused > packed.latest THEN 'refused'
               WHEN lines.pieces > packed.pieces THEN 'not packed'
               WHEN packed.unlisted > 0 THEN 'not on a list'
               ELSE 'not handed over'
           END,
           lines.pieces, lines.short, packed.pieces
    FROM orders_consignment part
    JOIN accounts_tenant tenant ON tenant.id = part.seller_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(line.quantity), 0)::int AS pieces,
               coalesce(sum(lacking.pieces), 0)::int AS short,
               coalesce(sum(lacking.undecided), 0)::int AS undecided
        FROM orders_line line
        CROSS JOIN LATERAL (
            SELECT sum(lack.pieces) AS pieces,
                   sum(lack.pieces) FILTER (WHERE lack.remedy <> 'wait') AS undecided
            FROM orders_shortage lack
            WHERE lack.line_id = line.id AND lack.settled_at IS NULL
        ) lacking
        WHERE line.consignment_id = part.id
    ) lines
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(item.pieces) FILTER (WHERE parcel.state IN ('made', 'left')), 0)::int
                   AS pieces,
               count(*) FILTER (WHERE parcel.state = 'wanted') AS unclear,
               count(*) FILTER (WHERE parcel.state = 'made' AND parcel.handover_id IS NULL)
                   AS unlisted,
               coalesce(max(parcel.id) FILTER (WHERE parcel.state = 'refused'), 0) AS refused,
               coalesce(max(parcel.id) FILTER (WHERE parcel.state <> 'refused'), 0) AS latest
        FROM orders_parcel parcel
        JOIN orders_parcelitem item ON item.parcel_id = parcel.id
        WHERE parcel.consignment_id = part.id
    ) packed
    WHERE part.phase = 'to_ship'
      AND (part.ship_by <= %(until)s OR part.mismatch = 'ahead' OR part.id = ANY(%(ids)s::bigint[]))
      AND (%(ids)s::bigint[] IS NULL OR part.id = ANY(%(ids)s::bigint[]))
      AND (%(seller)s::bigint IS NULL OR part.seller_id = %(seller)s)
    ORDER BY part.ship_by NULLS FIRST, part.id LIMIT %(limit)s
"""


class Watched(msgspec.Struct, frozen=True):
    """A consignment that has to leave; `block` is what it waits for."""

    id: int
    seller: str
    order: str
    shop_id: int
    ship_by: datetime | None
    reason: str
    block: Block
    pieces: int
    short: int
    packed: int
    urgency: Urgency


def watch(seller_id: int | None = None, *, hours: int = 48, limit: int = 1_000) -> list[Watched]:
    """Return paid consignments that have to leave within so many hours, the most overdue first.

    Those that the marketplace counts as shipped already are among them, whatever their clock.
    Of a seller, or of all for the operator's eyes.
    """
    moment = now()
    names: dict[str, Any] = {
        "seller": seller_id,
        "until": moment + timedelta(hours=hours),
        "ids": None,
        "limit": limit,
    }
    opened = operator_scope() if seller_id is None else scope(seller_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(_WATCH, names)
        return [_watched(row, moment) for row in cursor.fetchall()]


def watched(seller_id: int, ids: Sequence[int]) -> dict[int, Watched]:
    """Return those of a seller's consignments that have to leave, whatever their clock, by id."""
    moment = now()
    names: dict[str, Any] = {
        "seller": seller_id,
        "until": moment,
        "ids": list(ids),
        "limit": len(ids),
    }
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_WATCH, names)
        found = [_watched(row, moment) for row in cursor.fetchall()]
    return {one.id: one for one in found}


def _watched(row: tuple[Any, ...], moment: datetime) -> Watched:
    number, seller, order, shop_id, ship_by, reason, block, pieces, short, packed = row
    return Watched(
        id=number,
        seller=seller,
        order=order,
        shop_id=shop_id,
        ship_by=ship_by,
        reason=reason,
        block=Block(block),
        pieces=pieces,
        short=short,
        packed=packed,
        urgency=urgency(ship_by, moment),
    )
