"""The worker is killed in the middle of an apply, again and again: nothing is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.db.listings.world import World, make_boots
from tests.race.listings.dying import faster

from torgpred.connectors.aliexpress_ru import AliExpressRussia
from torgpred.listings import selectors
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import applying
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

KILLS = 50
PRODUCTS = 420
LATEST_TASK = 1.5
SETTLE = 2.5
"""Seconds; longer than the twin's latest task takes to end, as in life."""
LIVES = 1.5
"""The longest life, in times of the first one, which lasts until something was handed over."""
CALLS = 2
"""Calls in which a life hands products over, at most: else a quick one would do all the work."""


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[RunningTwin]:
    tree = small_tree()
    with running_twin(tmp_path / "twin", tree=tree, task_delay_min=0, task_delay_max=0.2) as one:
        yield one


@pytest.fixture
def world(
    transactional_db: None,
    twin: RunningTwin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    monkeypatch.setattr(AliExpressRussia, "limits", faster(AliExpressRussia.limits))
    return World(twin, tmp_path)


@dataclass
class Deaths:
    """What was open when a process died: how often each state, and which states together."""

    count: int = 0
    states: Counter[str] = field(default_factory=Counter)
    together: Counter[str] = field(default_factory=Counter)

    def note(self, states: set[str]) -> None:
        self.count += 1
        self.states.update(states)
        self.together["+".join(sorted(states))] += 1


def die_often(world: World, plan: PlanCard, guard: str, kills: int) -> Deaths:
    """Kill so many processes that apply a plan at random moments; let the last one finish."""
    chance = random.Random(kills)
    deaths = Deaths()
    longest = 0.0
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.listings.dying"]
    command += [str(world.seller), str(plan.id), str(SETTLE), guard]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as nest:
        assert nest.stdin is not None
        assert nest.stdout is not None
        while True:
            nest.stdin.write("go\n")
            child = int(nest.stdout.readline())
            born = time.monotonic()
            if deaths.count == 0:
                wait_for_submission(world)
                # So much happens in a life however slow the machine is at the moment.
                longest = LIVES * (time.monotonic() - born)
                os.kill(child, signal.SIGKILL)
            elif deaths.count < kills:
                live(world, chance.uniform(0.0, longest))
                os.kill(child, signal.SIGKILL)
            ended = int(nest.stdout.readline())
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            rows = world.rows(
                "SELECT DISTINCT state FROM listings_step"
                " WHERE state IN ('waiting', 'claimed', 'submitted', 'unclear')"
            )
            deaths.note({row[0] for row in rows})
        nest.stdin.close()
    return deaths


def live(world: World, seconds: float) -> None:
    """Wait for so long, or until so many calls were made; how much a second holds changes."""
    enough = handed_over(world) + CALLS
    end = time.monotonic() + seconds
    while time.monotonic() < end and handed_over(world) < enough:
        time.sleep(0.02)


def handed_over(world: World) -> int:
    """Return in how many calls something was handed over."""
    found: int = world.rows("SELECT count(*) FROM listings_submission")[0][0]
    return found


def wait_for_submission(world: World) -> None:
    deadline = time.monotonic() + 300
    while not handed_over(world):
        assert time.monotonic() < deadline, "nothing was handed over"
        time.sleep(0.02)


def spoil(world: World, *, cut: float) -> None:
    """Let tasks end late, answers come slowly, and lines be cut before and after acceptance."""
    creates = ["product.create"]
    world.fault("late_tasks", operations=creates, seconds=LATEST_TASK)
    world.fault("slow", operations=creates, seconds=0.1, share=0.7)
    world.fault("cut_after", operations=creates, share=cut)
    world.fault("cut_before", operations=creates, share=cut / 2)
    world.fault("cut_before", operations=["tasks.get", "product.list"], share=cut / 2)


def begun(world: World, products: int) -> PlanCard:
    world.feed(*(make_boots(f"B-{number}") for number in range(products)))
    plan = world.plan()
    applying.begin(seller_id=world.seller, plan_id=plan.id, actor="test")
    return plan


def standing(world: World) -> Counter[str]:
    """Return how often each SKU stands at the twin."""
    listings = world.twin.control("GET", "listings")
    return Counter(sku["code"] for one in listings for sku in one["sku"])


@pytest.mark.proof
def test_an_apply_that_is_killed_at_random_moments_creates_each_offer_once(
    world: World,
    database_url: str,
    proof_share: float,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    kills, products = int(KILLS * proof_share), int(PRODUCTS * proof_share)
    plan = begun(world, products)
    spoil(world, cut=0.1)
    deaths = die_often(world, plan, "on", kills)
    record_testsuite_property("deaths by open states", dict(deaths.states))
    record_testsuite_property("deaths by open states together", dict(deaths.together))
    assert deaths.count == kills, "the apply ended before all kills"
    assert set(deaths.states) == {"waiting", "claimed", "submitted", "unclear"}
    assert standing(world) == Counter({f"B-{number}": 1 for number in range(products)})
    assert selectors.receipt(world.seller, plan.id).steps == {"create.done": products}
    assert selectors.plan(plan.code).state == "applied"
    world.twin.control("DELETE", "faults")
    world.look()
    assert world.plan().steps == 0


@pytest.mark.proof
def test_without_the_look_before_the_retry_the_same_kills_double(
    world: World, database_url: str
) -> None:
    plan = begun(world, 45)
    spoil(world, cut=0.2)
    die_often(world, plan, "off", 5)
    assert max(standing(world).values()) > 1
