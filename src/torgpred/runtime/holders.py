"""Which process holds what, and whether that process is known to be dead.

Who claims rows signs with its holder's name: that of a file in the home folder which it keeps
locked as long as it lives. The operating system frees the lock when the process ends, however it
ends, so whoever shares the folder can tell a dead holder from a slow one at once. A connection to
the database would be no such proof: it also ends when the server restarts or a line breaks, while
its process goes on with a call. Of a holder elsewhere nothing is known; its leases run out.
"""

import contextlib
import os
import secrets
import threading
import time
from pathlib import Path

from torgpred.runtime.database.locks import try_lock
from torgpred.runtime.observability import logger
from torgpred.runtime.options import options

KEPT_SECONDS = 24 * 3600.0
"""A dead holder's file is kept so long: well beyond any lease that names it."""

_guard = threading.Lock()
_own: dict[int, tuple[str, int]] = {}
"""By process id, so that a forked child signs with a name of its own: (name, open file)."""
_log = logger(__name__)


def me() -> str:
    """Return this process's name as a holder: 32 hex digits, the same until it ends.

    Empty where the home folder takes no files: then only leases tell whether it lives.
    """
    with _guard:
        pid = os.getpid()
        if pid not in _own:
            for _, inherited in _own.values():
                with contextlib.suppress(OSError):
                    os.close(inherited)
            _own.clear()
            _own[pid] = _sign()
        return _own[pid][0]


def known_dead(holder: str) -> bool:
    """Tell whether a holder's process has surely ended; False where that cannot be known."""
    if not holder.isalnum() or holder == me():
        return False
    try:
        return _free(_folder() / holder)
    except OSError:
        return False


def _folder() -> Path:
    return options().home.expanduser() / "holders"


def _sign() -> tuple[str, int]:
    name = secrets.token_hex(16)
    try:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        _tidy(folder)
        handle = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        _log.warning("a killed process will only be known by its leases", reason=str(error))
        return "", -1
    # It stays open, and locked, until this process ends; an exec'd child does not inherit it.
    if not try_lock(handle):
        os.close(handle)
        return "", -1
    return name, handle


def _tidy(folder: Path) -> None:
    """Remove the files of holders that died long ago."""
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest and _free(path):
                path.unlink()


def _free(path: Path) -> bool:
    handle = os.open(path, os.O_RDWR)
    try:
        return try_lock(handle)
    finally:
        os.close(handle)
