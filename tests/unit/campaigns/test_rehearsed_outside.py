"""What of a rehearsed day may be shown outside: sums over enough sellers, and nothing else."""

from decimal import Decimal

from torgpred.campaigns.core.rehearsing.days import Handling, OfferDay, SellerDay
from torgpred.campaigns.core.rehearsing.demand import Basis
from torgpred.campaigns.core.rehearsing.outside import outside

LEAST = 3


def make_offer(key: str, sold_out: int | None = None, sold: int = 2, missed: int = 0) -> OfferDay:
    return OfferDay(
        offer_key=key, sku=key, currency="RUB", price=Decimal(100), usual=Decimal(120),
        expected=Decimal(2), ordinary=Decimal(1), basis=Basis.SALES, wanted=sold + missed,
        sold=sold, missed=missed, sold_out=sold_out, short=0, keeps=Decimal(5),
        kept=Decimal(10), gain=Decimal(-1), loses=True,
    )  # fmt: skip


def make_part(seller: int, *offers: OfferDay, currency: str = "RUB") -> SellerDay:
    return SellerDay(
        seller, seller, currency, len(offers), 2, 1, Decimal(1000), Decimal(900), 0, 1,
        Handling(50, known=False), offers,
    )  # fmt: skip


def test_nothing_of_few_sellers() -> None:
    two_shops = [make_part(1, make_offer("A")), make_part(1, make_offer("B"))]

    assert outside([*two_shops, make_part(2, make_offer("A"))], LEAST) is None
    assert outside([], LEAST) is None


def test_the_whole_day_is_summed() -> None:
    told = outside([make_part(one, make_offer("A", 61, missed=3)) for one in (1, 2, 3)], LEAST)

    assert told is not None
    all_of = told.totals
    assert (all_of.sellers, all_of.offers, all_of.orders) == (3, 3, 3)
    assert (all_of.wanted, all_of.missed) == (15, 9)
    assert (all_of.sold_out, all_of.losing, all_of.late) == (3, 3, 3)
    assert (all_of.revenue, all_of.payout) == ({"RUB": Decimal(3000)}, {"RUB": Decimal(2700)})


def test_money_in_a_currency_of_few_sellers_is_left_out() -> None:
    parts = [make_part(one, make_offer("A")) for one in (1, 2, 3)]
    few = [make_part(one, make_offer("B"), currency="CNY") for one in (3, 4)]

    told = outside([*parts, *few], LEAST)

    assert told is not None
    assert told.totals.revenue == {"RUB": Decimal(3000)}
    assert list(told.totals.payout) == ["RUB"]


def test_when_offers_sell_out_is_told_of_enough_sellers_only() -> None:
    early, long, lone = make_offer("A", 59), make_offer("B"), make_offer("C", 60)
    parts = [make_part(one, early, long) for one in (1, 2, 3)] + [make_part(4, early, long, lone)]

    told = outside(parts, LEAST)

    assert told is not None
    groups = [*told.gone.shown, told.gone.together]
    # The one offer of the second hour is told with others, so that no difference shows it.
    assert {one.names: one.sellers for one in groups if one} == {
        ("left",): 4, ("hour1", "hour6"): 4,
    }  # fmt: skip
