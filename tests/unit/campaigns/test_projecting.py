"""What a day will have at its end: right as often as said, narrower with time, the fact at last."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torgpred.campaigns.core.load_shape import (
    ENOUGH,
    EVEN,
    OPENING,
    Course,
    Shape,
    course_of,
    shape_of,
)
from torgpred.campaigns.core.projecting import Projection, Why, project

OPENING_SHAPE = shape_of(opening=True)
DAYS = 400


def poisson(random: Random, mean: float) -> int:
    """A Poisson number: exact where it is small, else rounded from the normal one."""
    if mean > 400:
        return max(round(random.gauss(mean, mean**0.5)), 0)
    passed, count = random.expovariate(1), 0
    while passed < mean:
        passed, count = passed + random.expovariate(1), count + 1
    return count


def covered(shape: Shape, hour: float, rate: float, level: float = 0.8) -> float:
    """Return how often the fact of simulated days lay within the interval made at an hour.

    Each day strays from the course by a power of its own, and its orders are Poisson.
    """
    random, inside, told = Random(f"{hour} {rate}"), 0, 0
    for _ in range(DAYS):
        power = random.gammavariate(shape.spread**-2, shape.spread**2)
        part = shape.share(hour) ** power
        orders = poisson(random, rate * part)
        fact = orders + poisson(random, rate * (1 - part))
        found = project(orders, hour=hour, shape=shape, level=level)
        if isinstance(found, Projection):
            told += 1
            inside += found.low <= fact <= found.high
    assert told > DAYS * 0.9
    return inside / told


@pytest.mark.parametrize("rate", [60, 2_000, 300_000])
@pytest.mark.parametrize("hour", [0.5, 4.0, 12.0, 23.0])
def test_the_fact_lies_within_the_interval_as_often_as_said(hour: float, rate: float) -> None:
    # A whole number of few orders covers more than it has to; sampling strays by some 0.02.
    least, most = 0.73, 0.88 if rate > 100 else 0.97
    assert least < covered(OPENING_SHAPE, hour, rate) < most


def test_another_level_is_kept_too() -> None:
    assert 0.43 < covered(OPENING_SHAPE, 6, 20_000, level=0.5) < 0.57
    assert 0.91 < covered(OPENING_SHAPE, 6, 20_000, level=0.95) < 0.98


@pytest.mark.parametrize("which", [0, 1])
def test_the_two_known_years_lie_within_it(which: int) -> None:
    for hour in (8 / 60, 1.0, 1.5, 6.0, 12.0):
        found = project(round(1_000_000 * OPENING[which].by(hour)), hour=hour, shape=OPENING_SHAPE)
        assert isinstance(found, Projection)
        assert found.low <= 1_000_000 <= found.high, hour


@pytest.mark.parametrize("shape", [OPENING_SHAPE, shape_of(opening=False), shape_of(
    opening=False, own=[EVEN])])  # fmt: skip
def test_it_grows_narrower_as_the_day_goes_on(shape: Shape) -> None:
    widths = []
    for quarter in range(24, 96, 2):
        hour = quarter / 4
        found = project(round(50_000 * shape.share(hour)), hour=hour, shape=shape)
        assert isinstance(found, Projection)
        assert found.low <= 50_000 <= found.high
        widths.append(found.width)
    assert all(after < before for before, after in pairwise(widths))


@given(st.integers(0, 10**7), st.floats(0, 48))
def test_at_the_end_it_is_the_fact(orders: int, late: float) -> None:
    found = project(orders, hour=24 + late, shape=OPENING_SHAPE)

    assert found == Projection(orders, orders, orders, 1.0, sure=True)


@settings(max_examples=40)
@given(st.integers(20, 10**7), st.floats(0.5, 23.99))
def test_it_never_falls_below_what_came_and_its_ends_are_in_order(orders: int, hour: float) -> None:
    found = project(orders, hour=hour, shape=OPENING_SHAPE)

    assert isinstance(found, Projection)
    assert orders <= found.low <= found.middle <= found.high


@settings(max_examples=40)
@given(st.integers(20, 10**5), st.floats(0.5, 23.9))
def test_more_orders_by_an_hour_never_foretell_fewer(orders: int, hour: float) -> None:
    few = project(orders, hour=hour, shape=OPENING_SHAPE)
    many = project(orders * 2, hour=hour, shape=OPENING_SHAPE)

    assert isinstance(few, Projection)
    assert isinstance(many, Projection)
    assert many.low >= few.low
    assert many.high >= few.high


def test_where_nothing_can_be_said_it_says_why() -> None:
    assert project(0, hour=5, shape=OPENING_SHAPE) is Why.NO_ORDERS
    assert project(10, hour=0, shape=OPENING_SHAPE) is Why.NOT_BEGUN
    assert project(10, hour=-3, shape=OPENING_SHAPE) is Why.NOT_BEGUN
    assert project(3, hour=0.001, shape=shape_of(opening=False)) is Why.TOO_EARLY


def test_few_orders_make_it_wide() -> None:
    few = project(3, hour=6, shape=OPENING_SHAPE)
    many = project(3_000, hour=6, shape=OPENING_SHAPE)

    assert isinstance(few, Projection)
    assert isinstance(many, Projection)
    assert few.width / few.middle > 2 * many.width / many.middle


def test_a_sale_that_ends_before_midnight_has_had_all_then() -> None:
    short = project(1_000, hour=11.9, shape=OPENING_SHAPE, length=12)
    whole = project(1_000, hour=11.9, shape=OPENING_SHAPE)

    assert isinstance(short, Projection)
    assert isinstance(whole, Projection)
    assert short.high < whole.low


@given(st.lists(st.integers(0, 500), min_size=24, max_size=24), st.floats(0, 24), st.floats(0, 24))
def test_a_course_of_ones_own_rises_from_nothing_to_all(
    orders: Sequence[int], one: float, other: float
) -> None:
    made = course_of(orders)
    if sum(orders) < ENOUGH:
        assert made is None
        return
    assert isinstance(made, Course)
    assert (made.by(0), made.by(24)) == (0.0, 1.0)
    assert made.by(min(one, other)) <= made.by(max(one, other))


def test_the_first_hour_is_that_of_the_known_years() -> None:
    assert [round(one.by(1.0), 2) for one in OPENING] == [0.27, 0.39]
    assert round(OPENING_SHAPE.share(1.0), 2) == 0.33
    assert round(OPENING_SHAPE.deviation(0.33), 3) == 0.084
