"""Read a price list: XLSX, XLS or CSV, one row an offer. Fulfils catalogue.core.reading.Reader."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from rapidfuzz import fuzz

from torgpred.catalogue.core.offers import READER_VERSION, Category
from torgpred.catalogue.core.paths import kept_path
from torgpred.catalogue.core.reading import Entry, Scope, Taken
from torgpred.catalogue.core.tables import cells
from torgpred.catalogue.core.tables.asked import Columns, stocks_told
from torgpred.catalogue.core.tables.columns import ColumnProposal, header_of
from torgpred.catalogue.core.tables.families import gathered
from torgpred.catalogue.core.tables.grids import Grid, Sheet, open_grid
from torgpred.catalogue.core.tables.headings import Headings
from torgpred.catalogue.core.tables.layout import LOOKED_AT, Layout, headerless, lay_out
from torgpred.catalogue.core.tables.memory import PARAM, TableMemory
from torgpred.catalogue.core.tables.places import Places
from torgpred.catalogue.core.tables.remarks import (
    GONE,
    HELP,
    HIDDEN,
    KEY_IS_BARCODE,
    NO_CURRENCY,
    NO_HEADER,
    NO_KEY_COLUMN,
    NO_NAME_COLUMN,
    NO_PRICE_COLUMN,
    NO_ROWS,
    NO_STOCK_COLUMN,
    NO_UNIT,
    RENAMED,
    SHEET_SKIPPED,
    TOTALS,
    UNSURE,
)
from torgpred.catalogue.core.tables.rows import (
    BAD_KEY,
    DUPLICATE,
    KEY_LIMIT,
    NO_KEY,
    RowReader,
    missing_units,
    note_key,
)
from torgpred.catalogue.core.yml.seen import SeenKeys
from torgpred.kernel.digests import digest, digest_of
from torgpred.kernel.findings import Finding

PROFILE = "table"
_TOTALS = re.compile(r"(итого|всего|итог\b|сумма|total|合计|总计|小计)", re.IGNORECASE)
_NAMED = 8
"""Columns that a finding names."""
_SEPARATOR = "\x1f"
_UNIT_EXAMPLES = {"weight": "г"}


class _Raw(NamedTuple):
    """What an entry keeps: its cells, its sheet, its category, and who had its key first."""

    row: list[str]
    part: "_Part"
    category: str
    first: str


class _Part(NamedTuple):
    """A sheet that holds offers, with its layout."""

    sheet: Sheet
    layout: Layout
    reader: RowReader
    mark: bytes
    """Digest of the layout: what, beside its cells, a row's reading depends on."""


