"""Prices for a time: planned ahead, switched at their moment, brought back at their end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from tests.db.listings.timing import (
    HOUR,
    pass_time,
    plan_prices,
    prices_there,
    settle,
    work,
    work_until,
)
from tests.db.listings.world import World, make_boots

from torgpred.kernel.clock import now
from torgpred.kernel.ids import encode
from torgpred.listings import selectors
from torgpred.listings.core.errors import (
    NotDueError,
    PriceWindowError,
    SwitchStaysError,
    TimedPricesMeetError,
)
from torgpred.listings.core.timed import at
from torgpred.listings.services import applying, pricing, timed_prices
from torgpred.listings.services.timed_prices import PriceAhead
from torgpred.listings.services.undoing import make_undo

ORDINARY = ("2490.00", None)
CAMPAIGN = ("1990.00", None)


@pytest.fixture
def listed(world: World) -> World:
    """Two products on sale at their ordinary price."""
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    return world


def test_a_price_comes_at_its_moment_and_goes_at_its_end(listed: World) -> None:
    second = timedelta(seconds=1)
    planned = plan_prices(listed, listed="2490", after=second, length=2 * second)
    work_until(lambda: prices_there(listed)["B-1"] == ("2490.00", "1990.00"))
    assert planned.starts_at <= now() < planned.ends_at
    assert prices_there(listed)["B-2"] == ORDINARY
    work_until(lambda: prices_there(listed)["B-1"] == ORDINARY)
    assert now() >= planned.ends_at
    settle(listed)
    assert listed.plan().steps == 0


def test_both_plans_are_there_before_their_moments_and_say_when(listed: World) -> None:
    planned = plan_prices(listed)
    work()
    start, end = reversed(selectors.plans(listed.seller)[:2])
    assert (start.due_at, end.due_at) == (planned.starts_at, planned.ends_at)
    assert (start.state, start.counts["price"], end.counts["price"]) == ("made", 1, 1)
    (line,) = [change for step in listed.steps(start) for change in step.changes]
    assert (line.place, line.field, line.old, line.new) == ("B-1", "price", "2490.00", "1990.00")
    assert line.reason == "a price for a time: 1111"
    (line,) = [change for step in listed.steps(end) for change in step.changes]
    assert (line.old, line.new, line.reason) == ("1990.00", "2490.00", "the ordinary price again")
    assert prices_there(listed)["B-1"] == ORDINARY, "nothing was sent"
    with pytest.raises(NotDueError):
        applying.begin(seller_id=listed.seller, plan_id=start.id, actor="test")


def test_making_ready_leaves_the_desired_states_of_now(listed: World) -> None:
    wanted = "SELECT product_key, draft_digest, prices FROM listings_desired ORDER BY 1"
    before = listed.rows(wanted)
    plan_prices(listed)
    work()
    assert listed.rows(wanted) == before
    assert listed.plan().steps == 0


def test_while_it_is_in_force_plans_and_waterfalls_are_of_it(listed: World) -> None:
    plan_prices(listed)
    work()
    pass_time(listed, HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == CAMPAIGN
    listed.look()
    assert listed.plan().steps == 0
    priced = pricing.example(seller_id=listed.seller, shop_id=listed.shop, sku="B-1")
    assert priced is not None
    assert priced.waterfall.price == Decimal(1990)
    assert priced.timed is not None
    assert priced.timed.reference == "1111"


def changed_there(world: World, price: str) -> None:
    """Let somebody change the price of B-1 in the marketplace's cabinet."""
    product = world.standing()["B-1"]["id"]
    world.twin.control("PATCH", f"listings/{product}", {"price": price})


