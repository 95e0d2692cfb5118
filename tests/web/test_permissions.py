"""Who may enter what: every route, every role, one's own tenant and another's.

The routes are asked of the application itself; one that is not in the table here fails, so that
nobody adds a page without saying whose it is.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from starlette.routing import Mount, Route

from torgpred.accounts import selectors, services
from torgpred.accounts.core.values import TenantCard
from torgpred.api.registering import OPERATIONS
from torgpred.api.urls import urlpatterns as api_patterns
from torgpred.site.app import application
from torgpred.web import desks
from torgpred.web.board.admitting import admit
from torgpred.web.desks import ROLES, Access, Need

pytestmark = pytest.mark.django_db

SEE, ACT, MANAGE = Need.SEE, Need.ACT, Need.MANAGE
WHOSE = {
    "public": {
        "account_login", "account_logout", "account_signup", "account_inactive", "language",
        "theme", "invitation", "demo-enter", "assess", "assessment", "mfa_authenticate",
        "mfa_login_webauthn", "shared-rehearsal",
    },
    "person": {
        "desks", "account_reauthenticate", "account_change_password", "account_set_password",
        "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
        "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
        "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn",
        "mfa_edit_webauthn", "mfa_remove_webauthn",
    },
}  # fmt: skip
SELLER = {
    "seller-home": SEE, "seller-catalogue": SEE, "seller-offer": SEE, "seller-plans": SEE,
    "seller-plan": SEE, "seller-plan-progress": SEE, "seller-plan-make": ACT,
    "seller-plan-apply": ACT, "seller-plan-undo": ACT, "seller-orders": SEE, "seller-order": SEE,
    "seller-start": SEE, "seller-start-file": SEE, "seller-start-give": ACT,
    "seller-start-found": SEE, "seller-start-shop": SEE, "seller-start-connect": ACT,
    "seller-start-secret": ACT, "seller-start-close": ACT, "seller-start-practise": ACT,
    "seller-start-questions": SEE,
    "seller-prices": SEE, "seller-start-each": SEE, "seller-start-answer-each": ACT,
    "seller-start-answer": ACT, "seller-start-take-back": ACT, "seller-start-price": SEE,
    "seller-start-set-price": ACT, "seller-start-plan": SEE, "seller-start-make-plan": ACT,
    "seller-start-apply": ACT, "seller-fix": SEE, "seller-fix-write": ACT, "seller-fix-read": ACT,
    "seller-orders-many": ACT, "seller-orders-ship": ACT, "seller-orders-labels": ACT,
    "seller-returns": SEE, "seller-parcels": SEE, "seller-list-make": ACT,
    "seller-list-paper": SEE, "seller-list-change": ACT, "seller-list-transfer": ACT,
    "seller-order-ship": ACT, "seller-order-step": ACT, "seller-order-pack": ACT,
    "seller-order-unpack": ACT, "seller-order-reroute": ACT, "seller-order-remedy": ACT,
    "seller-order-cancel": ACT, "seller-order-go-on": ACT, "seller-order-return": ACT,
    "seller-messages": SEE, "seller-dialogue": SEE, "seller-answer": ACT,
    "seller-message-read": ACT, "seller-templates": SEE, "seller-template-keep": ACT,
    "seller-template-forget": ACT, "seller-payouts": SEE, "seller-payouts-table": SEE,
    "seller-board": SEE, "seller-notices": SEE, "seller-campaigns": SEE, "seller-campaign": SEE,
    "seller-campaign-agree": ACT, "seller-campaign-take-back": ACT, "seller-campaign-pack": SEE,
    "seller-campaign-report": SEE, "seller-campaign-report-file": SEE,
    "seller-campaign-prove": ACT, "seller-campaign-rehearsal": SEE,
    "seller-cases": SEE, "seller-case-decide": ACT,
    "seller-stock": SEE, "seller-ledger": SEE, "seller-members": SEE, "seller-invite": MANAGE,
    "seller-view-keep": SEE, "seller-view-forget": SEE, "seller-stock-count": ACT,
    "seller-member-role": MANAGE, "seller-member-end": MANAGE,
    "seller-invitation-withdraw": MANAGE, "seller-tokens": SEE, "seller-token-make": MANAGE,
    "seller-token-revoke": MANAGE, "seller-mall": SEE, "seller-mall-say": ACT,
    "seller-mall-unsay": ACT,
    "seller-papers": SEE, "seller-paper-add": ACT, "seller-paper-copy": SEE,
    "seller-paper-undo": ACT, "seller-columns": SEE, "seller-columns-say": ACT,
    "seller-pictures": SEE, "seller-pictures-give": ACT,
}  # fmt: skip
OPERATOR = {
    "manager-paper": SEE, "manager-board": SEE, "manager-notices": SEE,
    "manager-sellers": SEE, "manager-seller": SEE, "manager-shops": SEE, "manager-members": SEE,
    "manager-audit": SEE, "manager-represent": ACT, "manager-leave": SEE,
    "manager-seller-withdraw": MANAGE,
    "manager-invite": MANAGE, "manager-member-invite": MANAGE, "manager-member-role": MANAGE,
    "manager-tokens": SEE, "manager-token-make": MANAGE, "manager-token-revoke": MANAGE,
    "manager-member-end": MANAGE, "manager-invitation-withdraw": MANAGE,
    "manager-candidate": MANAGE, "manager-contact": ACT, "manager-joint": SEE,
    "manager-admit": MANAGE, "manager-dismiss": MANAGE, "manager-mappings": SEE,
    "manager-mapping-undo": MANAGE, "manager-health": SEE, "manager-people": SEE,
    "manager-person-invite": MANAGE, "manager-person-role": MANAGE, "manager-person-end": MANAGE,
    "manager-audit-file": SEE, "manager-campaigns": SEE, "manager-campaign": SEE,
    "manager-campaign-offers": SEE, "manager-campaign-draw-up": ACT, "manager-campaign-judge": ACT,
    "manager-campaign-simulate": ACT, "manager-simulation": SEE, "manager-campaign-judging": SEE,
    "manager-campaign-money": SEE, "manager-campaign-source": ACT, "manager-campaign-spend": ACT,
    "manager-campaign-unspend": ACT, "manager-campaign-read": ACT,
    "manager-campaign-withdraw": ACT, "manager-campaign-report": SEE,
    "manager-campaign-report-file": SEE, "manager-countries": SEE, "manager-country": SEE,
    "manager-campaign-rehearsal": SEE, "manager-campaign-rehearse": ACT,
    "manager-campaign-rehearsal-stop": ACT, "manager-rehearsal-share": MANAGE,
    "manager-rehearsal-unshare": MANAGE,
    "manager-campaign-nominate": ACT, "manager-campaign-move": ACT, "manager-campaign-price": ACT,
    "manager-mall": SEE, "manager-programme": SEE,
    "manager-programme-keep": MANAGE, "manager-programme-withdraw": MANAGE,
    "manager-programme-judge": ACT,
    "manager-asks": SEE, "manager-ask": SEE, "manager-ask-check": SEE,
    "manager-ask-dossier": SEE, "manager-ask-file": SEE, "manager-ask-new": ACT,
    "manager-ask-word": ACT, "manager-ask-move": ACT, "manager-ask-figure": ACT,
    "manager-ask-strike": ACT, "manager-ask-promise": ACT, "manager-ask-kept": ACT,
    "manager-ask-clock": ACT, "manager-ask-clock-state": ACT, "manager-ask-answer": ACT,
    "manager-ask-deliver": ACT, "manager-ask-invite": ACT, "manager-ask-pool": ACT,
    "manager-small-groups": MANAGE,
}  # fmt: skip
PARTNER = {"partner-home": SEE}
STARLETTE = [
    ("/files/{ref:str}/{name:str}", Access("public")),
    ("/healthz", Access("public")),
    ("/readyz", Access("public")),
    ("/m/board/stream", Access("operator")),
    ("/s/{code:str}/board/stream", Access("seller")),
]
POSTED = {
    "seller-orders-many", "seller-list-make", "seller-list-change", "seller-list-transfer",
    "seller-order-ship", "seller-order-step", "seller-order-pack", "seller-order-unpack",
    "seller-order-reroute", "seller-order-remedy", "seller-order-cancel", "seller-order-go-on",
    "seller-order-return", "seller-answer", "seller-message-read", "seller-template-keep",
    "seller-template-forget", "seller-view-keep", "seller-view-forget", "seller-stock-count",
    "seller-plan-make", "seller-plan-apply", "seller-plan-undo", "seller-invite",
    "seller-start-give", "seller-start-connect", "seller-start-secret", "seller-start-close",
    "seller-start-practise",
    "seller-start-answer-each",
    "seller-start-answer", "seller-start-take-back", "seller-start-set-price",
    "seller-start-make-plan", "seller-start-apply", "seller-fix-write", "seller-fix-read",
    "seller-member-role", "seller-member-end", "seller-invitation-withdraw", "manager-represent",
    "manager-leave", "manager-invite", "manager-member-invite", "manager-member-role",
    "manager-seller-withdraw",
    "manager-member-end", "manager-invitation-withdraw", "seller-token-make",
    "seller-token-revoke", "manager-token-make", "manager-token-revoke",
    "manager-candidate", "manager-contact", "manager-admit", "manager-dismiss",
    "manager-mapping-undo", "manager-person-invite", "manager-person-role", "manager-person-end",
    "seller-campaign-agree", "seller-campaign-take-back", "seller-campaign-prove",
    "manager-campaign-draw-up", "manager-campaign-judge", "manager-campaign-nominate",
    "seller-paper-add", "seller-paper-undo", "seller-columns-say", "seller-pictures-give",
    "manager-campaign-move", "manager-campaign-source", "manager-campaign-spend",
    "manager-campaign-unspend", "manager-campaign-read", "manager-campaign-withdraw",
    "manager-campaign-rehearse", "manager-campaign-rehearsal-stop",
    "manager-rehearsal-share", "manager-rehearsal-unshare",
    "manager-campaign-price", "manager-campaign-simulate",
    "seller-mall-say", "seller-mall-unsay", "manager-programme-keep",
    "manager-programme-withdraw", "manager-programme-judge",
    "seller-case-decide", "manager-ask-new", "manager-ask-word", "manager-ask-move",
    "manager-ask-figure", "manager-ask-strike", "manager-ask-promise", "manager-ask-kept",
    "manager-ask-clock", "manager-ask-clock-state", "manager-ask-answer", "manager-ask-deliver",
    "manager-ask-invite", "manager-ask-pool", "manager-small-groups",
}  # fmt: skip
GIVEN: dict[str, Any] = {
    "plan": "11", "order": "1", "handover": "1", "dialogue": 1, "member": 1,
    "invitation": 1, "seller": "ALPHA", "key": "seller", "token": 1, "pk": 1, "shop": 1,
    "part": "categories", "number": 1, "campaign": "11", "assurance": 1, "family": "aliexpress_ru",
    "country": "RU", "programme": "mall", "view": 1, "ask": "A1", "paper": 1, "form": "pdf",
    "answer": 1, "link": 1,
}  # fmt: skip


class Person(NamedTuple):
    """Somebody who asks: a member of a tenant with a role; without a tenant, signed in only."""

    name: str
    tenant: TenantCard | None
    role: str
    client: Client


def patterns(found: list[Any] | None = None) -> Iterator[URLPattern]:
    for one in get_resolver().url_patterns if found is None else found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


def test_no_address_hides_behind_the_name_of_another() -> None:
    names = [one.name or "" for one in patterns()]

    assert "" not in names
    assert sorted(names) == sorted(set(names))


def test_what_the_api_answers_beside_its_operations_is_listed_here() -> None:
    told = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(one.pattern)) for one in api_patterns}
    operations = {one.path.lstrip("/") for one in OPERATIONS}

    assert operations < told
    assert told - operations == {"openapi.json", "docs", ""}


def routes() -> dict[str, URLPattern]:
    return {str(one.name): one for one in patterns()}


def expected() -> dict[str, Access]:
    table = {name: Access(whose) for whose, names in WHOSE.items() for name in names}
    for kind, needs in (("seller", SELLER), ("operator", OPERATOR), ("partner", PARTNER)):
        table |= {name: Access(kind, need) for name, need in needs.items()}
    return table


def test_every_route_says_who_may_enter_and_is_listed_here() -> None:
    # The API's own table stands in tests/api/test_permissions.py.
    said = {
        name: getattr(one.callback, "access", None)
        for name, one in routes().items()
        if not name.startswith("api-")
    }

    assert said == expected()


def test_starlette_answers_itself_only_what_is_listed_here() -> None:
    found = {one.path for one in application.routes if isinstance(one, Route)}
    rest = [one for one in application.routes if not isinstance(one, Route)]

    assert found == {path for path, _ in STARLETTE}
    assert [(type(one), getattr(one, "path", None)) for one in rest] == [(Mount, "")]


def test_who_watches_which_stream(people: dict[str, Person]) -> None:
    told, expected = set(), set()
    for path, access in STARLETTE:
        if access.whose == "public":
            continue
        for code in ("ALPHA", "BETA") if access.whose == "seller" else ("OPERATOR",):
            for name, person in people.items():
                cookies = {key: one.value for key, one in person.client.cookies.items()}
                ticket = admit(cookies, access.whose, code)
                told.add((path, code, name, ticket.tenant.code if ticket else ""))
                enters = wanted_of(person, access, code) == f"entered {code}"
                own = person.tenant.code if person.tenant else ""
                expected.add((path, code, name, own if enters else ""))

    assert told == expected


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer in place of every view: what counts here is who gets there."""

    def here(request: HttpRequest, desk: desks.Desk, *_: object) -> HttpResponse:
        return HttpResponse(f"entered {desk.tenant.code}")

    monkeypatch.setattr(desks, "_read", here)
    monkeypatch.setattr(desks, "_write", here)


