"""What goes wrong on a bad day: worker processes are killed, the database falls over.

The workers are real processes, killed as `kill -9` does; the database is stopped as by a power
cut and started again after a while, as any command would.
"""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil

from torgpred.demo import world
from torgpred.runtime import database

_ALL = 0.2
"""Share of kills that take the supervisor and all its processes."""


class BadDay(msgspec.Struct, frozen=True):
    """What goes wrong: so many kills at random moments, and a database away for so long."""

    kills: int = 0
    outage: float = 0.0
    """Seconds, in the middle of the day; 0 for none."""


class Harm(msgspec.Struct):
    """What went wrong in the end."""

    kills: int = 0
    away: float = 0.0
    """Seconds from the database's end until it was there again, its start and recovery too."""
    started_at: datetime | None = None
    """When its start began after the outage."""
    outlived: bool = True
    """Whether all worker processes of before the outage, if none is killed, go on after it."""


class Workers:
    """`torgpred worker` as a process of its own, started again when it dies."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._over = threading.Event()
        self._process = world.start_worker(home)
        self._tender = threading.Thread(target=self._tend, daemon=True)
        self._tender.start()

    def family(self) -> list[psutil.Process]:
        """Return the supervisor and the worker processes that run now."""
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self._process.pid)
            return [parent, *sorted(parent.children(), key=lambda one: one.pid)]
        return []

    def kill(self, chance: random.Random) -> bool:
        """Kill a worker process, or sometimes all with their supervisor; False where none runs."""
        family = self.family()
        if len(family) < 2:
            return False
        for one in family if chance.random() < _ALL else [chance.choice(family[1:])]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        return True

    def stop(self) -> None:
        """Let the processes end, and be sure of it."""
        self._over.set()
        self._tender.join()
        world.stop([self._process], patience=30)

    def _tend(self) -> None:
        while not self._over.wait(0.2):
            if self._process.poll() is not None:
                self._process = world.start_worker(self._home)


@contextmanager
def workers(home: Path) -> Iterator[Workers]:
    """Run the workers until the end of the block."""
    running = Workers(home)
    try:
        yield running
    finally:
        running.stop()


def begin(
    bad: BadDay, running: Workers, seconds: float, seed: int, off: threading.Event
) -> tuple[Harm, list[threading.Thread]]:
    """Let a day of so many seconds be bad; the threads end with its troubles, or soon after `off`.

    The database is there again when they have ended.
    """
    harm = Harm()
    chance = random.Random(seed)  # noqa: S311 - no secret
    moments = sorted(chance.uniform(0, seconds) for _ in range(bad.kills))
    threads = [threading.Thread(target=_kill, args=(moments, running, chance, harm, off))]
    if bad.outage:
        threads.append(threading.Thread(target=_break, args=(bad, running, seconds, harm, off)))
    for one in threads:
        one.daemon = True
        one.start()
    return harm, threads


def _kill(
    moments: Sequence[float],
    running: Workers,
    chance: random.Random,
    harm: Harm,
    off: threading.Event,
) -> None:
    start = time.monotonic()
    for moment in moments:
        off.wait(start + moment - time.monotonic())
        while not off.is_set() and not running.kill(chance):
            time.sleep(0.1)
        if off.is_set():
            return
        harm.kills += 1


def _break(bad: BadDay, running: Workers, seconds: float, harm: Harm, off: threading.Event) -> None:
    if off.wait(seconds / 2):
        return
    before = running.family()
    begin_at = time.monotonic()
    database.break_off()
    off.wait(begin_at + bad.outage - time.monotonic())
    harm.started_at = datetime.now(UTC)
    database.ensure(migrated=False)
    harm.away = round(time.monotonic() - begin_at, 1)
    off.wait(seconds / 2 - bad.outage)
    harm.outlived = bad.kills > 0 or running.family() == before
