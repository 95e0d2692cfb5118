"""What the mapping benchmark promises, whether or not the embedding extra is installed."""

import pytest
from benchmarks.mapping import PARTS, Kind, kinds

KINDS = {kind.name: kind for kind in kinds()}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_name_that_a_shop_writes_is_accepted_wrongly(kind: Kind) -> None:
    cases = sum(len(part) for part in kind.parts.values())
    assert cases >= 200
    scores = kind.scores()
    ways = [way for way in kind.ways if way.startswith("torgpred")]
    assert {way: [s.wrong for part in PARTS if (s := scores[part, way]).wrong] for way in ways} == {
        way: [] for way in ways
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_names_are_understood_better_than_by_spelling_alone(kind: Kind) -> None:
    scores = kind.scores()
    for part in PARTS:
        told = scores[part, "torgpred"].shares(kind)
        spelling = scores[part, "rapidfuzz token_set_ratio"].shares(kind)
        assert told["at1"] > spelling["at1"]
        assert told[kind.among] > spelling[kind.among]


def test_held_out_cases_are_at_least_half_and_no_copies() -> None:
    for kind in KINDS.values():
        held, tuned = ({(case.category, case.said) for case in kind.parts[part]} for part in PARTS)
        assert len(held) >= len(tuned)
        assert held.isdisjoint(tuned)
