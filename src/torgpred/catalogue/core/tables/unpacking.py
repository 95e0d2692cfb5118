"""Unpack an old binary workbook (XLS) or an ODS in a process of its own.

They may claim a sheet that no memory holds, and the library ends its process then; no look at
the bytes tells beforehand without reading the whole format. Run as a module, this reads a workbook
from its standard input and writes JSON lines: [name, visible] of each sheet, or a sheet's rows.
"""

import io
import subprocess
import sys
from collections.abc import Iterator
from typing import IO

import msgspec
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from torgpred.catalogue.core.tables.cells import Cell, text_of

MEMORY_LIMIT = 3 << 30


class UnpackingError(Exception):
    """The workbook could not be unpacked to its end."""


def sheets_of(file: IO[bytes]) -> list[tuple[str, bool]]:
    """Return (name, visible) of each sheet. Raises UnpackingError."""
    return [msgspec.json.decode(line, type=tuple[str, bool]) for line in _run(file, [])]


def rows_of(file: IO[bytes], sheet: str) -> Iterator[list[Cell]]:
    """Yield a sheet's rows as texts. Raises UnpackingError."""
    for line in _run(file, [sheet]):
        texts = msgspec.json.decode(line, type=list[str])
        yield list(texts)


def _run(file: IO[bytes], arguments: list[str]) -> Iterator[bytes]:
    command = [sys.executable, "-m", __name__, *arguments]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert child.stdout is not None  # noqa: S101 - it was asked for
        with child.stdout as lines:
            yield from lines
        if child.wait() != 0:
            raise UnpackingError("it is damaged")
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def main(arguments: list[str]) -> None:
    """Read a workbook from standard input; write its sheets, or the rows of the one named."""
    _limit_memory()
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    out = sys.stdout.buffer
    if arguments:
        for row in workbook.get_sheet_by_name(arguments[0]).iter_rows():
            out.write(msgspec.json.encode([text_of(cell) for cell in row]) + b"\n")
        return
    for meta in workbook.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet:
            visible = meta.visible == SheetVisibleEnum.Visible
            out.write(msgspec.json.encode((meta.name, visible)) + b"\n")


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


if __name__ == "__main__":
    main(sys.argv[1:])
