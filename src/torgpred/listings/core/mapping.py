"""Categories of a marketplace suggested for a seller's: ranked, with reason and confidence.

Russian names meet Russian names by their stems: a word counts by its rarity in the marketplace's
tree, culture words bring the words a marketplace would use, the path and the products' names give
context. Nothing is accepted by itself unless it is certain: see `Suggestion.auto_accept`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from rapidfuzz import fuzz, process

from torgpred.channels.core.contract import MarketCategory
from torgpred.listings.core.goods import culture_words, from_chinese
from torgpred.listings.core.lexicon import value_meanings
from torgpred.listings.core.names import key_of, stem, stems, words

Memory = Mapping[str, Mapping[str, int]]
"""Shared between sellers: `memory_key` of a path -> category id -> how many sellers chose it."""

_CANDIDATES: Final = 40
_SAMPLE_SHARE: Final = 0.3
_SIMILAR: Final = 86.0
_FIELDS: Final = (1.0, 0.45, 0.25)
"""What a word counts that stands in a leaf's name, its parent's, any higher name."""
_EXCLUSIVE: Final = tuple(
    frozenset(stem(word) for word in line.split())
    for line in (
        "мужской мужчина мужчин мальчик мальчики",
        "женский женщина женщин девочка девочки",
        "детский дети детей ребенок малыш малыши мальчик мальчики девочка девочки новорожденный",
        "кошка кошки кошек кот котов",
        "собака собаки собак щенок",
        "птица птицы птиц",
        "рыба рыбы аквариум аквариумный",
        "автомобиль авто автомобильный",
        "кукла куклы кукол",
    )
)
"""Whom goods are for: a category for one group is not for another, nor for everybody."""


_GENERIC: Final = frozenset({"дом", "каталог", "магазин", "интернет", "вс", "нов", "акц"})
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


class _Leaf(msgspec.Struct, gc=False):
    category: MarketCategory
    name: tuple[str, ...]
    fields: dict[str, float]
    """Stem -> what it counts by where it stands."""
    above: frozenset[str]
    groups: frozenset[int]
    joined: str
    weight: float
    """Sum of the rarities of the name's stems."""


class _Term(msgspec.Struct, gc=False):
    weight: float
    hits: dict[str, float]
    """Stem of the tree -> how sure it is the same word (0 to 1)."""
    source: str
    rarity: float


def memory_key(path: Sequence[str]) -> str:
    """Return the key under which a decision about a seller's category path is remembered."""
    return " > ".join(key_of(name) for name in path)