class TableReader:
    """A table being read: fulfils Reader.

    `proposals` are the columns of its main sheet, `columns` what stood in the doubtful ones of
    them, complete once `entries` ran out; `learnt` is the memory to keep for the seller
    once the columns are accepted: by a person, or by itself where there were no doubts.
    """

    def __init__(
        self,
        path: Path,
        format_name: str,
        memory: TableMemory,
        before: Sequence[Finding] = (),
    ) -> None:
        self.format = format_name
        self.profile = PROFILE
        self.scope = Scope.CATALOGUE
        self.complete = False
        self.categories: Mapping[str, Category] = {}
        self.currencies: Mapping[str, str] = {}
        self._before = tuple(before)
        self._findings: list[Finding] = []
        self._path = path
        self._grid: Grid = open_grid(path, format_name)
        self.encoding = self._grid.encoding
        self._parts = self._choose(memory) if not self._grid.cut else []
        self.proposals: tuple[ColumnProposal, ...] = ()
        self.learnt = memory
        self.columns = Columns((), memory)
        self._memory = memory
        if self._parts:
            main = self._parts[0].layout
            self.proposals = main.columns
            self.learnt = _learnt(memory, main)
            if not main.fields & {"name", "description", "pictures", "category"}:
                self.scope = Scope.PARTIAL
            self._doubts(memory, main, self._parts[0].sheet.name)

    def entries(self) -> Iterator[Entry]:
        """Yield every row that holds an offer, in order; may be called again."""
        categories: dict[str, Category] = {}
        self.categories = categories
        keys, places, number = SeenKeys(), Places(), 0
        self.columns = Columns(self.proposals, self._memory)
        for part in self._parts:
            headings = Headings(part.layout)
            for row_number, row in gathered(self._data_rows(part), part.layout):
                place = self._place(part, row_number)
                if headings.take(row) or self._is_totals(part, row, place):
                    continue
                number += 1
                if part is self._parts[0]:
                    self.columns.take(row)
                places.add(number, part.sheet.name, row_number)
                category = kept_path(part.reader.category_path(row) or headings.path, categories)
                yield self._entry(number, place, _Raw(row, part, category, ""), keys, places)
        if self._parts and not number:
            self._report(NO_ROWS.at(self._path.name))
        self.complete = bool(number) and not self._grid.cut and self._has_keys

    def read(self, entry: Entry) -> Taken:
        """Read one row as an offer."""
        raw = entry.raw
        if not isinstance(raw, _Raw):
            raise TypeError("this entry was made by another reader")
        text = raw.part.reader.key_text(raw.row)
        hidden = raw.part.reader.hidden_by(raw.row)
        if hidden:
            # Without its key: to the catalogue it is gone, as what 1C marks as deleted.
            return Taken(None, (HIDDEN.at(entry.place, text, column=hidden),))
        findings: list[Finding] = []
        if not text:
            shown = "; ".join(cell for cell in raw.row if cell)
            return Taken(None, (NO_KEY.at(entry.place, shown),))
        key = cells.key_of(text)
        if len(key.key) > KEY_LIMIT:
            return Taken(None, (BAD_KEY.at(entry.place, text),))
        if raw.first:
            found = DUPLICATE.at(entry.place, key.key, first=raw.first)
            return Taken(None, (found,), key=key.key)
        note_key(key, text, entry.place, findings)
        offer = raw.part.reader.offer(raw.row, key.key, raw.category, entry.place, findings)
        return Taken(offer, tuple(findings), key=key.key)

    def findings(self) -> list[Finding]:
        """Return the findings about the file, its sheets and columns."""
        return [*self._before, *self._grid.findings, *self._findings]

    # --- sheets and columns ----------------------------------------------------------------------
    def _choose(self, memory: TableMemory) -> list[_Part]:
        """Return the sheets to read: the best one, and those like it. Others leave a note."""
        laid: list[tuple[Sheet, Layout | None]] = []
        for sheet in self._grid.sheets:
            rows = list(islice(sheet.rows(), LOOKED_AT))
            layout = lay_out(rows, memory)
            if layout is None and len(self._grid.sheets) == 1:
                layout = headerless(rows)
            laid.append((sheet, layout))
        known = [(sheet, layout) for sheet, layout in laid if layout is not None]
        if not known or not max(len(layout.columns) for _, layout in known):
            if not self._grid.cut:
                self._grid.cut = True
                self._report(NO_HEADER.at(self._path.name))
            return []
        best = max(known, key=lambda pair: _worth(*pair))
        chosen = [self._part(*best)]
        for sheet, layout in laid:
            if sheet is best[0]:
                continue
            reason = _why_not(sheet, layout, best[1])
            if reason:
                self._report(SHEET_SKIPPED.at(sheet.name, sheet.name, reason=reason))
            elif layout is not None:
                chosen.append(self._part(sheet, layout))
        order = [sheet for sheet, _ in laid]
        return [chosen[0], *sorted(chosen[1:], key=lambda part: order.index(part.sheet))]

    def _part(self, sheet: Sheet, layout: Layout) -> _Part:
        layout = self._with_key(sheet, layout)
        for row in layout.help_rows:
            self._report(HELP.at(sheet.name, row))
        mark = digest_of([READER_VERSION, self.format, PROFILE, layout.columns, layout.currency])
        return _Part(sheet, layout, RowReader(layout), mark)

    def _with_key(self, sheet: Sheet, layout: Layout) -> Layout:
        """Let the barcode stand for the SKU where there is no other, and say so."""
        if "key" in layout.fields:
            return layout
        codes = layout.of("barcode")
        if codes is None:
            named = ", ".join(column.column for column in layout.columns)
            self._report(NO_KEY_COLUMN.at(sheet.name, named))
            return layout
        self._report(KEY_IS_BARCODE.at(sheet.name, codes.column))
        key = msgspec.structs.replace(
            codes, field="key", confidence=0.5, reason="there is no other code"
        )
        return msgspec.structs.replace(layout, columns=(*layout.columns, key))

    def _doubts(self, memory: TableMemory, layout: Layout, place: str) -> None:
        """Ask about columns that were renamed, are gone, lack a unit or were recognised barely."""
        asked = self._renamed(memory, layout, place)
        for column in layout.columns:
            bare = header_of(column.column).bare
            if column.field != PARAM and column.confidence < 0.7 and bare not in asked:
                self._report(
                    UNSURE.at(place, column.column, field=column.field, reason=column.reason)
                )
        self._lacking(layout, place)
        for field, column in missing_units(layout).items():
            example = _UNIT_EXAMPLES.get(field, "см")
            self._report(NO_UNIT.at(place, column.column, field=field, example=example))
        for finding in stocks_told(layout.columns, place):
            self._report(finding)
        price = layout.of("price")
        named = layout.currency or layout.of("currency") or "price" in layout.told
        if price and not (price.currency or named):
            self._report(NO_CURRENCY.at(place, price.column))

    def _lacking(self, layout: Layout, place: str) -> None:
        """Tell what a whole catalogue has no column for, and which columns it may stand in."""
        if self.scope is Scope.PARTIAL:
            return
        kept = _columns_of(layout, PARAM)
        for field, kind in (("name", NO_NAME_COLUMN), ("price", NO_PRICE_COLUMN)):
            if field not in layout.fields:
                self._report(kind.at(place, kept))
        # Price lists without stock are many: it is told only where some column may be it.
        if layout.of(PARAM) and not layout.fields & {"quantity", "available"}:
            self._report(NO_STOCK_COLUMN.at(place, kept))

    def _renamed(self, memory: TableMemory, layout: Layout, place: str) -> set[str]:
        now = {header_of(column.column).bare: column for column in layout.columns}
        fields = layout.fields
        new = [bare for bare, column in now.items() if bare not in memory.layout
               and column.field == PARAM and bare not in memory.decisions]  # fmt: skip
        asked: set[str] = set()
        for old, field in memory.layout.items():
            if old in now or field == PARAM or field in fields:
                continue
            likely = _likeliest(old, new, list(memory.layout), list(now))
            if likely is None:
                self._report(GONE.at(place, old, field=field))
                continue
            new.remove(likely)
            asked.add(likely)
            self._report(RENAMED.at(place, now[likely].column, old=old, field=field))
        return asked

    # --- rows ------------------------------------------------------------------------------------
    def _data_rows(self, part: _Part) -> Iterator[tuple[int, list[str]]]:
        header = None
        for number, row in part.sheet.rows():
            texts = [cells.text_of(cell) for cell in row]
            if number == part.layout.header_row:
                header = texts
            if number < part.layout.first_row or not any(texts):
                continue
            if texts != header:  # some exports repeat their header on every printed page
                yield number, texts

    def _is_totals(self, part: _Part, row: Sequence[str], place: str) -> bool:
        first = next(cell for cell in row if cell)
        if not _TOTALS.match(first) or part.reader.key_text(row) not in ("", first):
            return False
        filled = sum(bool(cell) for cell in row)
        if filled > max(4, len(row) // 2):
            return False
        self._report(TOTALS.at(place, "; ".join(cell for cell in row if cell)))
        return True

    def _entry(self, number: int, place: str, raw: _Raw, keys: SeenKeys, places: "Places") -> Entry:
        key = cells.key_of(raw.part.reader.key_text(raw.row)).key
        if key and not raw.part.reader.hidden_by(raw.row):
            first = keys.first(key, number)
            if first != number:
                raw = raw._replace(first=places.of(first))
        marked = _SEPARATOR.join((raw.category, raw.first, *raw.row))
        return Entry(number, place, digest(raw.part.mark + marked.encode("utf-8", "replace")), raw)

    def _place(self, part: _Part, row: int) -> str:
        return f"{part.sheet.name}, row {row}" if len(self._grid.sheets) > 1 else f"row {row}"

    @property
    def _has_keys(self) -> bool:
        return all("key" in part.layout.fields for part in self._parts)

    def _report(self, finding: Finding) -> None:
        if finding not in self._findings:
            self._findings.append(finding)


def open_table(
    path: Path,
    *,
    format: str,  # noqa: A002 - the word of the contract
    memory: TableMemory | None = None,
    before: Sequence[Finding] = (),
) -> TableReader:
    """Open a price list: `format` is "xlsx", "xls", "csv" or "tsv".

    `before` are findings about what the file was unpacked from: they go first in the report.

    Raises nothing for bad content: whatever the bytes are, findings say what is wrong, and a
    reading that ended early has `complete` False.
    """
    return TableReader(path, format, memory or TableMemory(), before)


def _likeliest(old: str, new: Sequence[str], then: Sequence[str], now: Sequence[str]) -> str | None:
    """Return the new column that most likely is the old one: spelt alike, or in its place."""

    def likeness(bare: str) -> float:
        return fuzz.ratio(bare, old) + (40 if then.index(old) == now.index(bare) else 0)

    likely = max(new, key=likeness, default=None)
    return likely if likely is not None and likeness(likely) >= 35 else None


def _worth(sheet: Sheet, layout: Layout) -> tuple[bool, float]:
    weights = {"key": 3.0, "name": 2.0, "price": 3.0}
    return not sheet.hidden, sum(weights.get(field, 1.0) for field in layout.fields)


def _why_not(sheet: Sheet, layout: Layout | None, main: Layout) -> str:
    """Return why a sheet is not read beside the main one, empty where it is."""
    if sheet.hidden:
        return "it is hidden"
    if layout is None or not layout.columns:
        return "it has no header like a price list's"
    needed = main.fields & {"key", "name", "price"}
    missing = needed - layout.fields
    if missing:
        return f"it lacks {', '.join(sorted(missing))}"
    return ""


def _columns_of(layout: Layout, field: str) -> str:
    named = [column.column for column in layout.columns if column.field == field]
    return ", ".join(named[:_NAMED]) + (" ..." if len(named) > _NAMED else "") or "—"


def _learnt(memory: TableMemory, layout: Layout) -> TableMemory:
    names = {header_of(column.column).bare: column.field for column in layout.columns}
    return msgspec.structs.replace(memory, layout=names)
