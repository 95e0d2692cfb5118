"""Orders enter with all that they bring: once, promised from what is there, and no more."""

import itertools
import json
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.db.orders.making import (
    NOON,
    Shop,
    everything,
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

from torgpred.channels.core.orders import OrderPhase


@pytest.fixture
def shop(seller_a: int) -> Shop:
    return Shop(seller_a)


def test_an_order_brings_consignment_lines_and_promises(shop: Shop) -> None:
    warehouse = make_warehouse(shop.owner)
    put(shop.owner, warehouse, "A", 5)
    put(shop.owner, warehouse, "B", 5)
    order = make_order(
        1, make_line("A", 2), make_line("B", 1, price=Decimal("50.10")), payout=Decimal("225.09")
    )
    assert shop.take(order).new == 1
    assert rows("SELECT remote_id, phase, total FROM orders_order") == [
        ("O-1", "to_ship", Decimal("250.10"))
    ]
    assert rows("SELECT seller_id, amount, payout FROM orders_consignment") == [
        (shop.owner, Decimal("250.10"), Decimal("225.09"))
    ]
    assert promised() == [("O-1", "A", "M", 2), ("O-1", "B", "M", 1)]
    assert levels(shop.owner) == {("M", "A"): (5, 2), ("M", "B"): (5, 1)}
    assert rows("SELECT DISTINCT sku FROM stock_change ORDER BY 1") == [("A",), ("B",)]
    assert short() == []


def test_what_is_not_there_is_short_and_nothing_is_promised_twice(shop: Shop) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 5, buffer=1)
    run(
        "INSERT INTO catalogue_feed (seller_id, name, source, format, profile, created_at)"
        " VALUES (%s, 'f', '', '', '', now())",
        shop.owner,
    )
    run(
        "INSERT INTO catalogue_offer (seller_id, feed_id, key, product_key, category_key, digest,"
        " source_digest, state, read_in, changed_in)"
        " SELECT %s, id, 'A', 'A', '', '', '', 'present', 1, 1 FROM catalogue_feed",
        shop.owner,
    )
    orders = [make_order(n, make_line("A", 3)) for n in (1, 2, 3)]
    assert shop.take(*orders).short == 2
    assert promised() == [("O-1", "A", "M", 3), ("O-2", "A", "M", 1)]
    assert short() == [("A", 2, "stock"), ("A", 3, "stock")]
    assert levels(shop.owner) == {("M", "A"): (5, 4)}


def test_an_unknown_sku_is_kept_and_flagged(shop: Shop) -> None:
    accepted = shop.take(make_order(1, make_line("НЕТ-1", 2)))
    assert (accepted.new, accepted.short) == (1, 1)
    assert short() == [("НЕТ-1", 2, "unknown")]
    assert rows("SELECT sku, quantity FROM orders_line") == [("НЕТ-1", 2)]


def test_goods_near_the_buyer_go_first_then_by_rank(shop: Shop) -> None:
    for code, country, rank, pieces in (
        ("CN", "CN", 0, 5),
        ("RU2", "RU", 2, 2),
        ("RU1", "RU", 1, 1),
    ):
        put(shop.owner, make_warehouse(shop.owner, code, country, rank), "A", pieces)
    shop.take(
        make_order(1, make_line("A", 4)), make_order(2, make_line("A", 3), buyer_country="CN")
    )
    assert promised() == [
        ("O-1", "A", "CN", 1),
        ("O-1", "A", "RU1", 1),
        ("O-1", "A", "RU2", 2),
        ("O-2", "A", "CN", 3),
    ]


def test_the_same_order_again_does_nothing(shop: Shop) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 5)
    order = make_order(1, make_line("A", 2))
    shop.take(order)
    before = everything()
    assert shop.take(order, order).new == 0
    assert everything() == before


def test_an_order_twice_in_one_batch_is_one(shop: Shop) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 5)
    assert shop.take(make_order(1), make_order(1)).new == 1
    assert levels(shop.owner) == {("M", "A"): (5, 1)}


REFUSED = [
    ({"total": Decimal(10) ** 15}, "numeric field overflow"),
    ({"currency": "ROUBLES"}, "value too long for type character varying(3)"),
    ({"remote_id": "X" * 65}, "value too long for type character varying(64)"),
]


@pytest.mark.parametrize(("odd", "reason"), REFUSED)
def test_what_the_database_refuses_holds_up_no_other(
    transactional_db: None, shop: Shop, odd: dict[str, Any], reason: str
) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 100)
    orders = [make_order(number) for number in range(40)]
    orders[17] = make_order(17, **odd)
    accepted = shop.take(*orders)
    assert (accepted.orders, accepted.new, accepted.refused) == (40, 39, 1)
    assert levels(shop.owner) == {("M", "A"): (100, 39)}
    assert rows("SELECT count(*) FROM orders_allocation") == [(39,)]
    ((shop_id, content),) = rows("SELECT shop_id, content FROM orders_unreadorder")
    assert shop_id == shop.id
    assert reason in json.loads(content)["refused"]
    assert "Учебный" not in content
    assert shop.take(*orders).refused == 1
    assert rows("SELECT count(*) FROM orders_unreadorder") == [(1,)]


