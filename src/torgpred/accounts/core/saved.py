"""Saved views: a member's own name for what it filters and seeks in a list again and again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from torgpred.accounts.core.entries import checked_name
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.kernel.errors import TorgpredError

PAGES: Final = ("catalogue", "orders")
"""Lists that have views."""
MOST: Final = 12
"""Views of a member for one list: more tabs than one reads are no help."""
LONGEST_NAME: Final = 40
LONGEST_QUERY: Final = 500


class TooManyViewsError(TorgpredError):
    """The member keeps as many views of the list as are shown."""

    code = "accounts.too_many_views"
    template = "There are {most} saved views already. Remove one that you no longer use."


class UnknownViewError(TorgpredError):
    """The member keeps no such view."""

    code = "accounts.unknown_view"
    template = "View {given} is not known."


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as its tab shows it; `query` is what the list's address ends with, without "?"."""

    id: int
    name: str
    query: str


def checked_view(page: str, name: str, query: str) -> tuple[str, str]:
    """Return name and query as they are kept. Raises UnfitEntryError."""
    if page not in PAGES:
        raise UnfitEntryError(what="list", value=page[:40], why=f"choose of {', '.join(PAGES)}")
    kept = checked_name(name, "name of a view")
    if len(kept) > LONGEST_NAME:
        raise UnfitEntryError(
            what="name of a view", value=kept[:40], why=f"give 1 to {LONGEST_NAME} letters"
        )
    if not query or len(query) > LONGEST_QUERY or not query.isprintable():
        raise UnfitEntryError(what="filter", value=query[:40], why="it is too long")
    return kept, query


class PersonNames:
    """Persons' names, to be looked for in views.

    In a list of orders one word of a name is enough, as written, begun ("Семён" of Семёнова) or
    with another ending (Семёновой): the list finds buyers so. In another list a word may be the
    goods' own (Роза), so that two words of one name are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [_words(name) for name in names]
        self._by_start: dict[str, list[int]] = {}
        for place, words in enumerate(self._names):
            for start in {word[:_START] for word in words}:
                self._by_start.setdefault(start, []).append(place)

    def named_in(self, page: str, name: str, query: str) -> bool:
        """Tell whether a view's name or what it seeks names one of the persons."""
        sought = " ".join(text for texts in parse_qs(query).values() for text in texts)
        words = _words(f"{name} {sought}")
        enough = 1 if page == "orders" else 2
        places = {place for word in words for place in self._by_start.get(word[:_START], ())}
        return any(
            sum(any(_same(word, own) for word in words) for own in self._names[place])
            >= min(enough, len(self._names[place]))
            for place in places
        )


_START: Final = 2
_BEGUN: Final = 4
"""So many letters of a name are the name; of one in characters that are words, two."""
_ENDING: Final = 3
_WIDE: Final = "\u2e80"


def _words(text: str) -> set[str]:
    found = re.findall(r"\w+", text.casefold().replace("ё", "е"))
    return {word for word in found if len(word) >= _START}


def _same(word: str, own: str) -> bool:
    """Tell whether a word is a person's own: equal, its beginning, or with another ending."""
    if word == own:
        return True
    least = _START if own >= _WIDE else _BEGUN
    if own.startswith(word):
        return len(word) >= least
    stem = max(len(own) - _ENDING + 1, least + 1)
    return len(word) - stem <= _ENDING and word[:stem] == own[:stem] and len(own) >= stem
