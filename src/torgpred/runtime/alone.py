"""Work that one process at a time may do, over all machines: a lock of the database's session."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import django.db
from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold the name for the length of a block, after whoever holds it now.

    Open it outside any transaction. The database gives it up with the connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        # A connection that was lost, or a transaction gone wrong around us, gave it up already.
        with suppress(django.db.Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
