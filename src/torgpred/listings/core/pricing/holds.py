"""What holds a price: kinds of holds, and the fact that would lift each."""

from typing import Final

from torgpred.listings.core.remarks import hold

NO_PRICE = hold(
    "price.missing",
    "The offer has no price.",
    "Put a price above 0 into the file.",
)
NO_COST = hold(
    "price.cost_missing",
    "The price is worked out from the cost, and the offer has none.",
    "Put the cost (purchase_price) into the file, or price from the feed's price instead.",
)
NO_COST_FOR_FLOOR = hold(
    "price.cost_missing_for_floor",
    "A least margin is set, and without the cost nobody knows whether it is kept.",
    "Put the cost (purchase_price) into the file, or take the least margin away.",
)
NO_CURRENCY = hold(
    "price.currency_missing",
    "The price {value} has no currency.",
    "Say in the file or in the profile of the feed which currency the prices are in.",
)
NO_RATE = hold(
    "price.rate_unknown",
    "No exchange rate from {source} to {target} is known.",
    "Give the rate of {source}; it is never taken to be 1.",
)
NO_WEIGHT = hold(
    "price.weight_missing",
    "Delivery is charged by weight, and the offer has no weight.",
    "State the weight for the category, or put it into the file.",
)
TOO_HEAVY = hold(
    "price.weight_beyond_tariff",
    "The delivery tariff ends at {limit} kg; the offer weighs {value} kg.",
    "Check the weight (grams typed as kilograms?), or add a step to the tariff.",
)
FEES_EAT_ALL = hold(
    "price.fees_exceed_price",
    "Commission, fee and tax together take {value} % of any price.",
    "Lower the shares in the pricing policy: together they must stay below 100 %.",
)
BELOW_MARGIN = hold(
    "price.below_least_margin",
    "At {value} the seller keeps {keeps}, less than cost and the least margin, {wanted}.",
    "Raise the price in the file, or lower the least margin.",
)
BELOW_PRICE = hold(
    "price.below_least_price",
    "The price {value} is below the least price {limit} of the pricing policy.",
    "Raise the price in the file, or lower the least price.",
)

BY_RULES: Final = frozenset({BELOW_PRICE.code, BELOW_MARGIN.code, FEES_EAT_ALL.code})
"""Holds that the rules of a shop's prices free: they are of no one category."""

TOGETHER: Final = {
    BELOW_MARGIN.code: hold(
        BELOW_MARGIN.code,
        "The seller keeps less than the cost and the least margin.",
        BELOW_MARGIN.mend,
    ),
    BELOW_PRICE.code: hold(
        BELOW_PRICE.code,
        "The price is below the least price {limit} of the pricing policy.",
        BELOW_PRICE.mend,
    ),
}
"""The same said of many offers, each with figures of its own, by code."""

FACTS: Final = {
    NO_PRICE.code: "price",
    NO_COST.code: "cost",
    NO_COST_FOR_FLOOR.code: "cost",
}
"""Fact that lifts a hold, by the hold's code; others name theirs themselves."""
