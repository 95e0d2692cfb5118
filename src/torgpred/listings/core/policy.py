"""How one seller sells in one shop: what a person chose, as one value."""

from decimal import Decimal

import msgspec

from torgpred.listings.core.guards import GuardLimits
from torgpred.listings.core.pricing import PricingPolicy


class ShopPolicy(msgspec.Struct, frozen=True, omit_defaults=True):
    """Choices of one seller for one shop. Empty ones are told by the checks, never guessed."""

    pricing: PricingPolicy = PricingPolicy()
    language: str = "ru"
    delivery_template_id: str = ""
    lead_time_days: int | None = None
    unit: str = "piece"
    guards: GuardLimits = GuardLimits()
    reference_gap: Decimal | None = None
    """Percent that a price may be above its reference without advice; None: not judged."""
    reference_days: int = 60
    """References seen longer ago than this are not compared with."""
