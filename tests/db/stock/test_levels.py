"""Levels change by movements; promises are kept whatever a count finds, and owing settles."""

from datetime import timedelta

import pytest
from tests.db.orders.making import Shop, make_line, make_order, rows, run
from tests.db.stock.making import (
    ACTOR,
    bring,
    changes,
    counted,
    differences,
    make_place,
    moved,
    reserve,
    settle,
    stands,
)

from torgpred.kernel.clock import now
from torgpred.runtime.scope import ScopeConflictError, operator_scope, scope
from torgpred.stock import selectors
from torgpred.stock.core.errors import (
    TooFewError,
    UnfitPiecesError,
    UnfitWarehouseError,
    UnknownWarehouseError,
    WarehouseTakenError,
)
from torgpred.stock.core.values import Pieces
from torgpred.stock.services import keeping, moving, promising
from torgpred.stock.services.warehouses import (
    add_warehouse,
    change_warehouse,
    warehouse_meant,
)


@pytest.fixture
def place(seller_a: int) -> int:
    return make_place(seller_a)


def test_pieces_come_and_go_by_movements(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=5, B=2)
    done = moving.move(
        seller_id=seller_a, warehouse_id=place, pieces={"A": -2}, actor=ACTOR, reference="fair"
    )
    assert (done.levels, done.owing) == (1, 0)
    assert stands(seller_a) == {"on_hand": 3}
    assert moved(seller_a) == [(5, "hand", ""), (-2, "hand", "fair")]
    assert changes() == ["A", "A", "B"]
    assert differences() == []


def test_more_than_lies_there_does_not_go_and_nothing_else_does(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=5, B=2)
    changes()
    with pytest.raises(TooFewError) as caught:
        moving.move(seller_id=seller_a, warehouse_id=place, pieces={"A": -1, "B": -3}, actor=ACTOR)
    assert caught.value.data == {"sku": "B", "pieces": 3, "has": 2, "of": "there", "more": ""}
    assert (stands(seller_a), stands(seller_a, "B")) == ({"on_hand": 5}, {"on_hand": 2})
    assert changes() == []


def test_a_count_becomes_what_is_on_hand_and_again_changes_nothing(
    seller_a: int, place: int
) -> None:
    bring(seller_a, place, A=5)
    counted(seller_a, place, A=7, B=1, C=0)
    changes()
    again = moving.count(
        seller_id=seller_a, warehouse_id=place, pieces={"A": 7, "B": 1}, actor=ACTOR
    )
    assert (again.levels, changes()) == (0, [])
    assert moved(seller_a) == [(5, "hand", ""), (2, "count", "")]
    assert (stands(seller_a, "B"), stands(seller_a, "C")) == ({"on_hand": 1}, {})


def test_fewer_found_than_promised_is_owing_until_promises_are_given_back(
    seller_a: int, place: int
) -> None:
    bring(seller_a, place, A=8)
    reserve(seller_a, place, "A", 5)
    changes()
    done = moving.count(
        seller_id=seller_a, warehouse_id=place, pieces={"A": 3}, actor=ACTOR, reference="take 7"
    )
    assert (done.levels, done.owing) == (1, 2)
    assert stands(seller_a) == {"on_hand": 5, "reserved": 5, "owing": 2}
    assert changes() == ["A"]
    [owed] = selectors.owed(seller_a)
    assert (owed.sku, owed.owing, owed.to_take_back) == ("A", 2, 2)
    assert differences() == []
    with scope(seller_a):
        promising.give_back(settle(seller_a, place, "A", 2, shipped=False))
    assert stands(seller_a) == {"on_hand": 3, "reserved": 3}
    assert moved(seller_a) == [
        (8, "hand", ""),
        (-5, "count", "take 7"),
        (2, "owing", "take 7"),
        (-2, "owing", "O-1"),
    ]
    assert selectors.owed() == []
    assert differences() == []


def test_pieces_that_come_settle_what_is_owing(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=8)
    reserve(seller_a, place, "A", 5)
    counted(seller_a, place, A=3)
    bring(seller_a, place, A=10)
    assert stands(seller_a) == {"on_hand": 13, "reserved": 5}
    assert differences() == []


