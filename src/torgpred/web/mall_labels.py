"""Names of codes on the pages of programmes, by kind of code; `labels` joins them to its own."""

from typing import Final

MALL: Final[dict[str, dict[str, str]]] = {
    "verdict": {
        "qualifies": "qualifies",
        "nearly": "nearly",
        "no": "not yet",
        "unknown": "not known",
    },
    "verdicts": {
        "qualifies": "Qualify",
        "nearly": "Nearly",
        "no": "Not yet",
        "unknown": "Not known",
    },
    "programme origin": {
        "operator": "written down here",
        "library": "comes with Torgpred",
        "connector": "nobody wrote the conditions down",
    },
    "condition": {
        "local_stock": "Pieces in warehouses in {country}: at least {pieces}",
        "lead_time": "Days from the order until it leaves: at most {days}",
        "returns_address": "An address in {country} takes returns",
        "warranty": "Warranty in {country}, months: at least {months}",
        "papers": "A valid paper covers the goods, one of: {papers}",
        "delivery": "Days from the order to the buyer: at most {days}",
        "price": "The price is at least {amount} {currency}",
        "rating": "The seller's rating is at least {at_least}",
    },
    "assurance": {
        "returns_address": "Address for returns",
        "warranty": "Warranty",
        "delivery": "Days from the warehouse to the buyer",
        "rating": "Rating in the marketplace's cabinet",
    },
    "thin": {
        "few": "few offers qualify",
        "short": "pieces run out soon",
    },
    "fit": {
        "near": "nearly qualifies",
        "abroad": "has the goods abroad",
        "listed": "has such goods on sale, none known to qualify",
        "unlisted": "has such goods, none seen on sale",
    },
    "trail": {"programme": "Programme", "assurance": "Seller's word"},
    "column": {
        "about": "about",
        "conditions": "conditions",
        "dated": "day of the source",
        "ended_by": "ended by",
        "holds": "holds",
        "near": "may lack",
        "text": "text",
        "undone_by": "taken back by",
        "version": "version",
    },
    "deed": {
        "seller-mall-say": "gave the seller's word on",
        "seller-mall-unsay": "took the seller's word back",
        "manager-programme-keep": "wrote down programme",
        "manager-programme-withdraw": "withdrew programme",
        "manager-programme-judge": "had offers judged for",
    },
}
