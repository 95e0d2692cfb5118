"""How a sheet is laid out: where its header stands, what its columns are, where data begin.

The header is the row among the first ones that names the most fields; titles, contacts and notes
may stand above it, sub-headings and help rows below.
"""

import re
from collections.abc import Sequence

import msgspec

from torgpred.catalogue.core.tables.cells import (
    amount_of,
    currency_of,
    package_of,
    side_of,
    stock_of,
    text_of,
    weight_of,
)
from torgpred.catalogue.core.tables.columns import (
    MEASURES,
    MONEY,
    ColumnProposal,
    header_of,
    propose,
    recognise,
    unit_of,
)
from torgpred.catalogue.core.tables.grids import Row
from torgpred.catalogue.core.tables.memory import IGNORED, PARAM, TableMemory

LOOKED_AT = 60
"""Rows at a sheet's beginning in which a header is looked for."""
_HEADER_ROWS = 40
_HELP_ROWS = 3
_SURE = 0.9
"""From so sure on a name is known, and not only like one that is."""
_HELP = re.compile(
    r"обязательн|заполн|укажите|введите|напишите|выберите|пример|до \d+ символ|не более \d+"
    r"|\brequired\b|\boptional\b|\bexample\b|\bfill in\b|\benter\b|必填|选填|示例|请填写|填写",
    re.IGNORECASE,
)
_UNIT_TOLD = re.compile(r"единица измерения:\s*(\w+)", re.IGNORECASE)
_CURRENCY_NOTE = re.compile(r"цен[аы]|прайс|price|价格|报价|币种", re.IGNORECASE)


class Layout(msgspec.Struct, frozen=True):
    """A sheet's columns and where its data begin. `header_row` is 0 where there is no header."""

    header_row: int
    first_row: int
    columns: tuple[ColumnProposal, ...]
    currency: str = ""
    """The currency that a note above the header names for all prices."""
    help_rows: tuple[int, ...] = ()
    told: frozenset[str] = frozenset()
    """Fields of money and measures whose cells say themselves what they are in: "590 RUB"."""

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
    rows_below = [row for _, row in texts[first:]]
    columns = propose(header, memory, rows_below)
    for _, row in texts[first - len(helped) : first]:
        columns = tuple(_with_unit(column, row) for column in columns)
    note = _currency_note(texts[:place])
    return Layout(
        texts[place][0],
        first_row,
        columns,
        note,
        tuple(helped),
        _told_in_cells(rows_below, columns),
    )


def _told_in_cells(
    rows: Sequence[Sequence[str]], columns: Sequence[ColumnProposal]
) -> frozenset[str]:
    """Return the fields in which every filled cell names its own currency or unit."""
    told = set()
    for column in columns:
        if column.field != "price" and column.field not in MEASURES:
            continue
        at = column.index
        filled = [row[at] for row in rows if at < len(row) and row[at]]
        if filled and all(_says_unit(column.field, cell) for cell in filled):
            told.add(column.field)
    return frozenset(told)


def _says_unit(field: str, cell: str) -> bool:
    if field == "price":
        return bool(amount_of(cell).currency)
    if field == "package":
        return package_of(cell, "")[0] is not None
    return (weight_of if field == "weight" else side_of)(cell, "")[0] is not None


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

    Of the row above only known names are taken, and only into gaps.
    """
    header = list(texts[place][1])
    if place:
        for index, cell in enumerate(texts[place - 1][1][: len(header)]):
            if cell and not header[index] and _known(cell, memory) > 0.5:
                header[index] = cell
    row = texts[place + 1][1] if place + 1 < len(texts) else []
    if not _continues(header, row, memory):
        return header, 0
    joined = _joined if _fills_gap(header, row) else _told_below
    return joined(header, row, memory), 1


def _known(cell: str, memory: TableMemory) -> float:
    """Return how surely a name is known; 0.5 and less where it is not."""
    field, sure, _, _ = recognise(header_of(cell), memory)
    return 0.0 if field == PARAM else sure


def _joined(header: Sequence[str], row: Sequence[str], memory: TableMemory) -> list[str]:
    """Join sub-headings with the merged cell above them: "Цена" over "Опт" is "Цена Опт".

    Where one of the two says more by itself, it stands alone.
    """
    out, above = [], ""
    for index in range(max(len(header), len(row))):
        own = header[index] if index < len(header) else ""
        below = row[index] if index < len(row) else ""
        above = own or (above if below else "")
        if not below:
            out.append(own)
            continue
        both = f"{above} {below}".strip()
        out.append(max(both, below, key=lambda text: _known(text, memory)))
    return out


def _told_below(header: Sequence[str], row: Sequence[str], memory: TableMemory) -> list[str]:
    """Join sub-headings with the names above them, where each column has one of its own.

    "Розничная" over "Цена" says by itself which price it is; "Казань" over "Остаток" is the stock
    in Kazan.
    """
    out = []
    for index, own in enumerate(header):
        below = row[index] if index < len(row) else ""
        if not below or own == below or _known(own, memory) >= _SURE:
            out.append(own)
            continue
        meant = recognise(header_of(below), memory)[0]
        both = (f"{own} {below}", f"{below} {own}")
        same = (one for one in both if recognise(header_of(one), memory)[0] == meant)
        out.append(next(same, below))
    return out


def _continues(header: Sequence[str], row: Sequence[str], memory: TableMemory) -> bool:
    """Tell whether the row under a header holds sub-headings and no offer.

    They are words alone: known names; or, with nothing under the columns of SKU and name, cells
    that stand where merged ones left gaps above, or most of which are known names.
    """
    cells = [cell for cell in row if cell]
    if not cells or any(amount_of(cell).amount is not None for cell in cells):
        return False
    gap = _fills_gap(header, row)
    if all(_known(cell, memory) >= _SURE for cell in cells):
        return gap or len(cells) >= 2
    known = sum(_known(cell, memory) > 0.5 for cell in cells)
    if len(cells) < 2 or not (known if gap else known * 2 > len(cells)):
        return False
    under = {column.index for column in propose(header, memory) if column.field in {"key", "name"}}
    bare = not any(index in under and cell for index, cell in enumerate(row))
    return bare and bool(under)


def _fills_gap(header: Sequence[str], row: Sequence[str]) -> bool:
    return any(cell and not (header[at] if at < len(header) else "") for at, cell in enumerate(row))


def _is_help(row: Sequence[str], columns: Sequence[ColumnProposal]) -> bool:
    """Tell whether a row under the header explains the columns instead of filling them."""
    told = any(_HELP.search(cell) for cell in row)
    spoken = any(
        column.field == "key" and column.index < len(row) and _is_sentence(row[column.index])
        for column in columns
    )
    if not told and not spoken:
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


def _with_unit(column: ColumnProposal, told: Sequence[str]) -> ColumnProposal:
    """Return a column with the unit that a row of help names for it, as Wildberries does."""
    if column.field not in MEASURES or column.unit or column.index >= len(told):
        return column
    named = _UNIT_TOLD.search(told[column.index])
    unit = unit_of(named[1]) if named else ""
    return msgspec.structs.replace(column, unit=unit) if unit else column


def _is_sentence(key: str) -> bool:
    """Tell whether words stand where an SKU belongs: five, or three without any digit."""
    return key.count(" ") > (3 if any(map(str.isdigit, key)) else 1)


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
