from bisect import bisect_left
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.runtime.slots import Pace, pace


def let_through(paces: list[tuple[float, Pace, int]]) -> list[tuple[float, int]]:
    """Play the database's rule on a clock of our own; return (moment, units) of what passed."""
    due = 0.0
    passed = []
    moment = 0.0
    for gap, asked, units in paces:
        moment += gap
        if due - moment - asked.tolerance <= 1e-9:
            due = max(due, moment) + asked.cost
            passed.append((moment, units))
    return passed


def most_in_a_window(passed: list[tuple[float, int]], seconds: float) -> int:
    moments = [moment for moment, _ in passed]
    sums = [0, *accumulate(units for _, units in passed)]
    begins = (bisect_left(moments, moment - seconds * (1 - 1e-9)) for moment in moments)
    return max((sums[end + 1] - sums[begin] for end, begin in enumerate(begins)), default=0)


@given(
    amount=st.integers(1, 200),
    seconds=st.floats(0.5, 5000),
    burst=st.integers(1, 200),
    calls=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 20)), max_size=400),
)
def test_no_window_ever_holds_more_than_the_quota(
    amount: int, seconds: float, burst: int, calls: list[tuple[float, int]]
) -> None:
    largest = max((units for _, units in calls), default=1)
    if max(largest, burst) > amount:
        return
    asked = [
        (
            gap * seconds / 10,
            pace(
                key="k",
                amount=amount,
                seconds=seconds,
                burst=max(burst, largest),
                units=units,
            ),
            units,
        )
        for gap, units in calls
    ]

    passed = let_through(asked)

    assert most_in_a_window(passed, seconds) <= amount


@pytest.mark.parametrize("burst", [1, 20, 60, 100])
def test_callers_that_never_pause_fill_the_quota_and_do_not_exceed_it(burst: int) -> None:
    one = pace(key="k", amount=100, seconds=10.0, burst=burst)

    passed = let_through([(0.005, one, 1)] * 8000)

    assert 98 <= most_in_a_window(passed, 10.0) <= 100


def test_steady_calls_use_the_whole_rate() -> None:
    one = pace(key="k", amount=10, seconds=1.0)

    passed = let_through([(0.01, one, 1)] * 1000)

    assert len(passed) >= 99


def test_a_burst_passes_at_once() -> None:
    one = pace(key="k", amount=100, seconds=10.0, burst=20)

    assert len(let_through([(0.0, one, 1)] * 50)) == 20


def test_what_is_kept_slows_only_bulk() -> None:
    one = pace(key="k", amount=10, seconds=1.0, kept=0.3)

    assert one.cost == pytest.approx(0.1)
    assert one.bulk_cost == pytest.approx(1 / 7)


def test_a_call_larger_than_the_quota_waits_for_an_empty_bucket() -> None:
    one = pace(key="k", amount=10, seconds=1.0, units=1000)

    assert one.tolerance == 0.0
    assert one.cost >= 100.0
