"""What can still be read of a zip whose end, and so its list of members, is missing.

Source: APPNOTE.TXT 6.3.10 (PKWARE), local file header.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, NamedTuple

_HEADER: Final = struct.Struct("<4s5H3I2H")
_SIGNATURE: Final = b"PK\x03\x04"
_IN_UTF8: Final = 0x800
_LOCKED: Final = 0x1
_LATER: Final = 0x8
"""Flag: sizes stand behind the data."""
_READ: Final = 262_144
_MOST: Final = 1_000


class Begun(NamedTuple):
    """A member that was begun: its name, where its data start, and whether they are deflated."""

    name: str
    offset: int
    deflated: bool


def begun(path: Path, wanted: Callable[[str], bool]) -> Begun | None:
    """Return the first member of a wanted name that is met from the beginning; None without one."""
    with path.open("rb") as file:
        for _ in range(_MOST):
            head = file.read(_HEADER.size)
            if len(head) < _HEADER.size or not head.startswith(_SIGNATURE):
                return None
            _, _, flags, method, _, _, _, packed, _, named, extra = _HEADER.unpack(head)
            name = file.read(named).decode("utf-8" if flags & _IN_UTF8 else "cp437", "replace")
            offset = file.tell() + extra
            usual = method in {zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED}
            if wanted(name) and usual and not flags & _LOCKED:
                return Begun(name, offset, deflated=method == zipfile.ZIP_DEFLATED)
            if flags & _LATER:
                return None
            file.seek(offset + packed)
    return None


class Remains:
    """A stream over the data of a member that was begun; always told as cut at its end."""

    def __init__(self, path: Path, member: Begun) -> None:
        self._file: IO[bytes] = path.open("rb")
        self._file.seek(member.offset)
        self._engine = zlib.decompressobj(-15) if member.deflated else None
        self._waiting = b""
        self.cut = False

    def read(self, size: int = _READ, /) -> bytes:
        """Return the next bytes, empty where the data end or make no sense."""
        if self._engine is None:
            data = self._file.read(size)
            self.cut = not data
            return data
        while not (self.cut or self._engine.eof):
            self._waiting = self._waiting or self._file.read(_READ)
            if not self._waiting:
                break
            try:
                data = self._engine.decompress(self._waiting, size)
            except zlib.error:
                break
            self._waiting = self._engine.unconsumed_tail
            if data:
                return data
        self.cut = True
        return b""

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
