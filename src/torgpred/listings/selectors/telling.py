"""How shops stand with being told their stock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection

from torgpred.channels.core.contract import Problem
from torgpred.listings import models
from torgpred.listings.models.telling import OFFER_KEY
from torgpred.runtime.scope import operator_scope, scope


@dataclass(frozen=True, slots=True)
class StockCard:
    """How a shop stands with being told its stock, in products and listings."""

    shop_id: int
    waiting: int
    """Products with a number to be told."""
    since: datetime | None
    """When the oldest of these changes was noted."""
    under_way: int
    """Of these, how many the marketplace works on."""
    refused: int
    """Of these, how many it refused last time."""
    unknown: int
    """Listings that are told nothing, since no warehouse has a level of their SKU."""
    resting_until: datetime | None
    needs_person: bool
    reason: str
    """Why the whole shop is told nothing until then; empty where it is told."""


@dataclass(frozen=True, slots=True)
class StockRefusal:
    """A product whose stock a shop refused, with the marketplace's words."""

    shop_id: int
    seller_id: int
    product_key: str
    since: datetime
    next_try: datetime | None
    problems: tuple[Problem, ...]


def stock_to_tell(seller_id: int | None = None) -> list[StockCard]:
    """Return how the shops stand with their stock: a seller's part of each, or all of it.

    Where a joint shop as a whole rests is for the operator's eyes only.
    """
    with _whose(seller_id), connection.cursor() as cursor:
        cursor.execute(_STOCK_CARDS)
        return [StockCard(*row) for row in cursor.fetchall()]


def stock_refusals(
    shop_id: int, seller_id: int | None = None, limit: int = 100
) -> list[StockRefusal]:
    """Return the products of a shop whose stock was refused, the longest waiting first."""
    with _whose(seller_id):
        rows = (
            models.StockTelling.objects.filter(shop_id=shop_id, since__isnull=False, attempts__gt=0)
            .select_related("product")
            .order_by("since", "id")[:limit]
        )
        return [
            StockRefusal(
                shop_id=shop_id,
                seller_id=row.seller_id,
                product_key=row.product.product_key,
                since=row.since or row.product.bound_at,
                next_try=row.not_before,
                problems=_problems(bytes(row.problems)),
            )
            for row in rows
        ]


_STOCK_CARDS = f"""
    SELECT shop.id, coalesce(telling.waiting, 0), telling.since, coalesce(telling.under_way, 0),
           coalesce(telling.refused, 0), coalesce(standing.unknown, 0), pause.until,
           coalesce(pause.needs_person, false), coalesce(pause.reason, '')
    FROM channels_shop shop
    LEFT JOIN (
        SELECT shop_id, count(*) AS waiting, min(since) AS since, count(call_id) AS under_way,
               count(*) FILTER (WHERE attempts > 0) AS refused
        FROM listings_stocktelling WHERE since IS NOT NULL GROUP BY shop_id
    ) telling ON telling.shop_id = shop.id
    LEFT JOIN (
        SELECT product.shop_id, count(*) AS unknown
        FROM listings_listedproduct product
        JOIN channels_shop place ON place.id = product.shop_id
        JOIN listings_listing listing
          ON listing.seller_id = product.seller_id AND listing.product_id = product.id
        WHERE product.gone_at IS NULL AND product.status <> 'deleted' AND NOT listing.not_ours
          AND listing.gone_at IS NULL
          AND NOT EXISTS (
            SELECT 1 FROM stock_level level
            WHERE level.seller_id = product.seller_id AND level.sku = {OFFER_KEY})
        GROUP BY product.shop_id
    ) standing ON standing.shop_id = shop.id
    LEFT JOIN listings_stockpause pause ON pause.shop_id = shop.id AND pause.until > now()
    WHERE shop.state <> 'closed' ORDER BY shop.id
"""  # noqa: S608 - constants only


@contextmanager
def _whose(seller_id: int | None) -> Iterator[None]:
    with operator_scope() if seller_id is None else scope(seller_id):
        yield


def _problems(raw: bytes) -> tuple[Problem, ...]:
    return msgspec.json.decode(raw, type=tuple[Problem, ...]) if raw else ()
