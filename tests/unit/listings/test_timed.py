"""Prices for a time in the core: spans, waterfalls, decisions about drift, local times."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.listings.making import make_context, make_offer

from torgpred.cli.prices import UnreadableMomentError, moment
from torgpred.listings.core.desired import Product, desire
from torgpred.listings.core.drift import Choice, Decision
from torgpred.listings.core.pricing import PricingPolicy
from torgpred.listings.core.question import SkuNames
from torgpred.listings.core.switching import wanted
from torgpred.listings.core.timed import TimedPrice, at, holds_at, left_alone

D = Decimal
NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_timed(**overrides: object) -> TimedPrice:
    """Return a price of A-1 for an hour from noon on."""
    given = {
        "offer_key": "A-1",
        "price": D(790),
        "listed": None,
        "starts_at": NOON,
        "ends_at": NOON + HOUR,
        "reference": "1111",
    }
    return TimedPrice(**(given | overrides))  # type: ignore[arg-type]


def make_decision(choice: Choice, decided_at: datetime) -> Decision:
    return Decision("A-1", "price", choice, "700", decided_at)


def test_it_holds_from_its_start_until_before_its_end() -> None:
    one = make_timed()
    assert [one.in_force(NOON + shift) for shift in (-HOUR / 60, 0 * HOUR, HOUR * 0.99, HOUR)] == [
        False, True, True, False,
    ]  # fmt: skip


@given(minutes=st.integers(-90, 90), asked=st.integers(-90, 90))
def test_withdrawn_it_never_holds_from_then_on(minutes: int, asked: int) -> None:
    withdrawn = NOON + timedelta(minutes=minutes)
    one = make_timed(withdrawn_at=withdrawn)
    then = NOON + timedelta(minutes=asked)
    assert one.in_force(then) == (make_timed().in_force(then) and then < withdrawn)


def test_what_is_desired_has_the_timed_price_and_its_waterfall() -> None:
    policy = PricingPolicy(commission=D(10), step=D(100), ending=D(90), least_price=D(900))
    timed = at(NOON, [make_timed(listed=D(1090))])
    got = desire(Product((make_offer(cost=D(500)),)), make_context(policy=policy, timed=timed))
    (figures,) = got.variants
    assert (figures.price, figures.listed, figures.keeps) == (D(790), D(1090), D(711))
    assert sum(line.amount for line in figures.waterfall.lines) == D(790)
    assert got.draft is not None
    assert got.draft.variants[0].discount_price == D(790)


def test_the_input_digest_changes_with_the_timed_price_alone() -> None:
    def mark(*prices: TimedPrice) -> bytes:
        return make_context(timed=at(NOON, prices)).input_digest([b"x"], "7", ["A-1"], "RUB")

    assert mark() != mark(make_timed()) != mark(make_timed(price=D(780)))
    assert mark(make_timed()) == mark(make_timed(ends_at=NOON + 2 * HOUR)), "longer, not dearer"
    assert mark() == mark(make_timed(offer_key="A-2"))


@pytest.mark.parametrize(
    ("decided", "asked", "holds"),
    [
        (-HOUR, -HOUR / 2, True),  # before the time, asked before it
        (-HOUR, HOUR / 2, False),  # it waits
        (-HOUR, 2 * HOUR, True),  # and holds again
        (HOUR / 2, HOUR * 0.75, True),  # decided during it
        (HOUR / 2, 2 * HOUR, False),  # ends with it
    ],
)
def test_a_price_taken_over_holds_in_its_own_period(
    decided: timedelta, asked: timedelta, *, holds: bool
) -> None:
    decision = make_decision(Choice.TAKE_OVER, NOON + decided)
    assert holds_at(decision, NOON + asked, [make_timed()]) is holds


def test_a_price_left_alone_before_is_left_alone() -> None:
    before = make_decision(Choice.LEAVE, NOON - HOUR)
    during = make_decision(Choice.LEAVE, NOON + HOUR / 2)
    assert left_alone(before, [make_timed()])
    assert holds_at(before, NOON + HOUR / 2, [make_timed()])
    assert not left_alone(during, [make_timed()])


@pytest.mark.parametrize(
    ("price", "back"), [(D(1000), D(1000)), (D(10), D(950)), (D(9000), D(950)), (None, D(950))]
)
def test_a_price_that_is_unknown_or_far_off_gives_way_to_the_one_before(
    price: Decimal | None, back: Decimal
) -> None:
    context = make_context()
    got = wanted(
        desire(Product((make_offer(price=price),)), context),
        context.timed,
        SkuNames(),
        before={"A-1": (D(950), None)},
        times=D(3),
    )
    assert got.prices == {"A-1": (back, None)}
    assert bool(got.remarks) == (back == D(950))


def test_local_times_are_of_their_zone_and_one_that_clocks_leave_out_is_none() -> None:
    assert moment("2026-11-11T00:00", "Europe/Moscow") == datetime(2026, 11, 10, 21, tzinfo=UTC)
    assert moment("2026-11-11T00:00+08:00", "UTC") == datetime(2026, 11, 10, 16, tzinfo=UTC)
    for said, zone in (
        ("2026-03-29T02:30", "Europe/Berlin"),
        ("11.11.2026", "UTC"),
        ("2026-11-11", "Mars/X"),
    ):
        with pytest.raises(UnreadableMomentError):
            moment(said, zone)
