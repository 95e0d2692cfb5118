"""Every page in Chromium: readable by all, in three languages, light and dark, wide and narrow."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from tests.docs import wording

from torgpred.demo.selling import campaign, under_way

pytestmark = pytest.mark.browser

LANGUAGES: Final = ("ru", "en", "zh-hans")
THEMES: Final = ("light", "dark")
MOST_BYTES: Final = 200_000
SELLER: Final = "/s/MERZLOHOD"
PAGES: Final = {
    "seller": (
        f"{SELLER}/", f"{SELLER}/catalogue/", f"{SELLER}/catalogue/?view=held",
        f"{SELLER}/catalogue/?q=nothing-like-it", "OFFER", f"{SELLER}/plans/", "PLAN",
        f"{SELLER}/orders/", f"{SELLER}/orders/?view=short", "ORDER",
        f"{SELLER}/orders/parcels/", f"{SELLER}/orders/returns/", f"{SELLER}/messages/",
        f"{SELLER}/messages/templates/", f"{SELLER}/payouts/", f"{SELLER}/stock/",
        f"{SELLER}/stock/?view=unknown", f"{SELLER}/prices/",
        f"{SELLER}/board/", f"{SELLER}/notices/", f"{SELLER}/campaigns/",
        f"{SELLER}/mall/", f"{SELLER}/mall/?verdict=qualifies",
        f"{SELLER}/mall/?programme=aliexpress_ru/official_store",
        f"{SELLER}/cases/",
        "LEDGER", f"{SELLER}/members/", f"{SELLER}/tokens/",
        f"{SELLER}/start/file/", f"{SELLER}/start/found/", f"{SELLER}/start/shop/",
        f"{SELLER}/start/questions/", f"{SELLER}/start/price/", f"{SELLER}/start/plan/",
        f"{SELLER}/start/price/?commission=abc", f"{SELLER}/orders/?view=all&q=nothing-like-it",
        "MY_SALE", "MY_SALE rehearsal/", "MY_SALE report/",
        f"{SELLER}/fix/", f"{SELLER}/papers/", f"{SELLER}/catalogue/columns/",
        f"{SELLER}/catalogue/pictures/",
        "/?choose", "/account/password/", "/account/second/",
    ),
    "manager": (
        "/m/sellers/", "/m/sellers/MERZLOHOD/", "/m/shops/", "/m/members/", "/m/audit/",
        "/m/tokens/", "/m/board/", "/m/notices/", "/m/campaigns/",
        "/m/countries/", "/m/countries/RU/",
        "/m/sellers/?stage=candidate", "/m/sellers/?q=nothing-like-it", "/m/mappings/",
        "/m/mappings/?part=attributes", "/m/mappings/?part=paths", "/m/health/", "/m/people/",
        "/m/audit/?kind=mapping", "/m/mall/", "/m/mall/aliexpress_ru/mall/",
        "/m/mall/aliexpress_ru/official_store/",
        "/m/asks/", "/m/asks/?q=nothing-like-it", "ASK", "CASE",
        "ASK check/",
        "COMING", "COMING offers/?answer=no",
        "COMING rehearsal/", "COMING money/", "COMING report/",
        "OVER rehearsal/", "OVER money/", "OVER report/", "OVER report/?for=marketplace",
    ),
    "partner": ("/p/DEMOBANK/",),
    "": (
        "/assess/", "/account/login/", "/account/signup/", "/nowhere/", "/invitation/unknown/",
        "/rehearsal/unknown/",
        "/api/v1/docs",
    ),
}  # fmt: skip
_BEHIND: Final = {
    "OFFER": (f"{SELLER}/catalogue/", "tbody th a"),
    "PLAN": (f"{SELLER}/plans/", "tbody tr:last-child th a"),
    "ORDER": (f"{SELLER}/orders/?view=all", "tbody th a"),
    "LEDGER": (f"{SELLER}/stock/", "tbody th a"),
    "ASK": ("/m/asks/?kind=slot", "tbody th a"),
    "CASE": ("/m/asks/?kind=complaint", "tbody th a"),
    "COMING": ("/m/campaigns/", f'a:has-text("{under_way.NEXT}")'),
    "OVER": ("/m/campaigns/", f'a:has-text("{campaign.NAME}")'),
    "MY_SALE": (f"{SELLER}/campaigns/", f'a:has-text("{campaign.NAME}")'),
}
"""Pages whose address is found on another one."""
_GAP: Final = re.compile(r"\{[^}]*\}")
"""Where a message takes a value."""


class Watched:
    """A browser's window for one person, with all that it complained of and asked others for."""

    def __init__(self, browser: Browser, world: str, who: str, language: str, theme: str) -> None:
        self.world = world
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
        )
        self.context.add_cookies([{"name": "django_language", "value": language, "url": world}])
        self.page: Page = self.context.new_page()
        self.page.goto(f"{world}/account/login/")
        if who:
            self.page.locator(f'form[action="/demo/enter/{who}/"] button').click()
            self.page.wait_for_url(lambda address: "/account/" not in address)
        self.said: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._note)
        self.page.on("request", self._look)

    def go(self, address: str) -> None:
        """Show a page, also one whose address stands on another, or one below that."""
        address, _, below = address.partition(" ")
        if address in _BEHIND:
            where, what = _BEHIND[address]
            self.page.goto(self.world + where)
            address = self.page.locator(what).first.get_attribute("href") or ""
            assert address
        self.page.goto(self.world + address + below)
        # A page that waits for a worker shows itself anew once that is done.
        self.page.wait_for_selector("#waiting[hx-get]", state="detached")
        self.page.wait_for_selector("#rehearsing[hx-get]", state="detached", timeout=600_000)

    def _note(self, message: ConsoleMessage) -> None:
        # Chromium logs every answer of 404, also those that are meant.
        if "status of 404" not in message.text:
            self.said.append(f"{self.page.url}: {message.text}")

    def _look(self, request: Request) -> None:
        if not request.url.startswith((self.world, "data:")):
            self.foreign.append(request.url)


