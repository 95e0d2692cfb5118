"""The words of offers, kept for the search after each intake and apart from it.

An intake is not made slower by them: a job looks at what changed since the last look. Until it
did, the search reads those offers themselves (selectors.searching).
"""

from typing import Final, LiteralString

from django.db import connection

from torgpred.catalogue.models import WordsLook
from torgpred.catalogue.selectors.searching import unworded
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope, scope

CHUNK: Final = 10_000
"""Offers that are looked at in one transaction: half a second."""

_DUE: LiteralString = """
    SELECT intake.seller_id
    FROM catalogue_intake intake
    LEFT JOIN catalogue_wordslook look ON look.seller_id = intake.seller_id
    WHERE intake.outcome = 'taken'
    GROUP BY intake.seller_id, look.intake
    HAVING max(intake.id) > coalesce(look.intake, 0)
    ORDER BY intake.seller_id
"""
_KEEP: LiteralString = """
    WITH chunk AS (
        SELECT offer.id, offer.key, offer.product_key FROM catalogue_offer offer
        WHERE offer.seller_id = %(seller)s AND offer.changed_in > %(since)s
          AND offer.changed_in <= %(last)s AND offer.id > %(after)s
        ORDER BY offer.id LIMIT %(limit)s
    ), kept AS (
        INSERT INTO catalogue_offer_words AS known (offer_id, seller_id, key, product_key, words)
        SELECT chunk.id, %(seller)s, chunk.key, chunk.product_key,
               catalogue_words_of(%(seller)s, content.content)
        FROM chunk JOIN catalogue_offer_content content ON content.offer_id = chunk.id
        ON CONFLICT (offer_id) DO UPDATE
        SET product_key = excluded.product_key, words = excluded.words
        WHERE known.words IS DISTINCT FROM excluded.words
           OR known.product_key IS DISTINCT FROM excluded.product_key
    )
    SELECT max(id), count(*) FROM chunk
"""


def look_everywhere() -> bool:
    """Look at every seller whose catalogue took something in since; True where more is left."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_DUE)
        due = [seller for (seller,) in cursor.fetchall()]
    return any([not look(seller) for seller in due])  # noqa: C419 - each is looked at


def look(seller_id: int) -> bool:
    """Keep the words of what changed since the last look; False where a stop came between.

    Safe to repeat and to do twice at once: the words of an offer are those of its content.
    """
    with scope(seller_id):
        since, last = unworded(seller_id)
    after, found = 0, CHUNK if last > since else 0
    while found == CHUNK:
        if jobs.stopping():
            return False
        names = {"seller": seller_id, "since": since, "last": last, "after": after, "limit": CHUNK}
        with scope(seller_id), connection.cursor() as cursor:
            cursor.execute(_KEEP, names)
            after, found = cursor.fetchone()
    if last > since:
        with scope(seller_id):
            WordsLook.objects.update_or_create(seller_id=seller_id, defaults={"intake": last})
    return True
