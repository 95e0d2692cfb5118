"""A file of reference prices: CSV or XLSX, headings found by their names in any order.

Bad rows become findings that name the cell; the rest goes on. Nothing is guessed: a price without
a currency, a day or a source of its own takes the one that was given for the whole file.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from torgpred.catalogue.core.tables.cells import Cell, amount_of, currency_of, key_of, text_of
from torgpred.catalogue.core.tables.columns import header_of
from torgpred.catalogue.core.tables.grids import Sheet, open_grid
from torgpred.catalogue.core.tables.names import NAMES
from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.listings.core.references import ReferencePrice

_HEADER_ROWS: Final = 40
_DATED: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
_KEY_LIMIT: Final = 255
_SOURCE_LIMIT: Final = 200

HEADINGS: Final = {
    "key": NAMES["key"],
    "amount": (
        "цена конкурента", "референсная цена", "референс", "эталонная цена", "рыночная цена",
        "цена на рынке", "цена у других", "цена сравнения", "reference price", "reference",
        "competitor price", "market price", "参考价", "参考价格", "竞品价格", *NAMES["price"],
    ),
    "currency": ("валюта", "currency", "币种", "货币"),
    "seen_on": (
        "дата", "дата цены", "дата проверки", "дата мониторинга", "когда видели", "на дату", "date",
        "seen", "seen on", "price date", "日期",
    ),
    "source": (
        "источник", "источник цены", "конкурент", "магазин", "где видели", "ссылка", "source",
        "competitor", "shop", "url", "link", "来源", "链接",
    ),
    "family": ("маркетплейс", "площадка", "marketplace", "family", "平台"),
}  # fmt: skip
"""Field -> headings, the plainest first: of two columns that fit, the earlier name wins."""

NO_HEADER: Final = Kind(
    "reference.no_header",
    Severity.ERROR,
    "No row names both a column of SKUs and one of prices.",
    "Head the columns SKU and price (артикул, цена).",
)
NO_KEY: Final = Kind(
    "reference.no_key",
    Severity.ERROR,
    "The row has a price but no SKU.",
    "Put the SKU of the seller's file into the row.",
)
BAD_AMOUNT: Final = Kind(
    "reference.bad_price",
    Severity.ERROR,
    "{value} is no price: {reason}.",
    "Put one number above 0 into the cell.",
)
NO_CURRENCY: Final = Kind(
    "reference.no_currency",
    Severity.ERROR,
    "The currency of the price {value} is not known.",
    "Add a column with the currency, or name one for the whole file with --currency.",
)
BAD_DATE: Final = Kind(
    "reference.bad_date",
    Severity.ERROR,
    "{value} is no day on which the price can have been seen: {reason}.",
    "Write it as 2026-11-05 or 05.11.2026, today at the latest.",
)
NO_DATE: Final = Kind(
    "reference.no_date",
    Severity.ERROR,
    "The row does not say when the price was seen.",
    "Add a column with the date, or name one for the whole file with --date.",
)
BAD_FAMILY: Final = Kind(
    "reference.unknown_marketplace",
    Severity.ERROR,
    "There is no marketplace {value}; known are {known}.",
    "Mend the cell, or leave it empty: then the price is meant for all marketplaces.",
)
TWICE: Final = Kind(
    "reference.twice",
    Severity.WARNING,
    "{value} has two prices of one day and source in the file; the lower row counts.",
    "Keep one of the rows.",
)


class FileReference(msgspec.Struct, frozen=True):
    """One reference price of a file. `family` is empty where it is meant for any marketplace."""

    price: ReferencePrice
    family: str
    place: str


class Given(msgspec.Struct, frozen=True):
    """What holds for the rows of a file that do not say it themselves; empty where not given."""

    today: dt.date
    """No price was seen after it."""
    source: str
    families: tuple[str, ...] = ()
    """Codes of the marketplaces there are."""
    currency: str = ""
    seen_on: dt.date | None = None


class ReferenceFile(msgspec.Struct, frozen=True):
    """What a file held: its good rows and what was wrong with the others."""

    rows: tuple[FileReference, ...]
    findings: tuple[Finding, ...]


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """A row that cannot be used."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def read_file(path: Path, given: Given) -> ReferenceFile:
    """Read a file of reference prices, all its sheets. Raises nothing for bad content.

    Of two rows about one offer, day, source and marketplace the lower one counts.
    """
    grid = open_grid(path, "csv")
    found: dict[tuple[str, str, dt.date, str], FileReference] = {}
    findings: list[Finding] = []
    headed = False
    for sheet in grid.sheets:
        columns = _columns(sheet)
        if columns is None:
            continue
        headed = True
        for row in _below(sheet, columns[0]):
            try:
                made = _Row(sheet.name, row, columns[1], given).read()
            except _Refused as refused:
                findings.append(refused.finding)
                continue
            price = made.price
            mark = (price.key, made.family, price.seen_on, price.source)
            if mark in found:
                findings.append(TWICE.at(made.place, price.key))
            found[mark] = made
    if not headed and not grid.findings:
        findings.append(NO_HEADER.at(path.name))
    return ReferenceFile(tuple(found.values()), (*grid.findings, *findings))


