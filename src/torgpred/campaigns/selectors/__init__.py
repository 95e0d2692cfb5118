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
)
from torgpred.campaigns.selectors.running import ProofCard, ReadinessCard, proofs, readiness
from torgpred.campaigns.selectors.verdicts import Count, counts, verdict, verdicts

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
    "look_over",
    "nominations",
    "proofs",
    "readiness",
    "rule_set_versions",
    "rule_sets",
    "standing",
    "verdict",
    "verdicts",
]
