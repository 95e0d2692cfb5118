import json
from pathlib import Path
from typing import Any

import pytest
from tests.db.cli.conftest import Run
from tests.db.orders.making import Shop, make_line, make_order, rows
from typer import Typer
from typer.testing import CliRunner

from torgpred.accounts import services
from torgpred.cli import database
from torgpred.stock.core.errors import TooFewError, UnknownWarehouseError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seller() -> int:
    return services.add_seller(name="Лампы", country="RU", code="LAMPS").id


def told(run: Run, *words: str, code: int = 0) -> Any:  # noqa: ANN401
    result = run("stock", *words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_stock_is_set_counted_kept_and_shown(run: Run, seller: int) -> None:
    assert told(run, "warehouse", "add", "LAMPS", "msk", "--country", "RU")["code"] == "MSK"
    assert told(run, "set", "LAMPS", "A", "5")["levels"][0]["on_hand"] == 5
    assert told(run, "set", "LAMPS", "A", "--by", "-2")["levels"][0]["on_hand"] == 3
    assert told(run, "count", "LAMPS", "A=7", "B=x=2")["changed"] == 2
    told(run, "buffer", "LAMPS", "A=1")
    [lock] = told(run, "lock", "LAMPS", "A=2", "--purpose", "11.11", "--until", "2030-11-12")[
        "locks"
    ]
    assert lock["until"] == "2030-11-12 00:00:00+00:00"
    shown = {one["sku"]: one for one in told(run, "show", "LAMPS")}
    assert shown["A"]["available"] == 4
    assert shown["B=x"]["on_hand"] == 2
    assert [one["id"] for one in told(run, "locks", "LAMPS")] == [lock["id"]]
    told(run, "unlock", "LAMPS", str(lock["id"]))
    assert told(run, "locks", "LAMPS") == []
    assert "Nothing is locked" in run("stock", "locks", "LAMPS").stdout
    assert told(run, "warehouse", "change", "LAMPS", "msk", "--rank", "3")["rank"] == 3
    assert [one["code"] for one in told(run, "warehouse", "list", "LAMPS")] == ["MSK"]
    for words in (["show", "LAMPS"], ["warehouse", "list", "LAMPS"], ["locks", "LAMPS", "--all"]):
        assert "MSK" in run("stock", *words).stdout


def test_a_lock_for_a_shop_is_used_given_back_in_part_and_told(run: Run, seller: int) -> None:
    shop = Shop(seller)
    told(run, "set", "LAMPS", "A", "9")
    made = told(run, "lock", "LAMPS", "A=5", "--purpose", "11.11", "--shop", str(shop.id))
    [lock] = made["locks"]
    assert (lock["shop_ids"], lock["left"], made["lacking"]) == ([shop.id], 5, [])
    shop.take(make_order(1, make_line("A", 2)))
    told(run, "unlock", "LAMPS", str(lock["id"]), "--pieces", "1")
    with pytest.raises(TooFewError, match="6 pieces are wanted, 5 are free"):
        run("stock", "lock", "LAMPS", "A=6", "--purpose", "12.12")
    made = told(run, "lock", "LAMPS", "A=6", "--purpose", "12.12", "--what-there-is")
    assert [(one["asked"], one["kept"]) for one in made["lacking"]] == [(6, 5)]
    found = told(run, "ledger", "LAMPS", "A")
    assert found["agrees"]
    assert [
        (one["purpose"], one["pieces"], one["used"], one["freed"], one["left"])
        for one in found["locks"]
    ] == [("11.11", 5, 2, 1, 2), ("12.12", 5, 0, 0, 5)]
    assert "12.12" in run("stock", "ledger", "LAMPS", "A").stdout
    rows("UPDATE stock_lock SET used = used - 1, freed = freed + 1 WHERE used > 0 RETURNING id")
    found = told(run, "ledger", "LAMPS", "A", code=1)
    assert [one["what"] for one in found["differences"]] == ["used"]


def test_what_cannot_be_done_is_told(run: Run, seller: int) -> None:
    told(run, "set", "LAMPS", "A", "5")
    with pytest.raises(TooFewError):
        run("stock", "set", "LAMPS", "A", "--by", "-6")
    with pytest.raises(UnknownWarehouseError):
        run("stock", "set", "LAMPS", "A", "1", "--warehouse", "X")
    for words in (
        ["set", "LAMPS", "A"],
        ["set", "LAMPS", "A", "1", "--by", "2"],
        ["count", "LAMPS", "A"],
        ["count", "LAMPS", "A=1", "A=2"],
        ["count", "LAMPS", "A=-1"],
        ["lock", "LAMPS", "A=1"],
        ["lock", "LAMPS", "--purpose", "11.11"],
    ):
        assert run("stock", *words).exit_code == 2, words


def test_the_ledger_tells_where_each_number_came_from(run: Run, seller: int) -> None:
    told(run, "set", "LAMPS", "A", "8", "--reference", "delivery 5")
    Shop(seller).take(make_order(1, make_line("A", 5)))
    told(run, "lock", "LAMPS", "A=2", "--purpose", "11.11")
    told(run, "count", "LAMPS", "A=4", "--reference", "sheet 9")
    found = told(run, "ledger", "LAMPS", "A")
    assert (found["agrees"], found["available"], found["differences"]) == (True, 0, [])
    assert [
        (one["part"], one["pieces"], one["what"], one["reference"].partition(":")[2].strip()
         if one["what"] == "lock" else one["reference"])
        for one in found["lines"]
    ] == [
        ("on_hand", 8, "hand", "delivery 5"),
        ("on_hand", -4, "count", "sheet 9"),
        ("on_hand", 3, "owing", "sheet 9"),
        ("on_hand", 7, "=", ""),
        ("reserved", 5, "order", "O-1"),
        ("reserved", 5, "=", ""),
        ("locked", 2, "lock", "11.11"),
        ("locked", 2, "=", ""),
        ("buffer", 0, "=", ""),
        ("owing", 3, "=", ""),
        ("available", -3, "=", ""),
    ]  # fmt: skip
    shown = run("stock", "ledger", "LAMPS", "A").stdout
    assert "delivery 5" in shown
    assert "The sums agree" in shown


def test_the_ledger_says_so_where_a_sum_is_wrong(run: Run, seller: int) -> None:
    told(run, "set", "LAMPS", "A", "8")
    rows("UPDATE stock_level SET on_hand = 9 RETURNING id")
    found = told(run, "ledger", "LAMPS", "A", code=1)
    assert [(one["what"], one["level"], one["sum"]) for one in found["differences"]] == [
        ("on_hand", 9, 8)
    ]
    result = run("stock", "ledger", "LAMPS", "A")
    assert (result.exit_code, "DO NOT AGREE" in result.stdout) == (1, True)


def test_a_file_and_a_feed_are_taken(run: Run, seller: int, tmp_path: Path) -> None:
    table = tmp_path / "stock.csv"
    table.write_text("SKU;Остаток\nA;5\nB;много\n", encoding="utf-8")
    report = told(run, "read", "LAMPS", str(table))
    assert (report["rows"], report["changed"]) == (1, 1)
    assert {"cell B3"} <= {one["place"] for one in report["findings"]}
    assert "1 rows taken" in run("stock", "read", "LAMPS", str(table)).stdout
    assert run("stock", "read", "LAMPS", str(tmp_path / "no.csv")).exit_code == 2
    table.write_text("nothing\n", encoding="utf-8")
    assert run("stock", "read", "LAMPS", str(table)).exit_code == 2
    assert told(run, "feed", "LAMPS", "--use", "free")["use"] == "free"
    assert run("stock", "feed", "LAMPS", "--warehouse", "X").exit_code == 2


def test_doctor_recomputes_stock(run: Run, seller: int) -> None:
    def remark() -> dict[str, str]:
        doctors = Typer()
        database.register(doctors)
        found = json.loads(CliRunner().invoke(doctors, ["doctor", "--json"]).stdout)
        return next(one for one in found["remarks"] if one["subject"] == "stock")

    told(run, "set", "LAMPS", "A", "8")
    assert remark()["level"] == "good"
    rows("UPDATE stock_level SET on_hand = 9 RETURNING id")
    assert (remark()["level"], "A (on_hand 9, not 8)" in remark()["text"]) == ("bad", True)
