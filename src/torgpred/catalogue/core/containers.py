"""Open a feed's bytes: a plain file, a gzip, or the one feed inside a zip, all within limits.

Nothing is ever unpacked under a name that an archive gives. A stream never raises for bad content:
it ends early, says so in `cut`, and leaves a finding.
"""

import stat
import zipfile
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from torgpred.catalogue.core.cut_zip import Remains, begun
from torgpred.catalogue.core.sniff import SNIFF_BYTES, Content, sniff
from torgpred.kernel.findings import Finding, Kind, Severity

TOO_LARGE = Kind(
    "feed.file.too_large",
    Severity.ERROR,
    "The file is larger than the {limit} bytes that are read: {value}.",
    "Split the catalogue into several feeds, or raise the limit.",
)
BOMB = Kind(
    "feed.archive.bomb",
    Severity.ERROR,
    "The archive unpacks to far more than a catalogue would: stopped at {value} bytes.",
    "Export the catalogue anew and pack it with ordinary gzip or zip.",
)
DAMAGED = Kind(
    "feed.archive.damaged",
    Severity.ERROR,
    "The archive is damaged or cut: {value}.",
    "Download or export it again; nothing was removed because of this reading.",
)
BAD_PATH = Kind(
    "feed.archive.path",
    Severity.ERROR,
    "The archive holds a member that points outside of it: {value}. It was not opened.",
    "Pack the feed file alone, without folders.",
)
SEVERAL = Kind(
    "feed.archive.several",
    Severity.WARNING,
    "The archive holds several files that may be feeds; {value} was read.",
    "Pack one feed in one archive.",
)
NO_MEMBER = Kind(
    "feed.archive.no_feed",
    Severity.ERROR,
    "The archive holds no feed file: {value}.",
    "Put the YML, CommerceML, XLSX or CSV file itself into the archive.",
)
UNREADABLE = Kind(
    "feed.file.unreadable",
    Severity.ERROR,
    "The file cannot be read: {value}.",
    "Check the path and the rights to the file.",
)

_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip
"""What zipfile raises for a member that is damaged, locked or packed in an unknown way
(NotImplementedError is a RuntimeError)."""

