"""Reads for the page of a country: what sells there, what lies there; the operator's to see."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.money.countries import DAYS, CategoryStory, CountryStory
from torgpred.campaigns.core.money.results import ByCurrency, add
from torgpred.channels import selectors as channels
from torgpred.channels.families import families
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope

_COUNTRIES: LiteralString = """
    SELECT country, sum(parts)::int, sum(pieces)::bigint FROM (
        SELECT part.country, count(*) AS parts, 0 AS pieces FROM orders_consignment part
        WHERE part.placed_at >= %(since)s AND part.phase <> 'cancelled' GROUP BY part.country
        UNION ALL
        SELECT place.country, 0, sum(greatest(
                   level.on_hand - level.reserved - level.locked - level.buffer, 0))
        FROM stock_level level JOIN stock_warehouse place ON place.id = level.warehouse_id
        GROUP BY place.country
    ) found WHERE country <> '' GROUP BY country ORDER BY 2 DESC, country
"""
_SOLD: LiteralString = """
    WITH sold AS MATERIALIZED (
        SELECT part.id, part.seller_id, part.placed_at >= %(middle)s AS recent, shop.family,
               coalesce(mapping.market_category, '') AS category, line.quantity, line.amount,
               part.currency,
               CASE WHEN part.phase IN ('shipped', 'delivered') THEN
                   extract(epoch FROM part.ended_at - part.placed_at) / 86400 END AS days
        FROM orders_consignment part
        JOIN channels_shop shop ON shop.id = part.shop_id
        JOIN orders_line line ON line.consignment_id = part.id
        LEFT JOIN catalogue_offer offer
          ON offer.seller_id = line.seller_id AND offer.key = line.sku
        LEFT JOIN listings_mapping mapping
          ON mapping.seller_id = line.seller_id AND mapping.family = shop.family
         AND mapping.category_key = offer.category_key
        WHERE part.country = %(country)s AND part.placed_at >= %(since)s
          AND part.placed_at < %(until)s AND part.phase <> 'cancelled'
    ),
    money AS (
        SELECT family, category, jsonb_object_agg(currency, amount::text) AS revenue FROM (
            SELECT family, category, currency, sum(amount) AS amount FROM sold WHERE recent
            GROUP BY family, category, currency) one
        GROUP BY family, category
    )
    SELECT sold.family, sold.category,
           count(DISTINCT seller_id) FILTER (WHERE recent)::int,
           count(DISTINCT id) FILTER (WHERE recent)::int,
           coalesce(sum(quantity) FILTER (WHERE recent), 0)::int,
           coalesce(sum(quantity) FILTER (WHERE NOT recent), 0)::int,
           coalesce(money.revenue, '{}')::text,
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY days) ::numeric, 1)
    FROM sold LEFT JOIN money ON money.family = sold.family AND money.category = sold.category
    GROUP BY sold.family, sold.category, money.revenue
"""
_LOCAL: LiteralString = """
    SELECT mapping.family, mapping.market_category, count(DISTINCT level.seller_id)::int,
           count(DISTINCT (level.seller_id, level.sku))::int, sum(level.free)::bigint
    FROM (SELECT level.seller_id, level.sku,
                 on_hand - reserved - locked - buffer AS free
          FROM stock_level level JOIN stock_warehouse place ON place.id = level.warehouse_id
          WHERE place.country = %(country)s) level
    JOIN catalogue_offer offer ON offer.seller_id = level.seller_id AND offer.key = level.sku
    JOIN listings_mapping mapping
      ON mapping.seller_id = level.seller_id AND mapping.category_key = offer.category_key
    WHERE level.free > 0
    GROUP BY mapping.family, mapping.market_category
"""
_WHOLE: LiteralString = """
    SELECT (SELECT count(DISTINCT part.order_id) FROM orders_consignment part
            WHERE part.country = %(country)s AND part.placed_at >= %(middle)s
              AND part.placed_at < %(until)s AND part.phase <> 'cancelled')::int,
           coalesce((SELECT sum(greatest(
                         level.on_hand - level.reserved - level.locked - level.buffer, 0))
                     FROM stock_level level
                     JOIN stock_warehouse place ON place.id = level.warehouse_id
                     WHERE place.country = %(country)s), 0)::bigint
"""


class CountryCard(msgspec.Struct, frozen=True):
    """A country with orders in the last days, or with stock of ours."""

    country: str
    orders: int
    local_pieces: int


def countries() -> list[CountryCard]:
    """Return countries where our goods were ordered lately or lie, those with most orders first."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_COUNTRIES, {"since": now() - timedelta(days=DAYS)})
        return [CountryCard(*row) for row in cursor.fetchall()]


def country_story(country: str, until: datetime | None = None) -> CountryStory:
    """Return what sold in a country in the last `DAYS` days and the same before, by category.

    Categories are the marketplaces' own, each marketplace's by itself; goods whose category nobody
    mapped are together under none. Local stock counts for each marketplace that it is mapped for.
    """
    end = until or now()
    names: dict[str, Any] = {
        "country": country,
        "since": end - timedelta(days=2 * DAYS),
        "middle": end - timedelta(days=DAYS),
        "until": end,
    }
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_SOLD, names)
        sold = {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
        cursor.execute(_LOCAL, names)
        local = {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
        cursor.execute(_WHOLE, names)
        orders, pieces_there = cursor.fetchone()
    paths = {one: _paths(one) for one in {family for family, _ in {*sold, *local}}}
    found = [
        _category(key, paths[key[0]].get(key[1], key[1]), sold.get(key), local.get(key))
        for key in {*sold, *local}
    ]
    found.sort(key=lambda one: (-one.pieces, -one.local_pieces, one.family, one.category))
    revenue: ByCurrency = {}
    for one in found:
        for currency, amount in one.revenue.items():
            add(revenue, currency, amount)
    return CountryStory(
        country=country,
        orders=orders,
        pieces=sum(one.pieces for one in found),
        pieces_before=sum(one.pieces_before for one in found),
        revenue=revenue,
        local_pieces=pieces_there,
        categories=tuple(found),
    )


def _category(
    key: tuple[str, str], path: str, sold: tuple[Any, ...] | None, local: tuple[Any, ...] | None
) -> CategoryStory:
    sellers, orders, pieces, before, revenue, days = sold or (0, 0, 0, 0, "{}", None)
    local_sellers, local_offers, local_pieces = local or (0, 0, 0)
    amounts = msgspec.json.decode(revenue, type=dict[str, Decimal], strict=False)
    return CategoryStory(
        key[0], key[1], path, sellers, orders, pieces, before, amounts, local_sellers,
        local_offers, local_pieces, days,
    )  # fmt: skip


def _paths(family: str) -> dict[str, str]:
    if family not in families():
        return {}
    known = channels.market_categories(family)
    return {code: " / ".join(one.path) or one.name for code, one in known.items()}
