"""Prices for a time: planned ahead, switched at their moment, brought back at their end."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from tests.db.listings.world import World, make_boots

from torgpred.kernel.clock import now
from torgpred.listings import tasks
from torgpred.listings.services import timed_prices
from torgpred.listings.services.timed_prices import PriceAhead, Scheduled


def plan_price(world: World, key: str = "B-1", price: str = "1990", **given: object) -> Scheduled:
    """Plan a price that begins and ends soon."""
    moment = now()
    named = {
        "starts_at": moment + timedelta(seconds=1),
        "ends_at": moment + timedelta(seconds=3),
        "reference": "1111",
    } | given
    return timed_prices.schedule(
        seller_id=world.seller,
        shop_id=world.shop,
        prices=[PriceAhead(key, Decimal(price), named.pop("listed", None))],  # type: ignore[arg-type]
        actor="test",
        **named,  # type: ignore[arg-type]
    )


def price_there(world: World, key: str = "B-1") -> tuple[str, str | None]:
    """Return price and price with discount of an SKU at the twin."""
    (sku,) = [
        sku
        for listing in world.twin.control("GET", "listings")
        for sku in listing["sku"]
        if sku["code"] == key
    ]
    return sku["price"], sku["discount_price"]


def work_until(done: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Do what a worker does until something is so."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        tasks.prepare_prices()
        tasks.switch_prices()
        tasks.look_after_prices()
        time.sleep(0.05)


def settled(world: World) -> bool:
    return not world.rows("SELECT 1 FROM listings_priceswitch WHERE settled_at IS NULL")


def at(moment: datetime) -> None:
    time.sleep(max((moment - now()).total_seconds(), 0))


def test_a_price_comes_at_its_moment_and_goes_at_its_end(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    planned = plan_price(world, listed=Decimal(2490))
    assert planned.prices == 1
    work_until(lambda: price_there(world) == ("2490.00", "1990.00"))
    assert planned.starts_at <= now() < planned.ends_at
    assert price_there(world, "B-2") == ("2490.00", None)
    world.look()
    assert world.plan().steps == 0, "an ordinary plan reverts nothing while it is in force"
    work_until(lambda: price_there(world) == ("2490.00", None))
    assert now() >= planned.ends_at
    work_until(lambda: settled(world))
    assert world.plan().steps == 0
