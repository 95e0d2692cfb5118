"""Tables that people and marketplaces give: columns known by titles, rows with their place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from torgpred.catalogue.core.tables import cells
from torgpred.catalogue.core.tables.columns import header_of
from torgpred.catalogue.core.tables.grids import Grid, Sheet, open_grid
from torgpred.kernel.findings import Finding
from torgpred.kernel.money import CENT
from torgpred.kernel.quantity import decimal_of
from torgpred.listings.core.remarks import hold, note

MOST_ROWS: Final = 200_000
"""Of one table; a day's report of a marketplace is far smaller."""
MOST: Final = Decimal(10) ** 12
_LOOKED_AT: Final = 20
_TOTALS: Final = ("итог", "всего", "total", "合计", "总计")
_DAYS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")

NO_COLUMNS = hold(
    "money.file.no_columns",
    "No row names the columns that are needed: {wanted}. Missing in the best row: {missing}.",
    "Name the columns in a row above the numbers; known names are such as {names}.",
)
NOT_READ = note(
    "money.file.not_read",
    "The column {value} is not known and was not read.",
    "Nothing has to be done; rename it if it holds one of: {names}.",
)
EMPTY = hold(
    "money.file.empty",
    "{column} is empty; the row was left out.",
    "Fill the cell, or give the value for the whole file.",
)
NO_DAY = hold(
    "money.file.day",
    "{value} in {column} is no day; the row was left out.",
    "Write it as 2026-11-11 or 11.11.2026.",
)
NO_NUMBER = hold(
    "money.file.number",
    "{value} in {column} is no number that fits here; the row was left out.",
    "Write digits, such as 1200 or 1200.50; not below 0.",
)
NOT_WHOLE = hold(
    "money.file.whole",
    "{value} in {column} is no whole number; the row was left out.",
    "Write a whole number, 0 or more.",
)
NO_CURRENCY = hold(
    "money.file.currency",
    "{value} in {column} is no currency; the row was left out.",
    "Write three letters, such as RUB or CNY.",
)
TOO_LONG = hold(
    "money.file.too_long",
    "The table has more than {value} rows; what is below was left out.",
    "Split it by days.",
)


class Column(msgspec.Struct, frozen=True):
    """A column: what it is called here, and titles by which it is known, in their bare form."""

    name: str
    titles: tuple[str, ...]
    needed: bool = True


