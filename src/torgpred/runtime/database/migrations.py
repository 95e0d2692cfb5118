"""Migrations: which are missing, and bringing them in as the owner, one process at a time.

A migration may stand for earlier ones whose files are gone (Django's `replaces`): a database that
had all of those has had it, and one that had only some cannot be brought up to date by this code.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from torgpred.runtime.database.address import Address, address
from torgpred.runtime.database.cluster import connect
from torgpred.runtime.database.errors import HalfMigratedError

Key = tuple[str, str]
"""App label and name of a migration."""

_LOCK = 7_262_017_339
"""Key of the advisory lock; any number nobody else uses in this database."""


def known() -> set[Key]:
    """Return every migration in the code, without importing any."""
    _set_up()
    from django.apps import apps  # noqa: PLC0415 - a process without a database needs no Django

    found = set()
    for config in apps.get_app_configs():
        folder = Path(config.path) / "migrations"
        found |= {(config.label, path.stem) for path in folder.glob("[!_]*.py")}
    return found


def replaced(some: set[Key]) -> dict[Key, set[Key]]:
    """Return the earlier migrations that each of some of the known ones stands for, if any."""
    from django.apps import apps  # noqa: PLC0415

    found = {}
    for app, name in some:
        module = import_module(f"{apps.get_app_config(app).name}.migrations.{name}")
        if module.Migration.replaces:
            found[app, name] = set(module.Migration.replaces)
    return found


def outstanding(had: set[Key]) -> set[Key]:
    """Return what a database lacks that has had the migrations `had`.

    Raises HalfMigratedError if it stopped amid earlier ones that this code no longer has.
    """
    code = known()
    missing = code - had
    for key, earlier in replaced(missing).items() if had else ():
        if earlier <= had:
            missing.discard(key)
        elif earlier & had and earlier - had - code:
            lacking = sorted(".".join(one) for one in earlier - had)
            raise HalfMigratedError(lacking=", ".join(lacking))
    return missing


def applied(where: Address) -> set[Key]:
    """Return every migration that the database has had."""
    with connect(where) as connection:
        try:
            rows = connection.execute("SELECT app, name FROM django_migrations").fetchall()
        except psycopg.errors.UndefinedTable:
            return set()
    return {(str(app), str(name)) for app, name in rows}


def pending(where: Address | None = None) -> list[str]:
    """Return the migrations the database lacks, as `app.name`, sorted. Raises HalfMigratedError."""
    missing = outstanding(applied(where or address("app")))
    return sorted(f"{app}.{name}" for app, name in missing)


def migrate(*, verbosity: int = 0) -> list[str]:
    """Bring the database up to the code as the owner role; return what was brought in.

    Holds an advisory lock, so that of many processes one works and the others wait.
    """
    _set_up()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    owner, app = address("owner"), address("app").user
    connection = connections["owner"]
    try:
        # On the very session that migrates: the session of a killed process may still be
        # committing when its others are gone, and must keep the lock until it has.
        connection.ensure_connection()
        guard = connection.connection
        guard.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        missing = pending(owner)
        if missing:
            grant(guard, app)
            call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
            keep_record_from(guard, app)
    finally:
        connection.close()
    return missing


def grant(connection: psycopg.Connection[Any], app: str) -> None:
    """Give the app role its rights on what the owner has made and will make. Run as the owner."""
    rows = "SELECT, INSERT, UPDATE, DELETE"
    ours = "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        f"{ours} GRANT {rows} ON TABLES TO {{}}",
        f"{ours} GRANT USAGE, SELECT ON SEQUENCES TO {{}}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {{}}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
    ):
        connection.execute(sql.SQL(statement).format(sql.Identifier(app)))


def keep_record_from(connection: psycopg.Connection[Any], app: str) -> None:
    """Let the app role read, but not touch, the list of migrations."""
    statement = sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}")
    connection.execute(statement.format(sql.Identifier(app)))


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
    import django  # noqa: PLC0415
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()
