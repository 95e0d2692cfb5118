"""Locked pieces go to the shops of their lock only, first of all, and come back to it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.db.orders.locking import ACTOR, agree, drawn, keep, lock
from tests.db.orders.making import (
    Shop,
    levels,
    make_line,
    make_order,
    make_warehouse,
    promised,
    rows,
    run,
    short,
)

from torgpred.channels.core.orders import OrderPhase, RawLine, RawOrder
from torgpred.demo import sale_report
from torgpred.kernel.clock import now
from torgpred.orders.services import shortages
from torgpred.orders.services.rerouting import reroute
from torgpred.stock import selectors
from torgpred.stock.core.errors import (
    TooFewError,
    UnfitLockError,
    UnfitPiecesError,
    UnknownLockError,
    UnknownWarehouseError,
)
from torgpred.stock.core.values import Lacking
from torgpred.stock.services import keeping, moving


@pytest.fixture
def place(seller_a: int) -> int:
    return make_warehouse(seller_a)


def bring(seller: int, place: int, **pieces: int) -> None:
    moving.move(seller_id=seller, warehouse_id=place, pieces=pieces, actor=ACTOR)


def changed(number: int, *lines: RawLine, phase: OrderPhase = OrderPhase.TO_SHIP) -> RawOrder:
    """Return a newer version of an order."""
    first = make_order(number, *lines)
    return make_order(
        number,
        *lines,
        phase=phase,
        updated_at=first.updated_at + timedelta(hours=1),
    )


def test_only_the_shops_of_a_lock_get_its_pieces_and_they_draw_on_it_first(
    seller_a: int, place: int
) -> None:
    named, other = Shop(seller_a), Shop(seller_a, name="y")
    bring(seller_a, place, A=5)
    kept = keep(seller_a, place, 3, named.id)
    other.take(make_order(1, make_line("A", 1)))
    named.take(make_order(2, make_line("A", 2)))
    assert drawn() == [("O-1", 1, None), ("O-2", 2, kept.id)]
    assert lock(kept.id) == (2, 0, 1)
    other.take(make_order(3, make_line("A", 2)))
    assert short() == [("A", 1, "unknown")], "the piece left in the lock is not for others"
    named.take(make_order(4, make_line("A", 2)))
    assert drawn()[-1] == ("O-4", 1, kept.id)
    assert short()[-1] == ("A", 1, "unknown")
    assert lock(kept.id) == (3, 0, 0)
    assert levels(seller_a) == {("M", "A"): (5, 5)}
    assert agree()


def test_a_line_takes_from_the_lock_and_what_is_free(seller_a: int, place: int) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=5)
    kept = keep(seller_a, place, 2, shop.id)
    shop.take(make_order(1, make_line("A", 4)))
    assert drawn() == [("O-1", 2, kept.id), ("O-1", 2, None)]
    assert agree()


def test_of_several_locks_the_one_that_ends_first_serves_then_the_one_of_fewer_shops(
    seller_a: int, place: int
) -> None:
    one, two = Shop(seller_a), Shop(seller_a, name="y")
    bring(seller_a, place, A=9)
    soon, late = now() + timedelta(hours=1), now() + timedelta(days=3)
    both = keep(seller_a, place, 2, one.id, two.id, until=late)
    own = keep(seller_a, place, 2, one.id, until=late)
    first = keep(seller_a, place, 2, one.id, two.id, until=soon)
    one.take(make_order(1, make_line("A", 5)))
    two.take(make_order(2, make_line("A", 5)))
    assert drawn() == [
        ("O-1", 1, both.id), ("O-1", 2, own.id), ("O-1", 2, first.id),
        ("O-2", 1, both.id), ("O-2", 3, None),
    ]  # fmt: skip
    assert short() == [("A", 1, "unknown")]
    assert agree()


def test_what_lies_in_the_buyers_country_goes_first_locked_or_not(seller_a: int) -> None:
    shop = Shop(seller_a)
    near, far = make_warehouse(seller_a, "N", "RU", 1), make_warehouse(seller_a, "F", "CN", 0)
    bring(seller_a, near, A=2)
    bring(seller_a, far, A=4)
    abroad = keep(seller_a, far, 2, shop.id)
    at_home = keep(seller_a, near, 1, shop.id)
    shop.take(make_order(1, make_line("A", 1)), make_order(2, make_line("A", 4)))
    assert drawn() == [
        ("O-1", 1, at_home.id), ("O-2", 2, abroad.id), ("O-2", 1, None), ("O-2", 1, None),
    ]  # fmt: skip
    assert [pieces for _, _, code, pieces in promised() if code == "N"] == [1, 1]
    assert agree()


def test_a_batch_of_many_orders_is_served_in_their_order(seller_a: int, place: int) -> None:
    named = Shop(seller_a)
    bring(seller_a, place, A=6, B=20)
    kept = keep(seller_a, place, 4, named.id)
    named.take(*(make_order(one, make_line("A", 2), make_line("B", 1)) for one in range(1, 6)))
    of_a = rows("SELECT pieces, lock_id FROM orders_allocation WHERE sku = 'A' ORDER BY line_id")
    assert of_a == [(2, kept.id), (2, kept.id), (2, None)]
    assert short() == [("A", 2, "unknown")] * 2
    assert levels(seller_a) == {("M", "A"): (6, 6), ("M", "B"): (20, 5)}
    assert agree()


def test_a_cancelled_promise_goes_back_into_its_lock_or_to_all_once_that_is_closed(
    seller_a: int, place: int
) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=4)
    kept = keep(seller_a, place, 4, shop.id)
    shop.take(make_order(1, make_line("A", 1)), make_order(2, make_line("A", 2)))
    shop.take(changed(1, make_line("A", 1), phase=OrderPhase.CANCELLED))
    assert lock(kept.id) == (2, 0, 2)
    assert agree()
    keeping.unlock(seller_id=seller_a, lock_ids=[kept.id], actor=ACTOR)
    assert lock(kept.id) == (2, 2, 0)
    assert selectors.available(seller_a, ["A"]) == {"A": 2}
    shop.take(changed(2, make_line("A", 2), phase=OrderPhase.CANCELLED))
    assert lock(kept.id) == (0, 4, 0)
    assert selectors.available(seller_a, ["A"]) == {"A": 4}
    assert agree()


def test_lines_that_want_fewer_or_more_pieces_use_the_lock_alike(seller_a: int, place: int) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=4)
    kept = keep(seller_a, place, 3, shop.id)
    shop.take(make_order(1, make_line("A", 2)))
    shop.take(changed(1, make_line("A", 4)))
    assert drawn() == [("O-1", 2, kept.id), ("O-1", 1, kept.id), ("O-1", 1, None)]
    newer = make_order(1, make_line("A", 1))
    shop.take(make_order(1, make_line("A", 1), updated_at=newer.updated_at + timedelta(hours=2)))
    assert sum(pieces for _, pieces, _ in drawn()) == 1
    assert lock(kept.id) == (1, 0, 2)
    assert agree()


def test_shipped_pieces_stay_used_and_the_sums_recompute(seller_a: int, place: int) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=3)
    kept = keep(seller_a, place, 2, shop.id)
    shop.take(make_order(1, make_line("A", 1)))
    shop.take(changed(1, make_line("A", 1), phase=OrderPhase.SHIPPED))
    assert lock(kept.id) == (1, 0, 1)
    assert levels(seller_a) == {("M", "A"): (2, 0)}
    assert agree()


def test_a_count_that_finds_fewer_cuts_no_lock_but_what_it_can_serve(
    seller_a: int, place: int
) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=5)
    kept = keep(seller_a, place, 4, shop.id)
    shop.take(make_order(1, make_line("A", 1)))
    moving.count(seller_id=seller_a, warehouse_id=place, pieces={"A": 2}, actor=ACTOR)
    assert selectors.levels(seller_a, skus=["A"])[0].owing == 2
    shop.take(make_order(2, make_line("A", 2)))
    assert drawn()[-1] == ("O-2", 1, kept.id), "one piece lies there beside the one promised"
    assert short() == [("A", 1, "unknown")]
    assert agree()
    assert shortages.take_back_uncovered() == 0
    assert shortages.serve().lines == 0
    keeping.unlock(seller_id=seller_a, lock_ids=[kept.id], actor=ACTOR)
    assert selectors.owed() == []
    assert agree()


def test_promises_that_a_count_takes_back_wait_in_their_lock(seller_a: int, place: int) -> None:
    shop, other = Shop(seller_a), Shop(seller_a, name="y")
    bring(seller_a, place, A=3)
    kept = keep(seller_a, place, 2, shop.id)
    shop.take(make_order(1, make_line("A", 2)))
    moving.count(seller_id=seller_a, warehouse_id=place, pieces={"A": 1}, actor=ACTOR)
    assert shortages.take_back_uncovered() == 1
    assert lock(kept.id) == (1, 0, 1)
    assert agree()
    other.take(make_order(2, make_line("A", 1)))
    moving.count(seller_id=seller_a, warehouse_id=place, pieces={"A": 2}, actor=ACTOR)
    assert shortages.serve().pieces == 1
    assert drawn() == [("O-1", 1, kept.id), ("O-1", 1, kept.id)], "the lock's shop, not the other"
    assert short() == [("A", 1, "unknown")]
    assert agree()


def test_a_shortage_is_served_from_a_lock_that_comes_later(seller_a: int, place: int) -> None:
    shop, other = Shop(seller_a), Shop(seller_a, name="y")
    for number, one in ((1, other), (2, shop)):
        one.take(make_order(number, make_line("A", 1)))
    bring(seller_a, place, A=1)
    kept = keep(seller_a, place, 1, shop.id)
    assert shortages.serve().pieces == 1
    assert drawn() == [("O-2", 1, kept.id)]
    assert shortages.serve().lines == 0
    assert agree()


def test_a_consignment_that_moves_gives_its_lock_back_and_draws_on_the_other(
    seller_a: int, place: int
) -> None:
    shop = Shop(seller_a)
    second = make_warehouse(seller_a, "R", rank=1)
    bring(seller_a, place, A=2)
    bring(seller_a, second, A=3)
    here, there = keep(seller_a, place, 2, shop.id), keep(seller_a, second, 1, shop.id)
    shop.take(make_order(1, make_line("A", 2)))
    assert drawn() == [("O-1", 2, here.id)]
    assert reroute(seller_id=seller_a, order="O-1", warehouse_id=second, actor=ACTOR).pieces == 2
    assert drawn() == [("O-1", 1, there.id), ("O-1", 1, None)]
    assert (lock(here.id), lock(there.id)) == ((0, 0, 2), (1, 0, 0))
    assert agree()


def test_too_few_free_pieces_are_named_and_nothing_is_kept(seller_a: int, place: int) -> None:
    bring(seller_a, place, A=5, B=1)
    asked = {("A", place): 2, ("B", place): 3}
    options: dict[str, Any] = {"purpose": "11.11", "shop_ids": [], "until": None, "actor": ACTOR}
    with pytest.raises(TooFewError, match="B: 3 pieces are wanted, 1 are free"):
        keeping.keep(seller_id=seller_a, pieces=asked, **options)
    assert selectors.open_locks(seller_a) == []
    done = keeping.keep_what_there_is(seller_id=seller_a, pieces=asked, **options)
    assert [(one.sku, one.pieces) for one in done.locks] == [("A", 2), ("B", 1)]
    assert done.lacking == (Lacking("B", place, 3, 1),)
    none = keeping.keep_what_there_is(
        seller_id=seller_a, pieces={("B", place): 1}, **options
    )  # fmt: skip
    assert none.locks == ()
    assert agree()


def test_what_cannot_be_a_lock_is_refused_by_name(seller_a: int, seller_b: int, place: int) -> None:
    bring(seller_a, place, A=5)
    own, foreign = Shop(seller_a), Shop(seller_b)
    options: dict[str, Any] = {"purpose": "x", "shop_ids": [own.id], "until": None, "actor": ACTOR}
    for error, told, wrong in (
        (UnfitLockError, "sells in no such shop", {"shop_ids": [own.id, foreign.id]}),
        (UnfitLockError, "say what", {"purpose": " "}),
        (UnfitLockError, "is over", {"until": now() - timedelta(minutes=1)}),
        (UnfitPiecesError, "1 or more", {"pieces": {("A", place): 0}}),
        (UnknownWarehouseError, "no warehouse", {"pieces": {("A", place + 1_000): 1}}),
    ):
        with pytest.raises(error, match=told):
            keeping.keep(
                **({"seller_id": seller_a, "pieces": {("A", place): 1}} | options | wrong)  # type: ignore[arg-type]
            )
    assert selectors.open_locks(seller_a) == []


def test_part_of_a_lock_is_given_back(seller_a: int, place: int) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=5)
    kept = keep(seller_a, place, 4, shop.id)
    shop.take(make_order(1, make_line("A", 1)))
    with pytest.raises(TooFewError, match="3 are left in the lock"):
        keeping.release(seller_id=seller_a, pieces={kept.id: 4}, actor=ACTOR)
    keeping.release(seller_id=seller_a, pieces={kept.id: 2}, actor=ACTOR)
    assert lock(kept.id) == (1, 2, 1)
    assert selectors.available(seller_a, ["A"]) == {"A": 3}
    assert agree()
    keeping.unlock(seller_id=seller_a, lock_ids=[kept.id], actor=ACTOR)
    with pytest.raises(UnknownLockError):
        keeping.release(seller_id=seller_a, pieces={kept.id: 1}, actor=ACTOR)
    assert agree()


def test_a_lock_that_came_due_while_nobody_ran_gives_back_what_is_left(
    seller_a: int, place: int
) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=4)
    kept = keep(seller_a, place, 3, shop.id)
    shop.take(make_order(1, make_line("A", 1)))
    run("UPDATE stock_lock SET until = now() - interval '1 day'")
    assert keeping.close_due_locks() is False
    assert lock(kept.id) == (1, 2, 0)
    assert selectors.available(seller_a, ["A"]) == {"A": 3}
    assert agree()


def test_a_joint_shops_lock_is_the_sellers_own(
    operator: int, seller_a: int, seller_b: int, place: int
) -> None:
    shop = Shop(operator, joint=True, prefixes={"a-": seller_a, "b-": seller_b})
    for seller in (seller_a, seller_b):
        run(
            "INSERT INTO channels_admission (shop_id, seller_id, admitted_at)"
            " VALUES (%s, %s, now())",
            shop.id,
            seller,
        )
    theirs = make_warehouse(seller_b)
    bring(seller_a, place, A=1)
    bring(seller_b, theirs, A=1)
    kept = keep(seller_a, place, 1, shop.id)
    shop.take(make_order(1, make_line("a-A", 1), make_line("b-A", 1)))
    assert drawn() == [("O-1", 1, kept.id), ("O-1", 1, None)]
    assert [one.used for one in selectors.locks(seller_a)] == [1]
    assert selectors.locks(seller_b) == []
    assert agree()


def test_a_lock_that_adds_up_wrongly_is_found(seller_a: int, place: int) -> None:
    shop = Shop(seller_a)
    bring(seller_a, place, A=4)
    keep(seller_a, place, 3, shop.id)
    shop.take(make_order(1, make_line("A", 1)))
    run("UPDATE stock_lock SET used = used - 1, freed = freed + 1")
    assert not agree()


def test_the_sale_days_report_sees_locked_pieces_that_went_elsewhere(
    seller_a: int, place: int
) -> None:
    named, other = Shop(seller_a), Shop(seller_a, name="y")
    bring(seller_a, place, A=4)
    keep(seller_a, place, 3, named.id)
    named.take(make_order(1, make_line("A", 2)))
    other.take(make_order(2, make_line("A", 1)))
    assert sale_report.locked("11.11") == sale_report.Locked(3, 2, 0)
    run("UPDATE orders_consignment SET shop_id = %s", other.id)
    assert sale_report.locked("11.11") == sale_report.Locked(3, 2, 2), "their promises say so"
    run("UPDATE orders_allocation SET lock_id = NULL")
    assert sale_report.locked("11.11") == sale_report.Locked(3, 2, 2), "three of four that came"
