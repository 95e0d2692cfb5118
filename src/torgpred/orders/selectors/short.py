"""What was sold and is not there, by offer."""

from django.db import connection

from torgpred.runtime.scope import operator_scope


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
