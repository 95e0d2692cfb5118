"""A nest of processes that are killed and started again, one at a time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Nest:
    """Starts processes that do a worker's work, one at a time, and ends them at once."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.child = 0

    def hatch(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("go\n")
        self.child = int(self._process.stdout.readline())

    def kill(self) -> None:
        assert self._process.stdout is not None
        with suppress(ProcessLookupError):  # it ended by itself: the number below tells how
            os.kill(self.child, signal.SIGKILL)
        assert int(self._process.stdout.readline()) == -signal.SIGKILL


@contextmanager
def nest(module: str, *arguments: str) -> Iterator[Nest]:
    """Run a module that starts a process for each line it reads; one lives at each moment."""
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        made = Nest(process)
        made.hatch()
        try:
            yield made
        finally:  # else whoever waits for the nest waits for the last of its brood
            made.kill()
            assert process.stdin is not None
            process.stdin.close()


def wait_for(done: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.05)
    return False
