"""Figures: sealed, chained, recomputed; what changed since and what was tampered with is named."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, OperationalError, ProgrammingError
from tests.db.asks.making import WINDOW, make_ask, make_sellers
from tests.db.orders.making import rows, run

from torgpred.asks.core.checking import Verdict
from torgpred.asks.core.errors import UnfitParameterError, UnknownQueryError
from torgpred.asks.core.library import LIBRARY, newest
from torgpred.asks.selectors import figure, reading
from torgpred.asks.selectors.checking import verify
from torgpred.asks.services import evidence
from torgpred.runtime.database import address, connect

pytestmark = pytest.mark.django_db


def add(code: str, query: str = "sold", **params: str) -> int:
    return evidence.add_figure(
        code=code, query=query, params={**WINDOW, **params}, made_by="boss"
    ).number


def verdicts(code: str) -> dict[str, Verdict]:
    return {one.name: one.verdict for one in verify(code).figures}


def test_a_figure_says_what_was_sold_and_recomputes() -> None:
    make_sellers([100, 200, 300])
    code = make_ask().code

    add(code)
    add(code, sellers="S-2")

    one, two = figure(code, 1), figure(code, 2)
    assert one.value.total == {
        "RUB": Decimal("600.00"), "orders": Decimal(3), "pieces": Decimal(3)
    }  # fmt: skip
    assert one.value.groups["aliexpress_ru"]["RUB"] == Decimal("600.00")
    assert two.value.total["RUB"] == Decimal("200.00")
    assert two.params["sellers"] == ["S-2"]
    found = verify(code)
    assert found.well
    assert [one.verdict for one in found.figures] == [Verdict.SAME, Verdict.SAME]
    assert found.head == two.seal


@pytest.mark.parametrize("query", [one.code for one in newest()])
def test_every_query_of_the_library_runs_and_recomputes(query: str) -> None:
    make_sellers([100])
    code = make_ask().code
    needed = {"country": "RU"} if query == "local_days" else {}

    add(code, query, **needed)

    assert verify(code).well


@pytest.mark.django_db(transaction=True)
def test_a_row_changed_by_hand_is_noticed_and_the_figure_named() -> None:
    make_sellers([100, 200])
    code = make_ask().code
    add(code, sellers="S-1")
    add(code, sellers="S-2")
    add(code, "cancelled")
    assert verify(code).well

    with connect(address("owner").at(connection.settings_dict["NAME"])) as owner:
        done = owner.execute(
            "UPDATE orders_line SET amount = amount + 1 WHERE seller_id ="
            " (SELECT id FROM accounts_tenant WHERE code = 'S-2')"
        )
        assert done.rowcount == 1

    found = verify(code)
    assert not found.well
    assert found.whole
    changed = [one for one in found.figures if one.verdict is not Verdict.SAME]
    assert [(one.name, one.verdict) for one in changed] == [("2", Verdict.CHANGED)]
    assert changed[0].now is not None
    assert (changed[0].kept.total["RUB"], changed[0].now.total["RUB"]) == (
        Decimal("200.00"), Decimal("201.00"),
    )  # fmt: skip
    assert changed[0].digest_kept != changed[0].digest_now


def test_a_change_that_keeps_the_sum_is_noticed_too() -> None:
    make_sellers([100, 100])
    code = make_ask().code
    add(code)

    run("UPDATE orders_line SET amount = 150 WHERE id = (SELECT min(id) FROM orders_line)")
    run("UPDATE orders_line SET amount = 50 WHERE id = (SELECT max(id) FROM orders_line)")

    (one,) = verify(code).figures
    assert one.verdict is Verdict.CHANGED
    assert one.now == one.kept


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "forged",
    [
        """value = jsonb_set(value, '{total,RUB}', '"999999.00"')""",
        "as_of = as_of - interval '1 day'",
        """params = params || '{"sellers": []}'""",
        "seal = sha256('made up')",
        "rows_digest = sha256('made up')",
        "previous = sha256('made up')",
        "sql = replace(sql, '''cancelled''', '''shipped''')",
        """cells = '[]'""",
    ],
)
def test_a_forged_figure_is_noticed(forged: str) -> None:
    make_sellers([100, 200])
    code = make_ask().code
    add(code, sellers="S-1")
    add(code, sellers="S-2")
    add(code)

    _as_owner(f"UPDATE asks_figure SET {forged} WHERE number = 2")

    assert verdicts(code)["1"] is Verdict.SAME
    assert verdicts(code)["2"] is Verdict.TAMPERED
    assert not verify(code).well


@pytest.mark.django_db(transaction=True)
def test_a_figure_taken_out_is_noticed_wherever_it_stood() -> None:
    make_sellers([100])
    code = make_ask().code
    for _ in range(3):
        add(code)
    printed = figure(code, 3).seal
    assert verify(code, known=printed).known_seal

    _as_owner("DELETE FROM asks_figure WHERE number = 3")
    assert not verify(code).whole
    assert verify(code, known=printed).known_seal is False

    _as_owner("UPDATE asks_ask SET figures = 2")
    _as_owner("UPDATE asks_ask SET head = (SELECT seal FROM asks_figure WHERE number = 2)")
    # All made good again in the database: the printed seal still tells.
    assert verify(code).well
    assert not verify(code, known=printed).well


def _as_owner(statement: str) -> None:
    with connect(address("owner").at(connection.settings_dict["NAME"])) as owner:
        owner.execute("ALTER TABLE asks_figure DISABLE TRIGGER USER")
        owner.execute(statement)
        owner.execute("ALTER TABLE asks_figure ENABLE TRIGGER USER")


def test_the_app_role_cannot_change_or_delete_a_figure() -> None:
    make_sellers([100])
    code = make_ask().code
    add(code)

    for statement in (
        "UPDATE asks_figure SET value = '{}'",
        "UPDATE asks_figure SET seal = 'x'",
        "DELETE FROM asks_figure",
    ):
        with (
            pytest.raises((InternalError, ProgrammingError, OperationalError)),
            transaction.atomic(),
        ):
            run(statement)
    evidence.strike_figure(code=code, number=1, struck_by="boss")
    assert figure(code, 1).struck_at is not None
    assert verify(code).well


def test_a_query_cannot_write(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(Exception, match="read-only transaction"),
        transaction.atomic(),
        reading._reading(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_tenant SET name = 'x'")
    # Around it one may write again.
    with reading._reading():
        pass
    run("UPDATE accounts_tenant SET name = 'y'")
    assert rows("SHOW transaction_read_only") == [("off",)]


def test_only_queries_and_parameters_of_the_library_are_taken() -> None:
    code = make_ask().code

    with pytest.raises(UnknownQueryError):
        add(code, "DROP TABLE asks_ask")
    for wrong in (
        {"until": "2026-11-11"}, {"since": "yesterday"}, {"family": "x' OR 1=1"},
        {"sellers": "A;B"}, {"reason": "x"},
    ):  # fmt: skip
        with pytest.raises(UnfitParameterError):
            add(code, **wrong)
    assert all(one.sql.lstrip().startswith(("SELECT", "WITH")) for one in LIBRARY)
