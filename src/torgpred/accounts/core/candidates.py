"""Candidates: companies that the operator talks to, with whom and what was said."""

from dataclasses import dataclass
from datetime import datetime

from torgpred.accounts.core.entries import checked_name
from torgpred.accounts.core.errors import UnfitEntryError

LONGEST_CONTACT = 300
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class ContactCard:
    """Whom the operator talks to at a seller, what was said, and who wrote it down when."""

    contact: str
    note: str
    said_by: str
    said_at: datetime


def checked_contact(given: str) -> str:
    """Return whom to reach and how in one line; may be empty. Raises UnfitEntryError."""
    if len(given) > LONGEST_CONTACT:
        raise UnfitEntryError(
            what="contact", value=given[:40], why=f"give up to {LONGEST_CONTACT} letters"
        )
    return checked_name(given, "contact") if given.strip() else ""


def checked_note(given: str) -> str:
    """Return a note with its lines kept; may be empty. Raises UnfitEntryError."""
    note = "\n".join(line.rstrip() for line in given.strip().splitlines())
    if len(note) > LONGEST_NOTE or not note.replace("\n", "").replace("\t", "").isprintable():
        raise UnfitEntryError(
            what="note", value=note[:40], why=f"give up to {LONGEST_NOTE} printable letters"
        )
    return note
