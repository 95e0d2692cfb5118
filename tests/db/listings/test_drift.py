"""Drift through the twin: what is changed by hand shows, and people decide about it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.db.listings.world import World, actions, make_boots

from torgpred.catalogue.core.offers import Offer, Param
from torgpred.channels.core.contract import Action
from torgpred.listings import selectors
from torgpred.listings.core.diff import CHANGED_THERE
from torgpred.listings.core.drift import (
    LEFT_ALONE,
    LONG_REVIEW,
    NEXT_PLAN,
    Choice,
    DriftLine,
)
from torgpred.listings.core.errors import NotOfferedError, UnknownDriftDecisionError
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import drifting, steps
from torgpred.listings.services.drift_decisions import decide, undo_decision
from torgpred.listings.services.drifting import DriftReport, drift
from torgpred.listings.services.listed import Carried, record_done
from torgpred.listings.services.observing import Depth
from torgpred.runtime.scope import scope


def report(world: World, depth: Depth | None = Depth.CHANGED) -> DriftReport:
    return drift(seller_id=world.seller, shop_id=world.shop, depth=depth)


def lines(world: World, depth: Depth | None = Depth.CHANGED) -> list[DriftLine]:
    return list(report(world, depth).lines)


def by_hand(world: World, sku: str = "B-1", **fields: object) -> None:
    product = world.standing()[sku]["id"]
    world.twin.control("PATCH", f"listings/{product}", fields)


def choose(world: World, choice: Choice, *chosen: DriftLine) -> int:
    return decide(
        seller_id=world.seller, shop_id=world.shop, choice=choice, lines=chosen, actor="test"
    )


def changes(world: World, plan: PlanCard) -> dict[str, tuple[str, str]]:
    return {
        change.field: (change.new, change.reason)
        for step in world.steps(plan)
        for change in step.changes
    }


def settled(world: World) -> None:
    """Assert that nothing drifted and a plan has nothing to do."""
    assert lines(world) == []
    assert world.plan().steps == 0


@pytest.fixture
def listed(world: World) -> World:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    settled(world)
    return world


HANDS = [
    ({"subject": "Рукой"}, ["titles.ru"]),
    ({"price": "2290"}, ["price"]),
    ({"main_image_urls_list": ["https://hand.example/9.jpg"]}, ["pictures"]),
    ({"weight": "1.5"}, ["weight_kg"]),
    ({"package_length": 99, "package_width": 98}, ["length_cm", "width_cm"]),
    ({"shipping_lead_time": 9}, ["lead_time_days"]),
    ({"product_unit": 100000017}, ["unit"]),
    ({"brand_name": "Юг"}, ["brand"]),
    ({"freight_template_id": 2}, ["delivery_template_id"]),
    ({"status": "offline"}, ["status"]),
    ({"status": "deleted"}, ["status"]),
    ({"inventory": 1}, []),
]


@pytest.mark.parametrize(("change", "fields"), HANDS, ids=[str(one) for one, _ in HANDS])
def test_each_change_made_by_hand_shows(
    listed: World, change: dict[str, Any], fields: list[str]
) -> None:
    world = listed
    by_hand(world, **change)
    found = lines(world)
    assert [(one.product_key, one.field) for one in found] == [("B-1", name) for name in fields]
    for one in found:
        assert one.ours != one.there
        assert one.then == (LEFT_ALONE if one.field == "status" else NEXT_PLAN)
        assert one.choices
    assert lines(world) == found, "a report changes nothing"
    assert selectors.drift_decisions(world.seller, world.shop) == []


def test_detail_is_read_only_where_the_list_differs(listed: World) -> None:
    by_hand(listed, subject="Рукой")
    found = report(listed)
    assert found.looked is not None
    assert (found.looked.products, found.looked.details) == (2, 1)
    assert (found.products, found.total, found.unread, found.applying) == (1, 1, 0, "")


def test_a_change_that_moves_no_time_shows_where_all_is_read(listed: World) -> None:
    by_hand(listed, weight="1.5", quiet=True)
    assert lines(listed) == []
    (line,) = lines(listed, Depth.ALL)
    assert (line.field, line.ours, line.there) == ("weight_kg", "0.8", "1.5")
    by_hand(listed, price="1", quiet=True)
    assert {one.field for one in lines(listed)} == {"weight_kg", "price"}, "the list tells prices"


def test_a_rejection_tells_the_marketplaces_reason(listed: World) -> None:
    product = listed.standing()["B-1"]["id"]
    listed.twin.control("POST", f"listings/{product}/moderate", {"reason": "подделка"})
    (line,) = lines(listed)
    assert (line.field, line.there, line.ours) == ("status", "rejected", "on_sale")
    assert line.note == "подделка"
    assert lines(listed) == [line], "a list that does not tell the reason takes it not away"
    assert line.choices == (Choice.SET_BACK, Choice.LEAVE)
    with pytest.raises(NotOfferedError):
        choose(listed, Choice.TAKE_OVER, line)
    choose(listed, Choice.SET_BACK, line)
    plan = listed.plan()
    assert actions(listed.steps(plan)) == [("B-1", "update")]
    listed.apply(plan)
    settled(listed)
    assert selectors.drift_decisions(listed.seller, listed.shop) == []


def test_since_when_a_place_stands_so_is_told(listed: World) -> None:
    by_hand(listed, subject="Рукой")
    (title,) = lines(listed)
    by_hand(listed, weight="1.5")
    again = {one.field: one for one in lines(listed)}
    assert again["titles.ru"].since == title.since
    assert again["weight_kg"].since > title.since


def test_a_long_review_is_drift(listed: World) -> None:
    listed.twin.control("PATCH", "settings", {"audit_seconds": 3600})
    listed.feed(make_boots("B-1", name="Валенки новые"), make_boots("B-2"))
    listed.apply(listed.plan())
    assert lines(listed) == []
    listed.run(
        "UPDATE listings_listedproduct SET told_since = told_since || jsonb_build_object("
        "'status', now() - %s::interval) WHERE product_key = 'B-1'",
        f"{LONG_REVIEW.days + 1} days",
    )
    (line,) = lines(listed, None)
    assert (line.there, line.choices) == ("in_review", (Choice.LEAVE,))
    choose(listed, Choice.LEAVE, line)
    assert lines(listed, None) == []


def test_what_was_not_seen_since_an_apply_is_counted_and_not_told(listed: World) -> None:
    listed.feed(make_boots("B-1", name="Валенки новые"), make_boots("B-2"))
    listed.apply(listed.plan())
    found = report(listed, None)
    assert (found.lines, found.unread) == ((), 1)
    assert report(listed).unread == 0


def test_a_change_that_the_marketplace_did_not_carry_out_shows(listed: World) -> None:
    listed.feed(make_boots("B-1", price=Decimal(1990)), make_boots("B-2"))
    plan = listed.plan()
    # The marketplace said that it was done, and nothing moved.
    ((digest, remote),) = listed.rows(
        "SELECT draft_digest, remote_id FROM listings_step WHERE plan_id = %s", plan.id
    )
    with scope(listed.seller):
        (draft,) = steps.drafts_of(listed.seller, [bytes(digest)]).values()
        carried = Carried("B-1", Action.PRICE, remote, draft, bytes(digest))
        record_done(seller_id=listed.seller, shop_id=listed.shop, done=[carried])
    (line,) = lines(listed)
    assert (line.field, Decimal(line.ours), Decimal(line.there)) == ("price", 1990, 2490)
    assert actions(listed.steps(listed.plan())) == [("B-1", "price")]


Hand = tuple[dict[str, Any], str, Callable[[dict[str, Any]], object], object]
FIELDS: list[Hand] = [
    ({"subject": "Рукой"}, "titles.ru", lambda one: one["Subject"], "Рукой"),
    ({"price": "2290"}, "price", lambda one: Decimal(one["sku"][0]["price"]), Decimal(2290)),
    ({"shipping_lead_time": 9}, "lead_time_days", lambda one: one["delivery_time"], 9),
]


@pytest.mark.parametrize(
    ("change", "field", "read", "value"), FIELDS, ids=[one[1] for one in FIELDS]
)
@pytest.mark.parametrize("choice", [Choice.TAKE_OVER, Choice.LEAVE])
def test_what_is_taken_over_or_left_survives_an_edit_for_other_reasons(
    listed: World,
    choice: Choice,
    change: dict[str, Any],
    field: str,
    read: Callable[[dict[str, Any]], object],
    value: object,
) -> None:
    world = listed
    by_hand(world, **change)
    (line,) = lines(world)
    assert line.field == field
    assert choose(world, choice, line) == 1
    settled(world)
    world.feed(make_boots("B-1", weight_kg=Decimal(2)), make_boots("B-2"))
    plan = world.plan()
    assert set(changes(world, plan)) == {"weight_kg"}
    world.apply(plan)
    settled(world)
    assert read(world.standing()["B-1"]) == value


def test_what_was_taken_over_and_changes_again_is_drift_again(listed: World) -> None:
    by_hand(listed, price="2290")
    choose(listed, Choice.TAKE_OVER, *lines(listed))
    by_hand(listed, price="2000")
    (line,) = lines(listed)
    assert (Decimal(line.ours), Decimal(line.there)) == (2290, 2000)
    plan = listed.plan()
    ((price, reason),) = changes(listed, plan).values()
    assert Decimal(price) == 2290
    assert reason.startswith("taken over from the shop on 20")
    listed.apply(plan)
    settled(listed)


def test_what_is_left_may_change_as_it_likes(listed: World) -> None:
    by_hand(listed, price="2290")
    choose(listed, Choice.LEAVE, *lines(listed))
    by_hand(listed, price="2000")
    settled(listed)
    assert Decimal(listed.standing()["B-1"]["sku"][0]["price"]) == 2000


@pytest.mark.parametrize("choice", [Choice.TAKE_OVER, Choice.LEAVE])
def test_a_decision_undone_brings_our_value_back(listed: World, choice: Choice) -> None:
    by_hand(listed, price="2290")
    choose(listed, choice, *lines(listed))
    settled(listed)
    (card,) = selectors.drift_decisions(listed.seller, listed.shop)
    assert (card.product_key, card.sku, card.field, card.choice) == (
        "B-1", "B-1", "price", choice.value,
    )  # fmt: skip
    undo_decision(seller_id=listed.seller, decision_id=card.id, actor="test")
    assert [one.field for one in lines(listed)] == ["price"]
    plan = listed.plan()
    ((price, reason),) = changes(listed, plan).values()
    assert (Decimal(price), reason) == (2490, "changed in the shop, not by us")
    listed.apply(plan)
    settled(listed)
    with pytest.raises(UnknownDriftDecisionError):
        undo_decision(seller_id=listed.seller, decision_id=card.id, actor="test")


def test_a_field_is_set_back_by_the_next_plan_without_a_decision(listed: World) -> None:
    by_hand(listed, subject="Рукой")
    (line,) = lines(listed)
    choose(listed, Choice.TAKE_OVER, line)
    assert choose(listed, Choice.SET_BACK, line) == 0, "it only ends the decision before"
    plan = listed.plan()
    assert changes(listed, plan)["titles.ru"][1] == "changed in the shop, not by us"
    listed.apply(plan)
    settled(listed)


def test_what_was_taken_off_sale_by_hand_is_brought_back_when_a_person_asks(listed: World) -> None:
    by_hand(listed, status="offline")
    (line,) = lines(listed)
    assert listed.plan().steps == 0, "left alone without a decision"
    choose(listed, Choice.SET_BACK, line)
    plan = listed.plan()
    (step,) = listed.steps(plan)
    assert (step.action, step.changes[0].reason) == (
        "resume", "brought back: a person asked for it",
    )  # fmt: skip
    listed.apply(plan)
    settled(listed)
    by_hand(listed, status="offline")
    assert listed.plan().steps == 0, "a wish is carried out once"
    assert len(lines(listed)) == 1


def test_a_wish_ends_when_others_grant_it_first(listed: World) -> None:
    by_hand(listed, status="offline")
    choose(listed, Choice.SET_BACK, *lines(listed))
    by_hand(listed, status="onSelling")
    settled(listed)
    assert selectors.drift_decisions(listed.seller, listed.shop) == []
    by_hand(listed, status="offline")
    listed.look()
    assert listed.plan().steps == 0


def test_a_place_has_one_decision_and_a_later_one_ends_it(listed: World) -> None:
    by_hand(listed, subject="Рукой")
    found = lines(listed)
    choose(listed, Choice.TAKE_OVER, *found, *found)
    choose(listed, Choice.LEAVE, *found)
    (card,) = selectors.drift_decisions(listed.seller, listed.shop)
    assert card.choice == "leave"
    ended = "SELECT choice, undone_by FROM listings_driftdecision WHERE undone_at IS NOT NULL"
    assert listed.rows(ended) == [("take_over", "test")]


@pytest.mark.parametrize("choice", [Choice.TAKE_OVER, Choice.LEAVE])
def test_what_was_taken_off_sale_may_stay_so(listed: World, choice: Choice) -> None:
    by_hand(listed, status="offline")
    choose(listed, choice, *lines(listed))
    settled(listed)
    assert listed.standing()["B-1"]["status"] == "offline"


def test_what_was_deleted_by_hand_is_made_anew_when_a_person_asks(listed: World) -> None:
    by_hand(listed, price="2290")
    choose(listed, Choice.TAKE_OVER, *lines(listed))
    by_hand(listed, status="deleted")
    (line,) = lines(listed)
    assert line.there == "gone"
    assert listed.plan().steps == 0
    choose(listed, Choice.SET_BACK, line)
    plan = listed.plan()
    assert actions(listed.steps(plan)) == [("B-1", "create")]
    assert listed.apply(plan).steps == {"create.done": 1}
    assert Decimal(listed.standing()["B-1"]["sku"][0]["price"]) == 2290, "as taken over before"
    settled(listed)


def test_what_we_paused_and_others_put_on_sale_shows(listed: World) -> None:
    listed.feed(make_boots("B-1"))
    listed.apply(listed.plan())
    settled(listed)
    by_hand(listed, "B-2", status="onSelling")
    (line,) = lines(listed)
    assert (line.product_key, line.ours, line.there) == ("B-2", "off_sale", "on_sale")
    assert actions(listed.steps(listed.plan())) == [("B-2", "pause")]
    choose(listed, Choice.LEAVE, line)
    settled(listed)


def variants(world: World) -> list[str]:
    (product,) = world.standing().values()
    return [one["code"] for one in product["sku"]]


def sizes(name: str = "Валенки") -> list[Offer]:
    return [
        make_boots(
            key,
            name=name,
            product_key="V",
            params=(*make_boots().params, Param("Размер", size)),
        )
        for key, size in (("V-1", "27"), ("V-2", "28"))
    ]


@pytest.fixture
def sized(world: World) -> World:
    world.feed(*sizes())
    world.carry_out()
    return world


@pytest.mark.parametrize("choice", [None, Choice.TAKE_OVER, Choice.LEAVE])
def test_a_variant_that_was_added_by_hand_shows_and_is_decided(
    sized: World, choice: Choice | None
) -> None:
    by_hand(sized, "V-1", add_sku={"code": "V-9", "price": "99"})
    (line,) = lines(sized)
    assert (line.sku, line.field, line.ours, line.there) == ("V-9", "variant", "", "99.00")
    if choice is not None:
        choose(sized, choice, line)
        settled(sized)
    sized.feed(*sizes("Валенки новые"))
    plan = sized.plan()
    named = {one.field: one.reason for step in sized.steps(plan) for one in step.changes}
    assert named.get("variant") == (CHANGED_THERE if choice is None else None)
    assert sized.apply(plan).steps == {"update.done": 1}
    settled(sized)
    assert variants(sized) == (["V-1", "V-2"] if choice is None else ["V-1", "V-2", "V-9"])


@pytest.mark.parametrize("choice", [None, Choice.TAKE_OVER, Choice.LEAVE])
def test_a_variant_that_was_taken_away_by_hand_shows_and_is_decided(
    sized: World, choice: Choice | None
) -> None:
    by_hand(sized, "V-1", remove_sku="V-2")
    (line,) = lines(sized)
    assert (line.sku, line.field, line.there) == ("V-2", "variant", "")
    if choice is not None:
        choose(sized, choice, line)
        settled(sized)
    sized.feed(*sizes("Валенки новые"))
    sized.apply(sized.plan())
    settled(sized)
    assert variants(sized) == (["V-1", "V-2"] if choice is None else ["V-1"])


def test_a_seller_sees_no_other_sellers_drift(listed: World, seller_b: int) -> None:
    by_hand(listed, price="2290")
    choose(listed, Choice.TAKE_OVER, *lines(listed))
    assert selectors.drift_decisions(seller_b, listed.shop) == []
    (card,) = selectors.drift_decisions(listed.seller, listed.shop)
    with pytest.raises(UnknownDriftDecisionError):
        undo_decision(seller_id=seller_b, decision_id=card.id, actor="test")


def test_a_long_report_is_cut_and_says_how_long_it_is(
    listed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand(listed, "B-1", price="1")
    by_hand(listed, "B-2", price="1")
    monkeypatch.setattr(drifting, "MOST_LINES", 1)
    found = report(listed)
    assert (len(found.lines), found.total, found.products) == (1, 2, 2)
