"""`torgpred campaign source, spend, marked, money, report`: as tables and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.db.campaigns.market import Market
from tests.db.campaigns.selling import file_of, order, settled
from typer import Typer
from typer.testing import CliRunner, Result

from torgpred.cli import campaigns


@pytest.fixture
def app() -> Typer:
    made = Typer()
    campaigns.register(made)
    return made


def asked(app: Typer, *words: str) -> Result:
    return CliRunner().invoke(app, ["campaign", *words], catch_exceptions=False)


def told(app: Typer, *words: str) -> Any:  # noqa: ANN401 - JSON
    done = asked(app, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_money_is_entered_and_told_by_commands(market: Market, tmp_path: Path, app: Typer) -> None:
    card = settled(market, 2)
    for number, seller in enumerate(market.sellers):
        order(market, str(100 + number), (seller, number + 1))
    shop = str(market.shop)
    asked(app, "source", card.code, "anna", "--name", "Anna", "--kind", "blogger", "--code", "ANNA")
    entry = told(
        app, "spend", card.code, "--source", "anna", "--day", "2026-11-11", "--amount", "100 RUB",
        "--pays", "operator 50, seller 50", "--document", "A-1",
    )["entry"]  # fmt: skip
    wrong = asked(
        app, "marked", card.code, str(file_of(tmp_path, "order,code\n100,ANNA\n9,ANNA\n")),
        "--shop", shop,
    )  # fmt: skip

    assert wrong.exit_code == 1  # a row was left out: a script notices
    assert "error: row 3: There is no order 9 of this campaign in the shop" in wrong.output
    (anna,) = told(app, "money", card.code)["money"]["sources"]
    assert (anna["basis"], anna["cost_per_order"]) == ("ours", {"RUB": "100.00"})
    assert "100.00 RUB" in asked(app, "money", card.code).output
    mine = told(app, "report", card.code, "--for", "seller", "--seller", "C-1")["report"]
    assert mine["money"][0]["own_spend"] == "50.00"
    assert told(app, "report", card.code)["report"]["orders"] == 2
    outside = asked(app, "report", card.code, "--for", "marketplace").output
    assert "no figure may be shown" in outside
    assert (
        "sold for: 1600.00"
        in asked(app, "report", card.code, "--for", "seller", "--seller", "C-2").output
    )
    asked(app, "unspend", card.code, str(entry))
    assert told(app, "money", card.code)["money"]["spend"] == {"RUB": "0.00"}
    assert "RU" in asked(app, "country").output
    assert told(app, "country", "ru")["country"] == "RU"


@pytest.mark.parametrize(
    "words", [("--for", "seller"), ("--seller", "C-1"), ("--for", "everybody")]
)
def test_a_report_names_whom_it_is_for(market: Market, app: Typer, words: tuple[str, ...]) -> None:
    card = settled(market, 1)

    assert asked(app, "report", card.code, *words).exit_code == 2