def texts(page: Page) -> Iterator[str]:
    """Yield what a reader sees or hears, text by text, but for names in other languages."""
    found = page.evaluate(
        """() => {
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const said = [];
            while (walk.nextNode()) {
                const inside = walk.currentNode.parentElement.closest('script, code, [lang]');
                if (!inside || inside === document.documentElement) {
                    said.push(walk.currentNode.textContent.trim());
                }
            }
            for (const one of document.querySelectorAll('[placeholder], [aria-label], [title]')) {
                for (const name of ['placeholder', 'aria-label', 'title']) {
                    said.push(one.getAttribute(name) || '');
                }
            }
            return said;
        }"""
    )
    yield from (one for one in found if one)


class English:
    """Finds sentences that are said otherwise in a language; none where it is English."""

    def __init__(self, language: str) -> None:
        self._whole: set[str] = set()
        self._shapes: list[re.Pattern[str]] = []
        self._seen: set[str] = set()
        for one in _said_otherwise(language) if language != "en" else ():
            if "{" in one:
                self._shapes.append(re.compile(".+".join(map(re.escape, _GAP.split(one)))))
            else:
                self._whole.add(one)

    def of(self, told: Iterable[str]) -> Iterator[str]:
        """Yield what of these texts is English, of those not seen before."""
        for one in set(told) - self._seen:
            self._seen.add(one)
            if one in self._whole or any(shape.fullmatch(one) for shape in self._shapes):
                yield one


def _said_otherwise(language: str) -> Iterator[str]:
    for message in wording.catalogue({"zh-hans": "zh_Hans"}.get(language, language)):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        for one in ids:
            if len(re.findall(r"[A-Za-z]{2,}", _GAP.sub("", one))) and one not in strings:
                yield one


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", list(PAGES), ids=lambda who: who or "visitor")
def test_pages(browser: Browser, world: str, who: str, language: str, theme: str) -> None:
    window = Watched(browser, world, who, language, theme)
    english = English(language)
    troubles: list[str] = []
    for address in PAGES[who]:
        window.go(address)
        troubles += [f"{address}: {one}" for one in faults(window.page)]
        if theme == "light":
            window.page.set_viewport_size({"width": 390, "height": 900})
            # What is folded away may hide a fault: it does in all languages, or in none.
            narrow = faults if language == LANGUAGES[0] else too_wide
            troubles += [f"{address} at 390: {one}" for one in narrow(window.page)]
            window.page.set_viewport_size({"width": 1280, "height": 900})
        told = english.of(texts(window.page))
        troubles += [f"{address}: in English: {one}" for one in told]
    window.context.close()

    assert troubles == []
    assert window.said == []
    assert window.foreign == []


def faults(page: Page) -> Iterator[str]:
    """Yield what axe finds, and how far the page is too wide."""
    for one in Axe().run(page).response["violations"]:
        places = [node["html"][:160] for node in one["nodes"]][:3]
        yield f"{one['id']}: {places}"
    yield from too_wide(page)


def too_wide(page: Page) -> Iterator[str]:
    """Yield how far the page is wider than its window, where it is."""
    beyond = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if beyond > 0:
        yield f"{beyond} px too wide"


@pytest.mark.parametrize("address", ["/account/login/", f"{SELLER}/", f"{SELLER}/catalogue/"])
def test_a_first_view_is_light(browser: Browser, world: str, address: str) -> None:
    window = Watched(browser, world, "seller", "ru", "light")
    cookies = window.context.cookies()
    window.context.close()
    context = browser.new_context()
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(world + address, wait_until="networkidle")
    context.close()

    assert 0 < sum(sizes) <= MOST_BYTES


def test_the_essential_works_without_scripts(browser: Browser, world: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{world}/account/login/")
    page.locator('form[action="/demo/enter/seller/"] button').click()

    page.goto(f"{world}{SELLER}/catalogue/")
    page.locator("#q").fill("ЦБ-00000073")
    page.locator("form[role=search] button").click()
    assert page.locator("tbody tr").count() == 1

    page.goto(f"{world}{SELLER}/plans/")
    page.locator(f'form[action="{SELLER}/plans/new/"] button').first.click()
    page.wait_for_load_state()
    assert page.url.endswith("/plans/")
    context.close()


def test_one_can_skip_to_the_content_and_search_by_key(browser: Browser, world: str) -> None:
    window = Watched(browser, world, "seller", "en", "light")
    window.go(f"{SELLER}/catalogue/")

    window.page.keyboard.press("Tab")
    assert window.page.evaluate("document.activeElement.className") == "skip"
    window.page.keyboard.press("Enter")
    window.page.keyboard.press("/")
    assert window.page.evaluate("document.activeElement.id") == "q"
    window.page.keyboard.type("Балаклава")
    window.page.locator("tbody tr").nth(1).wait_for(state="detached")
    assert window.page.locator("tbody tr").count() == 1
    assert "q=" in window.page.url
    window.context.close()
