"""Names of codes that campaigns use; see `labels`."""

from typing import Final

CAMPAIGN_LABELS: Final[dict[str, dict[str, str]]] = {
    "campaign": {
        "draft": "draft",
        "open": "open for offers",
        "frozen": "settled",
        "running": "running",
        "paused": "paused",
        "over": "over",
        "cancelled": "cancelled",
    },
    "campaign move": {
        "draft": "Make it a draft again",
        "open": "Open it for offers",
        "frozen": "Settle what takes part",
        "running": "Go on",
        "paused": "Pause",
        "cancelled": "Cancel the campaign",
    },
    "answer": {"yes": "may take part", "no": "may not", "unknown": "not known"},
    "readiness": {
        "waiting": "being prepared",
        "ready": "ready",
        "paused": "paused",
        "ended": "ended",
    },
    "campaign reason": {
        "offer.not_in_catalogue": "not in the seller's file",
        "offer.not_worked_out": "no plan was made for the shop",
        "listing.not_on_sale": "not on sale",
        "listing.refused": "refused by the marketplace",
        "rules.unknown": "the rules do not tell all",
        "rules.no_percent": "nobody said how much is taken off",
        "price.others_unknown": "prices of other sellers are not seen",
        "price.never_seen": "no price is known of before",
        "price.too_few_days": "prices are known of too few days",
        "price.none_now": "the present price is not known",
        "price.raised_in_freeze": "the price was raised while frozen",
        "price.no_room": "the price would be 0",
        "margin.cost_unknown": "the cost is not known",
        "margin.delivery_unknown": "the cost of delivery is not known",
        "margin.below_floor": "it would leave too little",
        "stock.unknown": "the stock is not known",
        "stock.not_enough": "too few pieces are free",
        "stock.not_local": "too few pieces lie in the buyers' country",
        "stars.unknown": "a rating is not known",
        "stars.too_few": "a rating is too low",
        "lead_time.unknown": "the lead time is not known",
        "lead_time.too_slow": "it ships too late",
    },
}
DEEDS: Final = {
    "manager-campaign-draw-up": "drew up campaign",
    "manager-campaign-judge": "had judged the offers of campaign",
    "manager-campaign-nominate": "put offers forward in campaign",
    "manager-campaign-move": "moved campaign",
    "seller-campaign-agree": "said yes in campaign",
    "seller-campaign-take-back": "took a yes back in campaign",
    "seller-campaign-prove": "gave a proof for campaign",
}
