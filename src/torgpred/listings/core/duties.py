"""Duties: dated rules that goods such as these need a paper, or may not be sold at a marketplace.

A duty that a person put in force holds; one of the built-in library is only told, for it may be
out of date and matches goods by their names. A duty of a programme never holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from torgpred.catalogue.core.papers import NEAR, WORDS, PaperKind
from torgpred.listings.core.names import folded, stem, words

EXACT: Final = "="
"""Before a word of a phrase: this very form is meant. For words whose stem is another's too."""
_MEMORY: Final = 50_000
"""Different words whose meaning is kept; what comes beyond is looked up each time."""


class Duty(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule about goods: they need one of the papers of `needs`, or are forbidden.

    It concerns offers whose TN VED code begins with one of `tnved`, whose marketplace category is
    one of `categories` or below it, or whose name (or whose category's) holds all words of one of
    the phrases of `words` and of none of `without`; of these, where `branded`, only those that
    bear a brand. Words are compared by their stems, those marked with `EXACT` as they are.
    With neither codes, categories nor words it concerns all offers.
    """

    code: str
    title: str
    since: date
    source: str
    """Where it is written, and whether that was verified."""
    needs: tuple[PaperKind, ...] = ()
    """Any one of these papers is enough."""
    forbids: bool = False
    until: date | None = None
    """The last day it holds; None: no end is known."""
    tnved: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    branded: bool = False
    families: tuple[str, ...] = ()
    """Marketplaces it is about; empty: all."""
    programme: str = ""
    """Code of the programme it is a condition of; empty: it is about listing at all."""
    in_force: bool = False
    """True where a person put it in force."""
    silent: bool = False
    """True where it is not even told before a person puts it in force."""

    @property
    def holds(self) -> bool:
        """Tell whether it holds offers back, rather than being told only."""
        return self.in_force and not self.programme

    @property
    def papers(self) -> str:
        """What it needs, in words."""
        return " or ".join(WORDS[kind] for kind in self.needs)

    def about(self, family: str) -> bool:
        """Tell whether it is about a marketplace."""
        return not self.families or family in self.families


def of_day(duties: Iterable[Duty], day: date) -> tuple[Duty, ...]:
    """Return the duties that hold on a day, by code; those that begin soon are merely told.

    Of several of one code and programme those in force go before the library's.
    """
    near = day + NEAR
    standing = []
    for one in duties:
        if one.since > near or (one.until is not None and day > one.until):
            continue
        if one.in_force and one.since > day:
            standing.append(msgspec.structs.replace(one, in_force=False, silent=False))
        elif one.in_force or not one.silent:
            standing.append(one)
    known: dict[tuple[str, str], Duty] = {}
    for one in sorted(standing, key=lambda one: (not one.in_force, not one.families)):
        known.setdefault((one.code, one.programme), one)
    return tuple([known[key] for key in sorted(known)])


class _Phrase(msgspec.Struct, frozen=True):
    """All stems of a phrase, and the duty that it points at by its place in the book."""

    stems: frozenset[str]
    duty: int


class _Meanings(dict[str, tuple[_Phrase, ...]]):
    """Word as written -> phrases whose first stem it holds. Filled as words are met."""

    def __init__(self, first: Mapping[str, tuple[_Phrase, ...]]) -> None:
        self._first = first

    def __missing__(self, word: str) -> tuple[_Phrase, ...]:
        first = self._first
        found = tuple(
            phrase
            for part in words(word)
            for meant in (stem(part), EXACT + part)
            for phrase in first.get(meant, ())
        )
        if len(self) < _MEMORY:
            self[word] = found
        return found


class DutyBook:
    """Duties made ready: which of them concern a name, codes, a marketplace category.

    `parents` holds the marketplace's categories: id -> id of the one above.
    """

    def __init__(self, duties: Sequence[Duty], parents: Mapping[str, str] | None = None) -> None:
        self.duties = tuple(duties)
        self._parents = parents or {}
        self._without = [
            tuple(frozenset(_meant(phrase)) for phrase in one.without) for one in self.duties
        ]
        self._by_code: dict[str, tuple[int, ...]] = {}
        self._by_category: dict[str, tuple[int, ...]] = {}
        first: dict[str, tuple[_Phrase, ...]] = {}
        for place, one in enumerate(self.duties):
            for phrase in one.words:
                parts = _meant(phrase)
                made = _Phrase(frozenset(parts), place)
                first[parts[0]] = (*first.get(parts[0], ()), made)
            for code in one.tnved:
                self._by_code[code] = (*self._by_code.get(code, ()), place)
            for category in one.categories:
                self._by_category[category] = (*self._by_category.get(category, ()), place)
        self._lengths = sorted({len(code) for code in self._by_code})
        self._meanings = _Meanings(first)
        self.everywhere = frozenset(
            place
            for place, one in enumerate(self.duties)
            if not (one.words or one.tnved or one.categories)
        )

    def of_name(self, name: str) -> frozenset[int] | set[int]:
        """Return the places of the duties that a name points at."""
        met = set(map(self._meanings.__getitem__, name.split()))
        met.discard(())
        if not met:
            return _NONE
        own = _stems(name)
        found = {one.duty for phrases in met for one in phrases if one.stems <= own}
        return {
            place for place in found if not any(phrase <= own for phrase in self._without[place])
        }

    def of_codes(self, codes: Iterable[str]) -> set[int]:
        """Return the places of the duties that TN VED codes point at."""
        found: set[int] = set()
        for code in codes:
            for length in self._lengths:
                found.update(self._by_code.get(code[:length], ()))
        return found

    def of_category(self, category_id: str) -> set[int]:
        """Return the places of the duties about a marketplace category or one above it."""
        found: set[int] = set()
        seen: set[str] = set()
        while category_id and category_id not in seen:
            seen.add(category_id)
            found.update(self._by_category.get(category_id, ()))
            category_id = self._parents.get(category_id, "")
        return found


_NONE: Final[frozenset[int]] = frozenset()


def _meant(phrase: str) -> list[str]:
    """Return what a phrase asks for: stems, and words marked as exact with their mark."""
    return [
        EXACT + part if word.startswith(EXACT) else stem(part)
        for word in phrase.split()
        for part in words(word)
    ]


def _stems(name: str) -> frozenset[str]:
    found = words(name)
    return frozenset([*map(stem, found), *(EXACT + word for word in found)])


def brand_key(brand: str) -> str:
    """Return a brand so that spellings of it compare equal."""
    return folded(brand)
