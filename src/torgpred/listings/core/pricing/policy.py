"""How a seller's prices in one shop are made: the policy, the route and its delivery tariff."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.kernel.money import CENT

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)


class Basis(StrEnum):
    """What a price is worked out from."""

    SHELF = "shelf"  # the feed's price is what the shopper shall pay
    KEPT = "kept"  # the feed's price is what the seller wants to keep
    COST = "cost"  # cost and margin are what the seller wants to keep


class Reduction(StrEnum):
    """Where a discount that shoppers see comes from."""

    NONE = "none"
    FEED = "feed"  # the feed's old price, in proportion
    SHARE = "share"  # a share of the listed price, `reduction_percent`


class Step(msgspec.Struct, frozen=True, array_like=True):
    """Delivery costs `amount` for anything up to `up_to_kg`."""

    up_to_kg: Decimal
    amount: Decimal


class Logistics(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the delivery of one parcel costs the seller: steps, or an amount and one per kg.

    Without steps the cost is per_parcel + per_kg x weight; the weight is needed only where
    `per_kg` or steps are. `minimum_kg` is the least weight that is charged.
    """

    currency: str
    per_parcel: Decimal = ZERO
    per_kg: Decimal = ZERO
    steps: tuple[Step, ...] = ()
    minimum_kg: Decimal = ZERO

    @property
    def by_weight(self) -> bool:
        """Tell whether a weight is needed."""
        return bool(self.steps) or self.per_kg != 0


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """How goods reach the shopper, with its taxes in percent and the tariff.

    `tax_in` is contained in the seller's cost or net price and got back on this route (export at
    zero rate); `tax_out` is contained in the shelf price and paid on.
    """

    name: str = "domestic"
    tax_in: Decimal = ZERO
    tax_out: Decimal = ZERO
    logistics: Logistics | None = None


class PricingPolicy(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a seller's prices in one shop are made. Shares are in percent of the shelf price.

    Prices end as `ending` modulo `step`: step 100, ending 90 gives 1290, 1390; step 10, ending 9
    gives 129, 139. They are rounded up, so that nobody keeps less than was wished.
    """

    basis: Basis = Basis.SHELF
    commission: Decimal = ZERO
    fee: Decimal = ZERO
    margin: Decimal = ZERO
    """Percent of the base (cost or net price) that the seller adds; not used with SHELF."""
    route: Route = Route()
    step: Decimal = CENT
    ending: Decimal = ZERO
    least_price: Decimal | None = None
    least_margin: Decimal | None = None
    """Percent of the cost that must be left at least."""
    reduction: Reduction = Reduction.FEED
    reduction_percent: Decimal = ZERO


def tariff_amount(tariff: Logistics, weight: Decimal | None) -> Decimal | None:
    """Return what a parcel costs in the tariff's currency; None where it is too heavy.

    `weight` is in kg and needed where `tariff.by_weight`: look first whether it is known.
    """
    if not tariff.by_weight or weight is None:
        return tariff.per_parcel
    charged = max(weight, tariff.minimum_kg)
    if not tariff.steps:
        return tariff.per_parcel + tariff.per_kg * charged
    return step_amount(tariff.steps, charged)


def step_amount(steps: Sequence[Step], weight: Decimal) -> Decimal | None:
    """Return the amount of the first step that takes the weight; None beyond the last."""
    for step in steps:
        if weight <= step.up_to_kg:
            return step.amount
    return None
