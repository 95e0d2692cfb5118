"""Refresh: compute anew the desired states whose inputs changed, and only those.

The database compares, product by product, the digests of its offers and of its context with those
remembered; what differs is streamed out, computed, staged by COPY and merged set-wise.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from django.db import connection

from torgpred.catalogue.core.offers import Offer
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.digests import canonical
from torgpred.listings.core.desired import Desired, Product, desire
from torgpred.listings.services.contexts import Surroundings

BATCH = 1_000

_OFFERS = msgspec.json.Decoder(Offer)

_PRESENT = """
    CREATE TEMP TABLE present_product ON COMMIT DROP AS
    SELECT offer.product_key,
           coalesce(min(nullif(offer.category_key, '') COLLATE "C"), '') AS category_key,
           count(*)::int AS offers,
           string_agg(offer.digest || coalesce(extra.digest, ''::bytea), ''::bytea
                      ORDER BY offer.key COLLATE "C") AS offers_digest
    FROM catalogue_offer offer
    LEFT JOIN offer_fact extra ON extra.key = offer.key
    WHERE offer.seller_id = %s AND offer.state = 'present'
    GROUP BY offer.product_key
"""

_STALE = """
    CREATE TEMP TABLE stale_product ON COMMIT DROP AS
    SELECT present.product_key, present.offers_digest, place.digest AS context_digest
    FROM present_product present
    JOIN place_digest place ON place.category_key = present.category_key
    LEFT JOIN listings_desired desired
      ON desired.seller_id = %s AND desired.shop_id = %s
     AND desired.product_key = present.product_key
    WHERE desired.id IS NULL
       OR desired.offers_digest <> present.offers_digest
       OR desired.context_digest <> place.digest
"""

_CONTENTS = """
    SELECT stale.product_key, stale.offers_digest, stale.context_digest, content.content
    FROM stale_product stale
    JOIN catalogue_offer offer
      ON offer.seller_id = %s AND offer.product_key = stale.product_key
     AND offer.state = 'present'
    JOIN catalogue_offer_content content ON content.offer_id = offer.id
    ORDER BY stale.product_key COLLATE "C"
"""

_STAGES = """
    CREATE TEMP TABLE IF NOT EXISTS desired_stage (
        product_key text, offers_digest bytea, context_digest bytea, draft_digest bytea,
        offers int, ready_offers int, findings bytea, prices bytea, draft bytea
    ) ON COMMIT DROP
"""

_MERGE_DRAFTS = """
    INSERT INTO listings_draftcontent AS kept (seller_id, digest, content)
    SELECT DISTINCT ON (draft_digest) %s, draft_digest, draft
    FROM desired_stage WHERE draft_digest IS NOT NULL
    ON CONFLICT (seller_id, digest) DO UPDATE SET content = excluded.content
    WHERE kept.content <> excluded.content
"""

_MERGE_DESIRED = """
    INSERT INTO listings_desired AS desired
        (seller_id, shop_id, product_key, offers_digest, context_digest, draft_digest,
         offers, ready_offers, findings, prices)
    SELECT %s, %s, product_key, offers_digest, context_digest, draft_digest,
           offers, ready_offers, findings, prices
    FROM desired_stage
    ON CONFLICT (seller_id, shop_id, product_key) DO UPDATE
    SET offers_digest = excluded.offers_digest, context_digest = excluded.context_digest,
        draft_digest = excluded.draft_digest, offers = excluded.offers,
        ready_offers = excluded.ready_offers, findings = excluded.findings,
        prices = excluded.prices
"""

_DROP_ABSENT = """
    DELETE FROM listings_desired desired
    WHERE desired.seller_id = %s AND desired.shop_id = %s AND NOT EXISTS (
        SELECT 1 FROM present_product present WHERE present.product_key = desired.product_key)
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
    `on_progress` is told (computed, to compute).
    """
    with connection.cursor() as cursor:
        _tell_contexts(cursor, around)
        cursor.execute(_PRESENT, [around.seller_id])
        products = cursor.rowcount
        cursor.execute(_STALE, [around.seller_id, around.shop_id])
        stale = cursor.rowcount
        if stale:
            cursor.execute("ANALYZE stale_product")
        cursor.execute(_STAGES)
        computed = 0
        for batch in _batches(around.seller_id):
            _keep(cursor, around, batch)
            computed += len(batch)
            if on_progress is not None:
                on_progress(computed, stale)
        cursor.execute(_DROP_ABSENT, [around.seller_id, around.shop_id])
    return Refreshed(products=products, computed=computed)


class _Stale(msgspec.Struct, frozen=True, gc=False):
    key: str
    offers_digest: bytes
    context_digest: bytes
    offers: tuple[Offer, ...]


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


def _batches(seller_id: int) -> Iterator[list[_Stale]]:
    """Yield stale products with their offers, about a thousand at a time, streamed."""
    rows = _streamed(seller_id)
    batch: list[_Stale] = []
    for key, group in groupby(rows, itemgetter(0)):
        members = list(group)
        batch.append(
            _Stale(
                key,
                bytes(members[0][1]),
                bytes(members[0][2]),
                tuple([_OFFERS.decode(row[3]) for row in members]),
            )
        )
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _streamed(seller_id: int) -> Iterator[tuple[Any, ...]]:
    with connection.connection.cursor("stale_offers", binary=True) as stream:
        stream.itersize = 2 * BATCH
        stream.execute(_CONTENTS, [seller_id])
        yield from stream


def _product(one: _Stale, around: Surroundings) -> Product:
    if not around.pictures:
        return Product(one.offers)
    return Product(tuple([around.completed(offer) for offer in one.offers]))


def _keep(cursor: Any, around: Surroundings, batch: Sequence[_Stale]) -> None:  # noqa: ANN401
    with cursor.copy("COPY desired_stage FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(
            ["text", "bytea", "bytea", "bytea", "int4", "int4", "bytea", "bytea", "bytea"]
        )
        for one in batch:
            copy.write_row(_row(one, desire(_product(one, around), around.context)))
    cursor.execute(_MERGE_DRAFTS, [around.seller_id])
    cursor.execute(_MERGE_DESIRED, [around.seller_id, around.shop_id])
    cursor.execute("TRUNCATE desired_stage")


def _row(one: _Stale, wanted: Desired) -> tuple[object, ...]:
    draft: Draft | None = wanted.draft
    ready = 0 if draft is None else len(draft.variants)
    return (
        one.key,
        one.offers_digest,
        one.context_digest,
        wanted.digest or None,
        len(one.offers),
        ready,
        canonical(wanted.notices) if wanted.notices else b"",
        canonical(tuple([(v.sku, v.price, v.listed, v.keeps) for v in wanted.variants])),
        None if draft is None else canonical(draft),
    )
