"""The quick way to serve promises as the one that shares out does, and leaves the levels alike."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.db.orders.making import (
    Shop,
    levels,
    make_line,
    make_order,
    make_warehouse,
    promised,
    put,
    rows,
    run,
    short,
)

from torgpred.orders.services import accepting
from torgpred.stock.core.serving import Goods, Place, Want

COUNTRIES = ("RU", "CN", "KZ")
_pieces = st.integers(0, 6)
_levels = st.dictionaries(st.tuples(st.integers(0, 2), st.sampled_from("AB")), _pieces)
_orders = st.lists(
    st.tuples(
        st.sampled_from(COUNTRIES), st.dictionaries(st.sampled_from("ABC"), st.integers(1, 4))
    ),
    min_size=1,
    max_size=5,
)


def come_in(
    shop: Shop, places: list[int], stock: Mapping[tuple[int, str], int], orders: list[Any]
) -> list[Any]:
    """Take the orders in from this stock, and return what was promised, short and left."""
    for table in ("order", "consignment", "line", "allocation", "shortage"):
        run(f"DELETE FROM orders_{table}")
    run("DELETE FROM stock_level")
    run("DELETE FROM stock_change")
    for (place, sku), pieces in stock.items():
        put(shop.owner, places[place], sku, pieces)
    shop.take(
        *(
            make_order(
                number, *(make_line(sku, pieces) for sku, pieces in lines.items()),
                buyer_country=country,
            )
            for number, (country, lines) in enumerate(orders, 1)
            if lines
        )
    )  # fmt: skip
    changed = rows("SELECT DISTINCT sku FROM stock_change ORDER BY 1")
    return [promised(), short(), levels(shop.owner), changed]


@pytest.fixture
def shop(seller_a: int) -> Shop:
    return Shop(seller_a)


def nothing_at_once(_: Mapping[Goods, Want]) -> dict[Goods, Place]:
    return {}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stock=_levels, orders=_orders, near=st.sampled_from(COUNTRIES))
def test_both_ways_promise_alike(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    stock: Mapping[tuple[int, str], int],
    orders: list[Any],
    near: str,
) -> None:
    run("DELETE FROM stock_level")
    run("DELETE FROM stock_warehouse WHERE seller_id = %s", shop.owner)
    places = [
        make_warehouse(shop.owner, code, country, rank)
        for code, country, rank in (("A", near, 1), ("B", "RU", 0), ("C", "CN", 1))
    ]
    quickly = come_in(shop, places, stock, orders)
    with monkeypatch.context() as patched:
        patched.setattr(accepting, "reserve_whole", nothing_at_once)
        assert come_in(shop, places, stock, orders) == quickly
