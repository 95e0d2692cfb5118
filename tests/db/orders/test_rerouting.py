"""Promises move to one warehouse that has a consignment whole; locks are taken in one order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.db.orders.making import (
    Shop,
    levels,
    make_line,
    make_order,
    make_warehouse,
    promised,
    put,
    rows,
)
from tests.db.orders.waiting import backend_pid, who_waits_for

from torgpred.kernel.clock import now
from torgpred.orders import selectors
from torgpred.orders.selectors.watching import watch
from torgpred.orders.services import gathering, promises, shortages
from torgpred.orders.services.parts import NotToShipError, WhichShopError
from torgpred.orders.services.rerouting import NotWholeError, Rerouted, reroute
from torgpred.runtime.scope import operator_scope
from torgpred.stock import selectors as stock
from torgpred.stock.services.moving import count, move


def moved(seller: int, warehouse: int | None = None) -> Rerouted:
    return reroute(seller_id=seller, order="O-1", warehouse_id=warehouse, actor="test")


def split_over_two(seller: int) -> tuple[int, int, int]:
    """Two local warehouses with a part each, and a foreign one that has all of it."""
    near, other = make_warehouse(seller, "N", rank=1), make_warehouse(seller, "O", rank=2)
    far = make_warehouse(seller, "F", country="CN", rank=0)
    for warehouse, sku, pieces in (
        (near, "A", 5), (other, "B", 5), (far, "A", 5), (far, "B", 5),
    ):  # fmt: skip
        move(seller_id=seller, warehouse_id=warehouse, pieces={sku: pieces}, actor="test")
    Shop(seller).take(make_order(1, make_line("A", 2), make_line("B", 1)))
    return near, other, far


def test_a_split_consignment_is_put_together_and_the_ledger_agrees(seller_a: int) -> None:
    _, other, far = split_over_two(seller_a)
    assert promised() == [("O-1", "A", "N", 2), ("O-1", "B", "O", 1)]
    assert moved(seller_a) == Rerouted("O-1", "F", 3)
    assert promised() == [("O-1", "A", "F", 2), ("O-1", "B", "F", 1)]
    assert moved(seller_a, far).pieces == 0
    move(seller_id=seller_a, warehouse_id=other, pieces={"A": 1}, actor="test")
    with pytest.raises(NotWholeError, match="O lacks 1 of A"):
        moved(seller_a, other)
    move(seller_id=seller_a, warehouse_id=other, pieces={"A": 1}, actor="test")
    assert moved(seller_a) == Rerouted("O-1", "O", 3), "local before the lower rank"
    assert levels(seller_a)["F", "A"] == (5, 0)
    assert levels(seller_a)["O", "A"] == (2, 2)
    assert stock.recompute(seller_a, reserved=selectors.reserved_sums()) == []


def test_nothing_moves_where_no_warehouse_has_it_whole(seller_a: int, seller_b: int) -> None:
    split_over_two(seller_a)
    rows("UPDATE stock_level SET locked = 5 WHERE sku = 'B' AND reserved = 0 RETURNING id")
    before = (promised(), levels(seller_a))
    with pytest.raises(NotWholeError, match="F lacks 1 of B"):
        moved(seller_a)
    with pytest.raises(NotWholeError, match="no such warehouse"):
        moved(seller_a, make_warehouse(seller_b))
    assert (promised(), levels(seller_a)) == before
    rows("UPDATE orders_consignment SET phase = 'shipped' RETURNING id")
    with pytest.raises(NotToShipError, match="it is shipped"):
        moved(seller_a)


def test_a_worker_puts_new_consignments_together_but_takes_nothing_abroad(seller_a: int) -> None:
    _, other, _ = split_over_two(seller_a)
    begin = gathering.begin()
    assert gathering.gather(after=begin, tried=set()).consignments == 0, (
        "only the warehouse abroad has it whole"
    )
    move(seller_id=seller_a, warehouse_id=other, pieces={"A": 4}, actor="test")
    assert gathering.gather(after=begin, tried=set()).consignments == 1
    assert promised() == [("O-1", "A", "O", 2), ("O-1", "B", "O", 1)]
    assert gathering.gather(after=begin, tried=set()).consignments == 0
    assert levels(seller_a)["N", "A"] == (5, 0)
    assert stock.recompute(seller_a, reserved=selectors.reserved_sums()) == []


def test_what_is_promised_from_abroad_alone_may_come_whole_from_anywhere(seller_a: int) -> None:
    for code, rank in (("N", 1), ("F", 0)):
        warehouse = make_warehouse(seller_a, code, rank=rank)
        move(seller_id=seller_a, warehouse_id=warehouse, pieces={"A": 5}, actor="test")
    Shop(seller_a).take(make_order(1, make_line("A", 6), buyer_country="KZ"))
    begin = gathering.begin()
    assert promised() == [("O-1", "A", "F", 5), ("O-1", "A", "N", 1)]
    assert gathering.gather(after=begin, tried=set()).consignments == 0
    far = make_warehouse(seller_a, "C", country="CN", rank=9)
    move(seller_id=seller_a, warehouse_id=far, pieces={"A": 6}, actor="test")
    assert gathering.gather(after=begin, tried=set()).consignments == 1
    assert {row[2] for row in promised()} == {"C"}


def test_two_shops_with_one_number_are_told_apart(seller_a: int) -> None:
    put(seller_a, make_warehouse(seller_a), "A", 9)
    first = Shop(seller_a)
    rows("UPDATE channels_shop SET name = 'y' RETURNING id")
    second = Shop(seller_a)
    for shop in (first, second):
        shop.take(make_order(1))
    with pytest.raises(WhichShopError, match=f"{first.id}, {second.id}"):
        moved(seller_a)
    done = reroute(seller_id=seller_a, order="O-1", actor="test", shop_id=second.id)
    assert done.warehouse == "M"


def test_the_watch_list_tells_how_urgent_and_why(seller_a: int, seller_b: int) -> None:
    put(seller_a, make_warehouse(seller_a), "A", 2)
    shop, moment = Shop(seller_a), now()
    for number, hours in ((1, -1), (2, 3), (3, 30), (4, 90)):
        shop.take(make_order(number, ship_by=moment + timedelta(hours=hours)))
    Shop(seller_b).take(make_order(5, ship_by=moment))
    told = [(one.order, one.urgency.value, one.block.value) for one in watch(seller_a)]
    assert told == [
        ("O-1", "overdue", "not packed"),
        ("O-2", "under 24 h", "not packed"),
        ("O-3", "under 48 h", "short"),
    ]
    assert {one.seller for one in watch()} == {"S-A", "S-B"}


@pytest.mark.django_db(transaction=True)
def test_a_count_and_a_cancellation_never_wait_for_each_other(
    transactional_db: None, seller_a: int
) -> None:
    """One holds an order's promises and will want the level, while the other takes promises back.

    Whoever took the level first would end in a deadlock here.
    """
    warehouse = make_warehouse(seller_a)
    move(seller_id=seller_a, warehouse_id=warehouse, pieces={"A": 4}, actor="test")
    Shop(seller_a).take(make_order(1, make_line("A", 2)), make_order(2, make_line("A", 2)))
    count(seller_id=seller_a, warehouse_id=warehouse, pieces={"A": 1}, actor="test")
    ((order,),) = rows("SELECT id FROM orders_order WHERE remote_id = 'O-1'")

    def take_back() -> int:
        try:
            return shortages.take_back_uncovered()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with operator_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM orders_allocation ORDER BY id LIMIT 1 FOR NO KEY UPDATE")
            waiting = pool.submit(take_back)
            who_waits_for(backend_pid())
            promises.release(order_ids=[order], remedy="cancelled")
        assert waiting.result(timeout=120) == 1
    assert levels(seller_a) == {("M", "A"): (1, 1)}
    assert stock.recompute(seller_a, reserved=selectors.reserved_sums()) == []
