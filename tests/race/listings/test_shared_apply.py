"""Several processes apply one plan: each product is created once, whoever creates it."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.db.listings.world import World, make_boots

from torgpred.listings import selectors
from torgpred.listings.services import applying
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

PRODUCTS = 60


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[RunningTwin]:
    tree = small_tree()
    with running_twin(tmp_path / "twin", tree=tree, task_delay_min=0, task_delay_max=0.1) as one:
        yield one


@pytest.fixture
def world(transactional_db: None, twin: RunningTwin, tmp_path: Path) -> World:
    return World(twin, tmp_path)


def apply_together(world: World, guard: str, processes: int = 3) -> Counter[str]:
    """Apply one plan in several processes at once; return how often each SKU stands there."""
    world.feed(*(make_boots(f"B-{number}") for number in range(PRODUCTS)))
    plan = world.plan()
    applying.begin(seller_id=world.seller, plan_id=plan.id, actor="test")
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.listings.sharing"]
    command += [str(world.seller), str(plan.id), guard]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(processes)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == b"ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.close()
    assert [one.wait(900) for one in running] == [0] * processes
    for one in running:
        assert one.stdout is not None
        one.stdout.close()
    assert selectors.receipt(world.seller, plan.id).steps == {"create.done": PRODUCTS}
    listings = world.twin.control("GET", "listings")
    return Counter(sku["code"] for one in listings for sku in one["sku"])


def test_processes_that_share_an_apply_create_nothing_twice(
    world: World, database_url: str
) -> None:
    assert set(apply_together(world, "on").values()) == {1}


def test_without_the_claim_the_same_race_doubles(world: World, database_url: str) -> None:
    assert max(apply_together(world, "off").values()) > 1


@pytest.mark.proof
def test_looking_for_a_whole_batch_keeps_to_the_tokens_budget(
    world: World,
    proof_share: float,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """With the rates of life: the twin itself refuses whatever comes too fast."""
    products = int(1000 * proof_share)
    world.feed(*(make_boots(f"B-{number}") for number in range(products)))
    plan = world.plan()
    world.twin.control("DELETE", "counters")
    world.twin.control("PATCH", "settings", {"ceiling_requests": 10, "ceiling_seconds": 1.0})
    world.fault("cut_after", operations=["product.create"], count=1)
    assert world.apply(plan).steps == {"create.done": products}
    counters = world.twin.control("GET", "counters")
    (pace,) = counters["tokens"].values()
    record_testsuite_property("budget", {**counters["requests"], **pace})
    assert counters["requests"]["product.create"] == 1
    assert counters["requests"]["product.list"] >= products / 20
    assert not [answer for answer in counters["answers"] if answer.endswith("429")]
    assert pace["most_in_a_second"] <= 10
