"""Complaints: joined by consent alone, each seller sees its own part and nothing else."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.db.asks.making import WINDOW, make_ask, make_sellers
from tests.db.orders.making import rows, run

from torgpred.accounts import services as accounts
from torgpred.asks.core.errors import ConsentError, NoComplaintError, NoMoneyError, UnfitAskError
from torgpred.asks.core.states import JoiningState
from torgpred.asks.selectors import asks, cases_of, joinings, whole
from torgpred.asks.selectors.checking import verify
from torgpred.asks.selectors.dossier import dossier
from torgpred.asks.services import cases
from torgpred.runtime.scope import operator_scope, scope

pytestmark = pytest.mark.django_db

PRICES = (100, 110, 120, 130, 140, 150)


def make_case(prices: tuple[int, ...] = PRICES) -> tuple[str, list[int]]:
    """Make a complaint that sellers S-1 ... were asked to join, each with its member."""
    sellers = make_sellers(prices)
    for number, seller in enumerate(sellers, 1):
        accounts.add_member(
            tenant_id=seller, email=f"m{number}@example.org", name="M", role="staff"
        )
    code = make_ask("complaint").code
    cases.invite_sellers(
        code=code,
        sellers=[f"S-{number}" for number in range(1, len(prices) + 1)],
        query="sold",
        params=WINDOW,
        asked_by="boss",
    )
    return code, sellers


def join(code: str, sellers: list[int], *numbers: int) -> None:
    for number in numbers:
        cases.decide(
            seller_id=sellers[number - 1], code=code, wanted="joined",
            email=f"m{number}@example.org",
        )  # fmt: skip


def test_each_seller_has_its_own_effect_and_only_joined_ones_are_pooled() -> None:
    code, sellers = make_case()

    assert [one.value.total["RUB"] for one in joinings(code)] == list(map(Decimal, PRICES))
    with pytest.raises(UnfitAskError, match="no seller joined"):
        cases.pool(code=code, made_by="boss")
    join(code, sellers, 1, 2, 3, 4, 5)
    cases.decide(seller_id=sellers[5], code=code, wanted="declined", email="m6@example.org")
    cases.decide(seller_id=sellers[0], code=code, wanted="left", email="m1@example.org")
    join(code, sellers, 1)

    made = cases.pool(code=code, made_by="boss")

    assert made.value.total["RUB"] == Decimal(sum(PRICES[:5]))
    assert made.params["sellers"] == ["S-1", "S-2", "S-3", "S-4", "S-5"]
    assert verify(code).well
    told = dossier(code)
    assert (told.joined, told.parts) == (5, ())
    assert told.figures[0].total["RUB"] == Decimal(sum(PRICES[:5]))
    assert told.figures[0].by_seller == {}
    assert len(dossier(code, inside=True).parts) == 6


def test_a_changed_row_of_one_seller_is_named_by_its_code() -> None:
    code, sellers = make_case()
    join(code, sellers, 1, 2, 3, 4, 5)
    cases.pool(code=code, made_by="boss")

    run("UPDATE orders_line SET amount = amount - 1 WHERE seller_id = %s", sellers[2])

    assert [one.name for one in verify(code).figures if one.verdict != "same"] == ["1", "S-3"]


def test_a_seller_sees_its_own_part_and_no_other_row_of_the_area() -> None:
    code, sellers = make_case()
    join(code, sellers, 1, 2)
    cases.pool(code=code, made_by="boss")

    (mine,) = cases_of(sellers[0])
    assert (mine.ask, mine.value.total["RUB"]) == (code, Decimal(100))
    tables = rows("SELECT relname FROM pg_class WHERE relname LIKE 'asks\\_%%' AND relkind = 'r'")
    assert len(tables) >= 13
    for (table,) in tables:
        seen = rows(f"SELECT * FROM {table}", seller=sellers[0])
        assert len(seen) == (1 if table == "asks_joining" else 0), table
    with connection.cursor() as cursor:
        for (table,) in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), "no scope, no rows"
    other = rows("SELECT seller_id FROM asks_joining", seller=sellers[1])
    assert other == [(sellers[1],)]


@pytest.mark.parametrize(
    "statement",
    [
        # The operator may not consent for a seller, nor take it along unasked.
        "UPDATE asks_joining SET state = 'joined', member_id = 1",
        "UPDATE asks_joining SET state = 'declined'",
        "DELETE FROM asks_joining",
    ],
)
def test_no_sql_of_the_operator_consents_for_a_seller(statement: str) -> None:
    make_case()

    with pytest.raises(DatabaseError), transaction.atomic(), operator_scope():
        run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE asks_joining SET value = \'{"total": {"RUB": "1000000"}}\'',
        "UPDATE asks_joining SET title = 'x'",
        "UPDATE asks_joining SET state = 'joined'",
        "UPDATE asks_joining SET state = 'joined', member_id = 0",
        "DELETE FROM asks_joining",
    ],
)
def test_a_seller_changes_nothing_but_its_decision(statement: str) -> None:
    _, sellers = make_case()

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        scope(sellers[0]),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_consent_is_by_a_member_of_the_seller_that_may_act() -> None:
    code, sellers = make_case()
    accounts.add_member(tenant_id=sellers[0], email="r@example.org", name="R", role="reader")
    operator = accounts.ensure_operator()
    accounts.add_member(tenant_id=operator.id, email="boss@example.org", name="B", role="manager")

    for email in ("r@example.org", "boss@example.org", "m2@example.org", ""):
        with pytest.raises(ConsentError):
            cases.decide(seller_id=sellers[0], code=code, wanted="joined", email=email)
    assert cases_of(sellers[0])[0].state is JoiningState.ASKED


def test_asked_again_with_newer_figures_a_seller_decides_again() -> None:
    code, sellers = make_case()
    join(code, sellers, 1)

    cases.invite_sellers(
        code=code, sellers=["S-1"], query="cancelled", params=WINDOW, asked_by="boss"
    )

    (mine,) = cases_of(sellers[0])
    assert (mine.state, mine.query, mine.decided_by) == (JoiningState.ASKED, "cancelled", "")
    assert whole(code).card.effect_query == "cancelled"


@pytest.mark.parametrize(
    ("kind", "query", "error"),
    [("slot", "sold", NoComplaintError), ("complaint", "refused", NoMoneyError)],
)
def test_only_a_complaint_is_joined_and_by_money(
    kind: str, query: str, error: type[Exception]
) -> None:
    make_sellers([1])
    invite: Callable[..., Any] = cases.invite_sellers

    with pytest.raises(error):
        invite(
            code=make_ask(kind).code, sellers=["S-1"], query=query, params=WINDOW, asked_by="boss"
        )
    assert asks()
