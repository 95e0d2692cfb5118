"""A file as sheets of rows, whatever its format, within bounds that no file can talk us out of.

CSV streams. A workbook's sheet is unpacked by a library into memory, so it is measured first: a
few bytes can claim a sheet of seventeen thousand million cells. Nothing here raises for bad
content: a finding says what is wrong, and the sheet ends.
"""

import csv
import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, TypeVar

import msgspec
import python_calamine
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from torgpred.catalogue.core.containers import FeedLimits, Source, open_source
from torgpred.catalogue.core.sniff import Content
from torgpred.catalogue.core.tables.cells import Cell
from torgpred.catalogue.core.tables.corners import weigh
from torgpred.catalogue.core.tables.markup import tables_in
from torgpred.catalogue.core.tables.texts import (
    Decoding,
    decoding_of,
    delimiter_of,
    is_wide,
    lines_of,
)
from torgpred.catalogue.core.tables.unpacking import UnpackingError, rows_of, sheets_of
from torgpred.kernel.findings import Finding, Kind, Severity

NOT_A_TABLE = Kind(
    "table.not_a_table",
    Severity.ERROR,
    "This is no table but {value}.",
    "Save the price list as XLSX or CSV and give that file.",
)
WORKBOOK_BROKEN = Kind(
    "table.workbook.broken",
    Severity.ERROR,
    "The workbook cannot be opened: {value}.",
    "Open it in a spreadsheet program and save it anew as XLSX.",
)
WORKBOOK_LOCKED = Kind(
    "table.workbook.locked",
    Severity.ERROR,
    "The workbook is protected by a password.",
    "Save it without a password.",
)
WORKBOOK_HUGE = Kind(
    "table.workbook.huge",
    Severity.ERROR,
    "The workbook would unpack to {value}, more than is read.",
    "Delete empty rows and columns at the end, or save the sheet as CSV.",
)
SHEET_HUGE = Kind(
    "table.sheet.huge",
    Severity.ERROR,
    "The sheet spans {value} cells, more than is read: something stands far outside the table.",
    "Delete the rows below and the columns beside the table, or save the sheet as CSV.",
)
CSV_BROKEN = Kind(
    "table.csv.broken",
    Severity.ERROR,
    "The file cannot be read on from here: {value}.",
    "Look for a quotation mark that is never closed, and export again.",
)
CSV_NUL = Kind(
    "table.csv.control_characters",
    Severity.WARNING,
    "The file holds characters that no text has; they were left out.",
    "Export the file again; it may be damaged.",
)

PICTURES_INSIDE = Kind(
    "table.workbook.pictures_inside",
    Severity.NOTE,
    "The workbook holds {value} pictures inside; pictures that lie on a sheet are not read.",
    "Give their addresses in a column, or the pictures in a ZIP, named by SKU.",
)

T = TypeVar("T")

_READ = 1 << 16
_HEAD = 200
_PICTURES_TOLD = 4
"""Fewer are a logo or a stamp."""
UNPACKED_LIMIT = 1 << 30
RATIO_LIMIT = 250
RATIO_FROM = 64 << 20
CELLS_LIMIT = 12_000_000
INNER_LIMIT = 256 << 20
FIELD_LIMIT = 1 << 20
_NOTHING = "an empty file"
_WORDS = {
    Content.EMPTY: _NOTHING, Content.HTML: "a web page", Content.PICTURE: "a picture",
    Content.PDF: "a PDF", Content.ARCHIVE: "an archive", Content.BINARY: "unknown binary data",
    Content.XML: "XML", Content.JSON: "JSON", Content.GZIP: "an archive", Content.ZIP: "an archive",
    Content.XLS: "a workbook", Content.TEXT: "plain text",
}  # fmt: skip

Row = tuple[int, list[Cell]]
"""A row's number as a spreadsheet counts it (from 1), and its cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a name and a way to read its rows from the start, as often as wanted."""

    name: str
    rows: Callable[[], Iterator[Row]]
    hidden: bool = False


@dataclass(slots=True)
class Grid:
    """A file as sheets. `cut` is True once rows ended before the file's proper end."""

    sheets: list[Sheet] = field(default_factory=list)
    encoding: str = "utf-8"
    cut: bool = False
    findings: list[Finding] = field(default_factory=list)
    lefts: dict[str, int] = field(default_factory=dict)
    """Empty columns before a workbook's table, which its rows leave out; known once it was read."""

    def report(self, finding: Finding) -> None:
        """Keep a finding, once however often the rows are read."""
        if finding not in self.findings:
            self.findings.append(finding)

    def fail(self, finding: Finding) -> None:
        """Keep a finding that ends the reading early."""
        self.cut = True
        self.report(finding)


