"""An export clerk's commands, at a running twin: everything by the marketplace's numbers."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.db.orders.making import levels, rows
from tests.db.orders.selling import Selling, at_twin, buy, happen
from typer import Typer
from typer.testing import CliRunner

from torgpred.channels.core.orders import Paper
from torgpred.cli import order_words
from torgpred.cli import orders as order_commands
from torgpred.connectors.aliexpress_ru.shop import Shop
from torgpred.kernel.clock import now
from torgpred.runtime import database, observability

Run = Callable[..., Any]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Typer:
    monkeypatch.setattr(database, "ensure", lambda: None)
    monkeypatch.setattr(observability, "configure", lambda *_: None)
    made = Typer()
    order_commands.register(made)
    return made


@pytest.fixture
def told(app: Typer) -> Run:
    """Run a command with --json; return what it printed."""

    def call(*words: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
        result = CliRunner().invoke(app, ["orders", *words, "--json"], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return call


@pytest.fixture
def said(app: Typer, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command for a person; return the words."""
    monkeypatch.setattr(order_words.console, "_width", 240)

    def call(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["orders", *words], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return " ".join(result.output.split())

    return call


def test_many_orders_go_by_courier_in_one_call(selling: Selling, told: Run, said: Run) -> None:
    first, second = buy(selling), buy(selling)
    sent = told(
        "ship", "W-1", f"{first}=T-1", f"{second}=T-2", "77=T-3", "--carrier", "Курьер", code=1
    )
    assert [(one["state"], bool(one["problem"])) for one in sent] == [
        ("sent", False),
        ("sent", False),
        ("", True),
    ]
    words = said("ship", "W-1", first, "--track", "T-9", "--carrier", "Курьер", code=1)
    assert "T-1 of Курьер: that tracking stands" in words
    assert "ready for pickup" in said("pickup", "W-1", first, second)
    assert [one["state"] for one in told("deliver", "W-1", first)] == ["delivered"]
    assert at_twin(selling, second)["delivery_status"] == "ReadyForPickup"
    shown = told("show", "W-1", first)
    assert (shown["state"]["track_number"], shown["state"]["step"]) == ("T-1", "delivered")
    assert "Курьер, T-2 ready_for_pickup" in said("show", "W-1", second)
    said("ship", "W-1", first, "--carrier", "Курьер", code=2)


def test_parcels_labels_lists_and_the_transfer(
    selling: Selling, told: Run, said: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = buy(selling), buy(selling, ("B-1", 1))
    assert "Make some: torgpred orders parcels make" in said("parcels", "show", "W-1")
    assert "Make one: torgpred orders handover make" in said("handover", "show", "W-1")
    said("parcels", "make", "W-1", first, "--size", "30x20", code=2)
    said("parcels", "make", "W-1", first, "--weight", "nan", code=2)
    made = told("parcels", "make", "W-1", first, second, "--size", "30х20х12", "--weight", "1,5")
    assert [one["state"] for one in made] == ["made", "made"]
    (label,) = told("parcels", "labels", "W-1", first, second)
    assert httpx.get(label["address"], trust_env=False).content.startswith(b"%PDF")
    with monkeypatch.context() as bytes_instead:
        bytes_instead.setattr(Shop, "parcel_labels", lambda *_: Paper(body=b"%PDF-x"))
        said("parcels", "labels", "W-1", first, code=2)
        (label,) = told("parcels", "labels", "W-1", first, "--out", str(tmp_path / "l.pdf"))
        assert Path(label["file"]).read_bytes() == b"%PDF-x"
    (made_list,) = told("handover", "make", "W-1", first, "--day", f"{now():%Y-%m-%d}")
    number = made_list["list"]
    assert len(told("handover", "add", "W-1", number, second)[0]["parcels"]) == 2
    assert len(told("handover", "remove", "W-1", number, first)[0]["parcels"]) == 1
    (paper,) = told("handover", "paper", "W-1", number)
    assert httpx.get(paper["address"], trust_env=False).content.startswith(b"%PDF")
    assert "1 pieces left the stock" in said("handover", "transfer", "W-1", number)
    (listed,) = told("handover", "show", "W-1")
    assert (listed["state"], listed["parcels"]) == ("handed_over", 1)
    assert levels(selling.seller)["M", "B-1"] == (9, 0)
    assert [one["state"] for one in told("parcels", "delete", "W-1", first)] == ["deleted"]
    assert "handed over" in said("parcels", "delete", "W-1", second, code=1)
    (gone,) = told("parcels", "show", "W-1", first)
    assert (gone["state"], gone["items"]) == ("deleted", "2 x B-0")
    assert second in said("parcels", "show", "W-1", second)
    assert number in said("handover", "show", "W-1")


def test_the_watch_list_shortages_and_their_remedies(
    selling: Selling, told: Run, said: Run
) -> None:
    for _ in range(4):
        buy(selling, ("B-0", 3), oversell=True)
    (short,) = told("shortages", "W-1")
    assert (short["pieces"], short["remedies"]["other"]) == (2, "no other warehouse has any")
    number, order = str(short["shortage"]), short["order"]
    assert "no warehouse" in said("remedy", "W-1", number, "other").lower()
    watched = {one["order"]: one["block"] for one in told("watch", "--hours", "999")}
    assert sorted(watched.values()) == ["not packed"] * 3 + ["short"]
    assert watched[order] == "short"
    assert "torgpred orders shortages" in said("watch", "W-1", "--hours", "999")
    assert "It waits" in said("remedy", "W-1", number, "wait")
    assert order in said("shortages", "W-1")
    watched = {one["order"]: one["block"] for one in told("watch", "--hours", "999")}
    assert watched[order] == "waiting"
    assert f"Open order {order}" in told("remedy", "W-1", number, "cancel")["text"]
    assert {one["block"] for one in told("watch", "W-1", "--hours", "999")} == {
        "not packed",
        "cancel",
    }
    happen(selling, order, "cancel")
    assert "Nothing is short" in said("shortages", "W-1")
    assert "Nothing has to leave" in said("watch", "W-1", "--hours", "0")


def test_cancelled_returned_rerouted(selling: Selling, told: Run, said: Run) -> None:
    order, held = buy(selling), buy(selling, ("B-1", 1))
    assert "nothing had to move" in said("reroute", "W-1", order)
    assert "M" in told("reroute", "W-1", order, "--warehouse", "M")[0]["state"]
    asked = told("cancel", "W-1", order, "--reason", "broken")
    assert (asked["awaits"], len(asked["steps"])) == (True, 2)
    assert "1. This marketplace takes no cancellation by a call." in said("cancel", "W-1", order)
    assert "cancellation is awaited" in said("show", "W-1", order)
    assert "goes on" in said("cancel", "W-1", order, "--withdraw")
    happen(selling, held, "ask_cancel")
    assert "the buyer asks to cancel it (InCancel)" in said("show", "W-1", held)
    assert "InCancel" in said("list", "W-1")
    assert "Nothing is expected back" in said("returns", "W-1")
    told("ship", "W-1", order, "--track", "T", "--carrier", "C")
    happen(selling, order, "dispute", reason="LowQuality")
    assert [one["order"] for one in told("list", "W-1", "--disputed")] == [order]
    assert "a dispute is open" in said("returns", "W-1")
    said("return", "W-1", order, "B-0", code=2)
    assert told("return", "W-1", order, "B-0=1", "--condition", "damaged")["pieces"] == 1
    assert "lie in M again" in said("return", "W-1", order, "B-0=1")
    assert levels(selling.seller)["M", "B-0"] == (9, 0)
    assert told("returns", "W-1") == []
    assert rows("SELECT condition FROM orders_return ORDER BY id") == [("damaged",), ("good",)]


def test_one_number_in_two_shops_asks_for_the_shop(
    selling: Selling, told: Run, said: Run, tmp_path: Path
) -> None:
    order = buy(selling)
    rows(
        "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
        " created_at) SELECT tenant_id, family, 'other', address, currency, joint, state, now()"
        " FROM channels_shop RETURNING id"
    )
    rows(
        "INSERT INTO orders_order (tenant_id, shop_id, remote_id, phase, words, placed_at,"
        " changed_at, taken_at, currency, total, country, digest, troubles)"
        " SELECT tenant_id, (SELECT max(id) FROM channels_shop), remote_id, phase, words,"
        " placed_at, changed_at, taken_at, currency, total, country, digest, troubles"
        " FROM orders_order RETURNING id"
    )
    rows(
        "INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase, placed_at,"
        " currency, amount, country, buyer) SELECT seller_id, (SELECT max(id) FROM orders_order),"
        " (SELECT max(id) FROM channels_shop), remote_id, phase, placed_at, currency, amount,"
        " country, buyer FROM orders_consignment RETURNING id"
    )
    assert "--shop" in said("ship", "W-1", order, "--track", "T", "--carrier", "C", code=1)
    assert "--shop" in said("show", "W-1", order, code=2)
    (sent,) = told("ship", "W-1", order, "--track", "T", "--carrier", "C", "--shop", "W-1")
    assert sent["state"] == "sent"
    assert told("show", "W-1", order, "--shop", "other")["state"]["phase"] == "to_ship"


def test_watch_covers_two_days_by_itself(selling: Selling, told: Run) -> None:
    order = buy(selling)
    selling.run("UPDATE orders_consignment SET ship_by = %s", now() + timedelta(hours=47))
    (one,) = told("watch", "W-1")
    assert (one["order"], one["urgency"], one["seller"]) == (order, "under 48 h", "W-1")
