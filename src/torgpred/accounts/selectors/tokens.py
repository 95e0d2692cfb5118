"""Reads of tokens."""

from torgpred.accounts.core.tokens import TokenCard
from torgpred.accounts.models import Member, Role, Token
from torgpred.kernel.clock import now
from torgpred.runtime.scope import scope


def token_card(row: Token) -> TokenCard:
    """Return a token's row, read with its member, as a frozen value."""
    return TokenCard(
        id=row.pk,
        tenant_id=row.tenant_id,
        name=row.name,
        scopes=tuple(row.scopes),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        state=_state(row, row.member),
    )


def tokens(tenant_id: int) -> list[TokenCard]:
    """Return a tenant's tokens, the newest first; those that are over too."""
    with scope(tenant_id):
        rows = Token.objects.filter(tenant_id=tenant_id).select_related("member")
        return [token_card(row) for row in rows.order_by("-id")]


def _state(row: Token, member: Member | None) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= now():
        return "expired"
    if member is not None and (member.ended_at is not None or member.role != Role.MANAGER):
        return "orphaned"
    return "open"