def open_grid(path: Path, format_name: str) -> Grid:
    """Open a file as a table. `format_name` is only believed where the bytes do not speak."""
    source = open_source(path, FeedLimits())
    grid = Grid(findings=source.findings)
    if source.opener is None:
        grid.cut = True
        if not source.findings:
            grid.fail(NOT_A_TABLE.at(path.name, _WORDS[source.content]))
        return grid
    if source.content in (Content.ZIP, Content.XLS):
        _open_workbook(grid, source)
    elif source.content in (Content.TEXT, Content.JSON) or (
        source.content is Content.BINARY and is_wide(source)
    ):
        _open_text(grid, source, format_name)
    elif source.content in (Content.HTML, Content.XML):
        _open_markup(grid, source)
    else:
        grid.fail(NOT_A_TABLE.at(path.name, _WORDS[source.content]))
    return grid


def _open_markup(grid: Grid, source: Source) -> None:
    place = source.member or source.path.name
    found = tables_in(source)
    grid.encoding = found.encoding
    for name, rows in found.sheets:
        numbered: list[Row] = [(number, [*row]) for number, row in enumerate(rows, start=1)]
        grid.sheets.append(Sheet(name, numbered.__iter__))
    if found.broken:
        grid.fail(WORKBOOK_BROKEN.at(place, found.broken))
    elif not found.sheets:
        grid.fail(NOT_A_TABLE.at(place, _WORDS[source.content]))


# --- workbooks -----------------------------------------------------------------------------------
def _open_workbook(grid: Grid, source: Source) -> None:
    place = source.member or source.path.name
    given: Path | bytes = source.path
    if _is_wrapped(source):
        given = _inner(grid, source)
    if grid.cut:
        return
    if source.content is Content.XLS or _is_open_document(given):
        _open_apart(grid, given, place)
    elif _is_sound(grid, given, place):
        _open_xlsx(grid, given, place)


def _open_xlsx(grid: Grid, given: Path | bytes, place: str) -> None:
    workbook = _calling(grid, place, lambda: _workbook(given))
    if workbook is None:
        return
    for meta in workbook.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet:
            hidden = meta.visible != SheetVisibleEnum.Visible
            grid.sheets.append(Sheet(meta.name, _sheet_rows(grid, given, meta.name), hidden))


def _is_wrapped(source: Source) -> bool:
    with source.path.open("rb") as file:
        return bool(source.member) or file.read(2) == b"\x1f\x8b"


def _inner(grid: Grid, source: Source) -> bytes:
    stream = source.open()
    data = bytearray()
    while chunk := stream.read(1 << 20):
        data += chunk
        if len(data) > INNER_LIMIT:
            grid.fail(WORKBOOK_HUGE.at(source.member, f"over {INNER_LIMIT} bytes"))
            break
    stream.close()
    grid.cut = grid.cut or stream.cut
    return bytes(data)


def _workbook(given: Path | bytes) -> CalamineWorkbook:
    if isinstance(given, bytes):
        return CalamineWorkbook.from_filelike(io.BytesIO(given))
    return CalamineWorkbook.from_path(given)


def _sheet_rows(grid: Grid, given: Path | bytes, name: str) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        sheet = _calling(grid, name, lambda: _workbook(given).get_sheet_by_name(name))
        if sheet is None:
            return
        # Empty rows before the table come too; empty columns before it do not.
        grid.lefts[name] = sheet.start[1] if sheet.start else 0
        yield from enumerate(sheet.iter_rows(), start=1)

    return rows


def _is_open_document(given: Path | bytes) -> bool:
    """Tell whether a ZIP is an OpenDocument spreadsheet: its first member says so, unpacked."""
    if isinstance(given, bytes):
        head = given[:_HEAD]
    else:
        with given.open("rb") as file:
            head = file.read(_HEAD)
    return b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head


def _open_apart(grid: Grid, given: Path | bytes, place: str) -> None:
    """Open an old binary workbook, or an ODS, which are unpacked in a process of its own.

    Both may claim more cells than any memory holds, and only reading them tells.
    """
    try:
        with _reopened(given) as file:
            sheets = sheets_of(file)
    except (UnpackingError, msgspec.MsgspecError, OSError) as error:
        grid.fail(WORKBOOK_BROKEN.at(place, str(error)))
        return
    for name, visible in sheets:
        grid.sheets.append(Sheet(name, _rows_apart(grid, given, name), not visible))


