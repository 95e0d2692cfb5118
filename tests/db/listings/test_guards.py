"""What looks like an accident waits for a yes; what is out of date is left out."""

import json
from decimal import Decimal
from typing import Any

import pytest
from tests.db.listings.world import World, actions, make_boots

from torgpred.catalogue.core.offers import Offer
from torgpred.listings import selectors
from torgpred.listings.core.errors import GuardsWaitError, StalePlanError
from torgpred.listings.core.guards import GuardLimits
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.services import contexts


def boots(count: int, **overrides: Any) -> list[Offer]:  # noqa: ANN401 - any field
    return [make_boots(f"B-{number}", **overrides) for number in range(count)]


def codes(world: World) -> list[str]:
    return [guard.code for guard in world.plan().guards]


def test_prices_that_lost_two_digits_are_held_until_a_person_says_that_they_are_meant(
    world: World,
) -> None:
    world.feed(*boots(12))
    world.carry_out()
    world.feed(*boots(12, price=Decimal("24.90")))
    plan = world.plan()
    (guard,) = plan.guards
    assert (guard.code, guard.count) == ("prices", 12)
    assert "B-0: 2490.00 -> 24.90" in guard.examples
    with pytest.raises(GuardsWaitError, match="--yes prices"):
        world.apply(plan)
    with pytest.raises(GuardsWaitError):
        world.apply(plan, confirmed=["removals"])
    assert {one["sku"][0]["price"] for one in world.standing().values()} == {"2490.00"}
    assert world.apply(plan, confirmed=["prices"]).steps == {"price.done": 12}
    assert {one["sku"][0]["price"] for one in world.standing().values()} == {"24.90"}


def test_lost_digits_are_noticed_before_anything_was_ever_listed(world: World) -> None:
    world.feed(*boots(3))
    world.feed(*boots(3, price=Decimal("24.90")))
    plan = world.plan()
    assert actions(world.steps(plan))[0][1] == "create"
    assert [(guard.code, guard.count) for guard in plan.guards] == [("prices", 3)]


def test_a_file_that_lost_a_third_of_its_goods_waits(world: World) -> None:
    world.feed(*boots(30))
    world.carry_out()
    world.feed(*boots(20))
    plan = world.plan()
    (guard,) = plan.guards
    assert (guard.code, guard.count, guard.of) == ("removals", 10, 30)
    with pytest.raises(GuardsWaitError):
        world.apply(plan)
    assert world.apply(plan, confirmed=["removals"]).steps == {"pause.done": 10}


def test_texts_that_come_back_nearly_empty_wait(world: World) -> None:
    world.feed(*boots(5, description="<p>" + "Тёплые, из овечьей шерсти. " * 30 + "</p>"))
    world.carry_out()
    world.feed(*boots(5, description="<p>Тёплые</p>"))
    assert codes(world) == ["texts"]


def test_a_seller_chooses_the_limits_of_a_shop(world: World) -> None:
    world.feed(*boots(3))
    world.carry_out()
    known = contexts.shop_policy(world.seller, world.shop)
    chosen = ShopPolicy(
        delivery_template_id=known.delivery_template_id,
        lead_time_days=known.lead_time_days,
        guards=GuardLimits(price_times=Decimal(200), price_percent=Decimal(100)),
    )
    contexts.set_policy(seller_id=world.seller, shop_id=world.shop, policy=chosen, actor="test")
    world.feed(*boots(3, price=Decimal("24.90")))
    assert codes(world) == []


# --- out of date --------------------------------------------------------------------------------
def test_steps_whose_reason_is_gone_are_left_out_and_named(world: World) -> None:
    world.feed(*boots(20))
    plan = world.plan()
    world.feed(*boots(18), make_boots("B-18", name="Валенки другие"), make_boots("B-19"))
    receipt = world.apply(plan)
    assert receipt.steps == {"create.done": 19, "create.skipped": 1}
    assert receipt.refusals == (("What is wanted changed since this plan was made.", 1),)
    left_out = selectors.steps_page(world.seller, plan.id, state="skipped")
    assert [one.product_key for one in left_out] == ["B-18"]
    assert actions(world.steps(world.plan())) == [("B-18", "create")]


def test_a_product_that_changed_in_the_shop_is_left_out(world: World) -> None:
    world.feed(*boots(20))
    world.carry_out()
    world.feed(*boots(20, price=Decimal(1990)))
    plan = world.plan()
    by_hand = world.standing()["B-7"]["id"]
    world.twin.control("PATCH", f"listings/{by_hand}", {"price": "1.00"})
    world.look()
    receipt = world.apply(plan)
    assert receipt.steps == {"price.done": 19, "price.skipped": 1}
    assert receipt.refusals[0][0] == "The product in the shop changed since this plan was made."


def test_sales_since_the_plan_make_nothing_stale(world: World) -> None:
    world.feed(*boots(3))
    world.carry_out()
    world.feed(*boots(3, price=Decimal(1990)))
    plan = world.plan()
    for one in world.standing().values():
        world.twin.control("PATCH", f"listings/{one['id']}", {"inventory": 1})
    world.look()
    assert world.apply(plan).steps == {"price.done": 3}


def test_our_own_apply_makes_the_next_plan_not_stale(world: World) -> None:
    world.feed(*boots(3))
    world.carry_out()
    world.feed(*boots(3, price=Decimal(1990)))
    first = world.plan()
    world.apply(first)
    world.feed(*boots(3, price=Decimal(1890)))
    second = world.plan()
    world.look()
    assert world.apply(second).steps == {"price.done": 3}


def test_a_plan_that_is_stale_in_more_than_a_tenth_is_refused_whole(world: World) -> None:
    world.feed(*boots(20))
    plan = world.plan()
    world.feed(*boots(17), *boots(20, name="Валенки другие")[17:])
    with pytest.raises(StalePlanError, match="3 of the 20"):
        world.apply(plan)
    assert world.twin.control("GET", "listings") == []
    assert {step.state for step in world.steps(plan)} == {"waiting"}
    assert world.rows("SELECT state FROM listings_plan") == [("made",)]


def test_a_pause_of_what_came_back_is_left_out(world: World) -> None:
    world.feed(*boots(20))
    world.carry_out()
    world.feed(*boots(10))
    plan = world.plan()
    world.feed(*boots(11))
    receipt = world.apply(plan, confirmed=["removals"])
    assert receipt.steps == {"pause.done": 9, "pause.skipped": 1}


def test_guards_are_kept_with_the_plan_as_plain_words(world: World) -> None:
    world.feed(*boots(2))
    world.carry_out()
    world.feed(*boots(2, price=Decimal("24.90")))
    plan = world.plan()
    ((kept,),) = world.rows("SELECT guards FROM listings_plan WHERE id = %s", plan.id)
    (guard,) = json.loads(kept) if isinstance(kept, str) else kept
    assert guard["message"] == "2 prices would move beyond 3 times up or down."
    assert selectors.plan(plan.code).guards == plan.guards
