"""Tell from a file's first bytes what it is, whatever its name says."""

import re
from enum import StrEnum

SNIFF_BYTES = 65_536
"""How much of a file's beginning `sniff` wants to see."""

BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    *((mark, "picture") for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00")),
    *((mark, "picture") for mark in (b"MM\x00*", b"\x00\x00\x01\x00")),
    *((mark, "archive") for mark in (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ")),
    (b"\x28\xb5\x2f\xfd", "archive"),
)
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_FEED_ROOT = re.compile(rb"<\?xml\b|<(?:yml_catalog|price)\b")
_JSON = re.compile(rb"[{\[]\s*[\"\[{\]}\d]")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0c\x1a")
_ODD_FEW = 2
_ODD_ONE_IN = 200
"""A text may hold a few stray control characters; with one in so many bytes it is none."""


class Content(StrEnum):
    """What the bytes are."""

    EMPTY = "empty"
    XML = "xml"
    HTML = "html"
    PICTURE = "picture"
    PDF = "pdf"
    GZIP = "gzip"
    ZIP = "zip"
    ARCHIVE = "archive"
    XLS = "xls"
    JSON = "json"
    TEXT = "text"
    BINARY = "binary"


def sniff(head: bytes) -> Content:
    """Return what a file is whose first bytes are `head` (64 KB are plenty)."""
    found = _by_magic(head)
    if found is not None:
        return found
    text = plain(head)
    if not text.strip(b" \t\r\n\x00"):
        return Content.EMPTY
    return _by_text(text)


def plain(head: bytes) -> bytes:
    """Return the beginning without its byte order mark and in an ASCII-compatible encoding."""
    codec = wide_codec(head)
    if codec is not None:
        return head.decode(codec, "replace").lstrip("\ufeff").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def wide_codec(head: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 codec of a text, None for anything that keeps ASCII bytes."""
    for mark, codec in BOMS:
        if head.startswith(mark):
            return None if codec == "utf-8" else codec
    start = head[:4]
    if len(start) == 4:
        if start[0] == 0x3C and start[1:2] == b"\x00":
            return "utf-32-le" if start[2:4] == b"\x00\x00" else "utf-16-le"
        if start[:2] == b"\x00\x3c":
            return "utf-16-be"
        if start == b"\x00\x00\x00\x3c":
            return "utf-32-be"
    return None


def _by_magic(head: bytes) -> Content | None:
    for mark, content in _MAGIC:
        if head.startswith(mark):
            return Content(content)
    bitmap = head[:2] == b"BM" and head[6:10] == bytes(4)
    if bitmap or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Content.PICTURE
    return None


def _by_text(text: bytes) -> Content:
    bare = text.lstrip()
    if bare.startswith(b"<"):
        return _by_markup(text, bare)
    if _FEED_ROOT.search(text) is not None:
        return Content.XML
    odd = len(text) - len(text.translate(None, _CONTROLS))
    if odd > max(_ODD_FEW, len(text) // _ODD_ONE_IN):
        return Content.BINARY
    return Content.JSON if _JSON.match(bare) else Content.TEXT


def _by_markup(text: bytes, bare: bytes) -> Content:
    if bare[:5] in {b"<svg ", b"<svg>"}:
        return Content.PICTURE
    if _HTML.match(text):
        return Content.HTML
    if _FEED_ROOT.search(text) is None and b"</html>" in text.lower():
        return Content.HTML
    return Content.XML