def _rows_apart(grid: Grid, given: Path | bytes, name: str) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        try:
            with _reopened(given) as file:
                yield from enumerate(rows_of(file, name), start=1)
        except (UnpackingError, msgspec.MsgspecError, OSError) as error:
            grid.fail(WORKBOOK_BROKEN.at(name, str(error)))

    return rows


def _reopened(given: Path | bytes) -> IO[bytes]:
    """Return a real file at its beginning: another process shall read it."""
    if isinstance(given, Path):
        return given.open("rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(given)
    file.seek(0)
    return file


def _calling(grid: Grid, place: str, call: Callable[[], T]) -> T | None:
    """Call the library; whatever it raises for a broken workbook becomes a finding."""
    try:
        return call()
    except python_calamine.PasswordError:
        grid.fail(WORKBOOK_LOCKED.at(place))
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        grid.fail(WORKBOOK_BROKEN.at(place, str(error) or type(error).__name__))
    except BaseException as error:
        # A panic of the library is told by a class of its own that derives from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        grid.fail(WORKBOOK_BROKEN.at(place, "it is damaged"))
    return None


def _is_sound(grid: Grid, given: Path | bytes, place: str) -> bool:
    """Tell whether a workbook may be unpacked: how much it truly holds, and how far it spans."""
    if isinstance(given, bytes):
        return _check(grid, io.BytesIO(given), place)
    with given.open("rb") as file:
        return _check(grid, file, place)


def _check(grid: Grid, file: IO[bytes], place: str) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
        grid.fail(WORKBOOK_BROKEN.at(place, str(error)))
        return False
    names = {member.filename for member in members}
    if "xl/workbook.bin" in names or "content.xml" in names:
        grid.fail(NOT_A_TABLE.at(place, "a workbook of another kind (XLSB, or no spreadsheet)"))
        return False
    pictures = sum(name.startswith("xl/media/") for name in names)
    if pictures >= _PICTURES_TOLD:
        grid.report(PICTURES_INSIDE.at(place, pictures))
    return _weigh_all(grid, file, members, place)


def _weigh_all(grid: Grid, file: IO[bytes], members: Sequence[zipfile.ZipInfo], place: str) -> bool:
    packed = sum(member.compress_size for member in members)
    left = min(UNPACKED_LIMIT, max(RATIO_FROM, packed * RATIO_LIMIT))
    for member in members:
        if not member.filename.lower().endswith((".xml", ".rels")):
            continue
        try:
            size, cells = weigh(file, member, left)
        except (zlib.error, OSError, ValueError, struct.error) as error:
            grid.fail(WORKBOOK_BROKEN.at(place, f"{member.filename}: {error}"))
            return False
        left -= size
        if left < 0:
            grid.fail(WORKBOOK_HUGE.at(place, f"over {UNPACKED_LIMIT >> 20} MB"))
            return False
        if cells > CELLS_LIMIT:
            grid.fail(SHEET_HUGE.at(f"{place}, {member.filename}", cells))
            return False
    return True


# --- text ----------------------------------------------------------------------------------------
def _open_text(grid: Grid, source: Source, format_name: str) -> None:
    decoding = decoding_of(source)
    grid.encoding = decoding.name
    if decoding.sample.strip("\ufeff \r\n\t\x00") == "":
        grid.fail(NOT_A_TABLE.at(source.path.name, _NOTHING))
        return
    delimiter = delimiter_of(decoding.sample, tabbed=format_name == "tsv")
    name = source.member or source.path.name
    grid.sheets.append(Sheet(name, lambda: _csv_rows(grid, source, decoding, delimiter)))


def _csv_rows(grid: Grid, source: Source, decoding: Decoding, delimiter: str) -> Iterator[Row]:
    lines = lines_of(source, decoding)
    reader = csv.reader(_without_nul(lines, grid, source), delimiter=delimiter, strict=False)
    if csv.field_size_limit() < FIELD_LIMIT:
        csv.field_size_limit(FIELD_LIMIT)
    # A row is what a spreadsheet shows as one, however many lines its cells take in the file.
    for number in count(1):
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            grid.fail(CSV_BROKEN.at(f"row {number}", str(error)))
            break
        yield number, [*row]
    grid.cut = grid.cut or lines.cut


def _without_nul(lines: Iterable[str], grid: Grid, source: Source) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if number == 1 and line.lower().startswith("sep=") and len(line.strip()) <= 5:
            continue  # a spreadsheet's own hint at the delimiter, which it does not show as a row
        elif "\x00" in line:
            grid.report(CSV_NUL.at(f"{source.path.name}, line {number}"))
            yield line.replace("\x00", "")
        else:
            yield line
