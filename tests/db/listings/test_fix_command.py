"""`torgpred fix`, `answers`, `state`, `statements` and `unstate`, as a seller's desk runs them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.db.listings.workbooks import Workbook
from tests.db.listings.world import World, make_boots
from typer import Typer
from typer.testing import CliRunner, Result

from torgpred.cli import fix, listings
from torgpred.listings.services.statements import WrongFactError
from torgpred.runtime import database, observability

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; what it raises is raised here."""
    monkeypatch.setattr(database, "ensure", lambda: None)
    monkeypatch.setattr(observability, "configure", lambda *_: None)
    app = Typer()
    for module in (listings, fix):
        module.register(app)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, words, catch_exceptions=False, env={"COLUMNS": "200"})

    return call


def held(world: World) -> None:
    bare = {"weight_kg": None, "package": None}
    world.feed(*(make_boots(f"B-{number}", **bare) for number in range(3)))


def told(result: Result) -> Any:  # noqa: ANN401 - JSON
    return json.loads(result.stdout)


def test_a_filled_file_yields_a_plan_that_can_be_applied(
    world: World, run: Run, tmp_path: Path
) -> None:
    held(world)
    out = tmp_path / "fix.xlsx"
    written = told(run("fix", "W-1", "--out", str(out), "--language", "ru", "--json"))
    assert (written["offers"], written["rows"], written["cells"]) == (3, 3, 6)
    book = Workbook(out)
    book.fill("Валенки", "*", "weight_kg", "800 г")
    book.fill("Валенки", "*", "package.length", "30x20x12")
    wrong = book.fill("Валенки", "B-1", "weight_kg", "тяжёлые")
    filled = str(book.save(tmp_path / "filled.xlsx"))
    done = told(run("fix", "W-1", filled, "--language", "ru", "--json"))
    assert (done["used"], done["wrong"], done["counts"]["ready"]) == (2, 1, 2)
    (finding,) = done["findings"]
    assert (finding["place"], finding["value"]) == (wrong, "тяжёлые")
    assert finding["message"] == "«тяжёлые» не подходит: это не одно число."
    assert finding["mend"].startswith("Напишите в килограммах")
    shown = run("fix", "W-1", filled).stdout
    assert "0 cells used" in shown
    assert wrong in shown
    assert run("apply", done["plan"]).exit_code == 0
    assert set(world.standing()) == {"B-0", "B-2"}


def test_a_file_that_may_hold_answers_is_never_written_over(
    world: World, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(world)
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        run("fix", "W-1")
    assert {one.name for one in tmp_path.glob("fix*")} == {"fix-W-1.xlsx", "fix-W-1-2.xlsx"}
    with pytest.raises(fix.UnwritableFixFileError, match="may hold answers"):
        run("fix", "W-1", "--out", "fix-W-1.xlsx")
    with pytest.raises(fix.UnwritableFixFileError):
        run("fix", "W-1", "--out", str(tmp_path / "nowhere" / "fix.xlsx"))


def test_an_answer_is_given_listed_shown_and_undone(world: World, run: Run) -> None:
    held(world)
    plan = run("plan", "W-1").stdout
    assert "answer these first" in plan
    (answer,) = told(run("answers", "W-1", "--json"))
    assert answer["command"] == "torgpred state W-1 parcel 'KG, LxWxH' --category 10"
    assert (answer["frees"], answer["concerns"]) == (3, 3)
    assert answer["command"] in plan
    run("state", "W-1", "parcel", "0,8 кг; 30х20х12 см", "--category", "10")
    made = told(run("plan", "W-1", "--json"))
    assert made["counts"]["ready"] == 3
    weight, package = told(run("statements", "W-1", "--json"))
    assert (weight["kind"], weight["value"], weight["offers"]) == ("weight_kg", "0.8", 3)
    assert package["value"] == ["30", "20", "12"]
    code = told(run("show", made_code(run), "--json"))["steps"][0]["stated"]
    assert [line.partition(" of ")[0] for line in code] == [
        f"weight_kg: statement {weight['number']}", f"package: statement {package['number']}",
    ]  # fmt: skip
    assert f"stated: weight_kg: statement {weight['number']}" in run("policy", "show", "W-1").stdout
    assert "0.8" in run("statements", "W-1").stdout
    run("unstate", "W-1", str(weight["number"]))
    assert told(run("plan", "W-1", "--json"))["counts"]["ready"] == 0
    assert [one["kind"] for one in told(run("statements", "W-1", "--json"))] == ["package"]
    assert len(told(run("statements", "W-1", "--json", "--undone"))) == 2


def made_code(run: Run) -> str:
    """Return the code of a new plan."""
    words = run("plan", "W-1").stdout.split()
    return words[words.index("Plan") + 1].rstrip(":")


def test_a_bad_value_names_kind_value_reason_and_mend(world: World, run: Run) -> None:
    held(world)
    with pytest.raises(WrongFactError) as error:
        run("state", "W-1", "package", "20x15", "--category", "10")
    assert str(error.value) == (
        "package cannot be '20x15': it has 2 sides where length, width and height are needed."
        " Write three sides in centimetres: 20x15x5, or with a unit: 200x150x50 mm."
    )
