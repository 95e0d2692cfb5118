"""Reading what is known of a seller's offers, set-wise, and of them only what changed.

One statement finds every offer that stands in a shop or is ready to be listed there, takes the
digest of all that it is judged by, removes judgements of offers that are no longer such, and tells
only those whose digest is another than the kept one: drafts and what was seen are opened for
these alone.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, LiteralString

import msgspec
from django.db import connection

from torgpred.channels.core.drafts import Status
from torgpred.channels.core.shops import ShopCard
from torgpred.programmes.core.values import Programme

STANDING: Final = [Status.ON_SALE.value, Status.IN_REVIEW.value]
"""States in which a product stands in a shop."""

# Looked up offer by offer through indexes that begin with the seller: no plan can go wrong on
# tables that grew since they were last counted. `free` is what reserving calls free, so that the
# warehouse promised is the one that an order is served from.
_CURRENT: LiteralString = """
    current AS MATERIALIZED (
        SELECT offer.key AS sku, offer.product_key, offer.category_key,
               place.shop_id, place.currency, coalesce(mapping.market_category, '') AS category,
               product.id AS product_id, listing.id IS NOT NULL AS listed,
               product.seen IS NOT NULL
                   AND (product.applied_at IS NULL OR product.seen_at >= product.applied_at)
                   AS fresh,
               desired.draft_digest, coalesce(shelf.discount_price, shelf.price) AS shelf_price,
               level.here, level.abroad, coalesce(level.serves, '') AS serves,
               decode(md5(row(
                   %(context)s::text, offer.category_key, offer.product_key,
                   mapping.market_category, place.currency, listing.id, product.seen_digest,
                   product.applied_digest, product.seen_at >= product.applied_at,
                   desired.draft_digest, shelf.discount_price, shelf.price,
                   level.here, level.abroad, level.serves)::text), 'hex') AS digest
        FROM catalogue_offer offer
        CROSS JOIN unnest(%(shops)s::bigint[], %(joint)s::bool[], %(currencies)s::text[])
             AS place (shop_id, joint, currency)
        LEFT JOIN listings_mapping mapping
          ON mapping.seller_id = offer.seller_id AND mapping.family = %(family)s
         AND mapping.category_key = offer.category_key
        LEFT JOIN listings_desired desired
          ON desired.seller_id = offer.seller_id AND desired.shop_id = place.shop_id
         AND desired.product_key = offer.product_key
        LEFT JOIN listings_listedproduct product
          ON product.seller_id = offer.seller_id AND product.shop_id = place.shop_id
         AND product.product_key = offer.product_key AND product.gone_at IS NULL
         AND product.status = ANY(%(standing)s)
        LEFT JOIN LATERAL (
            SELECT own.id FROM listings_listing own
            WHERE own.seller_id = offer.seller_id AND own.product_id = product.id
              AND NOT own.not_ours
              AND CASE WHEN own.offer_key <> '' THEN own.offer_key = offer.key
                       WHEN place.joint THEN own.sku = %(prefix)s || offer.key
                       ELSE own.sku = offer.key END
            LIMIT 1
        ) listing ON true
        LEFT JOIN listings_shelfprice shelf
          ON shelf.seller_id = offer.seller_id AND shelf.listing_id = listing.id
         AND shelf.until IS NULL
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(greatest(one.on_hand - one.reserved - one.buffer - one.owing, 0))
                       FILTER (WHERE house.country = %(country)s), 0)::int AS here,
                   coalesce(sum(greatest(one.on_hand - one.reserved - one.buffer - one.owing, 0))
                       FILTER (WHERE house.country <> %(country)s), 0)::int AS abroad,
                   (array_agg(house.code ORDER BY house.rank, house.id)
                       FILTER (WHERE house.country = %(country)s AND one.on_hand - one.reserved
                           - one.locked - one.buffer - one.owing > 0))[1] AS serves
            FROM stock_level one JOIN stock_warehouse house ON house.id = one.warehouse_id
            WHERE one.seller_id = offer.seller_id AND one.sku = offer.key
            HAVING count(*) > 0
        ) level ON true
        WHERE offer.seller_id = %(seller)s AND offer.state = 'present'
          AND (listing.id IS NOT NULL
               OR desired.draft_digest IS NOT NULL AND (
                   desired.ready_offers = desired.offers
                   -- Some of its variants are held: a remark of its own says which.
                   OR NOT EXISTS (
                       SELECT FROM json_array_elements(
                           CASE WHEN desired.findings = ''::bytea THEN '[]'::json
                                ELSE convert_from(desired.findings, 'UTF8')::json END) remark
                       WHERE remark ->> 1 = offer.key AND remark -> 0 ->> 'severity' = 'error')))
    )
