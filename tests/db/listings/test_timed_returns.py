"""What comes back when a price for a time is over: the file's price, or what people decided."""

from decimal import Decimal

import pytest
from tests.db.listings.timing import HOUR, pass_time, plan_prices, prices_there, settle, work
from tests.db.listings.world import World, make_boots

from torgpred.listings import selectors
from torgpred.listings.core.drift import Choice
from torgpred.listings.services.drift_decisions import decide
from torgpred.listings.services.drifting import drift

ORDINARY = ("2490.00", None)
CAMPAIGN = ("1990.00", None)


@pytest.fixture
def listed(world: World) -> World:
    """Two products on sale at their ordinary price."""
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    return world


def on_sale(world: World) -> None:
    """Let a price of B-1 begin, and the plan of its end be ready."""
    plan_prices(world)
    work()
    pass_time(world, HOUR)
    settle(world)
    assert prices_there(world)["B-1"] == CAMPAIGN


def over(world: World) -> None:
    pass_time(world, HOUR)
    settle(world)


def changed_there(world: World, price: str) -> None:
    """Let somebody change the price of B-1 in the marketplace's cabinet."""
    product = world.standing()["B-1"]["id"]
    world.twin.control("PATCH", f"listings/{product}", {"price": price})


def decided(world: World, choice: Choice) -> None:
    """Decide about the price of B-1 that was changed in the shop."""
    found = drift(seller_id=world.seller, shop_id=world.shop).lines
    lines = [one for one in found if (one.sku, one.field) == ("B-1", "price")]
    assert len(lines) == 1
    decide(seller_id=world.seller, shop_id=world.shop, choice=choice, lines=lines, actor="test")


def holds_of_last_begun(world: World) -> set[str]:
    begun = [one for one in selectors.price_switches(world.seller) if one.begun_at]
    last = max(begun, key=lambda one: one.due_at)
    return {one.code for one in selectors.plan(last.plan).holds}


def test_without_a_price_in_the_file_the_one_of_before_comes_back(listed: World) -> None:
    on_sale(listed)
    listed.feed(make_boots("B-1", price=None), make_boots("B-2"))
    over(listed)
    assert prices_there(listed)["B-1"] == ORDINARY


def test_a_price_that_looks_like_a_slip_waits_for_a_person(listed: World) -> None:
    on_sale(listed)
    listed.feed(make_boots("B-1", price=Decimal("24.90")), make_boots("B-2"))
    listed.run("UPDATE listings_priceswitch SET look_at = NULL")
    work()
    over(listed)
    assert prices_there(listed)["B-1"] == ORDINARY
    assert "switch.too_far" in holds_of_last_begun(listed)
    (guard,) = listed.plan().guards
    assert guard.code == "prices", "and there it waits for a yes"


def test_what_left_the_catalogue_costs_what_it_did_before(listed: World) -> None:
    on_sale(listed)
    listed.feed(make_boots("B-2"))
    over(listed)
    assert prices_there(listed)["B-1"] == ORDINARY


def test_a_price_taken_over_before_waits_and_comes_back(listed: World) -> None:
    changed_there(listed, "2333.00")
    decided(listed, Choice.TAKE_OVER)
    on_sale(listed)
    listed.look()
    assert listed.plan().steps == 0
    assert drift(seller_id=listed.seller, shop_id=listed.shop).total == 0
    over(listed)
    assert prices_there(listed)["B-1"] == ("2333.00", None)
    listed.look()
    assert listed.plan().steps == 0


def test_a_price_that_is_left_alone_is_not_planned(listed: World) -> None:
    changed_there(listed, "2333.00")
    decided(listed, Choice.LEAVE)
    planned = plan_prices(listed, "B-1", "B-2")
    assert planned.prices == 1
    assert [(one.place, one.code) for one in planned.findings] == [("B-1", "timed.left_alone")]


def test_a_price_left_alone_after_it_was_planned_stays(listed: World) -> None:
    plan_prices(listed)
    changed_there(listed, "2333.00")
    decided(listed, Choice.LEAVE)
    pass_time(listed, HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == ("2333.00", None)
    over(listed)
    assert prices_there(listed)["B-1"] == ("2333.00", None)


@pytest.mark.parametrize("choice", [Choice.TAKE_OVER, Choice.LEAVE])
def test_what_is_decided_during_the_time_ends_with_it(listed: World, choice: Choice) -> None:
    on_sale(listed)
    listed.look()
    changed_there(listed, "1777.00")
    decided(listed, choice)
    listed.look()
    assert listed.plan().steps == 0
    over(listed)
    assert prices_there(listed)["B-1"] == ORDINARY
