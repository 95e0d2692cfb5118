"""A price that leaves too little: what the judge tells as the least that would leave enough."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.campaigns.making import POLICY, before, codes, judged, make_contender, make_place

from torgpred.campaigns.core.coupons import Giving
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.judging.verdicts import Verdict
from torgpred.campaigns.core.outline import Coupon
from torgpred.kernel.money import CENT
from torgpred.listings.core.pricing import Costs, Logistics, PricingPolicy, Route

AMOUNT = Coupon("K", Decimal(1000), Decimal(200))


def test_the_told_least_leaves_enough_with_the_sellers_share_of_the_coupon_taken_off() -> None:
    one = make_contender(costs=Costs(Decimal(500), Decimal(0)), price=Decimal(900))
    alone = judged(one, place=make_place(), floor=Decimal(20))
    shared = judged(
        one, place=make_place(), floor=Decimal(20), giving=Giving((AMOUNT,), Decimal(50))
    )
    told = [_least(found) for found in (alone, shared)]
    # 12 % and a sixth of the price go away, and a tenth more with the coupon; then cents rounded.
    assert told == [Decimal("841.13"), Decimal("978.28")]


@pytest.mark.parametrize("percent", [Decimal(80), Decimal(89)])
def test_no_least_is_told_where_a_coupon_eats_more_than_any_price_leaves(percent: Decimal) -> None:
    giving = Giving((Coupon("K", Decimal(0), percent=percent),), Decimal(100))
    found = judged(make_contender(), floor=Decimal(0), giving=giving)
    assert codes(found) == ["margin.below_floor"]
    assert _least(found) is None


def _least(verdict: Verdict) -> Decimal | None:
    told = [one for one in verdict.reasons if one.code == "margin.below_floor"]
    least = told[0].finding.data["least"] if told else "None"
    return None if least == "None" else Decimal(least)


policies = st.builds(
    lambda commission, tax, grid: PricingPolicy(
        commission=Decimal(commission),
        step=grid[0],
        ending=grid[1],
        route=Route(tax_out=Decimal(tax), logistics=Logistics("RUB", per_parcel=Decimal(100))),
    ),
    st.integers(0, 40),
    st.integers(0, 25),
    st.sampled_from(
        [(POLICY.step, POLICY.ending), (Decimal(100), Decimal(90)), (Decimal(1), Decimal(0))]
    ),
)
coupons = st.one_of(
    st.builds(
        lambda threshold, share, stackable: Coupon(
            "A", Decimal(threshold), Decimal(threshold * share) / 100, stackable=stackable
        ),
        st.integers(100, 5000),
        st.integers(1, 89),
        st.booleans(),
    ),
    st.builds(
        lambda threshold, percent, most, stackable: Coupon(
            "P", Decimal(threshold), percent=Decimal(percent), most=most, stackable=stackable
        ),
        st.integers(0, 5000),
        st.integers(1, 89),
        st.none() | st.integers(1, 3000).map(Decimal),
        st.booleans(),
    ),
)


@given(
    policy=policies,
    giving=st.builds(
        Giving, st.lists(coupons, max_size=3).map(tuple), st.integers(0, 100).map(Decimal)
    ),
    cost=st.integers(1, 20_000),
    price=st.integers(200, 10_000),
    floor=st.integers(0, 60),
)
def test_the_told_least_is_above_the_refused_price_and_judged_at_it_is_enough(
    policy: PricingPolicy, giving: Giving, cost: int, price: int, floor: int
) -> None:
    place = make_place(policy)
    costs = Costs(Decimal(cost), Decimal(100))
    refused = judged(
        make_contender(before(60, str(price)), costs=costs),
        place=place, giving=giving, floor=Decimal(floor),
    )  # fmt: skip
    least = _least(refused)
    if least is None:
        return
    assert refused.price is not None
    assert least > refused.price
    assert least == place.pricer.rounded_down(least)
    # Counted from so much that a fifth off it is the told least.
    base = (least * 5 / 4).quantize(CENT, "ROUND_CEILING")
    again = judged(
        make_contender(before(60, str(base)), costs=costs),
        place=place, giving=giving, floor=Decimal(floor),
    )  # fmt: skip
    assert again.price is not None
    assert again.price >= least
    assert again.answer is Answer.YES
