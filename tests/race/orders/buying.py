# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""One of several processes that take orders in: `python -m tests.race.orders.buying`.

Arguments: seller, shop, first order's number, how many, "on" or "off". With the guard off, levels
are read and reserved a moment later without being locked: the control that proves the race is real.
It says that it is ready and begins at a line on standard input.
"""

import sys
import time

import django


def main(seller: int, shop: int, first: int, orders: int, guard: str) -> None:
    """Take each order in by a batch of its own."""
    django.setup()
    from django.db import connection
    from tests.db.orders.making import make_order

    from torgpred.orders.services.accepting import accept
    from torgpred.orders.services.staging import Staged, Whose
    from torgpred.runtime.scope import operator_scope

    def unguarded(staged: Staged) -> None:
        with operator_scope(), connection.cursor() as cursor:
            names = [seller, "A"]
            cursor.execute(
                "SELECT id, warehouse_id, on_hand - reserved FROM stock_level"
                " WHERE seller_id = %s AND sku = %s",
                names,
            )
            level, place, free = cursor.fetchone()
        time.sleep(0.005)
        if free > 0:
            with operator_scope(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces)"
                    " VALUES (%s, %s, %s, 'A', 1)",
                    [seller, number, place],
                )
                cursor.execute(
                    "UPDATE stock_level SET reserved = %s - %s + 1 WHERE id = %s", [5, free, level]
                )

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(first, first + orders):
        staged = Staged()
        staged.add(shop, Whose(owner=seller), [make_order(number)])
        if guard == "on":
            accept(staged)
        else:
            unguarded(staged)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]), sys.argv[5])
