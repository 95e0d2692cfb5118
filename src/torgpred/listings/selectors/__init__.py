"""Reads of listings."""

from torgpred.listings.selectors.advice import legal_advice
from torgpred.listings.selectors.assessments import (
    AssessmentCard,
    UnknownAssessmentError,
    assessment,
)
from torgpred.listings.selectors.drift import DriftDecisionCard, drift_decisions
from torgpred.listings.selectors.moved import Behind, plans_behind
from torgpred.listings.selectors.plans import (
    EligibilityCard,
    PlanCard,
    Receipt,
    StepCard,
    Trouble,
    UnboundCard,
    eligibility,
    newer_plan,
    plan,
    plan_card,
    plans,
    plans_undoing,
    receipt,
    standing_offers,
    steps_page,
    trouble,
    unbound,
)
from torgpred.listings.selectors.readiness import (
    CatalogueRow,
    ReadinessCounts,
    ShopReadiness,
    catalogue_page,
    catalogue_rows,
    readiness_counts,
    refusal_reasons,
)
from torgpred.listings.selectors.requests import RequestCard, plan_requests
from torgpred.listings.selectors.shelves import looked_at, offer_key_sql
from torgpred.listings.selectors.telling import (
    StockCard,
    StockRefusal,
    stock_refusals,
    stock_to_tell,
)
from torgpred.listings.selectors.there import There, standing_there
from torgpred.listings.selectors.timed import (
    SwitchCard,
    TimedPriceCard,
    price_switches,
    timed_at,
    timed_of,
    timed_prices,
)

__all__ = [
    "AssessmentCard",
    "Behind",
    "CatalogueRow",
    "DriftDecisionCard",
    "EligibilityCard",
    "PlanCard",
    "ReadinessCounts",
    "Receipt",
    "RequestCard",
    "ShopReadiness",
    "StepCard",
    "StockCard",
    "StockRefusal",
    "SwitchCard",
    "There",
    "TimedPriceCard",
    "Trouble",
    "UnboundCard",
    "UnknownAssessmentError",
    "assessment",
    "catalogue_page",
    "catalogue_rows",
    "drift_decisions",
    "eligibility",
    "legal_advice",
    "looked_at",
    "newer_plan",
    "offer_key_sql",
    "plan",
    "plan_card",
    "plan_requests",
    "plans",
    "plans_behind",
    "plans_undoing",
    "price_switches",
    "readiness_counts",
    "receipt",
    "refusal_reasons",
    "standing_offers",
    "standing_there",
    "steps_page",
    "stock_refusals",
    "stock_to_tell",
    "timed_at",
    "timed_of",
    "timed_prices",
    "trouble",
    "unbound",
]
