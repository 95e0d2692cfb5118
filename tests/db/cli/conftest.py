"""Commands run in this process, against the database that the tests have."""

from collections.abc import Callable

import pytest
from tests.db.channels.fake_market import FakeFamily
from typer import Typer
from typer.testing import CliRunner, Result

from torgpred.channels import families
from torgpred.cli import (
    asks,
    campaigns,
    decisions,
    forgetting,
    messages,
    papers,
    payouts,
    references,
    sellers,
    shops,
    stock,
    tokens,
)
from torgpred.runtime import database, observability

Run = Callable[..., Result]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeFamily:
    """The family "fake", alone."""
    one = FakeFamily()
    monkeypatch.setattr(families, "families", lambda: {"fake": one})
    monkeypatch.setattr("torgpred.channels.services.families", lambda: {"fake": one})
    return one


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, fake: FakeFamily) -> Run:
    """Run a command; what it raises is raised here."""
    monkeypatch.setattr(database, "ensure", lambda: None)
    monkeypatch.setattr(observability, "configure", lambda *_: None)
    monkeypatch.setenv("TORGPRED_SHOP_TOKEN", "t0p-secret")
    app = Typer()
    for module in (
        asks,
        campaigns,
        shops,
        sellers,
        decisions,
        papers,
        payouts,
        references,
        stock,
        tokens,
        messages,
        forgetting,
    ):
        module.register(app)

    def call(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, words, input=stdin, catch_exceptions=False)

    return call
