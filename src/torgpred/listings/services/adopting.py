"""Adopt: listings that stood in a shop before us are bound to the products that they are.

Matched by SKU, then by barcode (which only the detail tells). Detail is read of whatever is
bound, since an edit sends every field: the first plan then shows all that it would change. What
cannot be bound is kept and listed; nothing of it is ever changed, and nothing that looks like it
is created beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from django.db import connection

from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Connector
from torgpred.channels.core.drafts import Seen, Status
from torgpred.kernel.clock import now
from torgpred.listings import models
from torgpred.listings.core.adopting import (
    Bound,
    Claims,
    Loose,
    match,
    settled,
    sku_key,
)
from torgpred.listings.core.question import SkuNames, joint_prefix
from torgpred.listings.services import claims, marking, unbound
from torgpred.listings.services.observing import merged
from torgpred.listings.services.sightings import Known, Sighting, keep
from torgpred.listings.services.unbound import Stranger
from torgpred.runtime.scope import operator_scope

AT_ONCE = 50
"""Details that are read before they are kept: what an interruption costs."""

Progress = Callable[[int, int], None]


class Adopted(msgspec.Struct, frozen=True):
    """What adopting came to, in listings: newly bound, and those left with why and how many."""

    bound: int
    loose: dict[str, int]


def adopt(
    *,
    shop_id: int,
    actor: str,
    anew: bool = False,
    on_progress: Progress = lambda _done, _all: None,
) -> Adopted:
    """Bind what stands in a shop and was met by `observe` before; safe to repeat.

    What was tried in vain before is tried by SKU again, and with `anew` by barcode, too.
    `on_progress` is told (details read, to read). Raises RetryLaterError or NeedsPersonError where
    the marketplace does not answer; what was read and bound until then stays.
    """
    found = unbound.strangers(shop_id)
    if not found:
        return Adopted(0, {})
    sellers = _sellers(shop_id)
    by_sku = claims.by_sku(sellers, found)
    wanted = [one for one in found if anew or not one.why or _has_sku(one.seen, by_sku)]
    connector = channel_services.open(shop_id)
    wanted = _with_details(connector, wanted, on_progress)
    unmatched = [one for one in wanted if not _has_sku(one.seen, by_sku, every=True)]
    by_barcode = claims.by_barcode(sellers, unmatched)
    with operator_scope():
        matched = [match(one.seen, by_sku, by_barcode) for one in wanted]
        bound, loose = settled(matched, _taken(shop_id))
        pages = {one.seen.remote_id: one.page_digest for one in wanted}
        rows = _bind(shop_id, bound, actor)
        keep(
            [_sighting(row_id, one, pages[one.seen.remote_id]) for row_id, one in rows],
            channels.shop(shop_id).currency,
        )
        _name(rows, sellers)
        # Only now their names tell which offers they are.
        marking.mark_differing([row_id for row_id, _ in rows], moment=now())
        unbound.keep_why(shop_id, loose)
        unbound.forget_bound(shop_id)
    return Adopted(len(bound), _counted(loose))


class Blocked(msgspec.Struct, frozen=True):
    """What of a seller stands in a shop already, in listings that are not bound.

    `products` are product keys with why their listing could not be bound, `skus` names in the shop.
    """

    products: Mapping[str, str] = {}
    skus: frozenset[str] = frozenset()


def blocked(*, seller_id: int, shop_id: int) -> Blocked:
    """Return what must not be created, since a listing that looks like it stands there.

    Call it outside the seller's scope: listings that are not bound belong to the shop's owner.
    """
    found = unbound.strangers(shop_id)
    if not found:
        return Blocked()
    by_sku = claims.by_sku({seller_id: _sellers(shop_id)[seller_id]}, found)
    products: dict[str, str] = {}
    skus: set[str] = set()
    for one in found:
        names = {sku_key(variant.sku) for variant in one.seen.variants}
        like = [key for seller, key in one.claims if seller == seller_id]
        like += [claim.product_key for sku in names for claim in by_sku.get(sku, ())]
        if like:
            skus |= names
            products |= dict.fromkeys(like, one.why)
    return Blocked(products, frozenset(skus))


def _sellers(shop_id: int) -> dict[int, str]:
    """Return what begins the SKUs of each seller whose goods may stand in a shop."""
    card = channels.shop(shop_id)
    if not card.joint:
        return {card.tenant_id: ""}
    return {seller_id: joint_prefix(seller_id) for seller_id in channels.admitted(shop_id)}


def _counted(loose: Iterable[Loose]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in loose:
        counts[one.why.value] = counts.get(one.why.value, 0) + 1
    return counts


def _has_sku(seen: Seen, by_sku: Claims, *, every: bool = False) -> bool:
    hits = [sku_key(one.sku) in by_sku for one in seen.variants]
    return all(hits) if every else any(hits)


def _with_details(
    connector: Connector, found: Sequence[Stranger], on_progress: Progress
) -> list[Stranger]:
    """Return the products with their detail, read where it was not; those gone are left out."""
    ready = [one for one in found if one.detailed]
    due = [one for one in found if not one.detailed]
    for start in range(0, len(due), AT_ONCE):
        told: list[tuple[int, Seen | None]] = []
        for one in due[start : start + AT_ONCE]:
            detail = connector.detail(one.seen.remote_id)
            told.append((one.id, None if detail is None else merged(one.seen, detail)))
            on_progress(start + len(told), len(due))
        unbound.keep_details(told)
        whole = dict(told)
        for one in due[start : start + AT_ONCE]:
            seen = whole[one.id]
            if seen is not None and seen.status is not Status.DELETED:
                ready.append(msgspec.structs.replace(one, seen=seen, detailed=True))
    return ready


# --- binding ------------------------------------------------------------------------------------
def _taken(shop_id: int) -> set[tuple[int, str]]:
    standing = models.ListedProduct.objects.filter(shop_id=shop_id, gone_at=None)
    rows = standing.exclude(status=Status.DELETED.value)
    return set(rows.values_list("seller_id", "product_key"))


_BIND = """
    INSERT INTO listings_listedproduct AS product
        (seller_id, shop_id, product_key, external_id, remote_id, status, adopted_at, adopted_by)
    SELECT given.seller, %(shop)s, given.key, given.external, given.remote, given.status,
           %(moment)s, %(actor)s
    FROM unnest(%(sellers)s::bigint[], %(keys)s::text[], %(externals)s::text[],
                %(remotes)s::text[], %(statuses)s::text[])
         AS given (seller, key, external, remote, status)
    ON CONFLICT (seller_id, shop_id, product_key) DO UPDATE
    SET external_id = excluded.external_id, remote_id = excluded.remote_id,
        status = excluded.status, adopted_at = excluded.adopted_at,
        adopted_by = excluded.adopted_by, bound_at = excluded.adopted_at, gone_at = NULL,
        ended_by_us = false, applied_digest = NULL, agreed_digest = NULL, page_digest = NULL,
        seen = NULL, seen_digest = NULL
    WHERE product.gone_at IS NOT NULL OR product.status = 'deleted'
    RETURNING product.id, product.remote_id
