"""What is well with this installation and what is not, in plain words. It changes nothing."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Literal

import psycopg

from torgpred.kernel.errors import TorgpredError
from torgpred.runtime import database
from torgpred.runtime.database import cluster, package
from torgpred.runtime.database.errors import HalfMigratedError
from torgpred.runtime.options import options

Level = Literal["good", "note", "bad"]
_GIGABYTE = 1024**3
_SCOPED = ("tenant_id", "seller_id")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing looked at. `mend` says what to do about it, "" where nothing is to be done."""

    level: Level
    subject: str
    text: str
    mend: str = ""


def examine() -> list[Remark]:
    """Look at everything and return the remarks, in the order a person would ask."""
    remarks = [_program(), *_home(), *_disk(), *_root(), *_keys(), *_clock()]
    try:
        remarks += _server()
    except (TorgpredError, psycopg.Error, OSError) as error:
        remarks.append(Remark("bad", "database", str(error).strip()))
    return remarks


def _program() -> Remark:
    version = metadata.version("torgpred")
    system = f"{platform.system()} {platform.machine()}"
    return Remark(
        "good", "program", f"torgpred {version}, Python {sys.version.split()[0]}, {system}"
    )


def _home() -> Iterator[Remark]:
    home = options().home.expanduser()
    if not home.exists():
        yield Remark("note", "home", f"{home} does not exist yet; the first command makes it")
        return
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        mend = "Run as the user who owns it, or set TORGPRED_HOME."
        yield Remark("bad", "home", f"{home} cannot be read or written by this user", mend)
        return
    mode = home.stat().st_mode
    if sys.platform != "win32" and mode & 0o022:
        mend = f"chmod go-w {home}"
        yield Remark("bad", "home", f"{home} can be written by other users", mend)
    else:
        yield Remark("good", "home", str(home))
    for left in sorted(home.glob("replaced-*")):
        mend = "Delete it once you are sure."
        yield Remark("note", "home", f"{left.name} keeps what a restore replaced", mend)
    if (home / "restoring").exists() or cluster.replacing(database.data_folder(home)).exists():
        mend = "Run it again; nothing was deleted."
        yield Remark("bad", "home", "a restore or upgrade is going on, or was cut off", mend)


def _disk() -> Iterator[Remark]:
    folder = options().home.expanduser()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / _GIGABYTE
    text = f"{free:.1f} GB free"
    if free < 1:
        yield Remark("bad", "disk", text, "Free some: the database stops when it is full.")
    elif free < 5:
        yield Remark("note", "disk", text, "A feed of 200,000 offers takes about 2 GB.")
    else:
        yield Remark("good", "disk", text)


def _root() -> Iterator[Remark]:
    user = package.system_user()
    if user and database.is_embedded():
        text = (
            f"running as root: PostgreSQL runs as the user {user}, and the folders above its data"
            " and above this program were opened for everyone to pass through and list"
        )
        yield Remark("note", "root", text, "Better: run torgpred as an ordinary user.")


def _keys() -> Iterator[Remark]:
    path = options().keys_file.expanduser()
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield Remark("note", "secret keys", f"{path} will be made when the first secret is kept")
        return
    except OSError as error:
        yield Remark("bad", "secret keys", f"{path}: {error.strerror}")
        return
    if sys.platform != "win32" and mode & 0o077:
        yield Remark("bad", "secret keys", f"others may read {path}", f"chmod 600 {path}")
    elif not os.access(path, os.R_OK):
        yield Remark("bad", "secret keys", f"this user cannot read {path}")
    else:
        yield Remark("good", "secret keys", f"{path}, readable by its owner alone")


