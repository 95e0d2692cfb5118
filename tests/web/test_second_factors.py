"""Second factors through the client: an authenticator app, recovery codes, where passkeys work."""

import base64
import hmac
import re
import struct
import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client

from torgpred.accounts import services
from torgpred.accounts.services import inviting

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD = "new@example.org", "six wooden spoons"


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def digits(secret: str, at: float) -> str:
    """Return the code of a moment: RFC 6238 with SHA-1, six digits, half a minute."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    told = hmac.digest(key, struct.pack(">Q", int(at) // 30), "sha1")
    begin = told[-1] & 15
    return f"{(struct.unpack('>I', told[begin : begin + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def signed_in(host: str = "localhost") -> Client:
    seller = services.add_seller(name="Альфа", country="RU", code="ALPHA")
    token = services.invite(
        tenant_id=seller.id, email=EMAIL, name="Новый", role="staff", invited_by="a test"
    )
    inviting.take_invitation(token=token, password=PASSWORD)
    client = Client(headers={"accept-language": "en", "host": host})
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    return client


def confirmed(client: Client, address: str) -> str:
    """Open a page that asks for the password once more; return it."""
    page = client.get(address, follow=True)
    if "again" in page.redirect_chain[-1][0] if page.redirect_chain else False:
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    return str(page.content.decode())


def test_an_app_is_switched_on_and_asked_for_at_the_next_sign_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.time()
    # On a busy machine half a minute may pass meanwhile.
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))
    client = signed_in()
    page = confirmed(client, "/account/second/totp/activate/")
    found = re.search(r'id="authenticator_secret"[^>]*value="(\w+)"', page)
    assert found
    assert 'class="qr"' in page  # dark on light in the dark too
    wrong = client.post("/account/second/totp/activate/", {"code": "000000"})
    assert 'role="alert"' in wrong.content.decode()
    done = client.post("/account/second/totp/activate/", {"code": digits(found[1], now)})
    assert done.status_code == 302
    codes = re.findall(r"\b\d{8}\b", client.get(done.headers["Location"]).content.decode())

    again = Client(headers={"accept-language": "en"})
    asked = again.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert asked.headers["Location"] == "/account/second/authenticate/"
    assert again.get("/s/ALPHA/").status_code == 302
    step = again.get(asked.headers["Location"]).content.decode()
    assert "one of your recovery codes" in step
    assert again.post(asked.headers["Location"], {"code": "000000"}).status_code == 200
    # A clock that is half a minute behind is taken; what was used already is not.
    cache.clear()
    given = again.post(asked.headers["Location"], {"code": digits(found[1], now - 30)})
    assert given.status_code == 302
    assert again.get("/s/ALPHA/").status_code == 200

    lost = Client()
    lost.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert lost.post("/account/second/authenticate/", {"code": codes[0]}).status_code == 302
    assert lost.get("/s/ALPHA/").status_code == 200


def test_a_passkey_is_offered_by_name_and_for_signing_in_alone() -> None:
    page = confirmed(signed_in(), "/account/second/webauthn/add/")

    assert re.search(r'name="passwordless"[^>]*checked', page)
    assert "mfa_webauthn_add" in page


def test_an_address_of_numbers_leads_to_the_name() -> None:
    client = Client(headers={"accept-language": "en", "host": "127.0.0.1"})
    page = client.get("/account/login/").content.decode()

    assert 'href="http://localhost/account/login/"' in page
    assert 'id="passkey_login"' not in page