@pytest.fixture
def people() -> dict[str, Person]:
    alpha = services.add_seller(name="Альфа", country="RU", code="ALPHA")
    beta = services.add_seller(name="Бета", country="RU", code="BETA")
    bank = services.add_partner(name="Банк", country="RU", code="BANK")
    tenants = {"operator": services.ensure_operator(), "alpha": alpha, "beta": beta, "bank": bank}
    found = {"nobody": Person("nobody", None, "", Client())}
    found["stranger"] = _person("stranger", None, "")
    for name, tenant in tenants.items():
        for role in ROLES:
            found[f"{name} {role}"] = _person(f"{name}-{role}", tenant, role)
    return found


def _person(name: str, tenant: TenantCard | None, role: str) -> Person:
    email = f"{name}@example.org"
    user = services.ensure_person(email=email, name=name)
    if tenant is not None:
        services.ensure_member(
            tenant_id=tenant.id, email=email, name=name, role=role, user_id=user.pk
        )
    client = Client()
    client.force_login(user)
    return Person(name, tenant, role, client)


def address_of(name: str, code: str) -> str:
    possible = get_resolver().reverse_dict.getlist(name)
    given = {key: GIVEN[key] for key in possible[0][0][0][1] if key in GIVEN}
    if name.startswith(("seller-", "partner-")):
        given["code"] = code
    return reverse(name, kwargs=given)


