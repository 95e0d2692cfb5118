"""Orders are found by what was sold, under the name by which it was sold then."""

from datetime import timedelta

import pytest
from tests.db.orders.making import (
    NOON,
    Shop,
    levels,
    make_line,
    make_order,
    make_warehouse,
    put,
    rows,
)

from torgpred.channels.core.orders import RawOrder
from torgpred.orders.selectors import paging
from torgpred.orders.services.intake import Intake
from torgpred.orders.services.staging import Staged

pytestmark = pytest.mark.django_db(transaction=True)


def found(seller: int, text: str, view: str = "all") -> list[str]:
    return sorted(one.order for one in paging.page(seller, view, text=text))


def sold(sku: str, name: str, number: int) -> RawOrder:
    return make_order(number, make_line(sku, name=name))


def test_by_parts_of_the_name_and_the_beginning_of_the_sku(seller_a: int) -> None:
    Shop(seller_a).take(sold("AB-1", "Валенки серые", 1), sold("AB-2", "Шапка", 2))
    assert found(seller_a, "ленки") == ["O-1"]
    assert found(seller_a, "ШАПКА") == ["O-2"]
    assert found(seller_a, "ab-") == ["O-1", "O-2"]
    assert found(seller_a, "b-1") == []
    assert found(seller_a, "%") == []


def test_by_the_name_of_its_own_time_alone(seller_a: int) -> None:
    shop = Shop(seller_a)
    shop.take(sold("A", "Валенки серые", 1))
    shop.take(sold("A", "Валенки алые", 2))
    assert found(seller_a, "валенки") == ["O-1", "O-2"]
    assert found(seller_a, "серые") == ["O-1"]
    assert found(seller_a, "алые") == ["O-2"]


def test_each_name_is_kept_once_however_often_it_is_sold(seller_a: int, seller_b: int) -> None:
    mine, other = Shop(seller_a), Shop(seller_b)
    with Intake() as intake:
        for start in range(1, 30, 10):
            for shop in (mine, other):
                staged = Staged()
                orders = [sold("A", "Валенки", number) for number in range(start, start + 10)]
                staged.add(shop.id, shop.whose, orders)
                intake.give(staged)
    mine.take(sold("A", "Валенки", 90))
    kept = rows("SELECT seller_id, sku, name FROM orders_soldname ORDER BY 1")
    assert kept == [(seller_a, "A", "Валенки"), (seller_b, "A", "Валенки")]
    assert len(found(seller_a, "валенки")) == 31


def test_by_a_line_that_a_newer_version_brought(seller_a: int) -> None:
    shop = Shop(seller_a)
    put(seller_a, make_warehouse(seller_a), "B", 1)
    first = make_line("A", name="Валенки")
    shop.take(make_order(1, first))
    shop.take(
        make_order(1, first, make_line("B", name="Рукавицы"), updated_at=NOON + timedelta(hours=1))
    )
    assert found(seller_a, "рукав") == ["O-1"]
    assert levels(seller_a) == {("M", "B"): (1, 1)}


def test_nobody_finds_by_what_another_seller_sold(seller_a: int, seller_b: int) -> None:
    shop = Shop(seller_a, joint=True, prefixes={"B-": seller_b})
    shop.take(make_order(1, make_line("A", name="Валенки"), make_line("B-1", name="Рукавицы")))
    assert found(seller_a, "валенки") == ["O-1"]
    assert found(seller_a, "рукав") == []
    assert found(seller_b, "рукав") == ["O-1"]
