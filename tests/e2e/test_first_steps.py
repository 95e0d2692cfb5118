"""A first-time seller goes from its raw file to live listings by the screen alone, counted.

Run it alone to read the counts: pytest tests/e2e/test_first_steps.py -m browser -s
"""

import re
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ElementHandle, Page

from torgpred.demo.sellers import DemoSeller, all_sellers

pytestmark = pytest.mark.browser

WANTED = 0.8
MOST_DECISIONS = 10
PATIENCE = 300.0


class Desk:
    """One window of a newcomer: counts clicks, and how long the machine kept it waiting."""

    def __init__(self, browser: Browser, world: str, *, width: int, scripts: bool) -> None:
        self.scripts = scripts
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        context.add_cookies([{"name": "django_language", "value": "en", "url": world}])
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.clicks = 0
        self.decisions = 0
        self.waited = 0.0
        self.page.goto(f"{world}/account/login/")
        self.page.click('form[action="/demo/enter/newcomer/"] button')
        self.page.wait_for_url("**/s/*/")

    def click(self, what: str) -> None:
        self.clicks += 1
        begin = time.monotonic()
        self.page.click(what)
        self.page.wait_for_load_state()
        self.waited += time.monotonic() - begin

    def until(self, what: str) -> None:
        """Wait for something, as a reader does: the page comes anew, or one loads it anew."""
        begin = time.monotonic()
        if self.scripts:
            self.page.wait_for_selector(what, state="attached", timeout=PATIENCE * 1000)
        while not self.page.query_selector(what):
            assert time.monotonic() - begin < PATIENCE, self.page.inner_text("main")
            time.sleep(0.5)
            self.page.reload()
        self.waited += time.monotonic() - begin

    def settled(self) -> None:
        self.until("#waiting:not([hx-get])")

    def fits(self) -> None:
        """Nothing stands beyond the right edge, and nothing is hard to read."""
        if not self.scripts:
            return
        sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        wide, room = self.page.evaluate(sizes)
        assert wide <= room, self.page.url
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()


def ready(desk: Desk) -> float:
    """Return what part of the offers is ready, as the page says."""
    told = re.search(r"([\d,]+) of ([\d,]+) offers are ready", desk.page.inner_text("main"))
    assert told
    part, whole = (int(number.replace(",", "")) for number in told.groups())
    return part / max(whole, 1)


def answer(desk: Desk, demo: DemoSeller) -> bool:
    """Answer the first question as the demo's desk would; False where none is open."""
    pairs = desk.page.query_selector_all("input[name=accept]")
    if pairs:
        desk.decisions += len(pairs)
        desk.click("form:has(input[name=accept]) button")
        return True
    form = desk.page.query_selector("form:has(input[name=fact])")
    if form is None:
        return False
    # One answer for all goods stands folded where single ones are proposed.
    form.evaluate("form => { const fold = form.closest('details'); if (fold) fold.open = true }")
    fact = _value(form, "fact")
    if fact == "category" and not form.query_selector("input[type=radio]:checked"):
        _choose(desk, _seek(desk, demo, _value(form, "group")))
        form = desk.page.query_selector("form:has(input[type=radio]:checked)")
        assert form is not None
    elif fact == "parcel":
        _parcel(form, demo)
    elif fact == "terms":
        form.query_selector("input[name=days]").fill("3")  # type: ignore[union-attr]
    elif fact == "basis":
        form.query_selector("input[name=value]").fill(str(demo.pricing.margin))  # type: ignore[union-attr]
    elif fact != "category":
        listed = form.query_selector("datalist option")
        assert listed is not None, fact
        text = listed.get_attribute("value") or ""
        form.query_selector("input[name=value]").fill(text)  # type: ignore[union-attr]
    desk.decisions += 1
    desk.clicks += 1
    begin = time.monotonic()
    form.query_selector("button").click()  # type: ignore[union-attr]
    desk.page.wait_for_load_state()
    desk.waited += time.monotonic() - begin
    return True


def _value(form: ElementHandle, name: str) -> str:
    found = form.query_selector(f"input[name={name}]")
    assert found is not None
    return found.get_attribute("value") or ""


def _parcel(form: ElementHandle, demo: DemoSeller) -> None:
    """State the weight and size of the whole catalogue, once, where the form lets one say so."""
    weights = [one.value for one in demo.statements if isinstance(one.value, Decimal)]
    sides = [one.value for one in demo.statements if isinstance(one.value, tuple)]
    weight = str(max(weights)) if weights else "0.5"
    length, width, height = map(str, max(sides)) if sides else ("20", "15", "10")
    named = {"weight": weight, "length": length, "width": width, "height": height}
    for name, text in named.items():
        field = form.query_selector(f"input[name={name}]")
        if field is not None:
            field.fill(text)
    about = form.query_selector("select[name=about]")
    if about is not None:
        about.select_option("*")


def _seek(desk: Desk, demo: DemoSeller, group: str) -> tuple[str, ...]:
    """Look for a category by the name that it has at the marketplace; return its path there."""
    asked = desk.page.query_selector(f'form[role=search]:has(input[name=group][value="{group}"])')
    assert asked is not None
    path = desk.page.inner_text("section:has(form input[name=fact]) h2")
    target = next(
        (one.target for one in demo.mapping if one.category and one.category[-1] in path), ("",)
    )
    asked.query_selector("input[name=seek]").fill(target[-1])  # type: ignore[union-attr]
    desk.clicks += 1
    asked.query_selector("button").click()  # type: ignore[union-attr]
    desk.page.wait_for_load_state()
    return target