_READ = 262_144
_RATIO_FROM = 16 << 20
_WORKBOOK_PARTS = ("[Content_Types]", "xl/", "docProps/", "customXml/", "META-INF/", "content.xml")
_FEED_NAMES = (".yml", ".xml", ".yaml", ".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """How much a feed may ask of the machine, in bytes unless said."""

    file: int = 2 << 30
    expanded: int = 4 << 30
    ratio: int = 200
    """How many times larger an archive may get when unpacked, once past 16 MB."""
    members: int = 10_000
    """Members of a zip that may be feeds; pictures may lie beside them."""
    header: int = 64 << 20
    """What stands before the first offer."""
    offer: int = 1 << 20


class ByteStream(Protocol):
    """Bytes in order. `cut` is True once the stream ended before its proper end."""

    cut: bool

    def read(self, size: int = ..., /) -> bytes:
        """Return up to so many bytes, empty at the end. Never raises for bad content."""

    def close(self) -> None:
        """Let go of the file."""


@dataclass(slots=True)
class Source:
    """Where a feed's bytes come from; `open` may be called again to read from the start."""

    path: Path
    content: Content
    member: str = ""
    """Name inside the archive, empty for a plain file."""
    packed: bool = False
    """The bytes come out of an archive."""
    findings: list[Finding] = field(default_factory=list)
    beside: tuple["Source", ...] = ()
    """The archive's other files that may be feeds."""
    others: tuple[zipfile.ZipInfo, ...] = ()
    """The archive's other members that may be feeds."""
    opener: Callable[[], ByteStream] | None = None
    """None where there is nothing to read: the findings say why."""

    def open(self) -> ByteStream:
        """Return a fresh stream over the unpacked bytes."""
        if self.opener is None:
            raise ValueError("this source has nothing to read")
        return self.opener()

    def report(self, finding: Finding) -> None:
        """Keep a finding, once however often the stream is read."""
        if finding not in self.findings:
            self.findings.append(finding)


def open_source(path: Path, limits: FeedLimits) -> Source:
    """Look at a file and return its source. Raises nothing: findings say what is wrong."""
    source = Source(path, Content.BINARY)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(SNIFF_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        source.report(UNREADABLE.at(path.name, reason))
        return source
    source.content = sniff(head)
    if size > limits.file:
        source.report(TOO_LARGE.at(path.name, size, limit=limits.file))
        return source
    if source.content is Content.GZIP:
        _open_gzip(source, limits, size)
    elif source.content is Content.ZIP:
        _open_zip(source, limits)
    else:
        source.opener = lambda: _Capped(path.open("rb"), source, limits.expanded)
    return source


def _open_gzip(source: Source, limits: FeedLimits, size: int) -> None:
    cap = _cap(limits, size)
    source.packed = True
    source.opener = lambda: _Capped(_Gunzip(source.path.open("rb"), source), source, cap)
    stream = source.open()
    source.content = sniff(stream.read(SNIFF_BYTES))
    stream.close()


def _cap(limits: FeedLimits, packed: int) -> int:
    return min(limits.expanded, max(_RATIO_FROM, packed * limits.ratio))


def _open_zip(source: Source, limits: FeedLimits) -> None:
    place = source.path.name
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = archive.infolist()
    except _ZIP_ERRORS as error:
        source.report(DAMAGED.at(place, str(error)))
        _open_remains(source, limits)
        return
    names = {member.filename for member in members}
    if _is_workbook(names):
        if sum(member.file_size for member in members) > limits.expanded:
            source.report(BOMB.at(place, limits.expanded))
            return
        source.opener = lambda: _Capped(source.path.open("rb"), source, limits.file)
        return
    named = [member for member in members if _may_be_feed(member)]
    usable = _choose(named[: limits.members], source, members)
    if usable:
        _open_member(source, usable[0], limits)
        source.others = tuple(usable[1:])


def _open_remains(source: Source, limits: FeedLimits) -> None:
    """Read what an archive begins with where its end is missing; of a workbook nothing is left."""
    member = begun(source.path, _is_named_as_feed)
    if member is None or member.name.startswith(_WORKBOOK_PARTS):
        return
    cap = _cap(limits, source.path.stat().st_size)
    source.member, source.packed = member.name, True
    source.opener = lambda: _Capped(Remains(source.path, member), source, cap)
    stream = source.open()
    source.content = sniff(stream.read(SNIFF_BYTES))
    stream.close()


def beside(source: Source, limits: FeedLimits) -> list[Source]:
    """Return the XML files that lie beside a source in its archive, by name."""
    found = []
    for member in sorted(source.others, key=lambda member: member.filename):
        if member.filename.lower().endswith(".xml"):
            other = Source(source.path, Content.BINARY, findings=source.findings)
            _open_member(other, member, limits)
            found.append(other)
    return [other for other in found if other.content is Content.XML and other.opener is not None]


def names_in(source: Source) -> list[str]:
    """Return the names of all files in the ZIP that a source came out of; none for a plain file."""
    try:
        with zipfile.ZipFile(source.path) as archive:
            return [one.filename for one in archive.infolist() if not one.is_dir()]
    except _ZIP_ERRORS:
        return []


def _is_workbook(names: set[str]) -> bool:
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _choose(
    named: list[zipfile.ZipInfo], source: Source, members: list[zipfile.ZipInfo]
) -> list[zipfile.ZipInfo]:
    """Return the members that may be feeds, of those named so, the likeliest first."""
    place = source.path.name
    usable = []
    for member in named:
        if _escapes(member):
            source.report(BAD_PATH.at(place, member.filename))
        else:
            usable.append(member)
    if not usable:
        source.report(NO_MEMBER.at(place, ", ".join(m.filename for m in members[:5]) or "empty"))
        return []
    usable.sort(key=lambda m: (_preference(m.filename), -m.file_size, m.filename))
    if len(usable) > 1:
        source.report(SEVERAL.at(place, usable[0].filename))
    return usable


def _escapes(member: zipfile.ZipInfo) -> bool:
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    linked = stat.S_ISLNK(member.external_attr >> 16)
    return linked or path.is_absolute() or ".." in path.parts or name[1:2] == ":"


def _may_be_feed(member: zipfile.ZipInfo) -> bool:
    return not member.is_dir() and _is_named_as_feed(member.filename, {*_FEED_NAMES, ""})


def _is_named_as_feed(name: str, suffixes: Collection[str] = _FEED_NAMES) -> bool:
    path = PurePosixPath(name)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not hidden and path.suffix.lower() in suffixes


def _preference(name: str) -> int:
    suffix = PurePosixPath(name).suffix.lower()
    return _FEED_NAMES.index(suffix) // 2 if suffix in _FEED_NAMES else len(_FEED_NAMES)


def _open_member(source: Source, member: zipfile.ZipInfo, limits: FeedLimits) -> None:
    cap = _cap(limits, member.compress_size)
    source.member, source.packed = member.filename, True

    def opener() -> ByteStream:
        try:
            archive = zipfile.ZipFile(source.path)
            inner = archive.open(member)
        except _ZIP_ERRORS as error:
            source.report(DAMAGED.at(member.filename, str(error)))
            return _Nothing()
        return _Capped(_Unzip(inner, archive, source), source, cap)

    source.opener = opener
    stream = opener()
    source.content = sniff(stream.read(SNIFF_BYTES))
    stream.close()
    if stream.cut and source.content is Content.EMPTY:
        source.opener = None


class _Nothing:
    """A stream that could not even be begun."""

    cut = True

    def read(self, _size: int = -1, /) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing is open."""


class _Capped:
    """Count what comes out and stop at a cap."""

    def __init__(self, inner: "IO[bytes] | ByteStream", source: Source, cap: int) -> None:
        self._inner = inner
        self._source = source
        self._cap = cap
        self._given = 0
        self.cut = False

    def read(self, size: int = _READ, /) -> bytes:
        if self.cut:
            return b""
        try:
            data = self._inner.read(size)
        except OSError as error:
            self._source.report(UNREADABLE.at(self._source.path.name, str(error)))
            data, self.cut = b"", True
        self.cut = self.cut or getattr(self._inner, "cut", False)
        self._given += len(data)
        if self._given > self._cap:
            self._source.report(BOMB.at(self._source.path.name, self._cap))
            self.cut = True
            data = data[: max(0, len(data) - (self._given - self._cap))]
        return data

    def close(self) -> None:
        self._inner.close()


class _Gunzip:
    """Unpack gzip step by step, so that what stands before a damaged spot is still given."""

    def __init__(self, file: IO[bytes], source: Source) -> None:
        self._file = file
        self._source = source
        self._engine = zlib.decompressobj(wbits=31)
        self._waiting = b""
        self.cut = False
        self._ended = False

    def read(self, size: int = _READ, /) -> bytes:
        while not (self.cut or self._ended):
            if not self._waiting:
                self._waiting = self._file.read(_READ)
            if not self._waiting:
                self._stop("the end is missing")
                break
            try:
                data = self._engine.decompress(self._waiting, size)
            except zlib.error as error:
                self._stop(str(error))
                break
            self._waiting = self._engine.unconsumed_tail
            if self._engine.eof:
                self._next_member()
            if data:
                return data
        return b""

    def _next_member(self) -> None:
        rest = (self._engine.unused_data or self._file.read(_READ)).lstrip(b"\x00")
        if rest.startswith(b"\x1f\x8b"):
            self._engine = zlib.decompressobj(wbits=31)
            self._waiting = rest
        else:
            self._ended = True

    def _stop(self, reason: str) -> None:
        self._source.report(DAMAGED.at(self._source.path.name, reason))
        self.cut = True

    def close(self) -> None:
        self._file.close()


class _Unzip:
    """Read one member of a zip; a damaged one ends early."""

    def __init__(self, file: IO[bytes], archive: zipfile.ZipFile, source: Source) -> None:
        self._file = file
        self._archive = archive
        self._source = source
        self.cut = False

    def read(self, size: int = _READ, /) -> bytes:
        try:
            return self._file.read(size)
        except _ZIP_ERRORS as error:
            self._source.report(DAMAGED.at(self._source.member, str(error)))
            self.cut = True
            return b""

    def close(self) -> None:
        self._file.close()
        self._archive.close()
