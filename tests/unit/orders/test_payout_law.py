"""Expected payouts: the parts add up to the cent, and nothing unknown is taken for 0."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from torgpred.kernel.money import Rate, Rates
from torgpred.listings.core.pricing import Logistics, PricingPolicy, Route, Step
from torgpred.orders.core import payouts
from torgpred.orders.core.payouts import (
    Part,
    SoldLine,
    difference,
    expected,
    rates_of,
    share,
)

D = Decimal
NO_RATES = Rates({})
CNY = Rates({("CNY", "RUB"): Rate(D("11.5"), date(2026, 11, 11), "bank")})

cents = st.integers(0, 10**9).map(lambda n: D(n) / 100)
percent = st.integers(1, 4000).map(lambda n: D(n) / 100)
lines = st.lists(
    st.builds(
        SoldLine,
        sku=st.just("A"),
        quantity=st.integers(1, 50),
        amount=cents,
        weight_kg=st.integers(1, 30_000).map(lambda n: D(n) / 1000),
    ),
    min_size=1,
    max_size=6,
)
policies = st.builds(
    PricingPolicy,
    commission=percent,
    fee=st.just(D(0)) | percent,
    route=st.builds(
        Route,
        tax_out=st.just(D(0)) | percent,
        logistics=st.none()
        | st.builds(Logistics, currency=st.sampled_from(["RUB", "CNY"]), per_kg=cents),
    ),
)


def policy(**route: object) -> PricingPolicy:
    return PricingPolicy(commission=D(8), fee=D(3), route=Route(**route))  # type: ignore[arg-type]


@given(lines, policies, st.none() | cents, st.none() | cents)
def test_parts_add_up_to_the_cent(
    sold: list[SoldLine], chosen: PricingPolicy, told: Decimal | None, fees: Decimal | None
) -> None:
    ours = expected(sold, chosen, CNY, "RUB")
    assert ours.payout is not None
    assert sum(one.amount for one in ours.parts) == ours.payout
    assert ours.part(payouts.GOODS) == sum(line.amount for line in sold)
    assert all(one.amount == one.amount.quantize(D("0.01")) for one in ours.parts)
    found = difference(ours, told, fees)
    assert (found.amount is None) == (told is None)
    if told is not None:
        assert found.amount == told - ours.payout
        assert sum(one.amount for one in found.parts) == found.amount


@given(cents, st.lists(cents, min_size=1, max_size=8))
def test_shares_differ_from_the_whole_by_half_a_cent_each_at_most(
    whole: Decimal, parts: list[Decimal]
) -> None:
    total = sum(parts, D(0))
    found = [share(whole, total, part=one) for one in parts]
    if total == 0:
        assert set(found) == {None}
        return
    told = sum((one for one in found if one is not None), D(0))
    assert abs(told - whole) <= D("0.005") * len(parts)


def test_a_case_by_hand() -> None:
    sold = [SoldLine("A", 2, D("2000.00"), D("0.8")), SoldLine("B", 1, D("99.99"), D(1))]
    tariff = Logistics("CNY", steps=(Step(D(2), D(10)), Step(D(5), D(20))))
    ours = expected(sold, policy(tax_out=D(20), logistics=tariff), CNY, "RUB")
    assert ours.parts == (
        Part("goods", D("2099.99")),
        Part("commission", D("-168.00")),  # 160.00 + 8.00
        Part("delivery", D("-230.00")),  # 2.6 kg: 20 CNY
        Part("tax", D("-350.00")),  # 333.33 + 16.67 (16.665)
    )
    assert (ours.payout, ours.keeps) == (D("1351.99"), D("1288.99"))
    found = difference(ours, D("1800.00"), D("210.00"))
    assert found.amount == D("448.01")
    assert found.parts == (
        Part("commission", D("-42.00")),  # the marketplace keeps 42 more than we thought
        Part("delivery", D("230.00")),
        Part("tax", D("350.00")),
        Part("not explained", D("-89.99")),
    )


def test_a_share_apart_from_the_policys_is_told_but_never_what_rounding_makes() -> None:
    sold = [SoldLine("A", 9, D("33210.00"))]
    apart = rates_of(sold, policy(), D("3321.00"))
    assert apart is not None
    assert (apart.kept, apart.chosen) == (D("10.0"), D("8.0"))
    assert rates_of(sold, policy(), D("2656.80")) is None
    assert rates_of(sold, policy(), D("2657.80")) is None  # 8.003 %
    small = [SoldLine("A", 1, D("0.30")), SoldLine("B", 1, D("0.30"))]
    assert rates_of(small, policy(), D("0.04")) is None  # 0.02 each, 6.7 %
    for lines_, chosen, fees in (
        (sold, policy(), None),
        (sold, None, D(1)),
        (sold, PricingPolicy(), D(1)),
        ([], policy(), D(1)),
    ):
        assert rates_of(lines_, chosen, fees) is None


def test_what_is_not_known_is_told_and_never_0() -> None:
    sold = [SoldLine("A", 1, D(100))]
    by_kg = Logistics("CNY", per_kg=D(5))
    light = [SoldLine("A", 1, D(100), D(1))]
    short_tariff = Logistics("RUB", steps=(Step(D("0.5"), D(10)),))
    for found, chosen, rates, said in (
        (sold, None, CNY, payouts.NO_POLICY),
        (sold, PricingPolicy(), CNY, payouts.NO_COMMISSION),
        (sold, policy(logistics=by_kg), CNY, payouts.NO_WEIGHT.format(sku="A")),
        (light, policy(logistics=by_kg), NO_RATES, "No exchange rate from CNY to RUB"),
        (light, policy(logistics=short_tariff), CNY, payouts.TOO_HEAVY.format(weight="1")),
        ([], policy(), CNY, payouts.NO_LINES),
    ):
        ours = expected(found, chosen, rates, "RUB")
        assert (ours.payout, ours.keeps, ours.parts) == (None, None, ())
        assert ours.unknown[0].startswith(said)
        assert difference(ours, D(90), D(10)).amount is None
    assert difference(expected(sold, policy(), CNY, "RUB"), None, D(8)).amount is None
    assert share(None, D(100), part=D(50)) is None
