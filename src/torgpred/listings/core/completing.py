"""Offers completed by what their seller stated: only what the file leaves open is filled."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from torgpred.catalogue.core.offers import Offer, Package
from torgpred.channels.core.contract import Rules
from torgpred.listings.core import content
from torgpred.listings.core.countries import country_code
from torgpred.listings.core.facts import NOTHING, Asked, FactSet, attribute_key, merged
from torgpred.listings.core.filling import Filling
from torgpred.listings.core.question import Parts

COMPLETED: Final = ("name", "description", "price", "cost", "currency", "pictures")
"""Facts that are filled into the offer itself; the others are facts about the product."""

_AS_USED: Final[Mapping[str, Callable[[str], str]]] = {
    "country": country_code,
    "brand": content.one_line,
}
"""How a stated text is changed before it is used."""


def completes(facts: FactSet) -> bool:
    """Tell whether there is anything to fill into offers."""
    return any(getattr(facts, name) for name in COMPLETED)


def completed(
    offers: Sequence[Offer], own: Sequence[FactSet | None], facts: FactSet, rules: Rules
) -> tuple[Offer, ...]:
    """Return a product's offers with what the file leaves open and was stated.

    `own` are the facts about each offer alone (empty where there are none at all), `facts` those
    of the category: what is alike for the whole product is not filled in here.
    """
    mine = own or [None] * len(offers)
    return tuple(
        [
            _filled(offer, facts if one is None else merged(one, facts), one, rules)
            for offer, one in zip(offers, mine, strict=True)
        ]
    )


def _filled(offer: Offer, facts: FactSet, own: FactSet | None, rules: Rules) -> Offer:
    """Return the offer with what the file leaves open; the same object where nothing is.

    `facts` are all that hold for the offer, `own` those stated about it alone: a weight or package
    among them belongs to this variant. What a marketplace could never take is as good as missing.
    """
    found: dict[str, Any] = {}
    if facts.name and not (offer.name or offer.vendor or offer.model):
        found["name"] = facts.name
    if facts.description and not offer.description:
        found["description"] = facts.description
    if facts.pictures and not content.pictures_of((offer,))[0]:
        found["pictures"] = facts.pictures
    currency = offer.currency
    for name in ("price", "cost"):
        asked: Asked | None = getattr(facts, name)
        if asked is not None and getattr(offer, name) is None:
            found[name] = asked.amount
            currency = asked.currency or currency or facts.currency or rules.currency
    if not currency and facts.currency:
        currency = facts.currency
    if currency != offer.currency:
        found["currency"] = currency
    if own is not None:
        found |= _parcel(offer, own, rules)
    return msgspec.structs.replace(offer, **found) if found else offer


def _parcel(offer: Offer, own: FactSet, rules: Rules) -> dict[str, Any]:
    found: dict[str, Any] = {}
    least, most = rules.weight_kg
    if own.weight_kg is not None and not _within(offer.weight_kg, least, most):
        found["weight_kg"] = own.weight_kg
    least, most = rules.side_cm
    told = offer.package
    sides = (told.length, told.width, told.height) if told else (None,)
    if own.package is not None and not all(_within(side, least, most) for side in sides):
        found["package"] = own.package
    return found


def _within(number: Decimal | None, least: Decimal, most: Decimal) -> bool:
    return number is not None and least <= number <= most


def used_statements(
    offers: Sequence[Offer],
    whole: Sequence[Offer],
    parts: Parts,
    filled: Filling,
    stated: Sequence[FactSet],
) -> tuple[str, ...]:
    """Return "fact: statement" for every stated fact that a product's state rests on.

    `offers` as the file has them, `whole` the same completed, `stated` the sets of facts that
    hold, the nearest first.
    """
    found: dict[str, str] = {}
    for name, value, told in _compared(offers, whole, parts):
        if value and value not in told:
            _note(found, name, value, stated)
    values = {*filled.product, *(one for row in filled.variants for one in row)}
    for facts in stated:
        for one in facts.attributes:
            key = attribute_key(one.attribute_id)
            if one in values and key in facts.sources:
                found.setdefault(key, facts.sources[key])
    return tuple(f"{name}: {source}" for name, source in found.items())


def _compared(
    offers: Sequence[Offer], whole: Sequence[Offer], parts: Parts
) -> list[tuple[str, Any, Sequence[Any]]]:
    """Return (fact, the value that is used, the values that the file tells)."""
    first = offers[0]
    return [
        ("weight_kg", parts.weight_kg, [one.weight_kg for one in offers]),
        ("package", parts.package, [one.package for one in offers]),
        ("country", parts.country, [country_code(first.country)]),
        ("brand", parts.brand, [content.one_line(first.vendor)]),
        ("lead_time_days", parts.lead_time_days, ()),
        ("delivery_template_id", parts.delivery_template_id, ()),
        ("unit", parts.unit, ()),
        ("tnved", parts.tnved, [first.tnved]),
        *_filled_in(offers, whole),
    ]


def _filled_in(
    offers: Sequence[Offer], whole: Sequence[Offer]
) -> list[tuple[str, Any, Sequence[Any]]]:
    return [
        (name, getattr(now, name), (getattr(before, name),))
        for before, now in zip(offers, whole, strict=True)
        if before is not now
        for name in COMPLETED
    ]


def _note(found: dict[str, str], name: str, value: object, stated: Sequence[FactSet]) -> None:
    for facts in stated:
        given = getattr(facts, name)
        if isinstance(given, Asked):
            given = given.amount
        elif name in _AS_USED:
            given = _AS_USED[name](given)
        if name in facts.sources and given == value:
            found.setdefault(name, facts.sources[name])
            return


def variant_values(
    own: Sequence[FactSet | None],
) -> tuple[Mapping[str, Any], ...] | None:
    """Return the attributes stated about each offer alone, by id; None where there are none."""
    if not any(one is not None and one.attributes for one in own):
        return None
    return tuple(
        {value.attribute_id: value for value in one.attributes} if one is not None else {}
        for one in own
    )


def chosen(name: str, of_file: str, stated: str, facts: FactSet) -> str:
    """Return the stated text where the file has none, or where it holds instead."""
    if facts is NOTHING:
        return of_file
    if stated and name in facts.instead:
        return stated
    return of_file or stated


def weight_of(offers: Sequence[Offer], facts: FactSet, rules: Rules) -> Decimal | None:
    """Return the weight of the heaviest variant that tells one, else the stated.

    What the marketplace could never take (grams typed as kilograms) gives way to a statement.
    """
    if len(offers) == 1:
        told = offers[0].weight_kg
    else:
        told = max([one.weight_kg for one in offers if one.weight_kg is not None], default=None)
    stated = facts.weight_kg
    if stated is None:
        return told
    least, most = rules.weight_kg
    if told is None or "weight_kg" in facts.instead or not least <= told <= most:
        return stated
    return told


def package_of(offers: Sequence[Offer], facts: FactSet, rules: Rules) -> Package | None:
    """Return the package of the largest variant that tells one, else the stated; as `weight_of`."""
    if len(offers) == 1:
        told = offers[0].package
    else:
        packages = [one.package for one in offers if one.package is not None]
        told = max(packages, key=_volume, default=None)
    stated = facts.package
    if stated is None:
        return told
    least, most = rules.side_cm
    if told is None or "package" in facts.instead:
        return stated
    sides = (told.length, told.width, told.height)
    return told if all(least <= side <= most for side in sides) else stated


def _volume(package: Package) -> tuple[Decimal, Decimal, Decimal]:
    return package.length * package.width * package.height, package.length, package.width