def ask(person: Person, name: str, code: str) -> HttpResponse:
    send = person.client.post if name in POSTED else person.client.get
    answer = send(address_of(name, code))
    assert isinstance(answer, HttpResponse)
    return answer


def outcome(response: HttpResponse) -> str:
    if response.status_code == 302:
        to = response.headers["Location"]
        return "sign in" if to.startswith("/account/login/") else f"to {to}"
    if response.status_code == 200:
        return response.content.decode()
    return str(response.status_code)


def asked(people: dict[str, Person], table: dict[str, Access], code: str) -> set[str]:
    return {
        f"{name}, {one}: {outcome(ask(person, name, code))}"
        for name in table
        for one, person in people.items()
    }


def wanted(people: dict[str, Person], table: dict[str, Access], code: str) -> set[str]:
    return {
        f"{name}, {one}: {wanted_of(person, access, code)}"
        for name, access in table.items()
        for one, person in people.items()
    }


def wanted_of(person: Person, access: Access, code: str) -> str:
    if person.name == "nobody":
        return "sign in"
    kind = person.tenant.kind if person.tenant else ""
    if access.whose == "seller" and kind == "operator":
        return f"to /m/sellers/{code}/"
    own = person.tenant is not None and kind == access.whose
    if not own or (kind != "operator" and person.tenant and person.tenant.code != code):
        return "404"
    return f"entered {code}" if access.need in ROLES[person.role] else "403"


