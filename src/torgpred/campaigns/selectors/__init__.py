"""Reads of campaigns."""

from torgpred.campaigns.selectors.campaigns import (
    RulesCard,
    campaign,
    campaigns,
    look_over,
    rule_set_versions,
    rule_sets,
)
from torgpred.campaigns.selectors.nominations import (
    EnrolledCard,
    Standing,
    enrolled,
    nominations,
    standing,
    standings,
    standings_by_place,
)
from torgpred.campaigns.selectors.running import ProofCard, ReadinessCard, proofs, readiness
from torgpred.campaigns.selectors.verdicts import Count, counts, verdict, verdicts
from torgpred.campaigns.selectors.watching import goods, sales

__all__ = [
    "Count",
    "EnrolledCard",
    "ProofCard",
    "ReadinessCard",
    "RulesCard",
    "Standing",
    "campaign",
    "campaigns",
    "counts",
    "enrolled",
    "goods",
    "look_over",
    "nominations",
    "proofs",
    "readiness",
    "rule_set_versions",
    "rule_sets",
    "sales",
    "standing",
    "standings",
    "standings_by_place",
    "verdict",
    "verdicts",
]
