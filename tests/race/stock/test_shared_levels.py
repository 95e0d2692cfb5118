"""Processes that order, count, move, ship, give back and lock the same levels at once."""

import subprocess
import sys

import pytest
from tests.db.conftest import make_tenant
from tests.db.orders.making import Shop, rows
from tests.db.stock.making import bring, differences, make_place

PROCESSES = 4


def work_together(guard: str) -> list[int]:
    """Let processes work on three SKUs in two warehouses; return how they ended."""
    seller = make_tenant("seller", "S-A")
    shop = Shop(seller)
    for code in ("M", "R"):
        bring(seller, make_place(seller, code), A=5, B=5, C=5)
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.stock.sharing"]
    command += [str(seller), str(shop.id)]
    running = [
        subprocess.Popen([*command, str(10_000 * number), guard]) for number in range(PROCESSES)
    ]
    return [one.wait(900) for one in running]


@pytest.mark.django_db(transaction=True)
def test_levels_stay_the_sums_of_what_many_processes_did(database_url: str) -> None:
    assert work_together("on") == [0] * PROCESSES
    assert differences() == []
    [(kinds, orders)] = rows(
        "SELECT (SELECT array_agg(DISTINCT kind ORDER BY kind) FROM stock_movement),"
        " (SELECT count(*) FROM orders_order)"
    )
    assert set(kinds) >= {"count", "hand", "owing", "shipped"}
    assert orders > PROCESSES


@pytest.mark.django_db(transaction=True)
def test_without_the_locks_the_same_race_loses_changes(database_url: str) -> None:
    work_together("off")
    assert differences() != []
