"""A table of stock: SKU, pieces, and the warehouse where the table names one. XLSX, XLS or CSV."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from torgpred.catalogue.core.tables import cells
from torgpred.catalogue.core.tables.columns import header_of
from torgpred.catalogue.core.tables.grids import Sheet, open_grid
from torgpred.catalogue.core.tables.layout import LOOKED_AT, Layout, lay_out
from torgpred.catalogue.core.tables.memory import PARAM, TableMemory
from torgpred.catalogue.core.tables.rows import BAD_KEY, KEY_LIMIT, NO_KEY, note_key
from torgpred.kernel.findings import Finding, Kind, Severity

NO_COLUMNS = Kind(
    "stock.file.no_columns",
    Severity.ERROR,
    "No sheet has both a column of SKUs and one of pieces.",
    "Name two columns, such as SKU and Остаток, in a row above the numbers.",
)
NO_PIECES = Kind(
    "stock.file.pieces_bad",
    Severity.ERROR,
    "{value} is no number of pieces; {sku} stays as it was.",
    "Give a whole number, 0 or more.",
)
TWICE = Kind(
    "stock.file.twice",
    Severity.ERROR,
    "The SKU {value} stands twice for one warehouse; what {first} says was taken.",
    "Leave one row for each SKU and warehouse.",
)
NO_WAREHOUSE = Kind(
    "stock.file.warehouse_unknown",
    Severity.ERROR,
    "There is no warehouse {value}; {sku} stays as it was.",
    "Write the code or name of a warehouse, or add it: torgpred stock warehouse add.",
)
NO_OFFER = Kind(
    "stock.file.sku_unknown",
    Severity.NOTE,
    "No offer has the SKU {value}; its pieces were taken all the same.",
    "Check the spelling, or take in the feed that has it.",
)

_WAREHOUSES: Final = (
    "склад", "код склада", "склад хранения", "название склада", "наименование склада",
    "место хранения", "warehouse", "warehouse code", "warehouse name", "location", "仓库",
    "仓库编码", "仓库名称",
)  # fmt: skip
_TOTALS: Final = ("итог", "всего", "total", "合计", "总计")
_MEMORY: Final = TableMemory(decisions=dict.fromkeys(_WAREHOUSES, PARAM))


class StockRow(msgspec.Struct, frozen=True):
    """What one row says. `warehouse` is as the table writes it, "" where it names none."""

    place: str
    sku: str
    pieces: int
    warehouse: str


class _Columns(msgspec.Struct, frozen=True):
    layout: Layout
    key: int
    pieces: int
    warehouse: int | None


class StockSheet:
    """A table being read: iterate over `rows`, then ask for `findings`. Bad content raises nothing.

    Rows without a number of pieces are passed over: nobody counted there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._grid = open_grid(path, path.suffix.lstrip(".").lower() or "csv")
        self._findings: list[Finding] = []

    @property
    def findings(self) -> list[Finding]:
        """What was noticed of the file and its rows so far."""
        return [*self._grid.findings, *self._findings]

    def rows(self) -> Iterator[StockRow]:
        """Yield the rows that tell something, in the order of the file."""
        read = False
        for sheet in self._grid.sheets:
            columns = None if sheet.hidden else _columns(sheet)
            if columns is not None:
                read = True
                yield from self._of(sheet, columns)
        if not read and not self._grid.cut:
            self._findings.append(NO_COLUMNS.at(self._path.name))

    def _of(self, sheet: Sheet, columns: _Columns) -> Iterator[StockRow]:
        prefix = f"{sheet.name}, " if len(self._grid.sheets) > 1 else ""
        for number, row in sheet.rows():
            texts = [cells.text_of(cell) for cell in row]
            if number < columns.layout.first_row or not any(texts):
                continue
            told = self._row(texts, number, prefix, columns)
            if told is not None:
                yield told

    def _row(
        self, texts: Sequence[str], number: int, prefix: str, columns: _Columns
    ) -> StockRow | None:
        text, pieces = _at(texts, columns.key), _at(texts, columns.pieces)
        place = f"{prefix}row {number}"
        first = next(cell for cell in texts if cell).lower()
        if not pieces or first.startswith(_TOTALS):
            return None
        if not text:
            self._findings.append(NO_KEY.at(place, "; ".join(cell for cell in texts if cell)))
            return None
        key = cells.key_of(text)
        if not 0 < len(key.key) <= KEY_LIMIT:
            self._findings.append(BAD_KEY.at(place, text))
            return None
        note_key(key, text, place, self._findings)
        stock = cells.stock_of(pieces)
        told = 0 if stock.quantity is None and stock.available is False else stock.quantity
        if told is None or stock.oversold:
            cell = f"{prefix}cell {_letters(columns.pieces)}{number}"
            self._findings.append(NO_PIECES.at(cell, pieces, sku=key.key))
            return None
        warehouse = "" if columns.warehouse is None else _at(texts, columns.warehouse)
        return StockRow(place, key.key, told, warehouse)


def _columns(sheet: Sheet) -> _Columns | None:
    """Find the columns. "Склад" names a warehouse beside a column of pieces, else it holds them."""
    head = list(islice(sheet.rows(), LOOKED_AT))
    for memory in (_MEMORY, TableMemory()):
        layout = lay_out(head, memory)
        key = None if layout is None else layout.index("key")
        pieces = None if layout is None else layout.index("quantity")
        if layout is None or key is None or pieces is None:
            continue
        named = (
            column.index
            for column in layout.columns
            if column.index != pieces and header_of(column.column).bare in _WAREHOUSES
        )
        return _Columns(layout, key, pieces, next(named, None))
    return None


def _at(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _letters(index: int) -> str:
    """Return a column's name as spreadsheets have it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
