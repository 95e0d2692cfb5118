"""Walks through a shop's orders while the orders change: none that stood still is missed."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torgpred.channels.core.contract import Connector, Lane, Request, Response
from torgpred.connectors.aliexpress_ru import family
from torgpred.kernel.errors import RefusedError, RetryLaterError

START = datetime(2026, 11, 11, tzinfo=UTC)
AFTER = 10_000.0
"""Seconds after which orders that change during a walk have changed."""


class MovingShop:
    """A marketplace's list of orders: pages by number, and orders change between two calls."""

    def __init__(self, changed: list[float], *, seed: int = 0, moves: int = 0) -> None:
        self.changed = dict(enumerate(changed, start=1))
        self.random = random.Random(seed)
        self.moves = moves
        self.moved: set[int] = set()
        self.calls: list[dict[str, object]] = []
        self.stable = True
        self.counted = True
        self.inclusive_end = True
        self.page_most = 100
        self.repeated = 0

    def send(self, request: Request) -> Response:
        assert request.lane is Lane.ORDERS
        asked = json.loads(request.body)
        self.calls.append(asked)
        first, end = (self._offset(asked[f"update_at_{side}"]) for side in ("from", "to"))
        limit = end + 0.999999 if self.inclusive_end else end
        found = [one for one, at in self.changed.items() if first <= at <= limit]
        if not self.stable:
            self.random.shuffle(found)
        size = min(asked["page_size"], self.page_most)
        shown = found[(asked["page"] - 1) * size : asked["page"] * size]
        shown += self.random.choices(sorted(self.changed), k=self.repeated) if found else []
        orders = [_order(one, self.changed[one]) for one in shown]
        data = {"orders": orders} | ({"total_count": len(found)} if self.counted else {})
        for _ in range(self.moves):
            one = self.random.choice(sorted(self.changed))
            self.changed[one] = AFTER + len(self.moved)
            self.moved.add(one)
        return Response(200, {}, json.dumps({"data": data, "error": None}).encode())

    @staticmethod
    def _offset(text: object) -> float:
        return (datetime.fromisoformat(str(text)) - START).total_seconds()


def _order(number: int, offset: float) -> dict[str, object]:
    line = {"id": 1, "item_price": 5, "quantity": 1, "total_amount": 5, "sku_code": "A"}
    changed = START + timedelta(seconds=offset)
    return {
        "id": number,
        "created_at": START.isoformat(),
        "updated_at": changed.isoformat(),
        "total_amount": 5,
        "order_lines": [line],
    }


def opened(market: object) -> Connector:
    return family.open(market, {"token": "t"})  # type: ignore[arg-type]


def walked(market: MovingShop, seconds: float = 1000, most: int = 400) -> list[list[int]]:
    shop = opened(market)
    pages: list[list[int]] = []
    cursor = ""
    while True:
        page = shop.orders(START, START + timedelta(seconds=seconds), cursor)
        times = [order.updated_at for order in page.orders]
        assert times == sorted(times)
        pages.append([int(order.remote_id) for order in page.orders])
        cursor = page.next
        if not cursor:
            return pages
        assert len(pages) < most


def seen(pages: list[list[int]]) -> set[int]:
    return {one for page in pages for one in page}


def test_a_quiet_window_is_one_call() -> None:
    market = MovingShop([1.5, 999.2, 30])
    assert [sorted(page) for page in walked(market)] == [[1, 2, 3]]
    assert len(market.calls) == 1
    assert market.calls[0]["update_at_from"] == "2026-11-11T00:00:00Z"
    assert market.calls[0]["sorting_order"] == "Asc"


def test_a_full_window_is_cut_and_nothing_is_paged() -> None:
    market = MovingShop([n / 2 for n in range(2000)])
    pages = walked(market)
    assert seen(pages) == set(range(1, 2001))
    assert {call["page"] for call in market.calls} == {1}
    assert len(market.calls) < 60
    assert all(len(page) <= 100 for page in pages)


