"""Desired states kept up to date: only what changed is computed anew.

A desired state is remembered by the digest of its product's offers and the digest of everything
else it depends on. So an unchanged product costs a comparison inside the database, no more.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models.functions import Greatest

from torgpred.kernel.clock import now
from torgpred.listings import models
from torgpred.listings.services.computing import compute
from torgpred.listings.services.contexts import Surroundings
from torgpred.runtime.scope import scope

_PRESENT = """
    CREATE TEMP TABLE present_product ON COMMIT DROP AS
    SELECT offer.product_key,
           coalesce(min(nullif(offer.category_key, '') COLLATE "C"), '') AS category_key,
           min(offer.id) AS first_offer,
           string_agg(offer.digest || coalesce(extra.digest, ''::bytea), ''::bytea
                      ORDER BY offer.key COLLATE "C") AS offers_digest
    FROM catalogue_offer offer
    LEFT JOIN offer_fact extra ON extra.key = offer.key
    WHERE offer.seller_id = %s AND offer.state = 'present'
    GROUP BY offer.product_key
"""

_STALE = """
    CREATE TEMP TABLE stale_product ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY present.first_offer) AS number,
           present.product_key, present.offers_digest, place.digest AS context_digest
    FROM present_product present
    JOIN place_digest place ON place.category_key = present.category_key
    LEFT JOIN listings_desired desired
      ON desired.seller_id = %s AND desired.shop_id = %s
     AND desired.product_key = present.product_key
    WHERE desired.id IS NULL
       OR desired.offers_digest <> present.offers_digest
       OR desired.context_digest <> place.digest
"""

_HOW_MANY = (
    "SELECT coalesce(sum(offers), 0), coalesce(sum(ready_offers), 0)"
    " FROM listings_desired WHERE seller_id = %s AND shop_id = %s"
)

_COUNT = "SELECT count(*) FROM listings_desired WHERE seller_id = %s AND shop_id = %s"

_DROP_ABSENT = """
    DELETE FROM listings_desired desired
    WHERE desired.seller_id = %s AND desired.shop_id = %s AND NOT EXISTS (
        SELECT 1 FROM present_product present WHERE present.product_key = desired.product_key)
    RETURNING desired.draft_digest IS NOT NULL
"""


class Refreshed(msgspec.Struct, frozen=True):
    """What a refresh did: products there are, and how many were computed anew."""

    products: int
    computed: int


def refresh(
    around: Surroundings, *, on_progress: Callable[[int, int], None] | None = None
) -> Refreshed:
    """Bring the desired states of one seller in one shop up to date.

    Runs inside the caller's scope and transaction. The result equals one made from nothing.
    What was asked before its surroundings were gathered is worked out by it. `on_progress` is
    told (computed, to compute).
    """
    moved = False
    with connection.cursor() as cursor:
        _tell_contexts(cursor, around)
        cursor.execute(_PRESENT, [around.seller_id])
        products = cursor.rowcount
        cursor.execute(_STALE, [around.seller_id, around.shop_id])
        stale = cursor.rowcount
        if stale:
            cursor.execute("CREATE INDEX ON stale_product (number)")
            cursor.execute("ANALYZE stale_product")
            moved = compute(around, connection.connection, stale, on_progress)
        cursor.execute(_COUNT, [around.seller_id, around.shop_id])
        # Every product that is present has its state by now: more states mean absent ones.
        if cursor.fetchone()[0] > products:
            cursor.execute(_DROP_ABSENT, [around.seller_id, around.shop_id])
            moved = any(had_draft for (had_draft,) in cursor.fetchall()) or moved
    keep = partial(
        _keep,
        around.seller_id,
        around.shop_id,
        done_to=around.as_of,
        # A draft became another one, came or went: a plan made before does not know it. Plans are
        # made under the same lock, so that what moved before one was made is earlier.
        moved_at=now() if moved else None,
    )
    transaction.on_commit(keep, robust=True)
    return Refreshed(products=products, computed=stale)


def _keep(seller_id: int, shop_id: int, *, done_to: datetime, moved_at: datetime | None) -> None:
    """Keep how far it is worked out, in a transaction of its own: answers wait for that row."""
    with scope(seller_id):
        with connection.cursor() as cursor:
            cursor.execute(_HOW_MANY, [seller_id, shop_id])
            offers, ready = map(int, cursor.fetchone())
        rows = models.WorkingOut.objects.filter(seller_id=seller_id, shop_id=shop_id)
        kept = rows.update(
            offers=offers,
            ready=ready,
            done_to=Greatest("done_to", done_to),
            moved_at=Greatest("moved_at", moved_at),
            trouble=None,
        )
        if not kept:
            first = models.WorkingOut(
                seller_id=seller_id,
                shop_id=shop_id,
                asked_at=done_to,
                done_to=done_to,
                moved_at=moved_at,
                offers=offers,
                ready=ready,
            )
            models.WorkingOut.objects.bulk_create([first], ignore_conflicts=True)


def _tell_contexts(cursor: Any, around: Surroundings) -> None:  # noqa: ANN401 - Django's cursor
    cursor.execute(
        "CREATE TEMP TABLE place_digest (category_key text PRIMARY KEY, digest bytea)"
        " ON COMMIT DROP"
    )
    cursor.execute(
        "CREATE TEMP TABLE offer_fact (key text PRIMARY KEY, digest bytea) ON COMMIT DROP"
    )
    cursor.execute(
        "SELECT DISTINCT category_key FROM catalogue_offer"
        " WHERE seller_id = %s AND state = 'present'",
        [around.seller_id],
    )
    categories = list({row[0] for row in cursor.fetchall()} | {""})
    cursor.execute(
        "INSERT INTO place_digest SELECT * FROM unnest(%s::text[], %s::bytea[])",
        [categories, [around.place_digest(key) for key in categories]],
    )
    facts = around.fact_digests()
    cursor.execute(
        "INSERT INTO offer_fact SELECT * FROM unnest(%s::text[], %s::bytea[])",
        [list(facts), list(facts.values())],
    )
    cursor.execute("ANALYZE place_digest")
