"""Names of codes on the pages of notices, by kind of code; `labels` joins them to its own."""

from typing import Final

NOTICES: Final[dict[str, dict[str, str]]] = {
    "notice": {
        "ship_by": "Consignments that leave within a day",
        "shortage": "Goods sold but not in stock",
        "rejected": "Listings rejected by a marketplace",
        "message": "Buyers' messages past their time",
        "access": "Shops that refuse our connection",
        "paper": "Papers about to expire",
        "campaign": "Deadlines of joint promotions",
        "ask": "Deadlines of asks to marketplaces",
        "digest": "The morning's summary",
    },
    "notice state": {
        "waiting": "waits",
        "trying": "handed out",
        "sent": "sent",
        "failed": "not sent",
    },
    "notice channel": {"mail": "e-mail", "webhook": "messenger"},
}
