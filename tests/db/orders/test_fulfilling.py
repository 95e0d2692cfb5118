"""Shortages are served, uncovered promises end, and each seller ships its own part only."""

import pytest
from tests.db.orders.making import (
    Shop,
    levels,
    make_line,
    make_order,
    make_warehouse,
    promised,
    rows,
    short,
)

from torgpred.channels import services as channel_services
from torgpred.channels.core.orders import Tracking
from torgpred.orders import tasks
from torgpred.orders.services import fulfilling, shortages
from torgpred.stock.core.errors import UnknownWarehouseError
from torgpred.stock.services.moving import count, move


def put_by_hand(seller: int, warehouse: int, pieces: int) -> None:
    move(seller_id=seller, warehouse_id=warehouse, pieces={"A": pieces}, actor="test")


def test_pieces_that_come_serve_the_oldest_line_first_and_once(seller_a: int) -> None:
    shop, warehouse = Shop(seller_a), make_warehouse(seller_a)
    shop.take(make_order(1, make_line("A", 3)), make_order(2, make_line("A", 3)))
    put_by_hand(seller_a, warehouse, 4)
    tasks.settle_shortages()
    tasks.settle_shortages()
    assert promised() == [("O-1", "A", "M", 3), ("O-2", "A", "M", 1)]
    assert [(sku, pieces) for sku, pieces, _ in short()] == [("A", 2)]
    assert levels(seller_a) == {("M", "A"): (4, 4)}


def test_a_count_that_finds_fewer_takes_the_newest_promise_back(seller_a: int) -> None:
    shop, warehouse = Shop(seller_a), make_warehouse(seller_a)
    put_by_hand(seller_a, warehouse, 5)
    shop.take(make_order(1, make_line("A", 3)), make_order(2, make_line("A", 2)))
    count(seller_id=seller_a, warehouse_id=warehouse, pieces={"A": 4}, actor="test")
    tasks.settle_shortages()
    tasks.settle_shortages()
    assert promised() == [("O-1", "A", "M", 3), ("O-2", "A", "M", 1)]
    assert short() == [("A", 1, "count")]
    assert levels(seller_a) == {("M", "A"): (4, 4)}


class Courier:
    """What the marketplace was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def courier_step(self, order_id: str, *_: object) -> None:
        self.told.append(order_id)


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch) -> Courier:
    found = Courier()
    monkeypatch.setattr(channel_services, "open", lambda _: found)
    return found


def ship(seller: int) -> str:
    tracking = Tracking("T-1", "Учебный курьер")
    return fulfilling.ship_by_courier(
        seller_id=seller, order="O-1", tracking=tracking, actor="test"
    ).value


def test_each_seller_ships_its_own_part_and_the_market_hears_of_the_last(
    operator: int, seller_a: int, seller_b: int, courier: Courier
) -> None:
    both = (seller_a, seller_b)
    joint = Shop(operator, joint=True, prefixes={f"s{one}-": one for one in both})
    for seller in both:
        put_by_hand(seller, make_warehouse(seller), 5)
    joint.take(make_order(1, make_line(f"s{seller_a}-A", 2), make_line(f"s{seller_b}-A", 1)))
    assert (ship(seller_a), ship(seller_a), courier.told) == ("waiting", "waiting", [])
    assert (levels(seller_a), levels(seller_b)) == ({("M", "A"): (3, 0)}, {("M", "A"): (5, 1)})
    assert (ship(seller_b), courier.told) == ("sent", ["O-1"])
    assert levels(seller_b) == {("M", "A"): (4, 0)}


def test_a_crash_between_call_and_record_is_gone_on_from(
    seller_a: int, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_by_hand(seller_a, make_warehouse(seller_a), 5)
    Shop(seller_a).take(make_order(1, make_line("A", 2)))
    with monkeypatch.context() as broken:
        broken.setattr(fulfilling, "_record", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ship(seller_a)
    assert levels(seller_a) == {("M", "A"): (5, 2)}
    assert (ship(seller_a), ship(seller_a)) == ("sent", "sent")
    assert levels(seller_a) == {("M", "A"): (3, 0)}
    assert rows("SELECT count(*) FROM orders_shipment") == [(1,)]


def test_returned_pieces_are_stock_only_when_seen_good(
    seller_a: int, seller_b: int, courier: Courier
) -> None:
    warehouse = make_warehouse(seller_a)
    put_by_hand(seller_a, warehouse, 5)
    Shop(seller_a).take(make_order(1, make_line("A", 2)))
    ship(seller_a)
    ((line,),) = rows("SELECT id FROM orders_line")

    def see(condition: str, warehouse: int = warehouse) -> None:
        fulfilling.see_return(
            seller_id=seller_a,
            line_id=line,
            warehouse_id=warehouse,
            pieces=1,
            condition=condition,
            actor="test",
        )

    for condition, on_hand in (("damaged", 3), ("good", 4)):
        see(condition)
        assert levels(seller_a) == {("M", "A"): (on_hand, 0)}
    with pytest.raises(fulfilling.ReturnTooLargeError):
        see("good")
    with pytest.raises(UnknownWarehouseError):
        see("damaged", make_warehouse(seller_b))


def test_a_short_consignment_is_not_shipped(seller_a: int, seller_b: int, courier: Courier) -> None:
    Shop(seller_a).take(make_order(1))
    with pytest.raises(fulfilling.NotToShipError):
        ship(seller_a)
    (one,) = shortages.open_shortages(seller_a)
    number = one["shortage"]
    assert "O-1" in shortages.cancel_at_marketplace(seller_id=seller_a, shortage_id=number)
    with pytest.raises(shortages.UnknownShortageError):
        shortages.wait(seller_id=seller_b, shortage_id=number)
    assert courier.told == []
