"""Writes of accounts: sellers and partners taken on, and their members; all of it audited."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import IntegrityError, transaction

from torgpred.accounts.core.entries import (
    checked_code,
    checked_country,
    checked_email,
    checked_language,
    checked_name,
)
from torgpred.accounts.core.errors import (
    LastManagerError,
    MemberExistsError,
    TenantExistsError,
    UnfitEntryError,
    UnknownMemberError,
)
from torgpred.accounts.core.registration import checked_registration
from torgpred.accounts.core.values import MemberCard, TenantCard
from torgpred.accounts.models import Kind, Member, Role, Tenant
from torgpred.accounts.selectors import member_card, tenant_card
from torgpred.kernel.clock import now
from torgpred.kernel.ids import random_code
from torgpred.runtime.scope import operator_scope, scope

_TRIES = 20
"""Made-up codes until one is free: there are a million of them."""


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

    Raises UnfitEntryError, WrongRegistrationError, TenantExistsError.
    """
    return _add(Kind.SELLER, name, country, registration, code)


def add_partner(*, name: str, country: str, registration: str = "", code: str = "") -> TenantCard:
    """Take on a partner, such as a bank. Raises as `add_seller`."""
    return _add(Kind.PARTNER, name, country, registration, code)


def add_member(
    *, tenant_id: int, email: str, name: str, role: str, language: str = "ru"
) -> MemberCard:
    """Make a person a member of a tenant; one whose membership ended is a member again.

    Raises UnfitEntryError (also for a role that does not exist), MemberExistsError.
    """
    address = checked_email(email)
    wanted = {
        "name": checked_name(name),
        "role": checked_role(role),
        "language": checked_language(language),
        "ended_at": None,
    }
    with scope(tenant_id):
        found = Member.objects.select_for_update().filter(email=address).first()
        if found is not None and found.ended_at is None:
            raise MemberExistsError(email=address)
        if found is not None:
            for field, value in wanted.items():
                setattr(found, field, value)
            found.save(update_fields=list(wanted))
            return member_card(found)
        try:
            with transaction.atomic():
                member = Member.objects.create(tenant_id=tenant_id, email=address, **wanted)
        except IntegrityError as error:
            raise MemberExistsError(email=address) from error
        return member_card(member)


def set_role(*, tenant_id: int, member_id: int, role: str) -> MemberCard:
    """Give a member another role.

    Raises UnfitEntryError; UnknownMemberError, also for a member of another tenant;
    LastManagerError where nobody who signs in would be left to manage the operator.
    """
    wanted = checked_role(role)
    with scope(tenant_id):
        member = _member(member_id)
        _not_the_last(member, wanted)
        member.role = wanted
        member.save(update_fields=["role"])
        return member_card(member)


def end_membership(*, tenant_id: int, member_id: int) -> MemberCard:
    """End a membership; the person's past deeds stay on record. Twice is the same as once.

    Raises UnknownMemberError, LastManagerError.
    """
    with scope(tenant_id):
        member = _member(member_id)
        if member.ended_at is None:
            _not_the_last(member)
            member.ended_at = now()
            member.save(update_fields=["ended_at"])
        return member_card(member)


def _add(kind: Kind, name: str, country: str, registration: str, code: str) -> TenantCard:
    where = checked_country(country)
    number = checked_registration(where, registration)
    called = checked_name(name)
    chosen = checked_code(code) if code.strip() else ""
    for left in range(_TRIES - 1, -1, -1):
        given = chosen or random_code()
        try:
            with operator_scope():
                tenant = Tenant.objects.create(
                    code=given, kind=kind, name=called, country=where, registration=number
                )
        except IntegrityError as error:
            if chosen or not left:
                raise TenantExistsError(given=given) from error
        else:
            return tenant_card(tenant)
    raise AssertionError  # pragma: no cover - the loop returns or raises


def checked_role(given: str) -> Role:
    """Return a role. Raises UnfitEntryError."""
    try:
        return Role(given)
    except ValueError as error:
        raise UnfitEntryError(
            what="role", value=given[:40], why=f"choose of {', '.join(Role.values)}"
        ) from error


def _not_the_last(member: Member, wanted: str = "") -> None:
    """Raise LastManagerError where the operator would be left without a manager who signs in."""
    if member.role != Role.MANAGER or wanted == Role.MANAGER or member.user_id is None:
        return
    # Locked, so that two managers cannot end one another at the same time.
    tenant = Tenant.objects.select_for_update().get(pk=member.tenant_id)
    others = Member.objects.filter(role=Role.MANAGER, ended_at=None, user__isnull=False)
    if tenant.kind == Kind.OPERATOR and not others.exclude(pk=member.pk).exists():
        raise LastManagerError


def _member(member_id: int) -> Member:
    member = Member.objects.select_for_update().filter(pk=member_id).first()
    if member is None:
        raise UnknownMemberError(given=member_id)
    return member
