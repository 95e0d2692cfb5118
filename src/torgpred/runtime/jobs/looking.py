"""Running a piece of work once, and the sweep that looks where nobody was woken."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import close_old_connections, connection

from torgpred.runtime.database.errors import lost
from torgpred.runtime.jobs.registry import Handler, Lane, enqueue, handler, handlers, stopping
from torgpred.runtime.observability import JOB_SECONDS, JOBS, bound, logger

SWEEP_SECONDS: Final = 5.0
LONGEST_PAUSE: Final = 300.0

_log = logger(__name__)


@dataclass(slots=True)
class _Trouble:
    """Failures in a row of one piece of work in this process, and when to try again."""

    failures: int
    not_before: float


_TROUBLES: dict[str, _Trouble] = {}


def look(key: str) -> None:
    """Run a piece of work once. What it raises is logged and paused for, never raised.

    Work that lost the database is no failure: it is run again as soon as the database is back.
    """
    found = handler(key)
    if found is None:
        _log.warning("nobody here does this work; a newer version may", handler=key)
        return
    trouble = _TROUBLES.get(key)
    if stopping() or (trouble is not None and time.monotonic() < trouble.not_before):
        return  # the sweep comes again
    # A connection that died since the last job of this thread is found before it is used.
    close_old_connections()
    begin = time.monotonic()
    with bound(job=found.name, handler=key):
        outcome, more = _run(found)
    JOBS.labels(found.name, outcome).inc()
    JOB_SECONDS.labels(found.name).observe(time.monotonic() - begin)
    if more and not stopping():
        enqueue([found])


def _run(found: Handler) -> tuple[str, bool]:
    try:
        more = bool(found.work())
    except Exception as error:  # noqa: BLE001 - the edge of a worker: one job never ends the process
        if lost(error):
            _log.warning("the database was lost; the work is run again", reason=str(error).strip())
            connection.close()
            return "lost", True
        return _failed(found), False
    _TROUBLES.pop(found.key, None)
    return "ok", more


def _failed(found: Handler) -> str:
    """Log the error that is being handled, and pause."""
    trouble = _TROUBLES.setdefault(found.key, _Trouble(0, 0.0))
    trouble.failures += 1
    pause = min(SWEEP_SECONDS * 2 ** (trouble.failures - 1), LONGEST_PAUSE)
    trouble.not_before = time.monotonic() + pause
    _log.exception("job failed", failures=trouble.failures, pause=pause)
    return "failed"


def sweep(lanes: Sequence[Lane]) -> int:
    """Put in the queue all work of these lanes whose turn it is; return how much that was."""
    close_old_connections()
    due = _whose_turn([one for one in handlers() if one.lane in lanes])
    return enqueue(due)


def _whose_turn(candidates: Sequence[Handler]) -> list[Handler]:
    """Claim the turns that are due, in one statement, so that of several sweeps one gets each."""
    if not candidates:
        return []
    by_key = {one.key: one for one in sorted(candidates, key=lambda one: one.key)}
    with connection.cursor() as cursor:
        cursor.execute(
            # Half a sweep of slack: a turn that falls just after a sweep is taken by that sweep.
            "INSERT INTO runtime_turn (key, due_at)"
            " SELECT key, now() + make_interval(secs => greatest(every - %s, 0))"
            " FROM unnest(%s::text[], %s::float8[]) AS given (key, every)"
            " ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at"
            " WHERE runtime_turn.due_at <= now() RETURNING key",
            [SWEEP_SECONDS / 2, list(by_key), [float(one.every) for one in by_key.values()]],
        )
        return [by_key[row[0]] for row in cursor.fetchall()]
