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

    def try_lock(handle: int) -> bool:
        """Lock an open file without waiting; False where another one holds it."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Lock an open file without waiting; False where another one holds it."""
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
        handle = _acquire(path, deadline)
        if handle is None:
            raise DatabaseBusyError(seconds=patience)
        try:
            _held[path] = handle
            yield
        finally:
            del _held[path]
            os.close(handle)
    finally:
        _threads.release()


def _acquire(path: Path, deadline: float) -> int | None:
    """Return a locked handle of the file that is at `path` now, or None after the deadline."""
    while True:
        # Not inheritable, so that a server started under the lock does not keep it.
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        while _still_there(path, handle):
            # Looked at once more under the lock: one on a deleted file keeps nobody out.
            if try_lock(handle) and _still_there(path, handle):
                return handle
            if time.monotonic() > deadline:
                os.close(handle)
                return None
            time.sleep(0.05)
        os.close(handle)


def _still_there(path: Path, handle: int) -> bool:
    if sys.platform == "win32":
        return True  # an open file cannot be deleted there
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
