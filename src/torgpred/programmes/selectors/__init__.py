"""Reads of programmes: what they ask for, what was judged, where supply is thin."""

from torgpred.programmes.selectors.assurances import assurance_card, assurances
from torgpred.programmes.selectors.judgements import (
    Counts,
    JudgementCard,
    JudgingCard,
    LackGroup,
    Promise,
    counts,
    counts_by_seller,
    judgements,
    judgings,
    lacking,
    target_warehouse,
)
from torgpred.programmes.selectors.known import (
    UNWRITTEN,
    programme,
    programme_value,
    programmes,
    versions,
)
from torgpred.programmes.selectors.supply import served, supply

__all__ = [
    "UNWRITTEN",
    "Counts",
    "JudgementCard",
    "JudgingCard",
    "LackGroup",
    "Promise",
    "assurance_card",
    "assurances",
    "counts",
    "counts_by_seller",
    "judgements",
    "judgings",
    "lacking",
    "programme",
    "programme_value",
    "programmes",
    "served",
    "supply",
    "target_warehouse",
    "versions",
]
