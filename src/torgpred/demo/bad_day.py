"""What goes wrong on a bad day: worker processes are killed, the database falls over.

The workers are real processes, killed as `kill -9` does; the database is stopped as by a power
cut and started again after a while, as any command would.
"""

import random
import threading
import time
from collections.abc import Iterator
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
    """Whether all worker processes of before the outage are those of the day's end."""


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
    bad: BadDay, running: Workers, seconds: float, seed: int
) -> tuple[Harm, list[threading.Thread]]:
    """Let a day of so many seconds be bad; the threads end with its troubles."""
    harm = Harm()
    chance = random.Random(seed)  # noqa: S311 - no secret
    threads = []
    if bad.kills:
        threads.append(
            threading.Thread(target=_kill, args=(bad.kills, running, seconds, chance, harm))
        )
    if bad.outage:
        threads.append(threading.Thread(target=_break, args=(bad.outage, running, seconds, harm)))
    for one in threads:
        one.daemon = True
        one.start()
    return harm, threads


def _kill(kills: int, running: Workers, seconds: float, chance: random.Random, harm: Harm) -> None:
    start = time.monotonic()
    for moment in sorted(chance.uniform(0, seconds) for _ in range(kills)):
        time.sleep(max(0.0, start + moment - time.monotonic()))
        while not running.kill(chance):
            time.sleep(0.1)
        harm.kills += 1


def _break(outage: float, running: Workers, seconds: float, harm: Harm) -> None:
    time.sleep(seconds / 2)
    before = running.family()
    begin_at = time.monotonic()
    database.break_off()
    time.sleep(max(0.0, begin_at + outage - time.monotonic()))
    harm.started_at = datetime.now(UTC)
    database.ensure(migrated=False)
    harm.away = round(time.monotonic() - begin_at, 1)
    time.sleep(max(0.0, seconds / 2 - outage))
    harm.outlived = running.family() == before
