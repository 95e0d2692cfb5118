"""A rehearsal's rules: how orders lie in a day, what would be bought, what the day came to."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from torgpred.campaigns.core.rehearsing.days import (
    Handling,
    OfferDay,
    Played,
    SellerDay,
    Sold,
    beside,
    day_digest,
    late,
    offer_day,
    totals,
)
from torgpred.campaigns.core.rehearsing.demand import (
    Assumptions,
    Basis,
    Expected,
    Goods,
    draw,
    expect,
)
from torgpred.campaigns.core.rehearsing.load import FIRST_HOUR, MINUTES, minute_of, share_until

START = datetime(2026, 11, 10, 21, tzinfo=UTC)


def make_goods(**overrides: Any) -> Goods:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "seller_id": 1, "shop_id": 7, "offer_key": "A-1", "sku": "A-1", "category": "10",
        "currency": "RUB", "price": Decimal(800), "usual": Decimal(1000), "keeps": Decimal(50),
        "usual_keeps": Decimal(200), "pieces": 10, "sold": 56, "days": 28,
    }  # fmt: skip
    return Goods(**(given | overrides))


def make_part(*offers: OfferDay, **overrides: Any) -> SellerDay:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "seller_id": 1, "shop_id": 7, "currency": "RUB", "orders": 5, "pieces": 5, "missed": 2,
        "revenue": Decimal("4000.00"), "payout": Decimal("3500.00"), "unpaid": 0, "late": 1,
        "handling": Handling(50, known=False), "offers": offers,
    }  # fmt: skip
    return SellerDay(**(given | overrides))


@pytest.mark.parametrize("shape", sorted(FIRST_HOUR))
def test_the_first_hour_carries_its_share_and_no_order_is_lost(shape: str) -> None:
    minutes = Counter(minute_of(shape, at / 10_000) for at in range(10_000))

    first = sum(many for minute, many in minutes.items() if minute < 60)
    assert first / 10_000 == pytest.approx(FIRST_HOUR[shape], abs=0.001)
    assert max(minutes) == MINUTES - 1
    assert share_until(shape, 1 / 24) == pytest.approx(FIRST_HOUR[shape])
    assert share_until(shape, 1.0) == 1.0


def test_a_lower_price_and_a_crowd_sell_more_than_the_offer_did() -> None:
    (found,) = expect([make_goods()], Assumptions(crowd=Decimal(6), elasticity=Decimal(2)))

    # 56 in 28 days are 2 a day; 1.25 ** 2 = 1.5625; six buyers for one.
    assert found == Expected(Decimal("18.750"), Decimal("2.000"), Basis.SALES)


def test_an_offer_without_sales_sells_like_its_category_by_its_price() -> None:
    goods = [make_goods(), make_goods(offer_key="A-2", sold=0, usual=Decimal(2000))]

    found = expect(goods, Assumptions())[1]

    assert (found.ordinary, found.basis) == (Decimal("1.000"), Basis.CATEGORY)


def test_where_nothing_ever_sold_the_assumption_says_so() -> None:
    (found,) = expect([make_goods(sold=0)], Assumptions(unknown=Decimal(3)))

    assert (found.ordinary, found.basis) == (Decimal("3.000"), Basis.ASSUMED)


def test_another_seller_s_sales_tell_nothing() -> None:
    goods = [make_goods(), make_goods(seller_id=2, sold=0)]

    assert expect(goods, Assumptions())[1].basis is Basis.ASSUMED


def test_the_same_seed_draws_the_same_day_and_another_one_another() -> None:
    expected = expect([make_goods(), make_goods(offer_key="B", sold=560)], Assumptions())

    once = draw(expected, Assumptions(seed=5))
    again = draw(expected, Assumptions(seed=5))
    other = draw(expected, Assumptions(seed=6))

    assert once == again != other
    assert len(once) == round(sum(one.pieces for one in expected))
    assert [one.minute for one in once] == sorted(one.minute for one in once)
    places = Counter(one.place for one in once)
    assert 5 < places[1] / places[0] < 20  # ten to one


def test_a_wanted_number_of_orders_keeps_the_shares() -> None:
    expected = expect([make_goods()], Assumptions())

    assert len(draw(expected, Assumptions(orders=1234))) == 1234
    (scaled,) = expect([make_goods()], Assumptions(orders=75))
    assert (scaled.pieces, scaled.ordinary) == (Decimal("75.000"), Decimal("8.000"))
    assert draw([], Assumptions(orders=5)) == []


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (Assumptions(crowd=Decimal(-1)), "crowd"),
        (Assumptions(elasticity=Decimal("NaN")), "elasticity"),
        (Assumptions(position=Decimal(11)), "position"),
        (Assumptions(handling=0), "handling"),
        (Assumptions(ship_days=366), "ship_days"),
        (Assumptions(orders=200_001), "orders"),
    ],
)
def test_an_assumption_that_cannot_be_is_named(given: Assumptions, place: str) -> None:
    finding = given.unfit()

    assert finding is not None
    assert finding.place == place


def test_usual_assumptions_are_fit() -> None:
    assert Assumptions().unfit() is None


@pytest.mark.parametrize(
    ("keeps", "sold", "gain", "loses"),
    [
        ("50", 23, "600.00", False),  # 20 expected keep 1000, 2 without the campaign keep 400
        ("50", 7, "-95.65", True),  # of the 20 expected, 7 of 23 got theirs
        ("-1", 23, "-420.00", True),
        ("20", 23, "0.00", False),
    ],
)
def test_a_discount_loses_money_where_the_day_keeps_less_than_an_ordinary_one(
    keeps: str,
    sold: int,
    gain: str,
    loses: bool,  # noqa: FBT001 - a case
) -> None:
    goods = make_goods(keeps=Decimal(keeps))
    expected = Expected(Decimal(20), Decimal(2), Basis.SALES)

    day = offer_day(goods, expected, Played(wanted=23, sold=sold, sold_out=12))

    assert (day.gain, day.loses, day.missed) == (Decimal(gain), loses, 23 - sold)


def test_what_is_not_known_is_not_zero() -> None:
    expected = Expected(Decimal(20), Decimal(2), Basis.SALES)
    played = Played(wanted=3, sold=3, sold_out=None)

    day = offer_day(make_goods(keeps=None), expected, played)

    assert (day.kept, day.gain, day.loses) == (None, None, False)


def test_a_price_that_did_not_reach_the_shop_is_told() -> None:
    expected = Expected(Decimal(20), Decimal(2), Basis.SALES)

    def not_changed(price: Decimal | None) -> bool:
        played = Played(wanted=1, sold=1, sold_out=None, price=price)
        return offer_day(make_goods(), expected, played).not_changed

    assert [not_changed(Decimal(1000)), not_changed(Decimal(800)), not_changed(None)] == [
        True,
        False,
        False,
    ]


def test_orders_beyond_what_a_seller_packs_leave_late() -> None:
    # 25 orders in the first minute, 10 a day, three days to ship: the 31st would be the first.
    assert sum(late([0] * 25, 10, START, None, 3)) == 0
    assert sum(late([0] * 35, 10, START, None, 3)) == 5
    assert sum(late([0] * 25, 10, START, START + timedelta(days=2), 3)) == 5


def test_totals_add_up_by_currency_and_the_digest_forgets_no_part() -> None:
    expected = Expected(Decimal(20), Decimal(2), Basis.SALES)
    day = offer_day(make_goods(), expected, Played(wanted=7, sold=5, sold_out=61))
    parts = [make_part(day), make_part(day, seller_id=2, currency="CNY")]

    told = totals(parts)

    assert (told.sellers, told.offers, told.orders, told.missed, told.sold_out) == (2, 2, 10, 4, 2)
    assert told.revenue == {"RUB": Decimal("4000.00"), "CNY": Decimal("4000.00")}
    whole = day_digest(Assumptions(), parts)
    assert whole == day_digest(Assumptions(), parts[::-1])
    assert whole != day_digest(Assumptions(), parts[:1])
    assert whole != day_digest(Assumptions(seed=12), parts)


def test_beside_fact_what_was_not_sold_at_all_stands_as_zero() -> None:
    expected = Expected(Decimal(20), Decimal(2), Basis.SALES)
    one = offer_day(make_goods(), expected, Played(wanted=7, sold=5, sold_out=None))
    other = offer_day(make_goods(offer_key="B"), expected, Played(wanted=2, sold=2, sold_out=None))

    found = beside(make_part(one, other), {(1, 7, "A-1"): Sold(9, Decimal(7200))})

    assert [(row.sold.pieces, row.difference) for row in found] == [(9, 4), (0, -2)]
