"""What can go wrong with the database, in words for the person who runs it."""

import psycopg

from torgpred.kernel.errors import TorgpredError


class DatabaseStartError(TorgpredError):
    """The embedded server did not come up; `reason` and the end of its log say why."""

    code = "database.start"
    template = "The embedded PostgreSQL in {folder} did not start: {reason}"


class DatabaseUnreachableError(TorgpredError):
    """No connection could be made within the patience given."""

    code = "database.unreachable"
    template = "The database cannot be reached: {reason}"


class DatabaseBusyError(TorgpredError):
    """Another process holds the installation's lock for longer than anyone should."""

    code = "database.busy"
    template = "Another process is still starting or stopping the database (waited {seconds} s)."


class DatabaseVersionError(TorgpredError):
    """The server, or the data folder, is of a PostgreSQL version that does not fit."""

    code = "database.version"
    template = "PostgreSQL {found} found, {wanted} needed. {mend}"


class MigrationsPendingError(TorgpredError):
    """A server of one's own lacks migrations; only the embedded one is migrated unasked."""

    code = "database.pending"
    template = "The database lacks {count} migrations. Run: torgpred migrate"


class HalfMigratedError(TorgpredError):
    """The database had some, but not all, of the migrations that a later one stands for."""

    code = "database.half_migrated"
    template = (
        "The database was made by an earlier Torgpred and lacks what came before this one "
        "({lacking}). Nothing was changed. Run `torgpred migrate` once with the source of commit "
        "fe45e4d, which has them, then this one again."
    )


class OwnerMissingError(TorgpredError):
    """Migrations of a server of one's own need the address of the owner role."""

    code = "database.owner_missing"
    template = "Set TORGPRED_OWNER_URL: migrations run as the owner role, everything else does not."


class UnsafeRoleError(TorgpredError):
    """The app role could read past row security, so nothing may run as it."""

    code = "database.unsafe_role"
    template = "The role {role} of TORGPRED_DATABASE_URL {why}; row security would not hold."


class CutOffError(TorgpredError):
    """A restore or upgrade was killed between taking the old data away and putting in the new."""

    code = "database.cut_off"
    template = "A restore or upgrade was cut off in {folder}. Run it again; nothing was deleted."


_AWAY = ("08", "53", "57P")
"""SQLSTATEs of a server that goes, comes or has no room: classes 08, 53 and a part of 57."""


def lost(error: BaseException) -> bool:
    """Tell whether an error, Django's or the job queue's too, means that the database went away.

    Whatever it was that could not be done may then be done again when the database is back.
    """
    for one in (error, error.__cause__):
        if isinstance(one, DatabaseUnreachableError):
            return True
        if isinstance(one, psycopg.OperationalError):
            # Without a state nobody answered: the line was cut, or none was to be had.
            return one.sqlstate is None or one.sqlstate.startswith(_AWAY)
    return False
