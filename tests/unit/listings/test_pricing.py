from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.listings.making import D, make_offer

from torgpred.kernel.money import Rate, Rates
from torgpred.listings.core.pricing import (
    Basis,
    Costs,
    Logistics,
    Pricer,
    PricingPolicy,
    Reduction,
    Route,
    Step,
    Waterfall,
    rounded_down,
    rounded_up,
)

CNY = Rates({("CNY", "RUB"): Rate(D("12.5"), date(2026, 11, 1), "central bank")})
STEPS = Logistics("RUB", steps=(Step(D("0.5"), D(100)), Step(D(2), D(250))))


def price(policy: PricingPolicy, *, weight: str | None = "0.3", **offer: object) -> Waterfall:
    pricer = Pricer(policy, CNY, "RUB")
    return pricer.price(make_offer(**offer), None if weight is None else D(weight))


def lines(waterfall: Waterfall) -> dict[str, Decimal]:
    return {line.label: line.amount for line in waterfall.lines}


def test_a_shelf_price_is_kept_and_shows_what_is_left() -> None:
    route = Route(tax_out=D(20), logistics=STEPS)
    made = price(PricingPolicy(commission=D(8), fee=D(5), route=route), price=D(1490), cost=D(700))
    assert made.price == D("1490.00")
    assert lines(made) == {
        "Cost": D(700),
        "Left over the cost": D("247.97"),
        "Delivery": D(100),
        "Marketplace's commission": D("119.20"),
        "Integrator's fee": D("74.50"),
        "Tax": D("248.33"),
    }
    assert made.keeps == D("947.97")


def test_a_cost_in_another_currency_is_grossed_up_and_rounded_to_its_ending() -> None:
    policy = PricingPolicy(
        basis=Basis.COST, commission=D(8), fee=D(5), margin=D(20),
        route=Route("export", tax_in=D(20), logistics=STEPS), step=D(100), ending=D(90),
    )  # fmt: skip
    made = price(policy, cost=D(60), currency="CNY")
    # (60 x 12.5 / 1.2 + 20 % + 100) / (1 - 0.13) = 977.01 -> 990
    assert made.price == D("990.00")
    assert lines(made)["Tax got back"] == D("-125.00")
    assert made.keeps == D("990.00") - D(100) - D("79.20") - D("49.50")
    assert "central bank" in made.lines[0].note


@pytest.mark.parametrize(
    ("policy", "offer", "weight", "code", "fact"),
    [
        (PricingPolicy(), {"price": None}, None, "price.missing", "price"),
        (PricingPolicy(), {"price": D(0)}, None, "price.missing", "price"),
        (PricingPolicy(basis=Basis.COST), {}, None, "price.cost_missing", "cost"),
        (PricingPolicy(), {"currency": "EUR"}, None, "price.rate_unknown", "rate:EUR"),
        (PricingPolicy(), {"currency": ""}, None, "price.currency_missing", "currency"),
        (PricingPolicy(route=Route(logistics=STEPS)), {}, None, "price.weight_missing", "weight"),
        (PricingPolicy(route=Route(logistics=STEPS)), {}, "3", "price.weight_beyond_tariff", ""),
        (PricingPolicy(commission=D(100)), {}, None, "price.fees_exceed_price", ""),
        (PricingPolicy(least_price=D(2000)), {}, None, "price.below_least_price", ""),
        (PricingPolicy(least_margin=D(5)), {}, None, "price.cost_missing_for_floor", "cost"),
        (PricingPolicy(least_margin=D(5)), {"cost": D(999)}, None, "price.below_least_margin", ""),
        (
            PricingPolicy(route=Route(logistics=Logistics("EUR", per_parcel=D(1)))),
            {}, "1", "price.rate_unknown", "rate:EUR",
        ),
    ],
)  # fmt: skip
def test_what_is_unknown_or_too_low_holds(
    policy: PricingPolicy, offer: dict[str, object], weight: str | None, code: str, fact: str
) -> None:
    made = price(policy, weight=weight, **offer)
    assert (made.price, made.keeps, made.lines) == (None, None, ())
    assert [(said.code, said.fact, said.holds) for said in made.holds] == [(code, fact, True)]


def test_delivery_that_needs_no_weight_asks_for_none() -> None:
    policy = PricingPolicy(route=Route(logistics=Logistics("RUB", per_parcel=D(90))))
    assert price(policy, weight=None).keeps == D(910)


@pytest.mark.parametrize(
    ("policy", "old", "listed"),
    [
        (PricingPolicy(), D(1500), D("1500.00")),
        (PricingPolicy(), D(900), None),
        (PricingPolicy(reduction=Reduction.NONE), D(1500), None),
        (PricingPolicy(reduction=Reduction.SHARE, reduction_percent=D(20)), None, D("1250.00")),
        (PricingPolicy(basis=Basis.KEPT, commission=D(50)), D(1500), D("3000.00")),
    ],
)
def test_a_discount_keeps_the_proportion_of_the_feed(
    policy: PricingPolicy, old: Decimal | None, listed: Decimal | None
) -> None:
    assert price(policy, old_price=old).listed == listed


