"""Prices as a waterfall: every line between what the goods cost and what the shopper pays.

The price is grossed up: with k the part of the price that goes away in shares (commission, fee and
the tax contained in it, rate / (1 + rate)), price = (base + margin + logistics) / (1 - k), rounded
up to the policy's step and ending. An unknown rate or weight where one is needed is a hold: it is
never taken for 1 or 0. All amounts are Decimal in the shop's currency, to the cent.
"""

from torgpred.listings.core.pricing.holds import (
    BELOW_MARGIN,
    BELOW_PRICE,
    FEES_EAT_ALL,
    NO_COST,
    NO_COST_FOR_FLOOR,
    NO_CURRENCY,
    NO_PRICE,
    NO_RATE,
    NO_WEIGHT,
    TOO_HEAVY,
)
from torgpred.listings.core.pricing.policy import (
    HUNDRED,
    ONE,
    ZERO,
    Basis,
    Logistics,
    PricingPolicy,
    Reduction,
    Route,
    Step,
    step_amount,
    tariff_amount,
)
from torgpred.listings.core.pricing.pricer import Pricer
from torgpred.listings.core.pricing.waterfall import (
    Costs,
    Line,
    Waterfall,
    rounded_down,
    rounded_up,
)

__all__ = [
    "BELOW_MARGIN",
    "BELOW_PRICE",
    "FEES_EAT_ALL",
    "HUNDRED",
    "NO_COST",
    "NO_COST_FOR_FLOOR",
    "NO_CURRENCY",
    "NO_PRICE",
    "NO_RATE",
    "NO_WEIGHT",
    "ONE",
    "TOO_HEAVY",
    "ZERO",
    "Basis",
    "Costs",
    "Line",
    "Logistics",
    "Pricer",
    "PricingPolicy",
    "Reduction",
    "Route",
    "Step",
    "Waterfall",
    "rounded_down",
    "rounded_up",
    "step_amount",
    "tariff_amount",
]
