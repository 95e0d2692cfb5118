"""Mappings decided before, over all sellers. For the operator's eyes."""

from typing import Any, LiteralString

from django.db import connection

from torgpred.listings.core.remembered import DecidedAttribute, DecidedCategory, RememberedPath
from torgpred.runtime.scope import operator_scope

_CATEGORIES: LiteralString = """
    SELECT mapping.id, mapping.seller_id, tenant.code, tenant.name, mapping.family,
           coalesce(category.path, ARRAY[mapping.category_key]), mapping.market_category,
           mapping.how, mapping.decided_by, mapping.decided_at,
           (SELECT count(*)::int FROM catalogue_offer one WHERE one.seller_id = mapping.seller_id
            AND one.category_key = mapping.category_key AND one.state = 'present')
    FROM listings_mapping mapping JOIN accounts_tenant tenant ON tenant.id = mapping.seller_id
    LEFT JOIN LATERAL (
        SELECT one.path FROM catalogue_category one
        WHERE one.seller_id = mapping.seller_id AND one.key = mapping.category_key
        ORDER BY one.feed_id DESC LIMIT 1
    ) category ON true
    WHERE (%(before)s = 0 OR mapping.id < %(before)s)
      AND (%(family)s = '' OR mapping.family = %(family)s)
      AND (%(seller)s = '' OR tenant.code = %(seller)s)
      AND (%(how)s = '' OR mapping.how = %(how)s)
      AND (%(text)s = '' OR position(lower(%(text)s) IN lower(
           array_to_string(category.path, ' ') || ' ' || mapping.category_key || ' '
           || mapping.market_category)) > 0)
    ORDER BY mapping.id DESC LIMIT %(limit)s
"""
_ATTRIBUTES: LiteralString = """
    SELECT mapping.id, mapping.seller_id, tenant.code, tenant.name, mapping.family,
           mapping.market_category, mapping.param, mapping.value, mapping.attribute,
           mapping.value_id, mapping.decided_by, mapping.decided_at
    FROM listings_attributemapping mapping
    JOIN accounts_tenant tenant ON tenant.id = mapping.seller_id
    WHERE (%(before)s = 0 OR mapping.id < %(before)s)
      AND (%(family)s = '' OR mapping.family = %(family)s)
      AND (%(seller)s = '' OR tenant.code = %(seller)s)
      AND (%(text)s = '' OR position(lower(%(text)s)
           IN lower(mapping.param || ' ' || mapping.value)) > 0)
    ORDER BY mapping.id DESC LIMIT %(limit)s
"""
_PATHS: LiteralString = """
    SELECT id, family, path_key, market_category, uses FROM listings_mappingmemory
    WHERE (%(before)s = 0 OR id < %(before)s) AND (%(family)s = '' OR family = %(family)s)
      AND (%(text)s = '' OR position(lower(%(text)s) IN lower(path_key)) > 0)
    ORDER BY id DESC LIMIT %(limit)s
"""


def decided_categories(
    *,
    family: str = "",
    seller: str = "",
    how: str = "",
    text: str = "",
    before: int = 0,
    limit: int = 50,
) -> list[DecidedCategory]:
    """Return decided categories, the newest first. `how`: "hand", "memory" or "certain"."""
    names = {"family": family, "seller": seller, "how": how, "text": text}
    return [DecidedCategory(*row) for row in _read(_CATEGORIES, names, before, limit)]


def decided_attributes(
    *, family: str = "", seller: str = "", text: str = "", before: int = 0, limit: int = 50
) -> list[DecidedAttribute]:
    """Return decided params and values, the newest first."""
    names = {"family": family, "seller": seller, "text": text}
    return [DecidedAttribute(*row) for row in _read(_ATTRIBUTES, names, before, limit)]


def remembered_paths(
    *, family: str = "", text: str = "", before: int = 0, limit: int = 50
) -> list[RememberedPath]:
    """Return what is suggested for paths since people chose it before, the newest first."""
    names = {"family": family, "text": text}
    return [RememberedPath(*row) for row in _read(_PATHS, names, before, limit)]


def _read(
    sql: LiteralString, names: dict[str, str], before: int, limit: int
) -> list[tuple[Any, ...]]:
    given: dict[str, Any] = {**names, "before": before, "limit": limit}
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