def test_a_refused_version_of_a_known_order_leaves_it_as_it_was(shop: Shop) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 100)
    orders = [make_order(number) for number in range(8)]
    shop.take(*orders)
    later = NOON + timedelta(hours=1)
    newer = [make_order(number, words="Finished", updated_at=later) for number in range(7)]
    newer.append(make_order(7, total=Decimal(10) ** 15, updated_at=later))
    accepted = shop.take(*newer, make_order(9))
    assert (accepted.new, accepted.changed, accepted.refused) == (1, 7, 1)
    assert rows("SELECT words FROM orders_order WHERE remote_id = 'O-7'") == [("InProgress, Hold",)]
    assert levels(shop.owner) == {("M", "A"): (100, 9)}


@pytest.mark.parametrize("phase", ["shipped", "delivered", "cancelled", "unknown"])
def test_an_order_that_is_over_promises_nothing(shop: Shop, phase: str) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 5)
    shop.take(make_order(1, phase=OrderPhase(phase)))
    assert (promised(), short()) == ([], [])


def test_an_order_over_two_sellers_is_split_and_each_sees_its_own(
    operator: int, seller_a: int, seller_b: int
) -> None:
    joint = Shop(operator, joint=True, prefixes={f"s{one}-": one for one in (seller_a, seller_b)})
    for seller in (seller_a, seller_b):
        put(seller, make_warehouse(seller), "A", 5)
    joint.take(
        make_order(
            1,
            make_line(f"s{seller_a}-A", 2),
            make_line(f"s{seller_b}-A", 1, price=Decimal("300.00")),
            payout=Decimal("450.00"),
        )
    )
    for seller, amount, payout, pieces in (
        (seller_a, "200.00", "180.00", 2),
        (seller_b, "300.00", "270.00", 1),
    ):
        own = "SELECT seller_id, amount, payout FROM orders_consignment"
        assert rows(own, seller=seller) == [(seller, Decimal(amount), Decimal(payout))]
        assert rows("SELECT sku, quantity FROM orders_line", seller=seller) == [("A", pieces)]
        assert promised(seller=seller) == [("O-1", "A", "M", pieces)]
        assert rows("SELECT count(*) FROM orders_order", seller=seller) == [(0,)]


NUMBERS = itertools.count()
ORDERS = [
    make_order(number, make_line(sku, quantity))
    for number, (sku, quantity) in enumerate(
        random.Random(3).choices([("A", 1), ("A", 3), ("B", 2), ("C", 1)], k=40)
    )
]


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(0, 39), min_size=40, max_size=120), st.integers(1, 30))
def test_pages_again_and_in_any_order_come_to_the_same_sums(
    shop: Shop, told: list[int], page: int
) -> None:
    for table in ("order", "consignment", "line", "allocation", "shortage"):
        run(f"DELETE FROM orders_{table}")
    run("DELETE FROM stock_level")
    warehouse = make_warehouse(shop.owner, code=f"W{next(NUMBERS)}")
    stock = {"A": 20, "B": 100, "C": 0}
    for sku, pieces in stock.items():
        put(shop.owner, warehouse, sku, pieces)
    order = [*told, *range(40)]
    for start in range(0, len(order), page):
        shop.take(*(ORDERS[number] for number in order[start : start + page]))
    wanted = dict.fromkeys(stock, 0)
    for one in ORDERS:
        wanted[one.lines[0].sku] += one.lines[0].quantity
    reserved = dict(rows("SELECT sku, reserved FROM stock_level"))
    assert reserved == {sku: min(pieces, stock[sku]) for sku, pieces in wanted.items()}
    lacking = dict(rows("SELECT sku, sum(pieces)::int FROM orders_shortage GROUP BY sku"))
    assert lacking == {
        sku: pieces - stock[sku] for sku, pieces in wanted.items() if pieces > stock[sku]
    }
    promises = dict(rows("SELECT sku, sum(pieces)::int FROM orders_allocation GROUP BY sku"))
    assert promises == {sku: pieces for sku, pieces in reserved.items() if pieces}
    assert rows("SELECT count(*), count(DISTINCT remote_id) FROM orders_order") == [(40, 40)]


def test_a_late_order_does_not_take_what_was_promised(shop: Shop) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 1)
    shop.take(make_order(2))
    shop.take(make_order(1, created_at=NOON - timedelta(days=1)))
    assert promised() == [("O-2", "A", "M", 1)]


def test_words_of_any_kind_pass_unharmed(shop: Shop) -> None:
    hostile = "tab\there, back\\slash, \\N, new\nline, \r, 'quote\", {json}, 汉字"
    shop.take(make_order(1, make_line("A\\t1", name=hostile, remote_id="x\ty"), words=hostile))
    assert rows("SELECT sku, name, remote_id FROM orders_line") == [("A\\t1", hostile, "x\ty")]
    assert rows("SELECT words FROM orders_order") == [(hostile,)]
