"""Look a feed over without taking anything in: what `torgpred feed check` prints."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torgpred.catalogue.core.containers import FeedLimits
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import result_is_catalogue
from torgpred.kernel.findings import Finding, Severity

if TYPE_CHECKING:
    from torgpred.catalogue.core.tables.memory import TableMemory

LISTED_PER_CODE = 1000
"""How many findings of one code are listed; all are counted."""


@dataclass(slots=True)
class FeedCheck:
    """What a file is and what of it is usable."""

    format: str
    profile: str
    encoding: str
    scope: str
    complete: bool = False
    """A whole catalogue, read to its end; never for a partial or a cut file."""
    offers: int = 0
    """Offer elements or rows in the file, duplicates and broken ones too."""
    taken: int = 0
    """Usable ones."""
    categories: int = 0
    findings: list[Finding] = field(default_factory=list)
    """At most `LISTED_PER_CODE` of a code, errors first, else in the order of the file."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many findings of each code there are, listed or not."""

    @property
    def findings_total(self) -> int:
        """How many findings there are, listed or not."""
        return self.counts.total()

    @property
    def usable(self) -> bool:
        """Whether any offer could be taken."""
        return self.taken > 0

    def note(self, findings: Iterable[Finding]) -> None:
        """Count findings, and list them while there is room."""
        for finding in findings:
            self.counts[finding.code] += 1
            if self.counts[finding.code] <= LISTED_PER_CODE:
                self.findings.append(finding)

    def as_dict(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {
            "format": self.format,
            "profile": self.profile,
            "encoding": self.encoding,
            "scope": self.scope,
            "complete": self.complete,
            "offers": self.offers,
            "taken": self.taken,
            "categories": self.categories,
            "findings_total": self.findings_total,
            "findings_by_code": dict(sorted(self.counts.items())),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def check(
    path: Path, *, memory: "TableMemory | None" = None, limits: FeedLimits | None = None
) -> FeedCheck:
    """Read a whole local file and say what it holds. Raises nothing for bad content."""
    reader = open_feed(path, memory=memory, limits=limits)
    found = FeedCheck(reader.format, reader.profile, reader.encoding, reader.scope.value)
    for entry in reader.entries():
        taken = reader.read(entry)
        found.offers += 1
        found.taken += taken.offer is not None
        if taken.findings:
            found.note(taken.findings)
    of_offers, found.findings = found.findings, []
    found.note(reader.findings())
    found.findings += of_offers
    found.findings.sort(key=lambda finding: finding.severity is not Severity.ERROR)
    found.complete = result_is_catalogue(reader)
    found.scope, found.profile = reader.scope.value, reader.profile
    found.encoding = reader.encoding
    found.categories = len(reader.categories)
    return found
