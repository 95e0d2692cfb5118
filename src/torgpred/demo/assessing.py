"""What is known of a marketplace before anybody has an account there: its rules, a sample tree.

The tree is the one that the twin serves; a shop learns the marketplace's own.
"""

from functools import cache

from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.channels.families import family
from torgpred.listings.core.assessing import Market
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
