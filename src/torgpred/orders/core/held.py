"""Why a marketplace holds an order, in its own words and with what they mean."""

from typing import Final

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