def test_locks_give_way_before_buyers_do(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=8)
    reserve(seller_a, place, "A", 3)
    [lock] = keeping.lock(
        seller_id=seller_a, warehouse_id=place, pieces={"A": 4}, purpose="11.11", actor=ACTOR
    )
    counted(seller_a, place, A=3)
    [owed] = selectors.owed()
    assert (owed.owing, owed.to_take_back) == (4, 0)
    keeping.unlock(seller_id=seller_a, lock_ids=[lock.id], actor=ACTOR)
    assert stands(seller_a) == {"on_hand": 3, "reserved": 3}
    assert (selectors.owed(), differences()) == ([], [])


def test_shipping_lets_promised_pieces_leave(seller_a: int, seller_b: int, place: int) -> None:
    other = make_place(seller_b)
    bring(seller_a, place, A=5)
    bring(seller_b, other, A=5)
    reserve(seller_a, place, "A", 3)
    reserve(seller_b, other, "A", 1)
    with operator_scope():
        shipped = settle(seller_a, place, "A", 2, shipped=True)
        shipped += settle(seller_b, other, "A", 1, shipped=True)
        promising.ship(shipped, actor=ACTOR)
    assert stands(seller_a) == {"on_hand": 3, "reserved": 1}
    assert stands(seller_b) == {"on_hand": 4}
    assert moved(seller_a)[-1] == (-2, "shipped", "O-1")
    assert differences() == []


def test_two_consignments_of_one_level_are_two_movements(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=5)
    reserve(seller_a, place, "A", 3)
    with scope(seller_a):
        promising.ship(
            [Pieces(seller_a, "A", place, 1, "O-1"), Pieces(seller_a, "A", place, 2, "O-2")],
            actor=ACTOR,
        )
    assert moved(seller_a)[1:] == [(-1, "shipped", "O-1"), (-2, "shipped", "O-2")]
    assert stands(seller_a) == {"on_hand": 2}


def test_what_is_shipped_was_there_whatever_was_counted(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=5)
    reserve(seller_a, place, "A", 5)
    counted(seller_a, place, A=3)
    with scope(seller_a):
        promising.ship(settle(seller_a, place, "A", 4, shipped=True), actor=ACTOR)
    assert stands(seller_a) == {"on_hand": 1, "reserved": 1, "owing": 1}
    assert (1, "count", "O-1") in moved(seller_a)
    assert differences() == []


@pytest.mark.parametrize("deed", ["ship", "give_back"])
def test_what_was_not_promised_is_neither_shipped_nor_given_back(
    seller_a: int, place: int, deed: str
) -> None:
    bring(seller_a, place, A=5)
    rows_of = [Pieces(seller_a, "A", place, 1)]
    for wanted in (rows_of, [Pieces(seller_a, "Z", place, 1)]):
        with pytest.raises(TooFewError), scope(seller_a):
            getattr(promising, deed)(wanted, actor=ACTOR)
    assert stands(seller_a) == {"on_hand": 5}


def test_returned_pieces_lie_where_they_were_seen(seller_a: int, place: int) -> None:
    second = make_place(seller_a, "R")
    with scope(seller_a):
        promising.take_back([Pieces(seller_a, "A", second, 2, "R-1")], actor=ACTOR)
    assert moved(seller_a) == [(2, "returned", "R-1")]
    [card] = selectors.levels(seller_a)
    assert (card.warehouse, card.on_hand) == ("R", 2)


def test_a_lock_keeps_free_pieces_only_and_closes_in_time(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=5)
    keeping.set_buffer(seller_id=seller_a, warehouse_id=place, pieces={"A": 1})
    with pytest.raises(TooFewError, match="4 are free"):
        keeping.lock(
            seller_id=seller_a, warehouse_id=place, pieces={"A": 5}, purpose="x", actor=ACTOR
        )
    for until in (now() + timedelta(hours=1), now() + timedelta(days=1)):
        keeping.lock(
            seller_id=seller_a, warehouse_id=place, pieces={"A": 2}, purpose="x", actor=ACTOR,
            until=until,
        )  # fmt: skip
    assert selectors.available(seller_a, ["A"]) == {"A": 0}
    assert keeping.close_due_locks() is False
    assert stands(seller_a) == {"on_hand": 5, "locked": 4, "buffer": 1}
    run("UPDATE stock_lock SET until = until - interval '2 hours'")
    assert keeping.close_due_locks() is False
    assert stands(seller_a) == {"on_hand": 5, "locked": 2, "buffer": 1}
    assert len(selectors.open_locks(seller_a, sku="A")) == 1
    assert selectors.available(seller_a, ["A", "Z"]) == {"A": 2}
    assert differences() == []


