"""A write with a key is done once, whoever repeats it and whenever its process dies."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connections
from tests.api.asking import Program, make_secret, told

from torgpred.accounts import selectors as accounts
from torgpred.accounts.models import Write
from torgpred.accounts.services import writes
from torgpred.catalogue import selectors as catalogue
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope
from torgpred.stock import selectors as stock
from torgpred.stock.services import moving

pytestmark = pytest.mark.django_db(transaction=True)

MOVE = "/sellers/S-A/stock/move"
FIVE = {"pieces": {"A": 5}}
TABLE = "Артикул;Наименование;Цена, руб.\nSKU-1;Лампа;100\n".encode()


def lies(seller: int) -> int:
    return sum(one.on_hand for one in stock.levels(seller, skus=["A"]))


def together(times: int, do: Callable[[], Any]) -> list[Any]:
    def once(_: int) -> Any:  # noqa: ANN401
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


def held_up(monkeypatch: pytest.MonkeyPatch, until: Callable[[], object]) -> None:
    """Let each move wait for something before it is done."""
    quick = moving.move

    def slow(**given: Any) -> Any:  # noqa: ANN401
        until()
        return quick(**given)

    monkeypatch.setattr(moving, "move", slow)


def test_a_repeated_write_is_answered_alike_and_done_once(seller: int, program: Program) -> None:
    first = program.post(MOVE, FIVE, key="k")
    again = program.post(MOVE, FIVE, key="k")

    assert first.status_code == again.status_code == 200, first.content
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first.headers
    assert again["Idempotency-Replayed"] == "true"
    assert lies(seller) == 5


def test_another_key_is_another_write(seller: int, program: Program) -> None:
    program.post(MOVE, FIVE)
    program.post(MOVE, FIVE)

    assert lies(seller) == 10


def test_a_key_with_another_body_is_a_conflict(seller: int, program: Program) -> None:
    program.post(MOVE, FIVE, key="k")
    other = program.post(MOVE, {"pieces": {"A": 6}}, key="k")

    assert other.status_code == 409
    assert told(other)["code"] == "api.key_reused"
    assert other["Content-Type"] == "application/problem+json"
    assert lies(seller) == 5


def test_keys_of_two_tokens_do_not_meet(seller: int, program: Program) -> None:
    program.post(MOVE, FIVE, key="k")
    Program(make_secret(seller)).post(MOVE, FIVE, key="k")

    assert lies(seller) == 10


@pytest.mark.parametrize("key", [" ", "a" * 201, "a\tb"])
def test_a_write_without_a_proper_key_is_not_done(seller: int, program: Program, key: str) -> None:
    answer = program.post(MOVE, FIVE, key=key)

    assert answer.status_code == 400
    assert told(answer)["code"] == "api.no_key"
    assert lies(seller) == 0


def test_one_of_many_at_once_is_done(
    seller: int, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = threading.Semaphore(0)
    held_up(monkeypatch, lambda: [refused.acquire(timeout=120) for _ in range(5)])

    def post() -> Any:  # noqa: ANN401
        answer = Program(program.secret).post(MOVE, FIVE, key="k")
        refused.release()
        return answer

    answers = together(6, post)

    assert lies(seller) == 5
    codes = sorted(one.status_code for one in answers)
    assert codes == [200, 409, 409, 409, 409, 409]
    waiting = next(one for one in answers if one.status_code == 409)
    assert told(waiting)["code"] == "api.under_way"
    assert waiting["Retry-After"] == "1"
    assert program.post(MOVE, FIVE, key="k")["Idempotency-Replayed"] == "true"


def test_the_race_is_real_without_the_lock(
    seller: int, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def unguarded(_: object) -> Iterator[bool]:
        yield True

    program.post(MOVE, FIVE)  # makes the warehouse, which one writer would wait for another to do
    held_up(monkeypatch, threading.Barrier(4, timeout=120).wait)
    monkeypatch.setattr(writes, "_alone", unguarded)

    together(4, lambda: Program(program.secret).post(MOVE, FIVE, key="k"))

    assert lies(seller) > 10


def test_a_write_that_dies_before_its_answer_is_kept_was_not_done(
    seller: int, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(writes, "_keep", die)
        assert program.post(MOVE, FIVE, key="k").status_code == 500
    assert lies(seller) == 0

    assert program.post(MOVE, FIVE, key="k").status_code == 200
    assert lies(seller) == 5


def test_an_error_is_no_answer_so_the_same_write_may_try_again(
    seller: int, program: Program
) -> None:
    less = {"pieces": {"A": -5}}
    refused = program.post(MOVE, less, key="k")
    assert (refused.status_code, told(refused)["code"]) == (409, "stock.too_few")

    program.post(MOVE, {"pieces": {"A": 9}})

    assert program.post(MOVE, less, key="k").status_code == 200
    assert lies(seller) == 4


def test_a_key_is_forgotten_after_its_day(seller: int, program: Program) -> None:
    program.post(MOVE, FIVE, key="k")
    with operator_scope():
        Write.objects.update(at=now() - timedelta(hours=25))

    assert program.post(MOVE, {"pieces": {"A": 1}}, key="k").status_code == 200
    assert lies(seller) == 6


def test_old_writes_are_deleted(seller: int, program: Program) -> None:
    program.post(MOVE, FIVE)
    with operator_scope():
        Write.objects.update(at=now() - timedelta(hours=25))
    program.post(MOVE, FIVE)

    assert writes.forget_old_writes() is False

    with operator_scope():
        assert Write.objects.count() == 1


def test_a_file_is_told_from_another_by_what_it_holds(seller: int, program: Program) -> None:
    path = "/sellers/S-A/feeds/catalogue/intakes"

    def send(content: bytes, key: str) -> Any:  # noqa: ANN401
        file = BytesIO(content)
        file.name = "goods.csv"
        return program.send(path, {"file": file}, key=key)

    first = send(TABLE, "k")
    again = send(TABLE, "k")
    other = send(TABLE + b"SKU-2;x;1\n", "k")

    assert first.status_code == 201, first.content
    assert told(first)["intake"]["outcome"] == "taken"
    assert again.content == first.content
    assert other.status_code == 409
    assert len(catalogue.intakes(seller)) == 1


def test_a_write_stands_on_the_sellers_record(seller: int, program: Program) -> None:
    program.post(MOVE, FIVE)
    program.post(MOVE, {"pieces": {"A": -100}})

    (deed,) = accounts.deeds(tenant_id=seller)
    assert (deed.what, deed.about, deed.on_behalf) == ("api.move_stock", "move stock", False)
    assert deed.email == "token test of test"
