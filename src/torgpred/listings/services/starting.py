"""Stock that a draft carries: a create starts with it, and an edit sends every field.

It is read just before the call, so that an edit made of an older file puts no older number over
a newer one. A SKU without a level keeps what the file told.
"""

from collections.abc import Mapping

import msgspec
from django.db import connection

from torgpred.channels import selectors as channel_reads
from torgpred.channels import services as channels
from torgpred.channels.core.drafts import Draft
from torgpred.listings.core.question import joint_prefix
from torgpred.stock.services.changes import available_sql, kept_sql

_KEY = "coalesce(named.offer_key, given.bare)"

_AVAILABLE = f"""
    SELECT given.sku,
           {available_sql("%(seller)s", _KEY)} + {kept_sql("%(seller)s", _KEY, "%(shop)s")}
    FROM unnest(%(skus)s::text[], %(bare)s::text[]) AS given (sku, bare)
    LEFT JOIN LATERAL (
        SELECT listing.offer_key FROM listings_listing listing
        JOIN listings_listedproduct product ON product.id = listing.product_id
        WHERE listing.seller_id = %(seller)s AND listing.sku = given.sku
          AND product.shop_id = %(shop)s AND listing.offer_key <> ''
        LIMIT 1
    ) named ON true
"""  # noqa: S608 - constants only


def with_stock(seller_id: int, shop_id: int, drafts: Mapping[bytes, Draft]) -> dict[bytes, Draft]:
    """Return the drafts with the stock that is available now. Inside the seller's scope."""
    known = _available(
        seller_id, shop_id, [one.sku for draft in drafts.values() for one in draft.variants]
    )
    most = channels.family_of(shop_id).rules.stock_max
    return {
        digest: msgspec.structs.replace(
            draft,
            variants=tuple(
                [
                    msgspec.structs.replace(one, stock=min(known[one.sku], most))
                    if one.sku in known
                    else one
                    for one in draft.variants
                ]
            ),
        )
        for digest, draft in drafts.items()
    }


def _available(seller_id: int, shop_id: int, skus: list[str]) -> dict[str, int]:
    """Return what is available by the shop's names of SKUs; those without a level are left out."""
    prefix = joint_prefix(seller_id) if channel_reads.shop(shop_id).joint else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _AVAILABLE,
            {
                "seller": seller_id,
                "shop": shop_id,
                "skus": skus,
                "bare": [sku.removeprefix(prefix) for sku in skus],
            },
        )
        return {sku: pieces for sku, pieces in cursor.fetchall() if pieces is not None}
