"""What stands on sale in a shop: its SKUs with their prices and the stock that buyers may see."""

from decimal import Decimal
from typing import Final

import msgspec
from django.db import connection

from torgpred.listings.models.telling import OFFER_KEY
from torgpred.runtime.scope import operator_scope
from torgpred.stock.services.changes import available_sql, kept_sql

_ON_SALE: Final = f"""
    SELECT product.remote_id, product.external_id, listing.sku, shelf.price, shelf.discount_price,
           CASE WHEN listing.not_ours THEN coalesce(listing.stock, 0) ELSE coalesce(
               {available_sql("product.seller_id", f"({OFFER_KEY})")}
               + {kept_sql("product.seller_id", f"({OFFER_KEY})", "product.shop_id")}, 0) END
    FROM listings_listedproduct product
    JOIN channels_shop place ON place.id = product.shop_id
    JOIN listings_listing listing
      ON listing.seller_id = product.seller_id AND listing.product_id = product.id
    LEFT JOIN listings_shelfprice shelf
      ON shelf.seller_id = listing.seller_id AND shelf.listing_id = listing.id
     AND shelf.until IS NULL
    WHERE product.shop_id = %s AND product.gone_at IS NULL AND product.status = 'on_sale'
    ORDER BY product.id, listing.id
"""  # noqa: S608 - constants only


class OnSale(msgspec.Struct, frozen=True):
    """An SKU as it stands in a shop. `price` is None where nobody saw it yet.

    `pieces` is what the shop should show: what is free, and what locks keep for it.
    """

    remote_id: str
    external_id: str
    sku: str
    price: Decimal | None
    discount_price: Decimal | None
    pieces: int


def on_sale(shop_id: int) -> list[OnSale]:
    """Return all SKUs that stand on sale in a shop, product by product; for the operator."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_ON_SALE, [shop_id])
        return [OnSale(*row) for row in cursor.fetchall()]
