"""Findings: what a reading noticed, in words a producer's export manager can act on.

A `Kind` is declared once, beside the rule that finds it; `Kind.at` makes a `Finding`. Texts are
templates with named data, so that a shell may translate them.
"""

from collections.abc import Callable
from enum import StrEnum

import msgspec

VALUE_LIMIT = 200


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # the thing at this place was not taken
    WARNING = "warning"  # taken, but something was repaired, dropped or will hold it later
    NOTE = "note"  # worth knowing


class Finding(msgspec.Struct, frozen=True):
    """One thing noticed at one place.

    `place` names line, offer id, sheet or cell; `value` is what stood there, cut to 200
    characters. `template` and `mend_template` are English and hold `{names}` that `data` fills.
    """

    code: str
    severity: Severity
    place: str
    value: str
    template: str
    mend_template: str
    data: dict[str, str] = {}

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.template.format_map(self._names())

    @property
    def mend(self) -> str:
        """What to do about it, in English."""
        return self.mend_template.format_map(self._names())

    def words(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """Return message and mend in another language."""
        names = self._names()
        return (
            translate(self.template).format_map(names),
            translate(self.mend_template).format_map(names),
        )

    def as_dict(self) -> dict[str, str]:
        """Return the six public fields as text, as `--json` prints them."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "place": self.place,
            "value": self.value,
            "message": self.message,
            "mend": self.mend,
        }

    def _names(self) -> dict[str, str]:
        return {"value": self.value, "place": self.place, **self.data}


class Kind(msgspec.Struct, frozen=True):
    """A kind of finding: its stable code, how much it matters, what it says and how to mend it."""

    code: str
    severity: Severity
    template: str
    mend: str

    def at(self, place: str, value: object = "", /, **data: object) -> Finding:
        """Make a finding of this kind."""
        text = value if isinstance(value, str) else str(value)
        return Finding(
            code=self.code,
            severity=self.severity,
            place=place,
            value=text[:VALUE_LIMIT],
            template=self.template,
            mend_template=self.mend,
            data={name: str(given)[:VALUE_LIMIT] for name, given in data.items()},
        )
