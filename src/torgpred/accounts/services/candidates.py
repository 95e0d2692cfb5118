"""Candidates: taken down with a contact; how far they are is seen from what they gave since."""

from torgpred.accounts.core.candidates import ContactCard, checked_contact, checked_note
from torgpred.accounts.core.errors import UnknownTenantError
from torgpred.accounts.core.values import TenantCard
from torgpred.accounts.models import Contact, Kind, Tenant
from torgpred.accounts.services.tenants import add_seller, ensure_operator
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope


def add_candidate(
    *,
    name: str,
    country: str,
    said_by: str,
    registration: str = "",
    code: str = "",
    contact: str = "",
    note: str = "",
) -> TenantCard:
    """Take down a company that may become a seller, with whom the operator talks there.

    It is a seller from the first moment; that it is a candidate says only that it gave nothing
    yet. Raises as `add_seller`; UnfitEntryError for a contact or note that cannot be one.
    """
    reached, told = checked_contact(contact), checked_note(note)
    operator = ensure_operator()
    with operator_scope():
        card = add_seller(name=name, country=country, registration=registration, code=code)
        _write(operator.id, card.id, reached, told, said_by)
        return card


def note_contact(*, seller_id: int, contact: str, note: str, said_by: str) -> ContactCard:
    """Put down whom the operator talks to at a seller, in place of what was there. Audited.

    Raises UnknownTenantError, UnfitEntryError.
    """
    reached, told = checked_contact(contact), checked_note(note)
    operator = ensure_operator()
    with operator_scope():
        if not Tenant.objects.filter(pk=seller_id, kind=Kind.SELLER).exists():
            raise UnknownTenantError(given=str(seller_id))
        return _write(operator.id, seller_id, reached, told, said_by)


def _write(operator_id: int, seller_id: int, contact: str, note: str, said_by: str) -> ContactCard:
    row, _ = Contact.objects.update_or_create(
        seller_id=seller_id,
        defaults={
            "tenant_id": operator_id,
            "contact": contact,
            "note": note,
            "said_by": said_by[:254],
            "said_at": now(),
        },
    )
    return ContactCard(row.contact, row.note, row.said_by, row.said_at)
