"""Applying while the marketplace says "not now", says nothing, or knows the token no more."""

import subprocess
import sys
import time
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from tests.db.listings.test_applies import until_done
from tests.db.listings.world import World, make_boots

from torgpred.channels import services as channels
from torgpred.channels.core.contract import Action, Problem
from torgpred.channels.core.drafts import Draft
from torgpred.channels.core.shops import ShopState
from torgpred.cli.listings import print_plan
from torgpred.connectors.aliexpress_ru import wire
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RetryLaterError
from torgpred.listings import selectors, tasks
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import applying, resting, steps
from torgpred.listings.services.working import Timing, Work
from torgpred.runtime.scope import scope

QUICK = Timing(
    look_again=timedelta(milliseconds=20),
    first_poll=timedelta(milliseconds=20),
    longest_poll=timedelta(milliseconds=100),
    back_off=timedelta(milliseconds=20),
)


def quick_work(world: World, plan: PlanCard, **times: object) -> Work:
    work = world.hasty_work(plan)
    return msgspec.structs.replace(work, timing=msgspec.structs.replace(QUICK, **times))


def calls(world: World, operation: str = "product.create") -> int:
    return int(world.twin.control("GET", "counters")["requests"].get(operation, 0))


def card(plan: PlanCard) -> PlanCard:
    return selectors.plan(plan.code)


def let_rests_pass(world: World) -> None:
    world.run("UPDATE listings_rest SET until = now() - interval '1 second'")
    world.run("UPDATE listings_step SET not_before = now() - interval '1 second'")


def problems(world: World, plan: PlanCard) -> tuple[Problem, ...]:
    return world.steps(plan)[0].problems


def attempts(world: World) -> int:
    return int(world.rows("SELECT max(attempts) FROM listings_step")[0][0])


