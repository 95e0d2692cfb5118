"""The contract of every feed reader, whatever the format.

A reader is made over a local file, streams, and keeps memory flat. It gives cheap *entries* first
(bytes and a digest, not parsed), so that an unchanged offer costs no parsing; `read` parses one.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from torgpred.catalogue.core.offers import Category, Offer
from torgpred.kernel.findings import Finding


class Scope(StrEnum):
    """How much of a catalogue a file speaks of."""

    CATALOGUE = "catalogue"
    PARTIAL = "partial"  # prices and stocks only: merges into known offers, removes nothing


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One offer element or row, not parsed yet."""

    number: int
    """1-based place among the file's offers, duplicates and broken ones counted."""
    place: str
    """Line, row or cell range, for findings."""
    digest: bytes
    """16 bytes over the raw offer, the profile, the reader version, currencies and category path:
    equal digests mean that `read` would give an equal offer."""
    raw: object
    """Bytes or cells; only the reader that made the entry looks inside."""


class Taken(msgspec.Struct, frozen=True):
    """What one entry became: an offer, or None where it is unusable; findings either way."""

    offer: Offer | None
    findings: tuple[Finding, ...] = ()
    key: str = ""
    """The offer's key where `offer` is None but the key could be made out all the same: a broken
    element must not make a known offer look missing."""


class Reader(Protocol):
    """A feed being read. Attributes marked (end) are certain only after `entries` ran out."""

    format: str
    """"yml", "xlsx", "csv" ..."""
    profile: str
    """The dialect: "simplified", "vendor.model", "aliexpress", "table" ..."""
    encoding: str
    """The encoding that the text was in truth read with."""
    scope: Scope
    """(end)"""
    complete: bool
    """(end) The file was read to its proper end; only then may anything be called missing."""
    categories: Mapping[str, Category]
    """(end)"""
    currencies: Mapping[str, str]
    """Currency id -> rate as the file states it."""

    def entries(self) -> Iterator[Entry]:
        """Yield every offer of the file in order. Raises nothing for bad content."""

    def read(self, entry: Entry) -> Taken:
        """Parse one entry. Raises nothing for bad content: it becomes findings."""

    def findings(self) -> list[Finding]:
        """Return the file-level findings so far; complete after `entries` ran out."""


def result_is_catalogue(reader: Reader) -> bool:
    """Tell whether the reading may say of an offer that it is gone from the seller's catalogue."""
    return reader.complete and reader.scope is Scope.CATALOGUE
