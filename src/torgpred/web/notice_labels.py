"""Names of codes on the pages of notices, by kind of code; `labels` joins them to its own."""

from typing import Final

NOTICES: Final[dict[str, dict[str, str]]] = {
    "notice": {
        "ship_by": "Consignments that leave within a day",
        "shortage": "Goods sold that are not there",
        "rejected": "Listings that a marketplace rejected",
        "message": "Buyers' messages past their time",
        "access": "Shops that do not let us in",
        "paper": "Papers about to end",
        "campaign": "Clocks of joint promotions",
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
