"""A rehearsal in Chromium: asked for, left alone, seen, shown outside, and withdrawn."""

import pytest
from playwright.sync_api import Browser, Page
from tests.e2e.test_campaign import DESK, PHONE, window
from tests.e2e.test_pages import LANGUAGES, THEMES, English, faults, texts

from torgpred.demo.selling import under_way

pytestmark = pytest.mark.browser

PLAYED = 300_000
"""Milliseconds that a rehearsal may take on a machine that does much else."""


def the_page(page: Page, world: str) -> None:
    """Go to the rehearsal of the demo's next campaign, once the one that the demo plays is over."""
    page.goto(f"{world}/m/campaigns/")
    page.click(f'a:has-text("{under_way.NEXT}")')
    page.click('a[href$="/rehearsal/"]')
    page.wait_for_selector("#rehearsing[hx-get]", state="detached", timeout=PLAYED)


def test_it_is_asked_for_left_alone_and_seen(browser: Browser, world: str) -> None:
    page = window(browser, world, "manager", DESK)
    the_page(page, world)
    page.fill("#a-orders", "30")
    page.fill("#a-minutes", "0.1")
    page.check('input[name="agreed"]')
    page.click('form[action$="/rehearse/"] button')
    page.wait_for_selector("#rehearsing progress")
    assert "You may leave this page" in page.inner_text("#rehearsing")
    assert list(faults(page)) == []

    page.goto(f"{world}/m/sellers/")
    page.go_back()
    # The page shows by itself how far it is, and what came of it.
    page.wait_for_selector("#rehearsing", state="detached", timeout=PLAYED)

    told = page.inner_text("main")
    assert "Only what sellers agreed to." in told
    assert figure(page, "Orders") + figure(page, "Pieces wanted in vain") == 30
    assert page.locator("main").count() == 1
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert list(faults(page)) == []


def figure(page: Page, name: str) -> int:
    """Return one of the numbers of the whole day, without what it is of."""
    told = page.locator(f'dl.totals div:has(dt:text-is("{name}")) dd').first.inner_text()
    return int(told.split()[0].replace(",", ""))


def test_it_is_shown_outside_and_withdrawn(browser: Browser, world: str) -> None:
    page = window(browser, world, "manager", DESK)
    the_page(page, world)
    if page.locator('form[action$="/share/"]').count() == 0:  # the newest is of few sellers
        page.locator('a[href^="?of="]').last.click()
    page.click('form[action$="/share/"] button')
    link = page.inner_text("#shared")
    sellers = {one.split(",")[0] for one in page.locator("section.table-card h2").all_inner_texts()}
    assert list(faults(page)) == []
    assert sellers

    for language in LANGUAGES:
        for theme in THEMES:
            seen = look(browser, world, link, language, theme)
            assert not [one for one in sellers if one in seen]

    page.reload()
    assert page.locator("#shared").count() == 0
    page.locator('form[action$="/withdraw/"] button').first.click()
    page.wait_for_load_state()
    answer = page.request.get(link)
    assert answer.status == 404


def look(browser: Browser, world: str, link: str, language: str, theme: str) -> str:
    """Open the page as a stranger, wide and narrow; return what stands there."""
    context = browser.new_context(color_scheme="dark" if theme == "dark" else "light")
    context.add_cookies([{"name": "django_language", "value": language, "url": world}])
    page = context.new_page()
    page.goto(link)
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert list(faults(page)) == []
    assert list(English(language).of(texts(page))) == []
    seen = page.inner_text("main")
    context.close()
    return seen
