"""What became of several orders at once: each has its own word, and the others go on."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from torgpred.kernel.errors import TorgpredError
from torgpred.web import words

MOST: Final = 200
"""Orders that one request is asked for, at most."""
PATIENCE: Final = 20.0
"""Seconds after which a request begins with no further order: browsers and proxies give up."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An order as a form names it: "12:345" is number 345 of shop 12."""

    shop_id: int
    order: str

    @property
    def word(self) -> str:
        """Return it as a form carries it."""
        return f"{self.shop_id}:{self.order}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one order: `done` says what was done, `problem` why it was not."""

    chosen: Chosen
    done: str = ""
    problem: str = ""


def chosen(request: HttpRequest, name: str = "o") -> list[Chosen]:
    """Return the orders that a request names, each once, in its order. Raises Http404."""
    given = request.POST if request.method == "POST" else request.GET
    found = []
    for word in dict.fromkeys(given.getlist(name)):
        shop, _colon, order = word.partition(":")
        if not shop.isdecimal() or len(shop) > 18 or not order or "\0" in order:
            raise Http404
        found.append(Chosen(int(shop), order[:64]))
    return found[:MOST]


def each(given: Sequence[Chosen], do: Callable[[Chosen], str]) -> list[Outcome]:
    """Do something with each order while there is time; what fails holds up no other.

    `do` returns what was done, and is safe to be asked again.
    """
    until = time.monotonic() + PATIENCE
    told = []
    for one in given:
        if time.monotonic() > until:
            why = _("There was no time for it in this request. Nothing was done: ask once more.")
            told.append(Outcome(one, problem=why))
            continue
        try:
            told.append(Outcome(one, done=do(one)))
        except TorgpredError as error:
            told.append(Outcome(one, problem=words.tell(error)))
    return told


def by_shop(given: Iterable[Chosen]) -> dict[int, list[str]]:
    """Return orders' numbers by shop."""
    found: dict[int, list[str]] = {}
    for one in given:
        found.setdefault(one.shop_id, []).append(one.order)
    return found
