"""A lock between processes, by a file. The operating system frees it when its holder dies."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from torgpred.runtime.database.errors import DatabaseBusyError

# A file lock belongs to the process, so threads of one process need this one as well.
_threads = threading.RLock()
_held: dict[Path, int] = {}

if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@contextmanager
def only_one(path: Path, patience: float = 300.0) -> Iterator[None]:
    """Hold the lock file `path`; re-entrant within a thread.

    Raises DatabaseBusyError after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    if not _threads.acquire(timeout=patience):
        raise DatabaseBusyError(seconds=patience)
    try:
        if path in _held:
            yield
            return
        # Not inheritable, so that a server started under the lock does not keep it.
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _try(handle):
                if time.monotonic() > deadline:
                    raise DatabaseBusyError(seconds=patience)
                time.sleep(0.05)
            _held[path] = handle
            try:
                yield
            finally:
                del _held[path]
        finally:
            os.close(handle)
    finally:
        _threads.release()