def _clock() -> Iterator[Remark]:
    now = datetime.now(UTC)
    built = datetime(2025, 1, 1, tzinfo=UTC)
    if now < built:
        mend = "Set the clock: marketplaces refuse calls signed with a wrong time."
        yield Remark("bad", "clock", f"{now:%Y-%m-%d %H:%M} UTC cannot be right", mend)
    else:
        yield Remark("good", "clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _server() -> Iterator[Remark]:
    if database.is_embedded():
        data = database.data_folder(options().home)
        if not (data / "PG_VERSION").exists():
            yield Remark("note", "database", "embedded; the first command makes it")
            return
        found, wanted = cluster.data_version(data), package.postgres_version()
        if found != wanted:
            text = f"made by PostgreSQL {found}, this version brings {wanted}"
            yield Remark("bad", "database", text, "torgpred upgrade")
            return
        if not cluster.running(data):
            yield Remark("note", "database", "embedded, not running; any command starts it")
            return
    where = database.address("app")
    with database.connect(where) as connection:
        yield _running(connection)
        yield from _database(connection)
    yield from _migrations()


def _running(connection: psycopg.Connection[Any]) -> Remark:
    row = _row(
        connection,
        "SELECT current_setting('server_version'), pg_postmaster_start_time(),"
        " pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database()), current_setting('max_connections')",
    )
    kind = "embedded" if database.is_embedded() else "a server of your own"
    text = (
        f"PostgreSQL {row[0].split()[0]}, {kind}, running since {row[1]:%Y-%m-%d %H:%M} UTC,"
        f" {row[2] / _GIGABYTE:.2f} GB, {row[3]} of {row[4]} connections"
    )
    version = connection.info.server_version // 10_000
    if version < database.OLDEST:
        return Remark("bad", "database", text, f"PostgreSQL {database.OLDEST} or newer is needed.")
    return Remark("good", "database", text)


def _database(connection: psycopg.Connection[Any]) -> Iterator[Remark]:
    why = database.unsafe(connection)
    user = connection.info.user
    if why:
        mend = "Give TORGPRED_DATABASE_URL a plain role: no superuser, no BYPASSRLS, no owner."
        yield Remark("bad", "roles", f"{user} {why}: sellers could see one another", mend)
    else:
        yield Remark("good", "roles", f"{user} is bound by row security")
    yield _row_security(connection)
    if _row(connection, "SELECT lower('Ё') = 'ё'")[0] is not True:
        mend = "Create it with LOCALE_PROVIDER builtin LOCALE 'C.UTF-8'."
        yield Remark(
            "bad", "database", "search would not find Cyrillic: the locale is plain C", mend
        )
    for name in ("fsync", "full_page_writes"):
        if _row(connection, f"SELECT current_setting('{name}')")[0] != "on":
            mend = "Turn it on: a power cut would lose or break committed data."
            yield Remark("bad", "database", f"{name} is off", mend)
    ahead = (_row(connection, "SELECT clock_timestamp()")[0] - datetime.now(UTC)).total_seconds()
    if abs(ahead) > 2:
        text = f"the database's clock is {ahead:+.0f} s from this machine's"
        yield Remark("bad", "clock", text, "Set both by NTP.")


def _row_security(connection: psycopg.Connection[Any]) -> Remark:
    rows = connection.execute(
        "SELECT c.relname, c.relrowsecurity, EXISTS (SELECT FROM pg_attribute a"
        " WHERE a.attrelid = c.oid AND a.attname = ANY (%s) AND NOT a.attisdropped)"
        " FROM pg_class c WHERE c.relkind IN ('r', 'p')"
        " AND c.relnamespace = 'public'::regnamespace",
        [list(_SCOPED)],
    ).fetchall()
    guarded = [name for name, on, _ in rows if on]
    bare = sorted(name for name, on, scoped in rows if scoped and not on)
    if bare:
        mend = "Restore from a backup, or report it: a migration left it out."
        return Remark("bad", "row security", f"missing on {', '.join(bare)}", mend)
    return Remark("good", "row security", f"on {len(guarded)} of {len(rows)} tables")


def _migrations() -> Iterator[Remark]:
    try:
        missing = database.pending()
    except HalfMigratedError as error:
        yield Remark("bad", "migrations", str(error).rstrip("."))
        return
    if not missing:
        yield Remark("good", "migrations", "all are in")
    elif database.is_embedded():
        yield Remark("note", "migrations", f"{len(missing)} to come; the next command does it")
    else:
        yield Remark("bad", "migrations", f"{len(missing)} are missing", "torgpred migrate")


def _row(connection: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(query).fetchone()
    return row or ()


def worst(remarks: list[Remark]) -> Level:
    """Return the worst level among remarks."""
    levels = {remark.level for remark in remarks}
    return "bad" if "bad" in levels else "note" if "note" in levels else "good"
