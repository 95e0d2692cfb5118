"""The frame on a phone: a bar of few entries, the others behind one that needs no script."""

import re

import pytest
from django.test import Client

from torgpred.accounts import services

pytestmark = pytest.mark.django_db


def test_a_phones_bar_has_four_entries_and_one_for_the_rest() -> None:
    seller = services.add_seller(name="Лампы", country="RU", code="LAMPS").id
    person = services.ensure_person(email="lamp@example.org", name="Lamp")
    services.ensure_member(
        tenant_id=seller, email="lamp@example.org", name="Lamp", role="staff", user_id=person.pk
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    page = client.get("/s/LAMPS/papers/").content.decode()
    nav = page.partition('<nav class="nav"')[2].partition("</nav>")[0]
    bar, _, rest = nav.partition('<details class="rest">')
    entries = re.findall(r'<a href="([^"]+)"(\s+class="beyond")?', bar)
    assert [to for to, beyond in entries if not beyond] == [
        "/s/LAMPS/", "/s/LAMPS/catalogue/", "/s/LAMPS/orders/", "/s/LAMPS/messages/",
    ]  # fmt: skip
    assert re.findall(r'<a href="([^"]+)"', rest) == [to for to, beyond in entries if beyond]
    assert re.search(r'href="/s/LAMPS/papers/"\s+aria-current="page"', rest)
