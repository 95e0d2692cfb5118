"""What stands in a shop, as rows: products and listings bound to the marketplace's ids."""

from collections.abc import Mapping, Sequence

import msgspec
from django.db import connection

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft, Status
from torgpred.kernel.clock import now
from torgpred.listings.services import marking
from torgpred.listings.services.drift_decisions import end_wishes
from torgpred.runtime.scope import scope

_STATUS_AFTER = {
    Action.PAUSE: Status.OFF_SALE,
    Action.RESUME: Status.ON_SALE,
    Action.REMOVE: Status.DELETED,
}
TELLS_STOCK = (Action.CREATE, Action.UPDATE)
"""Actions whose drafts tell the shop the stock, too."""


class Carried(msgspec.Struct, frozen=True):
    """One change that the marketplace carried out."""

    product_key: str
    action: Action
    remote_id: str
    draft: Draft | None
    draft_digest: bytes | None
    stock: Mapping[str, int] = {}
    """Pieces by SKU that were sent with the draft, as far as that is known."""


def remote_skus(
    seller_id: int, shop_id: int, product_keys: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Return, by product key, our SKU -> the marketplace's SKU id."""
    if not product_keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT product.product_key, listing.sku, listing.remote_sku_id
            FROM listings_listedproduct product
            JOIN listings_listing listing
              ON listing.seller_id = product.seller_id AND listing.product_id = product.id
            WHERE product.seller_id = %s AND product.shop_id = %s AND product.product_key = ANY(%s)
            """,
            [seller_id, shop_id, list(product_keys)],
        )
        found: dict[str, dict[str, str]] = {}
        for key, sku, remote in cursor.fetchall():
            found.setdefault(key, {})[sku] = remote
        return found


def standing(seller_id: int, shop_id: int, product_keys: Sequence[str]) -> dict[str, str]:
    """Return the remote ids of those of these products that stand in the shop now."""
    if not product_keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_key, remote_id FROM listings_listedproduct"
            " WHERE seller_id = %s AND shop_id = %s AND gone_at IS NULL AND status <> 'deleted'"
            " AND product_key = ANY(%s)",
            [seller_id, shop_id, list(product_keys)],
        )
        return dict(cursor.fetchall())


def bound_to(shop_id: int, remote_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return (seller, product key) of what a shop's products are bound to, as far as is seen."""
    if not remote_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT remote_id, seller_id, product_key FROM listings_listedproduct"
            " WHERE shop_id = %s AND remote_id = ANY(%s)",
            [shop_id, list(remote_ids)],
        )
        return {remote: (seller, key) for remote, seller, key in cursor.fetchall()}


def record_done(*, seller_id: int, shop_id: int, done: Sequence[Carried]) -> None:
    """Record changes that were carried out, set-wise.

    What was applied counts as agreed until the marketplace is seen to show something else; its
    page digest is forgotten, so that the next observation reads the detail. Where stock moved
    since a draft told it, the shop is told anew.
    """
    end_wishes(seller_id, shop_id, [(item.product_key, item.action.value) for item in done])
    content = [item for item in done if item.draft is not None]
    if content:
        _bind(seller_id, shop_id, content)
    whole = [item for item in content if item.action in TELLS_STOCK]
    sent = {item.product_key: item.stock for item in whole}
    if sent:
        _leave_out(seller_id, shop_id, whole)
        marking.mark_moved(seller_id=seller_id, shop_id=shop_id, sent=sent, moment=now())
    states = [item for item in done if item.action in _STATUS_AFTER]
    if states:
        _set_status(seller_id, shop_id, states)


def record_refused(
    *, seller_id: int, shop_id: int, refused: Sequence[tuple[str, bytes | None, bytes]]
) -> None:
    """Remember (product key, draft digest, problems) of drafts that the marketplace refused.

    The same draft is not sent again: a plan shows it as refused until it changes, or until a
    person asks for another try (`forget_refusals`).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_desired desired
            SET refused_digest = given.digest, refusal = given.problems
            FROM unnest(%s::text[], %s::bytea[], %s::bytea[]) AS given (key, digest, problems)
            WHERE desired.seller_id = %s AND desired.shop_id = %s
              AND desired.product_key = given.key AND given.digest IS NOT NULL
            """,
            [
                [item[0] for item in refused],
                [item[1] for item in refused],
                [item[2] for item in refused],
                seller_id,
                shop_id,
            ],
        )


