"""Answers ranked by what they free: which one fact, for which group, lets most held offers go.

Needs only remarks and how many offers they are about, so that it works over stored states as well
as over fresh ones.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

import msgspec

from torgpred.listings.core.remarks import PARCEL_FACTS, Remark

PARCEL: Final = "parcel"
"""The answer that gives weight and package together."""
TERMS: Final = "terms"
"""The answer that chooses delivery template and lead time of a shop together."""
_TERMS_FACTS: Final = frozenset({"delivery_template", "lead_time"})
OWN_TO_EACH: Final = frozenset({"price", "cost", "picture", "title", "description", "stock"})
"""Facts that no statement gives for a group: every offer has its own."""
TELLING: Final = frozenset({"variants.alike", "attribute.variant_missing"})
"""Holds whose fact tells variants apart, so that one value for all is no answer."""

Need = tuple[str, str]
"""(fact, group)"""


class Answer(msgspec.Struct, frozen=True):
    """One answer that a person could give, and what it frees.

    `fact` is a remark's fact, "parcel" (weight and package together) or "terms" (delivery template
    and lead time of the shop); `group` the seller's category key, empty where one answer is for the
    whole shop. `frees` counts offers that are ready once this and the answers before it are given,
    and were not before; `cumulative` those of all answers up to it.
    """

    fact: str
    group: str
    frees: int
    cumulative: int
    concerns: int
    """Offers that wait for this answer, perhaps for others too."""


class Waiting:
    """Counts what held offers wait for. Memory is bounded by the number of different needs."""

    def __init__(self) -> None:
        self.needs: Counter[frozenset[Need]] = Counter()
        """How many offers wait for the same answers."""
        self.facts: dict[Need, set[str]] = {}
        """The facts that an answer has to give: of a parcel perhaps the weight alone."""

    def add(self, remarks: Sequence[Remark], offers: int) -> None:
        """Count one product of so many offers by the holds among its remarks.

        A hold on the product waits with all its offers, one on a variant with that one alone.
        """
        holds = [one for one in remarks if one.holds]
        if not holds:
            return
        for one in holds:
            self.facts.setdefault(need_of(one), set()).add(one.fact)
        skus = {one.sku for one in holds if one.sku}
        for sku in skus:
            self.needs[needs_of(holds, sku)] += 1
        rest = needs_of(holds, "")
        if rest and offers > len(skus):
            self.needs[rest] += offers - len(skus)

    def ranked(self, top: int) -> list[Answer]:
        """Return the answers that together free the most; see `ranked_answers`."""
        return ranked_answers(self.needs, top)


def need_of(remark: Remark) -> Need:
    """Return the answer that a hold waits for; the fact is empty where none frees a group."""
    if remark.fact in OWN_TO_EACH or remark.code in TELLING:
        return "", ""
    fact = PARCEL if remark.fact in PARCEL_FACTS else remark.fact
    if fact in _TERMS_FACTS:
        return TERMS, ""
    if fact == "unit" or fact.startswith("rate:"):
        return fact, ""
    return fact, remark.group if fact else ""


def needs_of(remarks: Iterable[Remark], sku: str) -> frozenset[Need]:
    """Return what one offer waits for, by the holds on it and on its product."""
    return frozenset(need_of(one) for one in remarks if one.holds and one.sku in ("", sku))


def beyond_answers(needs: Counter[frozenset[Need]]) -> int:
    """Return how many offers wait for something that no answer for a group gives."""
    return sum(
        count
        for wanted, count in needs.items()
        if not wanted or any(not fact for fact, _ in wanted)
    )


def offers_waiting(states: Iterable[tuple[str, int, Sequence[Remark]]]) -> Counter[str]:
    """Count by fact the offers that are held for it somewhere, each once, in whatever many shops.

    `states` are (product, its offers, its remarks in a shop); a product's stand one after another.
    """
    waits: Counter[str] = Counter()
    for _, shops in groupby(states, itemgetter(0)):
        whole: dict[str, int] = {}
        skus: dict[str, set[str]] = {}
        for _, offers, remarks in shops:
            for one in remarks:
                if one.holds and one.fact and one.sku:
                    skus.setdefault(one.fact, set()).add(one.sku)
                elif one.holds and one.fact:
                    whole[one.fact] = max(whole.get(one.fact, 0), offers)
        for fact in whole.keys() | skus.keys():
            waits[fact] += max(whole.get(fact, 0), len(skus.get(fact, ())))
    return waits


def ranked_answers(needs: Counter[frozenset[Need]], top: int) -> list[Answer]:
    """Return answers, greedily the one that frees the most given those before it.

    Where no single answer frees anything yet, the one that brings most offers nearest is taken.
    Offers that need something no answer gives are left out.
    """
    return list(_answers(needs, top))


def _answers(needs: Counter[frozenset[Need]], top: int) -> Iterator[Answer]:
    open_needs = Counter(
        {wanted: count for wanted, count in needs.items() if all(fact for fact, _ in wanted)}
    )
    concerns: Counter[Need] = Counter()
    for wanted, count in open_needs.items():
        for need in wanted:
            concerns[need] += count
    total = 0
    for _ in range(top):
        best = _best(open_needs)
        if best is None:
            return
        left: Counter[frozenset[Need]] = Counter()
        freed = 0
        for wanted, count in open_needs.items():
            rest = wanted - {best}
            if rest:
                left[rest] += count
            else:
                freed += count
        total += freed
        yield Answer(*best, freed, total, concerns[best])
        open_needs = left


def _best(open_needs: Counter[frozenset[Need]]) -> Need | None:
    frees: Counter[Need] = Counter()
    nearer: dict[Need, float] = {}
    for wanted, count in open_needs.items():
        for need in wanted:
            nearer[need] = nearer.get(need, 0.0) + count / len(wanted) ** 2
        if len(wanted) == 1:
            frees[next(iter(wanted))] += count
    if not nearer:
        return None
    return min(nearer, key=lambda need: (-frees[need], -nearer[need], need))
