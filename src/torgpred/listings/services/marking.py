"""Marking listings whose number is to be told to their shop, set-wise.

A mark raises the number's version; the value is read only when it is sent, so that of many
changes the last one is told. A listing whose SKU has no level is never marked: nobody knows its
stock. Rows are locked in the order of their product ids, here and wherever they are written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from torgpred.listings.core.question import joint_prefix
from torgpred.listings.models.telling import OFFER_KEY
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope
from torgpred.stock.services.changes import available_sql, kept_sql, take_changes

WAKE = "stock.changed"
"""Woken by stock with each change of a level, and here with each mark of our own."""
AT_ONCE = 2_000
"""Notes of changes that are taken in by one transaction."""

# A listing's own name for the SKU: the offer's key, begun by a prefix in a joint shop, or the
# name that it had before us.
_OF_CHANGES = f"""
    SELECT DISTINCT ON (listing.id) listing.id AS listing_id, listing.seller_id, product.shop_id,
           product.id AS product_id, changed.sku, changed.at,
           changed.available
           + {kept_sql("changed.seller_id", "changed.sku", "product.shop_id")} AS available,
           coalesce(number.told, listing.stock) AS before
    FROM (
        SELECT seller_id, sku, joint, at, {available_sql("given.seller_id", "given.sku")}
               AS available
        FROM unnest(%(sellers)s::bigint[], %(skus)s::text[], %(joints)s::text[],
                    %(ats)s::timestamptz[]) AS given (seller_id, sku, joint, at)
        OFFSET 0
    ) changed
    CROSS JOIN LATERAL (
        SELECT own.* FROM listings_listing own
        WHERE own.seller_id = changed.seller_id AND own.sku IN (changed.sku, changed.joint)
          AND own.offer_key = '' AND NOT own.not_ours AND own.gone_at IS NULL
        UNION ALL
        SELECT named.* FROM listings_listing named
        WHERE named.seller_id = changed.seller_id AND named.offer_key = changed.sku
          AND named.offer_key <> '' AND named.gone_at IS NULL
    ) listing
    JOIN listings_listedproduct product ON product.id = listing.product_id
    JOIN channels_shop shop ON shop.id = product.shop_id
    LEFT JOIN listings_stocknumber number ON number.listing_id = listing.id
    WHERE changed.available IS NOT NULL
      AND product.gone_at IS NULL AND product.status <> 'deleted' AND shop.state <> 'closed'
      AND (listing.offer_key <> ''
           OR listing.sku = CASE WHEN shop.joint THEN changed.joint ELSE changed.sku END)
    ORDER BY listing.id
"""  # noqa: S608 - constants only

_OF_PRODUCTS = f"""
    SELECT listing.id AS listing_id, listing.seller_id, product.shop_id,
           product.id AS product_id, named.sku, %(now)s::timestamptz AS at, level.available,
           coalesce(number.told, listing.stock) AS before, listing.stock AS seen,
           number.told, listing.sku AS shop_sku, product.product_key
    FROM listings_listedproduct product
    JOIN channels_shop place ON place.id = product.shop_id
    JOIN listings_listing listing
      ON listing.seller_id = product.seller_id AND listing.product_id = product.id
     AND NOT listing.not_ours AND listing.gone_at IS NULL
    CROSS JOIN LATERAL (SELECT {OFFER_KEY} AS sku) named
    CROSS JOIN LATERAL (
        SELECT {available_sql("product.seller_id", "named.sku")}
               + {kept_sql("product.seller_id", "named.sku", "product.shop_id")} AS available
    ) level
    LEFT JOIN listings_stocknumber number ON number.listing_id = listing.id
    WHERE product.id = ANY (%(products)s::bigint[]) AND level.available IS NOT NULL
      AND product.gone_at IS NULL AND product.status <> 'deleted' AND place.state <> 'closed'
"""  # noqa: S608 - constants only

_MARK = """
    WITH found AS MATERIALIZED ({found}),
    tellings AS (
        INSERT INTO listings_stocktelling AS telling (seller_id, shop_id, product_id, since, rank)
        SELECT seller_id, shop_id, product_id, min(at), min(CASE
            WHEN available = 0 THEN 0 WHEN available < before OR before IS NULL THEN 1 ELSE 2 END)
        FROM found GROUP BY seller_id, shop_id, product_id ORDER BY product_id
        ON CONFLICT (product_id) DO UPDATE
        SET rank = CASE WHEN telling.since IS NULL THEN excluded.rank
                        ELSE least(telling.rank, excluded.rank) END,
            since = coalesce(telling.since, excluded.since)
        RETURNING id, product_id, shop_id
    ),
    numbers AS (
        INSERT INTO listings_stocknumber AS number (seller_id, telling_id, listing_id, sku)
        SELECT found.seller_id, tellings.id, found.listing_id, found.sku
        FROM found JOIN tellings ON tellings.product_id = found.product_id
        ORDER BY found.listing_id
        ON CONFLICT (listing_id) DO UPDATE
        SET version = number.version + 1, sku = excluded.sku, telling_id = excluded.telling_id
    )
    SELECT DISTINCT shop_id FROM tellings
