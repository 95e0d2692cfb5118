"""Reference prices: what a seller's goods cost elsewhere, given by hand or by file, dated."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.channels import families
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.kernel.money import Rates
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.reference_file import Given, read_file
from torgpred.listings.core.references import (
    NO_REFERENCES,
    ReferencePrice,
    References,
    made_ready,
)
from torgpred.listings.models import ReferencePriceRow
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import scope

FINDINGS: Final = 1_000
"""Findings of a file that are told one by one."""
_BATCH: Final = 10_000

NO_OFFER: Final = Kind(
    "reference.no_offer",
    Severity.NOTE,
    "The seller's catalogue has no offer {value}: its reference is kept and waits.",
    "Check the SKU; it must be the one of the seller's file.",
)

_MERGE: LiteralString = """
    INSERT INTO listings_referenceprice AS kept
        (seller_id, key, family, amount, currency, seen_on, source, given_by, given_at)
    SELECT %s, given.*, %s, %s
    FROM unnest(%s::text[], %s::text[], %s::numeric[], %s::text[], %s::date[], %s::text[]) AS given
    ON CONFLICT (seller_id, key, family, seen_on, source) DO UPDATE
    SET amount = excluded.amount, currency = excluded.currency,
        given_by = excluded.given_by, given_at = excluded.given_at
    WHERE (kept.amount, kept.currency) IS DISTINCT FROM (excluded.amount, excluded.currency)
"""

_NEWEST: LiteralString = """
    SELECT DISTINCT ON (key) key, amount, currency, seen_on, source
    FROM listings_referenceprice
    WHERE seller_id = %s AND family IN ('', %s)
    ORDER BY key, seen_on DESC, (family <> '') DESC, given_at DESC, id DESC
"""


class WrongReferenceError(TorgpredError):
    """A reference price that cannot be."""

    code = "reference.wrong"
    template = "The reference price cannot be kept: {reason}."


class ReferenceCard(msgspec.Struct, frozen=True):
    """A reference price as lists show it."""

    key: str
    family: str
    amount: Decimal
    currency: str
    seen_on: date
    source: str
    given_by: str
    given_at: datetime


class ReferenceReport(msgspec.Struct, frozen=True):
    """What became of a file: rows taken, of these new or changed, and findings by code.

    `findings` are the first ones, `finding_totals` counts all.
    """

    taken: int
    changed: int
    findings: tuple[Finding, ...]
    finding_totals: dict[str, int]


def give_reference(
    *, seller_id: int, price: ReferencePrice, given_by: str, family: str = ""
) -> None:
    """Record what an offer costs elsewhere, for one marketplace or (empty) any.

    Of one day, source and marketplace the later word counts. Raises WrongReferenceError, and
    UnknownFamilyError of channels.
    """
    if family:
        families.family(family)
    if price.amount <= 0:
        raise WrongReferenceError(reason="it must be above 0")
    if price.seen_on > now().date():
        raise WrongReferenceError(reason=f"{price.seen_on} is still to come")
    if len(price.currency) != 3 or not price.source or not price.key:
        raise WrongReferenceError(reason="an SKU, a currency of three letters and a source belong")
    with scope(seller_id):
        _merge(seller_id, [(price, family)], given_by)
        wake("catalogue.changed")


def read_references(
    *,
    seller_id: int,
    path: Path,
    given_by: str,
    source: str = "",
    currency: str = "",
    seen_on: date | None = None,
) -> ReferenceReport:
    """Take in a file of reference prices; its bad rows become findings, the rest is kept.

    `source` (else the file's name), `currency` and `seen_on` stand in where rows do not say. The
    same file read again changes nothing.
    """
    given = Given(
        today=now().date(),
        source=source or path.name,
        families=tuple(families.families()),
        currency=currency.upper(),
        seen_on=seen_on,
    )
    read = read_file(path, given)
    known = _known(seller_id, [one.price.key for one in read.rows])
    strange = [
        NO_OFFER.at(one.place, one.price.key) for one in read.rows if one.price.key not in known
    ]
    findings = (*read.findings, *strange)
    with scope(seller_id):
        changed = _merge(seller_id, [(one.price, one.family) for one in read.rows], given_by)
        wake("catalogue.changed")
    return ReferenceReport(
        taken=len(read.rows),
        changed=changed,
        findings=findings[:FINDINGS],
        finding_totals=dict(Counter(one.code for one in findings)),
    )


def references(seller_id: int, *, key: str = "", limit: int = 1_000) -> list[ReferenceCard]:
    """Return a seller's reference prices, the newest first: of one offer, or of all."""
    with scope(seller_id):
        rows = ReferencePriceRow.objects.filter(seller_id=seller_id)
        if key:
            rows = rows.filter(key=key)
        return [
            msgspec.convert(row, ReferenceCard, from_attributes=True)
            for row in rows.order_by("-seen_on", "-given_at", "key")[:limit]
        ]


def references_of(
    *,
    seller_id: int,
    family: str,
    policy: ShopPolicy,
    day: date,
    rates: Rates,
    currency: str,
) -> References:
    """Return what a seller's prices in a shop are compared with; nothing without a gap.

    The newest one of an offer counts; of one day that for the marketplace before that for any.
    """
    if policy.reference_gap is None:
        return NO_REFERENCES
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_NEWEST, [seller_id, family])
        newest = [ReferencePrice(*row) for row in cursor.fetchall()]
    return made_ready(
        newest,
        gap=policy.reference_gap,
        days=policy.reference_days,
        day=day,
        rates=rates,
        currency=currency,
    )


def _known(seller_id: int, keys: Sequence[str]) -> set[str]:
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM catalogue_offer WHERE seller_id = %s AND key = ANY(%s)",
            [seller_id, list(keys)],
        )
        return {row[0] for row in cursor.fetchall()}


def _merge(seller_id: int, prices: Sequence[tuple[ReferencePrice, str]], given_by: str) -> int:
    """Keep prices inside the caller's scope; return how many are new or changed."""
    changed = 0
    moment = now()
    with connection.cursor() as cursor:
        for start in range(0, len(prices), _BATCH):
            some = prices[start : start + _BATCH]
            columns: list[list[Any]] = [
                [price.key for price, _ in some],
                [family for _, family in some],
                [price.amount for price, _ in some],
                [price.currency.upper() for price, _ in some],
                [price.seen_on for price, _ in some],
                [price.source for price, _ in some],
            ]
            cursor.execute(_MERGE, [seller_id, given_by, moment, *columns])
            changed += cursor.rowcount
    return changed
