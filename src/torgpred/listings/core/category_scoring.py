"""How well a leaf of the marketplace's tree answers a seller's category: 0 to 1, and why."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from rapidfuzz import fuzz

from torgpred.channels.core.contract import MarketCategory
from torgpred.listings.core.names import stems

_ONE_HINT: Final = 0.85
"""What is left of a hint where a leaf has only one of several words that the dictionary gives."""
_NO_NOUN: Final = 0.75
_OTHER_NOUN: Final = 0.85


class Leaf(msgspec.Struct, gc=False):
    """One leaf, its words ready to be met."""

    category: MarketCategory
    name: dict[str, float]
    """Stem of the leaf's own name -> what it counts: nouns more than what narrows them."""
    nouns: frozenset[str]
    """Those that count most."""
    fields: dict[str, float]
    """Stem -> what it counts by where it stands."""
    above: frozenset[str]
    groups: frozenset[int]
    animals: bool
    joined: str
    weight: float
    """Sum of the rarities of the name's stems, by what they count."""


class Term(msgspec.Struct, gc=False):
    """One stem of the question and what it may stand for in the tree."""

    weight: float
    hits: dict[str, float]
    """Stem of the tree -> how sure it is the same word (0 to 1)."""
    source: str
    rarity: float
    noun: bool
    """It stands in the name and counts most there."""
    hinted: bool
    """The tree does not have the word: only the dictionaries say what it may be."""


def score_of(
    leaf: Leaf, terms: Mapping[str, Term], asked: str, rarity: Mapping[str, float]
) -> float:
    """Return 0 to 1: how much of the question the leaf answers, and the other way round."""
    wanted = met = context = context_met = 0.0
    covered: dict[str, float] = {}
    noun = False
    for term in terms.values():
        value = term.weight * term.rarity
        if not term.hits:
            wanted += value if term.source == "name" else 0.0
            continue
        shares = [
            sure * min(1.0, leaf.fields[hit] + 0.2)
            for hit, sure in term.hits.items()
            if hit in leaf.fields
        ]
        sure = max(shares, default=0.0)
        if term.hinted and len(shares) == 1 < len(term.hits):
            sure *= _ONE_HINT
        if term.source == "name":
            wanted += value
            met += value * sure
            noun = noun or (sure > 0 and term.noun)
        else:
            context += value
            context_met += value * sure
        for hit, certain in term.hits.items() if shares else ():
            if hit in leaf.fields:
                share = certain if term.source == "name" else certain * 0.6
                covered[hit] = max(covered.get(hit, 0.0), share)
    own = sum(rarity[word] * counts * covered.get(word, 0.0) for word, counts in leaf.name.items())
    spelling = fuzz.token_set_ratio(asked, leaf.joined) / 100
    score = (
        0.42 * (met / wanted if wanted else 0.0)
        + 0.28 * (own / leaf.weight if leaf.weight else 0.0)
        + 0.15 * (context_met / context if context else 0.5)
        + 0.15 * spelling
    )
    if context and not context_met:
        score *= 0.8  # the seller's path and products speak of something else
    if not noun:
        score *= _NO_NOUN  # only what narrows the name is the same: Сыры твёрдые, Мыло твёрдое
    if leaf.nouns.isdisjoint(covered):
        score *= _OTHER_NOUN
    return score


def fitting(leaf: Leaf, groups: frozenset[int], *, animals: bool) -> float:
    """Return what is left of a score where the goods are for somebody else."""
    if leaf.animals != animals:
        return 0.7
    if leaf.groups - groups:
        return 0.6 if groups else 0.93  # for dogs, where cats were asked for
    return 1.0


def carried_by(leaf: Leaf, names: Sequence[str]) -> bool:
    """Tell whether most products bear in their own names what the leaf is called."""
    bearing = sum(leaf.nouns <= set(stems(name)) for name in names)
    return bearing * 2 > len(names)


def why(leaf: Leaf, terms: Mapping[str, Term], said: Mapping[str, str]) -> str:
    """Return which words of the question met the leaf, in words for a person.

    `said` are the words that stems were made of: a stem that stands for none is not shown.
    """
    met = [(word, term.source == "name") for word, term in terms.items() if _hit(term, leaf)]
    if not met:
        return "similar spelling"
    by_name = [said[word] for word, own in met if own and word in said]
    others = [said[word] for word, own in met if not own and word in said]
    parts = []
    if by_name:
        parts.append("the name has " + ", ".join(by_name[:3]))
    if others:
        parts.append("path or products have " + ", ".join(others[:3]))
    return "; ".join(parts)


def _hit(term: Term, leaf: Leaf) -> bool:
    return any(hit in leaf.fields for hit in term.hits)
