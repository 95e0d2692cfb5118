"""Reads of accounts."""

from torgpred.accounts.core.errors import UnknownMemberError, UnknownTenantError
from torgpred.accounts.core.values import MemberCard, TenantCard
from torgpred.accounts.models import Kind, Member, Tenant
from torgpred.kernel import ids
from torgpred.runtime.scope import operator_scope, scope


def tenant_card(tenant: Tenant) -> TenantCard:
    """Return a tenant as a frozen value."""
    return TenantCard(
        id=tenant.pk,
        code=tenant.code,
        kind=str(tenant.kind),
        name=tenant.name,
        country=tenant.country,
        registration=tenant.registration,
    )


def member_card(member: Member) -> MemberCard:
    """Return a member as a frozen value."""
    return MemberCard(
        id=member.pk,
        tenant_id=member.tenant_id,
        email=member.email,
        name=member.name,
        role=str(member.role),
        language=member.language,
        ended_at=member.ended_at,
    )


def tenant(given: str) -> TenantCard:
    """Return a tenant by its code, in any case; a made-up one also as it may be misread.

    Made-up codes are checkable: an O read for a 0, or a dash put in, is forgiven.
    Raises UnknownTenantError.
    """
    code = given.strip().upper()
    number = ids.decode(code)
    meant = code if number is None else ids.encode(number)
    with operator_scope():
        found = {one.code: one for one in Tenant.objects.filter(code__in=[code, meant])}
    tenant = found.get(code) or found.get(meant)
    if tenant is None:
        raise UnknownTenantError(given=given)
    return tenant_card(tenant)


def tenant_by_id(tenant_id: int) -> TenantCard:
    """Return a tenant by its id.

    Raises UnknownTenantError.
    """
    with operator_scope():
        found = Tenant.objects.filter(pk=tenant_id).first()
    if found is None:
        raise UnknownTenantError(given=str(tenant_id))
    return tenant_card(found)


def sellers() -> list[TenantCard]:
    """Return all sellers of the installation, by code. For the operator's eyes."""
    with operator_scope():
        return [
            tenant_card(row) for row in Tenant.objects.filter(kind=Kind.SELLER).order_by("code")
        ]


def members(tenant_id: int) -> list[MemberCard]:
    """Return the members of a tenant, ended ones last."""
    with scope(tenant_id):
        rows = Member.objects.order_by("ended_at", "email")
        return [member_card(row) for row in rows]


def member_of(tenant_id: int, email: str) -> MemberCard:
    """Return a tenant's member by mail address, in any case.

    Raises UnknownMemberError.
    """
    with scope(tenant_id):
        found = Member.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise UnknownMemberError(given=email)
    return member_card(found)
