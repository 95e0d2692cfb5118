"""Reads for the live board: what sells of what takes part, what is kept for it, what is sold out.

A seller's own rows in its scope, or all of a campaign for the operator's eyes.
"""

from datetime import datetime
from typing import Any, LiteralString

from django.db import connection

from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.core.watching import Goods, Sales, SoldBySeller, SoldMinute, SoldOut
from torgpred.campaigns.selectors.locked import EARLY, naming
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock import selectors as stock

_OUT = 10

# Consignments are found by seller and time, as their index has them; then their lines.
_SOLD: LiteralString = """
    WITH taking AS MATERIALIZED (
        SELECT nomination.seller_id, nomination.shop_id, nomination.offer_key
        FROM campaigns_enrolment enrolment
        JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
        WHERE enrolment.campaign_id = %(campaign)s
    ), places AS MATERIALIZED (SELECT DISTINCT seller_id, shop_id FROM taking)
    SELECT date_trunc('minute', part.placed_at), part.seller_id, part.currency,
           count(DISTINCT part.order_id)::int, sum(line.quantity)::int, sum(line.amount)
    FROM places
    JOIN orders_consignment part
      ON part.seller_id = places.seller_id AND part.shop_id = places.shop_id
     AND part.placed_at >= %(since)s AND part.placed_at < %(until)s
    JOIN orders_line line ON line.consignment_id = part.id
    JOIN taking
      ON taking.seller_id = part.seller_id AND taking.shop_id = part.shop_id
     AND taking.offer_key = line.sku
    GROUP BY GROUPING SETS ((1, 3), (2, 3))
    ORDER BY 1, 2, 3
"""

_GOODS: LiteralString = f"""
    WITH taking AS MATERIALIZED (
        SELECT nomination.seller_id, nomination.shop_id, nomination.offer_key, nomination.pieces
        FROM campaigns_enrolment enrolment
        JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
        WHERE enrolment.campaign_id = %(campaign)s
    ), kept AS MATERIALIZED (
        SELECT lock.seller_id, lock.shop_ids[1] AS shop_id, lock.sku, sum(lock.pieces) AS pieces,
               sum(lock.used) AS used, sum(lock.freed) AS freed
        FROM stock_lock lock WHERE lock.purpose = %(purpose)s
          AND lock.seller_id IN (SELECT seller_id FROM taking)
        GROUP BY 1, 2, 3
    ), free AS MATERIALIZED (
        SELECT level.seller_id, level.sku, {stock.available_expression()} AS pieces
        FROM taking JOIN stock_level level
          ON level.seller_id = taking.seller_id AND level.sku = taking.offer_key
        GROUP BY level.seller_id, level.sku
    ), timed AS MATERIALIZED (
        SELECT price.seller_id, price.shop_id, price.offer_key FROM listings_timedprice price
        WHERE price.reference = %(reference)s AND price.starts_at <= %(at)s
          AND least(price.ends_at, price.withdrawn_at) > %(at)s
          AND price.seller_id IN (SELECT seller_id FROM taking)
    ), found AS (
        SELECT taking.seller_id, taking.shop_id, taking.offer_key, taking.pieces AS planned,
               coalesce(kept.pieces, 0) AS kept, coalesce(kept.used, 0) AS used,
               coalesce(kept.freed, 0) AS freed, timed.offer_key IS NOT NULL AS in_force,
               coalesce(kept.pieces - kept.used - kept.freed, 0) <= 0
               AND coalesce(free.pieces, 0) <= 0 AS out
        FROM taking
        LEFT JOIN kept ON kept.seller_id = taking.seller_id AND kept.shop_id = taking.shop_id
         AND kept.sku = taking.offer_key
        LEFT JOIN free ON free.seller_id = taking.seller_id AND free.sku = taking.offer_key
        LEFT JOIN timed ON timed.seller_id = taking.seller_id AND timed.shop_id = taking.shop_id
         AND timed.offer_key = taking.offer_key
    )
    SELECT count(*)::int, coalesce(sum(planned), 0)::int, coalesce(sum(kept), 0)::int,
           coalesce(sum(used), 0)::int, coalesce(sum(freed), 0)::int,
           (SELECT coalesce(sum(early.pieces), 0)::int FROM ({EARLY}) early),
           (count(*) FILTER (WHERE out))::int, (count(*) FILTER (WHERE in_force))::int,
           (array_agg(seller_id ORDER BY kept DESC, offer_key) FILTER (WHERE out))[:{_OUT}],
           (array_agg(shop_id ORDER BY kept DESC, offer_key) FILTER (WHERE out))[:{_OUT}],
           (array_agg(offer_key ORDER BY kept DESC, offer_key) FILTER (WHERE out))[:{_OUT}],
           (array_agg(kept::int ORDER BY kept DESC, offer_key) FILTER (WHERE out))[:{_OUT}]
    FROM found
"""  # noqa: S608 - constants only


def sales(campaign_id: int, *, seller_id: int | None, since: datetime, until: datetime) -> Sales:
    """Return what was placed of what takes part, from a moment until before another.

    Counted as placed: cancellations are not taken off.
    """
    names: dict[str, Any] = {"campaign": campaign_id, "since": since, "until": until}
    opened = operator_scope() if seller_id is None else scope(seller_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(_SOLD, names)
        rows = cursor.fetchall()
    return Sales(
        tuple(
            SoldMinute(minute, currency, *rest)
            for minute, _seller, currency, *rest in rows
            if minute is not None
        ),
        tuple(
            SoldBySeller(seller, currency, *rest)
            for minute, seller, currency, *rest in rows
            if minute is None
        ),
    )


def goods(card: CampaignCard, *, seller_id: int | None, at: datetime) -> Goods:
    """Return what takes part in a campaign at a moment, with the first goods that are sold out."""
    names: dict[str, Any] = {
        **naming(card),
        "campaign": card.id,
        "reference": card.code,
        "at": at,
    }
    opened = operator_scope() if seller_id is None else scope(seller_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(_GOODS, names)
        row = cursor.fetchone()
    offers, planned, kept, used, freed, early, sold_out, in_force, *lists = row
    out = tuple(SoldOut(*one) for one in zip(*(one or () for one in lists), strict=True))
    return Goods(offers, planned, kept, used, freed, early, sold_out, in_force, out)
