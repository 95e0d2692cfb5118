"""Remarks: holds and advices about a draft listing, and which fact would lift each."""

from typing import Final

import msgspec

from torgpred.kernel.findings import Finding, Kind, Severity

PARCEL_FACTS: Final = frozenset({"weight", "package"})
"""Facts that one statement gives together ("0.3 kg, 20 x 15 x 5 cm")."""


class Remark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One hold (finding of severity ERROR) or advice (WARNING, NOTE) about an offer or product.

    `sku` is empty where the whole product is meant. `fact` names what would lift it: "weight",
    "package", "category", "price", "cost", "picture", "title", "description", "brand", "country",
    "lead_time", "delivery_template", "rate:<CUR>", "attribute:<id>" ...; empty where no statement
    can. `group` is the seller's category key, so that answers can be ranked by what they free.
    """

    finding: Finding
    sku: str = ""
    fact: str = ""
    group: str = ""

    @property
    def holds(self) -> bool:
        """True for a hold, False for an advice."""
        return self.finding.severity is Severity.ERROR

    @property
    def code(self) -> str:
        """The stable code of the finding."""
        return self.finding.code


def hold(code: str, template: str, mend: str) -> Kind:
    """Declare a kind of hold."""
    return Kind(code, Severity.ERROR, template, mend)


def advice(code: str, template: str, mend: str) -> Kind:
    """Declare a kind of advice about something that was repaired, dropped or looks wrong."""
    return Kind(code, Severity.WARNING, template, mend)


def note(code: str, template: str, mend: str) -> Kind:
    """Declare a kind of advice that is merely worth knowing."""
    return Kind(code, Severity.NOTE, template, mend)
