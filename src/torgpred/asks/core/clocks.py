"""Legal and other clocks as data: from which event they run, for how long, and who says so.

Sources were read in 2026 and are not legal advice; who starts a clock looks the source up first.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.asks.core.states import ClockState


class Timeliness(StrEnum):
    """How a running clock stands on a day."""

    AHEAD = "ahead"
    SOON = "soon"
    OVERDUE = "overdue"
    OVER = "over"


class ClockStep(msgspec.Struct, frozen=True):
    """A stage of a clock: so many days after the same event."""

    title: str
    days: int


class ClockRule(msgspec.Struct, frozen=True):
    """A clock of the library. `days` is None where the source sets no length: it is then given.

    `backward`: it ends with the event. `about`: the length was observed, not set.
    """

    code: str
    title: str
    starts: str
    days: int | None
    source: str
    backward: bool = False
    about: bool = False
    steps: tuple[ClockStep, ...] = ()


CLOCKS: Final[tuple[ClockRule, ...]] = (
    ClockRule(
        "eu.terms", "EU: notice of changed terms", "announcement of the change", 15,
        "Regulation (EU) 2019/1150, art. 3(2): at least 15 days",
    ),
    ClockRule(
        "eu.termination", "EU: notice before termination", "statement of reasons received", 30,
        "Regulation (EU) 2019/1150, art. 4(2): at least 30 days",
    ),
    ClockRule(
        "eu.complaint", "EU: internal complaint handling", "complaint lodged", None,
        "Regulation (EU) 2019/1150, art. 11: free of charge, within a reasonable time",
    ),
    ClockRule(
        "eu.mediation", "EU: mediation", "mediator called", None,
        "Regulation (EU) 2019/1150, art. 12: two or more mediators named in the terms",
    ),
    ClockRule(
        "eu.court", "EU: proceedings by an association", "infringement established", None,
        "Regulation (EU) 2019/1150, art. 14: representative organisations may go to court",
    ),
    ClockRule(
        "fas.2025", "FAS precedent of 2025", "first complaints filed", 92,
        "FAS Russia, 2025: complaints in August, rules withdrawn 1 to 5 November",
        about=True,
        steps=(
            ClockStep("FAS precedent of 2025: expert council", 62),
            ClockStep("FAS precedent of 2025: deadline set by FAS", 90),
            ClockStep("FAS precedent of 2025: rules withdrawn", 92),
        ),
    ),
    ClockRule(
        "amazon.safe_t", "Amazon SAFE-T claim",
        "return scan, refund date or last tracking scan", 30,
        "Amazon US, 2026: 30 days, one claim per order, up to 5,000 USD",
    ),
    ClockRule(
        "amazon.fba_loss", "Amazon FBA claim for a loss", "loss reported", 60,
        "Amazon FBA since 31 March 2025 (secondary sources)",
    ),
    ClockRule(
        "amazon.fba_return", "Amazon FBA claim for a return", "refund or replacement", 120,
        "Amazon FBA since 31 March 2025 (secondary sources)",
    ),
    ClockRule(
        "amazon.look_back", "Amazon price look-back", "start of the event", 30,
        "Amazon deal rules: 30 days (28 in 2019)", backward=True,
    ),
    ClockRule(
        "eu.prior_price", "EU prior price", "announcement of the reduction", 30,
        "Directive 98/6/EC, art. 6a: at least 30 days before the reduction", backward=True,
    ),
)  # fmt: skip
BY_CODE: Final = {one.code: one for one in CLOCKS}
REMIND_DAYS: Final = 3
"""Days ahead of which a clock counts as due soon, unless it was chosen otherwise."""


def due_day(started: date, days: int, *, backward: bool = False) -> date:
    """Return the day a clock ends; of a backward one, the day it begins."""
    return started - timedelta(days=days) if backward else started + timedelta(days=days)


def timeliness(state: ClockState, due: date, remind_days: int, today: date) -> Timeliness:
    """Return how a clock stands on a day. Its last day is not over yet."""
    if state is not ClockState.RUNNING:
        return Timeliness.OVER
    if today > due:
        return Timeliness.OVERDUE
    return Timeliness.SOON if today >= due - timedelta(days=remind_days) else Timeliness.AHEAD
