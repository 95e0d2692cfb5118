"""A law: whatever is planned and withdrawn in whatever order, a moment has one price at most."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.db.listings.world import World, make_boots

from torgpred.listings import selectors
from torgpred.listings.services import timed_prices
from torgpred.listings.services.timed_prices import PriceAhead

BEGIN = datetime(2036, 11, 11, tzinfo=UTC)
MINUTES = 12
SOMETHING = st.one_of(
    st.tuples(st.just("plan"), st.integers(0, MINUTES - 1), st.integers(1, MINUTES)),
    st.tuples(st.just("withdraw"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 3), st.just(0)),
)


def at(minute: int) -> datetime:
    return BEGIN + timedelta(minutes=minute)


class Model:
    """What an offer costs minute by minute: the law in its plainest form."""

    def __init__(self) -> None:
        self.now = 0
        self.prices: list[Decimal | None] = [None] * MINUTES
        self.planned: list[Decimal] = []

    def plan(self, start: int, end: int, price: Decimal) -> bool:
        start = max(start, self.now)
        if any(self.prices[start:end]):
            return False
        self.prices[start:end] = [price] * (end - start)
        self.planned.append(price)
        return True

    def withdraw(self, price: Decimal) -> None:
        for minute in range(self.now, MINUTES):
            if self.prices[minute] == price:
                self.prices[minute] = None


@given(happens=st.lists(SOMETHING, max_size=12))
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_moment_has_the_one_price_that_was_planned_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch, happens: list[tuple[str, int, int]]
) -> None:
    world.feed(make_boots("B-1"))
    world.run("DELETE FROM listings_timedprice")
    model = Model()
    monkeypatch.setattr(timed_prices, "now", lambda: at(model.now))
    for number, (what, first, length) in enumerate(happens, 1):
        price = Decimal(number)
        if what == "wait":
            model.now = min(model.now + first, MINUTES - 1)
        elif what == "withdraw" and first < len(model.planned):
            model.withdraw(model.planned[first])
            timed_prices.withdraw(
                seller_id=world.seller, reference=f"r{model.planned[first]}", actor="test"
            )
        elif what == "plan" and min(first + length, MINUTES) > max(first, model.now):
            end = min(first + length, MINUTES)
            made = timed_prices.schedule(
                seller_id=world.seller,
                shop_id=world.shop,
                prices=[PriceAhead("B-1", price)],
                starts_at=at(first),
                ends_at=at(end),
                reference=f"r{price}",
                actor="test",
            )
            assert bool(made.prices) == model.plan(first, end, price)
    for minute, price_then in enumerate(model.prices):
        found = selectors.timed_at(world.seller, world.shop, at(minute)).by_offer.get("B-1")
        assert (found.price if found else None) == price_then
