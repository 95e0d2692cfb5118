"""The seller's stock page and ledger: what is locked, for whom, and what orders lack."""

import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.db.catalogue.readers import MemoryReader, opening
from tests.db.listings.world import BOOTS, make_boots
from tests.db.orders.locking import keep
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse, rows

from torgpred.accounts import services
from torgpred.catalogue import services as catalogue
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
    [("en", "Owing", "orders lack 3 pieces"),
     ("ru", "Обещано, но не найдено", "заказам не хватает 3 штук"),
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


def goods(seller: int, folder: Path, *skus: str) -> None:
    """Take goods in whose file tells no quantity."""
    path = folder / "goods.yml"
    path.write_text("stands in memory")
    content = tuple(make_boots(sku, quantity=None) for sku in skus)
    catalogue.take_in(
        seller_id=seller, feed_name="main", path=path, actor="test",
        open_reader=opening(MemoryReader(content, categories=BOOTS)),
    )  # fmt: skip


def known(seller: int) -> dict[str, tuple[int, str]]:
    return {
        sku: (pieces, kind)
        for sku, pieces, kind in rows(
            "SELECT sku, pieces, kind FROM stock_movement WHERE seller_id = %s", seller
        )
    }


@pytest.mark.django_db(transaction=True)
def test_goods_without_stock_are_listed_found_and_given_one(tmp_path: Path) -> None:
    seller, client = sitting()
    goods(seller, tmp_path, "B-1", "B-2", "B-3")
    place = make_warehouse(seller)
    moving.move(seller_id=seller, warehouse_id=place, pieces={"B-1": 9}, actor="test")

    first = client.get("/s/LAMPS/stock/").content.decode()
    assert re.search(r"Stock unknown <span class=\"figure\">2</span>", first)
    listed = client.get("/s/LAMPS/stock/?view=unknown").content.decode()
    assert re.findall(r'name="sku" value="(B-\d)"', listed) == ["B-2", "B-3"]
    found = client.get("/s/LAMPS/stock/?q=B-").content.decode()
    assert re.findall(r'name="sku" value="(B-\d)"', found) == ["B-2", "B-3"]
    assert "?sku=B-1" in found

    client.post(
        "/s/LAMPS/stock/count/", {"sku": ["B-2", "B-3"], "pieces": ["4", ""], "view": "unknown"}
    )
    assert known(seller) == {"B-1": (9, "hand"), "B-2": (4, "count")}
    left = client.get("/s/LAMPS/stock/?view=unknown").content.decode()
    assert re.findall(r'name="sku" value="(B-\d)"', left) == ["B-3"]
    client.post("/s/LAMPS/stock/count/", {"sku": "B-3", "pieces": "0", "view": "unknown"})
    assert "Stock unknown" in client.get("/s/LAMPS/stock/?view=unknown").content.decode()
    assert "Stock unknown" not in client.get("/s/LAMPS/stock/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_ledger_of_goods_without_movements_takes_the_first_count(tmp_path: Path) -> None:
    seller, client = sitting()
    goods(seller, tmp_path, "B-1")
    item = client.get("/s/LAMPS/catalogue/offer/?key=B-1").content.decode()
    assert "/s/LAMPS/stock/ledger/?sku=B-1" in item
    page = client.get("/s/LAMPS/stock/ledger/?sku=B-1")
    assert page.status_code == 200
    assert "Stock unknown" in page.content.decode()
    assert client.get("/s/LAMPS/stock/ledger/?sku=NONE").status_code == 404
    client.post("/s/LAMPS/stock/count/", {"sku": "B-1", "pieces": "7"})
    [counted] = known(seller).values()
    assert counted == (7, "count"), "in the main warehouse, which was made for it"


def test_the_ledger_leads_to_orders_and_campaigns() -> None:
    seller, client = sitting()
    shop, place = Shop(seller), make_warehouse(seller)
    moving.move(seller_id=seller, warehouse_id=place, pieces={"A": 9}, actor="test")
    shop.take(make_order(1, make_line("A", 2)), make_order(2, make_line("A", 9)))
    page = client.get("/s/LAMPS/stock/ledger/?sku=A&order=O-2").content.decode()
    assert re.search(r'<a href="/s/LAMPS/orders/O-1/">O-1</a>', page)
    assert not re.search(r'name="pieces"[^>]*value=', page), "what was counted is typed"
    assert re.search(r"write \d+\.", " ".join(page.split()))
