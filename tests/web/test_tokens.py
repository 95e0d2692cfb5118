"""The page of API tokens: made, shown once, revoked."""

import re

import pytest
from django.test import Client

from torgpred.accounts import services
from torgpred.accounts.selectors.tokens import tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> int:
    return services.add_seller(name="Альфа", country="RU", code="ALPHA").id


def signed_in(seller: int, email: str, role: str) -> Client:
    person = services.ensure_person(email=email, name="Ольга")
    services.ensure_member(
        tenant_id=seller, email=email, name="Ольга", role=role, user_id=person.pk
    )
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def test_a_token_is_shown_once_opens_the_api_and_is_revoked(seller: int) -> None:
    client = signed_in(seller, "a@example.org", "manager")
    form = {"name": "1C", "scope": ["stock:read", "stock:write"], "days": "90"}

    page = client.post("/s/ALPHA/tokens/make/", form, follow=True).content.decode()

    (secret,) = re.findall(r"torgpred_[\w-]+", page)
    assert "shown only now" in page
    assert secret not in client.get("/s/ALPHA/tokens/").content.decode()
    assert tokens(seller)[0].made_by == "a@example.org"
    asked = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/sellers/ALPHA/stock", headers=asked).status_code == 200

    gone = client.post(f"/s/ALPHA/tokens/{tokens(seller)[0].id}/revoke/", follow=True)

    assert "opens nothing any more" in gone.content.decode()
    assert client.get("/api/v1/sellers/ALPHA/stock", headers=asked).status_code == 401


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scope": []}, {"scope": ["x"]}, {"days": "9999"}, {"days": "x"}]
)
def test_what_cannot_be_a_token_is_told(seller: int, change: dict[str, object]) -> None:
    client = signed_in(seller, "a@example.org", "manager")
    form = {"name": "1C", "scope": ["stock:read"], "days": "90", **change}

    page = client.post("/s/ALPHA/tokens/make/", form, follow=True)

    assert page.status_code == 200
    assert "cannot be a" in page.content.decode()
    assert tokens(seller) == []


def test_a_reader_sees_and_makes_none(seller: int) -> None:
    page = signed_in(seller, "r@example.org", "reader").get("/s/ALPHA/tokens/").content.decode()

    assert "No program comes in yet" in page
    assert "tokens/make" not in page


def test_who_acts_for_a_seller_makes_no_token_of_it(seller: int) -> None:
    operator = services.ensure_operator().id
    client = signed_in(operator, "m@example.org", "manager")
    member = services.ensure_member(
        tenant_id=operator, email="m@example.org", name="Ольга", role="manager",
        user_id=services.person_of("m@example.org").pk,
    )  # fmt: skip
    services.represent(member_id=member.id, seller_id=seller)

    assert "tokens/make" not in client.get("/s/ALPHA/tokens/").content.decode()
    form = {"name": "1C", "scope": ["stock:read"], "days": "90"}
    assert client.post("/s/ALPHA/tokens/make/", form).status_code == 403
    assert tokens(seller) == []
