"""What sources brought and cost: parts add up, our count and the marketplace's are never mixed."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from torgpred.campaigns.core.money.overview import OPERATOR, overview
from torgpred.campaigns.core.money.results import (
    Basis,
    SellerPart,
    Spent,
    Told,
    results,
    split,
)
from torgpred.campaigns.core.money.sources import Source, SourceKind
from torgpred.campaigns.core.outline import Share

SOURCES = tuple(Source(n, f"s{n}", f"Source {n}", SourceKind.OTHER) for n in (1, 2, 3))
cents = st.integers(0, 10**9).map(lambda n: Decimal(n) / 100)
signed = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 100)


def make_spent(source: int = 1, amount: str = "100.00", number: int = 1, **payers: int) -> Spent:
    shares = payers or {"operator": 100}
    return Spent(
        number, source, date(2026, 11, 11), Decimal(amount), "RUB",
        tuple(Share(who, Decimal(part)) for who, part in shares.items()), "A-1", "", "me",
    )  # fmt: skip


def part(
    seller: int, amount: str = "800", source: int | None = None, *, first: bool = True
) -> SellerPart:
    """Return its part of one order; not `first`: another seller's part counts for the whole."""
    return SellerPart(seller, 1, int(first), 1, Decimal(amount), "RUB", source)


@given(signed, st.dictionaries(st.integers(1, 30), cents, max_size=12))
def test_what_is_split_adds_up_to_the_whole(amount: Decimal, weights: dict[int, Decimal]) -> None:
    parts = split(amount, weights)

    if sum(weights.values()) > 0:
        assert sum(parts.values()) == amount
        assert all(one * amount >= 0 for one in parts.values())
        assert all(parts[key] == 0 for key, weight in weights.items() if weight == 0)
    else:
        assert parts == {}


@given(st.data())
def test_sellers_and_payers_add_up_to_what_was_spent(data: st.DataObject) -> None:
    pick = data.draw
    spent = [
        make_spent(pick(st.integers(1, 3)), str(pick(cents)), n, operator=33, seller=33, bank=34)
        for n in range(pick(st.integers(0, 4)))
    ]
    parts = [
        part(pick(st.integers(1, 4)), str(pick(cents)), pick(st.sampled_from([None, 1, 2])))
        for _ in range(pick(st.integers(0, 8)))
    ]  # fmt: skip

    found = results(SOURCES, spent, parts, ())

    whole = sum((one.amount for one in spent), Decimal(0))
    sellers = sum((one.spend.get("RUB", Decimal(0)) for one in found.sellers), Decimal(0))
    assert found.spend.get("RUB", Decimal(0)) == whole
    assert sellers + found.unshared.get("RUB", Decimal(0)) == whole
    for one in found.sources:
        payers = sum((sums["RUB"] for sums in one.by_payer.values()), Decimal(0))
        assert payers == one.spend.get("RUB", Decimal(0))
    for mine in found.sellers:
        assert sum((it["RUB"] for it in mine.by_payer.values()), Decimal(0)) == mine.spend.get(
            "RUB", Decimal(0)
        )
    marked = sum(one.ours.orders for one in found.sources if one.ours)
    assert marked + found.unmarked.orders == found.orders.orders


def test_our_marked_orders_are_the_count_and_the_report_stands_beside_with_its_difference() -> None:
    parts = [part(1, source=1), part(2, source=1, first=False), part(1, source=1), part(1)]
    told = [Told(1, 1, 900, 40, 3, Decimal(2500), "RUB"), Told(2, None, 500, 10, 4, None, "RUB")]

    found = results(
        SOURCES, [make_spent(1), make_spent(2, number=2), make_spent(3, number=3)], parts, told
    )
    one, two, three = found.sources

    assert [mine.orders for mine in found.sellers] == [3, 1]
    assert (found.orders.orders, found.unmarked.orders) == (3, 1)
    assert (one.basis, one.ours.orders if one.ours else 0) == (Basis.OURS, 2)
    assert one.cost_per_order == {"RUB": Decimal("50.00")}
    assert (one.difference_orders, one.difference_revenue) == (1, {"RUB": Decimal(100)})
    assert (two.basis, two.cost_per_order, two.ours) == (
        Basis.REPORT, {"RUB": Decimal("25.00")}, None,
    )  # fmt: skip
    assert (two.views, two.difference_orders) == (500, None)
    assert (three.basis, three.cost_per_order) == (Basis.NOTHING, {})


def test_spend_goes_to_sellers_by_their_marked_orders_then_by_the_report_then_by_all() -> None:
    parts = [part(1, source=1), part(2, "1600"), part(1)]
    told = [Told(2, 2, None, None, 5, None, "RUB")]
    spent = [make_spent(1), make_spent(2, number=2), make_spent(3, "100.01", number=3)]

    one, two = results(SOURCES, spent, parts, told).sellers

    assert (one.spend["RUB"], two.spend["RUB"]) == (Decimal("150.01"), Decimal("150.00"))


def test_an_entry_and_its_opposite_leave_nothing() -> None:
    spent = [
        make_spent(1, "100.01", 1, seller=50, bank=50),
        make_spent(1, "-100.01", 2, seller=50, bank=50),
    ]
    found = results(SOURCES, spent, [part(1), part(2), part(3)], ())

    assert found.spend == {"RUB": Decimal(0)}
    assert all(one.spend["RUB"] == 0 and one.own_spend["RUB"] == 0 for one in found.sellers)


def test_the_operators_margin_is_its_fee_less_its_own_share() -> None:
    spent = [make_spent(1, "100.00", 1, operator=60, seller=40)]
    found = overview(results(SOURCES, spent, [], ()), spent, [])

    assert found.operator_spend == {"RUB": Decimal("60.00")}
    assert found.margin == {"RUB": Decimal("-60.00")}
    assert found.unshared == {"RUB": Decimal("100.00")}
    assert OPERATOR == "operator"
