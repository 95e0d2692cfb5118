"""The seller's stock page and ledger: what is locked, for whom, and what orders lack."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.db.orders.locking import keep
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse

from torgpred.accounts import services
from torgpred.channels.core.orders import OrderPhase
from torgpred.kernel.clock import now
from torgpred.stock.services import moving

pytestmark = pytest.mark.django_db


def sitting(language: str = "en") -> tuple[int, Client]:
    """Return a seller and a browser in which one of its staff reads."""
    seller = services.add_seller(name="Лампы", country="RU", code="LAMPS").id
    person = services.ensure_person(email="lamp@example.org", name="Lamp")
    services.ensure_member(
        tenant_id=seller, email="lamp@example.org", name="Lamp", role="staff", user_id=person.pk
    )
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return seller, client


def test_locks_are_shown_with_purpose_shops_pieces_and_end() -> None:
    seller, client = sitting()
    shop, place = Shop(seller, name="Eleven shop"), make_warehouse(seller)
    moving.move(seller_id=seller, warehouse_id=place, pieces={"A": 9, "B": 4}, actor="test")
    assert "Locked pieces" not in client.get("/s/LAMPS/stock/").content.decode()
    keep(seller, place, 5, shop.id, until=now() + timedelta(days=2))
    keep(seller, place, 3, sku="B")
    shop.take(make_order(1, make_line("A", 2)))
    page = client.get("/s/LAMPS/stock/").content.decode()
    assert "Eleven shop" in page
    assert "none: they are only locked" in page
    ledger = client.get("/s/LAMPS/stock/ledger/?sku=A").content.decode()
    table = ledger.partition('aria-labelledby="kept"')[2].partition("</section>")[0]
    numbers = [cell.partition("<")[0] for cell in table.split('class="number" data-name=')[1:]]
    assert [one.rpartition(">")[2] for one in numbers] == ["5", "2", "0", ""]
    assert "<strong>3</strong>" in table
    assert "11.11" in table
    assert "does not add up" not in ledger


@pytest.mark.parametrize(
    ("language", "owing", "told"),
    [("en", "Owing", "orders lack 3 pieces"), ("ru", "Не найдено", "заказам не хватает 3 штук"),
     ("zh-hans", "盘点未见", "订单缺 3 件")],
)  # fmt: skip
def test_what_orders_lack_is_told_beside_what_is_owing(
    language: str, owing: str, told: str
) -> None:
    seller, client = sitting(language)
    shop, place = Shop(seller), make_warehouse(seller)
    moving.move(seller_id=seller, warehouse_id=place, pieces={"A": 2, "B": 4}, actor="test")
    shop.take(
        make_order(1, make_line("A", 4)),
        make_order(2, make_line("A", 1), make_line("B", 1)),
        make_order(3, make_line("A", 9), phase=OrderPhase.CANCELLED),
    )

    page = client.get("/s/LAMPS/stock/").content.decode()
    of_a, of_b = (one.partition("</tr>")[0] for one in page.split('<th scope="row">')[1:])

    assert told in " ".join(of_a.split())
    assert f'data-name="{owing}">0</td>' in re.sub(r"\s*(<|>)\s*", r"\1", of_a)
    assert "view=short" not in of_b
    [way] = re.findall(r'href="([^"]*view=short[^"]*)"', of_a)
    inbox = client.get(html.unescape(way)).content.decode()
    assert set(re.findall(r"O-\d", inbox)) == {"O-1", "O-2"}
