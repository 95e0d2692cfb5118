"""What people decide about listings: category and attribute mappings, shop policies, rates."""

from datetime import date
from decimal import Decimal

import msgspec
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.kernel.money import Rate, Rates
from torgpred.listings import models
from torgpred.listings.core.errors import UnknownMarketCategoryError
from torgpred.runtime.scope import scope


class MappingCard(msgspec.Struct, frozen=True):
    """One decided mapping of a seller's category."""

    category_key: str
    market_category: str
    how: str
    reason: str
    decided_by: str


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
    known = channels.market_categories(family).get(market_category)
    if known is None or not known.leaf:
        raise UnknownMarketCategoryError(given=market_category, family=family)
    with scope(seller_id):
        models.Mapping.objects.update_or_create(
            seller_id=seller_id,
            family=family,
            category_key=category_key,
            defaults={
                "market_category": market_category,
                "how": how,
                "reason": reason,
                "decided_by": actor,
            },
        )
        if how == "hand":
            _remember(seller_id, family, category_key, market_category)
    return MappingCard(
        category_key=category_key,
        market_category=market_category,
        how=how,
        reason=reason,
        decided_by=actor,
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
            )
            for row in rows
        }


def memory(family: str) -> dict[tuple[str, tuple[str, ...]], str]:
    """Return what people decided before: (name, path) -> market category, the most used one."""
    found: dict[tuple[str, tuple[str, ...]], str] = {}
    for row in models.MappingMemory.objects.filter(family=family).order_by("uses", "id"):
        found[row.name, tuple(row.path.split("\x1f"))] = row.market_category
    return found


def _remember(seller_id: int, family: str, category_key: str, market_category: str) -> None:
    category = catalogue.categories(seller_id).get(category_key)
    if category is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO listings_mappingmemory AS memory
                (family, name, path, market_category, uses)
            VALUES (%s, %s, %s, %s, 1)
            ON CONFLICT (family, name, path, market_category)
            DO UPDATE SET uses = memory.uses + 1
            """,
            [family, category.name, "\x1f".join(category.path), market_category],
        )


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
