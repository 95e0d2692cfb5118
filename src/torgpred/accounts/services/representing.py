"""A member of the operator acts on behalf of a seller: for some hours, for all to see."""

from datetime import timedelta
from typing import Final

from torgpred.accounts.core.errors import UnknownMemberError, UnknownTenantError
from torgpred.accounts.models import Kind, Member, Representation, Tenant
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope

LASTS: Final = timedelta(hours=8)


def represent(*, member_id: int, seller_id: int) -> None:
    """Let a member of the operator act on behalf of a seller for eight hours from now.

    Raises UnknownMemberError, UnknownTenantError.
    """
    moment = now()
    with operator_scope():
        member = Member.objects.filter(
            pk=member_id, tenant__kind=Kind.OPERATOR, ended_at=None
        ).first()
        if member is None:
            raise UnknownMemberError(given=member_id)
        if not Tenant.objects.filter(pk=seller_id, kind=Kind.SELLER).exists():
            raise UnknownTenantError(given=str(seller_id))
        _end(member_id, seller_id)
        Representation.objects.create(
            tenant_id=seller_id,
            member_id=member_id,
            email=member.email,
            name=member.name,
            began_at=moment,
            until=moment + LASTS,
        )


def leave(*, member_id: int, seller_id: int) -> None:
    """End acting on behalf of a seller. Twice is the same as once."""
    with operator_scope():
        _end(member_id, seller_id)


def _end(member_id: int, seller_id: int) -> None:
    rows = Representation.objects.filter(member_id=member_id, tenant_id=seller_id, ended_at=None)
    rows.update(ended_at=now())
