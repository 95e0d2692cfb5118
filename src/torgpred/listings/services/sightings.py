"""What was seen in a shop, as rows: products, listings, and shelf prices as periods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from torgpred.channels.core.drafts import Seen, SeenVariant
from torgpred.kernel.clock import now
from torgpred.kernel.digests import canonical, digest_of
from torgpred.listings.core.diff import PRODUCT_FIELDS, VARIANT_FIELDS
from torgpred.listings.services import marking
from torgpred.runtime.scope import operator_scope


class Known(msgspec.Struct, frozen=True):
    """A product of ours as it was before it was met again."""

    id: int
    seller_id: int
    remote_id: str
    page_digest: bytes | None
    seen: Seen | None
    applied_digest: bytes | None
    status: str


class Sighting(msgspec.Struct, frozen=True):
    """A product that was met and is not as it was known."""

    before: Known
    seen: Seen
    page_digest: bytes


def state_digest(seen: Seen) -> bytes:
    """Return 16 bytes over what was seen but for stock and times, which move by themselves."""
    variants = tuple([msgspec.structs.replace(one, stock=None) for one in seen.variants])
    return digest_of(msgspec.structs.replace(seen, variants=variants, changed_at=""))


_KEEP = """
    UPDATE listings_listedproduct product
    SET seen = given.seen, seen_at = %(moment)s, status = given.status,
        seen_digest = given.state, page_digest = given.page_digest, gone_at = NULL,
        told_since = product.told_since || given.since,
        agreed_digest = CASE WHEN given.differs THEN NULL ELSE product.agreed_digest END
    FROM unnest(%(ids)s::bigint[], %(seen)s::bytea[], %(statuses)s::text[], %(pages)s::bytea[],
                %(differ)s::bool[], %(applied)s::bytea[], %(before)s::text[], %(since)s::jsonb[],
                %(states)s::bytea[])
         AS given (id, seen, status, page_digest, differs, applied, before, since, state)
    WHERE product.id = given.id AND product.status = given.before
      AND product.applied_digest IS NOT DISTINCT FROM given.applied
    RETURNING product.id
"""

# What of it takes no notes of changes before this transaction ends.
_BEGINNING = """
    SELECT id FROM listings_listedproduct
    WHERE id = ANY (%(products)s::bigint[]) AND (gone_at IS NOT NULL OR status = 'deleted')
    UNION
    SELECT given.product
    FROM unnest(%(sellers)s::bigint[], %(products)s::bigint[], %(skus)s::text[])
         AS given (seller, product, sku)
    LEFT JOIN listings_listing listing
      ON listing.seller_id = given.seller AND listing.product_id = given.product
     AND listing.sku = given.sku AND listing.gone_at IS NULL
    WHERE listing.id IS NULL
"""

_LISTINGS = """
    INSERT INTO listings_listing AS listing (seller_id, product_id, sku, remote_sku_id, stock)
    SELECT seller, product, sku, remote, stock
    FROM unnest(%(sellers)s::bigint[], %(products)s::bigint[], %(skus)s::text[],
                %(remotes)s::text[], %(stocks)s::int[])
         AS given (seller, product, sku, remote, stock)
    ON CONFLICT (seller_id, product_id, sku) DO UPDATE
    SET remote_sku_id = excluded.remote_sku_id,
        stock = coalesce(excluded.stock, listing.stock), gone_at = NULL
"""

_GONE = """
    UPDATE listings_listing listing SET gone_at = %(moment)s
    FROM listings_listedproduct product
    WHERE product.id = ANY (%(products)s::bigint[])
      AND listing.seller_id = product.seller_id AND listing.product_id = product.id
      AND listing.gone_at IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM unnest(%(products)s::bigint[], %(skus)s::text[]) AS given (product, sku)
        WHERE given.product = product.id AND given.sku = listing.sku)
"""

# A period ends where the next begins; an unchanged price keeps its open period.
_PRICES = """
    WITH now_seen AS (
        SELECT given.seller, listing.id, given.price, given.discount, given.currency
        FROM unnest(%(sellers)s::bigint[], %(products)s::bigint[], %(skus)s::text[],
                    %(prices)s::numeric[], %(discounts)s::numeric[], %(currencies)s::text[])
             AS given (seller, product, sku, price, discount, currency)
        JOIN listings_listing listing
          ON listing.seller_id = given.seller AND listing.product_id = given.product
         AND listing.sku = given.sku
        WHERE given.price IS NOT NULL
    ), fresh AS (
        SELECT now_seen.* FROM now_seen
        LEFT JOIN listings_shelfprice shelf
          ON shelf.seller_id = now_seen.seller AND shelf.listing_id = now_seen.id
         AND shelf.until IS NULL
        WHERE shelf.id IS NULL OR (shelf.price, shelf.discount_price, shelf.currency)
              IS DISTINCT FROM (now_seen.price, now_seen.discount, now_seen.currency)
    )
    UPDATE listings_shelfprice shelf SET until = %(moment)s
    FROM fresh
    WHERE shelf.seller_id = fresh.seller AND shelf.listing_id = fresh.id AND shelf.until IS NULL
