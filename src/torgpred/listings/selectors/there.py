"""How one offer stands in a shop now: its status and what a buyer pays for it there."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec
from django.db import connection

from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.listings.core.rebuilding import seen_now
from torgpred.listings.models.telling import OFFER_KEY
from torgpred.runtime.scope import scope

_THERE: Final = f"""
    SELECT product.status, product.seen, product.seen_at, listing.sku,
           CASE WHEN product.applied_at > coalesce(product.seen_at, '-infinity')
                THEN applied.content END
    FROM listings_listedproduct product
    JOIN channels_shop place ON place.id = product.shop_id
    JOIN listings_listing listing
      ON listing.seller_id = product.seller_id AND listing.product_id = product.id
    LEFT JOIN listings_draftcontent applied
      ON applied.seller_id = product.seller_id AND applied.digest = product.applied_digest
    WHERE product.seller_id = %s AND product.shop_id = %s AND product.product_key = %s
      AND product.gone_at IS NULL AND product.status <> 'deleted'
      AND NOT listing.not_ours AND ({OFFER_KEY}) = %s
"""  # noqa: S608 - constants only


class There(msgspec.Struct, frozen=True):
    """An offer in a shop as last seen, with what we carried out since.

    `price` is what a buyer pays, in the shop's currency; None where nobody knows it yet. `seen_at`
    is None before anybody looked.
    """

    status: str
    price: Decimal | None
    seen_at: datetime | None


def standing_there(seller_id: int, shop_id: int, product_key: str, offer_key: str) -> There | None:
    """Return how an offer stands in a shop; None where it does not, or was deleted there."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_THERE, [seller_id, shop_id, product_key, offer_key])
        row = cursor.fetchone()
    if row is None:
        return None
    status, content, seen_at, sku, unread = row
    last = None if unread is None else msgspec.json.decode(unread, type=Draft)
    now: Seen | Draft | None = last
    if content is not None:
        now = seen_now(msgspec.json.decode(content, type=Seen), Status(status), last)
    if now is None:
        return There(status, None, None)
    one = next((each for each in now.variants if each.sku == sku), None)
    if one is None:
        return None
    paid = one.price if one.discount_price is None else one.discount_price
    return There(status, paid, seen_at)


def on_sale_ids(seller_id: int, shop_id: int, product_keys: Sequence[str]) -> dict[str, str]:
    """Return the shop's own ids of those products that buyers can see there, by product key."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_key, remote_id FROM listings_listedproduct"
            " WHERE seller_id = %s AND shop_id = %s AND product_key = ANY(%s)"
            " AND gone_at IS NULL AND status = %s AND remote_id <> ''",
            [seller_id, shop_id, list(product_keys), Status.ON_SALE.value],
        )
        return dict(cursor.fetchall())