def test_the_end_brings_the_ordinary_price_of_then(listed: World) -> None:
    plan_prices(listed)
    work()
    pass_time(listed, HOUR)
    settle(listed)
    listed.feed(make_boots("B-1", price=Decimal(2790)), make_boots("B-2"))
    listed.run("UPDATE listings_priceswitch SET look_at = NULL")
    work()
    end = selectors.plans(listed.seller, 1)[0]
    (line,) = [change for step in listed.steps(end) for change in step.changes]
    assert line.new == "2790.00", "the plan that was ready is made anew"
    pass_time(listed, HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == ("2790.00", None)


def test_a_price_that_changed_after_the_plan_was_ready_is_put_right(listed: World) -> None:
    plan_prices(listed)
    work()
    pass_time(listed, HOUR)
    settle(listed)
    work()
    listed.feed(make_boots("B-1", price=Decimal(2790)), make_boots("B-2"))
    pass_time(listed, HOUR)  # at once, so that nobody looked at the ready plan again
    settle(listed)
    assert prices_there(listed)["B-1"] == ("2790.00", None)


def test_a_switch_that_nobody_made_ready_goes_out_late_but_right(listed: World) -> None:
    plan_prices(listed)
    pass_time(listed, HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == CAMPAIGN


def test_who_slept_through_the_whole_time_changes_nothing(listed: World) -> None:
    plan_prices(listed)
    work()
    start = selectors.plans(listed.seller)[1]
    pass_time(listed, 3 * HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == ORDINARY
    assert listed.steps(start)[0].state == "skipped", "its price was never sent"


def test_withdrawn_before_it_never_comes(listed: World) -> None:
    plan_prices(listed, "B-1", "B-2")
    work()
    done = timed_prices.withdraw(seller_id=listed.seller, offer_keys=["B-1"], actor="test")
    assert (done.in_force, done.coming) == (0, 1)
    pass_time(listed, HOUR)
    settle(listed)
    assert prices_there(listed) == {"B-1": ORDINARY, "B-2": CAMPAIGN}


def test_withdrawn_while_in_force_the_ordinary_price_is_back(listed: World) -> None:
    plan_prices(listed)
    work()
    pass_time(listed, HOUR)
    settle(listed)
    done = timed_prices.withdraw(seller_id=listed.seller, reference="1111", actor="test")
    assert (done.in_force, done.coming) == (1, 0)
    settle(listed)
    assert prices_there(listed)["B-1"] == ORDINARY
    plan_prices(listed, after=timedelta(0))
    settle(listed)
    assert prices_there(listed)["B-1"] == CAMPAIGN, "paused, and gone on with"


def test_moved_prices_converge(listed: World) -> None:
    plan_prices(listed)
    work()
    move = {"seller_id": listed.seller, "reference": "1111", "actor": "test"}
    assert timed_prices.move(**move, starts_at=now()).coming == 1  # type: ignore[arg-type]
    settle(listed)
    assert prices_there(listed)["B-1"] == CAMPAIGN, "sooner"
    later = now() + 4 * HOUR
    timed_prices.move(**move, starts_at=later, ends_at=later + HOUR)  # type: ignore[arg-type]
    settle(listed)
    assert prices_there(listed)["B-1"] == ORDINARY, "it stops, and comes again"
    pass_time(listed, 4 * HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == CAMPAIGN
    timed_prices.move(**move, ends_at=now() + 2 * HOUR)  # type: ignore[arg-type]
    pass_time(listed, HOUR + HOUR / 2)
    settle(listed)
    assert prices_there(listed)["B-1"] == CAMPAIGN, "longer"
    pass_time(listed, HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == ORDINARY


def test_an_ordinary_plan_of_before_does_not_bring_the_old_price_back(listed: World) -> None:
    listed.feed(make_boots("B-1", name="Валенки «Тест» новые", price=Decimal(2590)),
                make_boots("B-2", price=Decimal(2590)))  # fmt: skip
    plan_prices(listed)
    ordinary = listed.plan()
    assert ordinary.steps == 2
    applying.begin(seller_id=listed.seller, plan_id=ordinary.id, actor="test")
    pass_time(listed, HOUR)
    work()  # and nobody has read the shop since
    assert prices_there(listed) == {"B-1": CAMPAIGN, "B-2": ORDINARY}
    applying.run(seller_id=listed.seller, plan_id=ordinary.id)
    assert prices_there(listed) == {"B-1": CAMPAIGN, "B-2": ("2590.00", None)}
    states = {step.product_key: step.state for step in listed.steps(ordinary)}
    assert states == {"B-1": "skipped", "B-2": "done"}


def test_a_switch_changes_prices_alone(listed: World) -> None:
    listed.feed(make_boots("B-1", name="Валенки «Тест» новые"), make_boots("B-2"))
    plan_prices(listed)
    pass_time(listed, HOUR)
    settle(listed)
    there = listed.standing()["B-1"]
    assert prices_there(listed)["B-1"] == CAMPAIGN
    assert "новые" not in str(there), "the new name waits for a person"
    (step,) = listed.steps(listed.plan())
    assert (step.action, [one.field for one in step.changes]) == ("update", ["titles.ru"])


def test_a_price_changed_in_the_shop_before_the_moment_is_put_right(listed: World) -> None:
    plan_prices(listed)
    work()
    changed_there(listed, "2333.00")
    listed.look()
    pass_time(listed, HOUR)
    settle(listed)
    assert prices_there(listed)["B-1"] == CAMPAIGN


def test_what_the_marketplace_refuses_stays_visible_with_its_reason(listed: World) -> None:
    plan_prices(listed, "B-1", "B-2")
    work()
    listed.fault("item_errors", operations=["price.update"], count=1, code="E7", message="no")
    pass_time(listed, HOUR)
    settle(listed)
    assert sorted(prices_there(listed).values()) == [CAMPAIGN, ORDINARY]
    (begun,) = [one for one in selectors.price_switches(listed.seller) if one.begun_at]
    assert (begun.state, begun.left) == ("not right", 1)
    start = selectors.plan(begun.plan)
    assert selectors.receipt(listed.seller, start.id).refusals[0][1] == 1


def test_only_one_price_of_an_offer_is_in_force(listed: World) -> None:
    plan_prices(listed)
    again = plan_prices(listed, "B-1", "B-2", after=HOUR * 1.5)
    assert again.prices == 1
    (finding,) = again.findings
    assert (finding.place, finding.code) == ("B-1", "timed.meets")
    assert plan_prices(listed, after=2 * HOUR + timedelta(minutes=1)).prices == 1, (
        "one after another"
    )
    with pytest.raises(IntegrityError):
        listed.run(
            "INSERT INTO listings_timedprice (seller_id, shop_id, offer_key, price, starts_at,"
            " ends_at, reference, set_by, set_at, moved_by, withdrawn_by)"
            " SELECT seller_id, shop_id, offer_key, 1, starts_at + interval '1 s', ends_at, '',"
            " '', now(), '', '' FROM listings_timedprice LIMIT 1"
        )
    with pytest.raises(TimedPricesMeetError):
        timed_prices.move(
            seller_id=listed.seller, offer_keys=["B-1"], ends_at=now() + 9 * HOUR, actor="test"
        )


def test_prices_that_cannot_be_are_named_and_the_rest_is_planned(listed: World) -> None:
    moment = now()
    given = [
        PriceAhead("B-1", Decimal(1990)),
        PriceAhead("B-1", Decimal(1890)),
        PriceAhead("B-9", Decimal(1990)),
        PriceAhead("B-2", Decimal("19.999")),
        PriceAhead("B-3", Decimal(100), Decimal(90)),
    ]
    made = timed_prices.schedule(
        seller_id=listed.seller,
        shop_id=listed.shop,
        prices=given,
        starts_at=moment,
        ends_at=moment + HOUR,
        actor="test",
    )
    assert made.prices == 1
    assert {(one.place, one.code) for one in made.findings} == {
        ("B-1", "timed.twice"),
        ("B-9", "timed.unknown_offer"),
        ("B-2", "timed.price"),
        ("B-3", "timed.listed"),
    }
    with pytest.raises(PriceWindowError):
        plan_prices(listed, after=-2 * HOUR)


def test_a_switch_is_not_undone_as_a_plan(listed: World) -> None:
    plan_prices(listed)
    work()
    pass_time(listed, HOUR)
    settle(listed)
    (begun,) = [one for one in selectors.price_switches(listed.seller) if one.begun_at]
    plan = selectors.plan(begun.plan)
    with pytest.raises(SwitchStaysError):
        make_undo(seller_id=listed.seller, plan_id=plan.id, actor="test")
    assert encode(plan.id) == begun.plan


def test_a_price_of_one_moment_is_in_force_as_the_core_says(listed: World) -> None:
    plan_prices(listed)
    moment = now() + HOUR * 1.5
    every = selectors.timed_of(listed.seller, listed.shop, ["B-1"])["B-1"]
    assert (
        at(moment, every).by_offer
        == selectors.timed_at(listed.seller, listed.shop, moment).by_offer
    )
