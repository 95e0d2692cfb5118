"""The copy that a rehearsal is played in: which tables' rows it gets.

What is not known to be needed is not copied: no credential, token, password, session, notice or
paper, and nothing of orders, so no buyer. Only tables that are named here keep their rows.
"""

from pathlib import Path
from typing import Final

import pghistory.models
from django.apps import apps
from django.db import connection

from torgpred.runtime import backup, database

_NEEDED: Final = (
    "accounts_tenant",
    "campaigns_",
    "catalogue_",
    "channels_",
    "django_content_type",
    "django_migrations",
    "listings_",
    "programmes_",
    "stock_",
)
"""Tables, and beginnings of tables' names."""
_LEFT_OUT: Final = (
    "campaigns_rehearsal",
    "campaigns_proof",
    "catalogue_paper",
    "channels_credential",
    "channels_trial",
    "listings_assessment",
    "listings_planrequest",
)
"""The same, of those above: secrets, people's files, and what waits for the real marketplace."""


def copy_database(target: Path) -> None:
    """Write a dump of one moment of the database with the rows that a rehearsal needs.

    Raises BackupError.
    """
    backup.dump_database(database.address("owner"), target, without=left_out())


def left_out() -> list[str]:
    """Return the tables whose rows are not copied."""
    events = {
        model._meta.db_table  # noqa: SLF001 - Django has no other way to ask
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [str(row[0]) for row in cursor.fetchall()]
    return [name for name in names if name in events or not needed(name)]


def needed(table: str) -> bool:
    """Tell whether a rehearsal needs a table's rows."""
    return table.startswith(_NEEDED) and not table.startswith(_LEFT_OUT)
