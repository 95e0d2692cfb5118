"""Many processes take orders for the last pieces: exactly these are promised, the rest is short."""

import subprocess
import sys

import pytest
from tests.db.conftest import make_tenant
from tests.db.orders.making import Shop, promised, rows, short
from tests.db.stock.making import bring, differences, make_place

PIECES = 5


def sell(processes: int, orders: int, guard: str) -> None:
    seller = make_tenant("seller", "S-A")
    shop = Shop(seller)
    bring(seller, make_place(seller), A=PIECES)
    share = -(-orders // processes)
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.orders.buying"]
    command += [str(seller), str(shop.id)]
    running = [
        subprocess.Popen(
            [*command, str(first), str(min(share, orders - first)), guard],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for first in range(0, orders, share)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == b"ready\n"
    for one in running:
        one.communicate(b"go\n", timeout=120)
    assert [one.returncode for one in running] == [0] * len(running)


def exactly_the_pieces_are_promised(orders: int) -> None:
    assert rows("SELECT count(*) FROM orders_order") == [(orders,)]
    assert sum(pieces for *_, pieces in promised()) == PIECES
    assert [(sku, pieces) for sku, pieces, _ in short()] == [("A", 1)] * (orders - PIECES)
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_few_processes_promise_the_last_pieces_once(database_url: str) -> None:
    sell(3, 40, "on")
    exactly_the_pieces_are_promised(40)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_few_processes_oversell(database_url: str) -> None:
    sell(3, 40, "off")
    assert len(rows("SELECT id FROM orders_allocation")) > PIECES


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_sixteen_processes_and_500_orders_promise_five_pieces(database_url: str) -> None:
    sell(16, 500, "on")
    exactly_the_pieces_are_promised(500)
