"""Tables in markup that bear the name of a workbook: HTML pages, and Excel's XML of 2003.

Bitrix, 1C and many shop systems write such files and call them .xls; spreadsheets open them.
"""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from lxml import etree, html

from torgpred.catalogue.core.containers import Source
from torgpred.catalogue.core.sniff import Content
from torgpred.catalogue.core.yml.encoding import decide

LIMIT: Final = 64 << 20
"""Bytes that are read of such a file; it is kept whole in memory."""
SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_ROWS_FROM: Final = 2
_SPAN_LIMIT: Final = 200
_CELLS_LIMIT: Final = 12_000_000
"""Cells of a table; spans let a few bytes claim many."""
_SS: Final = f"{{{SPREADSHEET}}}"

Rows = list[list[str]]


@dataclass(slots=True)
class Found:
    """The tables of a file as (name, rows). `broken` says where its end or a part is missing."""

    encoding: str
    sheets: list[tuple[str, Rows]] = field(default_factory=list)
    broken: str = ""


def tables_in(source: Source) -> Found:
    """Return the tables of an HTML page or an Excel 2003 XML file; none where it holds none."""
    data, cut = _read(source)
    encoding = decide(data[: 1 << 20], "")
    if encoding.transcode:
        data = data.decode(encoding.name, "replace").lstrip("\ufeff").encode()
    found = Found(encoding.name)
    if cut:
        found.broken = f"it ends early, or is larger than {LIMIT >> 20} MB"
    elif source.content is Content.HTML:
        rows = _largest(data, encoding.reading)
        if len(rows) >= _ROWS_FROM:
            found.sheets.append((source.path.stem, rows))
    elif SPREADSHEET.encode() in data:
        found.broken = _spreadsheet(data, encoding.reading, found.sheets)
    return found


def _read(source: Source) -> tuple[bytes, bool]:
    stream, data = source.open(), bytearray()
    while len(data) <= LIMIT and (chunk := stream.read(1 << 20)):
        data += chunk
    stream.close()
    return bytes(data), stream.cut or len(data) > LIMIT


def _largest(data: bytes, encoding: str) -> Rows:
    parser = html.HTMLParser(encoding=encoding, no_network=True, huge_tree=False)
    try:
        page = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError):
        return []
    # A table around others is there for the page's layout.
    leaves = (table for table in page.iter("table") if table.find(".//table") is None)
    return max(map(_rows_of, leaves), key=len, default=[])


def _rows_of(table: "etree._Element") -> Rows:
    rows: Rows = []
    spent = 0
    for row in table.iterfind(".//tr"):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            cells.append(" ".join("".join(map(str, cell.itertext())).split()))
            cells += [""] * (_number(cell.get("colspan"), 1) - 1)
        spent += len(cells)
        if spent > _CELLS_LIMIT:
            return []
        rows.append(cells)
    return rows


def _spreadsheet(data: bytes, encoding: str, sheets: list[tuple[str, Rows]]) -> str:
    """Fill in the sheets; return what is wrong, empty where nothing is."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding=encoding
    )
    try:
        root = etree.parse(BytesIO(data), parser).getroot()
    except etree.XMLSyntaxError as error:
        return str(error)
    spent = 0
    for sheet in root.iter(f"{_SS}Worksheet"):
        rows: Rows = []
        for row in sheet.iter(f"{_SS}Row"):
            place = _number(row.get(f"{_SS}Index"), 0)
            rows += [[] for _ in range(min(max(0, place - 1 - len(rows)), _SPAN_LIMIT))]
            rows.append(_cells(row))
            spent += len(rows[-1])
            if spent > _CELLS_LIMIT:
                return f"it holds more than {_CELLS_LIMIT} cells"
        sheets.append((sheet.get(f"{_SS}Name", ""), rows))
    return ""


def _cells(row: "etree._Element") -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(f"{_SS}Cell"):
        place = _number(cell.get(f"{_SS}Index"), 0)
        cells += [""] * min(max(0, place - 1 - len(cells)), _SPAN_LIMIT)
        data = cell.find(f"{_SS}Data")
        cells.append("" if data is None else "".join(map(str, data.itertext())).strip())
        cells += [""] * _number(cell.get(f"{_SS}MergeAcross"), 0)
    return cells


def _number(text: str | None, otherwise: int) -> int:
    return min(int(text), _SPAN_LIMIT) if text and text.isdecimal() and int(text) else otherwise
