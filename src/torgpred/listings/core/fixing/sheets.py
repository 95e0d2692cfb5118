"""A fix file that came back, as rows of answers: sheets and columns found by their ids.

Rows may be sorted anew or deleted, columns moved, added or deleted, sheets renamed: what carries
its id is found. Nothing here judges an answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from torgpred.catalogue.core.tables.cells import Cell, key_of, text_of
from torgpred.kernel.findings import Finding
from torgpred.listings.core.facts import FACT_NAMES
from torgpred.listings.core.fixing.findings import EXTRA_COLUMN, EXTRA_SHEET, NO_SKU, TOO_LONG
from torgpred.listings.core.fixing.layout import GROUP, MARK, SIDES, SKU, TITLE

ROWS_MOST: Final = 300_000
"""Rows of all sheets together."""
_LOOKED_AT: Final = 10
"""Rows from the top within which a sheet's ids must stand."""
_NOT_ANSWERS: Final = frozenset({SKU, GROUP, "title", "now", "offers"})
_IDS: Final = _NOT_ANSWERS | {*FACT_NAMES, *SIDES, "answer"}


class RawSheet(msgspec.Struct, frozen=True):
    """A sheet as a reader gives it. `left` is the number of empty columns that were left out."""

    name: str
    rows: Iterable[tuple[int, Sequence[Cell]]]
    left: int = 0


class RowRead(msgspec.Struct, frozen=True, gc=False):
    """One row: its number, whose it is, and the filled cells by column, perhaps none."""

    number: int
    key: str
    cells: dict[int, Cell]


class SheetRead(msgspec.Struct, frozen=True):
    """A sheet that is read back."""

    name: str
    number: int
    ids: dict[int, str]
    """Column -> id, only those that hold answers."""
    rows: list[RowRead]

    def place(self, row: int, column: int) -> str:
        """Name a cell as spreadsheets do: "Валенки!F12"."""
        return f"{self.name}!{letters(column)}{row}"


class Manifest(msgspec.Struct):
    """What the hidden sheet says: whose the file is, and what its sheets are."""

    version: str = ""
    seller_id: str = ""
    seller: str = ""
    shop_id: str = ""
    shop: str = ""
    kinds: dict[int, str] = {}
    counts: dict[int, int] = {}
    """Rows that a sheet was written with."""
    groups: dict[int, tuple[str, ...]] = {}


def letters(column: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def manifest_of(sheets: Iterable[RawSheet]) -> Manifest | None:
    """Return what the hidden sheet says; None where no sheet is one."""
    for sheet in sheets:
        rows = iter(sheet.rows)
        first = next(rows, None)
        if first is not None and first[1] and text_of(first[1][0]) == TITLE:
            return _manifest(rows)
    return None


def _manifest(rows: Iterator[tuple[int, Sequence[Cell]]]) -> Manifest:
    found = Manifest(kinds={}, counts={}, groups={})
    for _, cells in rows:
        word, *rest = [text_of(cell) for cell in cells] + ["", "", ""]
        if word == "version":
            found.version = rest[0]
        elif word == "seller":
            found.seller_id, found.seller = rest[0], rest[1]
        elif word == "shop":
            found.shop_id, found.shop = rest[0], rest[1]
        elif word == "sheet" and rest[0].isdecimal():
            number = int(rest[0])
            found.kinds[number] = rest[1]
            found.counts[number] = int(rest[2]) if rest[2].isdecimal() else 0
        elif word == "group" and rest[0].isdecimal():
            number = int(rest[0])
            found.groups[number] = (*found.groups.get(number, ()), rest[1])
    return found


def read_sheets(
    sheets: Iterable[RawSheet], manifest: Manifest, findings: list[Finding]
) -> list[SheetRead]:
    """Return the sheets that are read back, in their order, at most `ROWS_MOST` rows together."""
    found: list[SheetRead] = []
    left = ROWS_MOST
    for sheet in sheets:
        read = _read(sheet, manifest, findings, left)
        if read is not None:
            found.append(read)
            left -= len(read.rows)
    return found


def _read(
    sheet: RawSheet, manifest: Manifest, findings: list[Finding], left: int
) -> SheetRead | None:
    rows = iter(sheet.rows)
    for looked, (_, cells) in enumerate(rows):
        at = next((n for n, cell in enumerate(cells) if _is_mark(cell)), None)
        if at is not None:
            return _body(sheet, cells, at, rows, manifest, findings, left)
        if looked >= _LOOKED_AT:
            break
    return None


def _is_mark(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.startswith(MARK)


def _body(
    sheet: RawSheet,
    header: Sequence[Cell],
    at: int,
    rows: Iterator[tuple[int, Sequence[Cell]]],
    manifest: Manifest,
    findings: list[Finding],
    left: int,
) -> SheetRead | None:
    number = text_of(header[at]).removeprefix(MARK).partition(":")[0]
    if not number.isdecimal() or int(number) not in manifest.kinds:
        findings.append(EXTRA_SHEET.at(sheet.name, sheet.name))
        return None
    ids = {n: text_of(cell) for n, cell in enumerate(header) if n != at and _is_id(cell)}
    answers = {n: name for n, name in ids.items() if name not in _NOT_ANSWERS}
    read = SheetRead(
        sheet.name, int(number), {n + sheet.left: name for n, name in answers.items()}, []
    )
    blank_key = manifest.kinds[int(number)] == "categories"
    _, headings = next(rows, (0, ()))
    extra: set[int] = set()
    for row, cells in rows:
        if len(read.rows) >= left:
            findings.append(TOO_LONG.at(read.place(row, 0), ROWS_MOST))
            break
        filled = {n + sheet.left: cells[n] for n in answers if n < len(cells) and _said(cells[n])}
        extra |= {n for n, cell in enumerate(cells) if n != at and n not in ids and _said(cell)}
        key = _key(cells[at] if at < len(cells) else None)
        if key or (filled and blank_key):
            read.rows.append(RowRead(row, key, filled))
        elif filled:
            findings.append(NO_SKU.at(read.place(row, at + sheet.left)))
    for n in sorted(extra):
        heading = text_of(headings[n]) if n < len(headings) else ""
        shown = heading or letters(n + sheet.left)
        findings.append(EXTRA_COLUMN.at(f"{sheet.name}!{letters(n + sheet.left)}", shown))
    return read


def _is_id(cell: Cell) -> bool:
    name = text_of(cell)
    return name in _IDS or name.startswith("attribute:")


def _said(cell: Cell) -> bool:
    return cell is not None and text_of(cell) != ""


def _key(cell: Cell) -> str:
    """Return an SKU, with what a spreadsheet did to it undone."""
    return cell.strip() if isinstance(cell, str) else key_of(text_of(cell)).key