"""

# What was told of a product when its draft went out; unknown (NULL) where nobody kept it.
_MOVED = f"""
    SELECT one.* FROM ({_OF_PRODUCTS}) one
    LEFT JOIN unnest(%(keys)s::text[], %(skus)s::text[], %(pieces)s::int[])
         AS sent (product_key, sku, pieces)
      ON sent.product_key = one.product_key AND sent.sku = one.shop_sku
    WHERE one.available IS DISTINCT FROM sent.pieces
"""  # noqa: S608 - constants only

# A shop that shows less than we said may have sold what we have not heard of yet: it is left so.
_DIFFERING = f"""
    SELECT one.* FROM ({_OF_PRODUCTS}) one
    WHERE one.seen IS NOT NULL
      AND (one.seen > one.available OR one.told IS NULL AND one.seen <> one.available)
"""  # noqa: S608 - constants only

_AGAIN = f"""
    SELECT one.* FROM ({_OF_PRODUCTS}) one
    WHERE one.told IS NOT NULL OR one.available IS DISTINCT FROM one.seen
"""  # noqa: S608 - constants only

_ANEW = """
    INSERT INTO listings_stocktelling AS telling (seller_id, shop_id, product_id, again_at)
    SELECT seller_id, shop_id, id, %(now)s FROM listings_listedproduct
    WHERE id = ANY (%(products)s) ORDER BY id
    ON CONFLICT (product_id) DO UPDATE
    SET again_at = greatest(telling.again_at, excluded.again_at)
"""


def take_in(limit: int = AT_ONCE) -> tuple[set[int], bool]:
    """Take in notes of changes; return the shops with something to tell, and whether more is left.

    The notes go in the transaction that marks, so a process that dies loses none. A note of an
    SKU that stands nowhere is done with that.
    """
    with operator_scope():
        changes = take_changes(limit)
        if not changes:
            return set(), False
        shops = _mark(
            _OF_CHANGES,
            sellers=[one.seller_id for one in changes],
            skus=[one.sku for one in changes],
            joints=[joint_prefix(one.seller_id) + one.sku for one in changes],
            ats=[one.at for one in changes],
        )
    return shops, True


def mark_moved(
    *, seller_id: int, shop_id: int, sent: Mapping[str, Mapping[str, int]], moment: datetime
) -> None:
    """Mark products whose draft was just carried out where stock has moved since it was sent.

    `sent` is, by product key, the pieces by the shop's SKU that the draft told; what it does not
    name is marked anyway. Inside the caller's scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM listings_listedproduct"
            " WHERE seller_id = %s AND shop_id = %s AND product_key = ANY(%s)",
            [seller_id, shop_id, list(sent)],
        )
        product_ids = [row[0] for row in cursor.fetchall()]
    rows = [(key, sku, pieces) for key, told in sent.items() for sku, pieces in told.items()]
    marked = _mark(
        _MOVED,
        products=product_ids,
        now=moment,
        keys=[row[0] for row in rows],
        skus=[row[1] for row in rows],
        pieces=[row[2] for row in rows],
    )
    if marked:
        jobs.wake(WAKE)


def mark_differing(product_ids: Sequence[int], *, moment: datetime) -> None:
    """Mark products of which a shop was just seen to offer more than there is, or was never told.

    Inside the caller's scope.
    """
    if _mark(_DIFFERING, products=list(product_ids), now=moment):
        jobs.wake(WAKE)


def look_anew(product_ids: Sequence[int], *, moment: datetime) -> None:
    """Have products looked at once this transaction has ended: listings of theirs begin with it.

    Who takes in a note meanwhile does not see these listings yet, so that a change of stock which
    comes between a look in here and the end of the transaction would be told to nobody.
    Inside the caller's scope.
    """
    if not product_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ANEW, {"products": list(product_ids), "now": moment})
    jobs.wake(WAKE)


def mark_again(moment: datetime) -> set[int]:
    """Mark what is to be looked at once more, and differs or was told before; return its shops.

    That is where an answer was lost, and where listings have just begun.
    """
    with operator_scope():
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE listings_stocktelling SET again_at = NULL
                WHERE id = ANY (ARRAY(
                    SELECT id FROM listings_stocktelling
                    WHERE again_at <= %s ORDER BY product_id LIMIT %s
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING product_id
                """,
                [moment, AT_ONCE],
            )
            products = [row[0] for row in cursor.fetchall()]
        return _mark(_AGAIN, products=products, now=moment) if products else set()


def _mark(found: str, **parameters: Any) -> set[int]:  # noqa: ANN401 - columns of the query
    with connection.cursor() as cursor:
        cursor.execute(_MARK.format(found=found), parameters)
        return {row[0] for row in cursor.fetchall()}
