"""A seller's report: its parts add up, what is not known is never 0, lessons rest on figures."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.campaigns.core.money.afterwards import (
    Facts,
    LineFact,
    LockFact,
    OfferFact,
    PartFact,
    SellerReport,
    report,
)
from torgpred.campaigns.core.money.lessons import MOST, lessons
from torgpred.campaigns.core.money.results import SellerResult

START = datetime(2026, 11, 10, 21, tzinfo=UTC)
cents = st.integers(0, 10**7).map(lambda n: Decimal(n) / 100)


def make_offer(key: str = "A-1", **overrides: Any) -> OfferFact:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "shop_id": 1, "offer_key": key, "currency": "RUB", "price": Decimal(800),
        "usual": Decimal(1000), "keeps": Decimal(400), "margin": Decimal(20), "pieces": 10,
    }  # fmt: skip
    return OfferFact(**(fields | overrides))


def make_part(number: int = 1, **overrides: Any) -> PartFact:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "part_id": number, "shop_id": 1, "order": str(number), "phase": "delivered",
        "placed_at": START, "ship_by": START + timedelta(days=2),
        "ended_at": START + timedelta(days=1), "currency": "RUB",
    }  # fmt: skip
    return PartFact(**(fields | overrides))


def make_line(part: int = 1, key: str = "A-1", pieces: int = 1, **overrides: Any) -> LineFact:  # noqa: ANN401
    fields: dict[str, Any] = {
        "part_id": part, "shop_id": 1, "offer_key": key, "placed_at": START + timedelta(hours=part),
        "pieces": pieces, "amount": Decimal(800) * pieces,
    }  # fmt: skip
    return LineFact(**(fields | overrides))


def made(
    *,
    offers: tuple[OfferFact, ...] = (make_offer(),),
    lines: tuple[LineFact, ...] = (),
    parts: tuple[PartFact, ...] = (make_part(),),
    locks: tuple[LockFact, ...] = (),
    over: bool = True,
    mine: SellerResult | None = None,
) -> SellerReport:
    facts = Facts(offers, lines, parts, locks, START + timedelta(days=9), over=over)
    return report(facts, mine, 7)


def told(found: SellerReport) -> list[str]:
    return [one.code for one in lessons(found, starts=START, zone="Europe/Moscow")]


@given(st.data())
def test_every_waterfall_adds_up(data: st.DataObject) -> None:
    pick = data.draw
    parts, lines = [], []
    for number in range(1, pick(st.integers(1, 6)) + 1):
        amount = pick(cents)
        away = [pick(cents) for _ in range(4)]
        known = pick(st.booleans())
        currency = pick(st.sampled_from(["RUB", "CNY"]))
        parts.append(
            make_part(
                number, currency=currency, commission=away[0], delivery=away[1], tax=away[2],
                fee=away[3], keeps=amount - sum(away) if known else None,
            )
        )  # fmt: skip
        key = pick(st.sampled_from(["A-1", "B-1", "gone"]))
        lines.append(make_line(number, key, pick(st.integers(1, 5)), amount=amount))

    found = made(
        offers=(make_offer(), make_offer("B-1", usual=None)),
        lines=tuple(lines), parts=tuple(parts),
    )  # fmt: skip

    for one in found.money:
        costs = one.commission + one.delivery + one.tax + one.fee
        assert one.usual - one.discount == one.revenue
        assert one.revenue - one.revenue_unknown == costs + one.kept
        assert one.left == one.kept - one.own_spend
    assert sum(one.revenue for one in found.money) == sum(one.amount for one in lines)
    assert sum(one.orders for one in found.money) == len(parts)


def test_what_is_not_worked_out_is_counted_apart() -> None:
    (line,) = made(lines=(make_line(),)).money

    assert (line.unknown_orders, line.revenue_unknown, line.kept) == (1, Decimal(800), 0)
    assert "lesson.payout_unknown" in told(made(lines=(make_line(),)))


def test_cancelled_orders_are_told_and_nothing_of_them_counts() -> None:
    found = made(lines=(make_line(),), parts=(make_part(phase="cancelled"),))

    assert (found.money, found.sending.cancelled, found.sending.orders) == ((), 1, 0)


@pytest.mark.parametrize(
    ("given_facts", "code"),
    [
        ({"lines": (make_line(pieces=10),)}, "lesson.sold_out"),
        ({"lines": (make_line(pieces=9),)}, ""),
        (
            {"lines": (make_line(),), "offers": (make_offer(margin=Decimal("-0.1")),)},
            "lesson.loss",
        ),
        ({"lines": (make_line(),), "offers": (make_offer(margin=Decimal(0)),)}, ""),
        (
            {
                "lines": (make_line(),),
                "offers": (make_offer(margin=Decimal(0), keeps=Decimal(-1)),),
            },
            "lesson.nothing_kept",
        ),
        ({"lines": (make_line(),), "offers": (make_offer(margin=None),)}, "lesson.cost_unknown"),
        ({"lines": (make_line(),), "locks": (LockFact("A-1", 10, 4, 6),)}, "lesson.unused"),
        ({"lines": (make_line(),), "locks": (LockFact("A-1", 10, 5, 5),)}, ""),
        ({"lines": (make_line(),), "locks": (LockFact("A-1", 10, 0, 0),), "over": False}, ""),
        (
            {"lines": (make_line(),), "parts": (make_part(ended_at=START + timedelta(days=3)),)},
            "lesson.late",
        ),
        (
            {"lines": (make_line(),), "parts": (make_part(phase="to_ship", ended_at=None),)},
            "lesson.overdue",
        ),
        ({"lines": (make_line(pieces=9, returned=1),)}, "lesson.came_back"),
        ({"lines": (make_line(pieces=1), make_line(1, pieces=0, amount=Decimal(0)))}, ""),
        ({"lines": ()}, "lesson.not_sold"),
        ({"lines": (), "over": False}, ""),
    ],
)
def test_a_lesson_follows_from_its_figures_and_only_from_them(
    given_facts: dict[str, Any], code: str
) -> None:
    part = make_part(keeps=Decimal(400))
    parts = tuple(
        make_part(1, phase=one.phase, ended_at=one.ended_at, keeps=Decimal(400))
        for one in given_facts.pop("parts", (part,))
    )

    assert told(made(parts=parts, **given_facts)) == ([code] if code else [])


def test_a_sold_out_offer_is_told_by_the_campaigns_clock() -> None:
    (lesson,) = lessons(
        made(lines=(make_line(pieces=10),), parts=(make_part(keeps=Decimal(1)),)),
        starts=START, zone="Europe/Moscow",
    )  # fmt: skip

    assert "by 2026-11-11 01:00, 1 hours into the sale" in lesson.message


def test_many_lessons_of_one_kind_are_counted() -> None:
    keys = [f"A-{n}" for n in range(MOST + 3)]
    found = made(
        offers=tuple(make_offer(key) for key in keys),
        lines=tuple(make_line(1, key, 10) for key in keys),
        parts=(make_part(keeps=Decimal(1)),),
    )

    said = told(found)

    assert said.count("lesson.sold_out") == MOST
    assert said[-1] == "lesson.and_more"