"""
_CHANGED: LiteralString = f"""
    WITH {_CURRENT},
    gone AS (
        DELETE FROM programmes_judgement old
        WHERE old.seller_id = %(seller)s AND old.family = %(family)s AND old.code = %(code)s
          AND (old.shop_id, old.sku) NOT IN (SELECT shop_id, sku FROM current)
        RETURNING 1
    ),
    changed AS (
        SELECT current.* FROM current
        LEFT JOIN programmes_judgement kept
          ON kept.seller_id = %(seller)s AND kept.family = %(family)s AND kept.code = %(code)s
         AND kept.shop_id = current.shop_id AND kept.sku = current.sku
        WHERE kept.digest IS DISTINCT FROM current.digest
    )
    SELECT (SELECT count(*) FROM current)::int, (SELECT count(*) FROM gone)::int,
           changed.shop_id, changed.sku, changed.product_key, changed.category_key,
           changed.category, changed.listed, changed.here, changed.abroad, changed.serves,
           coalesce(seen.lead_time_days, draft.lead_time_days),
           coalesce(draft.brand, seen.brand, ''),
           coalesce(changed.shelf_price, (
               SELECT (figures ->> 1)::numeric
               FROM listings_desired desired
               CROSS JOIN json_array_elements(
                   CASE WHEN desired.prices = ''::bytea THEN '[]'::json
                        ELSE convert_from(desired.prices, 'UTF8')::json END) figures
               WHERE desired.seller_id = %(seller)s AND desired.shop_id = changed.shop_id
                 AND desired.product_key = changed.product_key AND figures ->> 0 = changed.sku
               LIMIT 1)),
           changed.currency, changed.digest
    FROM (SELECT 1) always LEFT JOIN changed ON true
    LEFT JOIN LATERAL (
        SELECT told.lead_time_days, told.brand FROM listings_listedproduct product
        CROSS JOIN json_to_record(convert_from(product.seen, 'UTF8')::json)
             AS told (lead_time_days int, brand text)
        WHERE changed.fresh AND product.id = changed.product_id
    ) seen ON true
    LEFT JOIN LATERAL (
        SELECT told.lead_time_days, told.brand FROM listings_draftcontent draft
        CROSS JOIN json_to_record(convert_from(draft.content, 'UTF8')::json)
             AS told (lead_time_days int, brand text)
        WHERE draft.seller_id = %(seller)s AND draft.digest = changed.draft_digest
          -- Opened only where it tells what the shop did not: drafts hold whole descriptions.
          AND (seen.lead_time_days IS NULL OR %(branded)s)
    ) draft ON true
"""  # noqa: S608 - constants only


class Changed(msgspec.Struct, frozen=True, gc=False):
    """An offer in a shop that has to be judged: what is known of it; None where nobody knows."""

    shop_id: int
    sku: str
    product_key: str
    category_key: str
    """The seller's."""
    category: str
    """The marketplace's, as mapped; empty where it is not."""
    listed: bool
    here: int | None
    abroad: int | None
    serves: str
    """The local warehouse that the next order is served from; empty where none has a piece."""
    lead_days: int | None
    brand: str
    price: Decimal | None
    currency: str
    digest: bytes


class Found(msgspec.Struct, frozen=True):
    """What one look found: all offers that are to be judged, those no longer such, the changed."""

    offers: int
    gone: int
    changed: list[Changed]


def look(
    *, seller_id: int, programme: Programme, shops: Sequence[ShopCard], prefix: str, context: bytes
) -> Found:
    """Find what changed since it was judged, and forget offers that are no longer to be judged.

    `context` is the digest of all that judging depends on beside the offers. Inside the seller's
    scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED,
            {
                "seller": seller_id,
                "family": programme.family,
                "code": programme.code,
                "country": programme.country,
                "shops": [one.id for one in shops],
                "joint": [one.joint for one in shops],
                "currencies": [one.currency for one in shops],
                "prefix": prefix,
                "context": context.hex(),
                "standing": STANDING,
                "branded": any(one.kind == "papers" for one in programme.conditions),
            },
        )
        rows = cursor.fetchall()
    changed = [
        Changed(*(*row[2:15], bytes(row[15])))
        for row in rows
        if row[2] is not None  # one line that holds the counts alone is there in any case
    ]
    return Found(rows[0][0], rows[0][1], changed)