@pytest.mark.usefixtures("entered")
@pytest.mark.parametrize("code", ["ALPHA", "BETA"])
def test_who_enters_a_sellers_desk(code: str, people: dict[str, Person]) -> None:
    table = {name: Access("seller", need) for name, need in SELLER.items()}

    assert asked(people, table, code) == wanted(people, table, code)


@pytest.mark.usefixtures("entered")
def test_who_enters_the_operators_desk(people: dict[str, Person]) -> None:
    table = {name: Access("operator", need) for name, need in OPERATOR.items()}

    assert asked(people, table, "OPERATOR") == wanted(people, table, "OPERATOR")


@pytest.mark.usefixtures("entered")
def test_who_enters_a_partners_desk(people: dict[str, Person]) -> None:
    table = {name: Access("partner", need) for name, need in PARTNER.items()}

    assert asked(people, table, "BANK") == wanted(people, table, "BANK")


def test_what_is_ones_own_asks_for_a_sign_in() -> None:
    nobody = Person("nobody", None, "", Client())
    found = {name: outcome(ask(nobody, name, "")) for name in WHOSE["person"]}

    assert set(found.values()) == {"sign in"}


@pytest.mark.usefixtures("entered")
def test_a_manager_who_stepped_in_enters_with_its_own_role(people: dict[str, Person]) -> None:
    for role in ("manager", "reader"):
        person = people[f"operator {role}"]
        member = selectors.member_of(person.tenant.id, f"operator-{role}@example.org")  # type: ignore[union-attr]
        services.represent(member_id=member.id, seller_id=people["alpha staff"].tenant.id)  # type: ignore[union-attr]

    manager, reader = people["operator manager"], people["operator reader"]
    assert outcome(ask(manager, "seller-plan-make", "ALPHA")) == "entered ALPHA"
    assert outcome(ask(manager, "seller-home", "BETA")) == "to /m/sellers/BETA/"
    assert outcome(ask(reader, "seller-plan-make", "ALPHA")) == "403"


@pytest.mark.usefixtures("entered")
def test_an_ended_membership_opens_nothing(people: dict[str, Person]) -> None:
    alpha = people["alpha staff"].tenant
    assert alpha is not None
    member = selectors.member_of(alpha.id, "alpha-staff@example.org")
    services.end_membership(tenant_id=alpha.id, member_id=member.id)

    assert outcome(ask(people["alpha staff"], "seller-home", "ALPHA")) == "404"
