"""Writes workbooks as office programs leave them: lines above the header, headings between rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

_MADE: Final = datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None)
"""The file's own date, fixed so that the bytes are the same every time; XLSX has no zones."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that holds only a group's name, in the first cell."""

    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """`above`: lines over the header, one a row. Numbers become number cells, texts text cells."""

    name: str
    above: Sequence[str]
    header: Sequence[str] = ()
    rows: Sequence[Heading | Mapping[str, str | float]] = ()


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write an XLSX file, byte for byte the same for the same sheets."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    book.set_properties({"created": _MADE})
    bold = book.add_format({"bold": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for place, line in enumerate(sheet.above):
            page.write_string(place, 0, line, bold)
        page.write_row(len(sheet.above), 0, sheet.header, bold)
        for place, row in enumerate(sheet.rows, len(sheet.above) + 1):
            _write_row(page, place, sheet.header, row, bold)
    book.close()


def _write_row(
    page: Any,  # noqa: ANN401 - the library is untyped
    place: int,
    header: Sequence[str],
    row: Heading | Mapping[str, str | float],
    bold: object,
) -> None:
    if isinstance(row, Heading):
        page.write_string(place, 0, row.text, bold)
        return
    for column, name in enumerate(header):
        value = row.get(name, "")
        if isinstance(value, str) and value:
            page.write_string(place, column, value)
        elif not isinstance(value, str):
            page.write_number(place, column, value)
