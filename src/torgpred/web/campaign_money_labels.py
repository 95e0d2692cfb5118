"""Names of codes that a campaign's money and reports use; see `labels`."""

from typing import Final

MONEY: Final[dict[str, dict[str, str]]] = {
    "source kind": {
        "marketplace_ads": "the marketplace's ads",
        "search_ads": "search ads",
        "blogger": "blogger",
        "social": "social network",
        "newsletter": "newsletter",
        "partner_link": "partner's link",
        "marketplace_coupon": "the marketplace's coupon",
        "bank_coupon": "a bank's coupon",
        "other": "other",
    },
    "counted by": {
        "ours": "by our orders",
        "report": "by the report",
        "nothing": "nothing to count by",
    },
    "payer": {
        "operator": "operator",
        "seller": "sellers",
        "marketplace": "marketplace",
        "bank": "bank",
    },
    "money report": {"traffic": "traffic", "marked": "orders with their mark"},
    "breakdown": {"category": "By category", "day": "By day"},
    "country mood": {
        "new": "new here",
        "growing": "growing",
        "falling": "falling",
        "thin": "runs out soon",
        "idle": "lies unsold",
    },
}
DEEDS: Final[dict[str, str]] = {
    "manager-campaign-source": "kept a source of campaign",
    "manager-campaign-spend": "entered spend of campaign",
    "manager-campaign-unspend": "undid spend of campaign",
    "manager-campaign-read": "gave a file of campaign",
    "manager-campaign-withdraw": "withdrew a report of campaign",
}
