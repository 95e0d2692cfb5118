"""Folding: what batches of orders brought is added to the minutes in which they were placed."""

from typing import Final, LiteralString

from django.db import connection

from torgpred.runtime.scope import operator_scope

BATCH: Final = 20_000
_FOLD: LiteralString = """
    WITH gone AS (
        DELETE FROM orders_tally WHERE id IN (
            SELECT id FROM orders_tally ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING seller_id, shop_id, currency, minute, parts, orders, amount
    ),
    folded AS (
        INSERT INTO orders_minutesum (seller_id, shop_id, currency, minute, parts, orders, amount)
        SELECT seller_id, shop_id, currency, minute, sum(parts), sum(orders), sum(amount)
        FROM gone GROUP BY seller_id, minute, shop_id, currency
        ORDER BY seller_id, minute, shop_id, currency
        ON CONFLICT (seller_id, minute, shop_id, currency) DO UPDATE
        SET parts = orders_minutesum.parts + excluded.parts,
            orders = orders_minutesum.orders + excluded.orders,
            amount = orders_minutesum.amount + excluded.amount
    )
    SELECT count(*) FROM gone
"""


def fold(batch: int = BATCH) -> bool:
    """Fold up to a batch of tallies; True where more may be left.

    One statement: at any moment a sale stands in a tally or in a minute's sum, never in both or
    neither. Two that fold at once take different tallies.
    """
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_FOLD, [batch])
        return int(cursor.fetchone()[0]) == batch
