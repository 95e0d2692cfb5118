"""What is said of asks, in English: names of codes by their kind, and sentences of a dossier.

All of it is translated where the screens' words are; a dossier is written in a language by them.
"""

from typing import Final

from torgpred.asks.core.library import LIBRARY

LABELS: Final[dict[str, dict[str, str]]] = {
    "ask kind": {
        "slot": "slot in a campaign",
        "placement": "placement",
        "fee": "lower fee",
        "coupon": "co-funded coupon",
        "programme": "local-stock programme",
        "rule": "a rule put right",
        "complaint": "complaint",
    },
    "ask state": {
        "draft": "draft",
        "sent": "sent",
        "answered": "answered",
        "agreed": "agreed",
        "refused": "refused",
        "delivered": "delivered",
        "closed": "closed",
        "withdrawn": "withdrawn",
    },
    "ask move": {
        "sent": "Mark as sent",
        "answered": "Mark as answered",
        "agreed": "Mark as agreed",
        "refused": "Mark as refused",
        "delivered": "Mark as delivered",
        "closed": "Close",
        "withdrawn": "Withdraw",
    },
    "ask side": {"ours": "our side", "theirs": "the marketplace"},
    "ask clock": {"running": "running", "met": "met", "missed": "missed", "dropped": "dropped"},
    "ask due": {"ahead": "ahead", "soon": "due soon", "overdue": "overdue", "over": "over"},
    "ask joining": {
        "asked": "asked",
        "joined": "joined",
        "declined": "declined",
        "left": "left",
    },
    "ask query": {one.code: one.title for one in LIBRARY},
    "ask unit": {
        "orders": "orders",
        "pieces": "pieces",
        "listings": "listings",
        "offers": "offers",
        "goods": "goods",
        "days": "days",
        "prices": "prices",
        "days_reduced": "days at a reduced price",
    },
    "ask parameter": {
        "since": "from",
        "until": "until, not including",
        "family": "marketplace",
        "category": "category",
        "country": "country",
        "sellers": "sellers",
    },
    "ask verdict": {
        "same": "recomputes",
        "changed": "its rows changed since",
        "tampered": "was tampered with",
        "unknown": "its query is no longer in the library",
    },
}

FEW: Final = "withheld: fewer than {least} sellers"
BESIDE: Final = (
    "withheld: less figure {number} it would tell of fewer than {least} sellers, or mostly of one"
)
ONE: Final = "withheld: one seller makes up more than {share} %"
TOGETHER: Final = "{count} small groups together"
ALL: Final = "all"
JOINED: Final = "{count} joined sellers"
SAID: Final[dict[str, str]] = {
    "dossier": "Dossier of the ask {code}",
    "inside": "For our own eyes: figures of single sellers stand in it. Do not send it on.",
    "outside": (
        "Figures over fewer than {least} sellers, or of which one seller makes up more than"
        " {share} %, are withheld."
    ),
    "marketplace": "Marketplace",
    "kind": "Kind",
    "state": "State",
    "asked_by": "Asked by",
    "campaign": "Campaign",
    "made": "Made on",
    "head": "Last seal",
    "request": "What is asked",
    "evidence": "Evidence",
    "none": "None.",
    "figure": "Figure {number}: {title}",
    "struck": "Figure {number} was struck. It stays in the chain under its seal.",
    "as_of": "As of",
    "query": "Query",
    "rows": "Rows",
    "sellers": "Sellers in it",
    "rows_digest": "Digest of the rows (SHA-256)",
    "seal": "Seal",
    "group": "Group",
    "whole": "All",
    "seller": "Seller",
    "complaint": "Joined sellers",
    "joined": "{count} sellers joined, each by its own consent.",
    "withheld_outside": "Not shown outside.",
    "promises": "Promises",
    "side": "Side",
    "who": "Who",
    "what": "What",
    "due": "By when",
    "kept": "Kept",
    "yes": "yes",
    "no": "no",
    "open": "open",
    "clocks": "Clocks",
    "clock": "Clock",
    "started": "Started by",
    "source": "Source",
    "answers": "Answers",
    "day": "Date",
    "answer": "Answer",
    "file": "File (SHA-256)",
    "deliveries": "What was delivered",
    "worth": "Worth",
    "by_figure": "see figure {number}",
    "history": "History",
    "from": "From",
    "to": "To",
    "by": "By",
    "note": "Note",
    "appendix": "Appendix: how to recompute",
    "recompute": (
        "Whoever has the database runs: torgpred ask verify {code} --seal SEAL, with the last seal"
        " of this page. Every figure is then made anew by the query below, with its own parameters"
        " and moment; rows that changed since are named."
    ),
    "sealing": (
        "A seal is the SHA-256 of a figure's query, parameters, moment, number and digest of its"
        " rows, its value, and the seal before it. A later change of any of them breaks the chain"
        " to the last seal, which you hold on this page."
    ),
}
WITHHELD: Final = {"few": FEW, "one": ONE, "beside": BESIDE}
SENTENCES: Final = (
    FEW,
    ONE,
    BESIDE,
    TOGETHER,
    ALL,
    JOINED,
    *SAID.values(),
    *(q.about for q in LIBRARY),
)
