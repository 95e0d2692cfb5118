"""Supply by category, Russian sellers and those from abroad side by side, and who could add to it.

The operator's alone: it shows figures of several sellers. Offers that stand in several shops count
once, by their best verdict. A seller's category counts as the marketplace's one it is mapped to.
"""

from collections import defaultdict
from typing import Any, LiteralString

from django.db import connection

from torgpred.channels import selectors as channels
from torgpred.channels.families import family
from torgpred.kernel.clock import now
from torgpred.programmes.core.supply import SPAN, Candidate, CategorySupply, Side
from torgpred.programmes.core.values import Programme
from torgpred.runtime.scope import operator_scope

# A judgement whose category nobody mapped counts under none.
_BEST: LiteralString = """
    best AS MATERIALIZED (
        SELECT DISTINCT ON (seller_id, sku) seller_id, sku, category, verdict, listed,
               coalesce(pieces, 0) AS pieces, coalesce(abroad, 0) AS abroad,
               CASE WHEN currency = %(currency)s THEN price END AS price
        FROM programmes_judgement WHERE family = %(family)s AND code = %(code)s
        ORDER BY seller_id, sku,
                 array_position(ARRAY['qualifies', 'nearly', 'unknown', 'no'], verdict::text),
                 listed DESC, shop_id
    )
"""
# Lines of what was ordered in the span, with the category of their goods: as judged, else as
# mapped, so that demand is seen also where nothing is ready any more.
_ORDERED: LiteralString = """
    ordered AS MATERIALIZED (
        SELECT part.id, part.seller_id, part.phase, part.ship_by, part.ended_at, line.quantity,
               coalesce(nullif(best.category, ''), mapping.market_category, '') AS category
        FROM orders_consignment part
        JOIN orders_line line ON line.consignment_id = part.id
        LEFT JOIN best ON best.seller_id = line.seller_id AND best.sku = line.sku
        LEFT JOIN catalogue_offer offer
          ON best.sku IS NULL AND offer.seller_id = line.seller_id AND offer.key = line.sku
        LEFT JOIN listings_mapping mapping
          ON mapping.seller_id = offer.seller_id AND mapping.family = %(family)s
         AND mapping.category_key = offer.category_key
        WHERE part.shop_id = ANY(%(shops)s) AND part.placed_at >= %(since)s
          AND part.phase <> 'cancelled'
    )
"""
_SIDES: LiteralString = f"""
    WITH {_BEST}, {_ORDERED},
    supplied AS (
        SELECT best.category, tenant.country, count(DISTINCT best.seller_id)::int AS sellers,
               count(*)::int AS offers,
               (count(*) FILTER (WHERE verdict = 'qualifies'))::int AS qualifying,
               sum(pieces)::bigint AS pieces,
               coalesce(sum(pieces) FILTER (WHERE verdict = 'qualifies'), 0)::bigint AS ready,
               min(price) AS price_from, max(price) AS price_to
        FROM best JOIN accounts_tenant tenant ON tenant.id = best.seller_id
        GROUP BY best.category, tenant.country
    ),
    shipped AS (
        SELECT category, country, (count(*) FILTER (WHERE NOT late))::int AS kept,
               (count(*) FILTER (WHERE late))::int AS late
        FROM (
            SELECT DISTINCT ordered.category, tenant.country, ordered.id,
                   ordered.ship_by < coalesce(ordered.ended_at, %(now)s) AS late,
                   ordered.ended_at IS NOT NULL AS gone
            FROM ordered JOIN accounts_tenant tenant ON tenant.id = ordered.seller_id
            WHERE ordered.ship_by IS NOT NULL AND ordered.phase <> 'placed'
        ) one WHERE late OR gone GROUP BY category, country
    )
    SELECT coalesce(supplied.category, shipped.category),
           coalesce(supplied.country, shipped.country), coalesce(sellers, 0), coalesce(offers, 0),
           coalesce(qualifying, 0), coalesce(pieces, 0), coalesce(ready, 0), price_from, price_to,
           coalesce(kept, 0), coalesce(late, 0)
    FROM supplied
    FULL JOIN shipped ON shipped.category = supplied.category
     AND shipped.country = supplied.country
    ORDER BY 1, 5 DESC, 4 DESC, 2
"""  # noqa: S608 - constants only
_SOLD: LiteralString = f"""
    WITH {_BEST}, {_ORDERED}
    SELECT category, sum(quantity)::bigint FROM ordered GROUP BY category
"""  # noqa: S608 - constants only
_CANDIDATES: LiteralString = f"""
    WITH {_BEST},
    judged AS (
        SELECT seller_id, category, (count(*) FILTER (WHERE listed))::int AS listed,
               (count(*) FILTER (WHERE verdict = 'qualifies'))::int AS qualifying,
               (count(*) FILTER (WHERE verdict = 'nearly'))::int AS near
        FROM best GROUP BY seller_id, category
    ),
    goods AS (
        SELECT mapping.seller_id, mapping.market_category AS category, count(*)::int AS offers,
               coalesce(sum(level.here), 0)::bigint AS pieces,
               coalesce(sum(level.abroad), 0)::bigint AS abroad
        FROM listings_mapping mapping
        JOIN catalogue_offer offer
          ON offer.seller_id = mapping.seller_id AND offer.category_key = mapping.category_key
         AND offer.state = 'present'
        LEFT JOIN (
            SELECT one.seller_id, one.sku,
                   sum(greatest(one.on_hand - one.reserved - one.buffer - one.owing, 0))
                       FILTER (WHERE house.country = %(country)s) AS here,
                   sum(greatest(one.on_hand - one.reserved - one.buffer - one.owing, 0))
                       FILTER (WHERE house.country <> %(country)s) AS abroad
            FROM stock_level one JOIN stock_warehouse house ON house.id = one.warehouse_id
            GROUP BY one.seller_id, one.sku
        ) level ON level.seller_id = offer.seller_id AND level.sku = offer.key
        WHERE mapping.family = %(family)s
        GROUP BY mapping.seller_id, mapping.market_category
    )
    SELECT goods.category, tenant.id, tenant.code, tenant.name, tenant.country, goods.offers,
           coalesce(judged.listed, 0), coalesce(judged.near, 0), goods.pieces, goods.abroad
    FROM goods
    JOIN accounts_tenant tenant ON tenant.id = goods.seller_id AND tenant.closed_at IS NULL
    LEFT JOIN judged ON judged.seller_id = goods.seller_id AND judged.category = goods.category
    WHERE coalesce(judged.qualifying, 0) = 0
"""  # noqa: S608 - constants only

