"""How a command enters the installation: the database up, Django ready, migrations done."""

import getpass
import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def enter() -> None:
    """Make the installation usable in this process. Starts the embedded server if need be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
    import django

    from torgpred.runtime import database
    from torgpred.runtime.observability import configure
    from torgpred.runtime.options import options

    # Standard output is the command's own, above all where --json promises one object.
    configure(options().log_level)
    django.setup()
    database.ensure()


def edits(command: Callable[P, R]) -> Callable[P, R]:
    """Enter for a command by which a person decides something, and name the person in the audit.

    Bulk work only enters and names its actor in its own rows: the audit's context would be sent
    along with every statement.
    """

    @wraps(command)
    def audited(*args: P.args, **kwargs: P.kwargs) -> R:
        enter()
        from torgpred.accounts.services import acting

        with acting(person()):
            return command(*args, **kwargs)

    return audited


def person() -> str:
    """Return who is acting: the account that runs the command."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        name = f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"
    return f"{name} (command line)"
