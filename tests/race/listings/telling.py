# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""One of several processes that tell a shop its stock: `python -m tests.race.listings.telling`.

Arguments: shop, file that ends it when it appears, "on" or "off". With the guard off, a product
is free again as soon as its call was taken, although the marketplace still works on it: the
control that proves the race is real.
"""

import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from torgpred.listings.services.claiming import Claimed


def main(shop_id: int, end: Path, guard: str) -> None:
    """Mark, tell and ask until the file is there and nothing is left."""
    django.setup()
    from django.db import connection

    from torgpred.kernel.clock import now
    from torgpred.listings.services import claiming, marking, telling
    from torgpred.runtime import slots
    from torgpred.runtime.scope import operator_scope

    slots.take = lambda *_, **__: 0.0  # rates are tried elsewhere
    if guard == "off":

        def told_at_once(shop: object, held: "Sequence[Claimed]", submission: object) -> None:
            with operator_scope():
                claiming.told(held, now=now())

        telling._keep = told_at_once
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        ended = end.exists()
        marking.take_in()
        marking.mark_again(now())
        telling.tell(shop_id)
        telling.ask(shop_id)
        with operator_scope(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM stock_change)"
                " + (SELECT count(*) FROM listings_stocktelling WHERE since IS NOT NULL)"
                " + (SELECT count(*) FROM listings_stockcall)"
            )
            if ended and cursor.fetchone()[0] == 0:
                return
        time.sleep(random.uniform(0.0, 0.02))
    raise SystemExit(3)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
