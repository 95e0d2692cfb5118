"""Who is woken by which name, and how a name is woken."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from torgpred.runtime.observability import logger

LOOK: Final = "torgpred.look"
"""Name of the one task that runs every piece of work."""

_log = logger(__name__)


class Lane(StrEnum):
    """The queue a piece of work runs in. The first two have a process of their own."""

    STOCK = "stock"
    ORDERS = "orders"
    PRICES = "prices"
    CONTENT = "content"
    FEEDS = "feeds"
    REPORTS = "reports"


PROCESSES: Final[dict[str, tuple[Lane, ...]]] = {
    "quick": (Lane.STOCK, Lane.ORDERS),
    "bulk": (Lane.PRICES, Lane.CONTENT, Lane.FEEDS, Lane.REPORTS),
}

Work = Callable[[], "bool | None"]
"""Looks once and does a bounded part of what there is; True where more is left."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A piece of work that a name wakes. `every` is the seconds between looks of the sweep."""

    key: str
    name: str
    lane: Lane
    every: float
    work: Work


_HANDLERS: dict[str, Handler] = {}
_STOPPING = threading.Event()


def on(name: str, *, lane: Lane, every: float = 5.0) -> Callable[[Work], Work]:
    """Register work to be run when a name is woken, and by the sweep each `every` seconds.

    Call it from `apps.py`: `jobs.on("catalogue.changed", lane=Lane.CONTENT)(tasks.renew)`. Several
    areas may register for one name. The work opens its own scope; it may run twice at once, in
    several processes; what it raises is logged, and it is tried again after a growing pause.
    """

    def register(work: Work) -> Work:
        key = f"{name} {work.__module__}.{work.__qualname__}"
        _HANDLERS[key] = Handler(key, name, lane, every, work)
        return work

    return register


def handlers(name: str | None = None) -> Sequence[Handler]:
    """Return what is registered, all of it or for one name."""
    return [one for one in _HANDLERS.values() if name is None or one.name == name]


def handler(key: str) -> Handler | None:
    """Return the registered work with this key; None where this version has none."""
    return _HANDLERS.get(key)


def stopping() -> bool:
    """Tell work that takes long whether the worker wants to stop: it should return soon."""
    return _STOPPING.is_set()


def stop() -> None:
    """Let `stopping` answer True from now on."""
    _STOPPING.set()


class _Wake:
    """What stands in a transaction's list of things to do after commit."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self) -> None:
        enqueue(handlers(self.name))


def wake(name: str) -> None:
    """Wake a name once the running transaction has committed; at once where there is none.

    Many wake-ups of one name in a transaction are one. Never raises for want of a worker or a
    database: the sweep looks anyway.
    """
    if not _already_waiting(name):
        transaction.on_commit(_Wake(name), robust=True)


def _already_waiting(name: str) -> bool:
    """Tell whether this transaction will wake the name anyway, whatever savepoint rolls back."""
    if not connection.in_atomic_block:
        return False
    inside = set(connection.savepoint_ids)
    waiting: Iterable[tuple[Any, ...]] = connection.run_on_commit
    return any(
        isinstance(entry[1], _Wake) and entry[1].name == name and set(entry[0]) <= inside
        for entry in waiting
    )


def enqueue(wanted: Sequence[Handler]) -> int:
    """Put a job in the queue for each piece of work that has none waiting; return how many.

    Must run outside transactions, since two that enqueue at once clash on purpose, and a clash
    inside a transaction would kill it. Whoever loses has lost nothing: the job that is waiting
    will start after this moment, so it sees all that was committed before.
    """
    if not wanted:
        return 0
    done = 0
    try:
        manager = JobManager(DjangoConnector())
        for one in _without_job(wanted):
            deferrer = configure_task(
                name=LOOK, job_manager=manager, queue=one.lane.value, queueing_lock=one.key
            )
            try:
                deferrer.defer(handler=one.key)
                done += 1
            except AlreadyEnqueued:
                continue
    except (ConnectorException, DatabaseError):
        _log.warning("wake-up lost; the sweep will look", names=[one.name for one in wanted])
    return done


def _without_job(wanted: Sequence[Handler]) -> list[Handler]:
    """Leave out what is waiting already: cheaper than a clash, which the server would log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queueing_lock FROM procrastinate_jobs"
            " WHERE status = 'todo' AND queueing_lock = ANY(%s)",
            [[one.key for one in wanted]],
        )
        waiting = {row[0] for row in cursor.fetchall()}
    return [one for one in wanted if one.key not in waiting]
