"""Orders by token: what is told, personal data apart, remedies, shipping, answers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.api.asking import ALL, Program, make_secret, told
from tests.db.listings.world import World
from tests.db.orders.making import NOON, make_line, make_order

from torgpred.channels.core.orders import OrderPhase
from torgpred.orders.services.accepting import accept
from torgpred.orders.services.staging import Staged, Whose
from torgpred.twins.testing import RunningTwin

OWN = "/sellers/W-1"


@pytest.fixture
def program(world: World) -> Program:
    return Program(make_secret(world.seller))


def sell(world: World, *numbers: int) -> None:
    staged = Staged()
    bought = [make_order(number, make_line("B-1", 1)) for number in numbers]
    staged.add(world.shop, Whose(owner=world.seller), bought)
    accept(staged)


def numbers(items: list[Any]) -> list[str]:
    return [one["order"] for one in items]


def test_an_order_is_told_and_its_buyer_to_few(world: World, program: Program) -> None:
    bare = Program(make_secret(world.seller, *(one for one in ALL if one != "orders:personal")))
    address = f"{OWN}/shops/{world.shop}/orders/O-1"

    whole, less = program.get(address), bare.get(address)

    assert told(whole)["buyer"]["name"] == "Учебный Пётр"
    assert told(whole)["lines"][0] == {
        "sku": "B-1",
        "name": "Валенки",
        "quantity": 2,
        "price": "100.00",
        "amount": "200.00",
        "promised": 2,
        "short": 0,
        "why": "",
        "issue": "",
    }
    assert told(less) == {**told(whole), "buyer": None}
    for path in ("/orders", "/payouts", "/shortages", "/stock/B-1/ledger"):
        assert "Учебный" not in bare.get(OWN + path).content.decode(), path
    assert bare.get(OWN + "/dialogues").status_code == 403


def test_orders_are_searched_by_name_only_where_the_buyer_is_told(
    world: World, program: Program
) -> None:
    bare = Program(make_secret(world.seller, *(one for one in ALL if one != "orders:personal")))

    for text, whole, less in (
        ("O-2", ["O-2"], ["O-2"]),
        ("пётр", ["O-2", "O-1"], []),
        ("?", [], []),
    ):
        assert numbers(told(program.get(f"{OWN}/orders?q={text}"))["items"]) == whole
        assert numbers(told(bare.get(f"{OWN}/orders?q={text}"))["items"]) == less
    first = told(program.get(f"{OWN}/orders?q=пётр&limit=1"))
    rest = told(program.get(f"{OWN}/orders?q=пётр&limit=1&cursor={first['next']}"))
    assert numbers(first["items"] + rest["items"]) == ["O-2", "O-1"]
    assert program.get(f"{OWN}/orders?q=другой&cursor={first['next']}").status_code == 400


def test_orders_keep_their_place_while_others_come(world: World, program: Program) -> None:
    sell(world, *range(10, 16))
    first = told(program.get(f"{OWN}/orders?limit=3"))
    sell(world, 12, 99)  # one that is known, and a newer one
    sell(world, 3)  # an older one that was read late
    rest = told(program.get(f"{OWN}/orders?limit=50&cursor={first['next']}"))

    assert numbers(first["items"] + rest["items"]) == [
        *(f"O-{number}" for number in (15, 14, 13, 12, 11, 10)),
        "O-3",
        "O-2",
        "O-1",
    ]
    assert rest["next"] is None


def test_a_shortage_is_decided(world: World, program: Program) -> None:
    (lack,) = told(program.get(OWN + "/shortages"))["items"]
    address = f"{OWN}/shortages/{lack['shortage']}/remedy"
    assert (lack["order"], lack["sku"], lack["remedy"]) == ("O-2", "B-1", "")

    assert program.post(address, {"remedy": "perhaps"}).status_code == 422
    waits = program.post(address, {"remedy": "wait"})
    assert (waits.status_code, told(waits)) == (200, {"pieces": 0, "todo": ""})
    assert told(program.get(OWN + "/shortages"))["items"][0]["remedy"] == "wait"

    program.post(OWN + "/stock/move", {"pieces": {"B-1": 50}})
    served = told(program.post(address, {"remedy": "other"}))
    assert served["pieces"] == lack["pieces"]
    assert told(program.get(OWN + "/shortages"))["items"] == []
    assert program.post(address, {"remedy": "wait"}).status_code == 404


def test_an_answer_is_written_down_once(world: World, program: Program) -> None:
    (dialogue,) = told(program.get(OWN + "/dialogues"))["items"]
    address = f"{OWN}/dialogues/{dialogue['id']}"

    for _ in range(2):
        made = program.post(address + "/answers", {"text": "Завтра"}, key="k")
        assert made.status_code == 202

    said = [
        (one["from_buyer"], one["text"], one["written_by"])
        for one in told(program.get(address + "/messages"))["items"]
    ]
    assert said == [(True, "Где посылка?", ""), (False, "Завтра", "token test of test")]
    assert program.get(OWN + "/dialogues/99/messages").status_code == 404


def test_what_the_marketplace_must_hear_waits_while_it_does_not_answer(
    world: World, program: Program, twin: RunningTwin, tmp_path: Path
) -> None:
    address = f"{OWN}/shops/{world.shop}/orders/O-1/ship"
    body = {"track_number": "T-1", "carrier": "Почта"}

    answer = program.post(address, body, key="k")

    # The twin knows of no such order: whatever it says is told as a problem, and nothing is kept.
    assert answer.status_code in {409, 503}
    assert told(answer)["code"].startswith("outbound.")
    assert program.post(address, body, key="k").status_code == answer.status_code


def test_what_was_sent_and_came_back_is_stock_again_once(world: World, program: Program) -> None:
    address = f"{OWN}/shops/{world.shop}/orders/O-1"
    back = {"pieces": {"B-1": 1}, "condition": "good"}
    early = program.post(address + "/returns", back)
    assert (early.status_code, told(early)["code"]) == (422, "orders.return_too_large")
    _sent(world)

    before = _lies(program)
    for _ in range(2):
        answer = program.post(address + "/returns", back, key="seen")
        assert (answer.status_code, told(answer)) == (200, {"pieces": 1}), answer.content
    assert _lies(program) == before + 1

    unknown = program.post(address + "/returns", {**back, "pieces": {"X": 1}})
    assert told(unknown)["code"] == "orders.no_such_line"


def test_a_cancellation_is_written_down_and_withdrawn(world: World, program: Program) -> None:
    address = f"{OWN}/shops/{world.shop}/orders/O-2/cancel"

    asked = told(program.post(address, {"reason": "нет товара"}))
    withdrawn = program.post(address + "/withdraw")
    again = program.post(address + "/withdraw")

    assert asked["awaits"] is True
    assert asked["steps"]
    assert withdrawn.status_code == 200
    assert told(again)["code"] == "orders.not_awaited"


def _sent(world: World) -> None:
    """Let the marketplace tell that O-1 was sent."""
    staged = Staged()
    gone = make_order(
        1, make_line("B-1", 2), phase=OrderPhase.SHIPPED, updated_at=NOON + timedelta(hours=1)
    )
    staged.add(world.shop, Whose(owner=world.seller), [gone])
    accept(staged)


def _lies(program: Program) -> int:
    levels = told(program.get(OWN + "/stock?sku=B-1"))["items"]
    return sum(one["on_hand"] for one in levels)
