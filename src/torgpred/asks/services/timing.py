"""Clocks started by an event, of the library or of one's own, and what became of them."""

from torgpred.asks.core.clocks import BY_CODE, REMIND_DAYS, ClockRule, due_day
from torgpred.asks.core.entries import checked_day, checked_line, checked_number
from torgpred.asks.core.errors import UnfitAskError, UnknownPartError
from torgpred.asks.core.states import ClockState
from torgpred.asks.models import Ask, Clock
from torgpred.asks.services.finding import held
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope

LONGEST = 3_650
"""Days of a clock at most."""


def start_clock(
    *,
    code: str,
    rule: str,
    started: str,
    said_by: str,
    days: int = 0,
    remind_days: int = REMIND_DAYS,
) -> list[int]:
    """Start a clock of the library from an event's day; return the numbers of its clocks.

    A rule with stages starts a clock for each, unless `days` is given. `days` is needed where the
    rule tells none. Audited. Raises UnknownAskError, OverError, UnfitAskError.
    """
    known = BY_CODE.get(rule)
    if known is None:
        raise UnfitAskError(what="clock", value=rule[:40], why=f"choose of {', '.join(BY_CODE)}")
    stages = [(known.title, days or known.days or 0)]
    if known.steps and not days:
        stages = [(one.title, one.days) for one in known.steps]
    with operator_scope():
        row = held(code)
        return [_start(row, known, title, length, started, said_by, remind_days)
                for title, length in stages]  # fmt: skip


def start_own_clock(
    *, code: str, title: str, event: str, source: str, days: int, started: str, said_by: str,
    remind_days: int = REMIND_DAYS,
) -> int:  # fmt: skip
    """Start a clock that the library does not hold; return its number. Audited.

    Raises UnknownAskError, OverError, UnfitAskError.
    """
    rule = ClockRule("", title, event, days, source)
    with operator_scope():
        return _start(held(code), rule, title, days, started, said_by, remind_days)


def _start(
    row: Ask, rule: ClockRule, title: str, days: int, started: str, said_by: str, remind: int
) -> int:
    day = checked_day("day", started)
    length = checked_number("number of days", days, 1, LONGEST)
    made = Clock.objects.create(
        tenant_id=row.tenant_id, ask=row, rule=rule.code, title=checked_line("title", title, 200),
        event=checked_line("event", rule.starts, 200), started=day, days=length,
        source=checked_line("source", rule.source, 300),
        due=due_day(day, length, backward=rule.backward),
        remind_days=checked_number("days of reminding", remind, 0, LONGEST),
        said_by=said_by[:254], said_at=now(),
    )  # fmt: skip
    return made.pk


def stop_clock(*, code: str, number: int, state: str, said_by: str) -> None:
    """Say what became of a clock: "met", "missed", "dropped", or "running" again. Audited.

    Raises UnknownAskError, UnfitAskError, UnknownPartError.
    """
    if state not in list(ClockState):
        raise UnfitAskError(
            what="state", value=state[:40], why=f"choose of {', '.join(ClockState)}"
        )
    with operator_scope():
        row = held(code, over=True)
        found = Clock.objects.filter(ask=row, pk=number).first()
        if found is None:
            raise UnknownPartError(ask=row.code, what="clock", given=number)
        found.state, found.said_by, found.said_at = state, said_by[:254], now()
        found.save(update_fields=["state", "said_by", "said_at"])
