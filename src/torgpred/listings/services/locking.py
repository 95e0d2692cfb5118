"""One planner of a seller at a time."""

from django.db import connection

_KEY = 7_041_001
"""First key of the advisory lock; the second is the seller's id."""


def lock_planning(seller_id: int) -> None:
    """Wait for the seller's other planners; held until the transaction ends.

    Two of them would compute the same desired states and wait for each other's rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_KEY, seller_id])


_PRICES_KEY = 7_041_002


def lock_prices(seller_id: int) -> None:
    """Wait for others who plan, move or withdraw the seller's prices for a time.

    Held until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_PRICES_KEY, seller_id])


_STATING_KEY = 7_041_011


def lock_stating(seller_id: int) -> None:
    """Wait for others who state facts for the seller; held until the transaction ends.

    Else the same form sent twice in one moment would find the fact unsaid both times.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_STATING_KEY, seller_id])
