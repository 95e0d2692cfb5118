"""Sellers' params made into a marketplace's attributes. What is uncertain is not filled, but told.

A matcher is made once per category of the marketplace; what a param became is remembered, so that
the hundredth "Цвет: красный" costs one look-up.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from torgpred.catalogue.core.offers import Offer, Param
from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.channels.core.drafts import Value
from torgpred.kernel.digests import digest_of
from torgpred.kernel.findings import Kind
from torgpred.listings.core.content import one_line
from torgpred.listings.core.lexicon import NAME_SYNONYMS, VALUE_SYNONYMS, name_meanings
from torgpred.listings.core.names import folded, key_of
from torgpred.listings.core.param_names import NameMatch, ParamNames, Why, meaning_of
from torgpred.listings.core.remarks import advice
from torgpred.listings.core.units import factor, measure, plain, unit_of
from torgpred.listings.core.values import Dictionary

UNKNOWN_VALUE = advice(
    "attribute.value_unknown",
    "{name}: {value} is not in the marketplace's list.{nearest}",
    "Choose the value that is meant, once for all offers that have it.",
)
UNIT_MISSING = advice(
    "attribute.unit_missing",
    "{name}: {value} has no unit; {units} could be meant.",
    "Add the unit to the file, or say which one is meant.",
)
UNIT_STRANGE = advice(
    "attribute.unit_strange",
    "{name}: {value} cannot be converted to {units}.",
    "Write a number and one of these units.",
)
UNCERTAIN_NAME = advice(
    "attribute.name_uncertain",
    "{value} may be the marketplace's attribute {name}, but that is not certain.",
    "Say once which attribute is meant.",
)

_VALUES_KEPT: Final = 50_000
_SAFE_WITHOUT_UNIT: Final = {"piece", "percent", "denier", "karat", "kelvin", "lumen", "volt"}
_LEXICON: Final = digest_of([NAME_SYNONYMS, VALUE_SYNONYMS]).hex()
"""A word added to the lexicon makes values anew, so what was made with the old one is stale."""
_BRAND: Final = key_of("бренд")
_COUNTRY: Final = name_meanings()[key_of("страна производства")]
_MODEL: Final = key_of("модель")
_CODE: Final = key_of("артикул")


class Filled(msgspec.Struct, frozen=True, gc=False):
    """What one param became: values of an attribute, or the reason why not."""

    attribute: Attribute | None
    values: tuple[Value, ...] = ()
    trouble: Kind | None = None
    shown: str = ""
    data: Mapping[str, str] = {}


_NOTHING: Final = Filled(None)


class AttributeMatcher:
    """Matches the params of offers that are mapped to one category of the marketplace.

    `dictionaries` holds values that did not come inline, by attribute id. `names` (param name ->
    attribute id, "" to ignore) and `values` ((attribute id, value) -> value id) are what persons
    decided; they go before every rule.
    """

    def __init__(
        self,
        category: MarketCategory,
        *,
        dictionaries: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        names: Mapping[str, str] | None = None,
        values: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.category = category
        listed = dict(dictionaries or {})
        chosen = {(one, folded(text)): to for (one, text), to in (values or {}).items()}
        self.digest = digest_of(
            [category.id, category.attributes, sorted((k, list(v)) for k, v in listed.items()),
             sorted((names or {}).items()), sorted(chosen.items()), _LEXICON]
        )  # fmt: skip
        self._attributes = {one.id: one for one in category.attributes}
        self.required = tuple(one for one in category.attributes if one.required)
        self.required_of_product = tuple(one for one in self.required if not one.variant)
        self.required_of_variant = tuple(one for one in self.required if one.variant)
        self._dictionaries = {
            one.id: Dictionary(
                one, [*one.values, *listed.get(one.id, ())], chosen=chosen,
                country=meaning_of(one.name) == _COUNTRY,
            )
            for one in category.attributes
            if one.dictionary or one.values or one.id in listed
        }  # fmt: skip
        self._names = ParamNames(
            category,
            said={folded(name): to for name, to in (names or {}).items()},
            listed={one: known.names.values() for one, known in self._dictionaries.items()},
        )
        self._own = [
            (source, one)
            for one in category.attributes
            for source in (meaning_of(one.name),)
            if source in {_BRAND, _COUNTRY, _MODEL, _CODE}
        ]
        self._filled: dict[Param, Filled] = {}

    def dictionary(self, attribute_id: str) -> Dictionary | None:
        """Return the values of an attribute; None where it takes free text."""
        return self._dictionaries.get(attribute_id)

    def fact_of(self, attribute_id: str) -> str:
        """Return the fact that fills an attribute: the brand's, where it takes it as it is said.

        So the brand is asked for once, and not for each category. Where the marketplace lists the
        brands that it takes, one of them has to be chosen for the category.
        """
        free = attribute_id not in self._dictionaries
        brand = free and any(
            source == _BRAND and one.id == attribute_id for source, one in self._own
        )
        return "brand" if brand else f"attribute:{attribute_id}"

    def match(self, offer: Offer, *, vendor: str, country: str) -> dict[str, Filled]:
        """Return what the offer's facts became, by attribute id; troubles under "?name".

        `vendor` and `country` are the effective ones (file or statement). Several params of one
        attribute are joined where it takes several values; else the first counts.
        """
        found: dict[str, Filled] = {}
        remembered = self._filled
        for param in offer.params:
            filled = remembered.get(param)
            if filled is None:
                filled = self.fill(param)
            one = filled.attribute
            if one is None:
                if filled.trouble is not None:
                    found["?" + param.name] = filled
                continue
            before = found.get(one.id)
            if before is None or not before.values:
                found[one.id] = filled
            elif one.several and filled.values:
                joined = tuple(dict.fromkeys((*before.values, *filled.values)))
                found[one.id] = Filled(one, joined)
        if self._own:
            self._from_fields(offer, vendor, country, found)
        return found

    def fill(self, param: Param) -> Filled:
        """Return what one param becomes, from memory where it was seen before."""
        filled = self._filled.get(param)
        return filled if filled is not None else self._remember(param, self._fill(param))

    def _remember(self, param: Param, filled: Filled) -> Filled:
        if len(self._filled) > _VALUES_KEPT:
            self._filled.clear()  # free texts never end
        self._filled[param] = filled
        return filled

    def explain(self, name: str) -> NameMatch:
        """Return what a param's name is taken for, and why."""
        return self._names.match(name)

    def suggest(self, name: str, value: str = "", *, limit: int = 3) -> list[NameMatch]:
        """Return the attributes that a param may mean, best first, for a person to choose from.

        The one that is certain leads; an attribute whose list has the value goes before others.
        """
        fits = [one for one, listed in self._dictionaries.items() if value and listed.find(value)]
        return self._names.suggest(name, fits=fits, limit=limit)

    # --- values ---------------------------------------------------------------------------------
    def _fill(self, param: Param) -> Filled:
        match = self.explain(param.name)
        if not match.attribute_id:
            if match.candidate:
                data = {"name": match.candidate}
                return Filled(None, (), UNCERTAIN_NAME, param.name, data)
            return _NOTHING
        one = self._attributes[match.attribute_id]
        value = one_line(param.value)
        filled = self._value(one, value, param.unit or match.unit) if value else _NOTHING
        if match.why is Why.PART and not any(known.value_id for known in filled.values):
            return Filled(None, (), UNCERTAIN_NAME, param.name, {"name": one.name})
        return filled

    def _value(self, one: Attribute, value: str, unit: str) -> Filled:
        listed = self._dictionaries.get(one.id)
        if listed is not None:
            ids = listed.find(value, unit)
            if ids:
                return Filled(one, tuple(Value(one.id, value_id=to) for to in ids))
            if one.dictionary:
                near = listed.nearest(value)
                said = f" Near to it: {', '.join(near)}." if near else ""
                return Filled(one, (), UNKNOWN_VALUE, value, {"name": one.name, "nearest": said})
        if one.units:
            return _measured(one, value, unit)
        known = unit if unit and unit_of(unit) else ""
        return Filled(one, (Value(one.id, text=f"{value} {known}" if known else value),))

    def _from_fields(
        self, offer: Offer, vendor: str, country: str, found: dict[str, Filled]
    ) -> None:
        """Fill brand, country, model and code from the offer's own fields where no param did."""
        for source, one in self._own:
            if one.id in found and found[one.id].values:
                continue
            text = vendor if source == _BRAND else country
            if source in {_MODEL, _CODE}:
                text = offer.model if source == _MODEL else offer.vendor_code
            if not text:
                continue
            param = Param("\x00" + one.id, text)
            filled = self._filled.get(param)
            if filled is None:
                filled = self._remember(param, self._value(one, one_line(text), ""))
            found[one.id] = filled


def _measured(one: Attribute, value: str, unit: str) -> Filled:
    """Return a number in one of the attribute's units; a number without unit is not guessed."""
    data = {"name": one.name, "units": ", ".join(one.units)}
    read = measure(value)
    if read is None:
        return Filled(one, (), UNIT_STRANGE, value, data)
    number, written = read
    given = written or unit
    if not given:
        if len(one.units) == 1 and unit_of(one.units[0]) in _SAFE_WITHOUT_UNIT:
            given = one.units[0]
        else:
            return Filled(one, (), UNIT_MISSING, value, data)
    for target in sorted(one.units, key=lambda to: unit_of(to) != unit_of(given)):
        worth = factor(given, target)
        if worth is not None:
            return Filled(one, (Value(one.id, text=f"{plain(number * worth)} {target}"),))
    return Filled(one, (), UNIT_STRANGE, f"{value} {unit}".strip(), data)
