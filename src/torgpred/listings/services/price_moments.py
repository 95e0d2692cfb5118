"""The moments at which prices change: noted when prices are planned, read when they are due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from torgpred.runtime import jobs

PREPARE: Final = "listings.prices_ahead"
"""Woken when a coming switch of prices is to be made ready."""
DUE: Final = "listings.prices_due"
"""Woken when prices are to change now."""
LOOK_AFTER: Final = "listings.prices_after"
"""Woken when prices are to be looked at after a switch."""

_NOTE = """
    INSERT INTO listings_priceswitch AS switch (seller_id, shop_id, due_at, looks, "left")
    SELECT %s, %s, due_at, 0, 0 FROM unnest(%s::timestamptz[]) AS given (due_at)
    ON CONFLICT (seller_id, shop_id, due_at) DO UPDATE
    SET inputs = ''::bytea, settled_at = NULL, look_at = NULL
"""

# A timed price changes what an offer costs when it begins and when it ends, or is withdrawn.
CONCERNED = """
    SELECT DISTINCT offer.product_key
    FROM listings_timedprice timed
    JOIN catalogue_offer offer
      ON offer.seller_id = timed.seller_id AND offer.key = timed.offer_key
    WHERE timed.seller_id = %(seller)s AND timed.shop_id = %(shop)s
      AND (timed.starts_at = ANY(%(dues)s)
             AND (timed.withdrawn_at IS NULL OR timed.withdrawn_at > timed.starts_at)
           OR timed.ends_at = ANY(%(dues)s)
             AND (timed.withdrawn_at IS NULL OR timed.withdrawn_at >= timed.ends_at)
           OR timed.withdrawn_at = ANY(%(dues)s) AND timed.starts_at <= timed.withdrawn_at)
"""


def note(seller_id: int, shop_id: int, moments: Sequence[datetime]) -> None:
    """Note that prices change at these moments; what was made ready for them is made anew.

    Inside the caller's scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [seller_id, shop_id, sorted(set(moments))])
    jobs.wake(PREPARE)
    jobs.wake(DUE)


def concerned(seller_id: int, shop_id: int, moments: Sequence[datetime]) -> list[str]:
    """Return the keys of the products whose price changes at some moments, in order."""
    with connection.cursor() as cursor:
        names: dict[str, Any] = {"seller": seller_id, "shop": shop_id, "dues": list(moments)}
        cursor.execute(CONCERNED, names)
        return sorted(row[0] for row in cursor.fetchall())
