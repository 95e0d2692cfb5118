"""Find the categories and currencies that an export writes behind its offers.

Looked for only where none stand before the offers, since it takes a pass over the whole file.
"""

from torgpred.catalogue.core.containers import ByteStream
from torgpred.catalogue.core.yml.cutting import CHUNK

_STARTS = (b"<categories", b"<currencies")
_OVERLAP = 16


def sections_behind(stream: ByteStream, cap: int) -> bytes:
    """Return the bytes from the first such section to the end, at most `cap`; b"" without one."""
    before = b""
    while data := stream.read(CHUNK):
        window = before + data
        places = [place for start in _STARTS if (place := window.find(start)) >= 0]
        if places:
            return _rest(stream, window[min(places) :], cap)
        before = window[-_OVERLAP:]
    return b""


def _rest(stream: ByteStream, start: bytes, cap: int) -> bytes:
    parts, size = [start], len(start)
    while size < cap and (data := stream.read(CHUNK)):
        parts.append(data)
        size += len(data)
    return b"".join(parts)[:cap]