def _choose(desk: Desk, target: tuple[str, ...]) -> None:
    """Choose the category with a path among those found, the first where none has it."""
    labels = desk.page.query_selector_all("label:has(input[type=radio][name=value])")
    meant = (one for one in labels if one.inner_text().strip().endswith(" / ".join(target[-2:])))
    next(meant, labels[0]).click()
    desk.clicks += 1


def to_the_questions(desk: Desk, demo: DemoSeller, folder: Path) -> None:
    """Give the file, see what is in it, and open a practice shop."""
    path = demo.write_feed(folder, picture_base="http://127.0.0.1:9/pictures")
    desk.click('a[href$="/start/"]')
    desk.fits()
    desk.page.set_input_files("#file", str(path))
    desk.click("button.main-action")
    desk.until('a.main-action[href$="/start/shop/"]')
    desk.fits()
    desk.click('a.main-action[href$="/start/shop/"]')
    desk.fits()
    desk.click("text=Open a practice shop")
    desk.until('a[href$="/start/price/"]')
    desk.settled()
    desk.fits()


def go_live(desk: Desk, demo: DemoSeller, folder: Path) -> float:
    """Do all steps; return what part of the offers was ready when they went live."""
    page = desk.page
    to_the_questions(desk, demo, folder)
    while ready(desk) < WANTED and desk.decisions < 2 * MOST_DECISIONS and answer(desk, demo):
        desk.settled()
    part = ready(desk)
    desk.click('a[href$="/start/price/"]')
    desk.fits()
    desk.decisions += 1
    desk.click("text=Keep it and make the plan")
    desk.until("form:has(input[name=plan])")
    desk.fits()
    for guard in page.query_selector_all("input[name=yes]"):
        guard.check()
    desk.click("form:has(input[name=plan]) button.main-action")
    desk.until("text=Receipt")
    desk.fits()
    return part


def tell(capsys: pytest.CaptureFixture[str], demo: DemoSeller, desk: Desk, part: float) -> None:
    with capsys.disabled():
        sys.stdout.write(
            f"\n{demo.code}: {part:.0%} ready, {desk.decisions} decisions, {desk.clicks} clicks,"
            f" {desk.waited:.1f} s of waiting for the machine\n"
        )


@pytest.mark.parametrize("code", ["lumenek", "mossy-shore", "sushkin-valley"])
def test_a_raw_file_goes_live_by_few_decisions(
    code: str, browser: Browser, world: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = next(one for one in all_sellers() if one.code == code)
    desk = Desk(browser, world, width=1280, scripts=True)

    part = go_live(desk, demo, tmp_path)

    tell(capsys, demo, desk, part)
    assert part >= WANTED
    assert desk.decisions <= MOST_DECISIONS
    assert desk.said == []


@pytest.mark.parametrize(("width", "scripts"), [(390, True), (1280, False)])
def test_the_same_on_a_phone_and_without_scripts(
    width: int,
    scripts: bool,  # noqa: FBT001 - a parameter of the test
    browser: Browser,
    world: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    demo = next(one for one in all_sellers() if one.code == "lumenek")
    desk = Desk(browser, world, width=width, scripts=scripts)

    part = go_live(desk, demo, tmp_path)

    tell(capsys, demo, desk, part)
    assert part >= WANTED
    assert desk.decisions <= MOST_DECISIONS


def test_what_is_typed_beside_an_answer_still_stands_when_that_is_kept(
    browser: Browser, world: str, tmp_path: Path
) -> None:
    demo = next(one for one in all_sellers() if one.code == "lumenek")
    desk = Desk(browser, world, width=1280, scripts=True)
    to_the_questions(desk, demo, tmp_path)
    terms = "form:has(input[name=fact][value=terms])"
    beside = 'form:has(input[name=fact]:not([value=terms])) input[inputmode="decimal"]'
    while not (desk.page.query_selector(terms) and desk.page.query_selector(beside)):
        assert answer(desk, demo), "no page asks for both"
        desk.settled()

    desk.page.fill(beside, "7.77")
    desk.page.fill(f"{terms} input[name=days]", "3")
    desk.click(f"{terms} button")
    desk.settled()

    assert desk.page.query_selector(terms) is None, "it was kept"
    assert desk.page.input_value(beside) == "7.77"
    assert desk.said == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_strangers_file_is_looked_at_within_seconds(
    scripts: bool,  # noqa: FBT001 - a parameter of the test
    browser: Browser,
    world: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    demo = next(one for one in all_sellers() if one.code == "merzlohod")
    path = demo.write_feed(tmp_path, picture_base="http://127.0.0.1:9/pictures")
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto(f"{world}/assess/")
    page.set_input_files("#file", str(path))

    begin = time.monotonic()
    page.click("button.main-action")
    page.wait_for_selector("text=/offers? seen so far|could go live/")
    first = time.monotonic() - begin
    # Without scripts the page asks for itself anew.
    page.wait_for_selector(".shares", timeout=PATIENCE * 1000)
    whole = time.monotonic() - begin

    with capsys.disabled():
        sys.stdout.write(f"\n{demo.code}: first findings {first:.1f} s, all {whole:.1f} s\n")
    assert "could go live" in page.inner_text("h1")
