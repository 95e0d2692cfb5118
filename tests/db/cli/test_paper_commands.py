"""`torgpred paper`, `duty` and `reference`, as a person types them."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.db.cli.conftest import Run

from torgpred.accounts import services
from torgpred.accounts.core.values import TenantCard
from torgpred.channels import selectors
from torgpred.channels.core.shops import UnknownFamilyError
from torgpred.cli.decisions import UnreadableNumberError
from torgpred.cli.papers import UnknownPaperKindError, UnreadableDayError
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.services import contexts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lamps(transactional_db: None) -> TenantCard:
    return services.add_seller(name="Лампы", country="RU", code="LAMPS")


def test_a_paper_is_added_listed_and_taken_back(run: Run, lamps: TenantCard) -> None:
    run(
        "paper", "add", "LAMPS", "certificate", "RU C-1", "--category", "7", "--until", "2020-01-31"
    )
    [listed] = json.loads(run("paper", "list", "LAMPS", "--json").stdout)
    assert (listed["number"], listed["valid_until"], listed["standing"]) == (
        "RU C-1",
        "2020-01-31",
        "ended",
    )
    assert "RU C-1" in run("paper", "list", "LAMPS").stdout
    run("paper", "undo", "LAMPS", str(listed["id"]))
    assert json.loads(run("paper", "list", "LAMPS", "--json").stdout) == []
    assert len(json.loads(run("paper", "list", "LAMPS", "--undone", "--json").stdout)) == 1


def test_what_a_paper_cannot_be_is_told_in_words(run: Run, lamps: TenantCard) -> None:
    with pytest.raises(UnknownPaperKindError, match="trademark"):
        run("paper", "add", "LAMPS", "passport", "1", "--all")
    with pytest.raises(UnreadableDayError):
        run("paper", "add", "LAMPS", "licence", "1", "--all", "--until", "tomorrow")


def test_a_duty_is_forced_added_listed_and_lifted(run: Run) -> None:
    def in_force() -> list[tuple[str, list[str]]]:
        found = json.loads(run("duty", "list", "--in-force", "--json").stdout)
        return [(one["code"], one.get("families", [])) for one in found]

    assert in_force() == []
    library = json.loads(run("duty", "list", "--json").stdout)
    assert {"mark.footwear", "tr.children"} <= {one["code"] for one in library}
    run("duty", "force", "mark.footwear", "--family", "fake", "--since", "2020-07-01")
    told = run(
        *("duty", "add", "own.knives", "No knives", "--source", "letter 7"),
        *("--forbids", "--words", "нож, кинжал"),
    )
    assert "holds" in told.stdout
    assert in_force() == [("mark.footwear", ["fake"]), ("own.knives", [])]
    run("duty", "lift", "own.knives")
    assert in_force() == [("mark.footwear", ["fake"])]
    with pytest.raises(UnknownFamilyError):
        run("duty", "force", "mark.toys", "--family", "nowhere")


def test_a_programme_that_nobody_set_conditions_for_is_owned_up_to(
    run: Run, lamps: TenantCard
) -> None:
    run("shop", "add", "LAMPS", "--family", "fake", "--name", "One")
    assert "nobody knows" in run("duty", "eligible", "LAMPS", "mall").stdout
    found = json.loads(run("duty", "eligible", "LAMPS", "mall", "--json").stdout)
    assert (found["conditions"], found["eligible"]) == (0, 0)


def test_references_are_set_read_and_listed(run: Run, lamps: TenantCard, tmp_path: Path) -> None:
    run("reference", "set", "LAMPS", "L-1", "1 299,00", "rub", "--source", "shop X")
    with pytest.raises(UnreadableNumberError):
        run("reference", "set", "LAMPS", "L-1", "много", "rub", "--source", "shop X")
    path = tmp_path / "prices.csv"
    path.write_text("SKU,price\nL-2,10\nL-3,x\n")
    done = run(
        *("reference", "read", "LAMPS", str(path), "--currency", "RUB", "--date", "2026-11-01"),
        "--json",
    )
    report = json.loads(done.stdout)
    assert (report["taken"], report["changed"]) == (1, 1)
    assert report["findings"][0]["place"] == "prices.csv, B3"
    listed = json.loads(run("reference", "list", "LAMPS", "--json").stdout)
    assert [(one["key"], one["amount"]) for one in listed] == [
        ("L-1", "1299.0000"),
        ("L-2", "10.0000"),
    ]
    assert "1299 RUB" in run("reference", "list", "LAMPS", "L-1").stdout
    path.write_text("nothing,of,use\n")
    assert run("reference", "read", "LAMPS", str(path)).exit_code == 2
    assert run("reference", "read", "LAMPS", str(tmp_path / "none.csv")).exit_code == 2


def test_the_gap_is_part_of_the_policy(run: Run, lamps: TenantCard) -> None:
    run("shop", "add", "LAMPS", "--family", "fake", "--name", "One")

    def told(*words: str) -> ShopPolicy:
        run("policy", "set", "LAMPS", *words)
        (shop,) = selectors.shops_of(lamps.id)
        return contexts.shop_policy(lamps.id, shop.id)

    first = told("--reference-gap", "12,5", "--reference-days", "30")
    assert msgspec.to_builtins(first)["reference_gap"] == "12.5"
    assert told("--fee", "5").reference_days == 30
    assert told("--reference-gap", "none").reference_gap is None
