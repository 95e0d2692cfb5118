"""Tables of campaigns: rule sets, verdicts, what sellers agreed to, rehearsals, money.

A campaign is the operator's row; a verdict, a nomination and a consent are a seller's. What is
enrolled refers to a nomination and to a standing consent by the digest of the same terms: without
one of them the row cannot be.
"""

from torgpred.campaigns.models.campaigns import Budget, Campaign, CampaignShop, RuleSetRow
from torgpred.campaigns.models.errands import Errand, JudgingRequest, Simulation
from torgpred.campaigns.models.money import Marked, Report, Source, Spend, Traffic
from torgpred.campaigns.models.nominations import Consent, Enrolment, Nomination
from torgpred.campaigns.models.readiness import Proof, Readiness
from torgpred.campaigns.models.rehearsals import Rehearsal, RehearsalLink, RehearsalPart
from torgpred.campaigns.models.verdicts import Judging, Stars, Verdict

__all__ = [
    "Budget",
    "Campaign",
    "CampaignShop",
    "Consent",
    "Enrolment",
    "Errand",
    "Judging",
    "JudgingRequest",
    "Marked",
    "Nomination",
    "Proof",
    "Readiness",
    "Rehearsal",
    "RehearsalLink",
    "RehearsalPart",
    "Report",
    "RuleSetRow",
    "Simulation",
    "Source",
    "Spend",
    "Stars",
    "Traffic",
    "Verdict",
]
