"""Mapping quality: categories and attribute names of shops, held against the sample tree.

The cases are the text files in `mapping_cases`: `tuning` ones were looked at while the mapping was
improved, `held_out` ones were not. `at1` and `at5` are shares of the cases that have an answer;
`auto` is the share of all that was accepted without a person, `wrong_auto` how many of those no
person would have accepted. `quiet` is the share of the cases without an answer of which nothing
was said with confidence. Everything is told without and, where it is installed, with the embedding
extra; ratios are to rapidfuzz's token_set_ratio on the same cases in the same run.

`--table` prints a table for people, `--misses` the cases of the tuning part that went wrong.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import figure, timed
from rapidfuzz import fuzz, process
from rich.console import Console
from rich.table import Table

from torgpred.catalogue.core.offers import Param
from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.demo.assessing import sample_market
from torgpred.listings.core.assessing import LEAST_CONFIDENCE
from torgpred.listings.core.attributes import AttributeMatcher
from torgpred.listings.core.embedding import Encoder, installed_encoder
from torgpred.listings.core.mapping import CategoryIndex
from torgpred.listings.core.names import folded

PARTS = ("held_out", "tuning")
_FOLDER = Path(__file__).with_name("mapping_cases")
_BASELINE = "rapidfuzz token_set_ratio"
_AGAINST = f"{_BASELINE}, same cases, in the same run"
_SPEED_ROUNDS = 3


@dataclass(frozen=True)
class Case:
    """What a shop writes, and what a person would take it for.

    `answers` are ids, empty where nothing fits; `certain` is False where nothing may be accepted
    without a person. `category` is the leaf of an attribute case.
    """

    said: tuple[str, ...]
    answers: frozenset[str]
    certain: bool
    names: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True)
class Answer:
    """Ids, best first, whether the first was accepted by itself, and how sure it is (0 to 1)."""

    ids: tuple[str, ...]
    accepted: bool = False
    confidence: float = 1.0


@dataclass
class Score:
    """Counts over one part of the cases."""

    cases: int = 0
    answerable: int = 0
    first: int = 0
    among: int = 0
    accepted: int = 0
    quiet: int = 0
    wrong: list[Case] = field(default_factory=list)
    missed: list[tuple[Case, Answer]] = field(default_factory=list)

    def count(self, case: Case, answer: Answer, depth: int) -> None:
        """Take one case in; `depth` is how many suggestions a person reads."""
        self.cases += 1
        right = bool(answer.ids) and answer.ids[0] in case.answers
        if case.answers:
            self.answerable += 1
            self.first += right
            self.among += bool(case.answers & set(answer.ids[:depth]))
            if not right:
                self.missed.append((case, answer))
        else:
            unsure = not answer.ids or answer.confidence < LEAST_CONFIDENCE
            self.quiet += unsure and not answer.accepted
        if answer.accepted:
            self.accepted += 1
            if not (right and case.certain):
                self.wrong.append(case)

    def shares(self, kind: "Kind") -> dict[str, float]:
        """Return the figures of a kind of cases by name."""
        found = {"at1": self.first / self.answerable, kind.among: self.among / self.answerable}
        if kind.name == "category":
            found["quiet"] = self.quiet / (self.cases - self.answerable)
        return found | {"auto": self.accepted / self.cases, "wrong_auto": len(self.wrong)}


Ask = Callable[[Case], Answer]


@dataclass(frozen=True)
class Kind:
    """A kind of names: what is asked, by whom, and of how many answers a person reads."""

    name: str
    depth: int
    ways: Mapping[str, Ask]
    parts: Mapping[str, Sequence[Case]]

    @property
    def among(self) -> str:
        """The figure's name of the share of cases whose answer is among those read."""
        return f"at{self.depth}"

    def scores(self) -> dict[tuple[str, str], Score]:
        """Return the score of each part of the cases and each way to ask."""
        found: dict[tuple[str, str], Score] = {}
        for part, cases in self.parts.items():
            for way, ask in self.ways.items():
                score = found[part, way] = Score()
                for case in cases:
                    score.count(case, ask(case), self.depth)
        return found


