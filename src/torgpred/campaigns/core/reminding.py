"""Clocks of a campaign that people are reminded of: what ends when, and how near that is. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from torgpred.campaigns.core.outline import Outline, PhaseKind

LATE: Final = "late"
_AHEAD: Final = (
    (timedelta(hours=2), "2h"),
    (timedelta(days=1), "1d"),
    (timedelta(days=3), "3d"),
)
"""Stages before a clock ends, the nearest first."""
LATE_FOR: Final = timedelta(days=7)
"""What was missed is told for so long after its end."""
TAKES: Final = timedelta(hours=1)
"""Prices that are not as usual so long after the end did not come back."""


class Thing(StrEnum):
    """What ends: a notice's sentence goes by it (`notices.core.kinds`)."""

    ANSWER = "answer"  # a seller may say yes
    ENROLMENT = "enrolment"  # sellers may say yes, for the manager
    FREEZE = "freeze"  # the manager has to settle what takes part
    PROOF = "proof"  # a seller enters its offers in the cabinet
    PROOFS = "proofs"  # the same, for the manager
    SHIP_BY = "ship_by"
    END = "end"
    RETURN_FAILED = "return_failed"


MISSED: Final = frozenset({Thing.FREEZE, Thing.PROOF, Thing.PROOFS, Thing.SHIP_BY})
"""What is told once more when its clock has run out and it is still open."""


def stage(ends: datetime, at: datetime, *, late: bool = False) -> str:
    """Return which reminder of a clock is due: "3d", "1d", "2h", `LATE`, or "" for none.

    Of reminders that nobody was there to give the nearest alone is due.
    """
    left = ends - at
    if left <= timedelta(0):
        return LATE if late and -left <= LATE_FOR else ""
    return next((name for ahead, name in _AHEAD if left <= ahead), "")


def answers_until(outline: Outline) -> datetime:
    """Return when answers are due: at the enrolment's end, else when prices fall."""
    enrolment = outline.phase(PhaseKind.ENROLMENT)
    return outline.reduced_from if enrolment is None else enrolment.ends


def ship_by(outline: Outline) -> datetime | None:
    """Return when what the campaign sold has to be shipped; None where no rule asks for it."""
    found = outline.phase(PhaseKind.SHIP_BY)
    return None if found is None else found.ends


def key_of(code: str, thing: Thing, ends: datetime, at_stage: str, about: str = "") -> str:
    """Return the name of one reminder: a clock that was moved is another one."""
    return f"campaign:{code}:{thing}:{ends:%Y%m%dT%H%M}:{at_stage}{about and ':'}{about}"
