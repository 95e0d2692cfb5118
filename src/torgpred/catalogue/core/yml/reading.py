"""Read a YML file: cheap entries first, an offer when asked for."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from torgpred.catalogue.core.containers import ByteStream, FeedLimits, Source
from torgpred.catalogue.core.offers import READER_VERSION, Category
from torgpred.catalogue.core.reading import Entry, Scope, Taken
from torgpred.catalogue.core.yml.behind import sections_behind
from torgpred.catalogue.core.yml.building import Surroundings, build
from torgpred.catalogue.core.yml.cutting import CHUNK, Cutter, Opening
from torgpred.catalogue.core.yml.encoding import Transcoded, decide
from torgpred.catalogue.core.yml.header import (
    BARE,
    NO_OFFERS,
    NOT_XML,
    OTHER_ROOT,
    ROOTS,
    Header,
    read_header,
    read_more,
)
from torgpred.catalogue.core.yml.parsing import OfferParser, Raw
from torgpred.catalogue.core.yml.seen import SeenKeys
from torgpred.kernel.digests import canonical, combine, digest
from torgpred.kernel.findings import Finding, Kind, Severity

DUPLICATE = Kind(
    "feed.offer.duplicate",
    Severity.ERROR,
    "The id {value} was used before, by offer {first}; this one was left out.",
    "Give every offer an id of its own.",
)
OFFER_HUGE = Kind(
    "feed.offer.too_large",
    Severity.ERROR,
    "The offer is larger than the {limit} bytes that are read of one; it was left out.",
    "Give pictures by address, and keep the description short.",
)
TRUNCATED = Kind(
    "feed.file.truncated",
    Severity.ERROR,
    "The file ends before its closing </{root}>: it was cut off.",
    "Export or download it again; nothing was removed because of this reading.",
)
JUNK_AFTER = Kind(
    "feed.xml.junk_after",
    Severity.WARNING,
    "Something stands behind the end of the catalogue: {value}.",
    "Look for error messages that the export prints into the file.",
)
PARTIAL = Kind(
    "feed.partial",
    Severity.NOTE,
    "The file holds prices and stocks only: known offers are updated, none is removed.",
    "Give the whole catalogue when offers come or go.",
)
NO_CATEGORIES = Kind(
    "feed.categories.none",
    Severity.WARNING,
    "The file holds no categories.",
    "Export <categories> too: they are mapped to the marketplace's.",
)

SAMPLE = 2 << 20
_PEEK = 200
_NAMED = (b"<name", b"<model")
_NAMED_ODDLY = re.compile(
    rb"<(?:[\w.-]+:)?(?:name|model|typeprefix|vendor)(?=[\s>])", re.IGNORECASE
)
_IDS = tuple(
    re.compile(
        rb"\s" + name + rb"""\s*=\s*(?:"([^"<>]{1,300})"|'([^'<>]{1,300})')""", re.IGNORECASE
    )
    for name in (b"id", b"sku")
)
_RECORD: Final = re.compile(rb"<((?:[\w.-]+:)?(?:offer|item|entry))(?=[\s/>])", re.IGNORECASE)
_CATEGORY: Final = re.compile(rb"<(?:[\w.-]+:)?categoryid", re.IGNORECASE)


