import pytest
from django.db import connection

from torgpred.accounts import selectors, services
from torgpred.accounts.core.errors import (
    MemberExistsError,
    TenantExistsError,
    UnfitEntryError,
    UnknownMemberError,
    UnknownTenantError,
)
from torgpred.accounts.core.registration import WrongRegistrationError
from torgpred.accounts.core.values import TenantCard
from torgpred.accounts.services import tenants
from torgpred.runtime.scope import ScopeConflictError, operator_scope, scope

pytestmark = pytest.mark.django_db


def make_seller(name: str = "Пример", code: str = "", registration: str = "") -> TenantCard:
    return services.add_seller(name=name, country="RU", registration=registration, code=code)


def test_a_seller_is_found_by_its_code_in_any_case() -> None:
    made = make_seller(code="primer")

    assert selectors.tenant(" Primer ") == made


def test_a_code_is_made_up_and_can_be_read_aloud() -> None:
    made = make_seller()

    assert made.code.isalnum()
    assert len(made.code) == 5


def test_an_unknown_code_says_where_to_look() -> None:
    with pytest.raises(UnknownTenantError, match="torgpred seller list"):
        selectors.tenant("NOBODY")


def test_a_code_is_given_once() -> None:
    make_seller(code="TWICE")

    with pytest.raises(TenantExistsError):
        make_seller(code="twice")


def test_a_registration_with_wrong_check_digits_is_refused_and_nothing_is_kept() -> None:
    before = selectors.sellers()

    with pytest.raises(WrongRegistrationError, match="INN"):
        make_seller(registration="7707083894")

    assert selectors.sellers() == before


def test_a_valid_registration_is_kept_plain() -> None:
    assert make_seller(registration=" 7707083893 ").registration == "7707083893"


def test_there_is_one_operator_however_often_it_is_asked_for() -> None:
    assert services.ensure_operator() == services.ensure_operator(name="Another")


def test_a_person_is_a_member_of_a_tenant_once() -> None:
    seller = make_seller()
    services.add_member(tenant_id=seller.id, email="A@b.example", name="A", role="staff")

    with pytest.raises(MemberExistsError):
        services.add_member(tenant_id=seller.id, email="a@B.example", name="A", role="manager")


def test_a_role_that_does_not_exist_is_refused() -> None:
    seller = make_seller()

    with pytest.raises(UnfitEntryError, match="emperor"):
        services.add_member(tenant_id=seller.id, email="a@b.example", name="A", role="emperor")


def test_a_member_of_another_tenant_cannot_be_touched() -> None:
    own, other = make_seller("Own"), make_seller("Other")
    member = services.add_member(tenant_id=other.id, email="a@b.example", name="A", role="reader")

    with pytest.raises(UnknownMemberError):
        services.set_role(tenant_id=own.id, member_id=member.id, role="manager")

    assert selectors.members(other.id)[0].role == "reader"


def test_changes_of_members_are_on_record_with_who_made_them() -> None:
    seller = make_seller()
    with services.acting("boss@operator.example"):
        member = services.add_member(
            tenant_id=seller.id, email="a@b.example", name="A", role="reader"
        )
        services.set_role(tenant_id=seller.id, member_id=member.id, role="manager")
        services.end_membership(tenant_id=seller.id, member_id=member.id)

    with scope(seller.id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT event.role, context.metadata->>'member' FROM accounts_memberevent event"
            " JOIN pghistory_context context ON context.id = event.pgh_context_id"
            " WHERE event.pgh_obj_id = %s ORDER BY event.pgh_id",
            [member.id],
        )
        rows = cursor.fetchall()
    assert rows == [
        ("reader", "boss@operator.example"),
        ("manager", "boss@operator.example"),
        ("manager", "boss@operator.example"),
    ]


def test_a_scope_never_widens_and_never_changes_sides() -> None:
    own, other = make_seller("Own"), make_seller("Other")

    with scope(own.id):
        with pytest.raises(ScopeConflictError):
            operator_scope().__enter__()
        with pytest.raises(ScopeConflictError):
            scope(other.id).__enter__()


def test_a_narrower_scope_ends_with_its_block() -> None:
    own, other = make_seller("Own"), make_seller("Other")

    with operator_scope():
        with scope(own.id), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_tenant")
            inside = cursor.fetchone()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM accounts_tenant WHERE id = ANY(%s)", [[own.id, other.id]]
            )
            after = cursor.fetchone()

    assert (inside, after) == ((1,), (2,))


def test_a_made_up_code_that_is_taken_is_made_up_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["TAKEN", "TAKEN", "FREE1"])
    monkeypatch.setattr(tenants, "random_code", lambda: next(codes))

    assert [make_seller().code, make_seller().code] == ["TAKEN", "FREE1"]


def test_a_made_up_code_may_be_misread_and_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tenants, "random_code", lambda: "101M1")
    made = make_seller()

    assert selectors.tenant("lo-im1") == made


def test_a_membership_ended_twice_ended_the_first_time(seller_a: int) -> None:
    member = services.add_member(tenant_id=seller_a, email="a@example.org", name="A", role="staff")
    first = services.end_membership(tenant_id=seller_a, member_id=member.id)

    assert services.end_membership(tenant_id=seller_a, member_id=member.id) == first
