"""Plans that were asked for elsewhere, such as in a browser, and made by a worker."""

from datetime import timedelta

import pytest
from tests.db.listings.world import World, make_boots

from torgpred.accounts import services as accounts
from torgpred.kernel.clock import now
from torgpred.listings import selectors
from torgpred.listings.core.errors import UnknownPlanError
from torgpred.listings.services import requesting


def ask(world: World) -> int:
    return requesting.ask_plan(seller_id=world.seller, shop_id=world.shop, actor="a@example.org")


def test_a_plan_that_was_asked_for_is_made_once(world: World) -> None:
    world.feed(make_boots("B-1"))

    assert ask(world) == ask(world)
    assert requesting.make_next()
    assert not requesting.make_next()

    (plan,) = selectors.plans(world.seller)
    assert (plan.steps, plan.made_by) == (1, "a@example.org")
    assert selectors.plan_requests(world.seller) == []


def test_why_a_plan_was_not_made_is_kept_as_a_template_and_its_data(world: World) -> None:
    world.feed(make_boots("B-1"))
    world.fault("dead_token")
    ask(world)

    assert requesting.make_next()

    (told,) = selectors.plan_requests(world.seller)
    assert told.ended_at is not None
    assert told.template.format(**told.data)
    assert selectors.plans(world.seller) == []


def test_what_a_dead_worker_left_is_taken_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.feed(make_boots("B-1"))
    ask(world)
    assert requesting._claim() is not None
    assert not requesting.make_next()

    monkeypatch.setattr(requesting, "now", lambda: now() + requesting.LEASE + timedelta(minutes=1))

    assert requesting.make_next()
    assert len(selectors.plans(world.seller)) == 1


def test_an_undo_is_asked_for_ones_own_plan_only(world: World) -> None:
    world.feed(make_boots("B-1"))
    plan = world.plan()
    world.apply(plan)
    other = accounts.add_seller(name="Другой", country="RU")

    with pytest.raises(UnknownPlanError):
        requesting.ask_undo(seller_id=other.id, plan_id=plan.id, actor="b@example.org")
    requesting.ask_undo(seller_id=world.seller, plan_id=plan.id, actor="a@example.org")
    assert requesting.make_next()

    assert selectors.plans(world.seller)[0].undoes == plan.code
