"""`torgpred programme`: what is listed, judged, shown, said; as tables and as JSON."""

import json
from pathlib import Path

import pytest
from tests.db.programmes.making import MALL, Goods, Shop, make_warehouse, put
from typer.testing import CliRunner

from torgpred.accounts import services as accounts
from torgpred.cli import programmes
from torgpred.programmes import selectors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def goods() -> Goods:
    seller = accounts.add_seller(name="Alpha", country="RU", code="ALPHA").id
    made = Goods(seller, Shop(seller).id)
    made.add("A", "B")
    put(seller, make_warehouse(seller, "MSK", "RU"), "A", 5)
    return made


def run(*words: str) -> str:
    done = CliRunner().invoke(programmes.programme, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_judging_shows_counts_and_what_is_missing(goods: Goods) -> None:
    (mall, official) = json.loads(run("judge", "--json"))
    assert (mall["programme"], mall["offers"], mall["redone"]) == (MALL, 2, 2)
    assert official["programme"] == "aliexpress_ru/official_store"

    run("say", "ALPHA", "returns_address", "RU", "--text", "Москва, 1")
    run("say", "ALPHA", "warranty", "RU", "--number", "12")
    run("judge", "mall", "--seller", "ALPHA")
    listed = json.loads(run("list", "--json"))
    shown = json.loads(run("show", "mall", "--seller", "ALPHA", "--json"))

    assert [one["counts"]["qualifies"] for one in listed] == [1, 0]
    assert [one["code"] for one in shown["missing"]] == ["local_stock.unknown"]
    assert [(one["sku"], one["verdict"]) for one in shown["offers"]] == [
        ("A", "qualifies"), ("B", "unknown"),
    ]  # fmt: skip
    assert shown["offers"][0]["promise"]["warehouse"] == "MSK"
    assert "1 qualify, 0 nearly, 0 not, 1 unknown." in run("show", "mall")


def test_what_was_said_is_listed_and_taken_back(goods: Goods) -> None:
    (said,) = json.loads(run("say", "ALPHA", "warranty", "RU", "--no", "--json"))
    assert (said["kind"], said["holds"]) == ("warranty", False)

    assert json.loads(run("say", "ALPHA", "--undo", str(said["id"]), "--json")) == []
    assert "said nothing about itself yet" in run("say", "ALPHA")


def test_supply_is_told_by_category(goods: Goods) -> None:
    run("judge")

    (found,) = json.loads(run("supply", "mall", "--json"))

    assert (found["category"], found["lacks"], found["sides"][0]["country"]) == ("c-1", "few", "RU")
    assert found["candidates"][0]["code"] == "ALPHA"
    assert "0 from abroad" in run("supply", "mall", "--lacking")


def test_a_shown_text_is_kept_as_a_new_version(goods: Goods, tmp_path: Path) -> None:
    file = tmp_path / "mall.toml"
    file.write_text(run("show", "mall", "--toml").replace("days = 3", "days = 5"))

    assert "version 2, is in force" in run("keep", str(file))
    assert selectors.programme("mall").version == 2
    run("withdraw", MALL)
    assert selectors.programme("mall").version == 1
