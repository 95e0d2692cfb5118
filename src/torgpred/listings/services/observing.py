"""Observe: walk through what stands in a shop, and keep what buyers see with its times.

The list tells little of each product, detail costs one call each. So a product's detail is read
only where its line in the list changed since last time, or where it was never read.
A product counts as gone only after a whole walk that no longer met it.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

import msgspec
from django.db import connection

from torgpred.channels import selectors as channel_reads
from torgpred.channels import services as channels
from torgpred.channels.core.drafts import Seen, SeenVariant
from torgpred.kernel.clock import now
from torgpred.kernel.digests import digest_of
from torgpred.listings import models
from torgpred.listings.services import unbound
from torgpred.listings.services.sightings import Known, Sighting, keep
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
    currency = channel_reads.shop(shop_id).currency
    walk_id = _begin(shop_id)
    met: set[int] = set()
    details = changed = unknown = 0
    cursor = ""
    while True:
        page = connector.page(cursor)
        known = _known(shop_id, page.products)
        others = [seen for seen in page.products if seen.remote_id not in known]
        unbound.met(shop_id, others)
        unknown += len(others)
        news: list[Sighting] = []
        for seen in page.products:
            before = known.get(seen.remote_id)
            if before is None:
                continue
            met.add(before.id)
            whole, digest = seen, digest_of(seen)
            if _detail_due(depth, before, digest):
                told = connector.detail(seen.remote_id)
                details += 1
                whole = merged(seen, told) if told is not None else seen
            elif before.seen is not None:
                whole = merged(before.seen, seen)
            if before.seen != whole or before.page_digest != digest:
                news.append(Sighting(before=before, seen=whole, page_digest=digest))
            if on_progress is not None:
                on_progress(len(met) + unknown, details)
        changed += keep(news, currency)
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
    if not newer.note and newer.status is base.status:
        told["note"] = base.note  # the list never tells why a product was rejected
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


def _detail_due(depth: Depth, before: Known, page_digest: bytes) -> bool:
    if depth is Depth.LIST:
        return False
    return depth is Depth.ALL or before.seen is None or before.page_digest != page_digest


def _begin(shop_id: int) -> int:
    with operator_scope():
        tenant_id = channel_reads.shop(shop_id).tenant_id
        return models.Observation.objects.create(
            tenant_id=tenant_id, shop_id=shop_id, started_at=now()
        ).pk


def _known(shop_id: int, products: Sequence[Seen]) -> dict[str, Known]:
    with operator_scope():
        rows = models.ListedProduct.objects.filter(
            shop_id=shop_id, remote_id__in=[seen.remote_id for seen in products]
        )
        return {
            row.remote_id: Known(
                id=row.pk,
                seller_id=row.seller_id,
                remote_id=row.remote_id,
                page_digest=None if row.page_digest is None else bytes(row.page_digest),
                seen=None if row.seen is None else msgspec.json.decode(bytes(row.seen), type=Seen),
                applied_digest=None if row.applied_digest is None else bytes(row.applied_digest),
                status=row.status,
            )
            for row in rows
        }


def _finish(shop_id: int, walk_id: int, met: set[int], unknown: int) -> int:
    moment = now()
    with operator_scope():
        models.Observation.objects.filter(pk=walk_id).update(
            finished_at=moment, products=len(met) + unknown, unknown=unknown
        )
        started = models.Observation.objects.values_list("started_at", flat=True).get(pk=walk_id)
        unbound.forget_unmet(shop_id, started)
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
            gone = int(cursor.rowcount)
            if gone:
                cursor.execute(
                    """
                    UPDATE listings_shelfprice shelf SET until = %s
                    FROM listings_listing listing
                    JOIN listings_listedproduct product ON product.id = listing.product_id
                    WHERE product.shop_id = %s AND product.gone_at = %s
                      AND shelf.seller_id = listing.seller_id AND shelf.listing_id = listing.id
                      AND shelf.until IS NULL
                    """,
                    [moment, shop_id, moment],
                )
            return gone
