"""Reads of orders page by page, the newest first, for programs that walk through all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from django.db import connection

from torgpred.orders.selectors import CARDS, ConsignmentCard
from torgpred.orders.selectors.searching import sought
from torgpred.runtime.scope import scope

Place = tuple[datetime, int]
"""Where a page ended: when the last consignment was placed, and its id."""

_WANTED: LiteralString = """
      AND (%(phases)s::text[] IS NULL OR part.phase = ANY(%(phases)s))
      AND (NOT %(short)s OR part.id IN (
          SELECT line.consignment_id FROM orders_shortage lack
          JOIN orders_line line ON line.id = lack.line_id
          WHERE lack.seller_id = %(seller)s AND lack.settled_at IS NULL))
      AND (%(moment)s::timestamptz IS NULL
           OR (part.placed_at, part.id) < (%(moment)s::timestamptz, %(id)s))
    ORDER BY part.placed_at DESC, part.id DESC LIMIT %(limit)s
"""
_ONE: LiteralString = CARDS + " AND part.shop_id = %(shop)s AND part.remote_id = %(order)s"


def orders_page(
    seller_id: int,
    *,
    phases: Sequence[str] = (),
    short: bool = False,
    text: str = "",
    buyers: bool = False,
    before: Place | None = None,
    limit: int = 100,
) -> list[ConsignmentCard]:
    """Return a seller's consignments before a place, the last placed first.

    `phases` are values of channels.core.orders.OrderPhase, all where none is given; `short`: only
    those that lack pieces. `text` is as `searching.sought` has it.
    """
    names: dict[str, Any] = {
        "seller": seller_id,
        "phases": list(phases) or None,
        "short": short,
        "moment": before[0] if before else None,
        "id": before[1] if before else 0,
        "limit": limit,
    }
    with scope(seller_id), connection.cursor() as cursor:
        meant = sought(cursor, seller_id, text, buyers=buyers)
        cursor.execute(CARDS + meant.condition + _WANTED, names | meant.names)
        return [ConsignmentCard(*row) for row in cursor.fetchall()]


def order_in_shop(seller_id: int, shop_id: int, order: str) -> ConsignmentCard | None:
    """Return a seller's part of a shop's order by the marketplace's number; None for none."""
    names: dict[str, int | str] = {"seller": seller_id, "shop": shop_id, "order": order}
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_ONE, names)
        row = cursor.fetchone()
    return ConsignmentCard(*row) if row else None
