"""A plan that does not know what became desired after it was made is told to be behind."""

from decimal import Decimal

import pytest
from tests.db.listings.timing import HOUR, pass_time, plan_prices, settle, work
from tests.db.listings.world import World, make_boots

from torgpred.listings import selectors, tasks
from torgpred.listings.services import requesting, working_out
from torgpred.listings.services.undoing import make_undo


@pytest.fixture
def planned(world: World) -> World:
    """Two products on sale, and a plan that found nothing more to do."""
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    world.plan()
    return world


def behind(world: World) -> list[str]:
    found = selectors.plans_behind(world.seller).values()
    assert all(one.moved != one.taken_back for one in found)
    return [one.plan.code for one in found if one.moved]


def look_again(world: World) -> None:
    """Have it worked out what came in, as a page does that is opened."""
    working_out.ask_anew(seller_id=world.seller, shop_id=world.shop)
    assert tasks.work_out()


def test_what_changes_a_listing_puts_the_newest_plan_behind_until_one_is_made(
    planned: World,
) -> None:
    plan = selectors.plans(planned.seller)[0]
    planned.feed(make_boots("B-1", price=Decimal(2790)), make_boots("B-2"))
    assert behind(planned) == [], "nobody has worked it out yet"
    look_again(planned)
    assert behind(planned) == [plan.code]
    assert planned.plan().steps == 1
    assert behind(planned) == []
    look_again(planned)
    assert behind(planned) == []


def test_stock_and_what_comes_again_put_no_plan_behind(planned: World) -> None:
    planned.feed(make_boots("B-1", quantity=3), make_boots("B-2"))
    look_again(planned)
    planned.feed(make_boots("B-1", price=Decimal(2790)), make_boots("B-2"))
    planned.feed(make_boots("B-1"), make_boots("B-2"))
    look_again(planned)
    assert behind(planned) == []


def test_what_comes_goes_or_is_held_puts_the_plan_behind(planned: World) -> None:
    for goods in (
        (make_boots("B-1"), make_boots("B-2"), make_boots("B-3")),
        (make_boots("B-1"), make_boots("B-3")),
        (make_boots("B-1", pictures=()), make_boots("B-3")),
    ):
        planned.feed(*goods)
        look_again(planned)
        assert behind(planned), [one.key for one in goods]
        planned.plan()
        assert behind(planned) == []


def test_goods_that_were_held_and_are_held_still_change_nothing(planned: World) -> None:
    planned.feed(make_boots("B-1"), make_boots("B-2"), make_boots("B-3", pictures=()))
    look_again(planned)
    assert behind(planned) == []


def test_a_price_for_a_time_that_is_in_force_puts_no_plan_behind(planned: World) -> None:
    plan_prices(planned)
    work()
    for _ in ("its beginning", "its end"):
        pass_time(planned, HOUR)
        settle(planned)
        look_again(planned)
        assert behind(planned) == []


def test_a_shop_whose_plan_is_being_made_is_left_out(planned: World) -> None:
    planned.feed(make_boots("B-1", price=Decimal(2790)), make_boots("B-2"))
    look_again(planned)
    requesting.ask_plan(seller_id=planned.seller, shop_id=planned.shop, actor="test")
    assert behind(planned) == []


def test_what_was_taken_back_leaves_the_shop_otherwise_than_wanted(planned: World) -> None:
    planned.feed(make_boots("B-1", price=Decimal(2790)), make_boots("B-2"))
    plan = planned.plan()
    planned.apply(plan)
    planned.look()
    planned.apply(make_undo(seller_id=planned.seller, plan_id=plan.id, actor="test"))
    (one,) = selectors.plans_behind(planned.seller).values()
    assert (one.plan.code, one.moved, one.taken_back) == (plan.code, False, True)
    planned.look()
    assert planned.plan().steps == 1
    assert selectors.plans_behind(planned.seller) == {}


def test_a_plan_works_out_what_was_asked_before_it(planned: World) -> None:
    working_out.ask_anew(seller_id=planned.seller, shop_id=planned.shop)
    planned.plan()
    worked = working_out.worked_out(planned.seller, planned.shop)
    assert worked is not None
    assert (worked.current, worked.offers, worked.ready) == (True, 2, 2)
    assert not tasks.work_out(), "nothing is left to do"
