"""Writes of accounts: sellers and partners taken on, and their members; all of it audited."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import IntegrityError, transaction

from torgpred.accounts.core.errors import (
    MemberExistsError,
    TenantExistsError,
    UnknownMemberError,
)
from torgpred.accounts.core.registration import checked_registration
from torgpred.accounts.core.values import MemberCard, TenantCard
from torgpred.accounts.models import Kind, Member, Role, Tenant
from torgpred.accounts.selectors import member_card, tenant_card
from torgpred.kernel.clock import now
from torgpred.kernel.ids import random_code
from torgpred.runtime.scope import operator_scope, scope


@contextmanager
def acting(member: str) -> Iterator[None]:
    """Name the person behind the audited changes made inside. A member's e-mail, or a command."""
    with pghistory.context(member=member):
        yield


def ensure_operator(*, name: str = "Torgpred", country: str = "RU") -> TenantCard:
    """Return the installation's operator, made on first call. Safe to call twice at once."""
    with operator_scope():
        Tenant.objects.bulk_create(
            [Tenant(code="OPERATOR", kind=Kind.OPERATOR, name=name, country=country)],
            ignore_conflicts=True,
        )
        return tenant_card(Tenant.objects.get(kind=Kind.OPERATOR))


def add_seller(*, name: str, country: str, registration: str = "", code: str = "") -> TenantCard:
    """Take on a seller. Without a code it is given a short one that can be read aloud.

    Raises WrongRegistrationError, TenantExistsError.
    """
    return _add(Kind.SELLER, name, country, registration, code)


def add_partner(*, name: str, country: str, registration: str = "", code: str = "") -> TenantCard:
    """Take on a partner, such as a bank. Raises as `add_seller`."""
    return _add(Kind.PARTNER, name, country, registration, code)


def add_member(
    *, tenant_id: int, email: str, name: str, role: str, language: str = "ru"
) -> MemberCard:
    """Make a person a member of a tenant.

    Raises MemberExistsError; ValueError for a role that does not exist.
    """
    with scope(tenant_id):
        try:
            with transaction.atomic():
                member = Member.objects.create(
                    tenant_id=tenant_id,
                    email=email.strip().lower(),
                    name=name,
                    role=Role(role),
                    language=language,
                )
        except IntegrityError as error:
            raise MemberExistsError(email=email) from error
        return member_card(member)


def set_role(*, tenant_id: int, member_id: int, role: str) -> MemberCard:
    """Give a member another role.

    Raises UnknownMemberError, also for a member of another tenant.
    """
    with scope(tenant_id):
        member = _member(member_id)
        member.role = Role(role)
        member.save(update_fields=["role"])
        return member_card(member)


def end_membership(*, tenant_id: int, member_id: int) -> MemberCard:
    """End a membership; the person's past deeds stay on record.

    Raises UnknownMemberError.
    """
    with scope(tenant_id):
        member = _member(member_id)
        member.ended_at = now()
        member.save(update_fields=["ended_at"])
        return member_card(member)


def _add(kind: Kind, name: str, country: str, registration: str, code: str) -> TenantCard:
    number = checked_registration(country.upper(), registration)
    given = code.strip().upper() or random_code()
    with operator_scope():
        try:
            with transaction.atomic():
                tenant = Tenant.objects.create(
                    code=given,
                    kind=kind,
                    name=name,
                    country=country.upper(),
                    registration=number,
                )
        except IntegrityError as error:
            raise TenantExistsError(given=given) from error
        return tenant_card(tenant)


def _member(member_id: int) -> Member:
    member = Member.objects.select_for_update().filter(pk=member_id).first()
    if member is None:
        raise UnknownMemberError(given=member_id)
    return member
