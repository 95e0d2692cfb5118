"""Many processes take orders for the last pieces: these are promised once, the rest is short."""

import subprocess
import sys

import pytest
from tests.db.conftest import make_tenant
from tests.db.orders.making import Shop, levels, make_order, make_warehouse, promised, put, rows

from torgpred.channels.core.orders import OrderPhase

PIECES = 5


def take_together(processes: int, orders: int, guard: str) -> int:
    """Let so many processes take the orders in; return how many pieces were promised."""
    seller = make_tenant("seller", "RACE")
    shop = Shop(seller)
    put(seller, make_warehouse(seller), "A", PIECES)
    # The goods' name is kept before, lest whoever keeps it holds the others up until it is done.
    shop.take(make_order(0, phase=OrderPhase.CANCELLED))
    each = orders // processes + 1
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.orders.buying"]
    running = [
        subprocess.Popen(
            [*command, str(shop.id), str(seller), str(1 + number * each), str(each), guard],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(processes)
    ]
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    for one in running:
        assert one.stdin is not None
        one.stdin.close()
    for one in running:
        one.wait(900)
    failed = sum(one.returncode != 0 for one in running)
    for one in running:
        for pipe in (one.stdout, one.stderr):
            assert pipe is not None
            pipe.close()
    if guard == "on":
        assert failed == 0
        assert rows("SELECT count(*) FROM orders_order") == [(1 + processes * each,)]
        assert levels(seller) == {("M", "A"): (PIECES, PIECES)}
        lacking = rows("SELECT sum(pieces)::int FROM orders_shortage WHERE settled_at IS NULL")
        assert lacking == [(processes * each - PIECES,)]
    return sum(pieces for _, _, _, pieces in promised())


def test_the_last_pieces_are_promised_once(transactional_db: None, database_url: str) -> None:
    assert take_together(4, 60, "on") == PIECES


@pytest.mark.proof
def test_16_processes_and_500_orders_for_5_pieces(
    transactional_db: None, database_url: str
) -> None:
    assert take_together(16, 500, "on") == PIECES


def test_without_the_lock_more_is_promised_than_there_is(
    transactional_db: None, database_url: str
) -> None:
    assert take_together(4, 60, "off") > PIECES
