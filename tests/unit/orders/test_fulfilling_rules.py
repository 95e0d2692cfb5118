"""Rules of fulfilment: boxes, which parcels were made of a request, cancelling, clocks."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.catalogue.core.offers import Package
from torgpred.channels.core.orders import OrderPhase, ParcelOutcome, ParcelPhase
from torgpred.orders.core.cancelling import advice
from torgpred.orders.core.changing import phase_after
from torgpred.orders.core.held import told_reason
from torgpred.orders.core.packing import Box, Packed, box_of, made_of
from torgpred.orders.core.watching import NEXT, Block, Urgency, urgency

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)


def packed(*sides: str, weight: str | None = "0.5", pieces: int = 1) -> Packed:
    package = Package(*map(Decimal, sides)) if sides else None
    return Packed(package, None if weight is None else Decimal(weight), pieces)


def test_packages_lie_flat_one_upon_another() -> None:
    found = box_of([packed("10", "30", "20", pieces=2), packed("5", "5", "40", weight="1")])
    assert found == Box((Decimal(40), Decimal(20), Decimal(25)), Decimal(2))


def test_many_packages_make_no_tower() -> None:
    found = box_of([packed("32", "25", "6", pieces=41)])
    assert found.sides == (Decimal(64), Decimal(50), Decimal(66))


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        ([], Box(None, None)),
        ([packed("1", "2", "3"), packed()], Box(None, Decimal(1))),
        ([packed("1", "2", "3", weight=None)], Box((Decimal(3), Decimal(2), Decimal(1)), None)),
    ],
)
def test_what_is_not_known_is_not_guessed(goods: list[Packed], expected: Box) -> None:
    assert box_of(goods) == expected


sides = st.decimals("0.1", "100", places=1)
goods = st.lists(
    st.tuples(st.tuples(sides, sides, sides), st.integers(1, 5)), min_size=1, max_size=5
)


@given(goods)
def test_a_box_holds_all_of_it(
    given_goods: list[tuple[tuple[Decimal, Decimal, Decimal], int]],
) -> None:
    found = box_of(Packed(Package(*one), Decimal(1), pieces) for one, pieces in given_goods)
    assert found.sides is not None
    length, width, height = found.sides
    volume = sum(a * b * c * pieces for (a, b, c), pieces in given_goods)
    assert length * width * height >= volume
    assert length >= max(max(one) for one, _ in given_goods)


def made(number: str, *items: tuple[str, int], **more: object) -> ParcelOutcome:
    return ParcelOutcome(remote_id=number, items=items, phase=ParcelPhase.MADE, **more)  # type: ignore[arg-type]


def test_parcels_of_a_request_are_told_from_others() -> None:
    wanted = {"A": 2, "B": 1}
    others = [made("1", ("C", 1)), made("2", ("A", 3)), ParcelOutcome(problem="no")]
    gone = ParcelOutcome(remote_id="3", items=(("A", 2), ("B", 1)), phase=ParcelPhase.CANCELLED)
    assert made_of(wanted, [*others, gone]) == []
    whole = made("4", ("A", 1), ("B", 1), ("A", 1))
    assert made_of(wanted, [*others, whole]) == [(whole, {"A": 2, "B": 1})]
    halves = [made("5", ("A", 2)), made("6", ("B", 1)), made("7", ("B", 1))]
    assert [one.remote_id for one, _ in made_of(wanted, halves)] == ["5", "6"]
    untold = made("8")
    assert made_of(wanted, [untold, made("9")]) == [(untold, wanted)]


@pytest.mark.parametrize(
    ("phase", "awaits", "words"),
    [
        (OrderPhase.PLACED, True, "ends by itself"),
        (OrderPhase.TO_SHIP, True, "Open order 7 in the seller's cabinet and cancel it there"),
        (OrderPhase.UNKNOWN, True, "Open order 7"),
        (OrderPhase.SHIPPED, False, "turn it round"),
        (OrderPhase.DELIVERED, False, "dispute"),
        (OrderPhase.CANCELLED, False, "already"),
    ],
)
def test_cancelling_asks_what_the_state_allows(
    phase: OrderPhase,
    awaits: bool,  # noqa: FBT001 - a case
    words: str,
) -> None:
    found = advice(order="7", phase=phase, joint=False, others=False, parcels=[])
    assert (found.awaits, words in " ".join(found.steps)) == (awaits, True)


def test_in_a_joint_shop_the_operator_cancels_one_sellers_lines() -> None:
    found = advice(order="7", phase=OrderPhase.TO_SHIP, joint=True, others=True, parcels=["9"])
    assert "(9)" in found.steps[0]
    assert "Ask the operator" in found.steps[1]
    assert "only the lines of this seller" in found.steps[1]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-0.1, Urgency.OVERDUE),
        (0, Urgency.DAY),
        (24, Urgency.DAY),
        (24.1, Urgency.TWO_DAYS),
        (48, Urgency.TWO_DAYS),
        (48.1, Urgency.LATER),
        (None, Urgency.LATER),
    ],
)
def test_clocks(hours: float | None, expected: Urgency) -> None:
    assert urgency(None if hours is None else NOON + timedelta(hours=hours), NOON) is expected


def test_every_block_says_what_to_do() -> None:
    assert set(NEXT) == set(Block)


def test_an_order_that_is_held_waits_where_it_was() -> None:
    held = phase_after(OrderPhase.TO_SHIP, OrderPhase.PLACED, held=True)
    assert held == (OrderPhase.TO_SHIP, "")
    assert phase_after(OrderPhase.TO_SHIP, OrderPhase.PLACED)[1] != ""
    assert phase_after(OrderPhase.SHIPPED, OrderPhase.PLACED, held=True)[1] != ""
    assert told_reason("InCancel") == "the buyer asks to cancel it (InCancel)"
    assert told_reason("SomethingNew") == "SomethingNew"
