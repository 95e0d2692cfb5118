"""Prices for a time in tests: planned, the clock moved on, and what a worker does."""

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from tests.db.listings.world import World

from torgpred.kernel.clock import now
from torgpred.listings import tasks
from torgpred.listings.services import timed_prices
from torgpred.listings.services.timed_prices import PriceAhead, Scheduled

HOUR = timedelta(hours=1)
_FAR = timedelta(days=1000)


def plan_prices(
    world: World,
    *keys: str,
    price: str = "1990",
    listed: str = "",
    after: timedelta = HOUR,
    length: timedelta = HOUR,
    reference: str = "1111",
) -> Scheduled:
    """Plan a price of some offers that begins after some time and holds for some time."""
    start = now() + after
    crossed = Decimal(listed) if listed else None
    return timed_prices.schedule(
        seller_id=world.seller,
        shop_id=world.shop,
        prices=[PriceAhead(key, Decimal(price), crossed) for key in keys or ("B-1",)],
        starts_at=start,
        ends_at=start + length,
        reference=reference,
        actor="test",
    )


def pass_time(world: World, span: timedelta) -> None:
    """Let time pass: all moments of prices, and of what was worked out for them, become earlier."""
    for table, columns in (
        ("listings_timedprice", ("starts_at", "ends_at", "set_at", "withdrawn_at")),
        ("listings_priceswitch", ("due_at", "prepared_at", "begun_at", "look_at")),
        ("listings_plan", ("as_of", "due_at", "made_at", "applied_at", "finished_at")),
        ("listings_observation", ("started_at", "finished_at")),
        ("listings_driftdecision", ("decided_at",)),
        ("listings_workingout", ("asked_at", "done_to", "moved_at")),
    ):
        # By a detour, so that no row comes to lie where another one still is.
        for part in (span + _FAR, -_FAR):
            moved = ", ".join(f"{column} = {column} - %s" for column in columns)
            world.run(f"UPDATE {table} SET {moved}", *[part] * len(columns))


def work_until(done: Callable[[], bool], *, seconds: float = 120.0) -> None:
    """Do what a worker does until something is so."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        work()
        time.sleep(0.02)


def work() -> None:
    """Do once what a worker does about prices for a time."""
    tasks.prepare_prices()
    tasks.switch_prices()
    tasks.look_after_prices()


def settle(world: World) -> None:
    """Do what a worker does until all switches that are due are settled."""

    def settled() -> bool:
        # Nobody waits here for the pauses between two looks.
        world.run("UPDATE listings_priceswitch SET look_at = now() WHERE begun_at IS NOT NULL")
        return not world.rows(
            "SELECT 1 FROM listings_priceswitch WHERE settled_at IS NULL AND due_at <= now()"
        )

    work()
    work_until(settled)


def prices_there(world: World) -> dict[str, tuple[str, str | None]]:
    """Return price and price with discount of all SKUs at the twin."""
    return {
        sku["code"]: (sku["price"], sku["discount_price"])
        for listing in world.twin.control("GET", "listings")
        for sku in listing["sku"]
    }
