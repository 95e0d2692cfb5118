"""What holds for a variant since it holds for its product: category, weight, package.

A marketplace's listing is of a whole product, so its variants share what only some of them tell.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from torgpred.catalogue.core.offers import Category, Offer, Package
from torgpred.channels.core.contract import Rules
from torgpred.listings.core.completing import package_of, weight_of
from torgpred.listings.core.facts import NOTHING, Facts, FactSet, for_category, merged


class Measures(msgspec.Struct, frozen=True):
    """What one piece of a variant weighs in kg, and its package; None where nobody told."""

    weight_kg: Decimal | None
    package: Package | None


def group_of(offers: Sequence[Offer]) -> str:
    """Return the seller's category of a product; the first in order where variants differ.

    A variant that lost its category follows its siblings.
    """
    if len(offers) == 1:
        return offers[0].category
    return min([offer.category for offer in offers if offer.category], default="")


def product_facts(own: Sequence[FactSet | None], of_category: FactSet) -> FactSet:
    """Return what is stated about a product: of its offers, the first one's before the others'.

    `own` are the facts about each offer alone in the order of their keys. Where there are none,
    `of_category` itself is returned.
    """
    facts = of_category
    for one in reversed(own):
        facts = facts if one is None else merged(one, facts)
    return facts


def measures_of(
    key: str,
    offers: Sequence[Offer],
    stated: Facts,
    categories: Mapping[str, Category],
    rules: Rules,
) -> Measures:
    """Return what a variant weighs and measures: by its own file or statement, else its product's.

    `offers` are all variants of the product in the order of their keys, `key` is one of them.
    """
    [offer] = [one for one in offers if one.key == key]
    of_category = for_category(stated, categories, group_of(offers))
    shared = product_facts([stated.by_offer.get(one.key) for one in offers], of_category)
    own = stated.by_offer.get(key, NOTHING)
    nearest = merged(own, shared)
    heavy = offer.weight_kg is not None or own.weight_kg is not None
    wide = offer.package is not None or own.package is not None
    return Measures(
        weight_of((offer,) if heavy else offers, nearest if heavy else shared, rules),
        package_of((offer,) if wide else offers, nearest if wide else shared, rules),
    )
