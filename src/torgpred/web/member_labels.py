"""Names of tenants and roles, and what a person learns of them before it joins."""

from typing import Final

MEMBERS: Final[dict[str, dict[str, str]]] = {
    "tenant": {"operator": "operator", "seller": "seller", "partner": "partner"},
    "tenants": {"operator": "Operator", "seller": "Sellers", "partner": "Partners"},
    "role": {"manager": "Manager", "staff": "Staff", "reader": "Read-only"},
    "role may": {
        "manager": "see and change everything here, invite people and give them roles",
        "staff": "see everything here and work with it, but invite nobody",
        "reader": "see everything here and change nothing",
    },
    "desk is for": {
        "operator": (
            "Torgpred is a back office for selling on marketplaces: at this desk sellers are taken"
            " on, their goods are put on sale and joint promotions are run."
        ),
        "seller": (
            "Torgpred is a back office for selling on marketplaces: at this desk the company's"
            " goods go live from the file it already has, and its orders, stock and payouts are"
            " in one place."
        ),
        "partner": (
            "Torgpred is a back office for selling on marketplaces: at this desk codes and offers"
            " are handed over, and seen sold and redeemed."
        ),
    },
}
