"""What an intake tells: its counts, and its findings, bounded."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from torgpred.catalogue.core.reading import Scope
from torgpred.kernel.findings import Finding, Kind, Severity

KEPT_PER_CODE = 200
KEPT = 2_000


class Counts(msgspec.Struct, omit_defaults=False):
    """How many entries of the file came to what. entries = taken + duplicates + broken + other."""

    entries: int = 0
    """Offer elements or rows in the file, duplicates and broken ones too."""
    taken: int = 0
    """Usable offers: unchanged + added + changed."""
    unchanged: int = 0
    added: int = 0
    changed: int = 0
    returned: int = 0
    """Were missing and are back; counted among unchanged or changed too."""
    parsed: int = 0
    """Entries that were not recognised by their digest."""
    duplicates: int = 0
    broken: int = 0
    left_out: int = 0
    """Described by another feed of the seller, or, in a partial file, not known."""
    missing: int = 0
    """Known offers that the seller's file no longer holds."""


class IntakeReport(msgspec.Struct, frozen=True):
    """What `take_in` did. `findings` are the kept ones, `finding_totals` counts all by code."""

    intake_id: int
    feed: str
    number: int
    outcome: str
    format: str
    profile: str
    encoding: str
    scope: str
    complete: bool
    counts: Counts
    categories: int
    missing: tuple[str, ...]
    """Keys of the offers found missing now."""
    findings: tuple[Finding, ...]
    finding_totals: dict[str, int]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the object that `--json` prints; what `feed check` has too is named as there."""
        counts = msgspec.structs.asdict(self.counts)
        return {
            "feed": self.feed,
            "intake": self.number,
            "outcome": self.outcome,
            "format": self.format,
            "profile": self.profile,
            "encoding": self.encoding,
            "scope": self.scope,
            "complete": self.complete and self.scope == Scope.CATALOGUE,
            "offers": counts.pop("entries"),
            "taken": counts.pop("taken"),
            "categories": self.categories,
            **counts,
            "missing_keys": list(self.missing),
            "findings_total": sum(self.finding_totals.values()),
            "findings_by_code": dict(sorted(self.finding_totals.items())),
            "findings": [finding.as_dict() for finding in self.findings],
            "seconds": round(self.seconds, 3),
        }


class Findings:
    """Collects findings: all are counted, so many of each code are kept."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.kept: list[Finding] = []

    def absorb(self, other: "Findings") -> None:
        """Take over what another collected."""
        room = self.totals.copy()
        self.totals.update(other.totals)
        for finding in other.kept:
            if room[finding.code] < KEPT_PER_CODE and len(self.kept) < KEPT:
                room[finding.code] += 1
                self.kept.append(finding)

    def add(self, found: Iterable[Finding]) -> None:
        """Count findings, and keep those within bounds."""
        for finding in found:
            self.totals[finding.code] += 1
            if self.totals[finding.code] <= KEPT_PER_CODE and len(self.kept) < KEPT:
                self.kept.append(finding)


DUPLICATE = Kind(
    code="catalogue.duplicate",
    severity=Severity.ERROR,
    template="Offer {value} stands in the file more than once; the first was taken.",
    mend="Give every offer an id of its own, or remove the repeated one.",
)
OTHER_FEED = Kind(
    code="catalogue.other_feed",
    severity=Severity.ERROR,
    template="Offer {value} is described by the feed {feed}; this one was left out.",
    mend="Keep every offer in one feed only. Prices and stocks may come in a partial file.",
)
UNKNOWN_OFFER = Kind(
    code="catalogue.unknown_offer",
    severity=Severity.WARNING,
    template="The file gives only price or stock of {value}, and no catalogue has that offer yet.",
    mend="Send the full catalogue with this offer first.",
)
TOO_MANY_MISSING = Kind(
    code="catalogue.too_many_missing",
    severity=Severity.WARNING,
    template="{value} of {known} offers are not in this file; none of them was called missing.",
    mend="If they are really gone, read the file again with --accept-missing.",
)
CUT_SHORT = Kind(
    code="catalogue.nothing_removed",
    severity=Severity.NOTE,
    template="The file is no catalogue read to its end, so the {value} offers not in it were kept.",
    mend="Send the whole file again.",
)
