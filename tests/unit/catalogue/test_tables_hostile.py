import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torgpred.catalogue.core.tables import grids
from torgpred.catalogue.core.tables.reading import TableReader, open_table
from torgpred.catalogue.core.tables.unpacking import UnpackingError, rows_of, sheets_of
from torgpred.kernel.findings import Severity

SHEET = "xl/worksheets/sheet1.xml"


def make_workbook() -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    # Else it says when it was made, and is a byte longer at one second than at another.
    book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
    page = book.add_worksheet("Прайс")
    for column, text in enumerate(["Артикул", "Наименование", "Цена"]):
        page.write_string(0, column, text)
    for row in range(1, 30):
        page.write_row(row, 0, [f"A{row}", f"Товар {row}", row])
    book.close()
    return data.getvalue()


def with_sheet(sheet: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(make_workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, sheet if name == SHEET else old.read(name))
    return out.getvalue()


def read(path: Path, data: bytes, format_name: str = "xlsx") -> TableReader:
    file = path / f"list.{format_name}"
    file.write_bytes(data)
    reader = open_table(file, format=format_name)
    for entry in reader.entries():
        reader.read(entry)
    return reader


def failed(reader: TableReader) -> str:
    errors = [f.code for f in reader.findings() if f.severity is Severity.ERROR]
    assert errors, reader.findings()
    assert not reader.complete
    return errors[0]


def test_a_sound_workbook_is_read_to_the_end(tmp_path: Path) -> None:
    assert read(tmp_path, make_workbook()).complete


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "table.not_a_table"),
        (b" \r\n ", "table.not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "table.not_a_table"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "table.not_a_table"),
        (b"%PDF-1.7", "table.not_a_table"),
        (bytes(range(256)) * 40, "table.not_a_table"),
        (b"PK\x03\x04" + bytes(60), "feed.archive.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "table.workbook.broken"),
        (b"just one line of prose", "table.header.none"),
        (b"{}", "table.header.none"),
    ],
)
@pytest.mark.parametrize("format_name", ["xlsx", "csv"])
def test_what_is_no_table_becomes_an_error_finding(
    tmp_path: Path, data: bytes, code: str, format_name: str
) -> None:
    assert failed(read(tmp_path, data, format_name)) == code


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("прайс.xlsx", make_workbook())
    file = tmp_path / "list.zip"
    file.write_bytes(out.getvalue())
    reader = open_table(file, format="xlsx")
    assert len(list(reader.entries())) == 29
    assert reader.complete


def test_a_missing_file_becomes_an_error_finding(tmp_path: Path) -> None:
    assert failed(open_table(tmp_path / "gone.xlsx", format="xlsx")) == "feed.file.unreadable"


ROW, CELL = b'<row r="%d">', b'<c r="%s"><v>1</v></c>'


def sheet_of(*parts: bytes) -> bytes:
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return start + b"<sheetData>" + b"".join(parts) + b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    "rows",
    [
        (ROW % 1, CELL % b"A1", b"</row>", ROW % 1048576, CELL % b"XFD1048576", b"</row>"),
        (ROW % 1, CELL % b"A1", b"</row><row>", CELL % b"XFD1048576", b"</row>"),
        (ROW % 1, b"<c><v>1</v></c>" * 3000, b"</row>", ROW % 1048576, CELL % b"A9", b"</row>"),
        (ROW % 9999999, CELL % b"ZZZ1", b"</row>"),
        (b"<row\nspans='1:2'  r = '1048576'>", CELL % b"XFD1", b"</row>"),
    ],
)
def test_a_sheet_that_spans_too_far_is_refused_before_it_is_unpacked(
    tmp_path: Path, rows: tuple[bytes, ...]
) -> None:
    assert failed(read(tmp_path, with_sheet(sheet_of(*rows)))) == "table.sheet.huge"


