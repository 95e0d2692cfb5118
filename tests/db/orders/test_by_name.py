"""Orders are found by their buyer's name as long as it is kept, by their own seller alone."""

import pytest
from django.db import connection
from tests.db.orders.making import Shop, make_line, make_order, run

from torgpred.channels.core.orders import Buyer
from torgpred.orders.selectors import paging
from torgpred.orders.selectors.pages import orders_page
from torgpred.runtime.scope import scope

pytestmark = pytest.mark.django_db(transaction=True)


def found(seller: int, text: str) -> list[str]:
    return sorted(one.order for one in paging.page(seller, "all", text=text))


@pytest.fixture
def shops(seller_a: int, seller_b: int) -> tuple[int, int]:
    names = ("Семёнова Анна Петровна", "О'Нил-Смирнов Пётр", "王小明", "")
    for seller in (seller_a, seller_b):
        shop = Shop(seller)
        orders = [
            make_order(n, make_line("A"), buyer=Buyer(name=name, city="Анапа"))
            for n, name in enumerate(names, 1)
        ]
        shop.take(*orders, make_order(5, make_line("A"), buyer=None))
    return seller_a, seller_b


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("Семёнова", ["O-1"]),
        ("семенова анна", ["O-1"]),
        ("анна сем", ["O-1"]),
        ("анна пётр", ["O-1"]),
        ("анна смирнов", []),
        ("смирнов", ["O-2"]),
        ("王小", ["O-3"]),
        ("Анапа", []),
        ("  ", []),
        ("O-3", ["O-3"]),
        ("%", []),
        ("' & !", []),
    ],
)
def test_by_whole_and_begun_words_of_the_name(
    shops: tuple[int, int], text: str, orders: list[str]
) -> None:
    assert found(shops[0], text) == orders


def test_an_erased_buyer_is_found_no_more(shops: tuple[int, int]) -> None:
    mine, other = shops
    run("UPDATE orders_consignment SET buyer = '' WHERE seller_id = %s", mine)
    assert found(mine, "Семёнова") == []
    assert found(other, "Семёнова") == ["O-1"]


def test_nobody_asks_for_another_seller(shops: tuple[int, int]) -> None:
    mine, other = shops
    for asker, of, many in ((mine, mine, 1), (mine, other, 0)):
        with scope(asker), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM orders_of_buyer(%s, %s)", [of, "анна"])
            assert cursor.fetchone() == (many,)


def test_a_program_finds_by_name_only_where_it_may(shops: tuple[int, int]) -> None:
    seller, _ = shops

    def told(text: str, *, buyers: bool) -> list[str]:
        return [one.order for one in orders_page(seller, text=text, buyers=buyers)]

    assert told("анна", buyers=True) == ["O-1"]
    assert told("анна", buyers=False) == []
    assert told("O-1", buyers=False) == ["O-1"]
