"""A marketplace's dictionary of values, found by what sellers write for them."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from torgpred.channels.core.contract import Attribute
from torgpred.listings.core.countries import country_code
from torgpred.listings.core.lexicon import value_meanings
from torgpred.listings.core.names import folded, key_of
from torgpred.listings.core.units import factor, measure, unit_of

_SHARES: Final = re.compile(r"\(?\b\d+(?:[.,]\d+)?\s*%\)?")
_BETWEEN: Final = re.compile(r"\s*[,;/|+]\s*|\s+и\s+")
_SEVERAL_MAX: Final = 12
_AGE: Final = re.compile(r"(?:от\s+)?(\d{1,2})\s*(?:\+|(?<=\d)\s*(?:лет|года?)\s*(?:\+|и старше))")
_AGES: Final = ("от {0} лет", "от {0} года", "{0}+", "{0} лет и старше")
_MADE_OF: Final = ("ов", "ев")
"""What makes an adjective of a noun: графит, графитовый; вишня, вишнёвый."""


class Dictionary:
    """The values that one attribute takes. Only certain matches are answered.

    A value is found by the same spelling, the same words whatever their endings (красный, красная),
    the same meaning (red), the same measure (0.5 m, 50 cm) or, for countries, the same ISO code.
    Where several values would fit, none is taken.
    """

    def __init__(
        self,
        attribute: Attribute,
        listed: Sequence[tuple[str, str]],
        *,
        chosen: Mapping[tuple[str, str], str] | None = None,
        country: bool = False,
    ) -> None:
        self._attribute = attribute
        self.names = dict(listed)
        self._chosen = {
            text: to for (one, text), to in (chosen or {}).items() if one == attribute.id
        }
        self._exact: dict[str, set[str]] = {}
        self._keys: dict[str, set[str]] = {}
        self._meanings: dict[str, set[str]] = {}
        self._measures: dict[tuple[str, Decimal], set[str]] = {}
        self._countries: dict[str, set[str]] = {}
        for to, name in self.names.items():
            self._exact.setdefault(folded(name), set()).add(to)
            self._keys.setdefault(key_of(name), set()).add(to)
            self._meanings.setdefault(_meaning(name), set()).add(to)
            for known in _readings(name, attribute.units):
                self._measures.setdefault(known, set()).add(to)
            if country and country_code(name):
                self._countries.setdefault(country_code(name), set()).add(to)

    def __contains__(self, value_id: object) -> bool:
        return value_id in self.names

    def find(self, value: str, unit: str = "") -> tuple[str, ...]:
        """Return the ids that a written value means; several only where the attribute takes them.

        Empty where it is unknown or not certain.
        """
        one = self._one(value, unit)
        if one:
            return (one,)
        bare = _SHARES.sub(" ", value).strip(" ,;")
        parts = [part for part in _BETWEEN.split(bare) if part]
        if not self._attribute.several or len(parts) > _SEVERAL_MAX:
            same = self._one(parts[0], unit) if len(parts) == 1 and bare != value else ""
            return (same,) if same else ()
        ids = [self._one(part, unit) for part in parts]
        return tuple(dict.fromkeys(ids)) if ids and all(ids) else ()

    def nearest(self, value: str, limit: int = 3) -> list[str]:
        """Return names that look like a value that was not found, best first."""
        if not self.names:
            return []
        found = process.extract(
            folded(value), list(self._exact), scorer=fuzz.WRatio, limit=limit, score_cutoff=70
        )
        return [self.names[min(self._exact[name])] for name, _, _ in found]

    def _one(self, value: str, unit: str) -> str:
        plain = folded(value)
        if plain in self._chosen and self._chosen[plain] in self.names:
            return self._chosen[plain]
        for hits in (
            self._exact.get(folded(f"{value} {unit}")) if unit else None,
            self._exact.get(plain),
            self._keys.get(key_of(value)),
            self._meanings.get(_meaning(value)),
            self._keys.get(_same_root(key_of(value), self._keys)),
            self._countries.get(country_code(value)) if self._countries else None,
        ):
            if hits:
                return next(iter(hits)) if len(hits) == 1 else ""
        return self._by_age(value) or self._by_measure(value, unit)

    def _by_age(self, value: str) -> str:
        """Find "3+" and "от 3 лет" by each other."""
        found = _AGE.fullmatch(value.strip().lower())
        if found is None:
            return ""
        hits: set[str] = set()
        for form in _AGES:
            hits |= self._exact.get(folded(form.format(found[1])), set())
        return hits.pop() if len(hits) == 1 else ""

    def _by_measure(self, value: str, unit: str) -> str:
        hits: set[str] = set()
        for known in _readings(f"{value} {unit}" if unit else value, self._attribute.units):
            hits |= self._measures.get(known, set())
        return hits.pop() if len(hits) == 1 else ""


def _same_root(key: str, known: Mapping[str, set[str]]) -> str:
    """Return the one known key that is the noun to an adjective of one word, or the reverse."""
    if len(key) < 4 or " " in key:
        return ""
    forms = {key + ending for ending in _MADE_OF}
    forms |= {key.removesuffix(ending) for ending in _MADE_OF}
    found = [form for form in forms if form != key and form in known]
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=20_000)
def _meaning(text: str) -> str:
    key = key_of(text)
    return value_meanings().get(key, key)


def _readings(text: str, units: Sequence[str]) -> list[tuple[str, Decimal]]:
    """Return what a text measures, in one unit of its kind; a bare number only as a number.

    A bare number means the attribute's unit where it has exactly one.
    """
    read = measure(text)
    if read is None:
        return []
    number, written = read
    unit = unit_of(written) if written else ""
    if written and not unit:
        return []
    if not unit:
        return [("", number.normalize()), *_readings_in(number, units)]
    return _readings_in(number, (written,))


def _readings_in(number: Decimal, units: Sequence[str]) -> list[tuple[str, Decimal]]:
    if len(units) != 1:
        return []
    for base in ("кг", "м", "л", "вт", "мин", "а·ч", "в", "гб"):
        worth = factor(units[0], base)
        if worth is not None:
            return [(base, (number * worth).normalize())]
    return [(unit_of(units[0]), number.normalize())]
