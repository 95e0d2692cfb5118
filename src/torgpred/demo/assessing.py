"""What is known of a marketplace before anybody has an account there: its rules, a sample tree.

The tree is the one that the twin serves; a shop learns the marketplace's own.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

import msgspec

from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.channels.families import family
from torgpred.listings.core.assessing import Market
from torgpred.listings.core.eligibility import Eligibility
from torgpred.listings.library import library
from torgpred.twins.aliexpress_ru.rulebook import Rulebook
from torgpred.twins.aliexpress_ru.tree import load
from torgpred.twins.aliexpress_ru.tree_types import TreeCategory, TreeProperty

FAMILY = "aliexpress_ru"


@cache
def sample_market() -> Market:
    """Return AliExpress Russia with its rules and the sample tree, all values inline."""
    of = family(FAMILY)
    book = Rulebook(load())
    categories = tuple(_category(book, one) for one in load().categories.values())
    return Market(code=of.code, name=of.name, rules=of.rules, categories=categories)


def known_market() -> Market:
    """Return the same with the categories that a shop of this installation has learnt, if any.

    Reads the database.
    """
    from torgpred.channels import selectors  # noqa: PLC0415 - the rest needs no database

    known = selectors.market_categories(FAMILY)
    if not known:
        return sample_market()
    listed = selectors.dictionaries(FAMILY, list(known))
    return msgspec.structs.replace(
        sample_market(),
        categories=tuple(with_values(one, listed) for one in known.values()),
        learnt=True,
    )


def with_values(
    category: MarketCategory, listed: Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
) -> MarketCategory:
    """Return a category with the values that were learnt by (category id, attribute id).

    Lists are learnt only when a plan needs them; one that was not is taken to hold any value.
    """
    attributes = []
    for one in category.attributes:
        values = one.values or listed.get((category.id, one.id), ())
        closed = one.dictionary and bool(values)
        attributes.append(msgspec.structs.replace(one, values=values, dictionary=closed))
    return msgspec.structs.replace(category, attributes=tuple(attributes))


def duties_of(market: Market, day: date) -> Eligibility:
    """Return what the built-in library says of a marketplace on a day."""
    parents = {one.id: one.parent_id for one in market.categories}
    return Eligibility(family=market.code, day=day, duties=library(), parents=parents)


def _category(book: Rulebook, given: TreeCategory) -> MarketCategory:
    attributes = [_attribute(one, variant=False) for one in given.properties]
    attributes += [_attribute(one, variant=True) for one in given.sku_properties]
    return MarketCategory(
        id=str(given.id),
        name=given.name,
        parent_id="" if given.parent_id is None else str(given.parent_id),
        path=tuple(one.name for one in book.path(given.id)),
        children=tuple(str(child) for child in given.children_ids),
        attributes=tuple(attributes),
    )


def _attribute(given: TreeProperty, *, variant: bool) -> Attribute:
    return Attribute(
        id=str(given.id),
        name=given.name,
        required=given.is_required,
        variant=variant,
        values=tuple((str(value_id), name) for value_id, name in given.values),
        dictionary=given.is_enum_prop,
        units=tuple(given.units),
    )
