"""The embedded server: started once, waited for through recovery, stopped only when asked."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from torgpred.runtime.database import conf, founding, package, survivors
from torgpred.runtime.database.address import PASSWORDS, Address, embedded
from torgpred.runtime.database.errors import (
    CutOffError,
    DatabaseStartError,
    DatabaseUnreachableError,
    DatabaseVersionError,
)
from torgpred.runtime.database.locks import only_one
from torgpred.runtime.database.postmaster import Postmaster

START_PATIENCE = 120.0
"""Seconds without a living server process after which a start is given up."""
RECOVERY_PATIENCE = 3600.0
"""Seconds given to one that says it is starting: crash recovery of a large write is slow."""
ANSWER_PATIENCE = 120.0
"""Seconds given to a living one that says nothing of the kind, or nothing at all."""
CONNECT_PATIENCE = 10
"""Seconds for one attempt to connect."""
SOCKET_PATIENCE = 3.0
"""Seconds for which a living one's socket may be missing before it counts as lost."""
STOP_PATIENCE = 120
_STARTING = "the database system is"
"""How a server begins to say that it starts, recovers or shuts down (SQLSTATE 57P03)."""
_STOP_FIRST = "torgpred stop ends it, any other command starts it again"
_LOG_LIMIT = 10 * 1024 * 1024
_YOUNG = 10.0


def lock(data: Path) -> Path:
    """Return the lock file that guards starting, stopping and replacing the data folder."""
    return data.parent / "lock"


def replacing(data: Path) -> Path:
    """Return the marker that stands while the data folder is exchanged for another."""
    return data.parent / "replacing"


def running(data: Path) -> bool:
    """Say whether the server accepts connections now."""
    postmaster = Postmaster.read(data)
    return postmaster is not None and postmaster.ready and _trouble(data) is None


def start(data: Path, *, version: int | None = None) -> None:
    """Bring the server on `data` up, making it first where there is none.

    Safe to call from many processes at once and after any of them was killed at any moment.
    Waits as long as crash recovery takes. `version` starts an older data folder with programs of
    its own version, for an upgrade. Raises DatabaseStartError or DatabaseVersionError.
    """
    try:
        if running(data):
            return
        data.parent.mkdir(parents=True, exist_ok=True)
        with only_one(lock(data)):
            if running(data):
                return
            survivors.end(survivors.survivors(data), folder=data)
            if not (data / "PG_VERSION").exists():
                if replacing(data).exists():
                    raise CutOffError(folder=data.parent)
                founding.create(data)
            _bring_up(data, _fitting_version(data, version))
    except OSError as error:
        raise DatabaseStartError(folder=data, reason=str(error)) from error


def stop(data: Path, *, modes: Sequence[str] = ("fast", "immediate")) -> bool:
    """Stop the server, waiting for what is committed to be on disk; False if none ran.

    `modes` are those of `pg_ctl stop`, tried one after another. One whose data folder was deleted
    is ended too.
    """
    if not data.parent.exists():
        return _stop_survivors(data)
    with only_one(lock(data)):
        had_survivors = _stop_survivors(data)
        if not _alive(data):
            return had_survivors
        if not (data / "PG_VERSION").exists():
            # Half deleted: its own programs would not take it for a data folder any more.
            survivors.end(_processes(data), folder=data)
            return True
        words = [package.tool("pg_ctl", data_version(data)), "-D", str(data), "-w"]
        for mode in modes:
            package.run([*words, "-t", str(STOP_PATIENCE), "-m", mode, "stop"], data=data)
            if not _alive(data):
                return True
        # Frozen: what is committed is on disk all the same, and is recovered at the next start.
        survivors.end(_processes(data), folder=data)
        return True


def _stop_survivors(data: Path) -> bool:
    found = survivors.survivors(data)
    survivors.end(found, folder=data)
    return bool(found)


def data_version(data: Path) -> int:
    """Return the major version that made the data folder."""
    return int((data / "PG_VERSION").read_text(encoding="ascii").strip())


