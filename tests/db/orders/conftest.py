"""A seller with listed goods at a running twin, for tests that pull orders over the protocol."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.db.listings.world import World
from tests.db.orders.selling import Selling

from torgpred.runtime import slots
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin


@pytest.fixture(scope="session")
def one_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    with running_twin(tmp_path_factory.mktemp("twin"), tree=small_tree()) as twin:
        yield twin


@pytest.fixture
def twin(one_twin: RunningTwin, monkeypatch: pytest.MonkeyPatch) -> RunningTwin:
    """The twin as new, answering at once; rates are kept elsewhere and tried elsewhere."""
    one_twin.control("POST", "reset")
    one_twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})
    monkeypatch.setattr(slots, "take", lambda *_, **__: 0.0)
    return one_twin


@pytest.fixture
def world(transactional_db: None, twin: RunningTwin, tmp_path: Path) -> World:
    return World(twin, tmp_path)


@pytest.fixture
def selling(transactional_db: None, twin: RunningTwin, tmp_path: Path) -> Selling:
    """Two goods on sale, ten pieces of each in one warehouse."""
    return Selling(twin, tmp_path)
