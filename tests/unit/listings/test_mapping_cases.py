"""What the mapping benchmark promises; the embedding extra changes nothing of it."""

from functools import cache

import pytest
from benchmarks.mapping import PARTS, Kind, Score, kinds

SPELLING = "rapidfuzz token_set_ratio"


@cache
def scored(name: str) -> tuple[Kind, dict[tuple[str, str], Score]]:
    kind = next(kind for kind in kinds() if kind.name == name)
    return kind, kind.scores()


@pytest.mark.parametrize("name", ["category", "attribute"])
def test_no_name_that_a_shop_writes_is_accepted_wrongly(name: str) -> None:
    kind, scores = scored(name)
    assert sum(len(part) for part in kind.parts.values()) >= 200
    assert [scores[part, "torgpred"].wrong for part in PARTS] == [[], []]
    assert all(scores[part, SPELLING].wrong for part in PARTS), "the cases are no trial"


@pytest.mark.parametrize("name", ["category", "attribute"])
def test_names_are_understood_better_than_by_spelling_alone(name: str) -> None:
    kind, scores = scored(name)
    for part in PARTS:
        told, spelling = (scores[part, way].shares(kind) for way in ("torgpred", SPELLING))
        assert told["at1"] > spelling["at1"]
        assert told[kind.among] > spelling[kind.among]


@pytest.mark.parametrize("name", ["category", "attribute"])
def test_held_out_cases_are_at_least_half_and_no_copies(name: str) -> None:
    kind, _ = scored(name)
    held, tuned = ({(case.category, case.said) for case in kind.parts[part]} for part in PARTS)
    assert len(held) >= len(tuned)
    assert held.isdisjoint(tuned)