class YmlReader:
    """A `Reader` over a YML file (see `catalogue.core.reading`).

    `entries` may be run again; each run reads the file anew. `read` notices an id that an earlier
    entry has used; entries are best read in their order.
    """

    format = "yml"
    no_categories = NO_CATEGORIES

    def __init__(self, source: Source, limits: FeedLimits) -> None:
        self._source = source
        self._limits = limits
        self._place = source.member or source.path.name
        self.complete = False
        self._ending: list[Finding] = []
        sample = self._sample()
        self.encoding = self._encoding.name
        self._tag = _record_tag(sample)
        header = self._header(sample)
        self.root = header.root
        self.currencies: Mapping[str, str] = header.currencies
        self.categories: Mapping[str, Category] = header.categories
        self._file_findings = [*self._encoding.findings, *header.findings]
        bodies = _peek(sample, self._tag)
        self.profile = self._profile(bodies)
        named = sum(self._is_named(body) for body in bodies)
        self._counts_names = not header.has_categories or not named
        self.scope = Scope.PARTIAL if bodies and not named else Scope.CATALOGUE
        self._common = self._common_digest(header)
        self._seen = SeenKeys()
        sole = next(iter(header.currencies)) if len(header.currencies) == 1 else ""
        self._around = Surroundings(
            categories=header.categories,
            sole_currency=sole,
            partial=lambda: self.scope is Scope.PARTIAL,
            base=header.url,
        )
        self._parser = OfferParser(self._tag, self._encoding.reading, header.prefixes)

    def _sample(self) -> bytes:
        stream = self._source.open()
        sample = _read_up_to(stream, SAMPLE)
        stream.close()
        self._encoding = decide(sample, self._place)
        if not self._encoding.transcode:
            return sample
        stream = self._open()
        sample = _read_up_to(stream, SAMPLE)
        stream.close()
        return sample

    def _open(self) -> ByteStream:
        stream = self._source.open()
        if self._encoding.transcode:
            return Transcoded(stream, self._encoding.name)
        return stream

    def _header(self, sample: bytes) -> Header:
        """Read what stands before the offers; where none are found, say why."""
        stream = self._open()
        cutter = Cutter(stream, self._tag.encode(), offer_cap=self._limits.offer)
        opening = cutter.open(b"", cap=self._limits.header)
        stream.close()
        text = _decoded(opening.header, self._encoding.reading)
        header = read_header(text if opening.found else text[:SAMPLE], self._place)
        if opening.found and not header.categories:
            self._look_behind(header)
        known = self._knows(header, opening)
        self.readable = opening.found and known
        if not header.root and opening.found:
            header.findings.append(BARE.at(self._place))
        elif not header.root:
            header.findings.append(NOT_XML.at(self._place, sample[:80].decode("utf-8", "replace")))
        elif not known:
            header.findings.append(OTHER_ROOT.at(self._place, header.root))
        elif not opening.found:
            header.findings.append(NO_OFFERS.at(self._place))
        return header

    def _knows(self, header: Header, opening: Opening) -> bool:
        """Tell whether what holds the offers is a catalogue of this format."""
        lists = (b"<offers", b"<items")
        listed = opening.found and any(one in opening.header for one in lists)
        return header.root.lower() in ROOTS or listed

    def _is_named(self, body: bytes) -> bool:
        """Tell whether an offer has a name: only then is it more than a price or stock."""
        return _is_named(body)

    def _profile(self, bodies: list[bytes]) -> str:
        return _profile(bodies)

    def _in_yml(self, raw: Raw, _place: str, _findings: list[Finding]) -> Raw:
        """Return an offer in YML's own words."""
        return raw

    def _key_in(self, body: bytes) -> str:
        """Return the key of an offer that cannot be parsed; empty where it cannot be told."""
        return _key_in(body, self._encoding.reading)

    def _look_behind(self, header: Header) -> None:
        """Read the categories that stand behind the offers, as some exports write them."""
        stream = self._open()
        text = _decoded(sections_behind(stream, self._limits.header), self._encoding.reading)
        stream.close()
        read_more(text, header)

    def _common_digest(self, header: Header) -> bytes:
        return combine(
            [
                self.format.encode(), str(READER_VERSION).encode(), self._tag.encode(),
                self._encoding.name.encode(), canonical(sorted(header.currencies.items())),
                canonical(sorted(header.prefixes.items())), header.url.encode("utf-8", "replace"),
            ]
        )  # fmt: skip

    def entries(self) -> Iterator[Entry]:
        """Yield every offer of the file in order. Raises nothing for bad content."""
        self._ending = []
        self.complete = False
        if not self.readable:
            return
        stream = self._open()
        cutter = Cutter(stream, self._tag.encode(), offer_cap=self._limits.offer)
        opening = cutter.open(b"", cap=self._limits.header)
        number = named = 0
        category_digest = self._category_digests()
        try:
            for bodies in cutter.batches(opening):
                if self._counts_names:
                    named += sum(map(self._is_named, bodies))
                for body in bodies:
                    number += 1
                    yield Entry(
                        number, f"offer {number}", digest(category_digest(body) + body), body
                    )
        finally:
            stream.close()
        self._end(cutter.tail, number, named, cut=stream.cut)

    def _end(self, tail: bytes, number: int, named: int, *, cut: bool) -> None:
        if self._counts_names:
            self.scope = Scope.CATALOGUE if named * 2 >= number else Scope.PARTIAL
        closing = _closing(tail, self.root)
        self.complete = number > 0 and closing >= 0 and not cut
        if closing < 0 or cut:
            self._ending.append(TRUNCATED.at(self._place, root=self.root))
        elif tail[closing:].strip(b" \t\r\n\x00\x1a"):
            junk = tail[closing:].decode(self._encoding.reading, "replace").strip()
            self._ending.append(JUNK_AFTER.at(self._place, junk))
        if self.scope is Scope.PARTIAL:
            self._ending.append(PARTIAL.at(self._place))
        elif not self.categories:
            self._ending.append(self.no_categories.at(self._place))

    def _category_digests(self) -> Callable[[bytes], bytes]:
        """Return a function from a raw offer to the digest of all that its reading depends on."""
        known: dict[bytes, bytes] = {}
        orphans: set[bytes] = set()
        none = combine([self._common, b"no category"])
        every = combine([self._common, canonical(sorted(c.path for c in self.categories.values()))])
        every = combine([every, canonical(sorted(self.categories))])

        def of(body: bytes) -> bytes:
            start = body.find(b"<categoryId")
            if start < 0:
                return every if _CATEGORY.search(body) else none
            end = body.find(b"<", start + 12)
            key = body[start + 11 : end]
            found = known.get(key)
            if found is None:
                found = self._path_digest(key, every)
                if key[1:].decode(self._encoding.reading, "replace").strip() not in self.categories:
                    orphans.add(found)
                if len(known) < 100_000:
                    known[key] = found
            if b"!" in body[:start] and b"<!" in body[:start]:
                return every  # it may stand inside CDATA or a comment
            if found in orphans and body.find(b"<categoryId", end) >= 0:
                return every  # the first that the file knows counts
            return found

        return of

    def _path_digest(self, key: bytes, every: bytes) -> bytes:
        """Digest the path of the category whose element reads `>key`; of all where in doubt."""
        text = key[1:].decode(self._encoding.reading, "replace").strip()
        if key[:1] != b">" or not text or "&" in text:
            return every
        category = self.categories.get(text)
        path = ("unknown", text) if category is None else ("known", text, *category.path)
        return combine([self._common, canonical(path)])

    def read(self, entry: Entry) -> Taken:
        """Parse one entry. Raises nothing for bad content: it becomes findings."""
        body = entry.raw
        if not isinstance(body, bytes):
            raise TypeError("the entry is of another reader")
        raw: Raw | None = self._parser.parse_plain(body)
        findings: list[Finding] = []
        if raw is None:
            key = self._key_in(body)
            place = f'offer "{key}"' if key else entry.place
            raw, findings = self._parser.parse(body, place)
            if raw is None:
                if len(body) >= self._limits.offer:
                    findings = [OFFER_HUGE.at(place, len(body), limit=self._limits.offer)]
                return Taken(None, tuple(findings), key)
        raw = self._in_yml(raw, entry.place, findings)
        given = (raw.attributes.get("id") or raw.attributes.get("sku") or "").strip()
        place = f'offer "{given[:80]}"' if given else entry.place
        offer = build(raw, len(body), place, self._around, findings)
        if offer is None:
            return Taken(None, tuple(findings), given)
        first = self._seen.first(offer.key, entry.number)
        if first != entry.number:
            return Taken(None, (DUPLICATE.at(place, offer.key, first=first),), offer.key)
        return Taken(offer, tuple(findings))

    def findings(self) -> list[Finding]:
        """Return the file-level findings so far; complete after `entries` ran out."""
        return [*self._source.findings, *self._file_findings, *self._ending]


