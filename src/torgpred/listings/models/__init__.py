"""Tables of listings: decisions (mappings, policies, rates), desired and observed states, plans.

A desired state is remembered by the digest of all it was computed from, an observed one by the
digest of what the marketplace said; a plan is their difference. Drafts are kept once each, by
their own digest, so that a plan of 200,000 steps copies none of them. Bulk tables carry no
foreign-key check on seller, shop and plan, and no index on them alone: row security proves the
tenant, their unique keys begin with it, and both would cost more than the row.
"""

from torgpred.listings.models.assessments import Assessment
from torgpred.listings.models.decisions import (
    AttributeMapping,
    ExchangeRate,
    Mapping,
    MappingMemory,
    Policy,
)
from torgpred.listings.models.drift import Choice, DriftDecision
from torgpred.listings.models.duties import DutyRow, ReferencePriceRow
from torgpred.listings.models.plans import (
    OPEN_STATES,
    Plan,
    PlanRequest,
    PlanState,
    Rest,
    Step,
    StepState,
    Submission,
)
from torgpred.listings.models.states import (
    Desired,
    DraftContent,
    ListedProduct,
    Listing,
    Observation,
    ShelfPrice,
    UnboundProduct,
)
from torgpred.listings.models.telling import (
    StockCall,
    StockNumber,
    StockPause,
    StockTelling,
)
from torgpred.listings.models.timed import PriceSwitch, TimedPrice
from torgpred.listings.models.workings import WorkingOut

__all__ = [
    "OPEN_STATES",
    "Assessment",
    "AttributeMapping",
    "Choice",
    "Desired",
    "DraftContent",
    "DriftDecision",
    "DutyRow",
    "ExchangeRate",
    "ListedProduct",
    "Listing",
    "Mapping",
    "MappingMemory",
    "Observation",
    "Plan",
    "PlanRequest",
    "PlanState",
    "Policy",
    "PriceSwitch",
    "ReferencePriceRow",
    "Rest",
    "ShelfPrice",
    "Step",
    "StepState",
    "StockCall",
    "StockNumber",
    "StockPause",
    "StockTelling",
    "Submission",
    "TimedPrice",
    "UnboundProduct",
    "WorkingOut",
]