def test_a_full_second_is_paged_from_its_end() -> None:
    for amount in (99, 100, 101, 200, 500, 950):
        market = MovingShop([5.5] * amount)
        assert seen(walked(market)) == set(range(1, amount + 1))
    numbers = [call["page"] for call in market.calls if call["page"] != 1]
    assert numbers[:9] == [10, 9, 8, 7, 6, 5, 4, 3, 2]


def test_a_walk_goes_on_from_a_kept_cursor_in_another_process() -> None:
    market = MovingShop([n / 2 for n in range(1000)])
    until = START + timedelta(seconds=1000)
    first = opened(market).orders(START, until)
    second = opened(market).orders(START, until, first.next)
    assert first.orders[-1].updated_at <= second.orders[-1].updated_at
    assert int(second.orders[-1].remote_id) > int(first.orders[-1].remote_id)


@settings(deadline=None)
@given(
    groups=st.lists(
        st.tuples(st.integers(0, 999), st.sampled_from([1, 7, 99, 100, 101, 200, 260])), max_size=8
    ),
    seed=st.integers(0, 10**6),
    moves=st.integers(0, 3),
    kind=st.sampled_from(["as papers say", "no count", "end left out", "no count, end left out"]),
)
def test_no_order_that_stood_still_is_missed(
    groups: list[tuple[int, int]], seed: int, moves: int, kind: str
) -> None:
    inclusive = "end left out" not in kind
    fraction = 0.25 if inclusive else 0.0
    times = [second + fraction for second, amount in groups for _ in range(amount)]
    market = MovingShop(times, seed=seed, moves=moves if times else 0)
    market.counted, market.inclusive_end = "no count" not in kind, inclusive
    assert seen(walked(market)) | market.moved >= set(market.changed)


def test_full_seconds_are_not_read_twice_once_the_filter_is_known() -> None:
    market = MovingShop([n / 250 for n in range(5000)])
    assert seen(walked(market, seconds=20)) == set(market.changed)
    assert len(market.calls) < 95


def test_smaller_pages_than_asked_for_lose_nothing() -> None:
    market = MovingShop([n / 2 for n in range(400)] + [300.5] * 270)
    market.page_most = 50
    assert seen(walked(market)) == set(market.changed)


def test_orders_that_come_again_from_elsewhere_do_no_harm() -> None:
    market = MovingShop([n / 2 for n in range(700)])
    market.repeated = 10
    assert seen(walked(market)) == set(market.changed)
    assert len(market.calls) < 60


@settings(deadline=None)
@given(seed=st.integers(0, 10**6))
def test_order_within_an_answer_does_not_matter(seed: int) -> None:
    market = MovingShop([n * 3.3 for n in range(290)], seed=seed, moves=1)
    market.stable = False
    assert seen(walked(market)) | market.moved >= set(market.changed)


def test_naive_times_and_foreign_cursors_are_refused() -> None:
    shop = opened(MovingShop([]))
    with pytest.raises(ValueError, match="aware"):
        shop.orders(datetime(2026, 1, 1), START)  # noqa: DTZ001 - the point
    for cursor in ("x", "1:2:3", "1:2:3:4:5", "1:2:3:4:0:1", "-1:2:3:4:5:0", "1:2:3:4:5:0\n"):
        with pytest.raises(ValueError, match="cursor"):
            shop.orders(START, START, cursor)


class Answering:
    def __init__(self, status: int, body: str) -> None:
        self.status, self.body = status, body

    def send(self, _request: Request) -> Response:
        return Response(self.status, {}, self.body.encode())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, '{"data":{"orders":[{"buyer_name":"Варвара","id":1', RetryLaterError),
        (400, '{"buyer_name": "Варвара"}', RefusedError),
        (200, '{"data": {"orders": "Варвара"}}', RefusedError),
        (200, '{"data": null, "error": {"code": "X", "message": "no"}}', RefusedError),
        (200, '{"error": {"code": "E", "message": "too many requests"}}', RetryLaterError),
    ],
)
def test_refusals_and_cut_answers_quote_no_buyer(
    status: int, body: str, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        opened(Answering(status, body)).orders(START, START)
    assert "Варвара" not in str(caught.value)
