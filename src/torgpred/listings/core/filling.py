"""The attributes of a whole product: those of the product, and those that tell variants apart."""

from collections.abc import Mapping, Sequence

import msgspec

from torgpred.catalogue.core.offers import Offer
from torgpred.channels.core.contract import Attribute
from torgpred.channels.core.drafts import Value
from torgpred.listings.core.attributes import AttributeMatcher, Filled


class Filling(msgspec.Struct, gc=False):
    """Attributes of a product and of each of its variants, in the offers' order.

    `lacking` and `missing` name required attributes that are open, of the product and of each
    variant; `differing` are names of attributes
    in which the variants differ although the marketplace takes one value a product.
    """

    product: tuple[Value, ...]
    variants: list[tuple[Value, ...]]
    lacking: tuple[str, ...]
    missing: list[tuple[str, ...]]
    troubles: tuple[Filled, ...]
    differing: tuple[str, ...] = ()


def fill(
    offers: Sequence[Offer],
    matcher: AttributeMatcher | None,
    *,
    vendor: str,
    country: str,
    given: Mapping[str, Value],
    own: Sequence[Mapping[str, Value]] | None = None,
) -> Filling:
    """Return the attributes of a product and of its variants.

    `given` are values that statements gave, by attribute id; they fill what the file leaves open.
    `own` are those that were given about each offer alone, which go first for its variant.
    Where variants differ in an attribute of the product it is left out and told; a required one
    takes the first variant's value.
    """
    if matcher is None:
        return Filling((), [()] * len(offers), (), [()] * len(offers), ())
    found = [matcher.match(offer, vendor=vendor, country=country) for offer in offers]
    if len(offers) == 1:
        return _alone(found[0], matcher, given)
    product: list[Value] = []
    variants: list[list[Value]] = [[] for _ in offers]
    differing: list[str] = []
    for one in matcher.category.attributes:
        fallback = given.get(one.id)
        rows = [_values(row.get(one.id), fallback) for row in found]
        if one.variant:
            if own is not None:
                rows = [
                    _values(row.get(one.id), own[number].get(one.id) or fallback)
                    for number, row in enumerate(found)
                ]
            for number, values in enumerate(rows):
                variants[number] += values
            continue
        told = [row for row in rows if row]
        if not told:
            continue
        if any(row != told[0] for row in told):
            differing.append(one.name)
            if not one.required:
                continue
        product += told[0]
    return Filling(
        product=tuple(product),
        variants=[tuple(target) for target in variants],
        lacking=_lacking(matcher.required_of_product, product),
        missing=[_lacking(matcher.required_of_variant, target) for target in variants],
        troubles=_troubles(found),
        differing=tuple(differing),
    )


def _alone(
    row: Mapping[str, Filled], matcher: AttributeMatcher, given: Mapping[str, Value]
) -> Filling:
    """Fill a product of one offer: the common case, kept short."""
    product: list[Value] = []
    variant: list[Value] = []
    for one in matcher.category.attributes:
        filled = row.get(one.id)
        if filled is not None and filled.values:
            target = variant if one.variant else product
            target += filled.values
        elif one.id in given:
            target = variant if one.variant else product
            target.append(given[one.id])
    return Filling(
        product=tuple(product),
        variants=[tuple(variant)],
        lacking=_lacking(matcher.required_of_product, product),
        missing=[_lacking(matcher.required_of_variant, variant)],
        troubles=_troubles((row,)),
    )


def _lacking(required: Sequence[Attribute], values: Sequence[Value]) -> tuple[str, ...]:
    if not required:
        return ()
    have = {value.attribute_id for value in values}
    return tuple([one.id for one in required if one.id not in have])


def _values(filled: Filled | None, fallback: Value | None) -> tuple[Value, ...]:
    if filled is not None and filled.values:
        return filled.values
    return () if fallback is None else (fallback,)


def _troubles(found: Sequence[Mapping[str, Filled]]) -> tuple[Filled, ...]:
    """Return the params that were not taken, each once."""
    told: dict[tuple[str, str], Filled] | None = None
    for row in found:
        for name, filled in row.items():
            if filled.trouble is not None:
                if told is None:
                    told = {}
                told.setdefault((name, filled.shown), filled)
    return () if told is None else tuple(told.values())
