"""Which days of a look-back are known, and which prices count in it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.campaigns.making import AT, START, before

from torgpred.campaigns.core.judging.history import (
    Period,
    known,
    usual_shown,
    window_before,
)

WINDOW = window_before(START, "Europe/Moscow", 30)
DAY = 86_400.0


def look(*seen: Period, stands_to: float = inf) -> tuple[int, Decimal | None, Decimal | None]:
    found = known(seen, WINDOW, stands_to=stands_to, at=AT.timestamp())
    return found.days, found.regular, found.shown


@pytest.mark.parametrize(
    ("seen", "days"),
    [
        ([before(30, "10")], 30),
        ([before(29, "10")], 29),
        ([before(29.99, "10")], 29),  # the first day is known in part only
        ([before(60, "10")], 30),
        ([before(60, "10", until=30)], 0),
        ([before(60, "10", until=29.5)], 0),
        ([before(60, "10", until=29)], 1),
        ([before(60, "10", until=20), before(20, "9")], 30),
        ([before(60, "10", until=20.5), before(20.5, "9")], 30),  # a change within a day
        ([before(60, "10", until=20), before(19, "9")], 29),  # a day that nobody saw
        ([before(60, "10", until=20.5), before(20.4, "9")], 29),
        ([], 0),
    ],
)
def test_a_day_is_known_when_the_price_is_known_during_all_of_it(
    seen: list[Period], days: int
) -> None:
    assert look(*seen)[0] == days


def test_the_low_on_the_first_day_counts_and_one_before_it_does_not() -> None:
    on_it = look(before(40, "5", until=29.9), before(29.9, "10"))
    before_it = look(before(40, "5", until=30), before(30, "10"))

    assert on_it[1:] == (5, 5)
    assert before_it[1:] == (10, 10)


def test_a_price_that_begins_with_the_sale_does_not_count() -> None:
    assert look(before(40, "10", until=0), before(0, "5"))[1:] == (10, 10)


def test_a_discount_is_what_buyers_saw() -> None:
    assert look(before(40, "10", until=5), before(5, "12", "8"))[1:] == (10, 8)


def test_nobody_looked_since_so_nothing_is_known_since() -> None:
    week_ago = (START - timedelta(days=7)).timestamp()
    assert look(before(60, "10"), stands_to=week_ago)[0] == 23


def test_days_to_come_are_told_apart() -> None:
    at = (START - timedelta(days=5)).timestamp()
    found = known([before(60, "10")], WINDOW, stands_to=inf, at=at)
    assert (found.days, found.to_come) == (30, 5)
    short = known([before(60, "10", until=8)], WINDOW, stands_to=inf, at=at)
    assert (short.days, short.to_come) == (22, 0)


def test_the_campaigns_zone_decides_the_days() -> None:
    # 18:00 UTC on 11 October: in Shanghai the 12th has begun, in Moscow it has not.
    start = datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
    seen = [(datetime(2026, 10, 11, 18, tzinfo=UTC).timestamp(), None, Decimal(1), Decimal(1))]
    there = window_before(start, "Asia/Shanghai", 30)
    assert known(seen, there, stands_to=inf, at=start.timestamp()).days == 29
    assert known(seen, WINDOW, stands_to=inf, at=START.timestamp()).days == 30


def test_a_change_of_the_clock_makes_a_longer_day_not_another_count() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 11, 11, tzinfo=berlin)
    window = window_before(start, "Europe/Berlin", 30)
    hours = {
        round((b - a) / 3600) for a, b in zip(window.borders, window.borders[1:], strict=False)
    }
    assert hours == {24, 25}
    first = datetime(2026, 10, 12, tzinfo=berlin).timestamp()
    seen = [(first, None, Decimal(1), Decimal(1))]
    assert known(seen, window, stands_to=inf, at=start.timestamp()).days == 30


HALF_DAYS = st.integers(0, 80)


@given(st.lists(st.tuples(HALF_DAYS, st.integers(1, 9)), max_size=8, unique_by=lambda one: one[0]))
def test_it_is_what_looking_at_every_hour_would_tell(steps: list[tuple[int, int]]) -> None:
    ordered = sorted(steps, reverse=True)
    seen = []
    for place, (half, price) in enumerate(ordered):
        until = ordered[place + 1][0] / 2 if place + 1 < len(ordered) else None
        if price < 8:  # 8 and 9: nobody looked
            seen.append(before(half / 2, str(price), until=until))
    found = known(seen, WINDOW, stands_to=inf, at=START.timestamp())

    at_hour: dict[int, Decimal] = {}
    for begun, ended, price_then, _ in seen:
        first = round((begun - WINDOW.borders[0]) / 3600)
        last = 30 * 24 if ended is None else round((ended - WINDOW.borders[0]) / 3600)
        for hour in range(max(first, 0), min(last, 30 * 24)):
            at_hour[hour] = price_then
    whole = sum(all(day * 24 + hour in at_hour for hour in range(24)) for day in range(30))
    assert found.days == whole
    assert found.shown == min(at_hour.values(), default=None)


@pytest.mark.parametrize(
    ("seen", "spell", "usual"),
    [
        ([before(60, "10")], (20, 5, "8"), "10"),
        ([before(60, "10"), before(19, "10", "8")], (20, 5, "8"), "10"),  # in force
        ([before(60, "10"), before(19, "8"), before(4, "11")], (20, 5, "8"), "11"),  # over
        ([before(60, "10"), before(19, "8")], (60, 40, "8"), "8"),  # as high as one of before
        ([before(60, "10"), before(19, "9")], (20, 5, "8"), "9"),  # something else set it
        ([before(19, "8")], (20, 5, "8"), None),  # never seen without
        ([before(60, "10"), before(4.999, "8")], (20, 5, "8"), "10"),  # not brought back yet
        ([before(60, "10"), before(4.9, "8")], (20, 5, "8"), "8"),  # it was to be back long ago
    ],
)
def test_a_price_for_a_time_is_not_the_usual_one(
    seen: list[Period], spell: tuple[float, float, str], usual: str | None
) -> None:
    first, last, price = spell
    begun, over = ((START - timedelta(days=one)).timestamp() for one in (first, last))

    found = usual_shown(seen, [(begun, over, Decimal(price))])

    assert found == (None if usual is None else Decimal(usual))
