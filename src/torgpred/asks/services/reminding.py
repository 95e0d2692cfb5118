"""What is told of asks' clocks and promises: handed to `notices`, which writes each down once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from torgpred.accounts import selectors as accounts
from torgpred.asks.core.clocks import REMIND_DAYS
from torgpred.asks.core.states import OVER, ClockState
from torgpred.asks.models import Clock, Promise
from torgpred.notices.core.kinds import Kind
from torgpred.notices.services.gathering import Found
from torgpred.runtime.scope import operator_scope


def find(at: datetime) -> Iterator[Found]:
    """Yield what the operator is to be told: clocks and promises near their day, or past it.

    In the days of reminding that the clock was given, on the day before, on the day, and once
    after it.
    """
    today = at.astimezone(UTC).date()
    with operator_scope():
        over = [one.value for one in OVER]
        clocks = Clock.objects.filter(state=ClockState.RUNNING.value).exclude(ask__state__in=over)
        promises = Promise.objects.filter(kept=None, due__isnull=False)
        told = [
            *(
                (one.ask.code, "clock", one.pk, one.title, one.due, one.remind_days)
                for one in clocks.select_related("ask").order_by("due", "id")
            ),
            *(
                (one.ask.code, "promise", one.pk, one.what, one.due, REMIND_DAYS)
                for one in promises.exclude(ask__state__in=over).select_related("ask")
            ),
        ]
    operators = [one.id for one in accounts.operators()]
    for ask, thing, number, what, day, ahead in told:
        stage = "" if day is None else _stage(day, ahead, today)
        if stage and day is not None:
            data = {"thing": thing, "ask": ask, "what": what[:200], "day": day.isoformat()}
            for operator in operators:
                yield Found(operator, Kind.ASK, f"ask:{thing}:{number}:{day}:{stage}", data)


def _stage(day: date, ahead: int, today: date) -> str:
    if today > day:
        return "late"
    if today == day:
        return "day"
    if today == day - timedelta(days=1):
        return "1d"
    return f"{ahead}d" if today >= day - timedelta(days=ahead) else ""
