"""One pass over a feed: the recognising loop of a catalogue, and the merging one of a partial file.

A catalogue's pass has more than one hand (`services.hands`), so that PostgreSQL works meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, LiteralString

import msgspec
import psycopg

from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.core.reading import Entry, Reader
from torgpred.catalogue.rows import Parsed, Row, row_of
from torgpred.catalogue.services.hands import Hands
from torgpred.catalogue.services.known import Known
from torgpred.catalogue.services.merging import Merged, Merger
from torgpred.catalogue.services.report import (
    DUPLICATE,
    OTHER_FEED,
    UNKNOWN_OFFER,
    Counts,
    Findings,
)

BATCH = 1_000

_CONTENTS: LiteralString = """
SELECT o.key, o.source_digest, c.content
FROM catalogue_offer o JOIN catalogue_offer_content c ON c.offer_id = o.id
WHERE o.seller_id = %s AND o.key = ANY(%s)
"""

Progress = Callable[[int], None]
"""Called now and then with the number of entries gone through."""


class Tally:
    """What a pass has come to so far."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.counts = Counts()
        self.findings = Findings()
        self.kept_keys: list[str] = []
        """Keys of entries that are broken now: their known offers are not missing."""
        self._progress = progress

    def step(self) -> None:
        """Tell the one who waits."""
        if self._progress is not None:
            self._progress(self.counts.entries)

    def repeated(self, place: str, key: str) -> None:
        """Count an entry whose key came up before in this file."""
        self.counts.duplicates += 1
        self.findings.add((DUPLICATE.at(place, key),))

    def add(self, merged: Merged, rows: Sequence[Row]) -> None:
        """Count what became of a batch."""
        counts = self.counts
        counts.added += merged.added
        counts.changed += merged.changed
        counts.unchanged += merged.same
        counts.returned += merged.returned
        if not merged.duplicates and not merged.of_other_feeds:
            return
        by_number = {row.number: row for row in rows}
        for number in merged.duplicates:
            self.repeated(by_number[number].place, by_number[number].key)
        for number, feed in merged.of_other_feeds:
            row = by_number[number]
            counts.left_out += 1
            self.findings.add((OTHER_FEED.at(row.place, row.key, feed=feed),))

    def parsed(self, parsed: Parsed) -> None:
        """Count what parsing a batch came to, apart from its rows."""
        self.counts.parsed += len(parsed.rows) + parsed.broken + parsed.duplicates
        self.counts.broken += parsed.broken
        self.counts.duplicates += parsed.duplicates
        self.findings.add(parsed.findings)
        self.kept_keys += parsed.kept_keys

    def absorb(self, other: "Tally") -> None:
        """Take over what another counted."""
        for name in Counts.__struct_fields__:
            setattr(self.counts, name, getattr(self.counts, name) + getattr(other.counts, name))
        self.findings.absorb(other.findings)
        self.kept_keys += other.kept_keys


def read_catalogue(reader: Reader, path: Path, merger: Merger, known: Known, tally: Tally) -> None:
    """Go through a full catalogue: parse and merge what is not known, mark what is."""
    merged = Tally()

    def merge(parsed: Parsed) -> None:
        merged.parsed(parsed)
        if parsed.rows:
            merged.add(merger.merge(parsed.rows), parsed.rows)

    with Hands(reader, path, merge) as hands:
        for batch in _batches(_strangers(reader, known, tally)):
            hands.give(batch)
    tally.absorb(merged)
    _settle(known, tally)


def _strangers(reader: Reader, known: Known, tally: Tally) -> Iterator[Entry]:
    """Yield the entries whose digest is not known."""
    find, seen_at, counts = known.find, known.seen_at, tally.counts
    for entry in reader.entries():
        counts.entries += 1
        if not counts.entries % BATCH:
            tally.step()
        place = find(entry.digest)
        if place < 0:
            yield entry
        elif not seen_at[place]:
            seen_at[place] = entry.number
        else:
            taken = reader.read(entry)
            tally.repeated(entry.place, taken.offer.key if taken.offer else taken.key)


def _settle(known: Known, tally: Tally) -> None:
    """Count the unchanged; of an offer that stands both changed and unchanged the first counts."""
    counts = tally.counts
    counts.unchanged += sum(1 for number in known.seen_at if number)
    for _, number in known.met_twice():
        counts.unchanged -= 1
        tally.repeated(f"offer number {number}", "")
    counts.returned += len(known.returned())
    counts.taken = counts.unchanged + counts.added + counts.changed


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, BATCH)):
        yield batch


def read_partial(
    reader: Reader, merger: Merger, connection: psycopg.Connection[Any], tally: Tally
) -> None:
    """Go through prices and stocks: merge what the file gives into the offers that are known."""
    for batch in _batches(reader.entries()):
        tally.counts.entries += len(batch)
        tally.step()
        rows = _completed(reader, batch, merger.seller, connection, tally)
        if rows:
            tally.add(merger.merge(rows), rows)
    counts = tally.counts
    counts.taken = counts.unchanged + counts.added + counts.changed


def _completed(
    reader: Reader,
    batch: Sequence[Entry],
    seller: int,
    connection: psycopg.Connection[Any],
    tally: Tally,
) -> list[Row]:
    given: list[tuple[Entry, Offer]] = []
    for entry in batch:
        taken = reader.read(entry)
        tally.findings.add(taken.findings)
        if taken.offer is None:
            tally.counts.broken += 1
        else:
            given.append((entry, taken.offer))
    tally.counts.parsed += len(batch)
    cursor = psycopg.Cursor(connection)
    cursor.execute(_CONTENTS, [seller, [offer.key for _, offer in given]], binary=True)
    known = {key: (source, content) for key, source, content in cursor}
    rows = []
    for entry, offer in given:
        if offer.key in known:
            source, content = known[offer.key]
            whole = with_news(msgspec.json.decode(content, type=Offer), offer)
            rows.append(row_of(entry.number, entry.place, source, whole))
        else:
            tally.counts.left_out += 1
            tally.findings.add((UNKNOWN_OFFER.at(entry.place, offer.key),))
    return rows


_NEWS = ("price", "old_price", "cost", "available", "quantity", "vat")


def with_news(known: Offer, given: Offer) -> Offer:
    """Return a known offer with the prices and stocks that a partial file gives, and no more.

    A price without a crossed-out one beside it ends the crossed-out one.
    """
    news = {name: value for name in _NEWS if (value := getattr(given, name)) not in {None, ""}}
    if given.price is not None:
        news["old_price"] = given.old_price
        news["currency"] = given.currency or known.currency
    return msgspec.structs.replace(known, **news)
