"""Goods of the catalogue that no warehouse has a level of: nobody told how many there are."""

from typing import Any, LiteralString

from django.db import connection

from torgpred.catalogue.selectors.searching import sought
from torgpred.runtime.scope import scope

_LEVEL: LiteralString = """EXISTS (
        SELECT FROM stock_level level
        WHERE level.seller_id = %(seller)s AND level.sku = offer.key)
"""
_UNCOUNTED: LiteralString = f"""
    FROM catalogue_offer offer
    WHERE offer.seller_id = %(seller)s AND offer.state = 'present' AND NOT {_LEVEL}
"""
_PAGE: LiteralString = f"""
    SELECT offer.key {_UNCOUNTED} AND offer.key > %(after)s ORDER BY offer.key LIMIT %(limit)s
"""
# Each side by itself: the planner cannot tell how many offers a text means.
_PAGE_OF: LiteralString = f"""
    WITH meant AS MATERIALIZED ({{found}}),
    unknown AS MATERIALIZED (SELECT offer.key {_UNCOUNTED} AND offer.key > %(after)s)
    SELECT unknown.key FROM unknown WHERE unknown.key IN (SELECT meant.key FROM meant)
    ORDER BY unknown.key LIMIT %(limit)s
"""  # noqa: S608 - constants only


def uncounted(seller_id: int, *, text: str = "", after: str = "", limit: int = 100) -> list[str]:
    """Return the next SKUs in the catalogue without a level, after one, in order.

    With a text: of those that it means (catalogue.selectors.searching).
    """
    names: dict[str, Any] = {"seller": seller_id, "after": after, "limit": limit}
    with scope(seller_id), connection.cursor() as cursor:
        if text:
            found = sought(seller_id, text)
            cursor.execute(_PAGE_OF.replace("{found}", found.query), names | found.names)
        else:
            cursor.execute(_PAGE, names)
        return [sku for (sku,) in cursor.fetchall()]


def uncounted_number(seller_id: int) -> int:
    """Count the SKUs in the catalogue without a level."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_UNCOUNTED}", {"seller": seller_id})
        return int(cursor.fetchone()[0])
