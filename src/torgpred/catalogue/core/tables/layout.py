"""How a sheet is laid out: where its header stands, what its columns are, where data begin.

The header is the row among the first ones that names the most fields; titles, contacts and notes
may stand above it, sub-headings and help rows below.
"""

import re
from collections.abc import Sequence

import msgspec

from torgpred.catalogue.core.tables.cells import amount_of, currency_of, stock_of, text_of
from torgpred.catalogue.core.tables.columns import (
    MEASURES,
    MONEY,
    ColumnProposal,
    header_of,
    propose,
    recognise,
)
from torgpred.catalogue.core.tables.grids import Row
from torgpred.catalogue.core.tables.memory import IGNORED, PARAM, TableMemory

LOOKED_AT = 60
"""Rows at a sheet's beginning in which a header is looked for."""
_HEADER_ROWS = 40
_HELP_ROWS = 3
_HELP = re.compile(
    r"обязательн|заполн|укажите|введите|напишите|выберите|пример|до \d+ символ|не более \d+"
    r"|\brequired\b|\boptional\b|\bexample\b|\bfill in\b|\benter\b|必填|选填|示例|请填写|填写",
    re.IGNORECASE,
)
_CURRENCY_NOTE = re.compile(r"цен[аы]|прайс|price|价格|报价|币种", re.IGNORECASE)


class Layout(msgspec.Struct, frozen=True):
    """A sheet's columns and where its data begin. `header_row` is 0 where there is no header."""

    header_row: int
    first_row: int
    columns: tuple[ColumnProposal, ...]
    currency: str = ""
    """The currency that a note above the header names for all prices."""
    help_rows: tuple[int, ...] = ()

    def index(self, field: str) -> int | None:
        """Return the column of a field; None where there is none."""
        return next((one.index for one in self.columns if one.field == field), None)

    def of(self, field: str) -> ColumnProposal | None:
        """Return the column of a field, with its unit and currency."""
        return next((one for one in self.columns if one.field == field), None)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that some column feeds."""
        return frozenset(one.field for one in self.columns if one.field != PARAM)


def lay_out(rows: Sequence[Row], memory: TableMemory) -> Layout | None:
    """Find the layout of a sheet by its first rows; None where no row looks like a header."""
    texts = [(number, [text_of(cell) for cell in cells]) for number, cells in rows]
    best: tuple[float, int] | None = None
    for place, (_, row) in enumerate(texts[:_HEADER_ROWS]):
        score = _score(row, memory)
        if score >= 1.8 and (best is None or score > best[0] + 0.01):
            best = score, place
    if best is None:
        return None
    place = best[1]
    header, below = _filled(texts, place, memory)
    columns = propose(header, memory)
    first = place + 1 + below
    helped: list[int] = []
    while first < len(texts) and len(helped) < _HELP_ROWS and _is_help(texts[first][1], columns):
        helped.append(texts[first][0])
        first += 1
    first_row = texts[first][0] if first < len(texts) else texts[-1][0] + 1
    note = _currency_note(texts[:place])
    return Layout(texts[place][0], first_row, columns, note, tuple(helped))


def headerless(rows: Sequence[Row]) -> Layout | None:
    """Propose columns of a table without header by what stands in them, with low confidence.

    Only what shows for certain is proposed: addresses of pictures. The rest is for a person.
    """
    texts = [[text_of(cell) for cell in cells] for _, cells in rows]
    wide = [row for row in texts if sum(bool(cell) for cell in row) >= 2]
    if not wide:
        return None
    return Layout(0, rows[0][0], ())


def _score(row: Sequence[str], memory: TableMemory) -> float:
    """Return how much a row looks like a header: its recognised names, each field once."""
    fields: dict[str, float] = {}
    filled = 0
    for cell in row:
        if not cell:
            continue
        filled += 1
        if len(cell) > 80 or amount_of(cell).amount is not None:
            continue
        header = header_of(cell)
        field, sure, _, _ = recognise(header, memory)
        if header.bare in memory.layout:
            sure = 1.0
        if field not in (PARAM, IGNORED):
            fields[field] = max(sure, fields.get(field, 0.0))
        elif header.bare in memory.layout or header.bare in memory.decisions:
            fields[f"param {header.bare}"] = 0.6
    if len(fields) < 2 or filled < 2:
        return 0.0
    share = len(fields) / filled
    return sum(fields.values()) + share


def _filled(
    texts: Sequence[tuple[int, list[str]]], place: int, memory: TableMemory
) -> tuple[list[str], int]:
    """Return the header, filled from merged cells and sub-headings, and how many rows go with it.

    Only known names are taken from the row above and, where it continues the header, below.
    """
    header = list(texts[place][1])
    below = 0
    for step in (-1, 1):
        other = place + step
        if not 0 <= other < len(texts):
            continue
        row = texts[other][1]
        if step == 1 and not _continues(header, row, memory):
            continue
        for index, cell in enumerate(row[: len(header)]):
            known = bool(cell) and recognise(header_of(cell), memory)[0] != PARAM
            if known and (step == 1 or not header[index]):
                header[index] = cell
        below += step == 1
    return header, below


def _continues(header: Sequence[str], row: Sequence[str], memory: TableMemory) -> bool:
    """Tell whether the row under a header holds sub-headings: only known names, no values."""
    cells = [cell for cell in row if cell]
    if not cells or any(amount_of(cell).amount is not None for cell in cells):
        return False
    known = [cell for cell in cells if recognise(header_of(cell), memory)[1] >= 0.9]
    gaps = any(cell and not header[at] for at, cell in enumerate(row[: len(header)]))
    return len(known) == len(cells) and (gaps or len(cells) >= 2)


def _is_help(row: Sequence[str], columns: Sequence[ColumnProposal]) -> bool:
    """Tell whether a row under the header explains the columns instead of filling them."""
    if not any(_HELP.search(cell) for cell in row):
        return False
    for column in columns:
        cell = row[column.index] if column.index < len(row) else ""
        if not cell:
            continue
        if column.field in MONEY and amount_of(cell).amount is not None:
            return False
        if column.field == "quantity" and not stock_of(cell).odd:
            return False
        if column.field in MEASURES and cell[0].isdigit():
            return False
    return True


def _currency_note(texts: Sequence[tuple[int, list[str]]]) -> str:
    """Return the currency that a line above the header names for the prices, if one does."""
    for _, row in texts:
        for cell in row:
            if cell and len(cell) < 200 and _CURRENCY_NOTE.search(cell):
                for word in re.split(r"[\s,:;()（）]+", cell):
                    found = currency_of(word) if len(word) > 1 or not word.isalpha() else ""
                    if found:
                        return found
    return ""
