"""Offers on their way into the database: parsed, and packed as rows of a binary COPY.

No Django here: a process of its own does this too (`catalogue.parser_process`).
"""

import struct
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import LiteralString

import msgspec

from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.core.reading import Entry, Reader
from torgpred.kernel.digests import canonical, digest
from torgpred.kernel.findings import Finding

COLUMNS: LiteralString = (
    "number, key, product_key, category_key, digest, source_digest, amount, old_amount, currency,"
    " content"
)
PRICE_LIMIT = 10**15
"""Prices at or over it have no place in `catalogue_price` and are no prices."""
_KEY_LIMIT = 255

_BEGINNING = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_FIRST = struct.Struct(">hiii")
_LENGTH = struct.Struct(">i").pack


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One offer on its way into the stage: what the merge must tell of it, and its COPY bytes."""

    number: int
    key: str
    place: str
    data: bytes


class Parsed(msgspec.Struct, array_like=True):
    """What a batch of entries became."""

    rows: list[Row] = []
    findings: list[Finding] = []
    broken: int = 0
    duplicates: int = 0
    """Entries that the reader itself recognised as repeating an earlier one."""
    kept_keys: list[str] = []
    """Keys of entries that are broken now: their known offers are not missing."""


def parse(reader: Reader, entries: Sequence[Entry]) -> Parsed:
    """Parse a batch."""
    parsed = Parsed()
    read, add = reader.read, parsed.rows.append
    for entry in entries:
        taken = read(entry)
        if taken.findings:
            parsed.findings.extend(taken.findings)
        if taken.offer is not None:
            add(row_of(entry.number, entry.place, entry.digest, taken.offer))
        elif any(finding.code.endswith(".duplicate") for finding in taken.findings):
            parsed.duplicates += 1
        else:
            parsed.broken += 1
            if taken.key:
                parsed.kept_keys.append(taken.key)
    return parsed


def row_of(number: int, place: str, source_digest: bytes, offer: Offer) -> Row:
    """Return the stage row of an offer.

    Prices that are not finite, negative or absurdly large make no period; the content keeps them.
    """
    content = canonical(offer)
    fields = (
        _text((offer.product_key or offer.key)[:_KEY_LIMIT]),
        _text(offer.category),
        digest(content),
        source_digest,
        _amount(offer.price),
        _amount(offer.old_price),
        _text(offer.currency[:3]),
        content,
    )
    key = _text(offer.key)
    parts = [_FIRST.pack(10, 4, number, len(key)), key]
    for field in fields:
        if field is None:
            parts.append(_NULL)
        else:
            parts.append(_LENGTH(len(field)))
            parts.append(field)
    return Row(number, offer.key, place, b"".join(parts))


def _text(value: str) -> bytes:
    # PostgreSQL's text knows no NUL.
    return value.replace("\x00", "").encode()


def _amount(value: Decimal | None) -> bytes | None:
    if value is None or not value.is_finite() or not 0 <= value < PRICE_LIMIT:
        return None
    return str(value).encode()


def copied(rows: Iterable[bytes]) -> bytes:
    """Return a whole binary COPY of packed rows."""
    return b"".join((_BEGINNING, *rows, _END))
