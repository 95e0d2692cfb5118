"""The seller's stock page and ledger show what is locked: for what, for whom, how much is left."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.db.orders.locking import keep
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse

from torgpred.accounts import services
from torgpred.kernel.clock import now
from torgpred.stock.services import moving

pytestmark = pytest.mark.django_db


def test_locks_are_shown_with_purpose_shops_pieces_and_end() -> None:
    seller = services.add_seller(name="Лампы", country="RU", code="LAMPS").id
    person = services.ensure_person(email="lamp@example.org", name="Lamp")
    services.ensure_member(
        tenant_id=seller, email="lamp@example.org", name="Lamp", role="staff", user_id=person.pk
    )
    shop, place = Shop(seller, name="Eleven shop"), make_warehouse(seller)
    moving.move(seller_id=seller, warehouse_id=place, pieces={"A": 9, "B": 4}, actor="test")
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    assert "Locked pieces" not in client.get("/s/LAMPS/stock/").content.decode()
    keep(seller, place, 5, shop.id, until=now() + timedelta(days=2))
    keep(seller, place, 3, sku="B")
    shop.take(make_order(1, make_line("A", 2)))
    page = client.get("/s/LAMPS/stock/").content.decode()
    assert "Eleven shop" in page
    assert "none: they are only kept" in page
    ledger = client.get("/s/LAMPS/stock/ledger/?sku=A").content.decode()
    table = ledger.partition('aria-labelledby="kept"')[2].partition("</section>")[0]
    numbers = [cell.partition("<")[0] for cell in table.split('class="number" data-name=')[1:]]
    assert [one.rpartition(">")[2] for one in numbers] == ["5", "2", "0", ""]
    assert "<strong>3</strong>" in table
    assert "11.11" in table
    assert "does not add up" not in ledger
