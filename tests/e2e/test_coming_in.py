"""Invited, then signed in by an app's digits and by a passkey, in Chromium with a key of its own.

Passkeys need an address with a name (WebAuthn 5.1.2), so the desks are visited as localhost.
"""

import re
import time
import uuid
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.web.test_second_factors import digits

pytestmark = pytest.mark.browser

PASSWORD: Final = "six wooden spoons"


def by_name(world: str) -> str:
    return world.replace("127.0.0.1", "localhost")


def invite(browser: Browser, world: str, email: str) -> str:
    """Take a candidate down as the demo's manager and invite somebody; return the link."""
    page = visitor(browser, world)
    page.click('form[action="/demo/enter/manager/"] button')
    page.fill("#c-name", f"ООО «Рогатка {email[:8]}»")
    page.click('form[action="/m/candidates/"] button')
    page.fill("#invite-name", "Вера")
    page.fill("#invite-email", email)
    page.select_option("#invite-language", "en")
    page.click("section[aria-labelledby=invite] button")
    link = page.inner_text("#invited")
    page.context.close()
    return link.replace("127.0.0.1", "localhost")


def visitor(browser: Browser, world: str, theme: str = "light") -> Page:
    context = browser.new_context(
        locale="en-GB", color_scheme="dark" if theme == "dark" else "light"
    )
    context.add_cookies([{"name": "django_language", "value": "en", "url": world}])
    page = context.new_page()
    page.goto(f"{world}/account/login/")
    return page


def with_key(page: Page) -> None:
    """Give the browser an authenticator of its own, in which nothing is yet."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def confirm(page: Page) -> None:
    """Give the password once more where a page asks for it."""
    if "/account/again/" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")


def sign_out(page: Page, where: str) -> None:
    page.goto(f"{where}/")
    page.click("header details:last-of-type summary")
    page.click("text=Sign out")
    page.wait_for_url("**/account/login/**")


def test_an_invited_person_signs_in_by_digits_and_by_a_passkey(
    browser: Browser, world: str
) -> None:
    where, email = by_name(world), f"{uuid.uuid4().hex[:12]}@example.org"
    link = invite(browser, world, email)
    page = visitor(browser, where, "dark")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    with_key(page)

    page.goto(link)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/s/*/")

    page.goto(f"{where}/account/second/totp/activate/")
    confirm(page)
    ground = page.eval_on_selector(".qr", "one => getComputedStyle(one).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert Axe().run(page).violations_count == 0
    page.click("details summary:has-text('cannot be scanned')")
    secret = page.input_value("#authenticator_secret")
    page.fill("#id_code", digits(secret, time.time()))
    page.click("main button.main-action")
    page.wait_for_selector("text=recovery codes available")

    page.goto(f"{where}/account/second/webauthn/add/")
    confirm(page)
    assert Axe().run(page).violations_count == 0
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile(r"/account/second/(webauthn/)?$"))
    sign_out(page, where)

    page.click("#passkey_login")
    page.wait_for_url(re.compile(r"/s/\w+/$"))
    sign_out(page, where)

    page.fill("#id_login", email)
    page.fill("#id_password", PASSWORD)
    page.click("main form button.main-action")
    page.wait_for_url("**/account/second/authenticate/**")
    assert Axe().run(page).violations_count == 0
    # The digits of the half minute before were used; one step of a slow clock is allowed.
    page.fill("#id_code", digits(secret, time.time() + 30))
    page.click("main button.main-action")
    page.wait_for_url(re.compile(r"/s/\w+/$"))

    assert said == []
    page.context.close()


def test_a_passkey_that_is_not_given_is_told_on_the_page(browser: Browser, world: str) -> None:
    page = visitor(browser, by_name(world))
    with_key(page)  # an empty one

    page.click("#passkey_login")

    page.wait_for_selector("#passkey-trouble:not([hidden])")
    page.context.close()
