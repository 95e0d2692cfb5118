# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""One of several processes that work on the same few levels: `python -m tests.race.stock.sharing`.

Arguments: seller, shop, first number of its orders, "on" or "off". With the guard off, levels are
read without being locked and changed a moment later: the control that proves the race is real.
"""

import random
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import django

ROUNDS = 60
SKUS = ("A", "B", "C")
PARTLY = 0.3
_CLOSE = (
    "UPDATE orders_allocation SET shipped = %s WHERE id IN (SELECT id FROM orders_allocation"
    " WHERE shipped IS NULL ORDER BY id LIMIT 3 FOR UPDATE SKIP LOCKED)"
    " RETURNING seller_id, sku, warehouse_id, pieces, '', lock_id"
)


def without_guard() -> None:
    """Let levels be read without a lock, and changed a moment later."""
    from torgpred.stock.services import levelling

    for deed, statement in levelling._STATEMENTS.items():
        bare = statement.replace("FOR NO KEY UPDATE OF level", "").replace(
            "WHERE NOT EXISTS (SELECT FROM refused)\n    ),\n    worked",
            "WHERE NOT EXISTS (SELECT FROM refused) AND pg_sleep(0.01) IS NOT NULL\n    ),\n"
            "    worked",
        )
        assert bare.count("pg_sleep") == 1
        levelling._STATEMENTS[deed] = bare


def deeds_of(seller: int, shop: int, first: int) -> list[Callable[[random.Random], Any]]:
    from django.db import connection
    from tests.db.orders.making import make_line, make_order

    from torgpred.orders.services.accepting import accept
    from torgpred.orders.services.staging import Staged, Whose
    from torgpred.runtime.scope import operator_scope
    from torgpred.stock import selectors
    from torgpred.stock.core.values import Pieces
    from torgpred.stock.services import keeping, moving, promising

    places = [one.id for one in selectors.warehouses(seller)]
    numbers = iter(range(first, first + 10_000))

    def some(chance: random.Random, low: int, high: int) -> dict[str, int]:
        chosen = chance.sample(SKUS, chance.randint(1, len(SKUS)))
        return {sku: chance.randint(low, high) for sku in chosen}

    def order(chance: random.Random) -> None:
        staged = Staged()
        lines = [make_line(sku, pieces) for sku, pieces in some(chance, 1, 3).items()]
        staged.add(shop, Whose(owner=seller), [make_order(next(numbers), *lines)])
        accept(staged)

    def close(*, shipped: bool) -> None:
        with operator_scope():
            with connection.cursor() as cursor:
                cursor.execute(_CLOSE, [shipped])
                rows = [Pieces(*row) for row in cursor.fetchall()]
            if shipped:
                promising.ship(rows, actor="race")
            else:
                promising.give_back(rows)

    def keep(chance: random.Random) -> None:
        keeping.lock(
            seller_id=seller, warehouse_id=chance.choice(places), pieces=some(chance, 1, 2),
            purpose="race", actor="race", shop_ids=chance.choice([(), (shop,), (shop,)]),
        )  # fmt: skip

    def free(chance: random.Random) -> None:
        mine = selectors.open_locks(seller)
        if not mine:
            return
        chosen = chance.choice(mine)
        if chance.random() < PARTLY:
            keeping.release(seller_id=seller, pieces={chosen.id: 1}, actor="race")
        else:
            keeping.unlock(seller_id=seller, lock_ids=[chosen.id], actor="race")

    return [
        order,
        order,
        lambda chance: moving.move(
            seller_id=seller, warehouse_id=chance.choice(places), pieces=some(chance, 1, 5),
            actor="race",
        ),
        lambda chance: moving.count(
            seller_id=seller, warehouse_id=chance.choice(places), pieces=some(chance, 0, 9),
            actor="race",
        ),
        lambda _: close(shipped=True),
        lambda _: close(shipped=False),
        keep,
        free,
    ]  # fmt: skip


def main(seller: int, shop: int, first: int, guard: str) -> None:
    """Do deeds by chance. What was refused for want of pieces was refused rightly."""
    django.setup()
    from django.db import IntegrityError

    from torgpred.stock.core.errors import TooFewError, UnknownLockError

    refusals: tuple[type[Exception], ...] = (TooFewError, UnknownLockError)
    if guard == "off":
        without_guard()
        refusals = (*refusals, IntegrityError)
    chance = random.Random(first)
    deeds = deeds_of(seller, shop, first)
    for _ in range(ROUNDS):
        with suppress(*refusals):
            chance.choice(deeds)(chance)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
