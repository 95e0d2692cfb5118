"""Attributes as people name them: "Материал" and "хлопок" made into the marketplace's ids."""

from rapidfuzz import process

from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Attribute
from torgpred.channels.core.drafts import Value
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.core.names import folded
from torgpred.listings.core.stating import read_measure
from torgpred.listings.services import decisions


class UnmappedCategoryError(TorgpredError):
    """The category has no counterpart, so its attributes are not known."""

    code = "listings.category_unmapped"
    template = "Map the category {category} first: torgpred map set SELLER {category} ID"


class UnknownAttributeError(TorgpredError):
    """The marketplace's category has no such attribute."""

    code = "listings.attribute_unknown"
    template = "The marketplace does not ask for {name} in this category. It asks for: {known}."


class UnknownValueError(TorgpredError):
    """The attribute takes only the marketplace's own values."""

    code = "listings.value_unknown"
    template = "{name} cannot be {value}. Nearest in the marketplace's list: {near}."


def attribute_value(*, seller_id: int, shop_id: int, category: str, name: str, value: str) -> Value:
    """Return an attribute's value for one of the seller's categories, by the names people use.

    A measure is kept in one of the attribute's units ("0.5 l" as "500 ml"), a number without a
    unit only where it has one unit alone. Asks the marketplace for the category's dictionaries
    where they were never learnt. Raises UnmappedCategoryError, UnknownAttributeError,
    UnknownValueError, WrongFactError, and what calls raise.
    """
    family = channels.shop(shop_id).family
    mapped = decisions.mappings(seller_id, family).get(category)
    if mapped is None:
        raise UnmappedCategoryError(category=category)
    market = channels.market_categories(family)[mapped.market_category]
    attribute = _named(market.attributes, name)
    channel_services.learn_missing_dictionaries(shop_id, [market.id])
    listed = channels.dictionary_values(family, market.id, attribute.id) or ()
    wanted = folded(value)
    for value_id, text in listed:
        if folded(text) == wanted or value_id == value:
            return Value(attribute_id=attribute.id, value_id=value_id)
    if attribute.dictionary:
        near = process.extract(value, [text for _, text in listed], limit=5)
        raise UnknownValueError(
            name=attribute.name, value=value, near=", ".join(text for text, _, _ in near)
        )
    if attribute.units:
        value = read_measure(attribute.name, attribute.units, value)
    return Value(attribute_id=attribute.id, text=value)


def _named(attributes: tuple[Attribute, ...], name: str) -> Attribute:
    wanted = folded(name)
    for attribute in attributes:
        if attribute.id == name or folded(attribute.name) == wanted:
            return attribute
    known = ", ".join(one.name for one in attributes)
    raise UnknownAttributeError(name=name, known=known)
