"""Answers ranked by what they free: which one fact, for which group, lets most held offers go.

Most offers wait for several answers. Each counts its share of such an offer (a half of one that
waits for two), so that answers which free many offers together go before one that frees few alone.

Needs only remarks and how many offers they are about, so that it works over stored states as well
as over fresh ones.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
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
_OF_ALL: Final = frozenset({"unit", "currency"})
"""Facts that are one for all goods of a seller, so that they are asked for once."""
EXAMPLES: Final = 5
"""So many products are kept by which a person knows what an answer is about."""
OWN_TO_EACH: Final = frozenset({"price", "cost", "picture", "title", "description", "stock"})
"""Facts that no statement gives for a group: every offer has its own."""
_OF_VARIANT: Final = "attribute.variant_missing"
TELLING: Final = frozenset({"variants.alike", _OF_VARIANT})
"""Holds whose fact tells variants apart, so that one value for all is no answer; of a product that
has one offer alone the second is a fact like any other."""

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
    """Offers that wait for this answer, perhaps for others too, or for what no answer gives."""


class Waiting:
    """Counts what held offers wait for. Memory is bounded by the number of different needs."""

    def __init__(self) -> None:
        self.needs: Counter[frozenset[Need]] = Counter()
        """How many offers wait for the same answers."""
        self.facts: dict[Need, set[str]] = {}
        """The facts that an answer has to give: of a parcel perhaps the weight alone."""
        self.examples: dict[Need, list[str]] = {}
        """The first products that wait for an answer, by their keys."""

    def add(self, remarks: Sequence[Remark], offers: int, product: str = "") -> None:
        """Count one product of so many offers by the holds among its remarks.

        A hold on the product waits with all its offers, one on a variant with that one alone.
        """
        holds = [one for one in remarks if one.holds]
        if not holds:
            return
        for one in holds:
            need = need_of(one, alone=offers == 1)
            self.facts.setdefault(need, set()).add(one.fact)
            some = self.examples.setdefault(need, [])
            if product and len(some) < EXAMPLES and product not in some:
                some.append(product)
        skus = {one.sku for one in holds if one.sku}
        for sku in skus:
            self.needs[needs_of(holds, sku, alone=offers == 1)] += 1
        rest = needs_of(holds, "")
        if rest and offers > len(skus):
            self.needs[rest] += offers - len(skus)

    def ranked(self, top: int, given: Collection[Need] = ()) -> list[Answer]:
        """Return the answers that together free the most; see `ranked_answers`.

        Those `given` already are not asked for, and what waited for them alone waits no more.
        """
        if not given:
            return ranked_answers(self.needs, top)
        left: Counter[frozenset[Need]] = Counter()
        for wanted, count in self.needs.items():
            rest = wanted.difference(given)
            if rest:
                left[rest] += count
        return ranked_answers(left, top)


def need_of(remark: Remark, *, alone: bool = False) -> Need:
    """Return the answer that a hold waits for; the fact is empty where none frees a group.

    `alone`: its product has one offer, which nothing has to tell apart.
    """
    return need_for(remark.code, remark.fact, remark.group, alone=alone)


def need_for(code: str, fact: str, group: str, *, alone: bool = False) -> Need:
    """Return the answer that holds of a code wait for; the fact is empty where none frees them."""
    telling = code in TELLING and not (alone and code == _OF_VARIANT)
    if fact in OWN_TO_EACH or telling:
        return "", ""
    fact = PARCEL if fact in PARCEL_FACTS else fact
    if fact in _TERMS_FACTS:
        return TERMS, ""
    if fact in _OF_ALL or fact.startswith("rate:"):
        return fact, ""
    return fact, group if fact else ""


def needs_of(remarks: Iterable[Remark], sku: str, *, alone: bool = False) -> frozenset[Need]:
    """Return what one offer waits for, by the holds on it and on its product."""
    return frozenset(
        need_of(one, alone=alone) for one in remarks if one.holds and one.sku in ("", sku)
    )


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
    """Return answers, greedily the one with the largest share in what waits, given those before.

    An offer that waits for three answers counts a third for each; once one of them is taken, a half
    for each of the rest. Offers that need something no answer gives have no share.
    """
    return list(_answers(needs, top))


def _answers(needs: Counter[frozenset[Need]], top: int) -> Iterator[Answer]:
    open_needs = Counter(
        {wanted: count for wanted, count in needs.items() if all(fact for fact, _ in wanted)}
    )
    concerns: Counter[Need] = Counter()
    for wanted, count in needs.items():
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
    shares: dict[Need, float] = {}
    for wanted, count in open_needs.items():
        for need in wanted:
            shares[need] = shares.get(need, 0.0) + count / len(wanted)
        if len(wanted) == 1:
            frees[next(iter(wanted))] += count
    if not shares:
        return None
    # Rounded, so that the order in which shares are summed decides nothing.
    return min(shares, key=lambda need: (-round(shares[need], 6), -frees[need], need))
