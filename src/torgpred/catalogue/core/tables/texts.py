"""Text tables: in which encoding, with which delimiter, line by line."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from torgpred.catalogue.core.containers import Source
from torgpred.catalogue.core.sniff import BOMS, wide_codec

SAMPLE = 1 << 18
_READ = 1 << 18
_LINE_LIMIT = 4 << 20
_RUSSIAN = frozenset("оеаинтсрвлкмдпуяызьбгчйхжюшцщэфОЕАИНТСРВЛКМДПУЯЫЗБГЧХЖЮШЦЭФЬЁё")


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a text is read: the codec, what it is called, and its beginning."""

    codec: str
    name: str
    sample: str


def decoding_of(source: Source) -> Decoding:
    """Find the encoding: a mark, UTF-16 by its zeros, UTF-8 by proof, else by its letters.

    UTF-8 must hold to the end of the file, so a whole file is looked through (without keeping it).
    """
    head = _head(source)
    wide = wide_codec(head) or _wide_without_mark(head)
    if wide is not None:
        codec = {"utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}.get(wide, wide)
        return _decoding(codec, wide, head)
    if _is_utf8(source):
        return _decoding("utf-8-sig", "utf-8", head)
    if _looks_chinese(head):
        return _decoding("gb18030", "gb18030", head)
    return _decoding("cp1251", "windows-1251", head)


def _decoding(codec: str, name: str, head: bytes) -> Decoding:
    # Incremental: a letter that the sample's end cuts in two is no error.
    text = codecs.getincrementaldecoder(codec)("replace").decode(head, final=False)
    return Decoding(codec, name, text.removeprefix("\ufeff"))


def _head(source: Source) -> bytes:
    stream = source.open()
    head = bytearray()
    while len(head) < SAMPLE and (chunk := stream.read(SAMPLE)):
        head += chunk
    stream.close()
    return bytes(head)


def _wide_without_mark(head: bytes) -> str | None:
    """Return the UTF-16 codec of a text without mark: Latin and Russian letters betray it.

    Of each pair of bytes the high one is 0 or 4 then.
    """
    if any(head.startswith(mark) for mark, _ in BOMS) or len(head) < 16:
        return None
    first, second = head[0:4000:2], head[1:4000:2]
    for codec, high, low in (("utf-16-be", first, second), ("utf-16-le", second, first)):
        share = (high.count(0) + high.count(4)) / len(high)
        if share > 0.9 and (low.count(0) + low.count(4)) / len(low) < 0.1:
            return codec
    return None


def is_wide(source: Source) -> bool:
    """Tell whether bytes that look binary are text in UTF-16 without its mark."""
    return _wide_without_mark(_head(source)) is not None


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    stream = source.open()
    try:
        while chunk := stream.read(_READ):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    finally:
        stream.close()
    return True


def _looks_chinese(head: bytes) -> bool:
    """Tell whether bytes make Chinese rather than Russian: both readings are tried."""
    try:
        chinese = codecs.getincrementaldecoder("gb18030")("strict").decode(head, final=False)
    except UnicodeDecodeError:
        return False
    russian = head.decode("cp1251", "replace")
    high = [letter for letter in russian if ord(letter) > 127]
    letters = sum(letter in _RUSSIAN for letter in high)
    common = sum("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    return common > 0 and letters < len(high) * 0.75


class lines_of:  # noqa: N801 - used like a function
    """The lines of a text with their ends; `cut` is True once the stream ended early."""

    def __init__(self, source: Source, decoding: Decoding) -> None:
        self._source = source
        self._decoding = decoding
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._decoding.codec)("replace")
        newlines = io.IncrementalNewlineDecoder(decoder, translate=True)
        stream = self._source.open()
        rest = ""
        first = True
        try:
            while True:
                chunk = stream.read(_READ)
                rest += newlines.decode(chunk, final=not chunk)
                if first and rest:
                    rest, first = rest.removeprefix("\ufeff"), False
                *whole, rest = rest.split("\n")
                for line in whole:
                    yield line + "\n"
                if len(rest) > _LINE_LIMIT:
                    yield rest
                    rest = ""
                if not chunk:
                    break
            if rest:
                yield rest
        finally:
            self.cut = stream.cut
            stream.close()


def delimiter_of(sample: str, *, tabbed: bool) -> str:
    """Return the sign that parts the sample into the most even columns."""
    first, _, body = sample.partition("\n")
    hint = first.strip().lower()
    if hint.startswith("sep=") and len(hint) == 5:
        return first.strip()[4]
    text = (body if hint.startswith("sep=") else sample).replace("\x00", "")
    best, best_score = "\t" if tabbed else ";", 0.0
    for delimiter in ("\t", ";", ",", "|") if tabbed else (";", "\t", ",", "|"):
        score = _evenness(text, delimiter)
        if score > best_score * 1.05:
            best, best_score = delimiter, score
    return best


def _evenness(text: str, delimiter: str) -> float:
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ):
            if any(cell.strip() for cell in row):
                widths[len(row)] += 1
            if number >= 200:
                break
    except csv.Error:
        return 0.0
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
    return float(count / widths.total() * min(width, 12) ** 0.5)
