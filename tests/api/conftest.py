"""Two sellers; one has goods, stock and a plan in a shop at a running twin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.asking import Program, make_secret
from tests.db.conftest import make_tenant
from tests.db.listings.world import World, make_boots
from tests.db.orders.making import make_line, make_order

from torgpred.channels import selectors as channels
from torgpred.channels.core.orders import RawMessage
from torgpred.kernel.clock import now
from torgpred.orders.services import conversing
from torgpred.orders.services.accepting import accept
from torgpred.orders.services.staging import Staged, Whose
from torgpred.runtime import slots
from torgpred.runtime.options import options
from torgpred.runtime.scope import operator_scope
from torgpred.stock.services import moving, warehouses
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin


@pytest.fixture(scope="session")
def one_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    with running_twin(tmp_path_factory.mktemp("twin"), tree=small_tree()) as twin:
        yield twin


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask faster than programs may."""
    monkeypatch.setattr(options(), "api_rate", 1_000_000)


@pytest.fixture
def twin(one_twin: RunningTwin, monkeypatch: pytest.MonkeyPatch) -> RunningTwin:
    one_twin.control("POST", "reset")
    one_twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})
    monkeypatch.setattr(slots, "take", lambda *_, **__: 0.0)
    return one_twin


@pytest.fixture
def world(transactional_db: None, twin: RunningTwin, tmp_path: Path) -> World:
    """A seller W-1 with two products, a plan that nobody applied, stock, orders and a dialogue."""
    world = World(twin, tmp_path)
    world.feed(make_boots("B-1"), make_boots("B-2", weight_kg=None))
    world.plan()
    place = warehouses.warehouse_meant(seller_id=world.seller)
    moving.count(
        seller_id=world.seller, warehouse_id=place.id, pieces={"B-1": 7, "B/2": 3}, actor="test"
    )
    _sell(world)
    return world


def _sell(world: World) -> None:
    """Let buyers order what is there and more, and one write about it."""
    staged = Staged()
    bought = [make_order(1, make_line("B-1", 2)), make_order(2, make_line("B-1", 20))]
    staged.add(world.shop, Whose(owner=world.seller), bought)
    accept(staged)
    said = RawMessage("1", "b", now(), "Где посылка?", from_buyer=True, order_id="O-1")
    with operator_scope():
        conversing.take_in(channels.shop(world.shop), [said])


@pytest.fixture
def seller(db: None) -> int:
    """A seller S-A without goods."""
    return make_tenant("seller", "S-A")


@pytest.fixture
def program(seller: int) -> Program:
    """A program of the seller S-A that may do everything."""
    return Program(make_secret(seller))
