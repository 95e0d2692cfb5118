"""The tiny marketplace is installed the way every connector is: as an entry point."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest
from tests.db.channels.fake_market import FakeFamily

from torgpred.channels import families


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFamily]:
    """The family "fake", installed beside a package that is broken."""
    one = FakeFamily()
    monkeypatch.setattr(EntryPoint, "load", lambda self: _load(self, one))
    offered = [
        EntryPoint("fake", "fake_market:family", families.GROUP),
        EntryPoint("broken", "no_such_package:family", families.GROUP),
    ]
    monkeypatch.setattr(families, "_offered", lambda: offered)
    families.families.cache_clear()
    yield one
    families.families.cache_clear()


def _load(point: EntryPoint, family: FakeFamily) -> FakeFamily:
    if point.name == "broken":
        raise ModuleNotFoundError("no_such_package")
    return family
