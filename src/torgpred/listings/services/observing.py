"""Observe: walk through what stands in a shop, and keep what buyers see with its times.

The list tells little of each product, detail costs one call each. So a product's detail is read
only where its line in the list changed since last time, or where it was never read.
A product counts as gone only after a whole walk that no longer met it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from django.db import connection

from torgpred.channels import selectors as channel_reads
from torgpred.channels import services as channels
from torgpred.channels.core.drafts import Seen, SeenVariant
from torgpred.kernel.clock import now
from torgpred.kernel.digests import digest_of
from torgpred.listings import models
from torgpred.runtime.scope import operator_scope


class Depth(StrEnum):
    """How much to read."""

    LIST = "list"  # the list alone: prices, titles, states
    CHANGED = "changed"  # and detail where the list differs, or was never read
    ALL = "all"  # and every product's detail


class Observed(msgspec.Struct, frozen=True):
    """What one walk met."""

    products: int
    details: int
    changed: int
    unknown: int
    gone: int


class _Known(msgspec.Struct, frozen=True):
    """A product of ours as it was before this walk."""

    id: int
    seller_id: int
    remote_id: str
    page_digest: bytes | None
    seen: Seen | None


def observe(
    *,
    shop_id: int,
    depth: Depth = Depth.CHANGED,
    on_progress: Callable[[int, int], None] | None = None,
) -> Observed:
    """Walk through a shop once and record what was seen.

    `on_progress` is told (products met, details read). Raises RetryLaterError or NeedsPersonError
    where the walk cannot be finished: what was seen until then is kept, nothing is called gone.
    """
    connector = channels.open(shop_id)
    walk_id = _begin(shop_id)
    met: set[int] = set()
    details = changed = unknown = 0
    cursor = ""
    while True:
        page = connector.page(cursor)
        known = _known(shop_id, page.products)
        unknown += len(page.products) - len(known)
        for seen in page.products:
            before = known.get(seen.remote_id)
            if before is None:
                continue
            met.add(before.id)
            whole, digest = seen, _page_digest(seen)
            if _detail_due(depth, before, digest):
                told = connector.detail(seen.remote_id)
                details += 1
                whole = merged(seen, told) if told is not None else seen
            elif before.seen is not None:
                whole = merged(before.seen, seen)
            changed += _keep(before, whole, digest)
            if on_progress is not None:
                on_progress(len(met) + unknown, details)
        if not page.next:
            break
        cursor = page.next
    gone = _finish(shop_id, walk_id, met, unknown)
    return Observed(
        products=len(met) + unknown, details=details, changed=changed, unknown=unknown, gone=gone
    )


def merged(base: Seen, newer: Seen) -> Seen:
    """Return what two answers tell together; the newer one wins wherever it told anything."""
    told = {
        name: value
        for name in Seen.__struct_fields__
        if (value := getattr(newer, name)) is not None and name != "variants"
    }
    before = {variant.sku: variant for variant in base.variants}
    variants = tuple(
        _merged_variant(before.get(variant.sku), variant) for variant in newer.variants
    )
    return msgspec.structs.replace(base, **told, variants=variants)


def _merged_variant(base: SeenVariant | None, newer: SeenVariant) -> SeenVariant:
    if base is None:
        return newer
    told = {
        name: value
        for name in SeenVariant.__struct_fields__
        if (value := getattr(newer, name)) is not None
    }
    if newer.price is not None:
        # A price without a discount beside it means that there is none any more.
        told["discount_price"] = newer.discount_price
    return msgspec.structs.replace(base, **told)


def _detail_due(depth: Depth, before: _Known, page_digest: bytes) -> bool:
    if depth is Depth.LIST:
        return False
    return depth is Depth.ALL or before.seen is None or before.page_digest != page_digest


def _page_digest(seen: Seen) -> bytes:
    return digest_of(seen)


def _begin(shop_id: int) -> int:
    with operator_scope():
        tenant_id = channel_reads.shop(shop_id).tenant_id
        return models.Observation.objects.create(
            tenant_id=tenant_id, shop_id=shop_id, started_at=now()
        ).pk


def _known(shop_id: int, products: Sequence[Seen]) -> dict[str, _Known]:
    with operator_scope():
        rows = models.ListedProduct.objects.filter(
            shop_id=shop_id, remote_id__in=[seen.remote_id for seen in products]
        )
        return {
            row.remote_id: _Known(
                id=row.pk,
                seller_id=row.seller_id,
                remote_id=row.remote_id,
                page_digest=None if row.page_digest is None else bytes(row.page_digest),
                seen=None if row.seen is None else msgspec.json.decode(bytes(row.seen), type=Seen),
            )
            for row in rows
        }


def _keep(before: _Known, seen: Seen, page_digest: bytes) -> bool:
    """Record one product as seen; return whether it differs from what was known.

    A product seen for the first time after our own change keeps `agreed_digest` only until the
    next plan has compared it: so it is forgotten here whenever anything differs.
    """
    if before.seen == seen and before.page_digest == page_digest:
        return False
    differs = before.seen is None or before.seen != seen
    moment = now()
    with operator_scope():
        row = models.ListedProduct.objects.select_for_update().get(pk=before.id)
        row.seen = msgspec.json.encode(seen)
        row.seen_at = moment
        row.status = seen.status.value
        row.page_digest = page_digest
        row.gone_at = None
        if differs:
            row.agreed_digest = None
        row.save()
        _keep_variants(before, seen, moment)
    return differs


def _keep_variants(before: _Known, seen: Seen, moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO listings_listing (seller_id, product_id, sku, remote_sku_id, stock)
            SELECT %s, %s, given.sku, given.remote, given.stock
            FROM unnest(%s::text[], %s::text[], %s::int[]) AS given (sku, remote, stock)
            ON CONFLICT (seller_id, product_id, sku) DO UPDATE
            SET remote_sku_id = excluded.remote_sku_id,
                stock = coalesce(excluded.stock, listings_listing.stock)
            """,
            [
                before.seller_id,
                before.id,
                [variant.sku for variant in seen.variants],
                [variant.remote_sku_id for variant in seen.variants],
                [variant.stock for variant in seen.variants],
            ],
        )
        priced = [variant for variant in seen.variants if variant.price is not None]
        # A period ends where the next begins; an unchanged price keeps its open period.
        cursor.execute(
            """
            WITH now_seen AS (
                SELECT listing.id, given.price, given.discount
                FROM unnest(%(skus)s::text[], %(prices)s::numeric[], %(discounts)s::numeric[])
                     AS given (sku, price, discount)
                JOIN listings_listing listing
                  ON listing.seller_id = %(seller)s AND listing.product_id = %(product)s
                 AND listing.sku = given.sku
            ), ended AS (
                UPDATE listings_shelfprice shelf SET until = %(moment)s
                FROM now_seen
                WHERE shelf.seller_id = %(seller)s AND shelf.listing_id = now_seen.id
                  AND shelf.until IS NULL
                  AND (shelf.price, shelf.discount_price)
                      IS DISTINCT FROM (now_seen.price, now_seen.discount)
                RETURNING shelf.listing_id
            )
            SELECT now_seen.id, now_seen.price, now_seen.discount FROM now_seen
            WHERE now_seen.id IN (SELECT listing_id FROM ended) OR NOT EXISTS (
                SELECT 1 FROM listings_shelfprice shelf
                WHERE shelf.seller_id = %(seller)s AND shelf.listing_id = now_seen.id
                  AND shelf.until IS NULL)
            """,
            {
                "skus": [variant.sku for variant in priced],
                "prices": [variant.price for variant in priced],
                "discounts": [variant.discount_price for variant in priced],
                "seller": before.seller_id,
                "product": before.id,
                "moment": moment,
            },
        )
        fresh = cursor.fetchall()
    models.ShelfPrice.objects.bulk_create(
        models.ShelfPrice(
            seller_id=before.seller_id,
            listing_id=listing_id,
            price=price,
            discount_price=discount,
            currency=seen.currency or "",
            seen_from=moment,
        )
        for listing_id, price, discount in fresh
    )


def _finish(shop_id: int, walk_id: int, met: set[int], unknown: int) -> int:
    moment = now()
    with operator_scope():
        models.Observation.objects.filter(pk=walk_id).update(
            finished_at=moment, products=len(met) + unknown, unknown=unknown
        )
        started = models.Observation.objects.values_list("started_at", flat=True).get(pk=walk_id)
        with connection.cursor() as cursor:
            # Only what stood there before the walk began can have been missed by it.
            cursor.execute(
                """
                UPDATE listings_listedproduct SET gone_at = %s, agreed_digest = NULL
                WHERE shop_id = %s AND gone_at IS NULL AND id <> ALL(%s)
                  AND bound_at < %s
                """,
                [moment, shop_id, list(met), started],
            )
            return int(cursor.rowcount)