_SERVED: LiteralString = """
    SELECT coalesce(sum(promise.pieces) FILTER (WHERE house.country = %(country)s), 0)::bigint,
           coalesce(sum(promise.pieces) FILTER (WHERE house.country <> %(country)s), 0)::bigint
    FROM orders_consignment part
    JOIN orders_line line ON line.consignment_id = part.id
    JOIN orders_allocation promise ON promise.line_id = line.id
     AND promise.shipped IS DISTINCT FROM false
    JOIN stock_warehouse house ON house.id = promise.warehouse_id
    WHERE part.shop_id = ANY(%(shops)s) AND part.placed_at >= %(since)s
      AND part.country = %(country)s
"""


def supply(programme: Programme) -> list[CategorySupply]:
    """Return supply and demand by category, those that lack supply first. For the operator's eyes.

    Candidates are named for every category; the nearest come first.
    """
    moment = now()
    market = channels.market_categories(programme.family)
    names: dict[str, Any] = {
        "family": programme.family,
        "code": programme.code,
        "country": programme.country,
        "currency": family(programme.family).rules.currency,
        "shops": [one.id for one in channels.shops() if one.family == programme.family],
        "since": moment - SPAN,
        "now": moment,
    }
    with operator_scope():
        sides = _by_category(_SIDES, names)
        sold = dict(_rows(_SOLD, names))
        candidates = _by_category(_CANDIDATES, names)
    found = [
        CategorySupply(
            category=one,
            path=_path(market, one),
            sides=tuple(Side(*row) for row in sides.get(one, ())),
            sold=sold.get(one, 0),
            candidates=tuple(
                sorted((Candidate(*row) for row in candidates.get(one, ())), key=_place)
            ),
        )
        for one in sides.keys() | sold.keys() | candidates.keys()
    ]
    return sorted(found, key=lambda one: one.urgency)


def served(programme: Programme) -> tuple[int, int]:
    """Return pieces ordered in the span by buyers of the programme's country: (local, abroad).

    By the warehouses that they are or were promised from: what comes from abroad was not there.
    For the operator's eyes.
    """
    names = {
        "country": programme.country,
        "since": now() - SPAN,
        "shops": [one.id for one in channels.shops() if one.family == programme.family],
    }
    with operator_scope():
        ((local, abroad),) = _rows(_SERVED, names)
    return local, abroad


def _place(one: Candidate) -> tuple[int, int, int, str]:
    return one.place


def _path(market: Any, category: str) -> tuple[str, ...]:  # noqa: ANN401 - a mapping by id
    known = market.get(category)
    if known is None:
        return ()
    return tuple(known.path) or (known.name,)


def _by_category(query: LiteralString, names: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for category, *rest in _rows(query, names):
        found[category].append(tuple(rest))
    return found


def _rows(query: LiteralString, names: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, names)
        return list(cursor.fetchall())
