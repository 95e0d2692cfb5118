"""Sellers' params made into a marketplace's attributes. What is uncertain is not filled, but told.

A matcher is made once per category of the marketplace; what a param became is remembered, so that
the hundredth "Цвет: красный" costs one look-up.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec
from rapidfuzz import fuzz, process

from torgpred.catalogue.core.offers import Offer, Param
from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.channels.core.drafts import Value
from torgpred.kernel.digests import digest_of
from torgpred.kernel.findings import Kind
from torgpred.listings.core.content import one_line
from torgpred.listings.core.countries import country_code
from torgpred.listings.core.lexicon import name_meanings
from torgpred.listings.core.names import folded, key_of
from torgpred.listings.core.notices import advice
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

_NAMES_KEPT: Final = 5_000
_VALUES_KEPT: Final = 50_000
_SURE: Final = 93.0
_NEAR: Final = 84.0
_UNIT_AT_END: Final = re.compile(r"^(?P<name>.+?)(?:,\s*|\s*\()(?P<unit>[^\s,()]{1,8}?)\.?\)?$")
_SAFE_WITHOUT_UNIT: Final = {"piece", "percent", "denier", "karat", "kelvin", "lumen", "volt"}
_BRAND: Final = key_of("бренд")
_COUNTRY: Final = name_meanings()[key_of("страна производства")]
_MODEL: Final = key_of("модель")
_CODE: Final = key_of("артикул")


class Why(StrEnum):
    """On what grounds a name was taken for an attribute."""

    PERSON = "a person said so"
    EXACT = "same name"
    ENDINGS = "same words"
    SYNONYM = "same meaning"
    PART = "the only attribute that has this word; its list has the value"
    SIMILAR = "almost the same spelling"
    UNSURE = "similar, not certain"
    NONE = "no attribute like it"


class NameMatch(msgspec.Struct, frozen=True):
    """What a seller's param name was taken for. `attribute_id` is empty where for nothing."""

    attribute_id: str
    why: Why
    confidence: float
    unit: str = ""
    candidate: str = ""
    """Name of the attribute that was near, where that is uncertain."""


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
             sorted((names or {}).items()), sorted(chosen.items())]
        )  # fmt: skip
        self._attributes = {one.id: one for one in category.attributes}
        self.required = tuple(one for one in category.attributes if one.required)
        self.required_of_product = tuple(one for one in self.required if not one.variant)
        self.required_of_variant = tuple(one for one in self.required if one.variant)
        self._said = {folded(name): to for name, to in (names or {}).items()}
        self._dictionaries = {
            one.id: Dictionary(
                one, [*one.values, *listed.get(one.id, ())], chosen=chosen,
                country=_meaning(one.name) == _COUNTRY,
            )
            for one in category.attributes
            if one.dictionary or one.values or one.id in listed
        }  # fmt: skip
        self._by_name: dict[str, list[Attribute]] = {}
        self._by_key: dict[str, list[Attribute]] = {}
        self._by_meaning: dict[str, list[Attribute]] = {}
        for one in category.attributes:
            self._by_name.setdefault(folded(_without_unit(one.name)[0]), []).append(one)
            self._by_key.setdefault(_key(one.name), []).append(one)
            self._by_meaning.setdefault(_meaning(one.name), []).append(one)
        self._own = [
            (source, one)
            for one in category.attributes
            for source in (_meaning(one.name),)
            if source in {_BRAND, _COUNTRY, _MODEL, _CODE}
        ]
        self._names: dict[str, NameMatch] = {}
        self._filled: dict[Param, Filled] = {}

    def dictionary(self, attribute_id: str) -> Dictionary | None:
        """Return the values of an attribute; None where it takes free text."""
        return self._dictionaries.get(attribute_id)

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
        known = self._names.get(name)
        if known is None:
            if len(self._names) > _NAMES_KEPT:
                self._names.clear()
            known = self._names[name] = self._match_name(name)
        return known

    # --- names ----------------------------------------------------------------------------------
    def _match_name(self, name: str) -> NameMatch:
        bare, unit = _without_unit(name)
        plain_name = folded(name)
        if plain_name in self._said:
            to = self._said[plain_name]
            return NameMatch(to if to in self._attributes else "", Why.PERSON, 1.0, unit)
        for table, key, why, sure in (
            (self._by_name, folded(bare), Why.EXACT, 1.0),
            (self._by_key, key_of(bare), Why.ENDINGS, 0.97),
            (self._by_meaning, _meaning(bare), Why.SYNONYM, 0.9),
        ):
            hits = table.get(key, ()) if key else ()
            if len(hits) == 1:
                return NameMatch(hits[0].id, why, sure, unit)
            if hits:
                return NameMatch("", Why.UNSURE, 0.5, unit, hits[0].name)
        said = set(key_of(bare).split())
        wider = [one for one in self._attributes.values() if said < set(_key(one.name).split())]
        if said and len(wider) == 1 and wider[0].id in self._dictionaries:
            return NameMatch(wider[0].id, Why.PART, 0.8, unit, wider[0].name)
        return self._similar(folded(bare), unit)

    def _similar(self, bare: str, unit: str) -> NameMatch:
        if len(bare) < 5 or not self._by_name:
            return NameMatch("", Why.NONE, 0.0, unit)
        near = process.extract(bare, self._by_name.keys(), scorer=fuzz.ratio, limit=2)
        score = near[0][1]
        hit = self._by_name[near[0][0]]
        alone = len(hit) == 1 and (len(near) == 1 or near[1][1] < score - 4)
        same_first = near[0][0][:2] == bare[:2]
        if score >= _SURE and alone and same_first and len(bare) >= 7:
            return NameMatch(hit[0].id, Why.SIMILAR, score / 100, unit)
        if score >= _NEAR:
            return NameMatch("", Why.UNSURE, score / 100, unit, hit[0].name)
        return NameMatch("", Why.NONE, 0.0, unit)

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


def _key(name: str) -> str:
    return key_of(_without_unit(name)[0])


def _meaning(name: str) -> str:
    key = _key(name)
    return name_meanings().get(key, key)


def _without_unit(name: str) -> tuple[str, str]:
    """Split "Длина, см" and "Вес (г)" into the name and the unit."""
    found = _UNIT_AT_END.match(name.strip())
    if found is not None and unit_of(found["unit"]):
        return found["name"], found["unit"]
    return name, ""


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


def same_country(left: str, right: str) -> bool:
    """Tell whether two spellings mean one country."""
    code = country_code(left)
    return bool(code) and code == country_code(right)
