"""How a fix file is laid out: sheets, columns, choices. Plain values; nothing is written here.

Every sheet that is read again carries the ids of its columns in its first row, which is hidden, so
that sheets may be renamed and columns moved. A hidden sheet says whose file it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.channels.core.contract import Attribute, MarketCategory, Rules
from torgpred.kernel.digests import digest_of
from torgpred.listings.core.facts import attribute_key
from torgpred.listings.core.fixing.questions import PACKAGE
from torgpred.listings.core.stating import OF_ONE_OFFER

VERSION: Final = 1
TITLE: Final = "torgpred fix file"
"""Stands in the first cell of the hidden sheet."""
MARK: Final = "torgpred:"
"""Begins the first cell of every sheet that is read: "torgpred:<number>:<column>"."""
ALL: Final = "*"
"""Stands for an SKU in the row that answers for all rows below."""
SKU, NAME, GROUP = "sku", "title", "category"
"""Columns that every sheet of offers begins with; they are not answers."""
FIRST_ROW: Final = 3
"""Rows above the offers: ids, headings, the row for all below."""
TEXT_MOST: Final = 2_000
"""Characters of a cell that are written."""
SHEETS_MOST: Final = 60
CHOICES_MOST: Final = 30_000
"""Longer dictionaries get no drop-down; what is typed is looked up all the same."""
SIDES: Final = ("package.length", "package.width", "package.height")

Say = Callable[..., str]
"""Returns a text of the asker's language by key and named data."""

_BAD_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']|[\x00-\x1f]")
_NAME_LIMIT: Final = 31
_ORDER: Final = (
    "name", "price", "cost", "currency", "weight_kg", PACKAGE, "country", "brand", "tnved",
    "pictures", "description",
)  # fmt: skip


class Choices(msgspec.Struct, frozen=True):
    """A list to choose from: what is shown, and the id that it means."""

    pairs: tuple[tuple[str, str], ...]
    """(id, shown)"""

    @property
    def digest(self) -> bytes:
        """16 bytes over the list, so that it is written once."""
        return digest_of(self.pairs)


class Column(msgspec.Struct, frozen=True):
    """A column of answers. `fact` is the statement's kind or "attribute:<id>"."""

    id: str
    fact: str
    heading: str
    number: tuple[Decimal, Decimal] | None = None
    """Bounds of a number."""
    choices: Choices | None = None
    closed: bool = False
    """Only the choices are taken."""
    unit: str = ""
    """Of a bare number in an attribute that has units."""
    for_all: bool = True
    """One answer may stand for a whole group."""


class SheetPlan(msgspec.Struct, frozen=True):
    """A sheet of offers: which of the seller's categories, and the columns to fill."""

    number: int
    name: str
    groups: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int


def column_id(fact: str, market_category: str) -> str:
    """Return the id of a fact's column; attributes are a category's own."""
    return f"{fact}@{market_category}" if fact.startswith("attribute:") else fact


def fact_of(column: str) -> str:
    """Return the fact of a column by its id."""
    fact = column.partition("@")[0]
    return PACKAGE if fact in SIDES else fact


def columns_of(
    facts: Mapping[str, Iterable[str]],
    market: Mapping[str, MarketCategory],
    dictionaries: Mapping[tuple[str, str], Sequence[tuple[str, str]]],
    rules: Rules,
    say: Say,
    countries: Choices,
) -> list[Column]:
    """Return the columns of a sheet: `facts` that are lacking, by the marketplace's category.

    `dictionaries` are (id, text) by (category id, attribute id).
    """
    every = {fact for names in facts.values() for fact in names}
    found: list[Column] = []
    for fact in _ORDER:
        if fact in every:
            found += _of_fact(fact, rules, say, countries)
    for category_id, names in sorted(facts.items()):
        category = market.get(category_id)
        wanted = set(names)
        for one in category.attributes if category is not None else ():
            if attribute_key(one.id) in wanted:
                listed = one.values or dictionaries.get((category_id, one.id), ())
                found.append(_of_attribute(one, category_id, listed, say))
    return found


def _of_fact(fact: str, rules: Rules, say: Say, countries: Choices) -> list[Column]:
    for_all = fact not in OF_ONE_OFFER
    if fact == PACKAGE:
        return [Column(side, fact, say(f"col.{side}"), number=rules.side_cm) for side in SIDES]
    number = None
    if fact == "weight_kg":
        number = rules.weight_kg
    elif fact in {"price", "cost"}:
        number = (rules.price_min, Decimal(10) ** 9)
    choices = countries if fact == "country" else None
    heading = say(f"col.{fact}", currency=rules.currency)
    return [Column(fact, fact, heading, number, choices, for_all=for_all)]


def _of_attribute(
    one: Attribute, category_id: str, listed: Sequence[tuple[str, str]], say: Say
) -> Column:
    fact = attribute_key(one.id)
    unit = one.units[0] if one.units else ""
    choices = choices_of(listed) if listed else None
    heading = f"{one.name}, {unit}" if unit and not one.dictionary else one.name
    if choices is not None and one.dictionary:
        heading = say("col.choose", name=one.name)
    return Column(
        column_id(fact, category_id),
        fact,
        heading,
        choices=choices,
        closed=one.dictionary,
        unit="" if one.dictionary else unit,
    )


def choices_of(pairs: Iterable[tuple[str, str]]) -> Choices:
    """Return a list to choose from; texts that stand for several ids carry the id."""
    rows = [(key, " ".join(text.split())) for key, text in pairs]
    twice = _twice(text.casefold() for _, text in rows)
    return Choices(
        tuple(
            (key, with_id(text, key) if not text or text.casefold() in twice else text)
            for key, text in rows
        )
    )


def _twice(texts: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for text in texts:
        (twice if text in seen else seen).add(text)
    return twice


def with_id(text: str, key: str) -> str:
    """Return "text [id]", as names are shown that may not be unique."""
    return f"{text} [{key}]".strip()


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return names that a spreadsheet takes: unique, short, without its own signs."""
    used = {name.casefold() for name in taken}
    names: list[str] = []
    for text in wanted:
        bare = " ".join(_BAD_IN_NAMES.sub(" ", text).split())[:_NAME_LIMIT].strip() or "-"
        if bare.casefold() == "history":  # a name that one program keeps for itself
            bare = "History 1"
        name, number = bare, 1
        while name.casefold() in used:
            number += 1
            name = f"{bare[: _NAME_LIMIT - len(str(number)) - 1].rstrip()} {number}"
        used.add(name.casefold())
        names.append(name)
    return names
