"""What may stand in a column of a fix file, and cells made into the values statements keep."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from rapidfuzz import process

from torgpred.catalogue.core.tables.cells import Cell, text_of
from torgpred.channels.core.contract import Attribute, MarketCategory, Rules
from torgpred.kernel.findings import Finding
from torgpred.kernel.quantity import decimal_of
from torgpred.listings.core.countries import country_code
from torgpred.listings.core.fixing.findings import DATED, NOT_LISTED, OUTSIDE, UNFIT
from torgpred.listings.core.fixing.layout import SIDES, TEXT_MOST, choices_of
from torgpred.listings.core.fixing.questions import PACKAGE, value_shown
from torgpred.listings.core.names import folded
from torgpred.listings.core.stating import (
    WrongFactError,
    read_fact,
    read_measure,
    read_side,
    three_sides,
)

ID_AT_END: Final = re.compile(r"\[\s*([^\[\]]+?)\s*\]\s*$")
_NEAR: Final = 3


class UnfitCellError(Exception):
    """A cell that cannot be used, as a finding without its place."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class ColumnReader:
    """Reads cells of one column. `fact` is a statement's kind or "attribute:<id>"."""

    def __init__(
        self,
        column: str,
        rules: Rules,
        market: Mapping[str, MarketCategory],
        dictionaries: Mapping[tuple[str, str], Sequence[tuple[str, str]]],
    ) -> None:
        fact, _, self.market = column.partition("@")
        self.side = SIDES.index(fact) if fact in SIDES else None
        self.fact = PACKAGE if self.side is not None else fact
        self._rules = rules
        self.attribute: Attribute | None = None
        self._by_text: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        if fact.startswith("attribute:"):
            self.attribute = _attribute(market.get(self.market), fact.partition(":")[2])
            if self.attribute is not None:
                place = (self.market, self.attribute.id)
                self._list(self.attribute.values or dictionaries.get(place, ()))

    def _list(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._texts = dict(choices_of(pairs).pairs)
        twice: set[str] = set()
        for key, text in pairs:
            name = folded(text)
            if name in self._by_text:
                twice.add(name)
            self._by_text[name] = key
        for name in twice:
            del self._by_text[name]

    def read(self, cell: Cell) -> Any:  # noqa: ANN401 - JSON
        """Return the value that a statement keeps. Raises UnfitCellError.

        A side of a package is text; three sides typed into one cell are a list of three. An
        attribute's value is [value id, text].
        """
        if isinstance(cell, dt.date | dt.time | dt.timedelta):
            raise UnfitCellError(DATED.at("", text_of(cell)))
        try:
            if self.attribute is not None:
                return self._value(self.attribute, text_of(cell).strip())
            return self._stated(cell)
        except WrongFactError as error:
            data = error.data
            raise UnfitCellError(
                UNFIT.at("", text_of(cell), reason=data["reason"], mend=data["mend"])
            ) from error

    def shows(self, value: Any, cell: Cell) -> bool:  # noqa: ANN401 - JSON
        """Tell whether a cell holds just what a known value was shown as."""
        if self.side is not None:
            return _same_number(text_of(cell), str(value[self.side]))
        shown = value_shown(self.fact, value, {self.fact: self._texts})[:TEXT_MOST]
        text = text_of(cell)
        return text == shown.strip() or _same_number(text, shown)

    def told(self, value: Any) -> str:  # noqa: ANN401 - JSON
        """Return a known value as people read it."""
        return value_shown(self.fact, value, {self.fact: self._texts})

    def equal(self, known: Any, value: Any) -> bool:  # noqa: ANN401 - JSON
        """Tell whether an answer is what is known already."""
        if self.attribute is not None:
            return value in known
        if self.fact in {"price", "cost"}:
            return bool(known[0] == value[0] and value[1] in {"", known[1]})
        if self.fact == "country":
            return known in {value, country_code(value)}
        return bool(known == value)

    def _stated(self, cell: Cell) -> Any:  # noqa: ANN401 - JSON
        rules = self._rules
        if self.side is not None:
            if isinstance(cell, str) and three_sides(cell):
                sides = read_fact(PACKAGE, cell)
                for side in sides:
                    _bounded(cell, Decimal(side), rules.side_cm)
                return sides
            side = read_side(_typed(cell))
            _bounded(cell, Decimal(side), rules.side_cm)
            return side
        numeric = self.fact in {"weight_kg", "price", "cost", "lead_time_days"}
        value = read_fact(self.fact, _typed(cell) if numeric else text_of(cell))
        if self.fact == "weight_kg":
            _bounded(cell, Decimal(value), rules.weight_kg)
        elif self.fact == "price" and value[1] in {"", rules.currency}:
            _bounded(cell, Decimal(value[0]), (rules.price_min, Decimal(10) ** 9))
        return value

    def _value(self, one: Attribute, text: str) -> list[str]:
        bracketed = ID_AT_END.search(text)
        if bracketed is not None and bracketed[1] in self._texts:
            return [bracketed[1], ""]
        known = self._by_text.get(folded(text))
        if known is not None:
            return [known, ""]
        if one.dictionary:
            near = process.extract(text, list(self._by_text), limit=_NEAR) if text else []
            said = f" Near to it: {', '.join(name for name, _, _ in near)}." if near else ""
            raise UnfitCellError(NOT_LISTED.at("", text, name=one.name, near=said))
        # A bare number is in the unit that the heading names.
        measured = read_measure(one.name, one.units, text, bare=one.units[0]) if one.units else text
        return ["", measured]


class MarketPlaces:
    """Finds a category of the marketplace by "path [id]", id, path or name."""

    def __init__(self, market: Mapping[str, MarketCategory]) -> None:
        self._market = market
        self._by_name: dict[str, str] = {}
        for one in market.values():
            if one.leaf:
                for name in {folded(" / ".join(one.path)), folded(one.name)}:
                    # A name of several leaves means none of them.
                    self._by_name[name] = "" if name in self._by_name else one.id

    def find(self, cell: Cell) -> str:
        """Return the id of a leaf; empty where none is meant, or not one alone."""
        text = text_of(cell).strip()
        bracketed = ID_AT_END.search(text)
        for found in (bracketed[1] if bracketed else "", text):
            if found in self._market and self._market[found].leaf:
                return found
        return self._by_name.get(folded(text), "")


def _attribute(category: MarketCategory | None, wanted: str) -> Attribute | None:
    return (
        next((one for one in category.attributes if one.id == wanted), None) if category else None
    )


def _same_number(left: str, right: str) -> bool:
    a, b = decimal_of(left), decimal_of(right)
    return a is not None and a == b


def _typed(cell: Cell) -> Cell:
    return text_of(cell) if isinstance(cell, bool) else cell


def _bounded(cell: Cell, number: Decimal, bounds: tuple[Decimal, Decimal]) -> None:
    least, most = bounds
    if not least <= number <= most:
        raise UnfitCellError(OUTSIDE.at("", text_of(cell), least=f"{least:f}", most=f"{most:f}"))


class Standing(msgspec.Struct, frozen=True):
    """What is known of one offer now: by its file alone, and with the statements in force."""

    group: str
    market: str
    lacks: frozenset[str]
    """Facts that it is held for by its file alone."""
    of_file: dict[str, Any]
    known: dict[str, Any]
    own: frozenset[str] = frozenset()
    """Facts that are stated about this offer alone."""

    def takes(self, fact: str) -> bool:
        """Tell whether a statement of the fact has any effect."""
        return fact in self.lacks or fact not in self.of_file
