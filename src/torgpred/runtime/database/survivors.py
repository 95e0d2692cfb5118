"""Servers that outlived their data folder, and ending a server that no file leads to any more.

A server whose data folder was deleted runs on for up to a minute, until it looks for its
`postmaster.pid` (PostgreSQL, `miscinit.c`: RecheckDataDirLockFile). When it ends it removes its
socket by path, and so that of a newer server on the same path. It has to be gone first.
"""

import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import psutil

from torgpred.runtime.database.errors import DatabaseStartError
from torgpred.runtime.database.postmaster import Postmaster

GRACE = 10.0
"""Seconds that a server is given to end after each signal but the first."""
FAST = signal.SIGINT
"""Writes everything to disk, then ends."""
IMMEDIATE = getattr(signal, "SIGQUIT", signal.SIGTERM)
"""Ends at once; what was committed is recovered at the next start, if there are data still."""


def survivors(data: Path) -> list[psutil.Process]:
    """Return the server processes started on exactly this path that its pid file does not name."""
    known = Postmaster.read(data)
    found = {}
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        named = bool(words) and Path(words[0]).stem == "postgres"
        if named and _folder(words) == str(data) and (known is None or process.pid != known.pid):
            found[process.pid] = process
    # A server's own child bears its parent's words for a moment.
    parents = {*found, *([known.pid] if known else [])}
    return [one for one in found.values() if _parent(one) not in parents and _in_our_world(one)]


def end(processes: Sequence[psutil.Process], *, folder: Path, patience: float = 0.0) -> None:
    """End servers and wait until they and their children are gone.

    A fast shutdown first where `patience` gives seconds for it, then an immediate one, then a
    kill. Raises DatabaseStartError if one stays.
    """
    family = [*processes]
    for process in processes:
        with suppress(psutil.Error):
            family += process.children(recursive=True)
    steps = [(IMMEDIATE, GRACE)]
    if patience:
        steps.insert(0, (FAST, patience))
    for number, seconds in steps:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                _signal(process, number, folder)
        _, family = psutil.wait_procs(family, timeout=seconds)
        if not family:
            return
    for process in family:
        with suppress(psutil.NoSuchProcess):
            _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM), folder)
    _, family = psutil.wait_procs(family, timeout=GRACE)
    if family:
        told = ", ".join(str(one.pid) for one in family)
        raise DatabaseStartError(folder=folder, reason=f"an older server does not end: {told}")


def socket_lost(postmaster: Postmaster, *, seconds: float) -> bool:
    """Say whether a running server's socket is gone and does not come back within `seconds`."""
    place = Path(postmaster.host)
    if sys.platform == "win32" or not postmaster.port or not place.is_absolute():
        return False
    file = place / f".s.PGSQL.{postmaster.port}"
    until = time.monotonic() + seconds
    while not file.exists():
        if Postmaster.read(postmaster.data) != postmaster or postmaster.process() is None:
            return False
        if time.monotonic() > until:
            return True
        time.sleep(0.1)
    return False


def _folder(words: Sequence[str]) -> str:
    return next((after for word, after in pairwise(words) if word == "-D"), "")


def _parent(process: psutil.Process) -> int:
    try:
        return process.ppid()
    except psutil.Error:
        return 0


def _in_our_world(process: psutil.Process) -> bool:
    """Say whether the process sees the same files: in another container the same path is not ours.

    Not known of a stranger's process, which is then left alone.
    """
    if sys.platform != "linux":
        return True
    try:
        theirs, ours = (Path(f"/proc/{one}/ns/mnt").stat() for one in (process.pid, "self"))
    except OSError:
        return False
    return theirs.st_ino == ours.st_ino


def _signal(process: psutil.Process, number: int, folder: Path) -> None:
    try:
        process.send_signal(number)
    except psutil.AccessDenied as error:
        reason = f"process {process.pid} still serves this folder and belongs to another user"
        raise DatabaseStartError(folder=folder, reason=reason) from error
