# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""One of several processes that take orders in: `python -m tests.race.orders.buying`.

Arguments: shop, owner, first order, orders, "on", "off" or "anyone". It says when it is ready and
begins once its input ends, so that all begin together. With the guard off, levels are read without
a lock, what is free is believed, and the database's own check is got round: the control that proves
the race is real. With "anyone", locks serve every shop: the control that proves it is seen who got
locked pieces.
"""

import sys

import django

_NAMED = "shop_ids && (SELECT array_agg(DISTINCT shop_id) FROM wanted)"


def without_guard() -> None:
    """Let levels be read, and written as if nobody else had written; a pause makes the gap wide."""
    from torgpred.orders.services import accepting
    from torgpred.stock.services import serving

    for name, before, after in (
        ("_HOLD", "FOR NO KEY UPDATE", ""),
        (
            "_HOLD",
            "AS free\n        FROM stock_level",
            "AS free, pg_sleep(0.1)\n        FROM stock_level",
        ),
        (
            "_RESERVE",
            "level.reserved + given.pieces",
            "least(level.reserved + given.pieces, level.on_hand)",
        ),
    ):
        text = getattr(serving, name)
        assert text.count(before) == 1, (name, before)
        setattr(serving, name, text.replace(before, after))

    text = accepting._SHARE.replace("            FOR NO KEY UPDATE\n", "")
    free = "on_hand - reserved - locked - buffer - owing AS free"
    assert text.count(free) == 1
    accepting._SHARE = text.replace(free, f"{free}, pg_sleep(0.1)")


def for_anyone() -> None:
    """Let locks serve every shop."""
    from torgpred.orders.services import accepting

    for told in ("walk.shop_id = ANY (round.shop_ids)", _NAMED):
        assert accepting._SHARE.count(told) == 1
        accepting._SHARE = accepting._SHARE.replace(told, "true")


def main(shop_id: int, owner: int, first: int, count: int, guard: str) -> None:
    """Take so many orders of one piece in, a few at a time."""
    django.setup()
    from django.db import connection
    from tests.db.orders.making import make_order

    from torgpred.orders.services import accepting
    from torgpred.orders.services.staging import Staged, Whose

    if guard == "off":
        without_guard()
    if guard == "anyone":
        for_anyone()
    whose = Whose(owner=owner)
    last = first + count
    connection.ensure_connection()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    for start in range(first, last, 5):
        staged = Staged()
        few = range(start, min(start + 5, last))
        staged.add(shop_id, whose, [make_order(number) for number in few])
        accepting.accept(staged)


if __name__ == "__main__":
    shop_id, owner, first, count = map(int, sys.argv[1:5])
    main(shop_id, owner, first, count, sys.argv[5])
