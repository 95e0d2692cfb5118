"""Several processes tell one shop while its stock changes: an older number never wins."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.db.listings.stocking import set_level, tell_all
from tests.db.listings.world import World, make_boots

from torgpred.kernel.clock import now
from torgpred.listings.models import StockCall
from torgpred.runtime import slots
from torgpred.runtime.scope import operator_scope
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

KEYS = ("B-1", "B-2", "B-3")
CHANGES = 40


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningTwin]:
    """A twin that carries out what it was told after very different times."""
    monkeypatch.setattr(slots, "take", lambda *_, **__: 0.0)
    tree = small_tree()
    with running_twin(tmp_path / "twin", tree=tree, task_delay_min=0, task_delay_max=0) as one:
        yield one


@pytest.fixture
def world(transactional_db: None, twin: RunningTwin, tmp_path: Path) -> World:
    world = World(twin, tmp_path)
    world.feed(*(make_boots(key) for key in KEYS))
    world.carry_out()
    twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 1.0})
    return world


def tellers(world: World, end: Path, guard: str, processes: int) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.listings.telling"]
    command += [str(world.shop), str(end), guard]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(processes)]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == b"ready\n"
    return running


def ended(running: list[subprocess.Popen[bytes]]) -> list[int]:
    """Wait until all have told everything; return how they ended."""
    return [_closed(one, one.wait(900)) for one in running]


def kill(one: subprocess.Popen[bytes]) -> None:
    one.kill()
    _closed(one, one.wait())


def _closed(one: subprocess.Popen[bytes], code: int) -> int:
    if one.stdout is not None:
        one.stdout.close()
    return code


def shown(world: World) -> dict[str, int]:
    return {
        sku["code"]: sku["ipm_sku_stock"]
        for listing in world.twin.control("GET", "listings")
        for sku in listing["sku"]
    }


def change_levels(world: World, seed: int = 5) -> dict[str, int]:
    """Change the levels many times, and return what they are at last."""
    dice = random.Random(seed)
    last: dict[str, int] = {}
    for number in range(CHANGES):
        key = KEYS[number % len(KEYS)]
        last[key] = dice.randrange(1000)
        set_level(world.seller, key, last[key])
        time.sleep(dice.uniform(0.0, 0.1))
    return last


def settled(world: World) -> dict[str, int]:
    """Return what the shop shows when all its tasks have ended."""
    world.twin.control("POST", "clock", {"advance_seconds": 100})
    return shown(world)


def test_the_last_number_wins_whoever_tells_it(
    world: World, database_url: str, tmp_path: Path
) -> None:
    end = tmp_path / "end"
    running = tellers(world, end, "on", 3)
    last = change_levels(world)
    end.touch()
    assert ended(running) == [0, 0, 0]
    assert settled(world) == last


def test_without_the_claim_an_older_number_wins(
    world: World, database_url: str, tmp_path: Path
) -> None:
    # So long that even on a slow machine several numbers of one product are on their way at once.
    world.twin.control("PATCH", "settings", {"task_delay_max": 10.0})
    for round_ in range(6):
        end = tmp_path / f"end{round_}"
        running = tellers(world, end, "off", 3)
        last = change_levels(world, seed=round_)
        end.touch()
        assert ended(running) == [0, 0, 0]
        if settled(world) != last:
            return
    raise AssertionError("the race was never lost: it proves nothing")


def test_killed_in_the_middle_nothing_is_lost(
    world: World, database_url: str, tmp_path: Path
) -> None:
    end = tmp_path / "end"
    running = tellers(world, end, "on", 2)
    dice = random.Random(3)
    last: dict[str, int] = {}
    for number in range(9):
        key = KEYS[number % len(KEYS)]
        last[key] = dice.randrange(1000)
        set_level(world.seller, key, last[key])
        time.sleep(dice.uniform(0.05, 0.4))
        kill(running.pop(0))
        running += tellers(world, end, "on", 1)
    for one in running:
        kill(one)
    # What they held is free when their leases have run out.
    world.run(
        "UPDATE listings_stocktelling SET lease_until = now() - interval '1 s'"
        " WHERE lease_until IS NOT NULL"
    )
    with operator_scope():
        StockCall.objects.update(poll_at=now())
    tell_all(300)
    assert settled(world) == last
