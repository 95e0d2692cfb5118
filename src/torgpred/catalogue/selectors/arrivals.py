"""When something came into a catalogue that was not as it stood before."""

from datetime import datetime
from typing import Final, LiteralString

from django.db import connection

from torgpred.runtime.scope import scope

_LAST: Final[LiteralString] = """
    SELECT greatest(
        (SELECT finished_at FROM catalogue_intake
         WHERE seller_id = %(seller)s AND outcome = 'taken'
           AND coalesce((counts ->> 'added')::int, 0) + coalesce((counts ->> 'changed')::int, 0)
             + coalesce((counts ->> 'returned')::int, 0)
             + coalesce((counts ->> 'missing')::int, 0) > 0
         ORDER BY id DESC LIMIT 1),
        (SELECT ended_at FROM catalogue_readingrequest
         WHERE seller_id = %(seller)s AND pictures AND (report ->> 'kept')::int > 0
         ORDER BY id DESC LIMIT 1))
"""


def last_arrival(seller_id: int) -> datetime | None:
    """Return when a seller's goods changed last, or pictures of them were kept; None where never.

    A file that repeats what is known, and a ZIP of which nothing was kept, are none.
    """
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_LAST, {"seller": seller_id})
        found: datetime | None = cursor.fetchone()[0]
    return found
