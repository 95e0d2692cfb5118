"""Supply by category: countries side by side, demand, what is thin and who could fill it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.db.conftest import make_tenant
from tests.db.orders.making import make_line, make_order
from tests.db.programmes.making import MALL, Goods, Shop, make_warehouse, put, rows, run

from torgpred.channels.core.orders import OrderPhase
from torgpred.kernel.clock import now
from torgpred.programmes import selectors
from torgpred.programmes.core.supply import Fit, Side, Thin
from torgpred.programmes.core.values import Programme
from torgpred.programmes.services.judging import judge_all
from torgpred.programmes.services.saying import say
from torgpred.runtime.scope import ScopeConflictError, scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall() -> Programme:
    return selectors.programme(MALL)


class Seller:
    """A seller that has answered what programmes ask, with one warehouse at home, one in Russia."""

    def __init__(self, code: str, country: str = "RU", *, local: bool = True) -> None:
        self.id = make_tenant("seller", code, country=country)
        self.shop = Shop(self.id)
        self.goods = Goods(self.id, self.shop.id)
        self.abroad = make_warehouse(self.id, "YIWU", "CN", rank=1)
        self.near = make_warehouse(self.id, "MSK", "RU") if local else 0
        say(seller_id=self.id, kind="returns_address", about="RU", text="М", given_by="t")
        say(seller_id=self.id, kind="warranty", about="RU", given_by="t")

    def offer(self, sku: str, near: int, abroad: int = 0, price: str = "100") -> None:
        self.goods.add(sku, price=price)
        if self.near:
            put(self.id, self.near, sku, near)
        put(self.id, self.abroad, sku, abroad)


def test_countries_stand_side_by_side_in_a_category(mall: Programme) -> None:
    russian, chinese, other = Seller("RUS"), Seller("CHN", "CN"), Seller("RUS2")
    russian.offer("A", 5, price="100")
    russian.offer("B", 0, price="300")
    other.offer("A", 2, price="200")
    chinese.offer("X", 7, abroad=90, price="50")

    judge_all()
    (found,) = selectors.supply(mall)

    assert found.category == "c-1"
    assert found.sides == (
        Side("RU", 2, 3, 2, 7, 7, Decimal(100), Decimal(300), 0, 0),
        Side("CN", 1, 1, 1, 7, 7, Decimal(50), Decimal(50), 0, 0),
    )
    assert (found.qualifying, found.pieces, found.thin) == (3, 14, None)


def test_an_offer_in_two_shops_counts_once(mall: Programme) -> None:
    seller = Seller("RUS")
    seller.offer("A", 5)
    run(
        "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
        " created_at) VALUES (%s, 'aliexpress_ru', 'second', 'http://127.0.0.1', 'RUB', false,"
        " 'active', now())",
        seller.id,
    )
    run(
        "INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest,"
        " context_digest, draft_digest, offers, ready_offers, findings, prices, stated, refusal)"
        " SELECT seller_id, (SELECT max(id) FROM channels_shop), product_key, offers_digest,"
        " context_digest, draft_digest, offers, ready_offers, findings, prices, stated, refusal"
        " FROM listings_desired"
    )

    judge_all()
    (found,) = selectors.supply(mall)

    assert selectors.counts(mall, None).qualifies == 2
    assert (found.offers, found.qualifying, found.pieces) == (1, 1, 5)


def test_few_offers_or_few_days_of_stock_are_thin(mall: Programme) -> None:
    seller = Seller("RUS")
    for sku in ("A", "B", "C"):
        seller.offer(sku, 10)
    judge_all()
    (enough,) = selectors.supply(mall)

    sold = make_order(1, make_line("A", 9), make_line("B", 9), created_at=now(), updated_at=now())
    seller.shop.take(sold)
    more = make_order(2, make_line("C", 10), created_at=now(), updated_at=now())
    seller.shop.take(more)
    judge_all()
    (less,) = selectors.supply(mall)

    assert (enough.thin, enough.days_left) == (None, None)
    assert (less.sold, less.pieces, less.qualifying) == (28, 2, 2)
    assert less.thin is Thin.FEW
    put_more(seller, 3)
    judge_all()
    (short,) = selectors.supply(mall)
    assert (short.qualifying, short.days_left, short.thin) == (3, 5, Thin.SHORT)


def put_more(seller: Seller, pieces: int) -> None:
    run("UPDATE stock_level SET on_hand = on_hand + %s WHERE sku = 'C' AND warehouse_id = %s",
        pieces, seller.near)  # fmt: skip


def test_what_left_in_time_and_late_is_counted_by_country(mall: Programme) -> None:
    seller = Seller("CHN", "CN")
    seller.offer("A", 100)
    day = timedelta(days=1)
    moment = now()

    def order(number: int, ship_by: timedelta, phase: OrderPhase = OrderPhase.TO_SHIP) -> None:
        seller.shop.take(
            make_order(
                number, make_line("A"), created_at=moment - 5 * day, updated_at=moment - 5 * day,
                ship_by=moment + ship_by, phase=phase,
            )
        )  # fmt: skip

    order(1, -2 * day)
    order(2, -2 * day)
    order(3, -2 * day)
    order(4, 2 * day)
    order(5, -2 * day, OrderPhase.PLACED)
    ended = "UPDATE orders_consignment SET phase = 'shipped', ended_at = %s WHERE remote_id = %s"
    run(ended, moment - 3 * day, "O-1")
    run(ended, moment - day, "O-2")

    judge_all()
    (found,) = selectors.supply(mall)

    # O-1 left in time, O-2 late, O-3 is late and open; O-4 has time, O-5 is not paid.
    assert (found.sides[0].kept, found.sides[0].late) == (1, 2)
    assert found.sold == 5


def test_candidates_are_named_for_what_they_have(mall: Programme) -> None:
    Seller("NEAR").offer("A", 0)
    far = Seller("FAR", "CN", local=False)
    far.offer("B", 0, abroad=500)
    far.goods.state_lead_time("B", 30)
    held = Seller("HELD")
    held.goods.add("C", held=True)
    Seller("FULL").offer("D", 3)
    Seller("EMPTY")

    judge_all()
    (found,) = selectors.supply(mall)

    assert [(one.code, one.fit) for one in found.candidates] == [
        ("FAR", Fit.NEAR), ("NEAR", Fit.NEAR), ("HELD", Fit.UNLISTED),
    ]  # fmt: skip
    run("UPDATE programmes_judgement SET verdict = 'no' WHERE seller_id = %s", far.id)
    (found,) = selectors.supply(mall)
    assert [(one.code, one.fit) for one in found.candidates] == [
        ("NEAR", Fit.NEAR), ("FAR", Fit.ABROAD), ("HELD", Fit.UNLISTED),
    ]  # fmt: skip
    assert found.candidates[1].abroad == 500
    assert found.thin is Thin.FEW


def test_whoever_sells_such_goods_already_is_not_told_to_have_none_on_sale(mall: Programme) -> None:
    Seller("SOLD").offer("A", 5)
    Seller("HELD").goods.add("B", held=True)
    judge_all()
    run("UPDATE programmes_judgement SET verdict = 'unknown', listed = true")

    (found,) = selectors.supply(mall)

    assert [(one.code, one.fit) for one in found.candidates] == [
        ("SOLD", Fit.LISTED), ("HELD", Fit.UNLISTED),
    ]  # fmt: skip


def test_demand_is_seen_where_nothing_is_ready(mall: Programme) -> None:
    seller = Seller("RUS")
    seller.offer("A", 10)
    seller.shop.take(make_order(1, make_line("A", 4), created_at=now(), updated_at=now()))
    run("UPDATE listings_desired SET draft_digest = NULL, ready_offers = 0")

    judge_all()
    (found,) = selectors.supply(mall)

    assert (found.category, found.offers, found.sold) == ("c-1", 0, 4)


def test_old_and_cancelled_orders_are_no_demand(mall: Programme) -> None:
    seller = Seller("RUS")
    seller.offer("A", 10)
    judge_all()
    old = now() - timedelta(days=29)
    seller.shop.take(make_order(1, make_line("A"), created_at=old, updated_at=old))
    seller.shop.take(make_order(2, make_line("A"), created_at=now(), updated_at=now()))
    run("UPDATE orders_consignment SET phase = 'cancelled' WHERE remote_id = 'O-2'")

    assert [one.sold for one in selectors.supply(mall)] == [0]


def test_pieces_served_from_near_and_from_abroad_are_told(mall: Programme) -> None:
    seller = Seller("RUS")
    seller.offer("A", 2, abroad=9)
    seller.shop.take(make_order(1, make_line("A", 5), created_at=now(), updated_at=now()))

    assert selectors.served(mall) == (2, 3)


def test_supply_is_the_operators_alone(mall: Programme) -> None:
    seller = Seller("RUS")
    seller.offer("A", 2)
    judge_all()

    with pytest.raises(ScopeConflictError), scope(seller.id):
        selectors.supply(mall)
    assert rows("SELECT count(*) FROM programmes_judgement", seller=seller.id) == [(2,)]
