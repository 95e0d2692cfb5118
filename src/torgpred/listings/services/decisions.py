"""What people decide about listings: category and attribute mappings, shop policies, rates."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.channels import selectors as channels
from torgpred.channels.core.contract import MarketCategory
from torgpred.kernel.clock import now
from torgpred.kernel.money import Rate, Rates
from torgpred.listings import models
from torgpred.listings.core.embedding import installed_encoder
from torgpred.listings.core.errors import (
    UnknownAttributeError,
    UnknownMarketCategoryError,
    UnknownValueError,
)
from torgpred.listings.core.mapping import CategoryIndex, Suggestion
from torgpred.listings.services.remembering import forget, remember
from torgpred.runtime.scope import scope


class MappingCard(msgspec.Struct, frozen=True):
    """One decided mapping of a seller's category."""

    category_key: str
    market_category: str
    how: str
    reason: str
    decided_by: str
    decided_at: datetime


def map_category(
    *,
    seller_id: int,
    family: str,
    category_key: str,
    market_category: str,
    actor: str,
    how: str = "hand",
    reason: str = "",
) -> MappingCard:
    """Decide where a seller's category belongs. A person's decision is remembered for others.

    Raises UnknownMarketCategoryError where the marketplace has no such leaf.
    """
    _leaf(family, market_category)
    with scope(seller_id):
        rows = models.Mapping.objects.filter(
            seller_id=seller_id, family=family, category_key=category_key
        )
        before = rows.select_for_update().first()
        decided_at = now()
        models.Mapping.objects.update_or_create(
            seller_id=seller_id,
            family=family,
            category_key=category_key,
            defaults={
                "market_category": market_category,
                "how": how,
                "reason": reason,
                "decided_by": actor,
                "decided_at": decided_at,
            },
        )
        if before is not None and before.how == "hand":
            forget(seller_id, family, category_key, before.market_category)
        if how == "hand":
            remember(seller_id, family, category_key, market_category)
    return MappingCard(
        category_key=category_key,
        market_category=market_category,
        how=how,
        reason=reason,
        decided_by=actor,
        decided_at=decided_at,
    )


def mappings(seller_id: int, family: str) -> dict[str, MappingCard]:
    """Return a seller's decided mappings by category key."""
    with scope(seller_id):
        rows = models.Mapping.objects.filter(seller_id=seller_id, family=family)
        return {
            row.category_key: MappingCard(
                category_key=row.category_key,
                market_category=row.market_category,
                how=row.how,
                reason=row.reason,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
            )
            for row in rows
        }


class CategoryToMap(msgspec.Struct, frozen=True):
    """A seller's category that is not mapped yet, with what it may be, best first."""

    key: str
    path: tuple[str, ...]
    offers: int
    suggestions: tuple[Suggestion, ...]


def memory(family: str) -> dict[str, dict[str, int]]:
    """Return what people decided before: path key -> market category -> how often."""
    found: dict[str, dict[str, int]] = {}
    for row in models.MappingMemory.objects.filter(family=family):
        found.setdefault(row.path_key, {})[row.market_category] = row.uses
    return found


def suggestions(*, seller_id: int, family: str, limit: int = 5) -> list[CategoryToMap]:
    """Return the categories with offers that nobody mapped, the largest first, with suggestions."""
    market = channels.market_categories(family)
    if not market:
        return []
    counts = catalogue.category_counts(seller_id)
    known = catalogue.categories(seller_id)
    decided = mappings(seller_id, family)
    remembered = memory(family)
    open_keys = [key for key in counts if key not in decided and key in known]
    if not open_keys:
        return []
    open_keys.sort(key=lambda key: (-counts[key], key))
    index = _index(family, market)
    samples = _sample_names(seller_id, open_keys)
    return [
        CategoryToMap(
            key=key,
            path=known[key].path,
            offers=counts[key],
            suggestions=tuple(
                index.suggest(
                    known[key].path, names=samples.get(key, ()), memory=remembered, limit=limit
                )
            ),
        )
        for key in open_keys
    ]


