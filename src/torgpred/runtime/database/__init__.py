"""The database: embedded by default, one of your own when TORGPRED_DATABASE_URL says where.

Shells call `ensure()` before anything else; nothing else starts a server, and nothing but
`stop()` stops it.
"""

from torgpred.runtime.database import cluster
from torgpred.runtime.database.address import Address, Role, address, data_folder, is_embedded
from torgpred.runtime.database.cluster import connect
from torgpred.runtime.database.errors import (
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
    "DatabaseStartError",
    "DatabaseUnreachableError",
    "DatabaseVersionError",
    "MigrationsPendingError",
    "Role",
    "UnsafeRoleError",
    "address",
    "connect",
    "data_folder",
    "ensure",
    "is_embedded",
    "migrate",
    "pending",
    "stop",
]

OLDEST = 17
"""Oldest major version of a server of one's own: the builtin locale provider came with it."""


def ensure(*, migrated: bool = True) -> Address:
    """Make sure the database is there and up to date; return where the app role connects.

    The embedded server is made, started and migrated as needed. A server of one's own is only
    looked at: its version, that the app role is bound by row security, and, when `migrated`, that
    no migration is missing (MigrationsPendingError).
    """
    if is_embedded():
        cluster.start(data_folder(options().home))
        if migrated and pending():
            migrate()
        return address("app")
    _check_own_server()
    missing = pending() if migrated else []
    if missing:
        raise MigrationsPendingError(count=len(missing))
    return address("app")


def stop() -> bool:
    """Stop the embedded server; False if it was not running or is not ours to stop."""
    return is_embedded() and cluster.stop(data_folder(options().home))


def _check_own_server() -> None:
    where = address("app")
    with connect(where) as connection:
        version = connection.info.server_version // 10_000
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if version < OLDEST:
        mend = "Use a newer server, or none: the embedded one needs nothing."
        raise DatabaseVersionError(found=version, wanted=f"{OLDEST} or newer", mend=mend)
    if row and any(row):
        why = "is a superuser" if row[0] else "may bypass row security"
        raise UnsafeRoleError(role=where.user, why=why)
