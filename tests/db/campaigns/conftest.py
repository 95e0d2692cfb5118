from datetime import datetime

import pytest
from tests.db.campaigns.market import NOW, Market

from torgpred.campaigns.services import judging


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offers are judged some days before the start."""

    def moment() -> datetime:
        return NOW

    monkeypatch.setattr(judging, "now", moment)


@pytest.fixture
def market(transactional_db: None) -> Market:
    return Market()