def settle_certain(*, seller_id: int, family: str) -> int:
    """Decide the mappings that are certain and leave the rest to a person; return how many."""
    settled = 0
    for one in suggestions(seller_id=seller_id, family=family, limit=1):
        best = one.suggestions[0] if one.suggestions else None
        if best is not None and best.auto_accept:
            map_category(
                seller_id=seller_id,
                family=family,
                category_key=one.key,
                market_category=best.category_id,
                actor="torgpred",
                how="certain",
                reason=best.reason,
            )
            settled += 1
    return settled


def map_attribute(
    *, seller_id: int, family: str, market_category: str, param: str, attribute: str, actor: str
) -> None:
    """Decide which attribute of a marketplace's category a seller's param is; "" to ignore it.

    Goes before every rule from the next plan on. Audited.
    Raises UnknownMarketCategoryError, UnknownAttributeError.
    """
    category = _leaf(family, market_category)
    if attribute:
        _attribute(category, attribute)
    with scope(seller_id):
        models.AttributeMapping.objects.update_or_create(
            seller_id=seller_id,
            family=family,
            market_category=market_category,
            param=param.strip(),
            value="",
            defaults={"attribute": attribute, "decided_by": actor},
        )


def map_value(
    *,
    seller_id: int,
    family: str,
    market_category: str,
    attribute: str,
    value: str,
    value_id: str,
    actor: str,
) -> None:
    """Decide which dictionary value of an attribute a seller's text means. Audited.

    Raises UnknownMarketCategoryError, UnknownAttributeError, UnknownValueError.
    """
    category = _leaf(family, market_category)
    _attribute(category, attribute)
    known = channels.dictionary_values(family, market_category, attribute)
    if known is not None and value_id not in {one for one, _ in known}:
        raise UnknownValueError(given=value_id, attribute=attribute, category=category.name)
    with scope(seller_id):
        models.AttributeMapping.objects.update_or_create(
            seller_id=seller_id,
            family=family,
            market_category=market_category,
            attribute=attribute,
            value=value.strip(),
            param="",
            defaults={"value_id": value_id, "decided_by": actor},
        )


def _leaf(family: str, market_category: str) -> MarketCategory:
    known = channels.market_categories(family).get(market_category)
    if known is None or not known.leaf:
        raise UnknownMarketCategoryError(given=market_category, family=family)
    return known


def _attribute(category: MarketCategory, attribute: str) -> None:
    if all(one.id != attribute for one in category.attributes):
        known = ", ".join(f"{one.id} {one.name}" for one in category.attributes)
        raise UnknownAttributeError(given=attribute, category=category.name, known=known)


def _sample_names(seller_id: int, category_keys: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of a few offers of each category: context for the suggestions."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT given.key, content.content FROM unnest(%s::text[]) AS given (key)
            CROSS JOIN LATERAL (
                SELECT offer.id FROM catalogue_offer offer
                WHERE offer.seller_id = %s AND offer.state = 'present'
                  AND offer.category_key = given.key LIMIT 8
            ) few
            JOIN catalogue_offer_content content ON content.offer_id = few.id
            """,
            [list(category_keys), seller_id],
        )
        names: dict[str, list[str]] = {}
        for key, content in cursor.fetchall():
            names.setdefault(key, []).append(msgspec.json.decode(content, type=Offer).name)
        return names


_INDEXES: dict[str, tuple[bytes, CategoryIndex]] = {}


def _index(family: str, market: Mapping[str, MarketCategory]) -> CategoryIndex:
    digest = channels.rules_digest(family)
    known = _INDEXES.get(family)
    if known is None or known[0] != digest:
        index = CategoryIndex(market.values(), encoder=installed_encoder())
        known = _INDEXES[family] = (digest, index)
    return known[1]


def set_rate(*, source: str, target: str, value: Decimal, as_of: date, said_by: str) -> None:
    """Record what one unit of a currency is worth in another, as of a day, and who says so."""
    models.ExchangeRate.objects.update_or_create(
        source=source.upper(),
        target=target.upper(),
        as_of=as_of,
        defaults={"value": value, "said_by": said_by},
    )


def rates() -> Rates:
    """Return the newest known rate of every pair."""
    rows = models.ExchangeRate.objects.order_by("source", "target", "as_of")
    return Rates(
        {(row.source, row.target): Rate(row.value, row.as_of, row.said_by) for row in rows}
    )
