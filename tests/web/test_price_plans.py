"""A plan that moves prices: told on its page before anything is sent, and waiting for a yes."""

import html
import re
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec
import pytest
from tests.db.listings.timing import HOUR, pass_time, plan_prices
from tests.db.listings.world import World, make_boots
from tests.web.test_asks import member_of
from tests.web.test_first_steps import Desk, one_twin, price_list, twin
from tests.web.test_undoing import applied, carry_out

from torgpred.catalogue.core.offers import Param
from torgpred.channels import selectors as channels
from torgpred.channels.core.public_pages import product_address
from torgpred.listings import selectors as listings
from torgpred.listings import tasks
from torgpred.listings.core.pricing import Line, Waterfall
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import observing
from torgpred.twins.testing import RunningTwin
from torgpred.web import formats, showing, words
from torgpred.web.product_names import common_name

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


def test_a_plan_that_a_newer_one_followed_says_so_above_its_button(
    applied: tuple[Desk, PlanCard], twin: RunningTwin
) -> None:
    desk, _ = applied
    older, newer = reprice(desk, margin="10"), reprice(desk, margin="12")
    told_of = "A newer plan of this shop was made"

    page = desk.get(f"plans/{older.code}/")
    assert page.index(told_of) < page.index("Apply 3 changes")
    assert f'href="/s/FIRST/plans/{newer.code}/"' in page
    assert told_of not in desk.get(f"plans/{newer.code}/")


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
    again = "the next plan would make the same changes again"
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
    assert "At this price you keep ₽2,490" in shown["Price in the shop"]

    page = told(desk.get(f"plans/{plan.code}/"))
    assert re.search(r'<span class="chip[^"]*"> taken back </span>', page)
    assert "Before, the rules were:" in page
    assert "margin 0 %" in page
    assert "never below" not in page, "no least price was set"
    [former] = re.findall(r'href="([^"]*basis=[^"]*)"', page)
    form = desk.get(html.unescape(former).removeprefix("/s/FIRST/"))
    assert re.search(r'name="margin"[^>]*value="0"', form), "looked at before it is kept"
    listed = told(desk.get("plans/"))
    assert f"by plan {listings.plans(desk.seller)[0].code}" in listed

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


@pytest.mark.parametrize("route", ["domestic", "RU-KZ"])
def test_a_lines_note_is_said_piece_by_piece_in_the_readers_language(
    route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def noted(_context: str, piece: str) -> str:
        said.append(piece)
        return "~"

    monkeypatch.setattr(words, "context_gettext", noted)
    kept = "" if route == "domestic" else route
    assert words.note(f"20 % got back on the route {route}") == f"20 %~{kept}"
    assert words.note(f"0.8 kg, route {route}") == f"0.8~~{kept}"
    assert len(said) == 3


def test_goods_on_sale_lead_to_the_page_that_buyers_see(
    applied: tuple[Desk, PlanCard], twin: RunningTwin
) -> None:
    desk, plan = applied
    ids = {one["sku"][0]["code"]: one["id"] for one in twin.control("GET", "listings")}
    page = f"/item/{ids['B-0']}.html"
    for here in ("catalogue/", "catalogue/offer/?key=B-0", f"plans/{plan.code}/"):
        [way] = re.findall(rf'<a [^>]*href="[^"]*{page}"[^>]*>', desk.get(here))
        assert 'rel="noopener noreferrer"' in way


def test_a_rehearsal_never_leads_to_the_marketplace() -> None:
    page, own = "https://market.example/item/{remote_id}.html", "https://api.market.example"
    told_by = partial(product_address, page, own=own)
    assert told_by(address=own, remote_id="5") == "https://market.example/item/5.html"
    assert told_by(address="http://127.0.0.1:9", remote_id="5") == "http://127.0.0.1:9/item/5.html"
    assert told_by(address=own, remote_id="") == ""


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["Комплект «Тундра», черный, р. 46-48", "Комплект «Тундра», синий, р. 46-48"],
         "Комплект «Тундра»"),
        (["Носки, черный, р. 41-43", "Носки, черный, р. 44-46"], "Носки, черный"),
        (["Мёд 500 г", "Мёд 1 кг"], "Мёд"),
        (["Мёд", "Мёд с орехом"], "Мёд"),
        (["Кружка", "Кран"], "Кружка"),
        (["Чайник"], "Чайник"),
        ([], ""),
    ],
)  # fmt: skip
def test_a_product_is_called_without_what_tells_its_variants_apart(
    names: list[str], called: str
) -> None:
    assert common_name(names) == called


def test_a_step_tells_what_a_campaign_leaves_alone(twin: RunningTwin, tmp_path: Path) -> None:
    world = World(twin, tmp_path)
    sizes = {"V-1": "27", "V-2": "28"}
    params = make_boots().params
    pair = [
        make_boots(key, product_key="V", params=(*params, Param("Размер", size)))
        for key, size in sizes.items()
    ]
    world.feed(*pair)
    world.carry_out()
    plan_prices(world, "V-1", price="2490", reference="1111")
    pass_time(world, HOUR)
    dearer = [msgspec.structs.replace(one, price=Decimal(2590)) for one in pair]
    world.feed(*dearer)
    plan = world.plan()
    page = told(member_of(world.seller).get(f"/s/W-1/plans/{plan.code}/").content.decode())
    assert "2 offers" in page
    assert "1 is left alone while 1111 runs" in page


def test_where_the_file_brought_the_prices_no_former_rules_are_offered(
    applied: tuple[Desk, PlanCard],
) -> None:
    desk, _ = applied
    desk.give(price_list().replace(b"2490", b"2790"))
    desk.post("plans/new/", shop=str(desk.shop))
    tasks.make_plans()
    plan = listings.plans(desk.seller)[0]
    carry_out(desk, plan)
    desk.post(f"plans/{plan.code}/undo/")
    tasks.make_plans()
    page = told(desk.get(f"plans/{plan.code}/"))
    assert "the next plan would make the same changes again" in page
    assert "Before, the rules were:" not in page
    assert "give the former price rules back" not in page
