"""Prices of before we looked are taken over as periods; what was seen here is never touched."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.db.listings.world import World, make_boots

from torgpred.kernel.clock import now
from torgpred.listings.services.shelf_history import ShownBefore, take_over

Row = tuple[Decimal, Decimal | None, bool, bool]


@pytest.fixture
def seen(world: World) -> World:
    """Two products that were seen once, just now."""
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    return world


def periods(world: World, sku: str) -> list[Row]:
    """Return price, discount, whether the next follows at once, and whether it stands."""
    return world.rows(
        "SELECT price, discount_price, until = lead(seen_from) OVER (ORDER BY seen_from),"
        " until IS NULL FROM listings_shelfprice"
        " WHERE listing_id = (SELECT id FROM listings_listing WHERE sku = %s) ORDER BY seen_from",
        sku,
    )


def test_what_was_shown_before_ends_where_we_first_looked(seen: World) -> None:
    moment = now()
    shown = [
        ShownBefore(
            "B-1", Decimal(2000), moment - timedelta(days=45), moment - timedelta(days=9),
            Decimal(1900),
        ),
        ShownBefore("B-1", Decimal(2490), moment - timedelta(days=9), moment + timedelta(days=1)),
        ShownBefore("B-9", Decimal(1), moment - timedelta(days=9), moment),
    ]  # fmt: skip
    added = [take_over(seller_id=seen.seller, shop_id=seen.shop, shown=shown) for _ in range(2)]

    assert added == [2, 0]
    assert periods(seen, "B-1") == [
        (Decimal(2000), Decimal(1900), True, False),
        (Decimal(2490), None, True, False),
        (Decimal(2490), None, None, True),
    ]
    assert len(periods(seen, "B-2")) == 1


def test_another_seller_adds_nothing_to_it(seen: World) -> None:
    moment = now()
    shown = [ShownBefore("B-1", Decimal(1), moment - timedelta(days=9), moment)]

    assert take_over(seller_id=seen.seller + 1, shop_id=seen.shop, shown=shown) == 0
