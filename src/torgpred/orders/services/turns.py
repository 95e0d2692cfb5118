"""Turns: work on one shop that only one process may do at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

ORDERS: Final = 7_041_002
"""First key of the advisory lock under which a shop's orders are pulled."""
MESSAGES: Final = 7_041_003
"""First key of the advisory lock under which a shop's messages are read and sent."""
_PAUSE: Final = 0.1


@contextmanager
def turn(key: int, shop_id: int, *, patience: float = 0.0) -> Iterator[bool]:
    """Hold a lock of the session, which the database frees when this process dies.

    Yields whether it was got within `patience` seconds. To be used outside transactions.
    """
    deadline = time.monotonic() + patience
    while not (mine := _call("pg_try_advisory_lock", key, shop_id)):
        if time.monotonic() >= deadline:
            break
        time.sleep(_PAUSE)
    try:
        yield mine
    finally:
        if mine:
            _call("pg_advisory_unlock", key, shop_id)


def _call(function: str, key: int, shop_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [key, shop_id])
        return bool(cursor.fetchone()[0])
