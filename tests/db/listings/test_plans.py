"""From a file to an empty second plan, against the twin over its real protocol."""

from decimal import Decimal

import pytest
from tests.db.listings.world import World, actions, make_boots

from torgpred.catalogue.core.offers import Param
from torgpred.listings import selectors
from torgpred.listings.core.errors import UnknownPlanError
from torgpred.listings.services import contexts, listed
from torgpred.listings.services.observing import Depth


def test_a_second_plan_is_empty_after_the_shop_was_read_anew(world: World) -> None:
    world.feed(
        make_boots("B-1"),
        make_boots("B-2"),
        make_boots("V-1", product_key="V", params=(*make_boots().params, Param("Размер", "27"))),
        make_boots("V-2", product_key="V", params=(*make_boots().params, Param("Размер", "28"))),
    )
    plan = world.plan()
    assert actions(world.steps(plan)) == [("B-1", "create"), ("B-2", "create"), ("V", "create")]
    receipt = world.apply(plan)
    assert (receipt.steps, receipt.offers) == ({"create.done": 3}, {"create.done": 4})
    assert world.standing().keys() == {"B-1", "B-2", "V-1"}
    assert world.look(Depth.ALL).details == 3
    assert world.plan().steps == 0
    assert selectors.standing_offers(world.seller, world.shop) == 4
    assert world.look().details == 0, "detail is read only where the list changed"
    assert world.plan().steps == 0


