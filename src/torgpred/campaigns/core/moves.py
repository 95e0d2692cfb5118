"""States of a campaign, and which may follow which."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"
    OPEN = "open"  # offers are judged, put forward, and sellers consent
    FROZEN = "frozen"  # what takes part is settled
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"
    CANCELLED = "cancelled"


MOVES: Final = {
    State.DRAFT: (State.OPEN, State.CANCELLED),
    State.OPEN: (State.DRAFT, State.FROZEN, State.CANCELLED),
    State.FROZEN: (State.RUNNING, State.CANCELLED),
    State.RUNNING: (State.PAUSED, State.OVER, State.CANCELLED),
    State.PAUSED: (State.RUNNING, State.OVER, State.CANCELLED),
    State.OVER: (),
    State.CANCELLED: (),
}
"""States that may follow each. What is frozen does not open again: sellers counted on it."""


def may_become(state: State, wanted: State) -> bool:
    """Tell whether a campaign may go from one state to another."""
    return wanted in MOVES[state]
