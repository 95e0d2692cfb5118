"""The inbox: what each view holds, what is found, pages that miss none, and no buyer in it."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse, put, rows, run
from tests.web.orders.sitting import Sitting, text_of

from torgpred.accounts import services
from torgpred.channels.core.orders import OrderPhase
from torgpred.kernel.clock import now
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import PricingPolicy
from torgpred.listings.services import contexts
from torgpred.orders.selectors import paging
from torgpred.orders.services import cancelling, shortages
from torgpred.web import showing, tables
from torgpred.web.views import orders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    seller = services.add_seller(name="Альфа", country="RU", code="ALPHA")
    made = Shop(seller.id)
    put(seller.id, make_warehouse(seller.id), "A", 10)
    return made


@pytest.fixture
def desk(shop: Shop) -> Sitting:
    return Sitting(shop.owner)


def numbers(page: str) -> list[str]:
    return re.findall(r"O-\d+", page)


def test_each_view_holds_its_orders_and_tells_how_many(shop: Shop, desk: Sitting) -> None:
    moment = now()
    shop.take(
        make_order(1, ship_by=moment - timedelta(hours=1)),
        make_order(2, ship_by=moment + timedelta(hours=30)),
        make_order(3, ship_by=moment + timedelta(days=9)),
        make_order(4, make_line("GONE"), ship_by=moment + timedelta(days=9)),
        make_order(5, phase=OrderPhase.PLACED),
        make_order(6, phase=OrderPhase.CANCELLED),
        make_order(7, ship_by=moment + timedelta(days=9)),
    )
    cancelling.cancel(seller_id=shop.owner, order="O-7", actor="test")
    holds = {
        view: sorted({one.order for one in paging.page(shop.owner, view)}) for view in paging.VIEWS
    }
    told = paging.counts(shop.owner)

    assert holds["to_ship"] == ["O-1", "O-2", "O-3", "O-4", "O-7"]
    assert holds["soon"] == ["O-1", "O-2"]
    assert holds["short"] == ["O-4"]
    assert holds["placed"] == ["O-5"]
    assert holds["cancelling"] == ["O-7"]
    assert holds["cancelled"] == ["O-6"]
    assert told.views == {view: len(found) for view, found in holds.items()}
    assert (told.late, told.day, told.lacking) == (1, 1, 1)
    soon = desk.see("seller-orders", {"view": "soon"})
    assert numbers(soon) == ["O-1", "O-2"]
    assert "Late or due soon 2" in soon
    assert "Ship it by courier, or make a parcel" in soon
    assert "Pieces are missing: choose a remedy" in desk.see("seller-orders", {"view": "short"})


def test_what_lacks_is_named_with_its_own_pieces(shop: Shop, desk: Sitting) -> None:
    shop.take(
        make_order(1, make_line("A", 2, name="Валенки"), make_line("GONE", 3, name="Рубаха")),
        make_order(2, make_line("A", 1, name="Валенки"), make_line("A", 4, name="Калоши")),
    )

    assert "Рубаха 3 pieces, 3 of them short; and 1 more kind, 5 pieces in all" in desk.see(
        "seller-orders", {"view": "short"}
    )
    assert "Валенки 1 piece; and 1 more kind, 5 pieces in all" in desk.see(
        "seller-orders", {"view": "all"}
    )


def test_an_order_that_lacks_pieces_leads_to_its_remedies_and_to_no_courier(
    shop: Shop, desk: Sitting
) -> None:
    shop.take(make_order(1, make_line("A", 2)), make_order(2, make_line("GONE", 3)))
    remedies = f"{desk.address('seller-order', order='O-2')}?shop={shop.id}#short"

    lacking = desk.client.get(desk.address("seller-orders"), {"view": "short"}).content.decode()

    assert f'href="{remedies}"' in lacking
    assert "lacks 3 of 3" in text_of(lacking)
    assert 'value="parcels"' in lacking
    assert 'value="ship"' not in lacking
    both = desk.client.get(desk.address("seller-orders")).content.decode()
    assert 'value="ship"' in both
    assert both.count("#short") == 1
    assert "lacks 3 of 3" in desk.see("seller-home")


def test_an_order_whose_shortages_all_wait_is_not_asked_about_again(
    shop: Shop, desk: Sitting
) -> None:
    shop.take(make_order(1, make_line("GONE", 3), make_line("LOST", 1)))
    first, second = rows("SELECT id FROM orders_shortage ORDER BY id")

    shortages.wait(seller_id=shop.owner, shortage_id=first[0])
    half = desk.see("seller-orders", {"view": "short"})
    half_home = desk.see("seller-home")
    shortages.wait(seller_id=shop.owner, shortage_id=second[0])
    all_of_it = desk.see("seller-orders", {"view": "short"})
    home = desk.see("seller-home")

    assert "1 order is short of goods" in half_home
    assert "1 piece was sold and is not there" in half_home
    assert "short of goods" not in home
    assert "Orders that wait for goods, as was chosen: 1" in home
    assert "nothing is short" not in home
    assert "choose a remedy" in half
    assert "choose a remedy" not in all_of_it
    assert "Waits for goods, and is served by itself" in all_of_it


def test_one_finds_by_number_sku_and_name(shop: Shop, desk: Sitting) -> None:
    shop.take(
        make_order(1, make_line("A-100%", name="Сапоги войлочные")),
        make_order(2, make_line("B", name="Термос")),
        make_order(22, make_line("C")),
    )
    found = {
        text: sorted(set(numbers(desk.see("seller-orders", {"view": "all", "q": text}))))
        for text in ("O-1", "O-2", "a-100%", "войлоч", "%", "nothing")
    }

    assert found["O-1"] == ["O-1"]
    assert found["O-2"] == ["O-2", "O-22"]
    assert found["a-100%"] == ["O-1"]
    assert found["войлоч"] == ["O-1"]
    assert found["%"] == []
    assert found["nothing"] == []


@pytest.mark.parametrize("view", ["to_ship", "all"])
def test_pages_show_every_order_once(
    view: str, shop: Shop, desk: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PAGE", 2)
    monkeypatch.setattr(showing.page, "__defaults__", (2,))
    until = datetime(2026, 12, 1, tzinfo=UTC)
    shop.take(
        *(make_order(n, ship_by=until if n % 2 else None, created_at=until) for n in range(1, 6))
    )
    seen: list[str] = []
    query = {"view": view}
    for _ in range(3):
        page = desk.client.get(desk.address("seller-orders"), query).content.decode()
        seen += dict.fromkeys(numbers(page))
        follows = re.search(r'href="\?([^"]*after=[^"]*)"', page)
        if follows is None:
            break
        query = dict(re.findall(r"(\w+)=([^&]*)", follows[1].replace("&amp;", "&")))
        query = {key: value.replace("%3A", ":").replace("%2B", "+").replace("%7E", "~")
                 for key, value in query.items()}  # fmt: skip

    assert sorted(seen) == [f"O-{n}" for n in range(1, 6)]
    assert desk.status("seller-orders", {"view": view, "after": "x"}) == 404


def test_lists_name_no_buyer(shop: Shop, desk: Sitting) -> None:
    shop.take(make_order(1))

    for name in ("seller-home", "seller-orders", "seller-payouts"):
        page = desk.see(name)
        assert "Учебный" not in page
        assert "70000000002" not in page
    assert "Учебный Пётр" in desk.see("seller-order", order="O-1")


def test_another_sellers_order_is_not_there(shop: Shop, desk: Sitting) -> None:
    beta = services.add_seller(name="Бета", country="RU", code="BETA")
    other = Shop(beta.id)
    other.take(make_order(9))
    shop.take(make_order(1))

    assert numbers(desk.see("seller-orders", {"view": "all"})) == ["O-1"]
    assert desk.status("seller-order", order="O-9") == 404
    for name in ("ship", "step", "pack", "unpack", "reroute", "remedy", "cancel", "go-on",
                 "return"):  # fmt: skip
        fields = {"shop": str(other.id), "yes": "yes", "track": "1", "carrier": "x"}
        assert desk.sent(f"seller-order-{name}", fields, order="O-9") == 404, name
    chosen = {"o": f"{other.id}:O-9", "do": "parcels"}
    assert "is not known of this seller" in desk.do("seller-orders-many", chosen)


def test_one_who_may_only_look_finds_no_form(shop: Shop) -> None:
    shop.take(make_order(1))
    reader = Sitting(shop.owner, "reader")
    page = reader.client.get(reader.address("seller-order", order="O-1")).content.decode()

    assert 'method="post"' not in page.partition("<main")[2].partition("</main>")[0]


def test_two_shops_with_one_number_are_told_apart(shop: Shop, desk: Sitting) -> None:
    run("UPDATE channels_shop SET name = 'y'")
    other = Shop(shop.owner)
    shop.take(make_order(1))
    other.take(make_order(1, make_line("A", 2)))

    assert "Which do you mean?" in desk.see("seller-order", order="O-1")
    assert "₽200" in desk.see("seller-order", {"shop": str(other.id)}, order="O-1")


def test_first_steps_say_which_of_several_shops_they_are_about(shop: Shop, desk: Sitting) -> None:
    assert "Next:" in desk.see("seller-home")
    run("UPDATE channels_shop SET name = 'y'")
    Shop(shop.owner)

    assert "Next in the shop AliExpress Россия · y:" in desk.see("seller-home")


def test_a_share_that_the_price_rules_do_not_know_is_pointed_out(shop: Shop, desk: Sitting) -> None:
    pricing = PricingPolicy(commission=Decimal(8))
    contexts.set_policy(
        seller_id=shop.owner, shop_id=shop.id, policy=ShopPolicy(pricing=pricing), actor="test"
    )
    at = datetime(2026, 11, 11, 12, tzinfo=UTC)
    shop.take(
        make_order(1, created_at=at, payout=Decimal("90.00"), fees=Decimal("10.00")),
        make_order(2, created_at=at, payout=Decimal("92.00"), fees=Decimal("8.01")),
    )
    said = "The marketplace keeps 10 %, your price rules say 8 %"
    rules = f"{desk.address('seller-start-price')}?shop={shop.id}#commission"

    page = desk.client.get(desk.address("seller-order", order="O-1")).content.decode()

    assert said in text_of(page)
    assert f'href="{rules}"' in page
    assert "price rules say" not in desk.see("seller-order", order="O-2")
    assert desk.see("seller-payouts", {"month": "2026-11"}).count(said) == 1


def test_payouts_never_add_two_currencies(shop: Shop, desk: Sitting) -> None:
    moment = datetime(2026, 11, 11, 12, tzinfo=UTC)
    shop.take(
        make_order(1, created_at=moment, payout=Decimal("90.00")),
        make_order(2, make_line("A", 2), created_at=moment, payout=Decimal("180.00")),
        make_order(3, created_at=moment, currency="USD", payout=Decimal("80.00")),
        make_order(4, created_at=datetime(2026, 10, 30, tzinfo=UTC), payout=Decimal("70.00")),
    )
    page = desk.see("seller-payouts", {"month": "2026-11"})

    assert "RUB 2 ₽300 ₽270" in page
    assert "USD 1 $100 $80" in page
    assert "No price policy is set for this shop" in page
    assert sorted(set(numbers(page))) == ["O-1", "O-2", "O-3"]
    answer = desk.client.get(desk.address("seller-payouts-table"), {"month": "2026-11"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("Order,Shop,State,Placed,Currency,Goods,")
    desk.client.cookies["django_language"] = "ru"
    answer = desk.client.get(desk.address("seller-payouts-table"), {"month": "2026-11"})
    told = answer.content.decode("utf-8-sig")
    assert told.startswith("Заказ,Магазин,Состояние,Оформлен,Валюта,")
    assert "policy" not in told
    desk.client.cookies["django_language"] = "en"
    assert lines[1].startswith("O-")
    assert ",USD,100.00,80.00," in "\n".join(lines)
    assert desk.status("seller-payouts", {"month": "2026-13"}) == 404
    assert tables.row(["=1+1", -2, None]) == "'=1+1,-2,\r\n"
