"""Facts that the seller stated where the file is silent, resolved for one offer.

A fact of the file goes before a statement, unless the statement says that it holds instead. Of
statements the nearer one wins: the offer's, then its category's, then the parent's, then the
seller's for everything.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.catalogue.core.offers import Category, Package
from torgpred.channels.core.drafts import Value

FACT_NAMES: Final = (
    "weight_kg", "package", "country", "brand", "lead_time_days", "delivery_template_id",
    "unit", "tnved", "name", "description", "price", "cost", "currency", "pictures",
)  # fmt: skip
_DEPTH: Final = 50


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A price or cost that the file lacks: without a currency in the offer's, else the shop's."""

    amount: Decimal
    currency: str = ""


class FactSet(msgspec.Struct, frozen=True, omit_defaults=True):
    """Facts about a group of offers; None or empty where nothing is stated.

    `instead` names facts that hold although the file says something else. `sources` names, by
    fact or "attribute:<id>", the statement that gives it, to be shown wherever it is used.
    """

    weight_kg: Decimal | None = None
    package: Package | None = None
    country: str = ""
    brand: str = ""
    lead_time_days: int | None = None
    delivery_template_id: str = ""
    unit: str = ""
    tnved: tuple[str, ...] = ()
    name: str = ""
    description: str = ""
    price: Asked | None = None
    cost: Asked | None = None
    currency: str = ""
    pictures: tuple[str, ...] = ()
    attributes: tuple[Value, ...] = ()
    instead: frozenset[str] = frozenset()
    sources: Mapping[str, str] = {}


NOTHING: Final = FactSet()


class Facts(msgspec.Struct, frozen=True):
    """All statements of one seller: for everything, by category key, by offer key."""

    everything: FactSet = NOTHING
    by_category: Mapping[str, FactSet] = {}
    by_offer: Mapping[str, FactSet] = {}


def attribute_key(attribute_id: str) -> str:
    """Return the name of an attribute among facts."""
    return f"attribute:{attribute_id}"


def merged(nearer: FactSet, farther: FactSet) -> FactSet:
    """Return the facts of both; the nearer ones win."""
    if farther is NOTHING or farther == NOTHING:
        return nearer
    if nearer is NOTHING or nearer == NOTHING:
        return farther
    stated = {name: getattr(nearer, name) or getattr(farther, name) for name in FACT_NAMES}
    own = {value.attribute_id for value in nearer.attributes}
    rest = tuple(value for value in farther.attributes if value.attribute_id not in own)
    covered = {name for name in FACT_NAMES if getattr(nearer, name)}
    covered |= {attribute_key(one) for one in own}
    sources = {name: said for name, said in farther.sources.items() if name not in covered}
    return FactSet(
        **stated,
        attributes=nearer.attributes + rest,
        instead=nearer.instead | farther.instead,
        sources=sources | dict(nearer.sources),
    )


def for_category(facts: Facts, categories: Mapping[str, Category], key: str) -> FactSet:
    """Return the facts that hold for a category: its own, its parents', the seller's."""
    found = NOTHING
    for one in upwards(categories, key):
        found = merged(found, facts.by_category.get(one, NOTHING))
    return merged(found, facts.everything)


def upwards(categories: Mapping[str, Category], key: str) -> Iterable[str]:
    """Yield a category's key and those above it, nearest first; a circle ends it."""
    seen: set[str] = set()
    while key not in seen and len(seen) < _DEPTH:
        seen.add(key)
        yield key
        category = categories.get(key)
        if category is None or not category.parent:
            return
        key = category.parent
