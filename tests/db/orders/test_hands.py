"""Hands that take batches in side by side: what each came to is told in the order given."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse, put, rows
from tests.db.orders.waiting import who_waits_for

from torgpred.orders.services.accepting import Accepted
from torgpred.orders.services.intake import Intake
from torgpred.orders.services.staging import Staged
from torgpred.runtime.database import address, connect
from torgpred.runtime.database.address import Role

pytestmark = pytest.mark.django_db(transaction=True)

IN_TIME = 20.0


class Telling:
    """Two batches of one order each, the first of which waits for its goods; what was told."""

    def __init__(self, seller: int) -> None:
        warehouse = make_warehouse(seller)
        for sku in ("FIRST", "SECOND"):
            put(seller, warehouse, sku, 5)
        self._shop = Shop(seller)
        self.told: list[int] = []

    def give(self, intake: Intake) -> None:
        """Give both, and wait until the second is in."""
        for number, sku in enumerate(("FIRST", "SECOND"), 1):
            staged = Staged()
            staged.add(self._shop.id, self._shop.whose, [make_order(number, make_line(sku))])
            intake.give(staged, partial(self._tell, number))
        deadline = time.monotonic() + IN_TIME
        while "O-2" not in _in():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _tell(self, number: int, _accepted: Accepted) -> None:
        self.told.append(number)


def test_a_batch_that_waits_holds_up_what_is_told_but_not_what_is_taken(seller_a: int) -> None:
    telling = Telling(seller_a)
    with Intake(2) as intake, _held("FIRST"):
        telling.give(intake)
        assert _in() == {"O-2"}
        assert telling.told == []
    assert telling.told == [1, 2]
    assert _in() == {"O-1", "O-2"}


def test_nothing_is_told_after_a_batch_that_failed(seller_a: int) -> None:
    telling = Telling(seller_a)
    with pytest.raises(psycopg.OperationalError, match="canceling statement"):
        _give_and_cancel(telling)
    assert telling.told == []
    assert _in() == {"O-2"}


def _give_and_cancel(telling: Telling) -> None:
    with Intake(2) as intake, _held("FIRST") as holder:
        telling.give(intake)
        _cancel_what_waits_for(holder)


@contextmanager
def _held(sku: str) -> Iterator[psycopg.Connection[Any]]:
    """Hold a level as another transaction would."""
    with _connected() as other, other.transaction():
        other.execute("SELECT id FROM stock_level WHERE sku = %s FOR UPDATE", [sku])
        yield other


def _cancel_what_waits_for(holder: psycopg.Connection[Any]) -> None:
    waiting = who_waits_for(holder.info.backend_pid)
    with _connected("admin") as other:
        cancelled = other.execute("SELECT pg_cancel_backend(%s)", [waiting])
        assert cancelled.fetchall() == [(True,)]


def _connected(role: Role = "owner") -> psycopg.Connection[Any]:
    return connect(address(role).at(connection.settings_dict["NAME"]))


def _in() -> set[str]:
    return {row[0] for row in rows("SELECT remote_id FROM orders_order")}
