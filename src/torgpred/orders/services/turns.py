"""Turns: work on one shop that only one process may do at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, LiteralString

from django.db import connection

from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError, RetryLaterError
from torgpred.runtime.scope import operator_scope

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


def due(pulls: LiteralString) -> list[int]:
    """Return the active shops that may be looked at now, the longest waiting first.

    `pulls` is the table that says of each when it was, and until when it rests.
    """
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT shop.id FROM channels_shop shop LEFT JOIN {pulls} pull ON pull.shop_id = shop.id
            WHERE shop.state = 'active' AND (pull.not_before IS NULL OR pull.not_before <= %s)
            ORDER BY pull.pulled_at NULLS FIRST, shop.id
            """,  # noqa: S608 - the name of a table of this area
            [now()],
        )
        return [row[0] for row in cursor.fetchall()]


def rest(error: OutboundError, usual: timedelta) -> timedelta:
    """Return how long a shop rests after a call that failed: as it said, else as usual."""
    after = error.data.get("after") if isinstance(error, RetryLaterError) else None
    return timedelta(seconds=float(after)) if after else usual


def _call(function: str, key: int, shop_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [key, shop_id])
        return bool(cursor.fetchone()[0])