def _columns(sheet: Sheet) -> tuple[int, dict[str, tuple[int, str]]] | None:
    """Return the header's row and, by field, its column and the currency it names."""
    for number, row in islice(sheet.rows(), _HEADER_ROWS):
        headers = [header_of(text_of(cell)) for cell in row]
        fields: dict[str, tuple[int, str]] = {}
        for field, names in HEADINGS.items():
            ranked = [
                (names.index(one.bare), index)
                for index, one in enumerate(headers)
                if one.bare in names
            ]
            if ranked:
                index = min(ranked)[1]
                fields[field] = index, headers[index].currency
        if "key" in fields and "amount" in fields:
            return number, fields
    return None


def _below(sheet: Sheet, header: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, row in sheet.rows():
        if number > header and any(text_of(cell) for cell in row):
            yield number, row


class _Row:
    """One row being read; what is wrong with it names its cell."""

    def __init__(
        self,
        sheet: str,
        row: tuple[int, Sequence[Cell]],
        columns: dict[str, tuple[int, str]],
        given: Given,
    ) -> None:
        self._sheet = sheet
        self._number, self._cells = row
        self._columns = columns
        self._given = given

    def read(self) -> FileReference:
        """Return the reference price. Raises _Refused."""
        key = key_of(self._text("key")).key[:_KEY_LIMIT]
        if not key:
            raise self._refused(NO_KEY, "key", self._text("amount"))
        amount = amount_of(self._text("amount"))
        if amount.amount is None:
            reason = amount.reason
            raise self._refused(BAD_AMOUNT, "amount", self._text("amount"), reason=reason)
        price = ReferencePrice(
            key=key,
            amount=amount.amount,
            currency=self._currency(amount.currency),
            seen_on=self._day(),
            source=(self._text("source") or self._given.source)[:_SOURCE_LIMIT],
        )
        return FileReference(price, self._family(), self._place("key"))

    def _currency(self, of_cell: str) -> str:
        named = self._text("currency")
        code = currency_of(named) or (named.upper() if _CURRENCY.fullmatch(named) else "")
        found = of_cell or code or self._columns["amount"][1] or self._given.currency
        if not found or (named and not code):
            raise self._refused(NO_CURRENCY, "currency" if named else "amount", named)
        return found

    def _day(self) -> dt.date:
        text = self._text("seen_on")
        if not text:
            if self._given.seen_on is None:
                raise self._refused(NO_DATE, "key")
            return self._given.seen_on
        day = day_of(self._cell("seen_on"))
        if day is None:
            raise self._refused(BAD_DATE, "seen_on", text, reason="not a date")
        if day > self._given.today:
            raise self._refused(BAD_DATE, "seen_on", text, reason="it is still to come")
        return day

    def _family(self) -> str:
        text = self._text("family")
        if text and text not in self._given.families:
            known = _listed(self._given.families)
            raise self._refused(BAD_FAMILY, "family", text, known=known)
        return text

    def _cell(self, field: str) -> Cell:
        column = self._columns.get(field)
        if column is None or column[0] >= len(self._cells):
            return None
        return self._cells[column[0]]

    def _text(self, field: str) -> str:
        return text_of(self._cell(field))

    def _refused(self, kind: Kind, field: str, value: str = "", **data: object) -> _Refused:
        return _Refused(kind.at(self._place(field), value, **data))

    def _place(self, field: str) -> str:
        column = self._columns.get(field, self._columns["key"])[0]
        return f"{self._sheet}, {letters(column)}{self._number}"


def day_of(cell: Cell) -> dt.date | None:
    """Return the day that a cell names: a date, 2026-11-05, 05.11.2026 or 05.11.26; else None."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = text_of(cell)
    dotted = _DATED.fullmatch(text)
    try:
        if dotted is None:
            return dt.date.fromisoformat(text[:10]) if len(text) >= 10 else None
        day, month, year = (int(part) for part in dotted.groups())
        return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def letters(index: int) -> str:
    """Return a column's letters as spreadsheets show them; `index` counts from 0."""
    shown = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        shown = chr(ord("A") + rest) + shown
    return shown


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
