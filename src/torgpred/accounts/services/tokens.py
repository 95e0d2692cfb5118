"""Tokens: made, revoked, and entered with."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import connection
from django.db.models import Q

from torgpred.accounts.core.entries import checked_name
from torgpred.accounts.core.tokens import (
    TokenCard,
    TokenRefusedError,
    UnknownTokenError,
    checked_days,
    checked_scopes,
)
from torgpred.accounts.core.values import TenantCard
from torgpred.accounts.models import Kind, Role, Token
from torgpred.accounts.selectors import tenant_card
from torgpred.accounts.selectors.tokens import token_card
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope

PREFIX: Final = "torgpred_"
"""Every secret begins so: whoever finds one in a file knows what it opens."""
_NOTED: Final = timedelta(minutes=1)
"""A token's last use is written down at most this often."""


def make_token(
    *,
    tenant_id: int,
    name: str,
    scopes: list[str],
    days: int,
    made_by: str,
    member_id: int | None = None,
) -> tuple[TokenCard, str]:
    """Make a token and return it with its secret, which is kept nowhere.

    `member_id`: the member who makes it; the token holds only while that member manages the
    tenant. Raises UnfitEntryError.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    moment = now()
    with scope(tenant_id):
        row = Token.objects.create(
            tenant_id=tenant_id,
            name=checked_name(name),
            scopes=list(checked_scopes(scopes)),
            digest=sha256(secret.encode()).digest(),
            made_by=made_by[:254],
            member_id=member_id,
            made_at=moment,
            expires_at=moment + timedelta(days=checked_days(days)),
        )
        return token_card(Token.objects.select_related("member").get(pk=row.pk)), secret


def revoke_token(*, tenant_id: int, token_id: int) -> TokenCard:
    """Make a token worthless from now on. Twice is the same as once. Raises UnknownTokenError."""
    with scope(tenant_id):
        found = Token.objects.select_related("member").filter(tenant_id=tenant_id, pk=token_id)
        row = found.first()
        if row is None:
            raise UnknownTokenError(given=str(token_id))
        if row.revoked_at is None:
            row.revoked_at = now()
            row.save(update_fields=["revoked_at"])
        return token_card(row)


def enter(secret: str) -> tuple[TokenCard, TenantCard]:
    """Return the token of a secret and whose it is, and note that it was used.

    Raises TokenRefusedError, which does not tell why.
    """
    moment = now()
    with operator_scope():
        manages = Q(member=None) | Q(member__ended_at=None, member__role=Role.MANAGER)
        found = Token.objects.select_related("tenant", "member").filter(
            manages,
            digest=sha256(secret.encode()).digest(),
            revoked_at=None,
            expires_at__gt=moment,
            tenant__closed_at=None,
            tenant__kind__in=[Kind.OPERATOR, Kind.SELLER],
        )
        row = found.first()
    if row is None:
        raise TokenRefusedError
    if row.used_at is None or moment - row.used_at > _NOTED:
        _note_use(row)
    return token_card(row), tenant_card(row.tenant)


def _note_use(row: Token) -> None:
    """Write the last use down, unless somebody else is doing so: nobody waits for it."""
    with scope(row.tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_token SET used_at = now() WHERE id ="
            " (SELECT id FROM accounts_token WHERE id = %s FOR UPDATE SKIP LOCKED)",
            [row.pk],
        )
