"""A twin of AliExpress Russia on a tiny category tree, as new for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.aliexpress_ru.twin_client import Client

from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin


@pytest.fixture(scope="module")
def one_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    folder: Path = tmp_path_factory.mktemp("twin")
    with running_twin(folder, tree=small_tree()) as twin:
        yield twin


@pytest.fixture
def twin(one_twin: RunningTwin) -> RunningTwin:
    one_twin.control("POST", "reset")
    one_twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})
    return one_twin


@pytest.fixture
def client(twin: RunningTwin) -> Iterator[Client]:
    made = Client(twin)
    yield made
    made.http.close()
