"""How fast orders come, and which day a day is held against."""

from datetime import UTC, datetime

import pytest

from torgpred.orders.core.pace import a_second, year_before


@pytest.mark.parametrize(
    ("before", "now", "elapsed", "rate"),
    [(120, 0, 0, 2.0), (120, 60, 30, 2.0), (0, 120, 60, 2.0), (0, 0, 10, 0.0), (60, 0, 75, 0.0)],
)
def test_a_rate_slides_over_the_last_minute(
    before: int, now: int, elapsed: float, rate: float
) -> None:
    assert a_second(before, now, elapsed) == pytest.approx(rate)


def test_a_leap_day_is_held_against_the_last_of_february() -> None:
    assert year_before(datetime(2028, 2, 29, 9, tzinfo=UTC)) == datetime(2027, 2, 28, 9, tzinfo=UTC)
    assert year_before(datetime(2026, 11, 11, tzinfo=UTC)) == datetime(2025, 11, 11, tzinfo=UTC)
