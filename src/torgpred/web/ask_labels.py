"""Names of codes that screens of asks show, beside those of the area itself."""

from typing import Final

from torgpred.asks.core.words import LABELS as OF_AREA
from torgpred.web import labels

_MORE: Final[dict[str, dict[str, str]]] = {
    **OF_AREA,
    "deed": {
        "manager-ask-new": "began an ask",
        "manager-ask-word": "worded ask",
        "manager-ask-move": "moved ask",
        "manager-ask-figure": "made a figure for ask",
        "manager-ask-strike": "struck a figure of ask",
        "manager-ask-promise": "wrote down a promise in ask",
        "manager-ask-kept": "told whether a promise was kept in ask",
        "manager-ask-clock": "started a clock in ask",
        "manager-ask-clock-state": "told what became of a clock in ask",
        "manager-ask-answer": "kept an answer to ask",
        "manager-ask-deliver": "wrote down a delivery in ask",
        "manager-ask-invite": "asked sellers to join",
        "manager-ask-pool": "pooled the joined sellers of ask",
        "manager-small-groups": "changed the rule on small groups",
        "seller-case-decide": "decided about joining",
    },
    "trail": {
        "ask": "Ask",
        "promise": "Promise",
        "clock": "Clock",
        "smallgroups": "Small groups",
    },
    "column": {
        "ask_id": "ask",
        "asked_by": "asked by",
        "campaign": "campaign",
        "days": "days",
        "due": "due",
        "effect": "effect",
        "event": "event",
        "figures": "figures",
        "head": "last seal",
        "kept": "kept",
        "least": "fewest sellers",
        "made_at": "made",
        "made_by": "made by",
        "most_share": "largest share, %",
        "remind_days": "days of reminding",
        "rule": "rule",
        "side": "side",
        "started": "started",
        "texts": "texts",
        "what": "what",
        "who": "who",
    },
}
LABELS: Final[dict[str, dict[str, str]]] = {
    kind: {**labels.LABELS.get(kind, {}), **_MORE.get(kind, {})}
    for kind in (*labels.LABELS, *(one for one in _MORE if one not in labels.LABELS))
}
