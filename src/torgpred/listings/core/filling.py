"""The attributes of a whole product: those of the product, and those that tell variants apart."""

from collections.abc import Mapping, Sequence

import msgspec

from torgpred.catalogue.core.offers import Offer
from torgpred.channels.core.drafts import Value
from torgpred.listings.core.attributes import AttributeMatcher, Filled


class Filling(msgspec.Struct, gc=False):
    """Attributes of a product and of each of its variants, in the offers' order.

    `missing` names required variant attributes that are open; `differing` are names of attributes
    in which the variants differ although the marketplace takes one value a product.
    """

    product: tuple[Value, ...]
    variants: list[tuple[Value, ...]]
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
) -> Filling:
    """Return the attributes of a product and of its variants.

    `given` are values that statements gave, by attribute id; they fill what the file leaves open.
    Where variants differ in an attribute of the product it is left out and told; a required one
    takes the first variant's value.
    """
    if matcher is None:
        return Filling((), [()] * len(offers), [()] * len(offers), ())
    found = [matcher.match(offer, vendor=vendor, country=country) for offer in offers]
    product: list[Value] = []
    variants: list[list[Value]] = [[] for _ in offers]
    missing: list[tuple[str, ...]] = []
    differing: list[str] = []
    for one in matcher.category.attributes:
        fallback = given.get(one.id)
        rows = [_values(row.get(one.id), fallback) for row in found]
        if one.variant:
            for number, values in enumerate(rows):
                variants[number] += values
            continue
        told = rows if len(rows) == 1 else [row for row in rows if row]
        if not told:
            continue
        if len(told) > 1 and any(row != told[0] for row in told):
            differing.append(one.name)
            if not one.required:
                continue
        product += told[0]
    for target in variants:
        have = {value.attribute_id for value in target}
        missing.append(
            tuple([one.id for one in matcher.required if one.variant and one.id not in have])
        )
    return Filling(
        tuple(product),
        [tuple(target) for target in variants],
        missing,
        _troubles(found),
        tuple(differing),
    )


def _values(filled: Filled | None, fallback: Value | None) -> tuple[Value, ...]:
    if filled is not None and filled.values:
        return filled.values
    return () if fallback is None else (fallback,)


def _troubles(found: Sequence[Mapping[str, Filled]]) -> tuple[Filled, ...]:
    """Return the params that were not taken, each once."""
    told: dict[tuple[str, str], Filled] = {}
    for row in found:
        for name, filled in row.items():
            if filled.trouble is not None:
                told.setdefault((name, filled.shown), filled)
    return tuple(told.values())
