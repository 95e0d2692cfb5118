"""What is told of a shop's ready goods although nothing holds them: papers that the law may ask."""

from typing import Final, LiteralString

import msgspec
from django.db import connection

from torgpred.listings.core.advised import AdviceGroup, advised
from torgpred.listings.core.checks.papers import PapersThere
from torgpred.listings.core.remarks import Remark
from torgpred.runtime.scope import scope

LEGAL: Final = frozenset(
    one.code
    for one in (
        PapersThere.ADVISED,
        PapersThere.RESTRICTED,
        PapersThere.ENDED_TOLD,
        PapersThere.ENDING,
    )
)
_MOST: Final = 400
"""Products that are looked at; of a larger catalogue so many, chosen by the hash of their keys."""
_NUMBER: LiteralString = """
    SELECT count(*) FROM listings_desired WHERE seller_id = %(seller)s AND shop_id = %(shop)s
"""
# Chosen by the index alone: rows are wide. What is told of a category is told in the same
# bytes of all its products.
_TOLD: LiteralString = """
    WITH chosen AS MATERIALIZED (
        SELECT product_key FROM listings_desired
        WHERE seller_id = %(seller)s AND shop_id = %(shop)s
          AND (hashtext(product_key) & 2147483647) %% %(every)s = 0
    )
    SELECT (array_agg(product_key ORDER BY product_key))[1:5], count(*)::int,
           sum(ready_offers)::int, findings
    FROM chosen JOIN listings_desired USING (product_key)
    WHERE seller_id = %(seller)s AND shop_id = %(shop)s AND ready_offers > 0
      AND (position('"paper.'::bytea IN findings) > 0
           OR position('"goods.restricted"'::bytea IN findings) > 0)
    GROUP BY findings
"""


class Advice(msgspec.Struct, frozen=True):
    """Advice in groups; `every`: one product of so many was looked at, and counts are estimates."""

    groups: tuple[AdviceGroup, ...]
    every: int


def legal_advice(seller_id: int, shop_id: int) -> Advice:
    """Return what the law may ask for a shop's ready goods, as of its last plan."""
    decode = msgspec.json.Decoder(tuple[Remark, ...]).decode
    names = {"seller": seller_id, "shop": shop_id}
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_NUMBER, names)
        every = max(-(-cursor.fetchall()[0][0] // _MOST), 1)
        cursor.execute(_TOLD, names | {"every": every})
        rows = [
            (tuple(keys), products * every, ready * every, decode(bytes(told)))
            for keys, products, ready, told in cursor
        ]
    return Advice(advised(rows, LEGAL), every)
