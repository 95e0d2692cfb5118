"""Names of sellers' params taken for a category's attributes: for certain, or as a suggestion."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

import msgspec
from rapidfuzz import fuzz, process

from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.listings.core.abbreviations import spelt_out
from torgpred.listings.core.lexicon import name_meanings
from torgpred.listings.core.names import folded, key_of, stem, stems
from torgpred.listings.core.units import factor, unit_of

_NAMES_KEPT: Final = 5_000
_SURE: Final = 93.0
_NEAR: Final = 84.0
_SUGGESTED: Final = 0.4
_UNIT_AT_END: Final = re.compile(
    r"^(?P<name>.+?)(?:,\s*|\s*\()(?P<unit>[^\s,()]{1,8}?)\.?\)?$|"
    r"^(?P<bare>.+\S)\s+(?P<last>[^\s,()]{2,4})\.?$"
)
_NOTE: Final = re.compile(r"^(?P<name>[^()]+\S)\s*\((?P<note>[^()]+)\)$")
_FILLER_WORDS: Final = "товар изделие продукт продукция основной общий модель"
_FILLERS: Final = frozenset(stem(word) for word in _FILLER_WORDS.split())
_PACKING_WORDS: Final = (
    "упаковка коробка короб тара пакет комплект набор чехол брутто деталь часть ручка подставка"
)
_PACKING: Final = frozenset(stem(word) for word in _PACKING_WORDS.split())
"""What a measure may be of instead of the goods: never left out, whatever the category's name."""


class Why(StrEnum):
    """On what grounds a name was taken for an attribute."""

    PERSON = "a person said so"
    EXACT = "same name"
    ENDINGS = "same words"
    SYNONYM = "same meaning"
    OWN = "same words but for those of the category itself"
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


class ParamNames:
    """The names of one category's attributes, ready to be asked.

    `said` holds what persons decided (folded param name -> attribute id, "" to ignore); `listed`
    the values of the attributes that have a dictionary, by id.
    """

    def __init__(
        self,
        category: MarketCategory,
        *,
        said: Mapping[str, str],
        listed: Mapping[str, Collection[str]],
    ) -> None:
        self._attributes = {one.id: one for one in category.attributes}
        self._said = said
        self._listed = listed
        self._own = _own_words(category)
        self._by_name = _table(category.attributes, _folded)
        self._by_key = _table(category.attributes, _key)
        self._by_meaning = _table(category.attributes, meaning_of)
        self._names: dict[str, NameMatch] = {}

    def match(self, name: str) -> NameMatch:
        """Return what a param's name is taken for, and why; the same name from memory."""
        known = self._names.get(name)
        if known is None:
            if len(self._names) > _NAMES_KEPT:
                self._names.clear()
            known = self._names[name] = self._match(name)
        return known

    def suggest(self, name: str, *, fits: Collection[str] = (), limit: int = 3) -> list[NameMatch]:
        """Return the attributes that a name may mean, best first, for a person to choose from.

        `fits` are ids of attributes whose list has the param's value: they go before others.
        """
        bare, unit = without_unit(name)
        wanted, meant = self._reduced(bare), meaning_of(name)
        taken = self.match(name)
        found = []
        for one in self._attributes.values():
            score = _likeness(wanted, _key(one.name))
            if meaning_of(one.name) == meant or one.id == taken.attribute_id:
                score = 1.0
            score += 0.25 if one.id in fits else 0.0
            if unit and one.units:
                score += 0.15 if _measures(one, unit) else -0.3
            if score >= _SUGGESTED:
                sure = round(min(score, 1.0) * 0.8, 3)
                found.append(NameMatch(one.id, Why.UNSURE, sure, unit, one.name))
        if taken.attribute_id:
            found = [one for one in found if one.attribute_id != taken.attribute_id]
        found.sort(key=lambda one: (-one.confidence, one.candidate, one.attribute_id))
        return ([taken, *found] if taken.attribute_id else found)[:limit]

    # --- certain --------------------------------------------------------------------------------
    def _match(self, name: str) -> NameMatch:
        bare, unit = without_unit(name)
        plain = folded(name)
        if plain in self._said:
            to = self._said[plain]
            return NameMatch(to if to in self._attributes else "", Why.PERSON, 1.0, unit)
        reduced = self._reduced(bare)
        for table, key, why, sure in (
            (self._by_name, folded(bare), Why.EXACT, 1.0),
            (self._by_key, key_of(spelt_out(bare)), Why.ENDINGS, 0.97),
            (self._by_meaning, meaning_of(name), Why.SYNONYM, 0.9),
            (self._by_key, reduced, Why.OWN, 0.85),
            (self._by_meaning, name_meanings().get(reduced, reduced), Why.OWN, 0.85),
        ):
            hits = table.get(key, ()) if key else ()
            if len(hits) == 1 and self._may_measure(hits[0], unit):
                return NameMatch(hits[0].id, why, sure, unit)
            if hits:
                return NameMatch("", Why.UNSURE, 0.5, unit, hits[0].name)
        said = set(reduced.split())
        wider = [one for one in self._attributes.values() if said < set(_key(one.name).split())]
        if said and len(wider) == 1 and wider[0].id in self._listed:
            return NameMatch(wider[0].id, Why.PART, 0.8, unit, wider[0].name)
        if said and len(wider) == 1 and self._may_measure(wider[0], unit):
            return NameMatch("", Why.UNSURE, 0.5, unit, wider[0].name)
        return self._similar(folded(bare), unit)

    def _reduced(self, bare: str) -> str:
        """Return the key of a name without the category's own words: Длина кабеля, of cables."""
        said = stems(spelt_out(bare))
        left = [word for word in said if word not in self._own and word not in _FILLERS]
        return " ".join(sorted(left or said))

    def _may_measure(self, one: Attribute, unit: str) -> bool:
        """Tell whether a unit in the name does not speak against the attribute."""
        if not unit:
            return True
        if one.units:
            return _measures(one, unit)
        listed = self._listed.get(one.id)
        return listed is None or any(char.isdigit() for name in listed for char in name)

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


