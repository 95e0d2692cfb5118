"""The XML documents of a 1C exchange, gone through element by element, whatever their namespace.

Source: CommerceML 2.04 to 2.10 and 3.1 (1C, "Протокол обмена с сайтом").
"""

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from torgpred.catalogue.core.containers import ByteStream, FeedLimits, Source
from torgpred.catalogue.core.yml.encoding import Encoding, Transcoded, decide
from torgpred.kernel.findings import Kind, Severity

BROKEN = Kind(
    "feed.file.truncated",
    Severity.ERROR,
    "The file ends early or is broken here: {value}. What stands before was read.",
    "Let 1C export it again; nothing was removed because of this reading.",
)

ROOT: Final = "КоммерческаяИнформация"
PARTS: Final = (
    "Классификатор", "Каталог", "Товар", "ПакетПредложений", "ИзмененияПакетаПредложений",
    "ТипЦены", "Предложение",
)  # fmt: skip
_SAMPLE: Final = 1 << 20
_BEFORE: Final = b" \t\r\n\xef\xbb\xbf"
"""What some exports put before the XML declaration, which XML wants at the very start."""
Element = etree._Element  # noqa: SLF001 - lxml's only name for it


class Document:
    """One file of an exchange; it may be gone through several times.

    `cut` is True once a pass met the file's end too early or a place that cannot be read.
    """

    def __init__(self, source: Source, limits: FeedLimits) -> None:
        self.source = source
        self.place = source.member or source.path.name
        self.cut = False
        self._limits = limits
        stream = source.open()
        self.encoding: Encoding = decide(stream.read(_SAMPLE), self.place)
        stream.close()
        for finding in self.encoding.findings:
            source.report(finding)

    def elements(self) -> Iterator[tuple[str, Element]]:
        """Yield each element of `PARTS` as it ends, with its name; then forget it."""
        stream = _Reading(self._open(), self._limits.header)
        try:
            found = etree.iterparse(
                stream, events=("end",), tag=[f"{{*}}{name}" for name in PARTS],
                resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                remove_comments=True, remove_pis=True, encoding=self.encoding.reading,
            )  # fmt: skip
            for _, element in found:
                stream.since = 0
                yield local(element), element
                _forget(element)
        except etree.XMLSyntaxError as error:
            self._fail(str(error))
        finally:
            stream.close()
        if stream.cut:
            self._fail("the archive is damaged")

    def _open(self) -> ByteStream:
        stream = self.source.open()
        if self.encoding.transcode:
            return Transcoded(stream, self.encoding.name)
        return stream

    def _fail(self, reason: str) -> None:
        if not self.cut:
            self.source.report(BROKEN.at(self.place, reason))
        self.cut = True


class _Reading:
    """A stream as lxml wants a file to be, ended where one element takes more than `most` bytes.

    Until an element is forgotten it is kept in memory whole.
    """

    def __init__(self, stream: ByteStream, most: int) -> None:
        self._stream = stream
        self._most = most
        self._begun = False
        self.since = 0

    @property
    def cut(self) -> bool:
        return self._stream.cut

    def read(self, size: int) -> bytes:
        data = self._stream.read(size) if self.since <= self._most else b""
        self.since += len(data)
        while data and not self._begun:
            data = data.lstrip(_BEFORE)
            self._begun = bool(data)
            data = data or self._stream.read(size)
        return data

    def close(self) -> None:
        self._stream.close()


def _forget(element: Element) -> None:
    """Let go of an element and of those before it, lest the whole file be kept."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterable[Element]:
    """Return the children of these names, whatever their namespace."""
    return () if element is None else element.iterchildren(*(f"{{*}}{name}" for name in names))


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child of a name."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def text(element: Element | None, *names: str) -> str:
    """Return the text of an element, or of what lies below it by these names; empty if none."""
    for name in names:
        element = child(element, name)
    return (element.text or "").strip() if element is not None else ""


def truth(word: str) -> bool:
    """Tell whether 1C says yes."""
    return word.strip().lower() in {"true", "1", "да", "истина"}
