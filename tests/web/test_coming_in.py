"""Coming in: invitations, passwords, the demo's doors, acting for a seller, what is kept of it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from torgpred.accounts import selectors, services
from torgpred.accounts.core.errors import InvitationOverError, PersonKnownError
from torgpred.accounts.core.values import TenantCard
from torgpred.accounts.services import inviting
from torgpred.demo.world import DOOR
from torgpred.kernel.clock import now
from torgpred.runtime.options import Options
from torgpred.runtime.scope import operator_scope
from torgpred.web import demo_door

pytestmark = pytest.mark.django_db

PASSWORD = "six wooden spoons"


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def make_seller(code: str = "ALPHA") -> TenantCard:
    return services.add_seller(name="Альфа", country="RU", code=code)


def make_invitation(tenant: TenantCard, email: str = "new@example.org", role: str = "staff") -> str:
    return services.invite(
        tenant_id=tenant.id, email=email, name="Новый", role=role, invited_by="a test"
    )


def make_manager() -> Client:
    operator = services.ensure_operator()
    person = services.ensure_person(email="boss@example.org", name="Boss")
    services.ensure_member(
        tenant_id=operator.id,
        email="boss@example.org",
        name="Boss",
        role="manager",
        user_id=person.pk,
    )
    client = Client()
    client.force_login(person)
    return client


def test_an_invitation_makes_a_member_who_then_signs_in_by_password() -> None:
    seller = make_seller()
    token = make_invitation(seller)

    taken = Client().post(f"/invitation/{token}/", {"password": PASSWORD})
    again = Client()
    signed = again.post("/account/login/", {"login": "new@example.org", "password": PASSWORD})

    assert taken.headers["Location"] == "/s/ALPHA/"
    assert signed.status_code == 302
    assert again.get("/s/ALPHA/").status_code == 200


def test_an_invitation_says_whose_desk_it_is_and_what_one_may_do_there() -> None:
    services.ensure_operator(name="Дом торговли")
    manager = make_manager()
    seller = make_seller()
    manager.post(
        f"/m/sellers/{seller.code}/invite/",
        {"name": "Анна", "email": "anna@example.org", "role": "manager"},
    )
    link = re.search(
        r"/invitation/[\w-]+/", manager.get(f"/m/sellers/{seller.code}/").content.decode()
    )
    assert link is not None

    page = Client(headers={"accept-language": "en"}).get(link[0]).content.decode()

    assert "boss@example.org (Дом торговли) invites you to the desk of Альфа." in page
    assert "Torgpred is a back office for selling on marketplaces" in page
    assert "Your role: Manager." in page
    assert "invite people and give them roles" in page
    own = make_invitation(seller, role="reader")
    page = Client(headers={"accept-language": "en"}).get(f"/invitation/{own}/").content.decode()
    assert "a test (Альфа) invites you" in page
    assert "You may see everything here and change nothing." in page


def test_an_invitation_works_once() -> None:
    token = make_invitation(make_seller())
    services.take_invitation(token=token, password=PASSWORD)

    with pytest.raises(InvitationOverError):
        services.take_invitation(token=token, password=PASSWORD)
    assert Client().get(f"/invitation/{token}/").status_code == 410


def test_an_old_or_withdrawn_invitation_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    seller = make_seller()
    old, withdrawn = make_invitation(seller), make_invitation(seller, "other@example.org")
    card = next(one for one in selectors.invitations(seller.id) if one.email == "other@example.org")
    services.withdraw_invitation(tenant_id=seller.id, invitation_id=card.id)
    monkeypatch.setattr(inviting, "now", lambda: now() + timedelta(days=8))

    for token in (old, withdrawn):
        with pytest.raises(InvitationOverError):
            services.take_invitation(token=token, password=PASSWORD)


def test_the_link_is_kept_nowhere() -> None:
    token = make_invitation(make_seller())
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM accounts_invitation i")
        kept = str(cursor.fetchall())
    assert token not in kept
    assert token.encode().hex() not in kept


def test_a_weak_password_is_told_and_the_invitation_stays_open() -> None:
    token = make_invitation(make_seller())

    answer = Client().post(f"/invitation/{token}/", {"password": "12345"})

    assert answer.status_code == 200
    assert selectors.invitation(token).state == "open"


def test_who_signs_in_already_has_to_do_so_first() -> None:
    first, second = make_seller("ALPHA"), make_seller("BETA")
    services.take_invitation(token=make_invitation(first), password=PASSWORD)
    token = make_invitation(second)

    with pytest.raises(PersonKnownError):
        services.take_invitation(token=token, password=PASSWORD)
    client = Client()
    client.post("/account/login/", {"login": "new@example.org", "password": PASSWORD})
    client.post(f"/invitation/{token}/")

    assert client.get("/s/BETA/").status_code == 200


def test_nobody_signs_up_uninvited() -> None:
    answer = Client().post(
        "/account/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert b"<form" not in answer.content.split(b"<main")[1]
    assert "_auth_user_id" not in answer.client.session


def test_guessing_passwords_is_slowed_down() -> None:
    services.take_invitation(token=make_invitation(make_seller()), password=PASSWORD)
    client = Client()
    for _ in range(12):
        client.post("/account/login/", {"login": "new@example.org", "password": "wrong"})

    right = client.post("/account/login/", {"login": "new@example.org", "password": PASSWORD})

    assert right.status_code in {200, 429}
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("public", "word", "opened"),
    [
        ("", "a word", True),
        ("http://127.0.0.1:9102", "a word", True),
        ("http://127.0.0.1:9102", "", False),
        ("https://desk.example.org", "a word", False),
        ("http://192.0.2.7:8800", "a word", False),
    ],
)
def test_the_door_is_open_only_where_nobody_comes_from_outside(
    *, public: str, word: str, opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DOOR, word)
    monkeypatch.setattr(demo_door, "door_word", lambda _: "a word")
    monkeypatch.setattr(demo_door, "options", lambda: Options(public_url=public))
    assert demo_door.is_open() is opened


@pytest.mark.parametrize("key", [one.key for one in demo_door.VISITORS])
def test_the_demos_doors_are_shut_outside_of_a_demo(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().post(f"/demo/enter/{key}/").status_code == 404
    monkeypatch.setenv(DOOR, "a word that no demo wrote")
    assert Client().post(f"/demo/enter/{key}/").status_code == 404


def test_the_demos_doors_are_shut_beside_real_sellers(monkeypatch: pytest.MonkeyPatch) -> None:
    make_seller("REAL")
    monkeypatch.setattr(demo_door, "is_open", lambda: True)

    assert Client().post("/demo/enter/manager/").status_code == 404


def test_what_the_demos_manager_takes_down_leaves_the_doors_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo_door, "is_open", lambda: True)
    client = Client()
    client.post("/demo/enter/manager/")
    client.post("/m/candidates/", {"name": "ООО «Рогатка»", "country": "RU"})

    assert Client().post("/demo/enter/manager/").status_code == 302
    assert b"/demo/enter/manager/" in Client().get("/account/login/").content


def test_a_door_that_is_shut_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    make_seller("REAL")
    monkeypatch.setattr(demo_door, "is_open", lambda: True)

    assert b"/demo/enter/" not in Client().get("/account/login/").content


def test_a_manager_acts_for_a_seller_visibly_and_on_record() -> None:
    seller = make_seller()
    client = make_manager()

    client.post("/m/sellers/ALPHA/represent/")
    page = client.get("/s/ALPHA/").content.decode()
    during = client.get("/m/sellers/ALPHA/").content.decode()
    client.post("/m/sellers/ALPHA/leave/")
    after = client.get("/m/sellers/ALPHA/").content.decode()

    assert 'class="acting"' in page
    assert "at the latest" in during.partition('id="acted"')[2]
    assert "at the latest" not in after.partition('id="acted"')[2]
    assert [one.email for one in selectors.representations(seller.id)] == ["boss@example.org"]
    assert [one.what for one in selectors.deeds()] == ["manager-leave", "manager-represent"]
    assert client.get("/s/ALPHA/").status_code == 302


def test_acting_for_a_seller_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    seller = make_seller()
    client = make_manager()
    client.post("/m/sellers/ALPHA/represent/")

    monkeypatch.setattr(selectors, "now", lambda: now() + timedelta(hours=9))

    assert client.get("/s/ALPHA/").status_code == 302
    assert seller.code == "ALPHA"


def test_what_was_done_on_behalf_says_so() -> None:
    seller = make_seller()
    client = make_manager()
    client.post("/m/sellers/ALPHA/represent/")
    client.post(
        "/s/ALPHA/members/invite/",
        {"email": "x@example.org", "name": "X", "role": "staff", "language": "ru"},
    )

    deed = selectors.deeds(tenant_id=seller.id)[0]

    assert (deed.what, deed.on_behalf, deed.email) == ("seller-invite", True, "boss@example.org")
    invited = selectors.invitations(seller.id)[0]
    assert invited.invited_by == "boss@example.org (for ALPHA)"


def test_a_form_without_its_token_is_refused_and_does_nothing() -> None:
    seller = make_seller()
    make_manager()
    client = Client(enforce_csrf_checks=True)
    client.force_login(services.person_of("boss@example.org"))

    answer = client.post("/m/sellers/ALPHA/represent/")

    assert answer.status_code == 403
    assert selectors.representations(seller.id) == []


@pytest.mark.parametrize(
    "address",
    ["/m/people/?after=\u00b2", "/m/mappings/?before=" + "9" * 5000, "/m/sellers/?q=%00"],
)
def test_what_is_no_number_or_text_is_not_found(address: str) -> None:
    make_manager()
    client = Client()
    client.force_login(services.person_of("boss@example.org"))

    assert client.get(address).status_code == 404


def test_what_is_shown_once_does_not_lie_readable_in_the_session() -> None:
    make_manager()
    client = Client()
    client.force_login(services.person_of("boss@example.org"))

    client.post("/m/tokens/make/", {"name": "erp", "scope": "stock:read", "days": "30"})
    kept = client.session["token"]["secret"]
    page = client.get("/m/tokens/").content.decode()

    assert not kept.startswith("torgpred_")
    assert "torgpred_" in page
    assert "token" not in client.session


def test_pages_carry_a_strict_policy_and_are_kept_by_nobody() -> None:
    answer = Client().get("/account/login/")

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_holds_nothing_inline() -> None:
    seller = make_seller()
    client = make_manager()
    client.post("/m/sellers/ALPHA/represent/")
    page = client.get(f"/s/{seller.code}/").content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_the_last_manager_of_the_operator_stays() -> None:
    client = make_manager()
    operator = services.ensure_operator()
    member = selectors.member_of(operator.id, "boss@example.org")

    client.post(f"/m/members/{member.id}/end/")

    assert selectors.member_of(operator.id, "boss@example.org").ended_at is None
