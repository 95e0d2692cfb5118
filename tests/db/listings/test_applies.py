"""Applying a plan when processes die, answers are lost and plans grow old."""

import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tests.db.listings.world import World, actions, make_boots, open_shop

from torgpred.accounts import services as accounts
from torgpred.channels import services as channels
from torgpred.channels.core.contract import Action
from torgpred.demo import sale
from torgpred.kernel.clock import now
from torgpred.listings import selectors, tasks
from torgpred.listings.core.errors import (
    AnotherApplyError,
    OvertakenPlanError,
    PlanNotReadyError,
)
from torgpred.listings.services import applying, handing, steps
from torgpred.listings.services.working import Work
from torgpred.runtime.scope import scope
from torgpred.twins.testing import RunningTwin

BATCH = dict.fromkeys(Action, 1000)


def until_done(work: Work, *, seconds: float = 120.0) -> applying.Progress:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        progress = applying.advance(work)
        if progress.open == 0:
            return progress
        time.sleep(0.05)
    raise AssertionError("the apply did not end")


def test_a_create_whose_answer_was_lost_is_found_and_not_doubled(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    plan = world.plan()
    world.fault("cut_after", operations=["product.create"], count=1)
    progress = until_done(world.hasty_work(plan))
    assert progress.states == {"done": 2}
    assert len(world.twin.control("GET", "listings")) == 2
    world.look()
    assert world.plan().steps == 0


def test_a_create_that_never_arrived_is_sent_once_more(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("cut_before", operations=["product.create"], count=1)
    assert until_done(world.hasty_work(plan)).states == {"done": 1}
    assert len(world.twin.control("GET", "listings")) == 1


def test_an_unclear_create_rests_until_the_marketplace_has_settled(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.fault("cut_before", operations=["product.create"], count=1)
    applying.begin(seller_id=world.seller, plan_id=plan.id, actor="test")
    work = applying.work_of(world.seller, plan.id)
    applying.advance(work)
    assert world.steps(plan)[0].state == "unclear"
    world.run("UPDATE listings_step SET not_before = now() - interval '1 second'")
    applying.advance(work)
    assert world.steps(plan)[0].state == "unclear", "a look that finds nothing is not believed yet"
    world.run(
        "UPDATE listings_step SET not_before = now() - interval '2 s',"
        " lease_until = now() - interval '1 s'"
    )
    assert until_done(work).states == {"done": 1}
    assert len(world.twin.control("GET", "listings")) == 1


@pytest.mark.parametrize("sent", [True, False])
def test_the_steps_of_a_dead_process_are_taken_over(
    world: World, monkeypatch: pytest.MonkeyPatch, *, sent: bool
) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    plan = world.plan()
    work = world.hasty_work(plan)
    if sent:
        # It died after the marketplace took the creates, before it kept the submission.
        with monkeypatch.context() as patch:
            patch.setattr(handing, "_keep", lambda *_: None)
            handing.hand_over(work)
    else:
        with scope(world.seller):
            steps.claim_waiting(plan_id=plan.id, now=now(), batch=BATCH)
    assert {step.state for step in world.steps(plan)} == {"claimed"}
    applying.advance(work)
    assert {step.state for step in world.steps(plan)} == {"claimed"}, "the lease still runs"
    world.run("UPDATE listings_step SET lease_until = now() - interval '1 second'")
    assert until_done(work).states == {"done": 2}
    assert len(world.twin.control("GET", "listings")) == 2


def test_who_lost_the_lease_can_no_longer_write(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    with scope(world.seller):
        held = steps.claim_waiting(plan_id=plan.id, now=now(), batch=BATCH)
        assert len(held) == 1
        later = now() + steps.LEASE + timedelta(seconds=1)
        assert steps.recover_expired(plan_id=plan.id, now=later, settle=timedelta(0)) == 1
        assert steps.move(held, state="done") == 0
    assert world.steps(plan)[0].state == "unclear"


def test_a_create_of_what_was_listed_since_is_left_out(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    first, second = world.plan(), world.plan()
    world.apply(first)
    receipt = world.apply(second)
    assert receipt.steps == {"create.skipped": 2}
    assert receipt.refusals == (("The product was listed after this plan was made.", 2),)
    assert len(world.twin.control("GET", "listings")) == 2


def test_an_older_plan_does_not_undo_a_newer_one(world: World) -> None:
    world.feed(make_boots("B-1"))
    old = world.plan()
    new = world.plan()
    world.apply(new)
    with pytest.raises(OvertakenPlanError):
        applying.begin(seller_id=world.seller, plan_id=old.id, actor="test")
    with pytest.raises(PlanNotReadyError):
        applying.begin(seller_id=world.seller, plan_id=new.id, actor="test")


def test_one_plan_of_a_shop_is_applied_at_a_time(world: World) -> None:
    world.feed(make_boots("B-1"))
    first, second = world.plan(), world.plan()
    applying.begin(seller_id=world.seller, plan_id=first.id, actor="test")
    with pytest.raises(AnotherApplyError):
        applying.begin(seller_id=world.seller, plan_id=second.id, actor="test")
    applying.begin(seller_id=world.seller, plan_id=first.id, actor="test")


def test_a_sale_day_that_was_broken_off_finishes_what_it_began(world: World) -> None:
    world.feed(make_boots("B-1"))
    applying.begin(seller_id=world.seller, plan_id=world.plan().id, actor="test")
    sale.finish_begun(world.seller)
    assert list(world.standing()) == ["B-1"]
    world.feed(make_boots("B-1", price=Decimal(1990)))
    assert world.apply(world.plan()).steps == {"price.done": 1}


def test_a_step_of_a_product_that_is_gone_is_left_out(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", price=Decimal(1990)))
    plan = world.plan()
    world.run("UPDATE listings_listedproduct SET gone_at = now()")
    assert world.apply(plan).steps == {"price.skipped": 1}


def test_a_failed_task_is_a_refusal_with_its_reason(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.fault("task_failed", operations=["product.create"], count=1, code="E1", message="too sad")
    receipt = world.apply(world.plan())
    assert receipt.steps == {"create.refused": 1}
    assert "too sad" in receipt.refusals[0][0]


def test_a_task_that_never_ends_is_given_up(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.carry_out()
    world.feed(make_boots("B-1", name="Валенки новые"))
    plan = world.plan()
    world.fault("task_stuck", operations=["product.edit"])
    work = world.hasty_work(plan)
    applying.advance(work)
    assert world.steps(plan)[0].state == "submitted"
    world.run("UPDATE listings_step SET attempts = 5")
    world.run(
        "UPDATE listings_submission SET submitted_at = now() - interval '2 hours', poll_at = now()"
    )
    assert until_done(work).states == {"skipped": 1}
    assert "never said" in world.steps(plan)[0].problems[0].message


def test_a_worker_finishes_what_a_command_began(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    plan = world.plan()
    applying.begin(seller_id=world.seller, plan_id=plan.id, actor="test")
    tasks.go_on()
    assert selectors.receipt(world.seller, plan.id).state == "applied"
    assert len(world.twin.control("GET", "listings")) == 2
    assert tasks.go_on() is False


def test_sellers_of_a_joint_shop_may_use_the_same_skus(
    transactional_db: None, twin: RunningTwin, tmp_path: Path
) -> None:
    operator = accounts.ensure_operator().id
    shop = open_shop(twin, operator, "joint")
    channels.learn_rules(shop)
    first = World(twin, tmp_path, "J-1", shop_id=shop)
    second = World(twin, tmp_path, "J-2", shop_id=shop)
    for world in (first, second):
        world.feed(make_boots("B-1"), make_boots("B-2"))
        assert world.apply(world.plan()).steps == {"create.done": 2}
    assert len(first.standing()) == 4
    first.look()
    for world in (first, second):
        assert world.plan().steps == 0
        world.feed(make_boots("B-1", price=Decimal(1990)), make_boots("B-2"))
        plan = world.plan()
        assert actions(world.steps(plan)) == [("B-1", "price")]
        assert world.apply(plan).steps == {"price.done": 1}
    prices = sorted(float(one["sku"][0]["price"]) for one in first.standing().values())
    assert prices == [1990, 1990, 2490, 2490]