def kinds(encoder: Encoder | None = None) -> tuple[Kind, Kind]:
    """Return the cases of categories and of attribute names, with the ways to answer them."""
    leaves = [one for one in sample_market().categories if one.leaf]
    return (
        Kind("category", 5, _category_ways(leaves, encoder), _category_cases(leaves)),
        Kind("attribute", 3, _attribute_ways(leaves), _attribute_cases(leaves)),
    )


def main(arguments: list[str] | None = None) -> None:
    """Print the figures, or the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=0, help="not used: there are no offers")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args(arguments)
    encoder = installed_encoder()
    if encoder is None:
        print("mapping: the extra `embedding` is not installed and is left out", file=sys.stderr)
    every = kinds(encoder)
    for kind in every:
        if given.misses:
            _tell_misses(kind)
        elif given.table:
            _print_table(kind)
        else:
            _print_figures(kind)
    if not (given.table or given.misses):
        _print_speed(every[0])


# --- categories ---------------------------------------------------------------------------------
def _category_ways(leaves: Sequence[MarketCategory], encoder: Encoder | None) -> dict[str, Ask]:
    ways: dict[str, Ask] = {_BASELINE: _by_fuzzy_leaf(leaves)}
    ways["torgpred"] = _by_index(CategoryIndex(sample_market().categories))
    if encoder is not None:
        ways["torgpred with embedding"] = _by_index(
            CategoryIndex(sample_market().categories, encoder=encoder)
        )
        ways["embedding alone"] = _by_meaning(leaves, encoder.encode)
    return ways


def _by_index(index: CategoryIndex) -> Ask:
    def ask(case: Case) -> Answer:
        found = index.suggest(case.said, names=case.names)
        if not found:
            return Answer(())
        ids = tuple(one.category_id for one in found)
        return Answer(ids, any(one.auto_accept for one in found), found[0].confidence)

    return ask


def _by_fuzzy_leaf(leaves: Sequence[MarketCategory]) -> Ask:
    """Ask for the leaf whose name is nearest; among equals the one whose path is."""
    names = [folded(one.name) for one in leaves]
    paths = [folded(" ".join(one.path)) for one in leaves]

    def ask(case: Case) -> Answer:
        near = _all_ratios(folded(case.said[-1]), names)
        way = _all_ratios(folded(" ".join(case.said)), paths)
        order = sorted(range(len(leaves)), key=lambda at: (-near[at], -way[at], at))[:5]
        best = near[order[0]]
        return Answer(tuple(leaves[at].id for at in order), best >= 100, best / 100)

    return ask


def _all_ratios(asked: str, names: Sequence[str]) -> list[float]:
    return [fuzz.token_set_ratio(asked, name) for name in names]


def _by_meaning(leaves: Sequence[MarketCategory], encode: Callable[[Sequence[str]], Any]) -> Ask:
    vectors = encode([one.name for one in leaves])

    def ask(case: Case) -> Answer:
        asked = encode([case.said[-1]])
        near = (vectors @ asked[0]).tolist()
        order = sorted(range(len(leaves)), key=lambda at: -near[at])[:5]
        return Answer(tuple(leaves[at].id for at in order), confidence=near[order[0]])

    return ask


def _category_cases(leaves: Sequence[MarketCategory]) -> dict[str, list[Case]]:
    known: dict[str, list[str]] = {}
    for leaf in leaves:
        known.setdefault(leaf.name, []).append(leaf.id)
        known.setdefault("/".join(leaf.path[-2:]), []).append(leaf.id)

    def case(line: str) -> Case:
        path, answers, names = (*line.split(" :: "), "")[:3]
        ids, certain = _answers(answers, known, line)
        return Case(tuple(path.split(" > ")), ids, certain, tuple(filter(None, names.split(" ; "))))

    return {part: [case(line) for line in _lines(f"categories_{part}.txt")] for part in PARTS}


# --- attribute names ----------------------------------------------------------------------------
def _attribute_ways(leaves: Sequence[MarketCategory]) -> dict[str, Ask]:
    by_id = {one.id: one for one in leaves}
    matchers: dict[str, AttributeMatcher] = {}

    def by_matcher(case: Case) -> Answer:
        matcher = matchers.setdefault(case.category, AttributeMatcher(by_id[case.category]))
        name, value = case.said
        filled = matcher.fill(Param(name, value))
        ranked = tuple(one.attribute_id for one in matcher.suggest(name, value))
        if filled.attribute is not None:
            first = filled.attribute.id
            rest = (one for one in ranked if one != first)
            return Answer((first, *rest), accepted=True)
        return Answer(ranked, confidence=0.0)

    def by_fuzzy(case: Case) -> Answer:
        attributes: Sequence[Attribute] = by_id[case.category].attributes
        names = [folded(one.name) for one in attributes]
        near = process.extract(
            folded(case.said[0]), names, scorer=fuzz.token_set_ratio, limit=3, processor=None
        )
        best = near[0][1]
        return Answer(tuple(attributes[at].id for _, _, at in near), best >= 100, best / 100)

    return {_BASELINE: by_fuzzy, "torgpred": by_matcher}


def _attribute_cases(leaves: Sequence[MarketCategory]) -> dict[str, list[Case]]:
    named: dict[str, MarketCategory] = {one.name: one for one in leaves}

    def case(line: str) -> Case:
        leaf, param, answers = line.split(" :: ")
        name, _, value = param.partition(" = ")
        known = {one.name: [one.id] for one in named[leaf].attributes}
        ids, certain = _answers(answers, known, line)
        return Case((name, value), ids, certain, category=named[leaf].id)

    return {part: [case(line) for line in _lines(f"attributes_{part}.txt")] for part in PARTS}


# --- reading and telling ------------------------------------------------------------------------
def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _answers(
    text: str, known: Mapping[str, Sequence[str]], line: str
) -> tuple[frozenset[str], bool]:
    plain = text.removeprefix("?")
    if plain == "-":
        return frozenset(), False
    found = [known.get(name, ()) for name in plain.split(" | ")]
    if any(len(ids) != 1 for ids in found):
        message = f"an answer that is not exactly one of the tree's: {line}"
        raise ValueError(message)
    return frozenset(ids[0] for ids in found), plain == text


def _print_figures(kind: Kind) -> None:
    scores = kind.scores()
    for (part, way), score in scores.items():
        if not way.startswith("torgpred"):
            continue
        base = scores[part, _BASELINE].shares(kind)
        tail = part + (".embedding" if way != "torgpred" else "")
        for name, value in score.shares(kind).items():
            unit = f"of {score.cases} cases" if name == "wrong_auto" else "share"
            ratio = value / base[name] if base[name] else None
            figure(f"mapping.{kind.name}.{name}.{tail}", value, unit, ratio=ratio, against=_AGAINST)


def _print_table(kind: Kind) -> None:
    table = Table(title=f"{kind.name} names")
    for column in ("part", "way"):
        table.add_column(column)
    for number, ((part, way), score) in enumerate(kind.scores().items()):
        shares = score.shares(kind)
        if number == 0:
            for column in ("cases", "with answer", *shares):
                table.add_column(column.replace("_", " "), justify="right")
        told = [f"{value:.3f}" for name, value in shares.items() if name != "wrong_auto"]
        counts = (str(score.cases), str(score.answerable))
        table.add_row(part, way, *counts, *told, str(len(score.wrong)))
    Console(width=110).print(table)


def _tell_misses(kind: Kind) -> None:
    names = {one.id: one.name for one in sample_market().categories}
    names |= {one.id: one.name for cat in sample_market().categories for one in cat.attributes}
    for (part, way), score in kind.scores().items():
        if part != "tuning" or not way.startswith("torgpred"):
            continue
        print(f"--- {way}")
        for case, answer in score.missed:
            wanted, got = (
                " | ".join(names[one] for one in ids) for ids in (case.answers, answer.ids)
            )
            print(f"{' > '.join(case.said)} -> {got}; wanted {wanted}")
        for case in score.wrong:
            print("WRONG:", " > ".join(case.said))


def _print_speed(kind: Kind) -> None:
    cases = [case for part in kind.parts.values() for case in part]
    rates = {}
    for way, ask in kind.ways.items():
        with timed() as seconds:
            for _ in range(_SPEED_ROUNDS):
                for case in cases:
                    ask(case)
        rates[way] = _SPEED_ROUNDS * len(cases) / seconds[0]
    for way, rate in rates.items():
        if way.startswith("torgpred"):
            tail = ".embedding" if way != "torgpred" else ""
            ratio = rate / rates[_BASELINE]
            figure(f"mapping.category.speed{tail}", rate, "calls/s", ratio=ratio, against=_AGAINST)


if __name__ == "__main__":
    main()
