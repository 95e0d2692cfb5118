"""Intake is killed, and pages come shuffled and repeated: every order is here exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from tests.db.listings.world import World, make_boots
from tests.db.orders.making import rows
from tests.db.stock.making import bring, differences, make_place

from torgpred.kernel.clock import now
from torgpred.orders.services.pulling import pull

pytestmark = pytest.mark.proof
KILLS = 50
GOODS = 6


@pytest.fixture
def shop(world: World) -> World:
    """Goods on sale, with stock at home."""
    world.feed(*(make_boots(f"B-{n}", quantity=400) for n in range(GOODS)))
    world.carry_out()
    bring(world.seller, make_place(world.seller), **{f"B-{n}": 400 for n in range(GOODS)})
    return world


def crowd(shop: World, count: int) -> None:
    wanted = {"count": count, "lines": 2, "oversell": True, "paid_share": 0.9}
    shop.twin.control("POST", "orders/bulk", wanted)


def at_the_twin(shop: World) -> list[str]:
    told = shop.twin.control("GET", "orders")["orders"]
    return sorted(str(one["order"]["id"]) for one in told)


def here() -> list[str]:
    return [one for (one,) in rows("SELECT remote_id FROM orders_order ORDER BY remote_id")]


def until_some_are_here() -> float:
    """Wait for the first orders; return for how long, which a busy machine makes longer."""
    begun = time.monotonic()
    while not here():
        assert time.monotonic() - begun < 300, "nothing came in"
        time.sleep(0.01)
    return time.monotonic() - begun


def all_is_here_once(shop: World) -> None:
    assert here() == at_the_twin(shop)
    assert differences() == []
    wanted = "SELECT coalesce(sum(quantity), 0) FROM orders_line"
    kept = (
        "SELECT (SELECT coalesce(sum(pieces), 0) FROM orders_allocation WHERE shipped IS NULL)"
        " + (SELECT coalesce(sum(pieces), 0) FROM orders_shortage WHERE settled_at IS NULL)"
    )
    assert rows(wanted) == rows(kept)


def test_intake_killed_at_random_moments_takes_every_order_once(
    shop: World, proof_share: float
) -> None:
    kills = int(KILLS * proof_share)
    chance = random.Random(kills)
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.orders.pulling", str(shop.shop)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as nest:
        assert nest.stdin is not None
        assert nest.stdout is not None
        longest = 0.0
        for _ in range(kills):
            nest.stdin.write("go\n")
            child = int(nest.stdout.readline())
            crowd(shop, 40)
            if longest:
                time.sleep(chance.uniform(0.0, longest))
            else:
                longest = max(0.6, 1.5 * until_some_are_here())
            os.kill(child, signal.SIGKILL)
            assert int(nest.stdout.readline()) == -signal.SIGKILL
        nest.stdin.close()
    pull(shop_id=shop.shop)
    pull(shop_id=shop.shop)
    all_is_here_once(shop)


def test_pages_out_of_order_and_repeated_with_overlapping_windows_change_nothing(
    shop: World,
) -> None:
    shop.fault("orders_shuffled", share=0.7)
    shop.fault("orders_repeated", share=0.7, value=30)
    for _ in range(4):
        crowd(shop, 150)
        pull(shop_id=shop.shop)
        pull(shop_id=shop.shop, since=now() - timedelta(hours=1))
    all_is_here_once(shop)
