"""The database: embedded by default, one of your own when TORGPRED_DATABASE_URL says where.

Shells call `ensure()` before anything else; nothing else starts a server, and nothing but
`stop()` stops it.
"""

import time
from pathlib import Path
from typing import Any

import psycopg
from django.db.utils import OperationalError

from torgpred.runtime.database import cluster
from torgpred.runtime.database.address import Address, Role, address, data_folder, is_embedded
from torgpred.runtime.database.cluster import connect
from torgpred.runtime.database.errors import (
    CutOffError,
    DatabaseStartError,
    DatabaseUnreachableError,
    DatabaseVersionError,
    MigrationsPendingError,
    UnsafeRoleError,
)
from torgpred.runtime.database.migrations import migrate, pending
from torgpred.runtime.options import options

__all__ = [
    "Address",
    "CutOffError",
    "DatabaseStartError",
    "DatabaseUnreachableError",
    "DatabaseVersionError",
    "MigrationsPendingError",
    "Role",
    "UnsafeRoleError",
    "address",
    "break_off",
    "connect",
    "data_folder",
    "ensure",
    "is_embedded",
    "migrate",
    "pending",
    "stop",
    "unsafe",
]

_ATTEMPTS = 8
OLDEST = 17
"""Oldest major version of a server of one's own: the builtin locale provider came with it."""


def ensure(*, migrated: bool = True) -> Address:
    """Make sure the database is there and up to date; return where the app role connects.

    The embedded server is made, started and migrated as needed. A server of one's own is only
    looked at: its version, that the app role is bound by row security, and, when `migrated`, that
    no migration is missing (MigrationsPendingError).
    """
    if is_embedded():
        return _ensure_embedded(migrated=migrated)
    _check_own_server()
    missing = pending() if migrated else []
    if missing:
        raise MigrationsPendingError(count=len(missing))
    return address("app")


def _ensure_embedded(*, migrated: bool) -> Address:
    _make_home(options().home.expanduser())
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            cluster.start(data_folder(options().home))
            if migrated and pending():
                migrate()
            return address("app")
        except (DatabaseUnreachableError, psycopg.OperationalError, OperationalError):
            # Somebody stopped or killed it just after it came up; it is ours to start again.
            if attempt == _ATTEMPTS:
                raise
            time.sleep(0.2 * attempt)
    raise AssertionError


def _make_home(home: Path) -> None:
    """Make the folders whose content is nobody else's business.

    Run as root, the package opens the home folder itself, but not the files in it.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "files").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise DatabaseStartError(folder=home, reason=str(error)) from error


def stop() -> bool:
    """Stop the embedded server; False if it was not running or is not ours to stop."""
    return is_embedded() and cluster.stop(data_folder(options().home))


def break_off() -> bool:
    """Stop the embedded server as a power cut would, for rehearsals; False if it is not ours.

    Nothing that was committed is lost: the next start recovers it.
    """
    return is_embedded() and cluster.stop(data_folder(options().home), modes=("immediate",))


def _check_own_server() -> None:
    where = address("app")
    try:
        with connect(where) as connection:
            version = connection.info.server_version // 10_000
            why = unsafe(connection)
    except psycopg.OperationalError as error:
        raise DatabaseUnreachableError(reason=str(error).strip()) from error
    if version < OLDEST:
        mend = "Use a newer server, or none: the embedded one needs nothing."
        raise DatabaseVersionError(found=version, wanted=f"{OLDEST} or newer", mend=mend)
    if why:
        raise UnsafeRoleError(role=where.user, why=why)


def unsafe(connection: psycopg.Connection[Any]) -> str:
    """Return why row security would not bind the role of this connection; "" if it does."""
    row = connection.execute(
        "SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relrowsecurity"
        " AND NOT relforcerowsecurity AND pg_has_role(current_user, relowner, 'USAGE'))"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    reasons = ("is a superuser", "may bypass row security", "owns the tables")
    return next((why for why, held in zip(reasons, row or (), strict=False) if held), "")
