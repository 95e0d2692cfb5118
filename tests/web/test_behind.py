"""Where a newer file would change a shop, the screens say so and lead to a new plan."""

import pytest
from tests.web.test_first_steps import Desk, boots_leaf, desk, one_twin, price_list, twin

from torgpred.accounts import services as accounts
from torgpred.channels import selectors as channels
from torgpred.listings import selectors as listings
from torgpred.listings import tasks

__all__ = ["desk", "one_twin", "twin"]

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "Your goods have changed since"


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """A desk whose three goods have a plan."""
    desk.answer("category", desk.group, value=boots_leaf())
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    desk.answer("parcel", desk.group, weight="0,8", length="30", width="20", height="12")
    desk.post("start/price/set/", basis="shelf", commission="8", per_parcel="100")
    tasks.make_plans()
    return desk


def pages(desk: Desk) -> list[str]:
    plan = listings.plans(desk.seller)[0].code
    return ["", "plans/", f"plans/{plan}/", "catalogue/"]


def test_a_newer_file_is_said_everywhere_until_a_plan_is_made(planned: Desk) -> None:
    for page in pages(planned):
        assert SAID not in planned.get(page), page
    planned.give(price_list().replace(b"2490", b"2790"))
    planned.get("start/found/")
    tasks.work_out()
    for page in pages(planned):
        assert SAID in planned.get(page), page
    assert "A plan is being made" in planned.post("plans/new/", shop=str(planned.shop))
    assert SAID not in planned.get(""), "it is being made"
    tasks.make_plans()
    for page in pages(planned):
        assert SAID not in planned.get(page), page


def test_another_stock_is_told_without_a_plan_and_nothing_is_said(planned: Desk) -> None:
    planned.give(price_list().replace(b";5;", b";3;"))
    planned.get("")
    tasks.work_out()
    for page in pages(planned):
        assert SAID not in planned.get(page), page
    assert "have changed since this plan was made" not in planned.get("start/plan/")


def test_who_may_only_look_is_told_and_offered_no_plan(planned: Desk) -> None:
    planned.give(price_list().replace(b"2490", b"2790"))
    planned.get("")
    tasks.work_out()
    user = accounts.ensure_person(email="looks@example.org", name="Looks")
    accounts.ensure_member(
        tenant_id=planned.seller, email=user.email, name="Looks", role="reader", user_id=user.pk
    )
    planned.client.force_login(user)
    page = planned.get("catalogue/")
    assert SAID in page
    assert "Make a new plan<" not in page
