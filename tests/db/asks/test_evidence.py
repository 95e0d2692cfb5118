"""Figures: sealed, chained, recomputed; what changed since and what was tampered with is named."""

from decimal import Decimal

import msgspec
import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, OperationalError, ProgrammingError
from tests.db.asks.making import WINDOW, make_ask, make_sellers
from tests.db.orders.making import rows, run

from torgpred.asks.core.checking import Verdict
from torgpred.asks.core.errors import TooHeavyError, UnfitParameterError, UnknownQueryError
from torgpred.asks.core.library import LIBRARY, Query, newest
from torgpred.asks.selectors import figure, reading
from torgpred.asks.selectors.checking import verify
from torgpred.asks.services import evidence
from torgpred.channels.core.contract import Problem
from torgpred.kernel.clock import now
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


def test_refused_listings_are_told_by_the_marketplaces_first_reason() -> None:
    (seller,) = make_sellers([100])
    ((shop,),) = rows("SELECT id FROM channels_shop")
    run(
        "INSERT INTO listings_plan (id, seller_id, shop_id, state, made_by, made_at, counts, holds,"
        " applied_by) VALUES (900, %s, %s, 'applied', '', now(), '{}', '[]', '')",
        seller, shop,
    )  # fmt: skip
    told = [Problem("photo", "The picture is too small."), Problem("brand", "No brand.")]
    for number, problems in enumerate((told, told[1:], []), 1):
        run(
            "INSERT INTO listings_step (seller_id, plan_id, number, product_key, action, remote_id,"
            " offers, changes, before, state, problems, ended_at, attempts, fence)"
            " VALUES (%s, 900, %s, 'P', 'create', '', 2, '', '', 'refused', %s,"
            " '2026-11-11 10:00+00', 0, 0)",
            seller, number, msgspec.json.encode(problems) if problems else b"",
        )  # fmt: skip
    code = make_ask("rule").code

    add(code, "refused")

    found = figure(code, 1).value
    assert found.total == {"listings": Decimal(3), "offers": Decimal(6)}
    assert {name: sums["listings"] for name, sums in found.groups.items()} == {
        "": Decimal(1), "brand": Decimal(1), "photo": Decimal(1),
    }  # fmt: skip


def test_what_takes_too_long_is_stopped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Query("slow", 1, "", "", "SELECT 1 AS seller_id, pg_sleep(5)::text AS waited", (), ())
    monkeypatch.setattr(reading, "SECONDS", 0.1)

    with pytest.raises(TooHeavyError, match="Choose a shorter window"):
        reading.read(slow, {"since": "2026-11-11", "until": "2026-11-12"}, now())
    assert rows("SHOW statement_timeout") != [("100ms",)]


def test_expected_and_told_payouts_leave_what_nobody_explains() -> None:
    make_sellers([100, 200])
    run("UPDATE orders_order SET fees = 10")
    run("UPDATE orders_consignment SET payout = amount - 10")
    code = make_ask("complaint").code
    add(code, "unexplained")
    run("UPDATE orders_consignment SET payout = 150 WHERE amount = 200")

    add(code, "unexplained")

    assert figure(code, 1).value.total == {}
    assert figure(code, 2).value.total == {"RUB": Decimal("40.00"), "orders": Decimal(1)}
    assert verdicts(code) == {"1": Verdict.CHANGED, "2": Verdict.SAME}
