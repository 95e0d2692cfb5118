"""Reads of orders: the inbox, and what is promised, for the ledger of stock and its check."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.channels.core.orders import Buyer
from torgpred.runtime.scope import operator_scope, scope


class AllocationCard(msgspec.Struct, frozen=True):
    """Pieces of a warehouse promised to an order's line, and when the order was placed."""

    order: str
    line: str
    warehouse: str
    pieces: int
    placed_at: datetime


def reserved_sums() -> LiteralString:
    """Return the query for promises, one row a level and lock out of which they were made.

    (seller_id, sku, warehouse_id, lock_id, pieces, drawn): `pieces` are promised now, `drawn` were
    promised out of the lock and never taken back, shipped or not; 0 where `lock_id` is NULL. To be
    embedded in `stock.selectors.recompute`, which may not know this area.
    """
    return (
        "SELECT seller_id, sku, warehouse_id, lock_id,"
        " coalesce(sum(pieces) FILTER (WHERE shipped IS NULL), 0)::bigint AS pieces,"
        " coalesce(sum(pieces) FILTER (WHERE lock_id IS NOT NULL), 0)::bigint AS drawn"
        " FROM orders_allocation WHERE shipped IS NULL OR lock_id IS NOT NULL AND shipped"
        " GROUP BY seller_id, sku, warehouse_id, lock_id"
    )


def open_allocations(seller_id: int, sku: str) -> list[AllocationCard]:
    """Return the open promises of a seller's SKU, oldest order first."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT consignment.remote_id, line.remote_id, warehouse.code, allocation.pieces,"
            " consignment.placed_at"
            " FROM orders_allocation allocation"
            " JOIN orders_line line ON line.id = allocation.line_id"
            " JOIN orders_consignment consignment ON consignment.id = line.consignment_id"
            " JOIN stock_warehouse warehouse ON warehouse.id = allocation.warehouse_id"
            " WHERE allocation.seller_id = %s AND allocation.sku = %s"
            " AND allocation.shipped IS NULL ORDER BY consignment.placed_at, allocation.id",
            [seller_id, sku],
        )
        return [AllocationCard(*row) for row in cursor.fetchall()]


class LineCard(msgspec.Struct, frozen=True):
    """A line of a consignment. `promised` pieces are kept for it, `short` ones are not there."""

    sku: str
    name: str
    quantity: int
    price: Decimal
    amount: Decimal
    promised: int
    short: int
    why: str
    issue: str = ""
    """The marketplace's word for a dispute about it."""


class ConsignmentCard(msgspec.Struct, frozen=True):
    """One seller's part of an order, as the inbox shows it. `payout` is the marketplace's word."""

    id: int
    shop_id: int
    order: str
    phase: str
    placed_at: datetime
    ship_by: datetime | None
    currency: str
    amount: Decimal
    payout: Decimal | None
    country: str
    pieces: int
    short: int
    reason: str = ""
    dispute: str = ""
    mismatch: str = ""


class PullCard(msgspec.Struct, frozen=True):
    """How the pulling of a shop's orders stands; `unread` orders wait for a person."""

    shop_id: int
    pulled_at: datetime | None
    trouble: str
    unread: int


CARDS: LiteralString = """
    SELECT part.id, part.shop_id, part.remote_id, part.phase, part.placed_at, part.ship_by,
           part.currency, part.amount, part.payout, part.country,
           coalesce(lines.pieces, 0), coalesce(lines.short, 0), part.reason, part.dispute,
           part.mismatch
    FROM orders_consignment part
    LEFT JOIN LATERAL (
        SELECT sum(line.quantity)::int AS pieces,
               sum((SELECT sum(lack.pieces) FROM orders_shortage lack
                    WHERE lack.line_id = line.id AND lack.settled_at IS NULL))::int AS short
        FROM orders_line line WHERE line.consignment_id = part.id
    ) lines ON true
    WHERE part.seller_id = %(seller)s
"""
"""A seller's consignments with what a ConsignmentCard holds; conditions are put behind it."""
_INBOX: LiteralString = (
    CARDS  # noqa: S608 - constants only
    + """
      AND (%(phases)s::text[] IS NULL OR part.phase = ANY(%(phases)s))
      AND (NOT %(disputed)s OR part.dispute <> '')
      AND (NOT %(short)s OR EXISTS (
          SELECT 1 FROM orders_shortage lack JOIN orders_line line ON line.id = lack.line_id
          WHERE lack.seller_id = %(seller)s AND lack.settled_at IS NULL
            AND line.consignment_id = part.id))
    ORDER BY coalesce(lines.short, 0) > 0 DESC, part.ship_by NULLS LAST, part.placed_at, part.id
    LIMIT %(limit)s
"""
)


def inbox(
    seller_id: int,
    *,
    phases: Sequence[str] = (),
    short: bool = False,
    disputed: bool = False,
    limit: int = 100,
) -> list[ConsignmentCard]:
    """Return a seller's consignments: those that are short on top, then by when to ship.

    `phases` are values of channels.core.orders.OrderPhase, all where none is given.
    """
    names: dict[str, Any] = {
        "seller": seller_id,
        "phases": list(phases) or None,
        "short": short,
        "disputed": disputed,
        "limit": limit,
    }
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_INBOX, names)
        return [ConsignmentCard(*row) for row in cursor.fetchall()]


def consignment_lines(seller_id: int, order: str, shop_id: int | None = None) -> list[LineCard]:
    """Return a seller's lines of an order by the marketplace's number, in a shop or in all."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT line.sku, line.name, line.quantity, line.price, line.amount,
                   coalesce((SELECT sum(pieces) FROM orders_allocation one
                             WHERE one.line_id = line.id AND one.shipped IS NOT FALSE), 0)::int,
                   coalesce(lack.pieces, 0), coalesce(lack.why, ''), line.issue
            FROM orders_line line
            JOIN orders_consignment part ON part.id = line.consignment_id
            LEFT JOIN LATERAL (
                SELECT sum(pieces)::int AS pieces, min(why) AS why FROM orders_shortage
                WHERE line_id = line.id AND settled_at IS NULL
            ) lack ON true
            WHERE line.seller_id = %s AND part.remote_id = %s
              AND part.shop_id = coalesce(%s, part.shop_id) ORDER BY line.id
            """,
            [seller_id, order, shop_id],
        )
        return [LineCard(*row) for row in cursor.fetchall()]


def buyer(seller_id: int, order: str, shop_id: int | None = None) -> Buyer | None:
    """Return who gets a seller's consignment; None where it was erased or is unknown."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT buyer FROM orders_consignment WHERE seller_id = %s AND remote_id = %s"
            " AND shop_id = coalesce(%s, shop_id)",
            [seller_id, order, shop_id],
        )
        row = cursor.fetchone()
    return msgspec.json.decode(row[0], type=Buyer) if row is not None and row[0] else None


def pulls() -> list[PullCard]:
    """Return how the pulling of every shop's orders stands, for the operator's eyes."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pull.shop_id, pull.pulled_at, pull.trouble,
                   (SELECT count(*) FROM orders_unreadorder one WHERE one.shop_id = pull.shop_id)
            FROM orders_pull pull ORDER BY pull.shop_id
            """
        )
        return [PullCard(*row) for row in cursor.fetchall()]