def test_available_is_what_all_warehouses_can_give(seller_a: int, place: int) -> None:
    far = make_place(seller_a, "CN", "CN", 1)
    bring(seller_a, place, A=1)
    bring(seller_a, far, A=5)
    keeping.set_buffer(seller_id=seller_a, warehouse_id=place, pieces={"A": 3})
    assert selectors.available_of([(seller_a, "A")]) == {(seller_a, "A"): 5}
    keeping.set_buffer(seller_id=seller_a, warehouse_id=place, pieces={"A": 0})
    reserve(seller_a, place, "A", 1)
    counted(seller_a, place, A=0)
    assert selectors.available_of([(seller_a, "A")]) == {(seller_a, "A"): 4}


def test_an_order_gets_no_piece_that_is_owing(seller_a: int, place: int) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=3)
    shop.take(make_order(1, make_line("A", 3)))
    counted(seller_a, place, A=2)
    shop.take(make_order(2, make_line("A", 1)))
    assert stands(seller_a) == {"on_hand": 3, "reserved": 3, "owing": 1}
    assert differences() == []


def test_a_difference_is_found_and_named(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=5)
    reserve(seller_a, place, "A", 2)
    rows("UPDATE stock_level SET on_hand = 6, reserved = 1 RETURNING id")
    found = [(one.what, one.level, one.sum) for one in differences(seller_a)]
    assert found == [("on_hand", 6, 5), ("reserved", 1, 2)]


def test_one_seller_reaches_nothing_of_another(seller_a: int, seller_b: int, place: int) -> None:
    bring(seller_a, place, A=5)
    with pytest.raises(UnknownWarehouseError):
        bring(seller_b, place, A=5)
    with pytest.raises(ScopeConflictError), scope(seller_b):
        bring(seller_a, place, A=5)
    with pytest.raises(TooFewError), scope(seller_b):
        promising.take_back([Pieces(seller_b, "A", place, 1)], actor=ACTOR)
    with pytest.raises(TooFewError), scope(seller_b):
        promising.ship([Pieces(seller_a, "A", place, 1)], actor=ACTOR)
    assert selectors.levels(seller_b) == []
    assert stands(seller_a) == {"on_hand": 5}


@pytest.mark.parametrize("pieces", [{"": 1}, {"A": 0}, {"A": 10**9 + 1}, {"x" * 256: 1}])
def test_what_no_level_can_hold_is_refused(
    seller_a: int, place: int, pieces: dict[str, int]
) -> None:
    with pytest.raises(UnfitPiecesError):
        bring(seller_a, place, **pieces)


def test_warehouses_are_added_changed_and_named(seller_a: int) -> None:
    assert warehouse_meant(seller_id=seller_a).code == "MAIN"
    assert warehouse_meant(seller_id=seller_a).country == "RU"
    make_place(seller_a, "cn", "cn", 1)
    with pytest.raises(WarehouseTakenError):
        make_place(seller_a, "CN")
    with pytest.raises(UnfitWarehouseError):
        add_warehouse(seller_id=seller_a, code="", country="RU")
    changed = change_warehouse(seller_id=seller_a, code="main", rank=2, name="Главный")
    assert (changed.rank, changed.name, changed.country) == (2, "Главный", "RU")
    assert [one.code for one in selectors.warehouses(seller_a)] == ["CN", "MAIN"]
    assert warehouse_meant(seller_id=seller_a).code == "CN"
    with pytest.raises(UnknownWarehouseError, match="CN, MAIN"):
        warehouse_meant(seller_id=seller_a, code="X")


def test_pages_of_levels_go_by_sku(seller_a: int, place: int) -> None:
    second = make_place(seller_a, "R", rank=1)
    bring(seller_a, place, A=1, B=1, C=1)
    bring(seller_a, second, A=1)
    first = selectors.levels(seller_a, limit=2)
    assert [(one.sku, one.warehouse) for one in first] == [("A", "M"), ("A", "R"), ("B", "M")]
    assert [one.sku for one in selectors.levels(seller_a, after="B", limit=2)] == ["C"]


def test_a_long_ledger_sums_what_it_does_not_list(seller_a: int, place: int) -> None:
    for pieces in (1, 2, 3):
        bring(seller_a, place, A=pieces)
    ledger = selectors.ledger(seller_a, "A", limit=2)
    assert [one.pieces for one in ledger.movements] == [2, 3]
    assert ledger.earlier == (("M", "hand", 1),)