"""


def _bind(shop_id: int, bound: Sequence[Bound], actor: str) -> list[tuple[int, Bound]]:
    by_remote = {one.seen.remote_id: one for one in bound}
    with connection.cursor() as cursor:
        cursor.execute(
            _BIND,
            {
                "shop": shop_id,
                "moment": now(),
                "actor": actor,
                "sellers": [one.seller_id for one in bound],
                "keys": [one.product_key for one in bound],
                "externals": [(one.seen.external_id or "")[:64] for one in bound],
                "remotes": list(by_remote),
                "statuses": [one.seen.status.value for one in bound],
            },
        )
        return [(row_id, by_remote[remote_id]) for row_id, remote_id in cursor.fetchall()]


def _sighting(product_id: int, one: Bound, page_digest: bytes) -> Sighting:
    before = Known(
        id=product_id,
        seller_id=one.seller_id,
        remote_id=one.seen.remote_id,
        page_digest=None,
        seen=None,
        applied_digest=None,
        status=one.seen.status.value,
    )
    return Sighting(before=before, seen=one.seen, page_digest=page_digest)


def _name(rows: Sequence[tuple[int, Bound]], prefixes: Mapping[int, str]) -> None:
    """Keep which listings the shop calls otherwise than we would, and which are not ours."""
    products: list[int] = []
    skus: list[str] = []
    keys: list[str] = []
    others: list[bool] = []
    for product_id, one in rows:
        names = SkuNames(prefixes[one.seller_id])
        for variant in one.seen.variants:
            key = one.offers.get(variant.sku, "")
            if key and names.of(key) == variant.sku:
                continue
            products.append(product_id)
            skus.append(variant.sku)
            keys.append(key)
            others.append(not key)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_listing listing
            SET offer_key = given.key, not_ours = given.other
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bool[])
                 AS given (product, sku, key, other)
            WHERE listing.product_id = given.product AND listing.sku = given.sku
            """,
            [products, skus, keys, others],
        )
