"""Reads of orders: what is promised, for the ledger of stock and for its recomputation."""

from datetime import datetime
from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.runtime.scope import scope


class AllocationCard(msgspec.Struct, frozen=True):
    """Pieces of a warehouse promised to an order's line, and when the order was placed."""

    order: str
    line: str
    warehouse: str
    pieces: int
    placed_at: datetime


def reserved_sums() -> LiteralString:
    """Return the query for open promises: (seller_id, sku, warehouse_id, pieces), one row a level.

    To be embedded in `stock.selectors.recompute`, which may not know this area.
    """
    return (
        "SELECT seller_id, sku, warehouse_id, sum(pieces)::bigint AS pieces FROM orders_allocation"
        " WHERE shipped IS NULL GROUP BY seller_id, sku, warehouse_id"
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
