"""Members over all tenants, and whom the operator talks to."""

from typing import Any

from django.db import connection

from torgpred.accounts.core.candidates import ContactCard
from torgpred.accounts.core.people import PersonCard
from torgpred.accounts.models import Contact
from torgpred.runtime.scope import operator_scope

_PEOPLE = """
    SELECT member.id, tenant.id, tenant.code, tenant.name, tenant.kind, member.email, member.name,
           member.role, member.ended_at, person.last_login,
           CASE WHEN member.user_id IS NOT NULL THEN EXISTS (
               SELECT FROM mfa_authenticator factor WHERE factor.user_id = member.user_id
                 AND factor.type <> 'recovery_codes') END
    FROM accounts_member member
    JOIN accounts_tenant tenant ON tenant.id = member.tenant_id
    LEFT JOIN auth_user person ON person.id = member.user_id
    WHERE member.id > %(after)s
      AND (%(kind)s = '' OR tenant.kind = %(kind)s)
      AND (NOT %(bare)s OR member.ended_at IS NULL AND member.user_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM mfa_authenticator factor
                           WHERE factor.user_id = member.user_id
                             AND factor.type <> 'recovery_codes'))
      AND (%(text)s = '' OR position(lower(%(text)s) IN lower(
           member.email || ' ' || member.name || ' ' || tenant.code || ' ' || tenant.name)) > 0)
    ORDER BY member.id LIMIT %(limit)s
"""


def people(
    *, kind: str = "", without_factor: bool = False, text: str = "", after: int = 0, limit: int = 50
) -> list[PersonCard]:
    """Return memberships at all tenants by id, after one. For the operator's eyes.

    `kind` is a tenant's; `text` is looked for in names, addresses and codes; `without_factor`
    keeps those who sign in by password alone.
    """
    names: dict[str, Any] = {
        "kind": kind,
        "bare": without_factor,
        "text": text,
        "after": after,
        "limit": limit,
    }
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_PEOPLE, names)
        return [PersonCard(*row) for row in cursor.fetchall()]


def contact(seller_id: int) -> ContactCard | None:
    """Return whom the operator talks to at a seller; None where nobody wrote it down."""
    with operator_scope():
        row = Contact.objects.filter(seller_id=seller_id).first()
    if row is None:
        return None
    return ContactCard(row.contact, row.note, row.said_by, row.said_at)
