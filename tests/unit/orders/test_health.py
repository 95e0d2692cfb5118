"""What health says of shops and lanes, and when it keeps quiet."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from torgpred.channels.core.tokens import ends_at
from torgpred.orders.core.health import LaneHealth, RateState, ShopHealth, troubles

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def make_shop(**overrides: Any) -> ShopHealth:  # noqa: ANN401 - any field
    """Return a shop with which all is well."""
    given: dict[str, Any] = {
        "shop_id": 1, "family": "f", "name": "n", "owner": "A", "state": "active", "rates": (),
        "token_since": NOON - timedelta(days=9), "token_ends": None, "tested_at": NOON,
        "test_ok": True, "test_message": "", "orders_at": NOON, "orders_trouble": "", "unread": 0,
        "messages_at": NOON, "messages_trouble": "", "untold": 0, "untold_since": None,
        "stock_person": False, "stock_reason": "", "calls_hour": 100, "failed_hour": 0,
        "failed_day": 0,
    }  # fmt: skip
    return ShopHealth(**(given | overrides))


def codes(*shops: ShopHealth, lanes: tuple[LaneHealth, ...] = ()) -> list[str]:
    return [one.code.removeprefix("health.") for one in troubles(shops, lanes, NOON)]


def test_a_shop_that_is_well_says_nothing() -> None:
    assert codes(make_shop(), make_shop(token_ends=NOON + timedelta(days=15))) == []


def test_each_trouble_is_told() -> None:
    late = NOON - timedelta(minutes=30)
    rate = RateState("token", 10, 1.0, 1, 0, 0, 30.0)
    table: dict[str, dict[str, Any]] = {
        "test": {"test_ok": False},
        "token_ended": {"token_ends": NOON},
        "token_ending": {"token_ends": NOON + timedelta(days=3)},
        "held": {"rates": (rate,)},
        "stock_stops": {"stock_person": True},
        "stock_late": {"untold": 3, "untold_since": late},
        "orders": {"orders_trouble": "x"},
        "orders_late": {"orders_at": late},
        "unread": {"unread": 1},
        "messages": {"messages_trouble": "x"},
        "failing": {"failed_hour": 10},
    }

    assert {name: codes(make_shop(**given)) for name, given in table.items()} == {
        name: [name] for name in table
    }


def test_stock_that_waits_longer_than_a_call_takes_is_not_in_order() -> None:
    def waiting(minutes: int) -> ShopHealth:
        return make_shop(untold=4, untold_since=NOON - timedelta(minutes=minutes))

    assert codes(waiting(1)) == []
    assert codes(waiting(5)) == ["stock_late"]


def test_a_token_put_in_after_the_test_is_not_blamed_for_it() -> None:
    assert codes(make_shop(test_ok=False, token_since=NOON + timedelta(minutes=1))) == []


def test_a_paused_shop_and_few_failures_are_no_trouble() -> None:
    assert codes(make_shop(state="paused", unread=9), make_shop(failed_hour=4)) == []


def test_lanes_that_wait_or_are_served_by_nobody_come_first() -> None:
    waits = LaneHealth("stock", 3, 200.0, 0, None)
    silent = LaneHealth("orders", 0, 0.0, 0, 1_000.0)

    assert codes(make_shop(messages_trouble="x"), lanes=(waits, silent)) == [
        "lane", "no_worker", "messages",
    ]  # fmt: skip


def test_a_token_tells_its_end_only_where_it_says_so() -> None:
    def token(claims: bytes) -> str:
        return "h." + base64.urlsafe_b64encode(claims).decode().rstrip("=") + ".s"

    assert ends_at(token(b'{"exp": 1795694400}')) == datetime.fromtimestamp(1795694400, UTC)
    assert [ends_at(one) for one in (token(b"{}"), token(b"[]"), "a.b.c", "secret", "")] == [
        None
    ] * 5
