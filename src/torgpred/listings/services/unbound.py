"""Products that stand in a shop and are no listings of ours, as they were met."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from torgpred.channels import selectors as channels
from torgpred.channels.core.drafts import Seen, Status
from torgpred.kernel.clock import now
from torgpred.kernel.digests import digest_of
from torgpred.listings import models
from torgpred.listings.core.adopting import Loose
from torgpred.runtime.scope import operator_scope

_MET = """
    INSERT INTO listings_unboundproduct AS product
        (tenant_id, shop_id, remote_id, status, skus, page_digest, seen, detailed, why, claims,
         first_met_at, met_at)
    SELECT %(tenant)s, %(shop)s, remote_id, status,
           ARRAY(SELECT jsonb_array_elements_text(skus::jsonb)), page_digest, seen, false, '',
           '[]', %(moment)s, %(moment)s
    FROM unnest(%(ids)s::text[], %(statuses)s::text[], %(skus)s::text[], %(pages)s::bytea[],
                %(seen)s::bytea[]) AS given (remote_id, status, skus, page_digest, seen)
    ON CONFLICT (shop_id, remote_id) DO UPDATE SET met_at = excluded.met_at
"""

_CHANGED = """
    UPDATE listings_unboundproduct product
    SET status = given.status, skus = ARRAY(SELECT jsonb_array_elements_text(given.skus::jsonb)),
        page_digest = given.page_digest, seen = given.seen, detailed = false, why = '',
        claims = '[]'
    FROM unnest(%(ids)s::text[], %(statuses)s::text[], %(skus)s::text[], %(pages)s::bytea[],
                %(seen)s::bytea[]) AS given (remote_id, status, skus, page_digest, seen)
    WHERE product.shop_id = %(shop)s AND product.remote_id = given.remote_id
      AND product.page_digest <> given.page_digest
"""


class Stranger(msgspec.Struct, frozen=True):
    """A product of the shop that is no listing of ours.

    `why` it could not be bound is empty where nobody tried; `claims` are (seller, product key) of
    what it looks like all the same.
    """

    id: int
    seen: Seen
    page_digest: bytes
    detailed: bool
    why: str
    claims: tuple[tuple[int, str], ...]


def met(shop_id: int, products: Sequence[Seen]) -> None:
    """Keep that these products stand in the shop; what differs from before is forgotten."""
    there = {one.remote_id: one for one in products if one.status is not Status.DELETED}
    if not there:
        return
    rows = list(there.values())
    names: dict[str, Any] = {
        "tenant": channels.shop(shop_id).tenant_id,
        "shop": shop_id,
        "moment": now(),
        "ids": list(there),
        "statuses": [one.status.value for one in rows],
        "skus": [msgspec.json.encode([v.sku for v in one.variants]).decode() for one in rows],
        "pages": [digest_of(one) for one in rows],
        "seen": [msgspec.json.encode(one) for one in rows],
    }
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_CHANGED, names)
        cursor.execute(_MET, names)


def forget_unmet(shop_id: int, since: datetime) -> None:
    """Forget what a whole walk that began then did not meet, or met as a listing of ours."""
    with operator_scope():
        models.UnboundProduct.objects.filter(shop_id=shop_id, met_at__lt=since).delete()
        forget_bound(shop_id)


def forget_bound(shop_id: int) -> None:
    """Forget what is a listing of ours by now. Inside the operator's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM listings_unboundproduct product USING listings_listedproduct listed
            WHERE product.shop_id = %s AND listed.shop_id = product.shop_id
              AND listed.remote_id = product.remote_id
            """,
            [shop_id],
        )


def strangers(shop_id: int) -> list[Stranger]:
    """Return the products of a shop that no listing of ours is bound to, in the order met."""
    with operator_scope():
        forget_bound(shop_id)
        rows = models.UnboundProduct.objects.filter(shop_id=shop_id).order_by("id")
        return [
            Stranger(
                id=row.pk,
                seen=msgspec.json.decode(bytes(row.seen), type=Seen),
                page_digest=bytes(row.page_digest),
                detailed=row.detailed,
                why=row.why,
                claims=tuple((seller, key) for seller, key in row.claims),
            )
            for row in rows
        ]


def keep_details(details: Sequence[tuple[int, Seen | None]]) -> None:
    """Keep what the marketplace told of products in detail; None: it is gone."""
    with operator_scope():
        gone = [row_id for row_id, seen in details if seen is None]
        models.UnboundProduct.objects.filter(pk__in=gone).delete()
        for row_id, seen in details:
            if seen is not None:
                models.UnboundProduct.objects.filter(pk=row_id).update(
                    seen=msgspec.json.encode(seen), detailed=True, status=seen.status.value
                )


def keep_why(shop_id: int, loose: Sequence[Loose]) -> None:
    """Keep why products could not be bound, and what they look like. In the operator's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_unboundproduct product
            SET why = given.why, claims = given.claims::jsonb
            FROM unnest(%s::text[], %s::text[], %s::text[]) AS given (remote_id, why, claims)
            WHERE product.shop_id = %s AND product.remote_id = given.remote_id
            """,
            [
                [one.seen.remote_id for one in loose],
                [one.why.value for one in loose],
                [msgspec.json.encode(one.claims).decode() for one in loose],
                shop_id,
            ],
        )
