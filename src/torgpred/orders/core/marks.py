"""What a seller has to be told of its consignment beside how far it is."""

from enum import StrEnum
from typing import Final


class Mark(StrEnum):
    """A state that the phase alone does not tell."""

    AHEAD = "ahead"
    BACK = "back"


MARKS: Final = {
    Mark.AHEAD: (
        "The marketplace counts the whole order as shipped, while this part is still open here."
        " If it was not sent, send it at once; then say so: torgpred orders ship. Its pieces stay"
        " promised until then."
    ),
    Mark.BACK: (
        "It was cancelled after it was shipped: expect the goods back, and write down what you see"
        " come: torgpred orders return."
    ),
}

HELD: Final = {
    "InCancel": "the buyer asks to cancel it",
    "InFrozen": "the marketplace froze it",
    "InIssue": "a dispute is open",
    "Blocked": "the marketplace's check for fraud blocked it",
    "Rejected": "the marketplace's check for fraud rejected it",
}
"""What marketplaces' words for held orders mean; other words are shown as they are."""


def told_reason(word: str) -> str:
    """Return a marketplace's word for why an order is held, with its meaning where known."""
    meaning = HELD.get(word)
    return f"{meaning} ({word})" if meaning else word
