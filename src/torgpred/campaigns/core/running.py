"""Running a campaign: what its state asks of every seller in every shop, and where pieces lie.

Nothing here remembers what was done: from state and clock follows what has to be so, and whoever
finds it otherwise brings it about. A crash at any moment leaves only work to be done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Outline

WAKE: Final = "campaigns.run"
"""Name under which jobs look what a campaign's state asks for."""
_PURPOSE: Final = "campaign "
LATE_ORDERS: Final = timedelta(hours=1)
"""Stock is kept so long after the sale: orders of its last minutes still come in."""


class Stage(StrEnum):
    """What was brought about for one seller in one shop of a campaign."""

    WAITING = "waiting"  # nothing yet
    READY = "ready"  # pieces are kept, prices stand ready or in force
    PAUSED = "paused"  # pieces are kept, prices are as usual
    ENDED = "ended"  # nothing is kept, prices are as usual


STAGES: Final = {
    State.FROZEN: Stage.READY,
    State.RUNNING: Stage.READY,
    State.PAUSED: Stage.PAUSED,
    State.OVER: Stage.ENDED,
    State.CANCELLED: Stage.ENDED,
}
"""What each state asks for; states that are not here ask for nothing."""


def due(state: State, outline: Outline, at: datetime) -> State | None:
    """Return the state that the clock asks for, None where it asks for no other."""
    if state is State.FROZEN and at >= outline.reduced_from:
        return State.RUNNING
    if state in {State.RUNNING, State.PAUSED} and at >= outline.sold_until:
        return State.OVER
    return None


def purpose_of(campaign_code: str) -> str:
    """Return what pieces of a campaign are kept for, as locks name it."""
    return f"{_PURPOSE}{campaign_code}"


def campaign_kept_for(purpose: str) -> str:
    """Return the code of the campaign that a lock's purpose names; empty where it names none."""
    return purpose.removeprefix(_PURPOSE) if purpose.startswith(_PURPOSE) else ""


class Place(msgspec.Struct, frozen=True):
    """Free pieces of an SKU in a warehouse."""

    warehouse_id: int
    country: str
    rank: int
    free: int


def spread(pieces: int, places: Sequence[Place], *, country: str, local: bool) -> dict[int, int]:
    """Return from which warehouse how many of the pieces are kept.

    Those of the buyers' country come first, then by rank; with `local` no others do. What is
    nowhere free is asked of the first warehouse that may keep some, so that the lack is told.
    """
    fit = [one for one in places if one.country == country or not local]
    fit.sort(key=lambda one: (one.country != country, one.rank, one.warehouse_id))
    found: dict[int, int] = {}
    left = pieces
    for one in fit:
        taken = min(left, max(one.free, 0))
        if taken:
            found[one.warehouse_id] = taken
            left -= taken
    if left and fit:
        found[fit[0].warehouse_id] = found.get(fit[0].warehouse_id, 0) + left
    return found
