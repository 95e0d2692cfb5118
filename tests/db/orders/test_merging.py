"""Newer versions of known orders: each change does what the rule says, once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.db.orders.making import (
    NOON,
    Shop,
    levels,
    make_line,
    make_order,
    make_warehouse,
    promised,
    rows,
    short,
)

from torgpred.channels.core.orders import Buyer, OrderPhase, RawLine, RawOrder
from torgpred.stock.services.moving import move


@pytest.fixture
def shop(seller_a: int) -> Shop:
    found = Shop(seller_a)
    warehouse = make_warehouse(seller_a)
    move(
        seller_id=seller_a,
        warehouse_id=warehouse,
        pieces={"A": 5, "B": 5},
        kind="hand",
        actor="test",
    )
    return found


def newer(number: int, *lines: RawLine, minutes: int = 5, **changes: object) -> RawOrder:
    return make_order(number, *lines, updated_at=NOON + timedelta(minutes=minutes), **changes)


def phases() -> list[tuple[str, str]]:
    return rows(
        "SELECT o.phase, c.phase FROM orders_order o"
        " JOIN orders_consignment c ON c.order_id = o.id ORDER BY o.remote_id"
    )


def test_an_order_is_paid_later_and_keeps_its_promise(shop: Shop) -> None:
    shop.take(make_order(1, phase=OrderPhase.PLACED))
    assert shop.take(newer(1, paid_at=NOON)).changed == 1
    assert phases() == [("to_ship", "to_ship")]
    assert promised() == [("O-1", "A", "M", 1)]


def test_a_cancelled_order_gives_its_pieces_back_and_its_shortage_is_settled(shop: Shop) -> None:
    shop.take(make_order(1, make_line("A", 7)))
    assert short() != []
    shop.take(newer(1, make_line("A", 7), phase=OrderPhase.CANCELLED))
    assert phases() == [("cancelled", "cancelled")]
    assert (promised(), short()) == ([], [])
    assert levels(shop.owner)["M", "A"] == (5, 0)


def test_what_was_sent_leaves_the_warehouse(shop: Shop) -> None:
    shop.take(make_order(1, make_line("A", 2)))
    shop.take(newer(1, make_line("A", 2), phase=OrderPhase.SHIPPED))
    assert levels(shop.owner)["M", "A"] == (3, 0)
    assert rows("SELECT sum(pieces)::int FROM stock_movement WHERE sku = 'A'") == [(3,)]
    shop.take(newer(1, make_line("A", 2), phase=OrderPhase.DELIVERED, minutes=9))
    assert levels(shop.owner)["M", "A"] == (3, 0)
    assert phases() == [("delivered", "delivered")]


def test_what_goes_back_is_told_and_not_done(shop: Shop) -> None:
    shop.take(make_order(1, phase=OrderPhase.SHIPPED))
    shop.take(newer(1, phase=OrderPhase.TO_SHIP))
    assert phases() == [("shipped", "shipped")]
    ((troubles,),) = rows("SELECT troubles FROM orders_order")
    assert "after it was shipped" in troubles


def test_a_new_address_reaches_the_consignment_until_it_is_sent(shop: Shop) -> None:
    shop.take(make_order(1))
    shop.take(newer(1, buyer=Buyer(name="Учебный Пётр", city="Новинск")))
    ((buyer,),) = rows("SELECT buyer FROM orders_consignment")
    assert "Новинск" in buyer
    shop.take(newer(1, phase=OrderPhase.SHIPPED, minutes=7, buyer=Buyer(city="Иной")))
    shop.take(newer(1, phase=OrderPhase.SHIPPED, minutes=8, buyer=Buyer(city="Третий")))
    ((buyer,),) = rows("SELECT buyer FROM orders_consignment")
    assert "Третий" not in buyer


def test_an_older_version_that_comes_late_does_nothing(shop: Shop) -> None:
    shop.take(newer(1, phase=OrderPhase.SHIPPED))
    assert shop.take(make_order(1, phase=OrderPhase.PLACED)).changed == 0
    assert phases() == [("shipped", "shipped")]


def test_both_versions_in_one_batch_come_to_the_newer(shop: Shop) -> None:
    shop.take(newer(1, phase=OrderPhase.CANCELLED), make_order(1))
    assert phases() == [("cancelled", "cancelled")]
    assert levels(shop.owner)["M", "A"] == (5, 0)


def test_lines_that_want_more_fewer_or_are_new(shop: Shop) -> None:
    shop.take(make_order(1, make_line("A", 3)))
    shop.take(newer(1, make_line("A", 1), make_line("B", 2)))
    assert promised() == [("O-1", "A", "M", 1), ("O-1", "B", "M", 2)]
    assert levels(shop.owner) == {("M", "A"): (5, 1), ("M", "B"): (5, 2)}
    shop.take(newer(1, make_line("A", 7), make_line("B", 2), minutes=9))
    assert levels(shop.owner)["M", "A"] == (5, 5)
    assert short() == [("A", 2, "stock")]
    assert rows("SELECT amount FROM orders_consignment") == [(Decimal("900.00"),)]
    shop.take(newer(1, make_line("A", 4), make_line("B", 2), minutes=12))
    assert levels(shop.owner)["M", "A"] == (5, 4)
    assert short() == []


def test_a_version_without_lines_takes_none_away(shop: Shop) -> None:
    shop.take(make_order(1, make_line("A", 2)))
    shop.take(newer(1, make_line("A", 2), lines=(), total=Decimal(200), words="other"))
    assert promised() == [("O-1", "A", "M", 2)]


def test_the_same_version_merged_again_changes_nothing(shop: Shop) -> None:
    shop.take(make_order(1))
    again = newer(1, phase=OrderPhase.SHIPPED)
    assert [shop.take(again).changed for _ in range(3)] == [1, 0, 0]
    assert levels(shop.owner)["M", "A"] == (4, 0)


def test_one_seller_ahead_of_the_marketplace_stays_ahead(shop: Shop) -> None:
    shop.take(make_order(1))
    rows("UPDATE orders_consignment SET phase = 'shipped' RETURNING id")
    shop.take(newer(1, words="still waiting"))
    assert phases() == [("to_ship", "shipped")]
