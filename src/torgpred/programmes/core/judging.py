"""The rules: each looks at one condition and one offer's facts, and says what is not met.

What nobody knows is said to be unknown and never passes. Pure; the same facts give the same answer.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from torgpred.programmes.core.values import (
    AssuranceKind,
    Delivery,
    Facts,
    How,
    Judged,
    Lack,
    LeadTime,
    LocalStock,
    Papers,
    PriceFrom,
    Programme,
    Rating,
    ReturnsAddress,
    Verdict,
    Warranty,
    Word,
    Words,
)

VERSION: Final = 1
"""Part of every judgement's digest: raise it when the same facts should be judged otherwise."""
NO_CONDITIONS: Final = Lack("conditions", How.UNKNOWN)
"""Of a programme whose conditions nobody wrote down."""


class Case(msgspec.Struct, frozen=True, gc=False):
    """One offer before one programme: what is known of it and what its seller said."""

    programme: Programme
    facts: Facts
    words: Words

    def said(self, kind: AssuranceKind, about: str) -> Word | None:
        """Return what the seller said; None where it said nothing."""
        return self.words.get((kind.value, about))


def judge(programme: Programme, facts: Facts, words: Words) -> Judged:
    """Return whether a programme would let an offer in, and what is not met.

    Qualifies: all is met. Unknown: nothing is missing, something is not known. Nearly: at most
    `programme.near` conditions are unmet, and none of them is barred. Else: no.
    """
    case = Case(programme, facts, words)
    found = [_RULES[type(one)](one, case) for one in programme.conditions]
    lacks = tuple([one for one in found if one is not None])
    if not programme.conditions:
        lacks = (NO_CONDITIONS,)
    return Judged(
        verdict=_verdict(lacks, programme.near),
        lacks=lacks,
        delivery_days=days_from(facts.warehouse, words),
    )


def days_from(warehouse: str, words: Words) -> int | None:
    """Return how many days goods take from a warehouse to the buyer, as the seller said."""
    said = words.get((AssuranceKind.DELIVERY.value, warehouse)) if warehouse else None
    return int(said.number) if said is not None and said.number is not None else None


def _verdict(lacks: tuple[Lack, ...], near: int) -> Verdict:
    if not lacks:
        return Verdict.QUALIFIES
    if any(one.how is How.BARRED for one in lacks):
        return Verdict.NO
    if all(one.how is How.UNKNOWN for one in lacks):
        return Verdict.UNKNOWN
    return Verdict.NEARLY if len(lacks) <= near else Verdict.NO


# --- one rule a kind ----------------------------------------------------------------------------
def _local_stock(one: LocalStock, case: Case) -> Lack | None:
    pieces = case.facts.pieces
    if pieces is None:
        return Lack(one.kind, How.UNKNOWN)
    short = one.pieces - pieces
    return Lack(one.kind, How.MISSING, short) if short > 0 else None


def _lead_time(one: LeadTime, case: Case) -> Lack | None:
    days = case.facts.lead_days
    if days is None:
        return Lack(one.kind, How.UNKNOWN)
    return Lack(one.kind, How.MISSING) if days > one.days else None


def _returns(one: ReturnsAddress, case: Case) -> Lack | None:
    return _held(one.kind, case.said(AssuranceKind.RETURNS, case.programme.country))


def _warranty(one: Warranty, case: Case) -> Lack | None:
    said = case.said(AssuranceKind.WARRANTY, case.programme.country)
    if said is None or not said.holds or not one.months:
        return _held(one.kind, said)
    if said.number is None:
        return Lack(one.kind, How.UNKNOWN)
    return Lack(one.kind, How.MISSING) if said.number < one.months else None


def _held(kind: str, said: Word | None) -> Lack | None:
    if said is None:
        return Lack(kind, How.UNKNOWN)
    return None if said.holds else Lack(kind, How.MISSING)


def _papers(one: Papers, case: Case) -> Lack | None:
    covered = not case.facts.papers.isdisjoint(one.papers)
    return None if covered else Lack(one.kind, How.MISSING)


def _delivery(one: Delivery, case: Case) -> Lack | None:
    way, lead = days_from(case.facts.warehouse, case.words), case.facts.lead_days
    if way is None or lead is None:
        return Lack(one.kind, How.UNKNOWN)
    return Lack(one.kind, How.MISSING) if lead + way > one.days else None


def _price(one: PriceFrom, case: Case) -> Lack | None:
    price = case.facts.price
    if price is None or case.facts.currency != one.currency:
        return Lack(one.kind, How.UNKNOWN)
    return Lack(one.kind, How.MISSING) if price < one.amount else None


def _rating(one: Rating, case: Case) -> Lack | None:
    said = case.said(AssuranceKind.RATING, case.programme.family)
    if said is None or said.number is None:
        return Lack(one.kind, How.UNKNOWN)
    return Lack(one.kind, How.BARRED) if said.number < one.at_least else None


_RULES: Final[Mapping[type, Callable[[Any, Case], Lack | None]]] = {
    LocalStock: _local_stock,
    LeadTime: _lead_time,
    ReturnsAddress: _returns,
    Warranty: _warranty,
    Papers: _papers,
    Delivery: _delivery,
    PriceFrom: _price,
    Rating: _rating,
}