@pytest.mark.parametrize("reference", [b"AAAA1", b"&#65;1", b"A12345678", b"a1", b"A-1"])
def test_a_place_that_no_program_writes_so_is_refused(tmp_path: Path, reference: bytes) -> None:
    sheet = sheet_of(ROW % 1, CELL % reference, b"</row>")
    assert failed(read(tmp_path, with_sheet(sheet))) == "table.workbook.broken"


def test_an_old_workbook_is_unpacked_in_a_process_of_its_own(tmp_path: Path) -> None:
    # No library at hand writes XLS, so the other process is given what it reads as well.
    file = tmp_path / "list.xlsx"
    file.write_bytes(make_workbook())
    with file.open("rb") as opened:
        assert sheets_of(opened) == [("Прайс", True)]
    with file.open("rb") as opened:
        rows = list(rows_of(opened, "Прайс"))
    assert rows[0] == ["Артикул", "Наименование", "Цена"]
    assert rows[29] == ["A29", "Товар 29", "29"]


def test_a_sheet_that_ends_the_other_process_is_a_damaged_one(tmp_path: Path) -> None:
    far = (ROW % 1, CELL % b"A1", b"</row>", ROW % 1048576, CELL % b"XFD1048576", b"</row>")
    file = tmp_path / "list.xlsx"
    file.write_bytes(with_sheet(sheet_of(*far)))
    with file.open("rb") as opened, pytest.raises(UnpackingError):
        list(rows_of(opened, "Прайс"))


def test_a_bomb_inside_a_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grids, "RATIO_FROM", 1 << 20)
    monkeypatch.setattr(grids, "RATIO_LIMIT", 20)
    assert failed(read(tmp_path, with_sheet(b" " * (8 << 20)))) == "table.workbook.huge"


def test_the_size_that_an_archive_claims_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grids, "RATIO_FROM", 1 << 20)
    monkeypatch.setattr(grids, "RATIO_LIMIT", 20)
    size = 8 << 20
    data = with_sheet(b" " * size).replace(size.to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert failed(read(tmp_path, data)) == "table.workbook.huge"


def test_a_quotation_mark_that_is_never_closed_ends_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{number};Товар;5\n" for number in range(200_000))
    data = f'Артикул;Наименование;Цена\n1;Шапка;5\n2;"Шарф;5\n{rows}'.encode()
    assert failed(read(tmp_path, data, "csv")) == "table.csv.broken"


def test_zeros_inside_a_text_are_left_out_with_a_finding(tmp_path: Path) -> None:
    filler = "x" * 70_000
    data = f"Артикул;Наименование;Цена\n1;{filler};5\n2;Ша\x00пка;5\n".encode()
    reader = read(tmp_path, data, "csv")
    names = [taken.offer.name for e in reader.entries() if (taken := reader.read(e)).offer]
    assert names[-1] == "Шапка"
    assert "table.csv.control_characters" in {finding.code for finding in reader.findings()}


def test_a_cut_gzip_never_counts_as_complete(tmp_path: Path) -> None:
    rows = "".join(f"{number};Товар {number};5\n" for number in range(5000))
    packed = gzip.compress(f"Артикул;Наименование;Цена\n{rows}".encode())
    whole = tmp_path / "list.csv"
    whole.write_bytes(packed)
    assert read(tmp_path, packed, "csv").complete
    assert not read(tmp_path, packed[: len(packed) // 2], "csv").complete


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.data())
def test_no_damage_to_a_workbook_raises(tmp_path: Path, data: st.DataObject) -> None:
    sound = bytearray(make_workbook())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(sound) - 1))
        sound[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(sound)))
    read(tmp_path, bytes(sound[:cut]) if data.draw(st.booleans()) else bytes(sound))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.binary(max_size=400))
def test_no_bytes_raise(tmp_path: Path, data: bytes) -> None:
    read(tmp_path, data, "csv")
    read(tmp_path, "Артикул;Наименование;Цена\n1;Шапка;5\n".encode() + data, "csv")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(st.binary(max_size=600))
def test_no_sheet_of_a_workbook_raises(tmp_path: Path, sheet: bytes) -> None:
    read(tmp_path, with_sheet(sheet))
