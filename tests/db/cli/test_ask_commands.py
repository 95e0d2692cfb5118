import json
from pathlib import Path
from typing import Any

import pytest
from tests.db.asks.making import make_sellers
from tests.db.asks.test_cases import make_case
from tests.db.cli.conftest import Run
from tests.db.orders.making import run as sql

pytestmark = pytest.mark.django_db(transaction=True)
WINDOW = ("--set", "since=2026-11-11", "--set", "until=2026-11-12")


def told(run: Run, *words: str) -> Any:  # noqa: ANN401
    return json.loads(run(*words, "--json").stdout)


def test_an_ask_goes_its_whole_way_by_commands(run: Run, tmp_path: Path) -> None:
    make_sellers([100] * 6)
    paper = tmp_path / "answer.txt"
    paper.write_bytes(b"yes")
    assert "Nothing was asked yet" in run("ask", "list").stdout

    code = told(run, "ask", "new", "aliexpress_ru", "slot", "Слот", "--ru", "Просим.")["code"]
    figure = told(run, "ask", "figure", code, "sold", *WINDOW)
    number = told(run, "ask", "promise", code, "theirs", "Рынок", "Слот", "--due", "2026-01-01")
    run("ask", "promise", code, "--number", str(number["promise"]), "--kept")
    (clock,) = told(run, "ask", "clock", code, "eu.terms", "2026-01-01")["clocks"]
    assert told(run, "ask", "clocks")[0]["stands"] == "overdue"
    run("ask", "clock", code, "--number", str(clock), "--state", "missed")
    assert told(run, "ask", "clocks") == []
    run("ask", "move", code, "sent", "--note", "почтой")
    run("ask", "answer", code, "2026-11-20", "Да", "--file", str(paper))
    run("ask", "move", code, "agreed")
    run("ask", "deliver", code, "2026-11-21", "Слот", "--figure", "1")
    run("ask", "move", code, "delivered")

    whole = told(run, "ask", "show", code)
    assert whole["card"]["state"] == "delivered"
    assert whole["promises"][0]["kept"] is True
    assert whole["answers"][0]["file_name"] == "answer.txt"
    shown = run("ask", "show", code).stdout
    assert "600.00 RUB" in shown
    assert told(run, "ask", "list")[0]["code"] == code
    assert told(run, "ask", "verify", code, "--seal", figure["seal"])["well"]
    for name in ("d.pdf", "d.html", "d.json"):
        run("ask", "dossier", code, str(tmp_path / name), "--language", "ru")
    assert (tmp_path / "d.pdf").read_bytes().startswith(b"%PDF")
    assert "600,00" in (tmp_path / "d.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "d.json").read_bytes())["code"] == code


def test_a_changed_row_ends_verify_with_exit_code_1_and_names_the_figure(run: Run) -> None:
    make_sellers([100, 200])
    code = told(run, "ask", "new", "aliexpress_ru", "fee", "Комиссия", "--en", "Lower.")["code"]
    run("ask", "figure", code, "sold", *WINDOW, "--set", "sellers=S-1")
    run("ask", "figure", code, "sold", *WINDOW, "--set", "sellers=S-2")
    assert "Every figure recomputes" in run("ask", "verify", code).stdout

    sql("UPDATE orders_line SET amount = 1 WHERE id = (SELECT max(id) FROM orders_line)")

    result = run("ask", "verify", code)
    assert result.exit_code == 1
    assert "NOT every figure recomputes" in result.stdout
    assert "changed" in result.stdout
    assert "1.00 RUB" in result.stdout.replace("\n", " ")
    run("ask", "figure", code, "--strike", "2")
    assert "(struck)" in run("ask", "show", code).stdout


def test_sellers_are_asked_decide_and_are_pooled(run: Run) -> None:
    code, _ = make_case()
    for number in range(1, 6):
        run("ask", "decide", code, f"S-{number}", "joined", "--member", f"m{number}@example.org")

    assert told(run, "ask", "join", code, "--pool")["value"]["total"]["RUB"] == "600.00"
    asked = told(run, "ask", "join", code, "S-6", "--query", "cancelled", *WINDOW)
    assert [one["state"] for one in asked] == ["joined"] * 5 + ["asked"]
    assert told(run, "ask", "small-groups", "--least", "3") == {"least": 3, "most_share": 50}
    assert {"sold", "refused"} <= {one["code"] for one in told(run, "ask", "queries")}
    assert "2019/1150" in run("ask", "clocks", "--library").stdout
