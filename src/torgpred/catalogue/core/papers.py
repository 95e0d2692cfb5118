"""A seller's documents: certificates, trademarks, registrations, with what they cover and when."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

NEAR: Final = timedelta(days=30)
"""A paper that ends within this time should be renewed now."""


class PaperKind(StrEnum):
    """What a document is."""

    CERTIFICATE = "certificate"  # certificate of conformity
    DECLARATION = "declaration"  # declaration of conformity
    STATE_REGISTRATION = "state_registration"
    TRADEMARK = "trademark"
    MARKING = "marking_registration"  # registered as a participant of Честный знак
    LICENCE = "licence"
    LETTER = "letter_of_authorisation"  # of a brand's owner
    POWER = "power_of_attorney"
    CONTRACT = "contract"
    OTHER = "other"


WORDS: Final = {
    PaperKind.CERTIFICATE: "certificate of conformity",
    PaperKind.DECLARATION: "declaration of conformity",
    PaperKind.STATE_REGISTRATION: "state registration",
    PaperKind.TRADEMARK: "trademark",
    PaperKind.MARKING: "registration for marking",
    PaperKind.LICENCE: "licence",
    PaperKind.LETTER: "letter of authorisation",
    PaperKind.POWER: "power of attorney",
    PaperKind.CONTRACT: "contract",
    PaperKind.OTHER: "other paper",
}
"""What people call each kind."""


class Standing(StrEnum):
    """How a paper stands on a day."""

    AHEAD = "ahead"  # not valid yet
    VALID = "valid"
    ENDING = "ending"  # valid, and ends within `NEAR`
    ENDED = "ended"

    @property
    def good(self) -> bool:
        """Tell whether the paper is valid."""
        return self in {Standing.VALID, Standing.ENDING}


class Paper(msgspec.Struct, frozen=True):
    """One document of a seller, kept until `undone_at`.

    It covers the offers of a category with its subcategories, some offers by key, or all; of
    these, where a `brand` is named, only those that bear it. Both days are days it is valid on;
    None: from ever, without end.
    """

    id: int
    kind: PaperKind
    number: str
    issuer: str
    valid_from: date | None
    valid_until: date | None
    group_by: str
    """"category", "keys" or "all"."""
    category: str
    keys: tuple[str, ...]
    brand: str
    file: str
    """Reference into runtime.files of the copy kept here; empty where none was given."""
    file_name: str
    given_by: str
    given_at: datetime
    undone_at: datetime | None = None

    @property
    def shown(self) -> str:
        """Kind and number, as people name a paper."""
        return f"{WORDS[self.kind]} {self.number}".strip()

    def standing(self, day: date) -> Standing:
        """Return how it stands on a day. It changes on three days at most."""
        if self.valid_from is not None and day < self.valid_from:
            return Standing.AHEAD
        if self.valid_until is None:
            return Standing.VALID
        if day > self.valid_until:
            return Standing.ENDED
        return Standing.ENDING if day > self.valid_until - NEAR else Standing.VALID
