"""How far a sheet spans, told from its raw XML before anything unpacks it.

The workbook library lays a sheet out as a rectangle and ends the whole process where that does not
fit into memory. So every reference is looked at first; one that is not plainly written is refused.
"""

import io
import re
import struct
import zipfile
import zlib
from typing import IO

_ATTRIBUTE = re.compile(rb"""<(?:[\w.-]+:)?(?:c|row)\s(?:[^<>]*?\s)?r\s*=\s*["']([^"'<>]*)["']""")
_PLAIN = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_PIECE = 1 << 22
_READ = 1 << 16


class OddReferenceError(ValueError):
    """A sheet names a place in a way that spreadsheet programs never write."""


class Corners:
    """The outermost places that a sheet names, taken in piece by piece."""

    def __init__(self) -> None:
        self._rest = b""
        self._columns: set[bytes] = set()
        self._last_row = 0
        self._cells = 0
        self._rows = 0
        self._references = 0

    def see(self, data: bytes) -> None:
        """Take in a piece of a sheet's XML.

        Raises OddReferenceError.
        """
        if not self._cells and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise OddReferenceError("its XML is not UTF-8")
        piece = self._rest + data
        end = piece.rfind(b">") + 1
        piece, self._rest = piece[:end], piece[end:]
        if len(self._rest) > _PIECE:
            raise OddReferenceError("a tag without end")
        self._cells += len(_CELL.findall(piece))
        self._rows += len(_ROW.findall(piece))
        for found in _ATTRIBUTE.findall(piece):
            plain = _PLAIN.fullmatch(found)
            if plain is None:
                raise OddReferenceError(f"a place is written {found[:20]!r}")
            column, row = plain.groups()
            self._last_row = max(self._last_row, int(row))
            if column:
                self._columns.add(column)
                self._references += 1

    @property
    def cells(self) -> int:
        """How many cells the rectangle holds at most, from the first row and column on."""
        unnamed = max(0, self._cells - self._references)
        width = max(map(_column_number, self._columns), default=0) + unnamed
        return width * (self._last_row + self._rows) if self._cells else 0


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def weigh(file: IO[bytes], member: zipfile.ZipInfo, most: int) -> tuple[int, int]:
    """Return how many bytes a member truly unpacks to and how many cells its references span.

    It stops about a megabyte past `most`. What the archive claims of sizes is not believed.
    """
    file.seek(member.header_offset)
    head = file.read(30)
    name, extra = struct.unpack("<HH", head[26:30])
    file.seek(name + extra, io.SEEK_CUR)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("packed in an unusual way")
    engine = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    sheet = "worksheets/" in member.filename
    corners = Corners()
    left, size = member.compress_size, 0
    while left > 0 and size <= most:
        packed = file.read(min(_READ, left))
        if not packed:
            raise ValueError("cut")
        left -= len(packed)
        while packed and size <= most:
            data = engine.decompress(packed, 1 << 20) if engine else packed
            packed = engine.unconsumed_tail if engine else b""
            size += len(data)
            if sheet:
                corners.see(data)
    return size, corners.cells
