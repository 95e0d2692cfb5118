"""Rule sets that are kept: new versions are added, none is ever changed."""

import msgspec
from django.db.models import Max

from torgpred.campaigns import library
from torgpred.campaigns.core.errors import UnfitCampaignError, UnknownRulesError
from torgpred.campaigns.core.rules import RuleSet, unfit
from torgpred.campaigns.models import RuleSetRow
from torgpred.kernel.clock import now
from torgpred.kernel.findings import Finding
from torgpred.runtime.scope import operator_scope

LIBRARY = "library"
"""Who says the first version of a rule set that comes with the program."""


def keep_rules(*, rules: RuleSet, actor: str) -> int:
    """Keep a rule set as the newest version of its code; return the version.

    One that says the same as the newest is not kept again. Campaigns stay with the version they
    hold. Raises UnfitCampaignError.
    """
    wrong = unfit(rules)
    if wrong:
        raise unfit_error(wrong[0])
    content = msgspec.to_builtins(rules)
    with operator_scope():
        # Two who keep a version at once: the unique key lets one of them through.
        rows = RuleSetRow.objects.filter(code=rules.code).order_by("-version")
        newest = rows.first()
        if newest is not None and newest.content == content:
            return newest.version
        made = RuleSetRow.objects.create(
            code=rules.code,
            version=1 if newest is None else newest.version + 1,
            content=content,
            said_by=actor,
            said_at=now(),
        )
        return made.version


def rules_row(code: str, version: int | None = None) -> RuleSetRow:
    """Return a kept version, the newest where none is named; a library's one is kept at first use.

    Inside the operator's scope. Raises UnknownRulesError.
    """
    rows = RuleSetRow.objects.filter(code=code).order_by("-version")
    found = rows.first() if version is None else rows.filter(version=version).first()
    if found is not None:
        return found
    known = {one.code: one for one in library.library()}
    if code not in known or version not in {None, 1} or rows.exists():
        raise UnknownRulesError(given=code, known=", ".join(sorted(known | kept_versions())))
    keep_rules(rules=known[code], actor=LIBRARY)
    return RuleSetRow.objects.get(code=code, version=1)


def kept_versions() -> dict[str, int]:
    """Return the newest version of each kept code."""
    with operator_scope():
        rows = RuleSetRow.objects.values("code").annotate(newest=Max("version"))
        return {row["code"]: row["newest"] for row in rows}


def unfit_error(finding: Finding) -> UnfitCampaignError:
    """Return the error that tells a finding."""
    return UnfitCampaignError(place=finding.place, message=finding.message, mend=finding.mend)


def rules_of(row: RuleSetRow) -> RuleSet:
    """Return what a kept version says."""
    return msgspec.convert(row.content, RuleSet, strict=False)
