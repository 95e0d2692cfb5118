"""Categories of a marketplace suggested for a seller's: ranked, with reason and confidence.

Russian names meet Russian names by their stems: a word counts by its rarity in the marketplace's
tree, culture words bring the words a marketplace would use, the path and the products' names give
context. Nothing is accepted by itself unless it is certain: see `Suggestion.auto_accept`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec
from rapidfuzz import fuzz, process

from torgpred.channels.core.contract import MarketCategory
from torgpred.listings.core.category_scoring import Leaf, Term, carried_by, fitting, score_of, why
from torgpred.listings.core.category_words import (
    derived,
    for_animals,
    parts_of,
    sampled,
    single,
    users,
    weighed,
    whole_name,
    words_by_stem,
)
from torgpred.listings.core.embedding import Encoder, Meanings
from torgpred.listings.core.goods import culture_words, from_chinese
from torgpred.listings.core.lexicon import value_meanings
from torgpred.listings.core.names import key_of, stem, stems

Memory = Mapping[str, Mapping[str, int]]
"""Shared between sellers: `memory_key` of a path -> category id -> how many sellers chose it."""

_CANDIDATES: Final = 40
_SIMILAR: Final = 86.0
_SURE_BY_WORDS: Final = 0.6
_LIKELY: Final = 0.5
_NEAR_IN_MEANING: Final = 10
_MEANING: Final = 0.2
_FIELDS: Final = (1.0, 0.45, 0.25)
"""What a word counts that stands in a leaf's name, its parent's, any higher name."""

_GENERIC_WORDS: Final = (
    "дом каталог магазин интернет все новый акция аксессуар принадлежность изделие материал"
    " оборудование комплектующие расходный готовый набор комплект серия раздел разный"
)
_GENERIC: Final = frozenset(stem(word) for word in _GENERIC_WORDS.split()) | {"вс", "нов", "акц"}
"""Stems that stand above anything: sharing one says nothing."""


class Suggestion(msgspec.Struct, frozen=True):
    """One category that may be meant. `confidence` goes from 0 to 1 and ranks; it is no odds.

    `auto_accept` is True only where other sellers of the installation chose the same for the same
    path and nobody chose otherwise, or where name and path agree word by word with one leaf alone.
    """

    category_id: str
    path: tuple[str, ...]
    confidence: float
    reason: str
    auto_accept: bool = False


def memory_key(path: Sequence[str]) -> str:
    """Return the key under which a decision about a seller's category path is remembered."""
    return " > ".join(key_of(name) for name in path)