def test_an_update_names_each_field_with_old_and_new(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    world.feed(make_boots("B-1", name="Валенки новые", weight_kg=Decimal("0.9")), make_boots("B-2"))
    plan = world.plan()
    (step,) = world.steps(plan)
    assert (step.product_key, step.action) == ("B-1", "update")
    told = {change.field: (change.old, change.new) for change in step.changes}
    assert told == {
        "titles.ru": ("Валенки «Тест» B-1", "Валенки новые"),
        "weight_kg": ("0.80", "0.9"),
    }
    assert world.apply(plan).steps == {"update.done": 1}
    world.look()
    assert world.plan().steps == 0


def test_a_new_price_alone_is_a_price_step(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", price=Decimal(1990)))
    plan = world.plan()
    assert actions(world.steps(plan)) == [("B-1", "price")]
    world.apply(plan)
    world.look()
    assert world.plan().steps == 0
    assert Decimal(world.standing()["B-1"]["sku"][0]["price"]) == Decimal(1990)


def test_what_is_missing_is_paused_and_brought_back_when_it_returns(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    world.feed(make_boots("B-1"))
    pause = world.plan()
    (step,) = world.steps(pause)
    assert (step.product_key, step.action) == ("B-2", "pause")
    assert [(one.field, one.old, one.new) for one in step.changes] == [
        ("status", "on_sale", "off_sale")
    ]
    world.apply(pause)
    world.look()
    assert world.plan().steps == 0, "a paused product is not paused again"
    world.feed(make_boots("B-1"), make_boots("B-2"))
    back = world.plan()
    assert actions(world.steps(back)) == [("B-2", "resume")]
    world.apply(back)
    world.look()
    assert world.plan().steps == 0


def test_a_product_that_returns_changed_is_updated_before_it_is_brought_back(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    world.feed(make_boots("B-1"))
    world.apply(world.plan())
    # No look in between: our own pause is known all the same.
    world.feed(make_boots("B-1"), make_boots("B-2", name="Валенки другие"))
    plan = world.plan()
    assert actions(world.steps(plan)) == [("B-2", "update"), ("B-2", "resume")]
    assert world.apply(plan).steps == {"update.done": 1, "resume.done": 1}
    world.look()
    assert world.plan().steps == 0


def test_a_product_is_not_brought_back_when_its_update_was_refused(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    world.feed(make_boots("B-1"))
    world.apply(world.plan())
    world.feed(make_boots("B-1"), make_boots("B-2", name="Валенки другие"))
    plan = world.plan()
    world.fault("item_errors", operations=["product.edit"], count=1, code="X", message="bad words")
    receipt = world.apply(plan)
    assert receipt.steps == {"update.refused": 1, "resume.skipped": 1}


def test_a_partial_feed_removes_nothing(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    world.feed_part(make_boots("B-1", price=Decimal(1500)))
    assert actions(world.steps(world.plan())) == [("B-1", "price")]


def test_a_listed_product_that_is_held_now_is_left_alone(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", weight_kg=None))
    plan = world.plan()
    assert plan.steps == 0
    assert plan.counts["held"] == 1
    assert plan.holds[0].offers == 1


def test_a_held_variant_stays_listed_when_its_sibling_changes(world: World) -> None:
    params = make_boots().params
    sizes = {key: (*params, Param("Размер", size)) for key, size in (("V-1", "27"), ("V-2", "28"))}
    world.feed(*(make_boots(key, product_key="V", params=sizes[key]) for key in sizes))
    world.carry_out()
    world.feed(
        make_boots("V-1", product_key="V", params=sizes["V-1"], name="Валенки новые"),
        make_boots("V-2", product_key="V", params=sizes["V-2"], price=None),
    )
    world.apply(world.plan())
    assert [sku["code"] for sku in world.standing()["V-1"]["sku"]] == ["V-1", "V-2"]


def test_what_was_refused_is_not_sent_again_until_it_changes_or_a_person_asks(
    world: World,
) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.fault(
        "item_errors", operations=["product.create"], count=1, code="X", message="bad words"
    )
    receipt = world.carry_out()
    assert receipt.steps == {"create.done": 1, "create.refused": 1}
    assert receipt.refusals == (("bad words", 1),)
    again = world.plan()
    assert (again.steps, again.counts["refused"]) == (0, 1)
    assert any("bad words" in hold.message for hold in again.holds)
    world.feed(make_boots("B-1", name="Валенки хорошие"), make_boots("B-2", name="Валенки лучшие"))
    assert sorted(action for _, action in actions(world.steps(world.plan()))) == [
        "create",
        "update",
    ]
    world.feed(make_boots("B-1"), make_boots("B-2"))
    assert world.plan().steps == 0, "the same draft would be refused again"


def test_a_person_may_ask_for_another_try(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.fault("item_errors", operations=["product.create"], count=1, code="X", message="no")
    world.carry_out()
    assert world.plan().steps == 0
    assert listed.forget_refusals(seller_id=world.seller, shop_id=world.shop) == 1
    assert actions(world.steps(world.plan())) == [("B-1", "create")]


def test_shelf_prices_are_kept_as_periods(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    sql = "SELECT price, currency, until IS NULL FROM listings_shelfprice ORDER BY seen_from, id"
    assert world.rows(sql) == [(Decimal(2490), "RUB", True)]
    world.look(Depth.ALL)
    assert len(world.rows(sql)) == 1, "an unchanged price keeps its period"
    product = world.standing()["B-1"]["id"]
    world.twin.control("PATCH", f"listings/{product}", {"price": "2290"})
    world.look()
    assert world.rows(sql) == [(Decimal(2490), "RUB", False), (Decimal(2290), "RUB", True)]
    met = "SELECT a.until = b.seen_from FROM listings_shelfprice a, listings_shelfprice b"
    assert world.rows(f"{met} WHERE a.until IS NOT NULL AND b.until IS NULL") == [(True,)]
    (step,) = world.steps(world.plan())
    assert step.changes[0].reason == "changed in the shop, not by us"


def test_nothing_is_called_gone_by_a_walk_that_broke_off(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    gone = "SELECT count(*) FROM listings_listedproduct WHERE gone_at IS NOT NULL"
    world.fault("dead_token", operations=["product.list"])
    with pytest.raises(Exception, match=r"token|401"):
        world.look()
    assert world.rows(gone) == [(0,)]
    world.twin.control("DELETE", "faults")
    world.run("UPDATE listings_listedproduct SET remote_id = 'no-more' WHERE product_key = 'B-1'")
    assert world.look().gone == 1
    assert world.rows(gone) == [(1,)]
    assert world.plan().steps == 0, "what others removed is not made again unasked"


def test_a_seller_cannot_see_another_sellers_plan(world: World, seller_b: int) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    assert selectors.steps_page(seller_b, plan.id) == []
    assert selectors.plans(seller_b) == []
    with pytest.raises(UnknownPlanError):
        selectors.receipt(seller_b, plan.id)


DESIRED = (
    "SELECT product_key, offers_digest, context_digest, draft_digest, offers, ready_offers,"
    " findings, prices FROM listings_desired ORDER BY product_key"
)


def test_a_plan_equals_one_made_from_nothing(world: World) -> None:
    stages = (
        [make_boots("B-1"), make_boots("B-2"), make_boots("B-3", weight_kg=None)],
        [make_boots("B-1", price=Decimal(2005)), make_boots("B-2"), make_boots("B-3")],
        [make_boots("B-1", category=""), make_boots("B-4", quantity=1)],
        [make_boots("B-1"), make_boots("B-4", product_key="B-1", category="")],
    )
    for offers in stages:
        world.feed(*offers)
        plan = world.plan()
        kept, steps = world.rows(DESIRED), actions(world.steps(plan))
        world.run("DELETE FROM listings_desired")
        anew = world.plan()
        assert (world.rows(DESIRED), actions(world.steps(anew))) == (kept, steps)
        assert {**anew.counts} == {**plan.counts}
        world.apply(anew)
    policy = contexts.shop_policy(world.seller, world.shop)
    contexts.set_policy(
        seller_id=world.seller,
        shop_id=world.shop,
        policy=type(policy)(delivery_template_id=policy.delivery_template_id, lead_time_days=9),
        actor="test",
    )
    world.plan()
    kept = world.rows(DESIRED)
    world.run("DELETE FROM listings_desired")
    world.plan()
    assert world.rows(DESIRED) == kept


def test_a_plan_without_a_look_knows_what_was_carried_out_since(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", price=Decimal(1990)))
    world.apply(world.plan())
    world.feed(make_boots("B-1"))
    plan = world.plan()
    (step,) = world.steps(plan)
    assert (step.action, Decimal(step.changes[0].old)) == ("price", 1990)
    world.apply(plan)
    assert Decimal(world.standing()["B-1"]["sku"][0]["price"]) == 2490
