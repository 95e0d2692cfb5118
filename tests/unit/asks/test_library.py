"""The library of queries: what was used once stays as it was."""

from hashlib import sha256

import pytest

from torgpred.asks.core.errors import UnfitParameterError, UnknownQueryError
from torgpred.asks.core.library import LIBRARY, Parameter, Query, newest, query
from torgpred.asks.core.parameters import bound, checked
from torgpred.asks.core.words import LABELS
from torgpred.kernel.clock import now

KEPT = {
    ("sold", 1): "78f2e4dfebc1",
    ("categories", 1): "78f2e4dfebc1",
    ("short", 1): "f62d0c7acc93",
    ("refused", 1): "4bd0a4dcebca",
    ("unexplained", 1): "0c6e89d7ef0c",
    ("cancelled", 1): "f9b0afbfc092",
    ("returned", 1): "1176045bcabd",
    ("local_days", 1): "34d780f64d8a",
    ("shelf_prices", 1): "2da1788f3880",
}
"""Beginnings of the SHA-256 of each version's text. Figures hold the text they were made by, and it
is run again only where the library holds the same: mend a query by a version of its own.
"""
WINDOW = {"since": "2026-11-11", "until": "2026-11-12"}


def names(sql: str) -> set[str]:
    return {part.split(")s")[0] for part in sql.split("%(")[1:]}


def test_a_version_that_was_released_is_never_changed() -> None:
    found = {(one.code, one.version): sha256(one.sql.encode()).hexdigest()[:12] for one in LIBRARY}

    assert found == KEPT


@pytest.mark.parametrize("one", LIBRARY, ids=lambda one: one.code)
def test_a_query_takes_exactly_its_parameters_and_is_named(one: Query) -> None:
    assert names(one.sql) == {*one.parameters, "as_of"}
    assert one.code in LABELS["ask query"]
    for measure in one.measures:
        assert not measure.unit or measure.unit in LABELS["ask unit"]


def test_every_parameter_has_a_name() -> None:
    assert set(LABELS["ask parameter"]) == set(Parameter)


def test_parameters_are_kept_whole_and_in_order() -> None:
    told = checked(query("sold"), {**WINDOW, "sellers": " b, a b"})

    assert told == {
        "since": "2026-11-11", "until": "2026-11-12", "family": "", "sellers": ["A", "B"],
        "category": "",
    }  # fmt: skip
    assert bound(told, now())["since"].isoformat() == "2026-11-11T00:00:00+00:00"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"since": "2026-11-11"},
        {**WINDOW, "until": "2026-11-11"},
        {**WINDOW, "family": "x'--"},
        {**WINDOW, "category": "1 OR 1=1"},
        {**WINDOW, "country": "RU"},
        {**WINDOW, "sellers": "A;DROP"},
    ],
)
def test_what_cannot_be_a_parameter_is_told(wrong: dict[str, str]) -> None:
    with pytest.raises(UnfitParameterError):
        checked(query("sold"), wrong)


def test_an_unknown_query_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownQueryError, match="sold"):
        query("SELECT 1")
    assert [one.code for one in newest()] == list(dict.fromkeys(one.code for one in LIBRARY))
