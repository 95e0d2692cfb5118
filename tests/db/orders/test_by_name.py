"""Orders are found by their buyer's name as long as it is kept, by their own seller alone."""

import random

import msgspec
import pytest
from django.db import IntegrityError, connection
from tests.db.orders.making import Shop, make_line, make_order, run

from torgpred.channels.core.orders import Buyer
from torgpred.orders.core.naming import name_words
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


def test_intake_names_as_the_database_does() -> None:
    rng = random.Random(7)
    signs = "aZ9 яЁёЖй王小-'.ß€\u0130\u00ad\t"
    names = ["".join(rng.choices(signs, k=rng.randrange(12))) for _ in range(3_000)]
    names += ["щ" * 70, "  Анна   Ким ", "\u0130нна", "Анна"]
    buyers = [msgspec.json.encode(Buyer(name=name)).decode() for name in names]
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_buyer_words(7, told) FROM unnest(%s::text[]) told", [buyers])
        theirs = [row[0] for row in cursor.fetchall()]
    ours = [name_words(7, name) for name in names]
    assert [one for one in zip(ours, theirs, strict=True) if one[0] not in ("", one[1])] == []
    assert ours[-1] == "7:анна"


def test_words_follow_the_buyer_and_stand_for_nobody_else(shops: tuple[int, int]) -> None:
    mine, _ = shops
    run(
        'UPDATE orders_consignment SET buyer = \'{"name": "Вера-Мария"}\''
        " WHERE seller_id = %s AND remote_id = 'O-1'",
        mine,
    )
    assert found(mine, "семенова") == []
    assert found(mine, "мария") == ["O-1"]
    with pytest.raises(IntegrityError, match="no_name_of_nobody"):
        run("UPDATE orders_consignment SET names = 'x' WHERE seller_id = %s AND buyer = ''", mine)