"""

_NEW_PRICES = """
    INSERT INTO listings_shelfprice
        (seller_id, listing_id, price, discount_price, currency, seen_from)
    SELECT given.seller, listing.id, given.price, given.discount, given.currency, %(moment)s
    FROM unnest(%(sellers)s::bigint[], %(products)s::bigint[], %(skus)s::text[],
                %(prices)s::numeric[], %(discounts)s::numeric[], %(currencies)s::text[])
         AS given (seller, product, sku, price, discount, currency)
    JOIN listings_listing listing
      ON listing.seller_id = given.seller AND listing.product_id = given.product
     AND listing.sku = given.sku
    WHERE given.price IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM listings_shelfprice shelf
        WHERE shelf.seller_id = given.seller AND shelf.listing_id = listing.id
          AND shelf.until IS NULL)
"""


def keep(news: Sequence[Sighting], currency: str) -> int:
    """Record one page of sightings in one transaction; return how many products differ.

    A product that an apply changed since it was known is left for the next walk: what was met
    may be older than that change. Wherever anything differs its agreement is forgotten, so that
    the next plan compares it. `currency` is the shop's, for answers that name none.
    """
    if not news:
        return 0
    moment = now()
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_BEGINNING, _variants(news, currency))
        beginning = {row[0] for row in cursor.fetchall()}
        kept = _keep_products(cursor, news, moment)
        held = [one for one in news if one.before.id in kept]
        rows = _variants(held, currency) | {"moment": moment}
        cursor.execute(_LISTINGS, rows)
        cursor.execute(_GONE, rows)
        cursor.execute(_PRICES, rows)
        cursor.execute(_NEW_PRICES, rows)
        marking.mark_differing(sorted(kept), moment=moment)
        marking.look_anew(sorted(kept & beginning), moment=moment)
    return sum(one.before.seen != one.seen for one in held)


def _keep_products(
    cursor: Any,  # noqa: ANN401 - Django's cursor
    news: Sequence[Sighting],
    moment: datetime,
) -> set[int]:
    ordered = sorted(news, key=lambda one: one.before.id)
    cursor.execute(
        _KEEP,
        {
            "moment": moment,
            "ids": [one.before.id for one in ordered],
            "seen": [msgspec.json.encode(one.seen) for one in ordered],
            "statuses": [one.seen.status.value for one in ordered],
            "pages": [one.page_digest for one in ordered],
            # The first look after an apply is compared even if it shows nothing new: then the
            # marketplace did not do what it said it did.
            "differ": [
                one.before.seen != one.seen or one.before.page_digest is None for one in ordered
            ],
            "since": [canonical(_since(one, moment)).decode() for one in ordered],
            "applied": [one.before.applied_digest for one in ordered],
            "before": [one.before.status for one in ordered],
            "states": [state_digest(one.seen) for one in ordered],
        },
    )
    return {row[0] for row in cursor.fetchall()}


def _since(one: Sighting, moment: datetime) -> dict[str, datetime]:
    """Return the fields that stand differently since this look, each with its time."""
    if one.before.seen is None:
        return {}
    changed = dict.fromkeys(_differing("", _PRODUCT, one.before.seen, one.seen), moment)
    was = {variant.sku: variant for variant in one.before.seen.variants}
    for variant in one.seen.variants:
        other = was.pop(variant.sku, None)
        if other is None:
            changed[f"{variant.sku}/variant"] = moment
        else:
            changed |= dict.fromkeys(
                _differing(f"{variant.sku}/", VARIANT_FIELDS, other, variant), moment
            )
    return changed | {f"{sku}/variant": moment for sku in was}


_PRODUCT = (*PRODUCT_FIELDS, "status")


def _differing(
    place: str, fields: Sequence[str], before: Seen | SeenVariant, seen: Seen | SeenVariant
) -> list[str]:
    return [place + field for field in fields if getattr(before, field) != getattr(seen, field)]


def _variants(held: Sequence[Sighting], currency: str) -> dict[str, Any]:
    """Return one column for each field of the variants, an SKU of a product once."""
    by_sku = {
        (one.before.id, variant.sku): (one, variant)
        for one in held
        for variant in one.seen.variants
    }
    rows = list(by_sku.values())
    return {
        "sellers": [one.before.seller_id for one, _ in rows],
        "products": [one.before.id for one, _ in rows],
        "skus": [variant.sku for _, variant in rows],
        "remotes": [variant.remote_sku_id for _, variant in rows],
        "stocks": [variant.stock for _, variant in rows],
        "prices": [variant.price for _, variant in rows],
        "discounts": [variant.discount_price for _, variant in rows],
        "currencies": [one.seen.currency or currency for one, _ in rows],
    }
