"""What only a rehearsal's own copy does to listings: it waits for nothing of the real shops.

Raises EnclosureError unless the process is enclosed (`runtime.enclosed`).
"""

from django.db import connection

from torgpred.runtime import enclosed
from torgpred.runtime.scope import operator_scope

_FORGET = (
    """UPDATE listings_stocktelling SET call_id = NULL, lease_until = NULL, not_before = NULL,
              again_at = NULL, since = NULL""",
    "UPDATE listings_stocknumber SET told_version = version",
    "DELETE FROM listings_stockcall",
    "DELETE FROM listings_stockpause",
    # What people or clocks had under way in the real shops is no part of the day.
    "UPDATE listings_plan SET state = 'applied' WHERE state = 'applying'",
    """UPDATE listings_priceswitch SET settled_at = now()
       WHERE settled_at IS NULL AND (begun_at IS NOT NULL OR due_at < now())""",
)


def forget_the_real_shops() -> None:
    """Let nothing be under way: calls, pauses, plans and switches of the real shops.

    Every number counts as told: the twins begin with the numbers that they should show.
    """
    enclosed.require()
    with operator_scope(), connection.cursor() as cursor:
        for statement in _FORGET:
            cursor.execute(statement)