class CategoryIndex:
    """The leaves of one marketplace's tree, ready to be asked. Build once per tree."""

    def __init__(self, categories: Iterable[MarketCategory]) -> None:
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
            leaf.weight = sum(self._rarity[word] for word in set(leaf.name))
            for word in leaf.fields:
                self._postings.setdefault(word, []).append(number)
            self._named.setdefault(key_of(leaf.category.name), []).append(number)
        for word in self._rarity:
            if len(word) >= 4:
                self._beginnings.setdefault(word[:4], []).append(word)
        self._vocabulary = [word for word in self._rarity if len(word) >= 5]
        self._near: dict[str, dict[str, float]] = {}

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
        found = [self._suggestion(number, score, terms, path, names) for score, number in scored]
        found.sort(key=lambda one: (-one.confidence, one.path))
        remembered = self._remembered(path, memory or {})
        known = {one.category_id for one in remembered}
        return [*remembered, *(one for one in found if one.category_id not in known)][:limit]

    # --- building -------------------------------------------------------------------------------
    def _path(self, category: MarketCategory) -> tuple[str, ...]:
        if category.path:
            return category.path
        path = [category.name]
        while category.parent_id in self._by_id and len(path) < 20:
            category = self._by_id[category.parent_id]
            path.insert(0, category.name)
        return tuple(path)

    def _leaf(self, category: MarketCategory) -> _Leaf:
        path = self._path(category)
        fields: dict[str, float] = {}
        for depth, part in enumerate(reversed(path)):
            for word in stems(part):
                fields.setdefault(word, _FIELDS[min(depth, 2)])
        name = stems(category.name)
        above = frozenset(word for part in path[:-1] for word in stems(part))
        joined = " ".join(name)
        return _Leaf(category, name, fields, above, _groups(fields), joined, 0.0)

    # --- asking ---------------------------------------------------------------------------------
    def _terms(self, path: Sequence[str], names: Sequence[str]) -> dict[str, _Term]:
        weights: dict[str, tuple[float, str]] = {}
        for depth, name in enumerate(reversed(path)):
            for word in stems(name):
                weights.setdefault(word, (_FIELDS[min(depth, 2)], "name" if depth == 0 else "path"))
        for word, share in _sampled(names).items():
            weights.setdefault(word, (0.5 * share, "products"))
        terms: dict[str, _Term] = {}
        for word, (weight, source) in weights.items():
            hits = self._same_words(word, fuzzy=source == "name")
            unknown = self._rarest * (0.5 if word.isalpha() else 0.15)
            rarity = max((self._rarity[hit] for hit in hits), default=unknown)
            terms[word] = _Term(weight, hits, source, rarity)
        return terms

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
        for other in self._beginnings.get(word[:4], ()):
            sure = _derived(word, other)
            if sure:
                hits.setdefault(other, sure)
        known = 0.35 if hits else 0.7  # a word the tree has needs its hints less
        for other in (*culture_words().get(word, ()), *from_chinese(word)):
            if other in self._rarity:
                hits.setdefault(other, known)
        meaning = value_meanings().get(word)
        if meaning is not None and meaning in self._rarity:
            hits.setdefault(meaning, 0.9)
        return hits

    def _scored(self, terms: Mapping[str, _Term], path: Sequence[str]) -> list[tuple[float, int]]:
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
        asked = " ".join(stems(path[-1]))
        groups = _groups([word for name in path for word in stems(name)])
        return [
            (self._score(self._leaves[number], terms, asked, groups), number) for number in first
        ]

    def _score(
        self, leaf: _Leaf, terms: Mapping[str, _Term], asked: str, groups: frozenset[int]
    ) -> float:
        """Return 0 to 1: how much of the question the leaf answers, and the other way round."""
        wanted = met = context = context_met = 0.0
        covered: dict[str, float] = {}
        for term in terms.values():
            value = term.weight * term.rarity
            sure = max(
                (sure * min(1.0, leaf.fields[hit] + 0.2) for hit, sure in term.hits.items()
                 if hit in leaf.fields),
                default=0.0,
            )  # fmt: skip
            if term.source == "name":
                wanted += value
                met += value * sure
            elif term.hits:
                context += value
                context_met += value * sure
            for hit, certain in term.hits.items():
                if hit in leaf.fields:
                    share = certain if term.source == "name" else certain * 0.6
                    covered[hit] = max(covered.get(hit, 0.0), share)
        own = sum(self._rarity[word] * covered.get(word, 0.0) for word in set(leaf.name))
        spelling = fuzz.token_set_ratio(asked, leaf.joined) / 100
        score = (
            0.42 * (met / wanted if wanted else 0.0)
            + 0.28 * (own / leaf.weight if leaf.weight else 0.0)
            + 0.15 * (context_met / context if context else 0.5)
            + 0.15 * spelling
        )
        if context and not context_met:
            score *= 0.8  # the seller's path and products speak of something else
        if leaf.groups - groups and groups:
            score *= 0.6  # for dogs, where cats were asked for
        elif leaf.groups - groups:
            score *= 0.93
        return score

    # --- answers --------------------------------------------------------------------------------
    def _suggestion(
        self,
        number: int,
        score: float,
        terms: Mapping[str, _Term],
        path: Sequence[str],
        names: Sequence[str],
    ) -> Suggestion:
        leaf = self._leaves[number]
        where = self._path(leaf.category)
        key = key_of(path[-1])
        if key == key_of(leaf.category.name):
            alone = len(self._named[key]) == 1
            sure = alone and self._consistent(leaf, path, names)
            reason = "same name and a path that agrees" if sure else "same name"
            score = 0.98 if sure else max(score, 0.6)
            return Suggestion(leaf.category.id, where, round(score, 3), reason, auto_accept=sure)
        return Suggestion(leaf.category.id, where, round(min(score, 0.95), 3), _why(leaf, terms))

    def _consistent(self, leaf: _Leaf, path: Sequence[str], names: Sequence[str]) -> bool:
        """Tell whether the way to a leaf of the same name agrees, too.

        The names above must share a word that tells something. Where the seller has none above,
        most products must carry a word of the leaf's name, and no narrower leaf may exist. Users
        (children, dogs ...) named anywhere must be those of the leaf, and the other way round.
        """
        said = {word for name in path for word in stems(name)}
        if leaf.groups != _groups(said | set(_sampled(names))):
            return False
        above = {word for name in path[:-1] for word in stems(name)} - _GENERIC
        if above:
            return bool(above & leaf.above)
        own = set(leaf.name)
        if not names or any(own < set(other.name) for other in self._leaves):
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


def _derived(word: str, other: str) -> float:
    """Return how sure two stems are of one root: шоколад, шоколадн; 0 where they are not."""
    if word == other:
        return 1.0
    short, long = sorted((word, other), key=len)
    if len(short) < 4 or len(long) - len(short) > 5:
        return 0.0
    if long.startswith(short):
        return 0.85 if len(short) >= 5 else 0.6
    shared = 0
    for left, right in zip(short, long, strict=False):
        if left != right:
            break
        shared += 1
    return 0.6 if shared >= 5 and shared >= len(short) - 2 else 0.0


def _groups(said: Iterable[str]) -> frozenset[int]:
    known = set(said)
    return frozenset(number for number, group in enumerate(_EXCLUSIVE) if group & known)


def _sampled(names: Sequence[str]) -> dict[str, float]:
    """Return the stems that many product names share, with the share."""
    counts: Counter[str] = Counter()
    for name in names:
        counts.update({stem(word) for word in words(name)[:6] if not word[0].isdigit()})
    return {
        word: count / len(names)
        for word, count in counts.items()
        if count >= _SAMPLE_SHARE * len(names) and len(word) > 2
    }


def _why(leaf: _Leaf, terms: Mapping[str, _Term]) -> str:
    by_name = [word for word, term in terms.items() if term.source == "name" and _hit(term, leaf)]
    others = [word for word, term in terms.items() if term.source != "name" and _hit(term, leaf)]
    parts = []
    if by_name:
        parts.append("the name has " + ", ".join(by_name[:3]))
    if others:
        parts.append("path or products have " + ", ".join(others[:3]))
    return "; ".join(parts) or "similar spelling"


def _hit(term: _Term, leaf: _Leaf) -> bool:
    return any(hit in leaf.fields for hit in term.hits)
