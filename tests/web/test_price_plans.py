"""A plan that moves prices: told on its page before anything is sent, and waiting for a yes."""

import re
from decimal import Decimal

import pytest
from tests.web.test_first_steps import Desk, one_twin, twin
from tests.web.test_undoing import applied, carry_out

from torgpred.channels import selectors as channels
from torgpred.listings import selectors as listings
from torgpred.listings import tasks
from torgpred.listings.core.pricing import Line, Waterfall
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import observing
from torgpred.twins.testing import RunningTwin
from torgpred.web import formats, showing, words

__all__ = ["applied", "one_twin", "twin"]
pytestmark = pytest.mark.django_db(transaction=True)


def reprice(desk: Desk, *, margin: str) -> PlanCard:
    """Let prices be made of what the seller keeps and a margin, and return the next plan."""
    desk.post(
        "start/price/set/",
        basis="kept", commission="0", margin=margin, per_parcel="0", per_kg="0", least_price="",
    )  # fmt: skip
    tasks.make_plans()
    return listings.plans(desk.seller)[0]


def told(page: str) -> str:
    """Return a page in one line."""
    return " ".join(page.split())


def test_prices_that_move_far_are_named_and_wait_for_a_yes(
    applied: tuple[Desk, PlanCard], twin: RunningTwin
) -> None:
    desk, _ = applied
    plan = reprice(desk, margin="60")
    assert [(one.code, one.count) for one in plan.guards] == [("moves", 3)]

    for address in (f"plans/{plan.code}/", "start/plan/"):
        page = told(desk.get(address))
        assert "Prices that would rise or fall by more than 30 %: 3." in page
        assert "B-0: ₽2,490 → ₽3,984 (+60%)" in page
    desk.post(f"plans/{plan.code}/apply/")
    assert listings.plan(plan.code).state == "made", "nobody said that it is meant"
    assert {one["sku"][0]["price"] for one in twin.control("GET", "listings")} == {"2490.00"}
    carry_out(desk, plan)
    assert listings.plan(plan.code).state == "applied"


def test_the_step_says_what_its_plan_does(
    applied: tuple[Desk, PlanCard], twin: RunningTwin
) -> None:
    desk, _ = applied
    reprice(desk, margin="10")
    page = told(desk.get("start/plan/"))
    assert "The prices of 3 products would change" in page
    assert "would go live" not in page
    name = showing.shop_name(channels.shops_of(desk.seller)[0])
    assert name not in page, "there is only one"

    desk.post(
        "start/shop/connect/", family="aliexpress_ru", name="Второй", **{"secret-token": twin.token}
    )
    assert name in told(desk.get("start/plan/"))


def test_a_steps_row_tells_the_price_that_moves(applied: tuple[Desk, PlanCard]) -> None:
    desk, _ = applied
    plan = reprice(desk, margin="10")
    assert not plan.guards
    rows = told(desk.get(f"plans/{plan.code}/")).partition('id="steps"')[2]
    row = rows.partition("<summary>")[2].partition("</summary>")[0]
    assert '<s class="soft">₽2,490</s> → <strong>₽2,739</strong> (+10%)' in row
    assert '<div class="new clip">₽2,739</div>' in rows


def test_an_offers_page_tells_the_shops_price_apart_from_the_rules(
    applied: tuple[Desk, PlanCard], twin: RunningTwin
) -> None:
    desk, _ = applied
    page = told(desk.get("catalogue/offer/?key=B-0"))
    assert facts(page)["Price in the shop"].startswith("₽2,490")
    assert "Price by the rules" not in facts(page)

    plan = reprice(desk, margin="60")
    carry_out(desk, plan)
    assert facts(desk.get("catalogue/offer/?key=B-0"))["Price in the shop"].startswith("₽3,984")

    desk.post(f"plans/{plan.code}/undo/")
    tasks.make_plans()
    again = "the next plan brings these changes up again"
    rules = f"/s/FIRST/start/price/?shop={desk.shop}"
    page = desk.get(f"plans/{plan.code}/")
    assert again in page, "told before it is applied"
    assert rules in page
    carry_out(desk, listings.plans(desk.seller)[0])
    for code in (plan.code, listings.plans(desk.seller)[0].code):
        page = desk.get(f"plans/{code}/")
        assert again in page
        assert rules in page
    shown = facts(desk.get("catalogue/offer/?key=B-0"))
    assert shown["Price in the shop"].startswith("₽2,490")
    assert "₽3,984 The next plan changes the price to ₽3,984" in shown["Price by the rules"]

    for one in twin.control("GET", "listings"):
        twin.control("PATCH", f"listings/{one['id']}", {"status": "deleted"})
    observing.observe(shop_id=desk.shop)
    assert facts(desk.get("catalogue/offer/?key=B-0"))["Price in the shop"] == (
        "it is not listed there"
    )


def test_a_price_that_is_given_is_taken_apart_and_told_once() -> None:
    d = Decimal
    away = (Line("Delivery", d(100)), Line("Tax", d(400)))
    shown = showing.waterfall_lines(
        Waterfall("RUB", (Line("Cost", d(1500)), Line("Left over the cost", d(490)), *away),
                  price=d(2490), keeps=d(1990))
    )  # fmt: skip
    assert [(one["label"], one["amount"], bool(one.get("sum"))) for one in shown] == [
        ("Price by the rules", 2490, True), ("Delivery", -100, False), ("Tax", -400, False),
        ("You keep", 1990, True), ("Cost", -1500, False), ("Left over the cost", 490, True),
    ]  # fmt: skip

    made = (Line("Cost", d(1500)), Line("Margin", d(490)), *away)
    shown = showing.waterfall_lines(Waterfall("RUB", made, price=d(2490), keeps=d(1990)))
    assert [(one["label"], one["amount"], one["plus"]) for one in shown] == [
        ("Cost", 1500, False), ("Margin", 490, True), ("Delivery", 100, True), ("Tax", 400, True),
        ("Price by the rules", 2490, False), ("You keep", 1990, False),
        ("Left over the cost", 490, False),
    ]  # fmt: skip


def facts(page: str) -> dict[str, str]:
    """Return what an offer's page names, by name."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {name: told(re.sub(r"<[^>]*>", " ", value)) for name, value in reversed(pairs)}


def test_amounts_bear_their_currency_and_a_minus_of_their_own() -> None:
    assert formats.money(Decimal(-18724), "RUB").startswith("\N{MINUS SIGN}")
    assert words.note("100 RUB a parcel") == "₽100 a parcel"
