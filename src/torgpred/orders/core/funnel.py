"""The way of a seller: candidate, papers, first listing, first order; and what it is stuck on.

Where a seller stands is what it has reached, never what somebody set. Why it goes no further is
the first of these reasons that is so; each says what the manager can do about it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.kernel.findings import Finding, Kind, Severity


class Stage(StrEnum):
    """What a seller has reached."""

    CANDIDATE = "candidate"  # gave nothing yet
    PAPERS = "papers"  # gives goods, papers, a shop; nothing stands in one yet
    LISTED = "listed"  # its first listing stands in a shop
    SOLD = "sold"  # its first order came in


class Origin(StrEnum):
    """Whose seller it is to buyers of the home market."""

    HOME = "home"  # seated there
    LOCAL = "local"  # seated abroad, with stock there
    ABROAD = "abroad"  # seated abroad, no stock there


def _why(code: str, template: str, mend: str) -> Kind:
    return Kind(code=code, severity=Severity.WARNING, template=template, mend=mend)


HOLDS: Final = "holds"
NONE: Final = ""
WHY: Final = {
    one.code: one
    for one in (
        _why(
            "invite",
            "Nobody from this company can sign in yet.",
            "Invite its export manager by a link.",
        ),
        _why(
            "invited",
            "Its invitation has not been accepted yet.",
            "Ask whether the link arrived; it works for a week.",
        ),
        _why(
            "no_file", "It has given no goods yet.", "Ask for its price list or a feed's address."
        ),
        _why("no_shop", "It has no shop.", "Open one for it, or admit it to a joint shop."),
        _why(
            "token",
            "The last test of its shop failed.",
            "Ask for a fresh token, put it in, and test the shop.",
        ),
        _why(
            "paper_ended",
            "One of its papers has expired.",
            "Ask for the new one: goods that need it are held.",
        ),
        _why("no_plan", "No plan has been made yet.", "Make a plan to see what can go live."),
        _why(HOLDS, "Its goods are held.", "Answer the largest hold first."),
        _why(
            "plan", "A plan waits to be applied.", "Look through it with the seller and apply it."
        ),
        _why("applying", "Its first plan is being applied.", "Wait, or look how far it is."),
        _why("review", "The marketplace is reviewing its listings.", "Wait for its verdict."),
        _why(
            "rejected",
            "The marketplace refused its listings.",
            "Read the refusals on the plan and mend them.",
        ),
        _why("off", "None of its goods are on sale now.", "Look why its listings were paused."),
        _why(
            "no_order",
            "No order came yet.",
            "Compare its prices on the shelf; put it forward for a promotion.",
        ),
    )
}
"""Reasons why a seller goes no further, by code."""


class FunnelFilter(msgspec.Struct, frozen=True):
    """Which sellers are asked for; empty is all. `text`: a part of name, code or registration."""

    stage: str = ""
    origin: str = ""
    why: str = ""
    text: str = ""


class FunnelRow(msgspec.Struct, frozen=True):
    """A seller on its way. `key` is where a page goes on after it.

    `since` is when it reached its stage. Offers are as of the newest plan of the shop where most
    are ready; before the first plan as they stand in the catalogue. `hold` is the largest reason
    for held offers; `listed` are products in the shop where most are.
    """

    key: str
    id: int
    code: str
    name: str
    country: str
    stage: Stage
    origin: Origin
    since: datetime
    why: str
    offers: int
    ready: int
    held: int
    hold: Finding | None
    hold_offers: int
    listed: int
    to_ship: int
    contact: str


class FunnelCounts(msgspec.Struct, frozen=True):
    """Sellers by stage, by origin and by reason; of all, whatever the filter."""

    stages: dict[str, int]
    origins: dict[str, int]
    whys: dict[str, int]

    @property
    def all(self) -> int:
        """Return how many sellers there are."""
        return sum(self.stages.values())
