"""Shelf prices of before we first looked: what a record kept elsewhere tells that buyers saw.

What was seen by ourselves is never touched: what is taken over ends where that begins.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.runtime.scope import scope

_TAKE_OVER: LiteralString = """
    WITH first AS (
        SELECT listing.id, listing.sku, shelf.currency, shelf.seen_from
        FROM listings_listing listing
        JOIN listings_listedproduct product
          ON product.id = listing.product_id AND product.shop_id = %(shop)s
        JOIN LATERAL (
            SELECT currency, seen_from FROM listings_shelfprice
            WHERE seller_id = listing.seller_id AND listing_id = listing.id
            ORDER BY seen_from LIMIT 1) shelf ON true
        WHERE listing.seller_id = %(seller)s AND listing.sku = ANY(%(skus)s)
    )
    INSERT INTO listings_shelfprice
        (seller_id, listing_id, price, discount_price, currency, seen_from, until)
    SELECT %(seller)s, first.id, given.price, given.discount, first.currency, given.since,
           least(given.until, first.seen_from)
    FROM unnest(%(skus)s::text[], %(prices)s::numeric[], %(discounts)s::numeric[],
                %(since)s::timestamptz[], %(until)s::timestamptz[])
         AS given (sku, price, discount, since, until)
    JOIN first ON first.sku = given.sku
    WHERE given.since < least(given.until, first.seen_from)
"""


class ShownBefore(msgspec.Struct, frozen=True):
    """What buyers saw of a shop's SKU from a moment until another; aware times.

    `price` is the listed one, `discount` what was paid where that was less. In the shop's currency.
    """

    sku: str
    price: Decimal
    since: datetime
    until: datetime
    discount: Decimal | None = None


def take_over(*, seller_id: int, shop_id: int, shown: Sequence[ShownBefore]) -> int:
    """Add periods that end where we first saw a price ourselves; return how many were added.

    Of one SKU they follow one another, none over the next. SKUs that were never seen here are left
    out, as is what lies after the first look: so repeating it adds nothing, once they reach to it.
    """
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            _TAKE_OVER,
            {
                "seller": seller_id,
                "shop": shop_id,
                "skus": [one.sku for one in shown],
                "prices": [one.price for one in shown],
                "discounts": [one.discount for one in shown],
                "since": [one.since for one in shown],
                "until": [one.until for one in shown],
            },
        )
        return int(cursor.rowcount)