def connect(where: Address, **more: Any) -> psycopg.Connection[Any]:  # noqa: ANN401
    """Open a plain connection in autocommit; the caller closes it."""
    params: dict[str, Any] = {"connect_timeout": CONNECT_PATIENCE, **where.params, **more}
    return psycopg.connect(autocommit=True, **params)


def _fitting_version(data: Path, version: int | None) -> int:
    found, wanted = data_version(data), version or package.postgres_version()
    if found != wanted:
        raise DatabaseVersionError(found=found, wanted=wanted, mend="Run: torgpred upgrade")
    return wanted


def _alive(data: Path) -> bool:
    return bool(_processes(data))


def _processes(data: Path) -> list[psutil.Process]:
    """Return the live server process that the pid file names, if there is one."""
    postmaster = Postmaster.read(data)
    process = postmaster.process() if postmaster else None
    return [process] if process else []


def _bring_up(data: Path, version: int) -> None:
    if not (data / PASSWORDS).exists():
        if _alive(data):
            reason = f"{PASSWORDS} is lost; run torgpred stop, and the next start makes a new one"
            raise DatabaseStartError(folder=data, reason=reason)
        founding.renew_passwords(data)
    deadline = time.monotonic() + START_PATIENCE
    told = ""
    while time.monotonic() < deadline:
        _clear_the_way(data)
        told = package.call("start", data, version) or told
        if _wait_until_ready(data):
            return
        # The last server's children may still be finishing; a full disk may be being cleared.
        time.sleep(1.0)
    raise DatabaseStartError(folder=data, reason=_end_of_log(data) or told)


def _clear_the_way(data: Path) -> None:
    """Remove what a killed process may have left behind, and bring our conf files up to date."""
    postmaster = Postmaster.read(data)
    if postmaster is not None and postmaster.process() is None:
        # Its number may belong to another process by now, which the server itself cannot tell.
        # Shared memory, which it checks on its own, still guards against a survivor.
        (data / "postmaster.pid").unlink(missing_ok=True)
    elif postmaster is None:
        with suppress(OSError):
            # A server writes its number at once; an old file without one is a dead server's.
            if time.time() - (data / "postmaster.pid").stat().st_mtime > _YOUNG:
                (data / "postmaster.pid").unlink()
    # The package reads it without a guard: a half-written list would fail every later start.
    (data / ".handle_pids.json").unlink(missing_ok=True)
    conf.write(data)
    log = data / "log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(data / "log.1")


def _wait_until_ready(data: Path) -> bool:
    """Wait while a server process lives; False once there is none.

    Raises DatabaseStartError for one that lives but cannot be used.
    """
    begun = answered = time.monotonic()
    while _alive(data):
        trouble = _trouble(data)
        if trouble is None:
            return True
        if "authentication failed" in trouble:
            raise DatabaseStartError(folder=data, reason=trouble)
        now = time.monotonic()
        if _STARTING in trouble:
            answered = now
        elif _end_if_unreachable(data):
            return False
        if now - answered > ANSWER_PATIENCE or now - begun > RECOVERY_PATIENCE:
            reason = f"it runs, but cannot be used for {now - begun:.0f} s now: {trouble}"
            raise DatabaseStartError(folder=data, reason=f"{reason} ({_STOP_FIRST})")
        time.sleep(0.1)
    return False


def _end_if_unreachable(data: Path) -> bool:
    """End a server whose socket was removed: nobody can ever connect to it again."""
    postmaster = Postmaster.read(data)
    if postmaster is None or not survivors.socket_lost(postmaster, seconds=SOCKET_PATIENCE):
        return False
    survivors.end(_processes(data), folder=data, patience=STOP_PATIENCE)
    return True


def _trouble(data: Path) -> str | None:
    """Return why no connection can be made, or None if one was."""
    try:
        # As the superuser, for whom some connections are kept: a full server is a running one.
        connect(embedded("admin", data, "postgres")).close()
    except (psycopg.Error, DatabaseUnreachableError) as error:
        return str(error)
    return None


def _end_of_log(data: Path) -> str:
    try:
        lines = (data / "log").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-12:])
