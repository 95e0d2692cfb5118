"""The commands of messages, against the database that the tests have and a running twin."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.db.listings.world import World, make_boots
from tests.db.orders.chatting import standing, write
from tests.db.orders.making import run as execute
from typer import Typer
from typer.testing import CliRunner, Result

from torgpred.cli import forgetting, messages
from torgpred.orders.core.templates import UnknownPlaceholderError
from torgpred.orders.services import exchanging
from torgpred.orders.services.answering import UnknownDialogueError
from torgpred.orders.services.erasing import OpenOrderError
from torgpred.orders.services.pulling import pull
from torgpred.runtime import database, observability

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(database, "ensure", lambda: None)
    monkeypatch.setattr(observability, "configure", lambda *_: None)
    monkeypatch.setattr(exchanging, "AFTER_TROUBLE", timedelta(0))
    monkeypatch.setattr(messages.console, "_width", 200)
    app = Typer()
    for module in (messages, forgetting):
        module.register(app)

    def call(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, words, input=stdin, catch_exceptions=False)

    return call


def told(run: Run, *words: str) -> Any:  # noqa: ANN401 - JSON
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])  # logs go before it, unconfigured


def asked(world: World, text: str) -> str:
    """Let a buyer buy and write about it; return the order's number."""
    world.feed(make_boots("B-0", quantity=10))
    world.carry_out()
    remote = world.standing()["B-0"]["sku"][0]["sku_id"]
    order = world.twin.control("POST", "orders", {"lines": [{"sku_id": remote, "quantity": 1}]})
    pull(shop_id=world.shop)
    write(world, text, order["id"])
    return str(order["id"])


def test_a_buyer_is_read_and_answered(world: World, run: Run) -> None:
    assert "torgpred messages pull" in run("messages", "list", "W-1").stdout
    assert "torgpred messages pull" in run("messages", "state").stdout
    order = asked(world, "Когда? [bold]\x1b[31mсрочно")
    assert [one["new"] for one in told(run, "messages", "pull", "W-1")] == [1]
    [one] = told(run, "messages", "list", "W-1")
    assert (one["order"], one["late"], one["unsent"]) == (order, False, 0)
    shown = run("messages", "list", "W-1").stdout
    assert "[bold] [31mсрочно" in shown
    assert "\x1b[31m" not in shown + run("messages", "show", "W-1", str(one["id"])).stdout

    sent = told(
        run, "messages", "answer", "W-1", str(one["id"]), "--template", "accepted",
        "--language", "en",
    )  # fmt: skip
    assert (sent["state"], order in sent["text"]) == ("there", True)
    assert standing(world)[-1] == (False, sent["text"])
    assert told(run, "messages", "list", "W-1") == []
    assert [card["id"] for card in told(run, "messages", "list", "W-1", "--all")] == [one["id"]]
    assert [
        card["from_buyer"] for card in told(run, "messages", "show", "W-1", str(one["id"]))
    ] == [
        True,
        False,
    ]
    assert told(run, "messages", "read", "W-1", str(one["id"]))["marked"] == 1
    assert told(run, "messages", "state")[0]["trouble"] == ""
    assert run("messages", "pull").exit_code == 0


def test_an_answer_while_the_marketplace_is_away_is_sent_later(world: World, run: Run) -> None:
    asked(world, "Когда?")
    told(run, "messages", "pull")
    [one] = told(run, "messages", "list", "W-1")
    world.fault("server_error", operations=["chat.list", "chat.send"])
    said = run("messages", "answer", "W-1", str(one["id"]), "Завтра")
    assert (said.exit_code, "Written down" in said.stdout) == (0, True)
    world.twin.control("DELETE", "faults")
    assert [card["sent"] for card in told(run, "messages", "pull")] == [1]
    assert standing(world)[1:] == [(False, "Завтра")]


def test_a_refusal_is_told_with_an_exit_code(world: World, run: Run) -> None:
    asked(world, "Когда?")
    told(run, "messages", "pull")
    [one] = told(run, "messages", "list", "W-1")
    world.fault("unknown_error", operations=["chat.send"], message="Плохое слово")
    said = run("messages", "answer", "W-1", str(one["id"]), "Завтра")
    assert (said.exit_code, "Плохое слово" in said.stdout) == (1, True)
    assert "Плохое слово" in run("messages", "list", "W-1").stdout


def test_wrong_words_are_told(world: World, run: Run) -> None:
    assert run("messages", "answer", "W-1", "1").exit_code == 2
    assert run("messages", "answer", "W-1", "1", "x", "--template", "y").exit_code == 2
    with pytest.raises(UnknownDialogueError):
        run("messages", "answer", "W-1", "1", "x")
    assert "torgpred messages list W-1 --all" in run("messages", "show", "W-1", "7").stdout


def test_own_templates_are_kept(world: World, run: Run) -> None:
    built_in = told(run, "messages", "templates", "list", "W-1")
    assert {one["language"] for one in built_in} == {"ru", "en", "zh"}
    told(run, "messages", "templates", "set", "W-1", "hello", "Здравствуйте, {name}")
    own = [one for one in told(run, "messages", "templates", "list", "W-1", "--language", "ru")
           if not one["built_in"]]  # fmt: skip
    assert [(one["name"], one["text"]) for one in own] == [("hello", "Здравствуйте, {name}")]
    assert "own" in run("messages", "templates", "list", "W-1").stdout
    with pytest.raises(UnknownPlaceholderError, match="buyer"):
        run("messages", "templates", "set", "W-1", "hello", "{buyer}")
    assert told(run, "messages", "templates", "remove", "W-1", "hello")["removed"]
    assert not told(run, "messages", "templates", "remove", "W-1", "hello")["removed"]


def test_a_buyer_is_forgotten(world: World, run: Run) -> None:
    order = asked(world, "Сотрите меня")
    told(run, "messages", "pull")
    with pytest.raises(OpenOrderError):
        run("forget", order, "--yes")
    execute("UPDATE orders_consignment SET phase = 'shipped'")
    assert run("forget", order, stdin="n\n").exit_code == 1
    assert len(told(run, "messages", "list", "W-1")) == 1
    erased = told(run, "forget", order, "--seller", "W-1", "--yes")
    assert (erased["buyers"], erased["messages"]) == (1, 1)
    assert told(run, "messages", "list", "W-1") == []