def test_a_ceiling_is_waited_for_as_long_as_it_said(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("too_many_requests", operations=["product.create"], seconds=600)
    work = world.hasty_work(plan)
    progress = applying.advance(work)
    shown = card(plan)
    assert "no more of them for now" in progress.trouble == shown.trouble
    assert shown.rests_until is not None
    assert shown.trouble_since is not None
    assert 595 < (shown.rests_until - shown.trouble_since).total_seconds() < 605
    for _ in range(8):
        applying.advance(work)
    assert calls(world) == 1, "nobody asks before the time it said"
    for _ in range(8):
        let_rests_pass(world)
        applying.advance(work)
    assert calls(world) == 9
    assert attempts(world) == 0, "that is no try of the step's"
    world.twin.control("DELETE", "faults")
    let_rests_pass(world)
    assert until_done(work).states == {"done": 1}
    assert card(plan).trouble == ""


def test_prices_go_out_while_new_products_wait_for_the_quota(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", price=Decimal(1990)), make_boots("B-2"))
    plan = world.plan()
    world.fault("quota_spent")
    work = world.hasty_work(plan)
    for _ in range(6):
        applying.advance(work)
    states = {step.action: step.state for step in world.steps(plan)}
    assert states["create"] == "waiting"
    assert states["price"] in {"submitted", "done"}
    shown = card(plan)
    assert "quota exceeded" in shown.trouble
    assert shown.rests_until is not None
    assert shown.rests_until > now() + timedelta(minutes=3), "a quota comes back in minutes"


def test_an_outage_is_waited_for_longer_and_longer() -> None:
    error = RetryLaterError(reason="x", cause="503")
    ages = [timedelta(0), timedelta(seconds=30), timedelta(minutes=4), timedelta(hours=5)]
    waits = [resting.wait(Timing(), error, age).total_seconds() for age in ages]
    assert waits == [5, 15, 120, 300]
    told = RetryLaterError(reason="x", after=900.0)
    assert resting.wait(Timing(), told, timedelta(0)).total_seconds() == 900
    assert resting.words("create", error) == (
        "New products wait: the marketplace does not answer as it should (status 503)."
        " It is tried again by itself."
    )


def test_an_outage_of_hours_ends_no_step(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", name="Валенки новые"))
    plan = world.plan()
    world.fault("server_error", operations=["product.edit"])
    work = world.hasty_work(plan)
    for _ in range(3):
        applying.advance(work)
        world.run("UPDATE listings_rest SET since = since - interval '5 hours'")
        let_rests_pass(world)
    assert [step.state for step in world.steps(plan)] == ["waiting"]
    world.run("UPDATE listings_rest SET since = since - interval '20 hours'")
    assert until_done(work).states == {"skipped": 1}
    assert "no good answer for a day" in problems(world, plan)[0].message
    world.twin.control("DELETE", "faults")
    assert world.apply(world.plan()).steps == {"update.done": 1}


def test_a_dead_token_is_not_tried_again_until_a_person_gave_another(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    applying.begin(seller_id=world.seller, plan_id=plan.id, actor="test")
    world.fault("dead_token")
    tasks.go_on()
    assert calls(world) == 1
    for _ in range(5):
        assert tasks.go_on() is False
    assert calls(world) == 1, "the sweep must not hammer"
    shown = card(plan)
    assert "Make a new one in the seller cabinet" in shown.trouble
    assert shown.rests_until is not None
    world.twin.control("DELETE", "faults")
    channels.replace_credentials(shop_id=world.shop, credentials={"token": world.twin.token})
    tasks.go_on()
    assert selectors.receipt(world.seller, plan.id).steps == {"create.done": 1}
    assert card(plan).trouble == ""


def test_a_command_given_by_a_person_tries_a_dead_token_at_once(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("dead_token", count=2)
    for _ in range(2):
        with pytest.raises(NeedsPersonError, match="new one in the seller cabinet"):
            world.apply(plan)
    assert world.apply(plan).steps == {"create.done": 1}


def test_a_paused_shop_is_trouble_that_a_person_sees(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    applying.begin(seller_id=world.seller, plan_id=plan.id, actor="test")
    channels.change_shop(shop_id=world.shop, state=ShopState.PAUSED)
    tasks.go_on()
    assert "paused" in card(plan).trouble
    channels.change_shop(shop_id=world.shop, state=ShopState.ACTIVE)
    tasks.go_on()
    assert selectors.receipt(world.seller, plan.id).steps == {"create.done": 1}


def test_what_the_marketplace_put_off_is_sent_again(world: World) -> None:
    world.feed(*(make_boots(f"B-{number}") for number in range(4)))
    plan = world.plan()
    world.fault("half_batch", operations=["product.create"], count=1)
    assert until_done(quick_work(world, plan)).states == {"done": 4}
    assert calls(world) == 2
    assert len(world.standing()) == 4


@pytest.mark.parametrize("kind", ["item_errors", "task_failed"])
def test_what_is_put_off_each_time_ends_and_is_not_remembered(world: World, kind: str) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault(kind, operations=["product.create"], code="Err", message="Повторите позже")
    assert until_done(quick_work(world, plan)).states == {"skipped": 1}
    assert calls(world) == Timing().most_put_off
    (problem,) = problems(world, plan)
    assert problem.message == "Повторите позже"
    assert "Make a new plan later" in problem.mend
    world.twin.control("DELETE", "faults")
    assert world.apply(world.plan()).steps == {"create.done": 1}


def test_a_refusal_of_a_whole_batch_is_no_refusal_of_its_products(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    plan = world.plan()
    world.fault("unknown_error", operations=["product.create"], message="what a day")
    assert until_done(quick_work(world, plan)).states == {"skipped": 2}
    assert problems(world, plan)[0].message == "what a day"
    world.twin.control("DELETE", "faults")
    assert world.apply(world.plan()).steps == {"create.done": 2}


def test_an_accepted_create_is_never_sent_again(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("task_stuck", operations=["product.create"])
    work = quick_work(world, plan, create_overdue=timedelta(milliseconds=200))
    assert until_done(work).states == {"skipped": 1}
    assert "never appeared" in problems(world, plan)[0].message
    assert calls(world) == 1


def test_an_accepted_create_that_appears_late_is_found(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("late_tasks", operations=["product.create"], seconds=3600, mode="exact")
    work = quick_work(world, plan)
    applying.advance(work)
    world.run("UPDATE listings_submission SET submitted_at = now() - interval '1 day'")
    world.fault("unknown_error", operations=["tasks.get"], message="no such group")
    world.twin.control("POST", "clock", {"advance_seconds": 3600})
    assert until_done(work).states == {"done": 1}
    assert calls(world) == 1
    assert len(world.standing()) == 1


@pytest.mark.parametrize("strange", ["holds other SKUs beside it", "is bound to another product"])
def test_another_product_that_holds_the_sku_is_not_taken_for_ours(
    world: World, strange: str
) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    ((content,),) = world.rows("SELECT content FROM listings_draftcontent")
    old = msgspec.json.decode(bytes(content), type=Draft)
    bound = strange.startswith("is bound")
    if not bound:
        beside = msgspec.structs.replace(old.variants[0], sku="OLD-1")
        old = msgspec.structs.replace(old, variants=(*old.variants, beside))
    raw = msgspec.json.decode(msgspec.json.encode(wire.product_of(old)))
    account = world.twin.control("GET", "accounts")[0]["code"]
    standing = {"account": account, "products": [raw]}
    (remote_id,) = world.twin.control("POST", "listings", standing)["product_ids"]
    if bound:
        world.run(
            "INSERT INTO listings_listedproduct"
            " (seller_id, shop_id, product_key, external_id, remote_id, status)"
            " VALUES (%s, %s, 'X-1', 'x', %s, 'on_sale')",
            world.seller,
            world.shop,
            str(remote_id),
        )
    world.fault("cut_before", operations=["product.create"], count=1)
    assert until_done(quick_work(world, plan)).states == {"done": 1}
    assert calls(world) == 2
    ((ours,),) = world.rows(
        "SELECT remote_id FROM listings_listedproduct WHERE product_key = 'B-1'"
    )
    assert ours != str(remote_id)


@pytest.mark.parametrize("kind", ["unknown_error", "server_error", "cut_before"])
def test_a_look_without_an_answer_is_made_again(world: World, kind: str) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("cut_after", operations=["product.create"], count=1)
    world.fault(kind, operations=["product.list"], count=3)
    assert until_done(quick_work(world, plan)).states == {"done": 1}
    assert len(world.standing()) == 1


def test_a_lease_is_renewed_for_as_long_as_the_call_takes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    monkeypatch.setattr(steps, "RENEWALS", 1200)  # ten in a second
    with scope(world.seller):
        held = steps.claim_waiting(plan_id=plan.id, now=now(), batch={Action.CREATE: 5})
    with steps.renewing(world.seller, held):
        first = _lease(world)
        deadline = time.monotonic() + 120
        while _lease(world) == first:
            assert time.monotonic() < deadline, "never renewed"
            time.sleep(0.02)
        later = first + timedelta(microseconds=1)
        with scope(world.seller):
            assert steps.recover_expired(plan_id=plan.id, now=later, settle=timedelta(0)) == 0


def _lease(world: World) -> datetime:
    found: datetime = world.rows("SELECT lease_until FROM listings_step")[0][0]
    return found


def test_the_steps_of_a_holder_known_to_be_dead_are_free_at_once(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    signed = subprocess.run(
        [sys.executable, "-c", "from torgpred.runtime import holders; print(holders.me())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with scope(world.seller):
        steps.claim_waiting(plan_id=plan.id, now=now(), batch={Action.CREATE: 5})
        assert steps.recover_expired(plan_id=plan.id, now=now(), settle=timedelta(0)) == 0
    world.run("UPDATE listings_step SET holder = %s", signed)
    with scope(world.seller):
        assert steps.recover_expired(plan_id=plan.id, now=now(), settle=timedelta(0)) == 1
    assert world.steps(plan)[0].state == "unclear"
    assert attempts(world) == 0


def test_show_tells_why_an_apply_waits_and_until_when(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("too_many_requests", operations=["product.create"], seconds=600)
    applying.advance(world.hasty_work(plan))
    print_plan(card(plan))
    said = " ".join(capsys.readouterr().out.split())
    assert "New products wait: the marketplace takes no more of them for now." in said
    assert "Next try at" in said
