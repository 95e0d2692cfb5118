"""Reads of which locked pieces of a campaign went to orders from before it began.

A lock serves the orders of its shop from the moment it stands, which is when the campaign is
settled: what is bought at the usual price until the start comes out of it too, and is no sale of
the campaign.
"""

from typing import Any, LiteralString

from django.db import connection

from torgpred.campaigns.core.running import purpose_of
from torgpred.campaigns.core.values import CampaignCard
from torgpred.runtime.scope import scope

EARLY: LiteralString = """
    SELECT lock.id, sum(promised.pieces)::int AS pieces
    FROM stock_lock lock
    JOIN orders_allocation promised
      ON promised.lock_id = lock.id AND promised.shipped IS DISTINCT FROM false
    JOIN orders_line line ON line.id = promised.line_id
    JOIN orders_consignment part ON part.id = line.consignment_id
    WHERE lock.purpose = %(purpose)s AND lock.used > 0 AND part.placed_at < %(since)s
    GROUP BY lock.id
"""
"""Pieces by lock, of what `naming` binds; inside a scope."""


def naming(card: CampaignCard) -> dict[str, Any]:
    """Return what `EARLY` is bound to."""
    return {"purpose": purpose_of(card.code), "since": card.outline.reduced_from}


def went_early(card: CampaignCard, seller_id: int) -> dict[int, int]:
    """Return how many of a seller's locked pieces went to orders from before the start, by lock."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(EARLY, naming(card))
        return dict(cursor.fetchall())
