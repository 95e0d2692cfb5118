"""The marketplace's categories that a seller's may be: suggested, or sought by name."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

from torgpred.channels import selectors as channels
from torgpred.channels.core.contract import MarketCategory
from torgpred.listings.core.mapping import Suggestion
from torgpred.listings.core.names import folded, stems
from torgpred.web import words

SOUGHT: Final = 12
_LIKELY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that fits: why it may be the one, and how sure that is (sure, likely, maybe)."""

    value: str
    text: str
    reason: str = ""
    sure: str = ""


def suggested_choices(suggested: Iterable[Suggestion]) -> tuple[Choice, ...]:
    """Return the suggestions that are worth showing, best first."""
    return tuple(
        Choice(each.category_id, " / ".join(each.path), _reason_of(each.reason), _sure(each))
        for each in suggested
        if each.confidence >= _LIKELY / 2
    )[:3]


def _sure(one: Suggestion) -> str:
    if one.confidence >= 0.8:
        return "sure"
    return "likely" if one.confidence >= _LIKELY else "maybe"


def _reason_of(text: str) -> str:
    """Say why a category is suggested in the reader's language."""
    return "; ".join(map(_reason, text.split("; "))) if text else ""


def _reason(part: str) -> str:
    for begin, sentence in (
        ("the name has ", "the name has {words}"),
        ("path or products have ", "path or products have {words}"),
    ):
        if part.startswith(begin):
            return words.say(sentence, words=part.removeprefix(begin))
    chosen = re.fullmatch(r"chosen (\d+) of (\d+) times for the same path", part)
    if chosen:
        return words.say("other sellers chose it {n} of {all} times", n=chosen[1], all=chosen[2])
    return words.word(part)


REASONS: Final = (
    _("the name has {words}"),
    _("path or products have {words}"),
    _("similar spelling"),
    _("same name"),
    _("same name and a path that agrees"),
    _("near in meaning"),
)
"""Sentences that `say` and `word` meet by a variable here, for translators."""


def sought_choices(family: str, text: str) -> tuple[Choice, ...]:
    """Return the marketplace's leaves whose path holds all words that a person typed.

    Where none does, the words count without their endings: "лопатка" finds "Лопатки".
    """
    leaves = [one for one in channels.market_categories(family).values() if one.leaf]
    typed = folded(text).split()
    return _ranked(leaves, typed, folded) or _ranked(leaves, list(stems(text)), _stemmed)


def _stemmed(text: str) -> str:
    return " ".join(stems(text))


def _ranked(
    leaves: Iterable[MarketCategory], wanted: Sequence[str], plain: Callable[[str], str]
) -> tuple[Choice, ...]:
    found = []
    for one in leaves:
        path = " / ".join(one.path)
        whole = f" {plain(path)}"
        if all(word in whole for word in wanted):
            own = plain(one.name)
            inside = sum(f" {word}" not in whole for word in wanted)
            found.append((inside, sum(word not in own for word in wanted), len(path), path, one.id))
    # Words that begin so come before those that hold it ("ложки" is in "обложки"), and whose own
    # name says it before those that merely stand below such a name.
    return tuple(Choice(value, path) for *_ranks, path, value in sorted(found)[:SOUGHT])
