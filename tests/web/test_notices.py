"""A member's page of notices: its own choice, kept, the webhook's secret shown once."""

import pytest
from django.test import Client

from torgpred.accounts import selectors, services
from torgpred.notices.services.wishes import wish_of

pytestmark = pytest.mark.django_db


def test_a_reader_chooses_for_itself_alone() -> None:
    seller = services.add_seller(name="Альфа", country="RU", code="ALPHA")
    cards = {}
    for name in ("anna", "boris"):
        user = services.ensure_person(email=f"{name}@example.org", name=name)
        services.ensure_member(
            tenant_id=seller.id, email=f"{name}@example.org", name=name, role="reader",
            user_id=user.pk,
        )  # fmt: skip
        cards[name] = selectors.member_of(seller.id, f"{name}@example.org")
    client = Client()
    client.force_login(services.person_of("anna@example.org"))
    given = {
        "kind": ["shortage"], "zone": "Asia/Shanghai", "quiet_from": "23", "quiet_until": "6",
        "digest_hour": "9", "webhook": "http://127.0.0.1:9/in",
    }  # fmt: skip

    shown = client.post("/s/ALPHA/notices/", given).content.decode()
    later = client.get("/s/ALPHA/notices/").content.decode()

    anna, boris = wish_of(cards["anna"]), wish_of(cards["boris"])
    assert "<code>" in shown
    assert "<code>" not in later
    assert (anna.zone, anna.quiet_from, anna.quiet_until, anna.mail) == (
        "Asia/Shanghai",
        23,
        6,
        False,
    )
    assert "digest" in anna.off
    assert "shortage" not in anna.off
    assert (boris.zone, boris.off, boris.mail) == ("Europe/Moscow", [], True)


def test_a_wrong_hour_or_address_is_refused_in_words() -> None:
    seller = services.add_seller(name="Альфа", country="RU", code="ALPHA")
    user = services.ensure_person(email="anna@example.org", name="anna")
    services.ensure_member(
        tenant_id=seller.id, email="anna@example.org", name="a", role="reader", user_id=user.pk
    )
    client = Client()
    client.force_login(user)
    given = {"zone": "UTC", "quiet_from": "1", "quiet_until": "2", "digest_hour": "8"}

    for wrong in ({"quiet_from": "24"}, {"webhook": "http://10.1.2.3/"}, {"zone": "Nowhere"}):
        answer = client.post("/s/ALPHA/notices/", given | wrong, follow=True)
        assert "note bad" in answer.content.decode() or "toast" in answer.content.decode()
    assert wish_of(selectors.member_of(seller.id, "anna@example.org")).pk is None
