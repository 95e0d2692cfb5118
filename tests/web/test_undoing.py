"""What the plan's page tells of taking it back: how many changes, what stays, and why."""

import re

import pytest
from tests.web.test_first_steps import Desk, boots_leaf, one_twin, price_list, twin

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.listings import selectors as listings
from torgpred.listings import tasks
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import applying, undoable, undoing
from torgpred.twins.testing import RunningTwin

__all__ = ["one_twin", "twin"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def applied(twin: RunningTwin) -> tuple[Desk, PlanCard]:
    """A desk whose three offers went live by its first plan."""
    desk = Desk("FIRST")
    desk.give(price_list())
    desk.connect(twin.token)
    desk.answer("category", desk.group, value=boots_leaf())
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    desk.answer("parcel", desk.group, weight="0,8", length="30", width="20", height="12")
    desk.post("plans/new/", shop=str(desk.shop))
    tasks.make_plans()
    plan = listings.plans(desk.seller)[0]
    carry_out(desk, plan)
    return desk, plan


def carry_out(desk: Desk, plan: PlanCard) -> None:
    desk.post(f"plans/{plan.code}/apply/", yes=[one.code for one in plan.guards])
    applying.run(seller_id=desk.seller, plan_id=plan.id)


def test_what_is_taken_back_is_told_on_the_page_of_what_was_undone(
    applied: tuple[Desk, PlanCard],
) -> None:
    desk, plan = applied

    page = desk.post(f"plans/{plan.code}/undo/")
    assert re.search(rf"<h1>\s*Plan {plan.code}", page), "one stays with what is undone"
    assert f"Working out how to take {plan.code} back" in page
    tasks.make_plans()
    undo = listings.plans(desk.seller)[0]
    assert undo.undoes == plan.code
    page = desk.get(f"plans/{plan.code}/")
    assert "It takes back 3 changes. Nothing is sent until you apply it." in page
    assert "are left as they stand" not in page
    home = desk.get("")
    assert f"Plan {undo.code} waits with 3 changes" in home
    assert f"takes back {plan.code}" in home
    assert "no plan waits" not in home

    carry_out(desk, undo)
    assert f"Plan {undo.code} waits" not in desk.get("")
    for code in (plan.code, undo.code):
        page = desk.get(f"plans/{code}/")
        assert "3 changes of 3 were taken back." in page
        assert "Stock is never taken back: it stays what it is now." in page
        assert "the next plan would make the same changes again" in page
        assert _reasons(page) == [(undoing.CREATED, "3 products")]
    page = desk.get(f"plans/{plan.code}/")
    assert "Every change was taken back, but not all is as it was before." in page
    assert "in part" not in page


def test_changes_that_could_not_be_taken_back_are_counted_with_their_reason(
    applied: tuple[Desk, PlanCard], twin: RunningTwin
) -> None:
    desk, plan = applied
    gone = twin.control("GET", "listings")[0]["id"]
    twin.control("PATCH", f"listings/{gone}", {"status": "deleted"})
    desk.post(f"plans/{plan.code}/undo/")
    tasks.make_plans()
    undo = listings.plans(desk.seller)[0]
    assert "1 change of 3 is left as it stands." in desk.get(f"plans/{plan.code}/")

    carry_out(desk, undo)
    page = desk.get(f"plans/{plan.code}/")
    assert "It was taken back in part." in page
    assert "2 changes of 3 were taken back." in page
    assert "1 change of 3 is left as it stands." in page
    assert _reasons(page) == [(undoing.CREATED, "2 products"), (undoable.GONE, "1 product")]


def _reasons(page: str) -> list[tuple[str, str]]:
    """Return what a page says of what stays: (why, how many products)."""
    part = page.partition("What does not come back")[2]
    part = part.partition("<a ")[0]
    return re.findall(r"<span>\s*([^<]*?)\s*<span class=\"soft\">([^<]*)</span>", part)


def test_what_left_the_file_is_seen_with_its_name_and_how_it_stands_in_the_shop(
    applied: tuple[Desk, PlanCard],
) -> None:
    desk, _ = applied
    desk.give(price_list(2))
    page = desk.get("start/found/")
    assert "1 offer is no longer in the file" in page
    assert "B-2" in page.partition("is no longer in the file")[2].partition("</strong>")[0]
    assert "catalogue/offer/?key=B-2" in desk.get("catalogue/")
    shown = desk.get("catalogue/offer/?key=B-2")
    assert "no longer in the file" in shown
    assert "it is not listed there" not in shown, "it is on sale still"
    desk.post("plans/new/", shop=str(desk.shop))
    tasks.make_plans()
    plan = listings.plans(desk.seller)[0]
    assert plan.counts["pause"] == 1
    assert "Валенки серые 2" in desk.get(f"plans/{plan.code}/")


def test_a_file_that_lacks_most_goods_takes_nothing_away_unasked(
    applied: tuple[Desk, PlanCard],
) -> None:
    desk, _ = applied
    desk.give(price_list(8))
    desk.give(price_list(2))
    page = desk.get("start/found/")
    assert "no longer in the file:" not in page
    assert catalogue.missing_keys(desk.seller) == []