class Row(msgspec.Struct, frozen=True):
    """A row that tells something: its place, and its cells by the column's name."""

    place: str
    cells: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a cell; empty where the table has no such column."""
        return self.cells.get(name, "")


class Table:
    """A table being read: iterate over `rows`, then ask for `findings`. Bad content raises nothing.

    CSV in any usual encoding and delimiter, XLSX or XLS.
    """

    def __init__(self, path: Path, columns: Sequence[Column], given: frozenset[str]) -> None:
        """`given` are columns whose value is given for the whole file: the table may lack them."""
        self._path = path
        self._columns = columns
        self._given = given
        self._findings: list[Finding] = []
        self._grid: Grid = open_grid(path, path.suffix.lstrip(".").lower() or "csv")
        self.titles: dict[str, str] = {}
        """Titles by the name of the column that they were taken for."""

    @property
    def findings(self) -> list[Finding]:
        """What was noticed of the file so far."""
        return [*self._grid.findings, *self._findings]

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the titles; sums at the end and empty rows are passed over."""
        missing: list[str] = []
        for sheet in self._grid.sheets:
            if sheet.hidden:
                continue
            found, lacking = self._head(sheet)
            if found is None:
                missing = lacking if not missing or len(lacking) < len(missing) else missing
                continue
            first, places = found
            yield from self._below(sheet, first, places)
            return
        if not self._grid.cut:
            wanted = [one for one in self._columns if self._wanted(one)]
            self._findings.append(
                NO_COLUMNS.at(
                    self._path.name,
                    wanted=", ".join(one.name for one in wanted),
                    missing=", ".join(missing),
                    names=", ".join(one.titles[0] for one in wanted),
                )
            )

    def _wanted(self, one: Column) -> bool:
        return one.needed and one.name not in self._given

    def _head(self, sheet: Sheet) -> tuple[tuple[int, dict[str, int]] | None, list[str]]:
        best: list[str] = [one.name for one in self._columns if self._wanted(one)]
        for number, row in islice(sheet.rows(), _LOOKED_AT):
            titles = [cells.text_of(cell) for cell in row]
            places, unknown = self._recognised(titles)
            lacking = [
                one.name for one in self._columns if self._wanted(one) and one.name not in places
            ]
            if not lacking and places:
                self.titles = {name: titles[at] for name, at in places.items()}
                names = ", ".join(one.name for one in self._columns)
                self._findings += [NOT_READ.at(f"row {number}", it, names=names) for it in unknown]
                return (number, places), []
            best = min(best, lacking, key=len)
        return None, best

    def _recognised(self, titles: Sequence[str]) -> tuple[dict[str, int], list[str]]:
        places: dict[str, int] = {}
        unknown: list[str] = []
        for at, title in enumerate(titles):
            if not title:
                continue
            bare = {header_of(title).bare, " ".join(title.lower().split())}
            name = next((one.name for one in self._columns if bare & {*one.titles, one.name}), "")
            if not name:
                unknown.append(title)
            elif name not in places:
                places[name] = at
        return places, unknown

    def _below(self, sheet: Sheet, first: int, places: Mapping[str, int]) -> Iterator[Row]:
        told = 0
        for number, row in sheet.rows():
            if number <= first:
                continue
            texts = [cells.text_of(cell) for cell in row]
            filled = next((one for one in texts if one), "")
            if not filled or filled.lower().startswith(_TOTALS):
                continue
            told += 1
            if told > MOST_ROWS:
                self._findings.append(TOO_LONG.at(f"row {number}", MOST_ROWS))
                return
            yield Row(
                f"row {number}",
                {name: texts[at] if at < len(texts) else "" for name, at in places.items()},
            )


class Reader:
    """Reads the cells of one row; what cannot be read is added to `wrong`, and None returned."""

    def __init__(self, row: Row, titles: Mapping[str, str]) -> None:
        self._row = row
        self._titles = titles
        self.wrong: list[Finding] = []

    def text(self, name: str, usual: str = "") -> str | None:
        """Return a text that has to be there, in the row or for the whole file."""
        found = self._row.text(name) or usual
        if not found:
            self.wrong.append(EMPTY.at(self._row.place, column=self._title(name)))
            return None
        return found

    def day(self, name: str) -> date | None:
        """Return a day; a time behind it is passed over."""
        given = self.text(name)
        if given is None:
            return None
        for part in (given, given.split("T")[0].split(" ")[0]):
            for form in _DAYS:
                try:
                    found = datetime.strptime(part, form).date()  # noqa: DTZ007 - a day has no zone
                except ValueError:
                    continue
                if 2000 <= found.year <= 2100:
                    return found
        self.wrong.append(NO_DAY.at(self._row.place, given, column=self._title(name)))
        return None

    def money(self, name: str) -> Decimal | None:
        """Return an amount of 0 or more with at most two places; None where the cell is empty."""
        given = self._row.text(name)
        if not given:
            return None
        found = decimal_of(given)
        if found is None or not 0 <= found < MOST or found != found.quantize(CENT):
            self.wrong.append(NO_NUMBER.at(self._row.place, given, column=self._title(name)))
            return None
        return found.quantize(CENT)

    def count(self, name: str) -> int | None:
        """Return a whole number of 0 or more; None where the cell is empty."""
        given = self._row.text(name)
        if not given:
            return None
        found = decimal_of(given)
        if found is None or not 0 <= found < 10**9 or found != int(found):
            self.wrong.append(NOT_WHOLE.at(self._row.place, given, column=self._title(name)))
            return None
        return int(found)

    def currency(self, name: str, usual: str) -> str | None:
        """Return an ISO code in capitals."""
        given = self.text(name, usual)
        if given is None:
            return None
        if len(given) != 3 or not (given.isascii() and given.isalpha()):
            self.wrong.append(NO_CURRENCY.at(self._row.place, given, column=self._title(name)))
            return None
        return given.upper()

    def _title(self, name: str) -> str:
        return self._titles.get(name, name)