def meaning_of(name: str) -> str:
    """Return the key of what a name means, its unit and a note of the same meaning left out."""
    bare = without_unit(name)[0]
    for written in (bare, spelt_out(bare)):
        meant = _meaning(written)
        if meant != key_of(written):
            return meant
    noted = _NOTE.match(bare)
    if noted is not None and _meaning(noted["name"]) == _meaning(noted["note"]):
        return _meaning(noted["name"])
    return key_of(spelt_out(bare))


def without_unit(name: str) -> tuple[str, str]:
    """Split "Длина, см", "Вес (г)" and "Мощность Вт" into the name and the unit."""
    found = _UNIT_AT_END.match(name.strip())
    if found is None:
        return name, ""
    unit = found["unit"] or found["last"]
    return (found["name"] or found["bare"], unit) if unit_of(unit) else (name, "")


def _meaning(text: str) -> str:
    key = key_of(text)
    return name_meanings().get(key, key)


def _folded(name: str) -> str:
    return folded(without_unit(name)[0])


def _key(name: str) -> str:
    return key_of(without_unit(name)[0])


def _table(
    attributes: Iterable[Attribute], key: Callable[[str], str]
) -> dict[str, list[Attribute]]:
    found: dict[str, list[Attribute]] = {}
    for one in attributes:
        found.setdefault(key(one.name), []).append(one)
    return found


def _own_words(category: MarketCategory) -> frozenset[str]:
    """Return the stems of the category's name and its way, without what goods are packed in."""
    names = (*category.path, category.name)
    return frozenset(word for name in names for word in stems(name)) - _PACKING


def _measures(one: Attribute, unit: str) -> bool:
    return any(factor(unit, target) is not None for target in one.units)


def _likeness(wanted: str, key: str) -> float:
    both = fuzz.token_set_ratio(wanted, key) / 100
    return 0.55 * both + 0.45 * fuzz.token_sort_ratio(wanted, key) / 100
