"""Who may enter with which token, and until when."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.api.asking import Program, make_secret, told
from tests.db.conftest import make_tenant

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.accounts.models import Token
from torgpred.accounts.selectors.tokens import tokens
from torgpred.kernel.clock import now
from torgpred.runtime.options import options
from torgpred.runtime.scope import operator_scope, scope


def refused(secret: str) -> bool:
    answer = Program(secret).get("/token")
    assert answer.status_code in {200, 401}, answer.content
    return answer.status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic eDp5", "Bearer ключ"])
def test_nobody_enters_without_a_token(seller: int, header: str) -> None:
    answer = Program().get("/sellers", Authorization=header)

    assert answer.status_code == 401
    assert told(answer)["code"] == "accounts.token_refused"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_opens_nothing(seller: int) -> None:
    person = services.ensure_person(email="a@example.org", name="A")
    program = Program()
    program.client.force_login(person, "django.contrib.auth.backends.ModelBackend")

    assert program.get("/sellers").status_code == 401


def test_the_secret_is_kept_nowhere_and_its_use_is_noted(seller: int) -> None:
    secret = make_secret(seller, "stock:read")
    assert tokens(seller)[0].used_at is None

    answer = told(Program(secret).get("/token"))

    assert (answer["tenant"], answer["kind"], answer["scopes"]) == ("S-A", "seller", ["stock:read"])
    assert tokens(seller)[0].used_at is not None
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_token t")
        assert secret not in str(cursor.fetchall())


def test_a_revoked_an_expired_and_a_closed_one_open_nothing(seller: int) -> None:
    secret = make_secret(seller)
    (card,) = tokens(seller)
    services.revoke_token(tenant_id=seller, token_id=card.id)
    services.revoke_token(tenant_id=seller, token_id=card.id)
    assert refused(secret)

    late = make_secret(seller)
    with operator_scope():
        Token.objects.filter(revoked_at=None).update(expires_at=now() - timedelta(seconds=1))
    assert refused(late)

    assert {one.state for one in tokens(seller)} == {"revoked", "expired"}


def test_a_token_ends_with_its_makers_right_to_make_it(seller: int) -> None:
    member = services.add_member(tenant_id=seller, email="a@example.org", name="A", role="manager")
    secret = make_secret(seller, member_id=member.id, made_by=member.email)
    assert not refused(secret)

    services.set_role(tenant_id=seller, member_id=member.id, role="staff")
    assert refused(secret)
    assert tokens(seller)[0].state == "orphaned"

    services.set_role(tenant_id=seller, member_id=member.id, role="manager")
    services.end_membership(tenant_id=seller, member_id=member.id)
    assert refused(secret)


@pytest.mark.parametrize(
    "given", [{"scopes": []}, {"scopes": ["all"]}, {"days": 0}, {"days": 400}, {"name": " "}]
)
def test_what_cannot_be_a_token_is_told(seller: int, given: dict[str, object]) -> None:
    asked = {"name": "x", "scopes": ["stock:read"], "days": 1, "made_by": "test", **given}
    with pytest.raises(UnfitEntryError):
        services.make_token(tenant_id=seller, **asked)  # type: ignore[arg-type]


def test_tokens_and_writes_are_under_row_security(seller: int, program: Program) -> None:
    program.post("/sellers/S-A/stock/move", {"pieces": {"A": 5}})
    other = make_tenant("seller", "S-B")

    for table in ("accounts_token", "accounts_write"):
        for tenant, seen in ((seller, 1), (other, 0)):
            with scope(tenant), connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone()[0] == seen
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == 0


def test_the_operator_reaches_every_seller_and_that_is_on_record(seller: int) -> None:
    secret = make_secret(services.ensure_operator().id)
    make_tenant("partner", "P-1")
    program = Program(secret)

    assert [one["code"] for one in told(program.get("/sellers"))["items"]] == ["S-A"]
    done = program.post("/sellers/S-A/stock/move", {"pieces": {"A": 5}})

    assert done.status_code == 200
    assert [one.on_behalf for one in accounts.deeds(tenant_id=seller)] == [True]
    assert program.get("/sellers/P-1").status_code == 404


def test_a_token_that_asks_too_often_is_told_when_to_come_again(
    seller: int, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options(), "api_rate", 20)

    answers = [program.get("/token") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 429, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 4
    assert told(answers[-1])["code"] == "api.too_many"
    assert Program(make_secret(seller)).get("/token").status_code == 200
