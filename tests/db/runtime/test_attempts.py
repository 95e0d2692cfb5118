"""A lost database costs a thread its turn, and never its place: it is free for the next one."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import close_old_connections, connection

from torgpred.listings.services.desk import Desk as StockDesk
from torgpred.orders.services.desk import Desk as OrdersDesk
from torgpred.runtime import jobs
from torgpred.runtime.backend.base import DatabaseWrapper
from torgpred.runtime.jobs import attempts


@pytest.fixture
def broken_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the database be lost, once, when a connection is looked at."""

    def lose() -> None:
        losses: Iterator[bool] = iter([True])

        def look() -> None:
            if next(losses, False):
                raise psycopg.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(attempts, "close_old_connections", look)

    return lose


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_not_made_anew_only_to_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.ensure_connection()
    connection.connection.close()
    asked = []
    with monkeypatch.context() as patch:
        patch.setattr(DatabaseWrapper, "connect", lambda _: asked.append(1))
        close_old_connections()
        assert connection.connection is None
        assert asked == []


def test_work_that_lost_the_database_is_to_be_done_again() -> None:
    def lost() -> bool:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    assert jobs.attempt(lost, "it failed")
    assert jobs.attempt(lambda: True, "it failed")
    assert not jobs.attempt(lambda: False, "it failed")


def test_work_that_fails_is_told_with_what_it_was_about(capsys: pytest.CaptureFixture[str]) -> None:
    def wrong() -> bool:
        raise ValueError("seven")

    assert not jobs.attempt(wrong, "it failed", shop=7)
    told = "".join(capsys.readouterr())
    assert "it failed" in told
    assert "shop=7" in told
    assert "seven" in told


@pytest.mark.parametrize("loses", [1, 2])
def test_a_connection_that_is_lost_when_it_is_looked_at_raises_nothing(
    loses: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def look() -> None:
        looks.append(1)
        if len(looks) == loses:
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(attempts, "close_old_connections", look)
    assert jobs.attempt(lambda: False, "it failed")


def test_a_shop_is_told_its_stock_after_the_database_was_lost(
    broken_once: Callable[[], None],
) -> None:
    told: list[int] = []
    asked: list[int] = []

    def send(shop_id: int) -> bool:
        told.append(shop_id)
        return False

    def ask(shop_id: int) -> None:
        asked.append(shop_id)

    desk = StockDesk(send=send, ask=ask)
    for role in (desk.tell, desk.follow):
        for _ in range(3):
            broken_once()
            role(7)
            assert desk.wait(10)
    told.clear()
    asked.clear()
    desk.tell(7)
    desk.follow(7)
    assert desk.wait(10)
    assert told[0] == asked[0] == 7


def test_a_shop_is_pulled_after_the_database_was_lost(broken_once: Callable[[], None]) -> None:
    pulled: list[int] = []

    def pull(shop_id: int) -> bool:
        pulled.append(shop_id)
        return False

    desk = OrdersDesk(pull)
    broken_once()
    desk.begin(7)
    assert desk.wait(20)
    pulled.clear()
    desk.begin(7)
    assert desk.wait(20)
    assert pulled == [7]
