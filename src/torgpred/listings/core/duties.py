"""Duties: dated rules that goods such as these need a paper, or may not be sold at a marketplace.

A duty that a person put in force holds; one of the built-in library is only told, for it may be
out of date and matches goods by their names. A duty of a programme never holds.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from torgpred.catalogue.core.papers import NEAR, WORDS, PaperKind
from torgpred.listings.core.names import folded, stem, words

EXACT: Final = "="
"""Before a word of a phrase: this very form is meant, for its stem is another word's too."""
NOWHERE: Final[frozenset[str]] = frozenset()
NO_DUTIES: Final[frozenset[int]] = frozenset()
_MEMORY: Final = 50_000
"""Different words whose marks are kept; those of what comes beyond are worked out each time."""
_LETTERS: Final = re.compile(r"[a-zа-яё]{3}", re.IGNORECASE)


class Duty(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule about goods: they need one of the papers of `needs`, or are forbidden.

    It concerns offers whose TN VED code begins with one of `tnved`, whose marketplace category is
    one of `categories` or below it, or whose name, read together with its categories' own names,
    holds all words of one of the phrases of `words` and of none of `without`; of these, where
    `branded`, only those that bear a brand. Words are compared by their stems, those marked with
    `EXACT` as they are. With neither codes, categories nor words it concerns all offers.
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
    """What a phrase asks for, and the place in the book of the duty that it points at."""

    marks: frozenset[str]
    duty: int


class _Marks(dict[str, frozenset[str]]):
    """Word as written -> those of its marks that any phrase asks for. Filled as words are met.

    A word's marks are its stem and, after `EXACT`, itself.
    """

    def __init__(self, asked: frozenset[str]) -> None:
        self._asked = asked

    def __missing__(self, word: str) -> frozenset[str]:
        if _LETTERS.search(word) is None:
            return NOWHERE  # numbers and article codes: different in every name, asked for in none
        found = words(word)
        marks = self._asked.intersection([*map(stem, found), *(EXACT + one for one in found)])
        if len(self) < _MEMORY:
            self[word] = marks or NOWHERE
        return marks or NOWHERE


class DutyBook:
    """Duties made ready: which of them concern a name, codes, a marketplace category.

    `parents` holds the marketplace's categories: id -> id of the one above.
    """

    def __init__(self, duties: Sequence[Duty], parents: Mapping[str, str] | None = None) -> None:
        self.duties = tuple(duties)
        self._parents = parents or {}
        self._phrases = [
            _Phrase(_meant(phrase), place)
            for place, one in enumerate(self.duties)
            for phrase in one.words
        ]
        self._without = [tuple(map(_meant, one.without)) for one in self.duties]
        excluded = [phrase for phrases in self._without for phrase in phrases]
        asked = frozenset().union(*(one.marks for one in self._phrases), *excluded)
        self._marks = _Marks(asked)
        self._by_marks: dict[frozenset[str], frozenset[int]] = {}
        self._by_code: dict[str, tuple[int, ...]] = {}
        self._by_category: dict[str, tuple[int, ...]] = {}
        for place, one in enumerate(self.duties):
            for code in one.tnved:
                self._by_code[code] = (*self._by_code.get(code, ()), place)
            for category in one.categories:
                self._by_category[category] = (*self._by_category.get(category, ()), place)
        self._lengths = sorted({len(code) for code in self._by_code})
        self.everywhere = frozenset(
            place
            for place, one in enumerate(self.duties)
            if not (one.words or one.tnved or one.categories)
        )

    def marks_of(self, *names: str) -> frozenset[str]:
        """Return the words of some names that any duty asks for, as `of_name` takes them."""
        return NOWHERE.union(*(self._marks[word] for name in names for word in name.split()))

    def of_name(self, name: str, more: frozenset[str] = NOWHERE) -> frozenset[int]:
        """Return the places of the duties that a name points at, with `more` marks beside it.

        Runs for every offer: the marks of words and what marks point at are worked out once.
        """
        found = [*filter(None, map(self._marks.__getitem__, name.split()))]
        if not found and not more:
            return NO_DUTIES
        met = more.union(*found)
        known = self._by_marks.get(met)
        return self._pointed(met) if known is None else known

    def _pointed(self, met: frozenset[str]) -> frozenset[int]:
        found = frozenset(
            one.duty
            for one in self._phrases
            if one.marks <= met and not any(mark <= met for mark in self._without[one.duty])
        )
        if len(self._by_marks) < _MEMORY:
            self._by_marks[met] = found
        return found

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


def _meant(phrase: str) -> frozenset[str]:
    """Return the marks a phrase asks for: stems, and words that are meant as they are."""
    return frozenset(
        EXACT + part if word.startswith(EXACT) else stem(part)
        for word in phrase.split()
        for part in words(word)
    )


def brand_key(brand: str) -> str:
    """Return a brand so that spellings of it compare equal."""
    return folded(brand)
