"""A campaign at both desks: the manager proposes, a seller sees its terms and says yes by rule."""

from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NAME = "Campaign of a browser"
PHONE, DESK = 390, 1280


def window(browser: Browser, world: str, who: str, width: int) -> Page:
    """Return a window in which one of the demo's people has signed in."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "django_language", "value": "en", "url": world}])
    page = context.new_page()
    page.goto(f"{world}/account/login/")
    page.click(f'form[action="/demo/enter/{who}/"] button')
    page.wait_for_url("**/m/**" if who == "manager" else "**/s/*/")
    return page


BEYOND_THEIR_CARDS = (
    "[...document.querySelectorAll('.table-card')]"
    ".filter((one) => one.scrollWidth > one.clientWidth).length"
)
"""How many tables of a page are wider than the cards that they stand in."""


def fits(page: Page) -> None:
    """Nothing stands beyond the right edge, and nothing is hard to read."""
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    wide, room = page.evaluate(sizes)
    assert wide <= room, page.url
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def total(page: Page, name: str) -> int:
    """Return one of the numbers at the head of a page."""
    told = page.locator(f'dl.totals div:has(dt:text-is("{name}")) dd').inner_text()
    return int(told.replace(",", ""))


def draw_up(page: Page, world: str) -> None:
    page.goto(f"{world}/m/campaigns/")
    start = datetime.now().astimezone() + timedelta(days=10)
    page.fill("#k-name", NAME)
    page.select_option("#k-rules", "demo-sale")
    page.fill("#k-starts", start.strftime("%Y-%m-%dT10:00"))
    page.fill("#k-ends", (start + timedelta(days=2)).strftime("%Y-%m-%dT10:00"))
    for box in page.locator('input[name="shop"]').all():
        box.check()
    page.click('form[action$="/campaigns/new/"] button')
    page.wait_for_url(lambda url: "/m/campaigns/" in url and not url.endswith("/m/campaigns/"))


def press(page: Page, words: str) -> None:
    page.click(f'button:has-text("{words}")')
    page.wait_for_load_state()


def test_a_campaign_is_proposed_and_agreed_to_at_both_desks(browser: Browser, world: str) -> None:
    manager = window(browser, world, "manager", DESK)
    draw_up(manager, world)
    fits(manager)
    press(manager, "Open it for offers")
    press(manager, "Judge anew")
    manager.wait_for_selector("text=/offers judged, .* of them anew/")
    fits(manager)
    manager.click('a:has-text("may take part:")')
    manager.wait_for_load_state()
    assert "may take part" in manager.inner_text("table")
    fits(manager)
    manager.go_back()
    manager.fill("#n-most", "4")
    press(manager, "Put forward what may take part")
    asked = total(manager, "Put forward")
    assert asked > 0
    assert total(manager, "Agreed") == 0

    seller = window(browser, world, "seller", PHONE)
    seller.goto(seller.url.rstrip("/") + "/campaigns/")
    fits(seller)
    seller.click(f'a:has-text("{NAME}")')
    seller.wait_for_load_state()
    mine = total(seller, "Put forward")
    assert 0 < mine < asked
    told = seller.inner_text("main")
    assert "You keep" in told
    assert "less than usual" in told
    fits(seller)
    for wide in (1280, 1440):
        seller.set_viewport_size({"width": wide, "height": 900})
        assert seller.evaluate(BEYOND_THEIR_CARDS) == 0, wide
    seller.fill("#r-rule", "margin >= 5")
    press(seller, "Say yes to what fits")
    agreed = total(seller, "You said yes to")
    assert 0 < agreed <= mine

    manager.reload()
    assert total(manager, "Agreed") == agreed
    seller.locator('input[name="offer"]').first.check()
    press(seller, "Take the yes back")
    manager.reload()
    assert total(manager, "Agreed") == total(seller, "You said yes to")
