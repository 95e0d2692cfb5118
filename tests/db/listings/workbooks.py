"""Fix files as people fill them: opened, cells typed into, saved anew by another program."""

import zipfile
from datetime import date, time, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
from python_calamine import CalamineWorkbook

Cell = str | float | date | time | timedelta | None


class Workbook:
    """The cells of a workbook by sheet; `save` writes them as another program would."""

    def __init__(self, path: Path) -> None:
        book = CalamineWorkbook.from_path(path)
        self.sheets: dict[str, list[list[Cell]]] = {
            name: [
                list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }

    def column(self, sheet: str, column_id: str) -> int:
        """Return the place of a column by its id in the hidden first row."""
        return next(
            place
            for place, cell in enumerate(self.sheets[sheet][0])
            if (isinstance(cell, str) and cell.rpartition(":")[2].partition("@")[0] == column_id)
            or (isinstance(cell, str) and cell.partition("@")[0] == column_id)
        )

    def row(self, sheet: str, key: str) -> int:
        """Return the place of a row by its SKU."""
        return next(n for n, row in enumerate(self.sheets[sheet]) if n > 0 and row[0] == key)

    def fill(self, sheet: str, key: str, column_id: str, value: Cell) -> str:
        """Type a value into a cell; return the cell's name."""
        row, column = self.row(sheet, key), self.column(sheet, column_id)
        self.sheets[sheet][row][column] = value
        return f"{sheet}!{chr(65 + column)}{row + 1}"

    def at(self, sheet: str, key: str, column_id: str) -> Cell:
        """Return what stands in a cell."""
        return self.sheets[sheet][self.row(sheet, key)][self.column(sheet, column_id)]

    def save(self, path: Path) -> Path:
        """Write the cells into a file, without formats, drop-downs or hidden rows."""
        with xlsxwriter.Workbook(str(path)) as book:
            day = book.add_format({"num_format": "dd.mm.yyyy"})
            for name, rows in self.sheets.items():
                page = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        if isinstance(cell, str) and cell:
                            page.write_string(number, place, cell)
                        elif isinstance(cell, date):
                            page.write_datetime(number, place, cell, day)
                        elif isinstance(cell, int | float):
                            page.write_number(number, place, cell)
        return path


def as_ods(book: Workbook, path: Path, *, bomb: bool = False) -> Path:
    """Write the cells as an OpenDocument spreadsheet; a `bomb` repeats a row without end."""
    tables = []
    for name, rows in book.sheets.items():
        body = "".join(
            "<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>"
            for row in rows
        )
        filled = _ods_cell("x").replace("<table:table-cell", f"<table:table-cell {_WIDE}", 1)
        rest = filled if bomb else f"<table:table-cell {_WIDE}/>"
        body += f'<table:table-row table:number-rows-repeated="1000000">{rest}</table:table-row>'
        tables.append(f'<table:table table:name="{name}">{body}</table:table>')
    content = _ODS.format("".join(tables))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", _MANIFEST.format(kind))
    return path


def _ods_cell(cell: Cell) -> str:
    if cell in {None, ""}:
        return "<table:table-cell/>"
    if isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


_WIDE = 'table:number-columns-repeated="16000"'
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    f' xmlns:office="{_URN}:office:1.0" xmlns:table="{_URN}:table:1.0"'
    f' xmlns:text="{_URN}:text:1.0"><office:body><office:spreadsheet>{{}}'
    f"</office:spreadsheet></office:body></office:document-content>"
)
_MANIFEST = (
    f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_URN}:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{{}}"/>'
    f"</manifest:manifest>"
)