class CategoryIndex:
    """The leaves of one marketplace's tree, ready to be asked. Build once per tree.

    With an `encoder`, leaves that are near in meaning are suggested, too, where words alone are not
    sure; it never makes anything accepted by itself.
    """

    def __init__(
        self, categories: Iterable[MarketCategory], *, encoder: Encoder | None = None
    ) -> None:
        every = list(categories)
        self._by_id = {one.id: one for one in every}
        self._leaves = [self._leaf(one) for one in every if one.leaf]
        counts = Counter(word for leaf in self._leaves for word in leaf.fields)
        size = max(len(self._leaves), 1)
        self._rarity = {word: math.log(1 + size / count) for word, count in counts.items()}
        self._rarest = math.log(1 + size)
        self._postings: dict[str, list[int]] = {}
        self._beginnings: dict[str, list[str]] = {}
        self._named: dict[str, list[int]] = {}
        for number, leaf in enumerate(self._leaves):
            leaf.weight = sum(self._rarity[word] * counts for word, counts in leaf.name.items())
            for word in leaf.fields:
                self._postings.setdefault(word, []).append(number)
            self._named.setdefault(key_of(leaf.category.name), []).append(number)
        for word in self._rarity:
            for beginning in {word[:3], word[:4], single(word)[:4]}:
                self._beginnings.setdefault(beginning, []).append(word)
        self._vocabulary = [word for word in self._rarity if len(word) >= 5]
        self._near: dict[str, dict[str, float]] = {}
        self._places = {leaf.category.id: at for at, leaf in enumerate(self._leaves)}
        names = [leaf.category.name for leaf in self._leaves]
        self._meanings = Meanings(encoder, names) if encoder is not None and names else None

    def __len__(self) -> int:
        return len(self._leaves)

    def suggest(
        self,
        path: Sequence[str],
        *,
        names: Sequence[str] = (),
        memory: Memory | None = None,
        limit: int = 5,
    ) -> list[Suggestion]:
        """Return the leaves that a seller's category may mean, best first.

        `path` holds the category's names from the root to itself, `names` some of its products'.
        Empty where nothing looks like it.
        """
        if not path:
            return []
        terms = self._terms(path, names)
        scored = self._scored(terms, path)
        found = [self._suggestion(number, score, path, names) for score, number in scored]
        found.sort(key=lambda one: (-one.confidence, one.path))
        found = self._with_goods(found, names)
        if self._meanings and (not found or found[0].confidence < _SURE_BY_WORDS):
            found = self._with_meaning(found, path[-1], self._meanings)
        remembered = self._remembered(path, memory or {})
        known = {one.category_id for one in remembered}
        first = [*remembered, *(one for one in found if one.category_id not in known)][:limit]
        said = words_by_stem([*reversed(path), *names])
        return [one if one.reason else self._with_reason(one, terms, said) for one in first]

    # --- building -------------------------------------------------------------------------------
    def _path(self, category: MarketCategory) -> tuple[str, ...]:
        if category.path:
            return category.path
        path = [category.name]
        while category.parent_id in self._by_id and len(path) < 20:
            category = self._by_id[category.parent_id]
            path.insert(0, category.name)
        return tuple(path)

    def _leaf(self, category: MarketCategory) -> Leaf:
        path = self._path(category)
        fields: dict[str, float] = {}
        for depth, part in enumerate(reversed(path)):
            for word in stems(part):
                fields.setdefault(word, _FIELDS[min(depth, 2)])
        name = weighed(category.name)
        above = frozenset(word for part in path[:-1] for word in stems(part))
        joined = " ".join(name)
        animals = for_animals(fields)
        nouns = frozenset(word for word in name if name[word] == max(name.values()))
        return Leaf(category, name, nouns, fields, above, users(fields), animals, joined, 0.0)

    # --- asking ---------------------------------------------------------------------------------
    def _terms(self, path: Sequence[str], names: Sequence[str]) -> dict[str, Term]:
        weights: dict[str, tuple[float, str]] = {}
        own = whole_name(path)
        for word, counts in own.items():
            weights[word] = (counts, "name")
        for depth, name in enumerate(reversed(path[:-1]), 1):
            for word in weighed(name):
                weights.setdefault(word, (_FIELDS[min(depth, 2)], "path"))
        told = any(self._same_words(word, fuzzy=True) for word in own)
        for word, share in sampled(names).items():
            # Where the name tells nothing that the tree knows, its products stand for it.
            weights.setdefault(word, (0.5 * share, "products" if told else "name"))
        phrases = self._phrases(tuple(own))
        most = max((weight for weight, source in weights.values() if source == "name"), default=1.0)
        terms: dict[str, Term] = {}
        for word, (weight, source) in weights.items():
            hits = phrases.get(word) or self._same_words(word, fuzzy=source == "name")
            unknown = self._rarest * (0.5 if word.isalpha() else 0.15)
            rarity = max((self._rarity[hit] for hit in hits), default=unknown)
            hinted = word not in hits and len(hits) > 1
            noun = source == "name" and weight >= most
            terms[word] = Term(weight, hits, source, rarity, noun, hinted)
        return terms

    def _phrases(self, said: tuple[str, ...]) -> dict[str, dict[str, float]]:
        """Return hits for the words of a known phrase of two: they mean more than each alone."""
        found: dict[str, dict[str, float]] = {}
        for pair in pairwise(said):
            meant = culture_words().get(pair) or culture_words().get(pair[::-1])
            hits = {other: 0.85 for other in meant or () if other in self._rarity}
            if hits:
                found |= dict.fromkeys(pair, hits)
        return found

    def _same_words(self, word: str, *, fuzzy: bool) -> dict[str, float]:
        """Return the tree's stems that a stem may stand for, with how sure that is."""
        known = self._near.get(word)
        if known is not None:
            return known
        hits = self._certain_words(word)
        if not hits and fuzzy and len(word) >= 5:
            found = process.extract(
                word, self._vocabulary, scorer=fuzz.ratio, limit=3, score_cutoff=_SIMILAR
            )
            hits = {near: score / 100 * 0.8 for near, score, _ in found}
        if fuzzy or hits:
            if len(self._near) > 20_000:
                self._near.clear()
            self._near[word] = hits
        return hits

    def _certain_words(self, word: str) -> dict[str, float]:
        """Return the same word, words of its root, what the lexicon says of it."""
        hits: dict[str, float] = {word: 1.0} if word in self._rarity else {}
        for other in self._kin(word):
            sure = derived(word, other)
            if sure:
                hits.setdefault(other, sure)
        known = 0.35 if word in hits else 0.75  # a word the tree has needs its hints less
        meant = culture_words().get((word,), ())
        for place, other in enumerate((*meant, *from_chinese(word))):
            if other in self._rarity:
                hits[other] = max(hits.get(other, 0.0), known - min(place, 5) * 0.03)
        if not hits:
            hits |= parts_of(word, self._rarity)
        meaning = value_meanings().get(word)
        if meaning is not None and meaning in self._rarity:
            hits.setdefault(meaning, 0.9)
        return hits

    def _kin(self, word: str) -> Iterable[str]:
        """Return the tree's stems that may be of one root with a stem."""
        near = self._beginnings.get(word[: 3 if len(word) == 3 else 4], ())
        short = self._beginnings.get(word[:3], ()) if len(word) in {4, 5, 6, 7} else ()
        doubled = self._beginnings.get(single(word)[:4], ()) if single(word) != word else ()
        return (*near, *(other for other in short if len(other) == 3), *doubled)

    def _scored(self, terms: Mapping[str, Term], path: Sequence[str]) -> list[tuple[float, int]]:
        raw: dict[int, float] = {}
        for term in terms.values():
            best: dict[int, float] = {}
            for hit, sure in term.hits.items():
                worth = term.weight * sure * self._rarity[hit]
                for number in self._postings[hit]:
                    value = worth * self._leaves[number].fields[hit]
                    if value > best.get(number, 0.0):
                        best[number] = value
            for number, value in best.items():
                raw[number] = raw.get(number, 0.0) + value
        first = sorted(raw, key=lambda number: (-raw[number], number))[:_CANDIDATES]
        asked = " ".join(whole_name(path))
        said = [word for name in path for word in weighed(name)]
        groups, animals = users(said), for_animals(said)
        scored = []
        for number in first:
            leaf = self._leaves[number]
            score = score_of(leaf, terms, asked, self._rarity)
            scored.append((score * fitting(leaf, groups, animals=animals), number))
        return scored

    def _with_goods(self, found: list[Suggestion], names: Sequence[str]) -> list[Suggestion]:
        """Return suggestions so that the goods' own names outweigh that of the folder they lie in.

        A folder may be called by all that it might hold ("honey and products of bees"), while each
        of its goods says that it is honey: then the leaf of the folder's words is not the first.
        """
        if not found or not names or found[0].auto_accept:
            return found
        first = found[0]
        if carried_by(self._leaves[self._places[first.category_id]], names):
            return found
        rival = next(
            (
                one
                for one in found[1:]
                if one.confidence >= _LIKELY
                and carried_by(self._leaves[self._places[one.category_id]], names)
            ),
            None,
        )
        if rival is None:
            return found
        # What folder and goods disagree on is not nearly certain, and comes behind.
        most = round(rival.confidence - 0.001, 3)
        rest = [
            msgspec.structs.replace(one, confidence=min(one.confidence, most))
            for one in found
            if one is not rival
        ]
        return [rival, *rest]

    # --- meaning --------------------------------------------------------------------------------
    def _with_meaning(
        self, found: Sequence[Suggestion], name: str, meanings: Meanings
    ) -> list[Suggestion]:
        """Return suggestions ranked by words and, with less weight, by nearness in meaning."""
        near = meanings.near(name.lower())
        closest = sorted(range(len(near)), key=near.__getitem__, reverse=True)
        known = {one.category_id: one for one in found}
        for number in closest[:_NEAR_IN_MEANING]:
            leaf = self._leaves[number].category
            if leaf.id not in known:
                known[leaf.id] = Suggestion(leaf.id, self._path(leaf), 0.0, "near in meaning")
        mixed = [
            msgspec.structs.replace(
                one, confidence=_mixed(one.confidence, near[self._places[one.category_id]])
            )
            for one in known.values()
        ]
        return sorted(mixed, key=lambda one: (-one.confidence, one.path))

    # --- answers --------------------------------------------------------------------------------
    def _suggestion(
        self,
        number: int,
        score: float,
        path: Sequence[str],
        names: Sequence[str],
    ) -> Suggestion:
        """Return a leaf as a suggestion; only a reason that decides something is told already."""
        leaf = self._leaves[number]
        where = self._path(leaf.category)
        key = key_of(path[-1])
        if key == key_of(leaf.category.name):
            told = [at for at in self._named[key] if self._parent_named(self._leaves[at], path)]
            alone = len(self._named[key]) == 1 or told == [number]
            sure = alone and self._consistent(leaf, path, names)
            reason = "same name and a path that agrees" if sure else "same name"
            score = 0.98 if sure else max(score, 0.6)
            return Suggestion(leaf.category.id, where, round(score, 3), reason, auto_accept=sure)
        return Suggestion(leaf.category.id, where, round(min(score, 0.95), 3), "")

    def _with_reason(
        self, one: Suggestion, terms: Mapping[str, Term], said: Mapping[str, str]
    ) -> Suggestion:
        leaf = self._leaves[self._places[one.category_id]]
        return msgspec.structs.replace(one, reason=why(leaf, terms, said))

    def _parent_named(self, leaf: Leaf, path: Sequence[str]) -> bool:
        """Tell whether one of the names above is that of the leaf's own parent, word by word."""
        where = self._path(leaf.category)
        return len(where) > 1 and key_of(where[-2]) in {key_of(name) for name in path[:-1]}

    def _consistent(self, leaf: Leaf, path: Sequence[str], names: Sequence[str]) -> bool:
        """Tell whether the way to a leaf of the same name agrees, too.

        The names above must share a word that tells something, and no leaf elsewhere whose name has
        the same words and more may share as many. Where the seller has none above, most products
        must carry a word of the leaf's name, and no narrower leaf may exist. Users (children, dogs
        ...) named anywhere must be those of the leaf, and the other way round.
        """
        said = {word for name in path for word in (*stems(name), *weighed(name))}
        groups = users(said | set(sampled(names)))
        if leaf.groups != groups:
            return False
        own = set(leaf.name)
        wider = [other for other in self._leaves if own < set(other.name)]
        above = {word for name in path[:-1] for word in stems(name)} - _GENERIC
        if above:
            parent = self._path(leaf.category)[:-1]
            rivals = [
                other
                for other in wider
                if other.groups == groups
                and len(above & other.above) >= len(above & leaf.above)
                and self._path(other.category)[:-1] != parent
            ]
            return bool(above & leaf.above) and not rivals
        if not names or wider:
            return False
        carry = sum(1 for name in names if own & set(stems(name)))
        return carry * 2 > len(names)

    def _remembered(self, path: Sequence[str], memory: Memory) -> list[Suggestion]:
        chosen = memory.get(memory_key(path), {})
        known = [
            (times, self._by_id[one])
            for one, times in chosen.items()
            if one in self._by_id and self._by_id[one].leaf and times > 0
        ]
        known.sort(key=lambda pair: (-pair[0], pair[1].id))
        total = sum(times for times, _ in known)
        agreed = len(known) == 1 and len(chosen) == 1
        return [
            Suggestion(
                category_id=one.id,
                path=self._path(one),
                confidence=round(0.99 if agreed else 0.9 * times / total, 3),
                reason=f"chosen {times} of {total} times for the same path",
                auto_accept=agreed,
            )
            for times, one in known
        ]


def _mixed(by_words: float, by_meaning: float) -> float:
    return round((by_words + _MEANING * max(by_meaning, 0.0)) / (1 + _MEANING), 3)
