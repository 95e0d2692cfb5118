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
# What is told of a category is told in the same bytes of all its products.
_TOLD: LiteralString = """
    SELECT (array_agg(product_key ORDER BY product_key))[1:5], sum(ready_offers)::int, findings
    FROM listings_desired
    WHERE seller_id = %s AND shop_id = %s AND ready_offers > 0
      AND (position('"paper.'::bytea IN findings) > 0
           OR position('"goods.restricted"'::bytea IN findings) > 0)
    GROUP BY findings
"""


def legal_advice(seller_id: int, shop_id: int) -> tuple[AdviceGroup, ...]:
    """Return what the law may ask for a shop's ready goods, as of its last plan."""
    decode = msgspec.json.Decoder(tuple[Remark, ...]).decode
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_TOLD, [seller_id, shop_id])
        rows = [(tuple(keys), ready, decode(bytes(told))) for keys, ready, told in cursor]
    return advised(rows, LEGAL)
