"""The worker is killed around the start and the end of a sale: every price is right afterwards."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.db.listings.timing import prices_there
from tests.db.listings.world import World, make_boots
from tests.race.listings.dying import faster
from tests.race.listings.nesting import nest, wait_for

from torgpred.connectors.aliexpress_ru import AliExpressRussia
from torgpred.kernel.clock import now
from torgpred.listings.services import timed_prices
from torgpred.listings.services.timed_prices import PriceAhead
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

SWITCHING = "tests.race.listings.switching"
KILLS = 50
PRODUCTS = 24
NOTICE = timedelta(seconds=0.6)
"""So long before its moment a start or an end is planned."""
NOTHING = "nothing on its way"
SKUS = [f"B-{number}" for number in range(PRODUCTS)]


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[RunningTwin]:
    tree = small_tree()
    with running_twin(tmp_path / "twin", tree=tree, task_delay_min=0, task_delay_max=0.1) as one:
        yield one


@pytest.fixture
def world(
    transactional_db: None,
    twin: RunningTwin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    monkeypatch.setattr(AliExpressRussia, "limits", faster(AliExpressRussia.limits))
    made = World(twin, tmp_path)
    made.feed(*(make_boots(sku) for sku in SKUS))
    made.carry_out()
    prices = ["price.update"]
    made.fault("slow", operations=prices, seconds=0.05, share=0.7)
    made.fault("cut_after", operations=prices, share=0.1)
    made.fault("cut_before", operations=prices, share=0.05)
    return made


def begin_sale(world: World, price: Decimal) -> dict[str, tuple[str, str | None]]:
    """Plan a sale that begins soon; return the prices that are right after its start."""
    start = now() + NOTICE
    made = timed_prices.schedule(
        seller_id=world.seller,
        shop_id=world.shop,
        prices=[PriceAhead(sku, price, price + 500) for sku in SKUS],
        starts_at=start,
        ends_at=start + timedelta(days=1),
        reference="sale",
        actor="test",
    )
    assert made.prices == PRODUCTS
    return dict.fromkeys(SKUS, (f"{price + 500:.2f}", f"{price:.2f}"))


def end_sale(world: World, price: Decimal) -> dict[str, tuple[str, str | None]]:
    """Let the sale end soon, and the file bring new prices meanwhile; return the right ones."""
    timed_prices.move(
        seller_id=world.seller, reference="sale", ends_at=now() + NOTICE, actor="test"
    )
    world.feed(*(make_boots(sku, price=price) for sku in SKUS))
    return dict.fromkeys(SKUS, (f"{price:.2f}", None))


def settled(world: World) -> bool:
    return not world.rows(
        "SELECT 1 FROM listings_priceswitch WHERE settled_at IS NULL AND due_at <= now() + %s",
        NOTICE,
    )


def open_now(world: World) -> str:
    """Return what was open when a process died."""
    rows = world.rows(
        "SELECT DISTINCT state FROM listings_step WHERE plan_id IN"
        " (SELECT id FROM listings_plan WHERE state = 'applying')"
        " AND state IN ('waiting', 'claimed', 'submitted')"
    )
    return "+".join(sorted(row[0] for row in rows)) or NOTHING


@pytest.mark.proof
def test_a_switch_that_is_killed_at_random_moments_leaves_every_price_right(
    world: World,
    database_url: str,
    proof_share: float,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    kills = int(KILLS * proof_share)
    chance = random.Random(kills)
    deaths: Counter[str] = Counter()
    wrong: list[int] = []
    lasts = 0.0
    with nest(SWITCHING, "on") as worker:
        for number in range(-2, kills):
            begin = time.monotonic()
            change = begin_sale if number % 2 == 0 else end_sale
            right = change(world, Decimal(1000 + number % 2 * 500 + number))
            if number >= 0:
                # Around the moment: from before it until all would be settled.
                time.sleep(chance.uniform(0.0, lasts))
                if number % 4 == 0:
                    wait_for(lambda: open_now(world) != NOTHING or settled(world), seconds=300)
                worker.kill()
                deaths[open_now(world)] += 1
                if settled(world):  # this machine is quicker now than it was at first
                    lasts *= 0.7
                worker.hatch()
            assert wait_for(lambda: settled(world), seconds=600), f"{number} was not settled"
            if number < 0:
                lasts = max(lasts, time.monotonic() - begin)
            if prices_there(world) != right:
                wrong.append(number)
    record_testsuite_property("deaths by what was on its way", dict(deaths))
    assert wrong == [], f"{kills - len(wrong)} of {kills} were right"
    assert len(deaths) > 1, "no process died in the middle of a switch"
    world.twin.control("DELETE", "faults")
    world.look()
    assert world.plan().steps == 0


@pytest.mark.proof
def test_without_taking_up_what_was_left_the_same_kills_leave_prices_wrong(
    world: World, database_url: str
) -> None:
    # So slow that one sees it in the middle.
    world.twin.control("DELETE", "faults")
    world.fault("slow", operations=["price.update"], seconds=2)
    with nest(SWITCHING, "off") as worker:
        right = begin_sale(world, Decimal(1000))

        def some_changed() -> bool:
            there = prices_there(world)
            return 0 < sum(there[sku] == right[sku] for sku in SKUS) < PRODUCTS

        assert wait_for(some_changed, seconds=300)
        worker.kill()
        worker.hatch()
        assert not wait_for(lambda: prices_there(world) == right, seconds=5)
