"""Which encoding a YML file is in truth written in, whatever it declares.

A feed that declares windows-1251 and holds UTF-8 (or the reverse) is common. UTF-8 proves itself:
Russian text in a one-byte encoding practically never is valid UTF-8.
"""

import codecs
import re
from dataclasses import dataclass

from torgpred.catalogue.core.containers import ByteStream
from torgpred.catalogue.core.sniff import wide_codec
from torgpred.kernel.findings import Finding, Kind, Severity

WRONG_DECLARATION = Kind(
    "feed.encoding.declared_wrong",
    Severity.WARNING,
    "The file declares {declared} but is written in {value}; it was read as {value}.",
    "Let the export declare the encoding that it writes.",
)
UNKNOWN_DECLARATION = Kind(
    "feed.encoding.unknown",
    Severity.WARNING,
    "The declared encoding {value} is unknown; the file was read as {actual}.",
    "Declare UTF-8 or windows-1251.",
)

_DECLARED = re.compile(rb"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']\s*([^\"'>]{1,60}?)\s*[\"']")
_TEXT_CODEC = re.compile(
    r"(utf[-_]?(8|16|32)([-_]?(le|be|sig))?|us-ascii|ascii|(windows|cp|ibm|x-cp)[-_]?\d+"
    r"|koi8[-_][rtu]|iso[-_]?8859[-_]\d+|latin[-_]?\d+|mac[-_]?cyrillic|gb2312|gbk|gb18030"
    r"|big5|euc[-_](jp|kr)|shift[-_]?jis)",
    re.IGNORECASE,
)
_ASCII = bytes(range(0x20, 0x7F))
FALLBACK = "windows-1251"


@dataclass(frozen=True, slots=True)
class Encoding:
    """The decision about one file."""

    name: str
    """What the text was written in, as told to people: "utf-8", "windows-1251", "utf-16-le"."""
    reading: str
    """Codec of the bytes that the reader sees: `name`, or utf-8 where they are transcoded."""
    transcode: bool
    findings: tuple[Finding, ...] = ()


def decide(sample: bytes, place: str) -> Encoding:
    """Decide from the first bytes of a file (a few MB are best) how to read it."""
    wide = wide_codec(sample)
    if wide is not None:
        return Encoding(wide, "utf-8", transcode=True)
    declared = _declared(sample)
    codec = _codec(declared)
    findings: tuple[Finding, ...] = ()
    if declared and codec is None:
        actual = _by_bytes(sample, FALLBACK)
        findings = (UNKNOWN_DECLARATION.at(place, declared, actual=actual),)
        return Encoding(actual, actual, transcode=False, findings=findings)
    if codec is not None and not _is_single_byte(codec) and codec not in {"utf-8", "ascii"}:
        if not codec.startswith(("utf-16", "utf-32")) and not _is_utf8(sample):
            return Encoding(codec, "utf-8", transcode=True)
        codec = "utf-8"
    actual = _by_bytes(sample, codec or "utf-8")
    said = "utf-8" if codec in {None, "ascii"} else codec
    if actual != said:
        findings = (WRONG_DECLARATION.at(place, actual, declared=declared or "nothing (UTF-8)"),)
    elif declared and codec == "utf-8" and not _TEXT_CODEC_UTF8.fullmatch(declared):
        findings = (WRONG_DECLARATION.at(place, actual, declared=declared),)
    return Encoding(actual, actual, transcode=False, findings=findings)


_TEXT_CODEC_UTF8 = re.compile(r"utf[-_]?8([-_]sig)?", re.IGNORECASE)


def _declared(sample: bytes) -> str:
    match = _DECLARED.search(sample[:4096])
    return match.group(1).decode("ascii", "replace") if match else ""


def _codec(declared: str) -> str | None:
    if not _TEXT_CODEC.fullmatch(declared):
        return None
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return None
    return {"cp1251": "windows-1251", "utf-8-sig": "utf-8"}.get(name, name)


def _is_single_byte(codec: str) -> bool:
    if codec in {"utf-8", "ascii"} or codec.startswith(("utf-16", "utf-32")):
        return False
    keeps_ascii = _ASCII.decode(codec, "replace") == _ASCII.decode("ascii")
    return keeps_ascii and len(bytes(range(128, 256)).decode(codec, "replace")) == 128


def _by_bytes(sample: bytes, said: str) -> str:
    """UTF-8 where the bytes prove it; else what was said, or the usual one-byte encoding."""
    if sample.isascii():
        return "utf-8" if said == "ascii" else said
    if _is_utf8(sample):
        return "utf-8"
    return FALLBACK if said in {"utf-8", "ascii"} else said


def _is_utf8(sample: bytes) -> bool:
    """Most of what is not ASCII is valid UTF-8 (a broken spot does not make another encoding)."""
    if sample.isascii():
        return True
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = len(text) - len(text.encode("ascii", "ignore")) - broken
    return letters > 10 * max(0, broken - 1)


class Transcoded:
    """A stream of another encoding, given as UTF-8; what cannot be decoded becomes U+FFFD."""

    def __init__(self, inner: ByteStream, codec: str) -> None:
        self._inner = inner
        self._decoder = codecs.getincrementaldecoder(codec)("replace")
        self._ended = False
        self.cut = False

    def read(self, size: int = 262_144, /) -> bytes:
        """Return the next bytes as UTF-8, about so many, empty at the end."""
        while not self._ended:
            data = self._inner.read(size)
            self._ended = not data
            self.cut = self._inner.cut
            text = self._decoder.decode(data, self._ended)
            if text:
                return text.lstrip("\ufeff").encode("utf-8", "replace") or b" "
        return b""

    def close(self) -> None:
        """Let go of the file."""
        self._inner.close()
