"""Several people plan prices of one offer at once: one price is planned, whoever comes first."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from tests.db.listings.world import World, make_boots

from torgpred.kernel.clock import now
from torgpred.listings.services import timed_prices
from torgpred.listings.services.timed_checks import not_taken
from torgpred.listings.services.timed_prices import PriceAhead
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

PEOPLE = 4


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[RunningTwin]:
    with running_twin(tmp_path / "twin", tree=small_tree()) as one:
        yield one


@pytest.fixture
def world(transactional_db: None, twin: RunningTwin, tmp_path: Path) -> World:
    made = World(twin, tmp_path)
    made.feed(make_boots("B-1"))
    return made


def between_look_and_leap(monkeypatch: pytest.MonkeyPatch, wait: Callable[[], object]) -> None:
    """Let everybody wait once they have looked what is planned already."""

    def slowly(*given: object) -> object:
        found = not_taken(*given)  # type: ignore[arg-type]
        wait()
        return found

    monkeypatch.setattr(timed_prices, "not_taken", slowly)


def plan_together(world: World) -> list[str]:
    """Let several plan a price for the same time; return how it ended for each."""
    start = now() + timedelta(hours=1)
    ended: list[str] = []
    ready = threading.Barrier(PEOPLE)

    def plan(number: int) -> None:
        ready.wait()
        try:
            made = timed_prices.schedule(
                seller_id=world.seller,
                shop_id=world.shop,
                prices=[PriceAhead("B-1", Decimal(1000 + number))],
                starts_at=start + timedelta(minutes=number),
                ends_at=start + timedelta(hours=1),
                actor="test",
            )
            ended.append("planned" if made.prices else made.findings[0].code)
        except IntegrityError:
            ended.append("held by the database")
        finally:
            connection.close()

    threads = [threading.Thread(target=plan, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_of_prices_that_are_planned_at_once_one_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    between_look_and_leap(monkeypatch, lambda: time.sleep(0.3))
    assert plan_together(world) == ["planned", *["timed.meets"] * (PEOPLE - 1)]


def test_without_the_lock_the_database_still_holds_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody leaps before all have looked.
    between_look_and_leap(monkeypatch, threading.Barrier(PEOPLE, timeout=120).wait)
    monkeypatch.setattr(timed_prices, "lock_prices", lambda _: None)
    ended = plan_together(world)
    assert "held by the database" in ended, "the race is real"
    assert ended.count("planned") == 1
    assert len(world.rows("SELECT 1 FROM listings_timedprice")) == 1