def forget_refusals(*, seller_id: int, shop_id: int) -> int:
    """Let refused drafts be tried again, since something was mended at the marketplace."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_desired SET refused_digest = NULL, refusal = ''::bytea"
            " WHERE seller_id = %s AND shop_id = %s AND refused_digest IS NOT NULL",
            [seller_id, shop_id],
        )
        return int(cursor.rowcount)


def _bind(seller_id: int, shop_id: int, done: Sequence[Carried]) -> None:
    drafts = [item.draft for item in done if item.draft is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO listings_listedproduct AS product
                (seller_id, shop_id, product_key, external_id, remote_id, status,
                 applied_digest, agreed_digest, applied_at)
            SELECT %s, %s, given.key, given.external, given.remote, 'on_sale',
                   given.digest, given.digest, %s
            FROM unnest(%s::text[], %s::text[], %s::text[], %s::bytea[])
                 AS given (key, external, remote, digest)
            ON CONFLICT (seller_id, shop_id, product_key) DO UPDATE
            SET applied_digest = excluded.applied_digest, agreed_digest = excluded.agreed_digest,
                applied_at = excluded.applied_at,
                remote_id = excluded.remote_id, external_id = excluded.external_id,
                page_digest = NULL, seen_digest = NULL, gone_at = NULL,
                ended_by_us = product.ended_by_us AND product.product_key = ANY(%s),
                status = CASE WHEN product.remote_id = excluded.remote_id
                              THEN product.status ELSE excluded.status END
            """,
            [
                seller_id,
                shop_id,
                now(),
                [item.product_key for item in done],
                [draft.external_id for draft in drafts],
                [item.remote_id for item in done],
                [item.draft_digest for item in done],
                # A price puts nothing on sale that we took off.
                [item.product_key for item in done if item.action is Action.PRICE],
            ],
        )
        rows = [
            (item.product_key, variant.sku, item.stock.get(variant.sku, variant.stock))
            for item, draft in zip(done, drafts, strict=True)
            for variant in draft.variants
        ]
        cursor.execute(
            """
            INSERT INTO listings_listing (seller_id, product_id, sku, remote_sku_id, stock)
            SELECT %s, product.id, given.sku, '', given.stock
            FROM unnest(%s::text[], %s::text[], %s::int[]) AS given (key, sku, stock)
            JOIN listings_listedproduct product
              ON product.seller_id = %s AND product.shop_id = %s AND product.product_key = given.key
            ON CONFLICT (seller_id, product_id, sku) DO UPDATE SET gone_at = NULL
            WHERE listings_listing.gone_at IS NOT NULL
            RETURNING product_id
            """,
            [
                seller_id,
                *([row[place] for row in rows] for place in range(3)),
                seller_id,
                shop_id,
            ],
        )
        begun = sorted({product_id for (product_id,) in cursor.fetchall()})
    marking.look_anew(begun, moment=now())


def _leave_out(seller_id: int, shop_id: int, done: Sequence[Carried]) -> None:
    """Note which listings are gone: an edit replaces the whole product by its draft's variants.

    Stock told of one that is gone would be refused, and with it that of all the product's others.
    """
    rows = [
        (item.product_key, variant.sku)
        for item in done
        if item.draft is not None
        for variant in item.draft.variants
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_listing listing SET gone_at = %s
            FROM listings_listedproduct product
            WHERE product.seller_id = %s AND product.shop_id = %s
              AND product.product_key = ANY(%s)
              AND listing.seller_id = product.seller_id AND listing.product_id = product.id
              AND listing.gone_at IS NULL AND NOT listing.not_ours
              AND NOT EXISTS (SELECT 1 FROM unnest(%s::text[], %s::text[]) AS given (key, sku)
                              WHERE given.key = product.product_key AND given.sku = listing.sku)
            """,
            [
                now(),
                seller_id,
                shop_id,
                [item.product_key for item in done],
                *([row[place] for row in rows] for place in range(2)),
            ],
        )


def _set_status(seller_id: int, shop_id: int, done: Sequence[Carried]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_listedproduct product
            SET status = given.status, page_digest = NULL, seen_digest = NULL,
                ended_by_us = given.status <> 'on_sale'
            FROM unnest(%s::text[], %s::text[]) AS given (key, status)
            WHERE product.seller_id = %s AND product.shop_id = %s
              AND product.product_key = given.key
            """,
            [
                [item.product_key for item in done],
                [_STATUS_AFTER[item.action].value for item in done],
                seller_id,
                shop_id,
            ],
        )
