"""`torgpred undo` and `drift` as a person uses them."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.db.listings.world import World, make_boots
from typer import Typer
from typer.testing import CliRunner, Result

from torgpred.cli import listings, undoing
from torgpred.listings.core.errors import UnknownDriftError
from torgpred.runtime import database, observability

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(database, "ensure", lambda: None)
    monkeypatch.setattr(observability, "configure", lambda *_: None)
    monkeypatch.setenv("COLUMNS", "200")
    app = Typer()
    for module in (listings, undoing):
        module.register(app)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, words, catch_exceptions=False)

    return call


def told(run: Run, *words: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(run(*words, "--json").stdout)


def price(world: World) -> Decimal:
    return Decimal(world.standing()["B-1"]["sku"][0]["price"])


def test_a_receipt_is_undone_in_two_commands(world: World, run: Run) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", price=Decimal(1990)))
    code = told(run, "plan", "W-1")["id"]
    plan = world.plan()
    assert plan.id == code + 1
    run("apply", plan.code)
    said = run("undo", plan.code).stdout
    back = world.rows("SELECT max(id) FROM listings_plan")[0][0]
    assert "Stock is not taken back" in said
    assert "The cause is not mended" in said
    card = told(run, "undo", plan.code)
    assert (card["undoes"], card["counts"]["price"], card["cannot"]) == (plan.code, 1, [])
    assert card["id"] == back + 1
    command = next(line for line in said.splitlines() if "torgpred apply" in line)
    run("apply", command.split()[-1])
    assert price(world) == 2490
    again = run("undo", plan.code).stdout
    assert "took it back already" in again
    assert "Nothing is left to take back." in again


def test_drift_is_seen_decided_listed_and_forgotten(world: World, run: Run) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    assert "Nothing drifted." in run("drift", "W-1").stdout
    product = world.standing()["B-1"]["id"]
    world.twin.control("PATCH", f"listings/{product}", {"price": "2290", "subject": "Рука [red]"})
    said = run("drift", "W-1").stdout
    assert "B-1:B-1:price" in said
    assert "Рука [red]" in said, "brackets are no style"
    assert run("drift", "W-1", "--decided").stdout.strip() == "Nothing is decided."
    assert "take over: B-1:B-1:price" in run("drift", "W-1", "--take-over", "B-1:price").stdout
    run("drift", "W-1", "--leave", "B-1:titles")
    (one, other) = told(run, "drift", "W-1", "--decided")
    assert (one["field"], one["choice"]) == ("titles.ru", "leave")
    assert (other["sku"], other["field"], other["choice"]) == ("B-1", "price", "take_over")
    assert told(run, "drift", "W-1")["lines"] == []
    assert "price" not in run("drift", "W-1", "--forget", str(other["id"])).stdout
    assert [line["field"] for line in told(run, "drift", "W-1")["lines"]] == ["price"]
    decided = told(run, "drift", "W-1", "--take-over", "all")
    assert decided["decided"] == {"take_over": ["B-1:B-1:price"]}
    history = world.rows(
        "SELECT pgh_label, choice FROM listings_driftdecisionevent ORDER BY pgh_id"
    )
    assert [label for label, _ in history] == ["insert", "insert", "update", "insert"]


def test_all_means_what_offers_the_choice_and_a_wrong_name_is_told(world: World, run: Run) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    first, second = (world.standing()[key]["id"] for key in ("B-1", "B-2"))
    world.twin.control("POST", f"listings/{first}/moderate", {"reason": "подделка"})
    world.twin.control("PATCH", f"listings/{second}", {"price": "2290"})
    assert "подделка" in run("drift", "W-1").stdout
    with pytest.raises(UnknownDriftError):
        run("drift", "W-1", "--leave", "B-3")
    decided = told(run, "drift", "W-1", "--take-over", "all", "--leave", "B-1")["decided"]
    assert decided == {"take_over": ["B-2:B-2:price"], "leave": ["B-1:status"]}


def test_what_moved_no_time_shows_with_deep(world: World, run: Run) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    product = world.standing()["B-1"]["id"]
    quiet = {"weight": "1.5", "quiet": True}
    world.twin.control("PATCH", f"listings/{product}", quiet)
    assert told(run, "drift", "W-1")["total"] == 0
    assert told(run, "drift", "W-1", "--deep")["total"] == 1
    assert told(run, "drift", "W-1", "--no-look")["looked"] is None
