"""Orders come over the protocol: none left out, none twice, whatever breaks off in between."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.db.listings.world import World, make_boots
from tests.db.orders.making import levels, promised, rows, run, short

from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError
from torgpred.orders import tasks
from torgpred.orders.services import pulling
from torgpred.orders.services.desk import Desk
from torgpred.orders.services.pulling import FULL_EVERY, pull
from torgpred.stock.services.moving import move
from torgpred.stock.services.warehouses import add_warehouse


@pytest.fixture
def shop(world: World) -> World:
    """Three goods on sale, ten pieces of each."""
    world.feed(*(make_boots(f"B-{n}", quantity=10) for n in range(3)))
    world.carry_out()
    warehouse = add_warehouse(seller_id=world.seller, code="M", name="M", country="RU")
    pieces = {f"B-{n}": 10 for n in range(3)}
    move(
        seller_id=world.seller, warehouse_id=warehouse.id, pieces=pieces, kind="hand", actor="test"
    )
    return world


def buy(world: World, sku: str, quantity: int = 1, **details: object) -> int:
    remote = world.standing()[sku]["sku"][0]["sku_id"]
    lines = [{"sku_id": remote, "quantity": quantity}]
    order: dict[str, int] = world.twin.control("POST", "orders", {"lines": lines, **details})
    return order["id"]


def test_bought_goods_become_orders_with_promises(shop: World) -> None:
    first = buy(shop, "B-0", 2)
    buy(shop, "B-1")
    pulled = pull(shop_id=shop.shop)
    assert (pulled.read, pulled.new, pulled.short) == (2, 2, 0)
    assert [(sku, pieces) for _, sku, _, pieces in promised()] == [("B-0", 2), ("B-1", 1)]
    ((total, payout, buyer),) = rows(
        "SELECT o.total, c.payout, c.buyer FROM orders_order o JOIN orders_consignment c"
        " ON c.order_id = o.id WHERE o.remote_id = %s",
        str(first),
    )
    assert total == Decimal("4980.00")
    assert payout == Decimal("4482.00")
    assert "phone" in buyer
    assert pull(shop_id=shop.shop).new == 0


def test_a_change_after_the_pull_is_met_by_the_next(shop: World) -> None:
    order = buy(shop, "B-0", 3)
    pull(shop_id=shop.shop)
    assert levels(shop.seller)["M", "B-0"] == (10, 3)
    shop.twin.control(
        "PATCH", f"orders/{order}", {"status": "Cancelled", "payment_status": "Cancelled"}
    )
    assert pull(shop_id=shop.shop).changed == 1
    assert levels(shop.seller)["M", "B-0"] == (10, 0)


def test_what_the_marketplace_oversold_is_short(shop: World) -> None:
    for _ in range(4):
        buy(shop, "B-0", 3, oversell=True)
    pull(shop_id=shop.shop)
    assert levels(shop.seller)["M", "B-0"] == (10, 10)
    assert short() == [("B-0", 2, "stock")]


@pytest.mark.parametrize("kind", ["server_error", "cut_after", "truncated"])
def test_a_pull_that_breaks_off_goes_on_and_loses_nothing(shop: World, kind: str) -> None:
    bought = {str(buy(shop, f"B-{n % 3}")) for n in range(12)}
    shop.fault(kind, operations=["orders.list"], count=3)
    with pytest.raises(OutboundError):
        pull(shop_id=shop.shop)
    ((trouble,),) = rows("SELECT trouble FROM orders_pull")
    assert trouble
    shop.twin.control("DELETE", "faults")
    pull(shop_id=shop.shop)
    assert {one for (one,) in rows("SELECT remote_id FROM orders_order")} == bought
    assert rows("SELECT trouble FROM orders_pull") == [("",)]


def test_overlapping_windows_take_nothing_twice(shop: World) -> None:
    for n in range(3):
        buy(shop, f"B-{n}")
        pull(shop_id=shop.shop)
        pull(shop_id=shop.shop, since=now() - timedelta(days=1))
    assert rows("SELECT count(*) FROM orders_order") == [(3,)]
    assert {reserved for _, reserved in levels(shop.seller).values()} == {1}


def test_the_worker_pulls_every_shop(shop: World) -> None:
    buy(shop, "B-0")
    tasks.pull_all()
    until = time.monotonic() + 120
    while time.monotonic() < until and rows("SELECT count(*) FROM orders_order") != [(1,)]:
        time.sleep(0.05)
    assert rows("SELECT count(*) FROM orders_order") == [(1,)]
    assert tasks.desk().wait(120)


def test_a_busy_shop_is_pulled_again_at_once_and_an_idle_one_is_left() -> None:
    pulls: list[int] = []

    def pull_one(shop_id: int) -> bool:
        pulls.append(shop_id)
        return shop_id == 1 and pulls.count(1) < 3

    desk = Desk(pull_one)
    desk.begin(1)
    desk.begin(1)
    desk.begin(2)
    assert desk.wait(120)
    # Two pulls that brought something, then those with growing pauses; one that brought nothing.
    assert (pulls.count(1), pulls.count(2)) == (5, 1)


def test_a_pull_that_fails_is_left_to_the_sweep() -> None:
    def fail(_: int) -> bool:
        raise LookupError

    desk = Desk(fail)
    desk.begin(1)
    assert desk.wait(120)
    desk.begin(1)
    assert desk.wait(120)


def test_a_full_walk_in_parts_holds_nothing_new_up_and_ends(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each page is a batch, however quickly the next one is there.
    monkeypatch.setattr(pulling, "LINGER", 0.0)
    pull(shop_id=shop.shop)
    crowd = {"count": 260, "lines": 1, "oversell": True}
    shop.twin.control("POST", "orders/bulk", crowd)
    pull(shop_id=shop.shop)
    run("UPDATE orders_pull SET full_at = %s", now() - FULL_EVERY)
    parts = 0
    while rows("SELECT full_at < %s FROM orders_pull", now() - FULL_EVERY) == [(True,)]:
        shop.twin.control("POST", "orders/bulk", crowd | {"count": 1})
        parts += 1
        assert pull(shop_id=shop.shop, most=1).new == 1
        assert rows("SELECT count(*) FROM orders_order") == [(260 + parts,)]
    assert parts > 1
    assert rows("SELECT walk_until, cursor FROM orders_pull") == [(None, "")]
