"""The parent of the worker processes: starts them, starts them again, stops them."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from torgpred.runtime.jobs.worker import GRACE_SECONDS
from torgpred.runtime.observability import logger

LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 10.0
"""A child that ran so long was well: its next failure counts as the first."""
_TICK: Final = 0.2

_log = logger(__name__)


def pause_after(failures: int) -> float:
    """Return the seconds before a child is started again after so many failures in a row."""
    return min(0.5 * 2.0 ** max(failures - 1, 0), LONGEST_PAUSE)


@dataclass(slots=True)
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def tend(self) -> None:
        """Start the process if it should run and does not."""
        moment = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            if moment - self.started > STEADY_SECONDS:
                self.failures = 0
            self.failures += 1
            self.not_before = moment + pause_after(self.failures)
            _log.error("worker process ended", process=self.name, code=code)
            self._forget()
        if moment >= self.not_before:
            # Its stdin is a pipe that nobody writes to: it ends when we do.
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)  # noqa: S603
            self.started = moment

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0.0))
        except subprocess.TimeoutExpired:
            _log.warning("worker process killed", process=self.name)
            self.process.kill()
            self.process.wait()
        self._forget()

    def _forget(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None


@dataclass(slots=True)
class Supervisor:
    """Keeps both worker processes running until `stop` is called.

    A killed worker loses nothing: the work it held is claimed again when its lease runs out.
    """

    children: list[_Child] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, processes: Sequence[str]) -> "Supervisor":
        """Return a supervisor of the named worker processes ("quick", "bulk")."""
        start = (sys.executable, "-m", "torgpred.runtime.jobs")
        return cls([_Child(name, (*start, name, "--supervised")) for name in processes])

    def run(self, on_start: Callable[[], None] = lambda: None) -> None:
        """Tend the children until `stop`; then give them time to end, and kill what remains."""
        try:
            for child in self.children:
                child.tend()
            on_start()
            while not self._stop.wait(_TICK):
                for child in self.children:
                    child.tend()
        finally:
            self._end()

    def stop(self) -> None:
        """Ask to stop; may be called from a signal handler or another thread."""
        self._stop.set()

    def stop_on_signals(self) -> None:
        """Stop on SIGTERM and SIGINT (main thread only)."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())

    def pids(self) -> dict[str, int]:
        """Return the process ids of the children that run, by name."""
        return {one.name: one.process.pid for one in self.children if one.process is not None}

    def _end(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE_SECONDS + 5.0
        for child in self.children:
            child.end(deadline - time.monotonic())
