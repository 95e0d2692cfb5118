"""How a command enters the installation: the database up, Django ready, migrations done."""

import os


def enter() -> None:
    """Make the installation usable in this process. Starts the embedded server if need be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
    import django

    from torgpred.runtime import database

    django.setup()
    database.ensure()
