"""What was sold and is not there, by offer."""

from collections.abc import Collection

from django.db import connection

from torgpred.orders.models import OPEN_PHASES
from torgpred.runtime.scope import operator_scope, scope


def short_pieces() -> dict[tuple[int, int, str], int]:
    """Return the pieces that are short now, by seller, shop and offer; for the operator."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.seller_id, part.shop_id, line.sku, sum(shortage.pieces)::int"
            " FROM orders_shortage shortage JOIN orders_line line ON line.id = shortage.line_id"
            " JOIN orders_consignment part ON part.id = line.consignment_id"
            " WHERE shortage.settled_at IS NULL GROUP BY 1, 2, 3"
        )
        return {(seller, shop, sku): pieces for seller, shop, sku, pieces in cursor.fetchall()}


def lacking(seller_id: int, skus: Collection[str]) -> dict[str, int]:
    """Return how many pieces a seller's open orders lack of some SKUs; only of those that are."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT shortage.sku, sum(shortage.pieces)::int"
            " FROM orders_shortage shortage JOIN orders_line line ON line.id = shortage.line_id"
            " JOIN orders_consignment part ON part.id = line.consignment_id"
            " WHERE shortage.seller_id = %s AND shortage.sku = ANY(%s)"
            " AND shortage.settled_at IS NULL AND part.phase = ANY(%s) GROUP BY 1",
            [seller_id, list(skus), list(OPEN_PHASES)],
        )
        return dict(cursor.fetchall())