def test_the_floor_lifts_a_price_that_is_worked_out() -> None:
    policy = PricingPolicy(basis=Basis.COST, least_price=D(1500))
    assert price(policy, cost=D(700)).price == D(1500)
    policy = PricingPolicy(basis=Basis.KEPT, least_margin=D(50))
    assert price(policy, price=D(100), cost=D(200)).price == D(300)


def test_a_printed_waterfall_ends_with_the_price_and_what_is_kept() -> None:
    text = price(PricingPolicy(commission=D(10)), price=D(1490)).printed()
    assert "1,490.00" in text.splitlines()[-2]
    assert "1,341.00" in text.splitlines()[-1]


amounts = st.decimals(min_value=D("0.01"), max_value=D("1e7"), places=2)
shares = st.decimals(min_value=0, max_value=30, places=1)
policies = st.builds(
    PricingPolicy,
    basis=st.sampled_from(Basis),
    commission=shares,
    fee=shares,
    margin=shares,
    route=st.builds(Route, tax_in=shares, tax_out=shares, logistics=st.sampled_from([None, STEPS])),
    step=st.sampled_from([D("0.01"), D(1), D(10), D(100)]),
    ending=st.sampled_from([D(0), D("0.01")]),
)


@given(policies, amounts)
def test_the_lines_sum_up_to_the_price_and_the_seller_keeps_the_rest(
    policy: PricingPolicy, amount: Decimal
) -> None:
    made = price(policy, price=amount, cost=amount)
    assert made.price is not None
    assert sum((line.amount for line in made.lines), D(0)) == made.price
    away = {"Delivery", "Marketplace's commission", "Integrator's fee", "Tax"}
    gone = sum((line.amount for line in made.lines if line.label in away), D(0))
    assert made.keeps == made.price - gone
    if policy.basis is Basis.COST:
        net = sum(
            (line.amount for line in made.lines
             if line.label in {"Cost", "Tax got back", "Margin"}), D(0)
        )  # fmt: skip
        assert made.keeps >= net


@given(policies, amounts, amounts)
def test_at_the_price_that_a_policy_makes_the_waterfall_is_the_same(
    policy: PricingPolicy, amount: Decimal, cost: Decimal
) -> None:
    pricer = Pricer(policy, CNY, "RUB")
    offer = make_offer(price=amount, cost=cost)
    made = pricer.price(offer, D("0.3"))
    assert made.price is not None
    costs = pricer.costs(offer, D("0.3"))
    again = pricer.at(costs, made.price)
    assert again is not None
    away = {"Delivery", "Marketplace's commission", "Integrator's fee", "Tax"}
    assert {line.label: line.amount for line in again.lines if line.label in away} == {
        line.label: line.amount for line in made.lines if line.label in away
    }
    assert again.keeps == made.keeps
    assert sum((line.amount for line in again.lines), D(0)) == made.price
    assert costs.delivery is not None
    assert pricer.keeps_at(costs.delivery, made.price) == made.keeps


@given(policies, amounts, st.integers(0, 40).map(D))
def test_the_least_price_leaves_the_wanted_margin(
    policy: PricingPolicy, cost: Decimal, percent: Decimal
) -> None:
    pricer = Pricer(policy, CNY, "RUB")
    costs = pricer.costs(make_offer(cost=cost), D("0.3"))
    assert costs.cost is not None
    assert costs.delivery is not None
    least = pricer.least_keeping(costs.delivery, pricer.floor(costs.cost, percent))
    assert least is not None
    assert pricer.keeps_at(costs.delivery, least) >= pricer.floor(costs.cost, percent)


def test_what_is_not_known_of_costs_is_none() -> None:
    pricer = Pricer(PricingPolicy(route=Route(logistics=STEPS)), CNY, "RUB")
    assert pricer.costs(make_offer(cost=None), None) == Costs(None, None)
    assert pricer.costs(make_offer(cost=D(5), currency="EUR"), D(9)) == Costs(None, None)
    assert pricer.costs(make_offer(cost=D(2), currency="CNY"), D(1)) == Costs(D(25), D(250))
    assert pricer.at(Costs(D(5), None), D(100)) is None


@given(amounts, st.sampled_from([(D(100), D(90)), (D(10), D(9)), (D("0.01"), D(0))]))
def test_rounding_down_never_raises_a_price(amount: Decimal, grid: tuple[Decimal, Decimal]) -> None:
    step, ending = grid
    made = rounded_down(amount, step, ending)
    assert made <= amount
    assert amount - made < step
    assert (made - ending) % step == 0 or amount < ending


@given(policies, amounts, amounts)
def test_a_dearer_good_is_never_cheaper_on_the_shelf(
    policy: PricingPolicy, one: Decimal, other: Decimal
) -> None:
    low, high = sorted((one, other))
    cheap = price(policy, price=low, cost=low).price
    dear = price(policy, price=high, cost=high).price
    assert cheap is not None
    assert dear is not None
    assert cheap <= dear


@given(amounts, st.sampled_from([(D(100), D(90)), (D(10), D(9)), (D("0.01"), D(0))]))
def test_rounding_goes_up_to_the_ending_by_less_than_a_step(
    amount: Decimal, grid: tuple[Decimal, Decimal]
) -> None:
    step, ending = grid
    made = rounded_up(amount, step, ending)
    assert made >= amount
    assert (made - ending) % step == 0
    assert made - amount < step or made == ending