def _read_up_to(stream: ByteStream, size: int) -> bytes:
    parts, total = [], 0
    while total < size:
        data = stream.read(CHUNK)
        if not data:
            break
        parts.append(data)
        total += len(data)
    return b"".join(parts)


def _decoded(header: bytes, encoding: str) -> str:
    """Decode a header that may be in UTF-8 even where the offers are not."""
    try:
        return header.decode("utf-8")
    except UnicodeDecodeError:
        return header.decode(encoding, "replace")


def _record_tag(sample: bytes) -> str:
    match = _RECORD.search(sample)
    return match.group(1).decode() if match else "offer"


def _peek(sample: bytes, tag: str) -> list[bytes]:
    parts = re.split(rb"<" + tag.encode() + rb"(?=[\s/>])", sample, maxsplit=_PEEK + 1)
    return parts[1 : _PEEK + 1]


def _is_named(body: bytes) -> bool:
    return _NAMED[0] in body or _NAMED[1] in body or _NAMED_ODDLY.search(body) is not None


def _profile(bodies: list[bytes]) -> str:
    """Return the dialect's name, told from the first offers."""
    if not bodies:
        return "simplified"
    if any(b"<quantity>" in body or b"<length>" in body for body in bodies):
        return "aliexpress"
    if not any(map(_is_named, bodies)):
        return "ozon" if any(b"<outlet" in body for body in bodies) else "prices"
    custom = sum(b'"vendor.model"' in body for body in bodies)
    return "vendor.model" if custom * 2 > len(bodies) else "simplified"


def _closing(tail: bytes, root: str) -> int:
    """Return where the closing root ends in the last bytes, or -1."""
    name = re.escape(root.encode("utf-8", "replace"))
    last = -1
    for match in re.finditer(rb"</(?:[\w.-]+:)?" + name + rb"\s*>", tail, re.IGNORECASE):
        last = match.end()
    return last


def _key_in(body: bytes, encoding: str) -> str:
    match = next(filter(None, (one.search(body[:2000]) for one in _IDS)), None)
    if match is None:
        return ""
    return (match.group(1) or match.group(2)).decode(encoding, "replace").strip()
