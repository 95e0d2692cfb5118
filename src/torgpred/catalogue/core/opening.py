"""Open a feed of any known kind: look at its bytes, not at its name."""

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from torgpred.catalogue.core.commerceml.documents import ROOT
from torgpred.catalogue.core.commerceml.reading import ExchangeReader
from torgpred.catalogue.core.containers import (
    SEVERAL,
    FeedLimits,
    Source,
    beside,
    open_source,
)
from torgpred.catalogue.core.merchant.reading import ROOTS, MerchantReader
from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.core.reading import Entry, Reader, Scope, Taken
from torgpred.catalogue.core.sniff import SNIFF_BYTES, Content, plain
from torgpred.catalogue.core.yml.reading import YmlReader
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding, Kind, Severity

if TYPE_CHECKING:
    from torgpred.catalogue.core.tables.memory import TableMemory

EMPTY = Kind(
    "feed.file.empty",
    Severity.ERROR,
    "The file is empty.",
    "Export it again.",
)
NOT_A_FEED = Kind(
    "feed.file.not_a_feed",
    Severity.ERROR,
    "This is no feed: the file is {value}.",
    "Give a YML, CommerceML, Google Merchant, XLSX or CSV file (gzip and zip are fine).",
)
HTML_PAGE = Kind(
    "feed.file.html",
    Severity.ERROR,
    "This is a web page, not a feed: {value}.",
    "The address answered with a page, perhaps an error or a sign-in: check it in a browser.",
)
TABLE_UNREADABLE = Kind(
    "feed.table.unreadable",
    Severity.ERROR,
    "The table cannot be read: {value}.",
    "Save it again as XLSX or CSV.",
)

_WORDS = {
    Content.PICTURE: "a picture",
    Content.PDF: "a PDF document",
    Content.ARCHIVE: "an archive of a kind that is not read",
    Content.GZIP: "an archive inside an archive",
    Content.JSON: "JSON",
    Content.BINARY: "not text",
    Content.TEXT: "text without columns",
}
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([^\s<>/]+)")
_DELIMITERS = (b";", b"\t", b",", b"|")


class NoReader:
    """A `Reader` over something that is no feed: no entries, and a finding that says why."""

    format = "unknown"
    profile = ""
    encoding = ""
    scope = Scope.CATALOGUE
    complete = False

    def __init__(self, findings: list[Finding]) -> None:
        self.categories: Mapping[str, Category] = {}
        self.currencies: Mapping[str, str] = {}
        self._findings = findings

    def entries(self) -> Iterator[Entry]:
        """Yield nothing."""
        return iter(())

    def read(self, entry: Entry) -> Taken:
        """There are no entries to read."""
        raise TypeError(f"a file that is no feed has no entries: {entry.place}")

    def findings(self) -> list[Finding]:
        """Return why the file is no feed."""
        return list(self._findings)


def open_feed(
    path: Path, *, memory: "TableMemory | None" = None, limits: FeedLimits | None = None
) -> Reader:
    """Open a local file and return its reader.

    `memory` is what is known of a seller's earlier tables. Raises nothing for bad content: a file
    that is no feed gives a reader without entries whose findings say what it is instead.
    """
    limits = limits or FeedLimits()
    source = open_source(path, limits)
    if source.opener is None:
        return NoReader(source.findings)
    if source.content is Content.XML:
        return _open_xml(source, limits, memory)
    if source.content in {Content.ZIP, Content.XLS, Content.TEXT}:
        return _open_table(source, memory)
    refused = NoReader([*source.findings, _refusal(source)])
    if source.content is Content.HTML:
        # Shop systems call a page with a table .xls.
        return _open_markup(source, memory) or refused
    return refused


def _open_markup(source: Source, memory: "TableMemory | None") -> Reader | None:
    """Open a table that is written in markup; None where no header is found in it."""
    reader = _open_table(source, memory)
    return reader if getattr(reader, "proposals", ()) else None


def _open_xml(source: Source, limits: FeedLimits, memory: "TableMemory | None") -> Reader:
    root = _root_of(source)
    if root == "workbook":
        return _open_table(source, memory)
    if root == ROOT.lower():
        return _open_exchange(source, limits)
    kind = MerchantReader if root in ROOTS else YmlReader
    reader = kind(source, limits)
    return reader if reader.readable else NoReader(reader.findings())


def _root_of(source: Source) -> str:
    """Return the name of the first element, in lower case."""
    stream = source.open()
    head = plain(stream.read(SNIFF_BYTES))
    stream.close()
    match = _ROOT.search(head)
    if match is None:
        return ""
    try:
        return match[1].decode("utf-8").lower()
    except UnicodeDecodeError:
        return match[1].decode("cp1251", "replace").lower()


def _open_exchange(source: Source, limits: FeedLimits) -> Reader:
    """Open an exchange of 1C: in a zip, all its files make one catalogue."""
    source.findings[:] = [one for one in source.findings if one.code != SEVERAL.code]
    parts = [one for one in beside(source, limits) if _root_of(one) == ROOT.lower()]
    return ExchangeReader([source, *parts], limits)


def _refusal(source: Source) -> Finding:
    place = source.member or source.path.name
    if source.content is Content.EMPTY:
        return EMPTY.at(place)
    if source.content is Content.HTML:
        stream = source.open()
        start = stream.read(400).decode("utf-8", "replace")
        stream.close()
        return HTML_PAGE.at(place, " ".join(start.split()))
    return NOT_A_FEED.at(place, _WORDS.get(source.content, source.content.value))


def _open_table(source: Source, memory: "TableMemory | None") -> Reader:
    kind = {Content.ZIP: "xlsx", Content.TEXT: "csv"}.get(source.content, "xls")
    if source.content is Content.TEXT and not _has_columns(source):
        return NoReader([*source.findings, _refusal(source)])
    from torgpred.catalogue.core.tables.reading import open_table  # noqa: PLC0415 - only for tables

    place = source.member or source.path.name
    path, folder, cut = _as_file(source, kind)
    if cut and folder is not None:
        # Half a table would look like a whole one with rows gone.
        shutil.rmtree(folder, ignore_errors=True)
        return NoReader(source.findings)
    try:
        reader = open_table(path, format=kind, memory=memory, before=source.findings)
    except (TorgpredError, OSError, ValueError) as error:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        return NoReader([*source.findings, TABLE_UNREADABLE.at(place, str(error))])
    if folder is not None:
        weakref.finalize(reader, shutil.rmtree, folder, ignore_errors=True)
    return reader


def _has_columns(source: Source) -> bool:
    stream = source.open()
    lines = stream.read(20_000).splitlines()[:50]
    stream.close()
    return any(sum(delimiter in line for line in lines) > 1 for delimiter in _DELIMITERS)


def _as_file(source: Source, kind: str) -> tuple[Path, Path | None, bool]:
    """Return the table's own path, the folder made to unpack it, and whether that ended early."""
    if not source.packed:
        return source.path, None, False
    folder = Path(tempfile.mkdtemp(prefix="torgpred-"))
    path = folder / f"table.{kind}"
    stream = source.open()
    with path.open("wb") as file:
        while data := stream.read():
            file.write(data)
    stream.close()
    return path, folder, stream.cut
