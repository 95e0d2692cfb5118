"""What a group of holds says: what is the same for all in it, and no one offer's own figures."""

from torgpred.listings.core.holds import grouped
from torgpred.listings.core.pricing.holds import BELOW_PRICE, TOO_HEAVY
from torgpred.listings.core.remarks import Remark


def below(sku: str, price: str, group: str) -> Remark:
    return Remark(BELOW_PRICE.at(sku, price, limit="3600"), sku, group=group)


def test_prices_below_the_least_are_one_group_over_prices_and_categories() -> None:
    [one] = grouped(
        [
            ("P-1", 2, (below("A", "3490", "10"), below("B", "3390", "10"))),
            ("P-2", 1, (below("C", "3490", "11"),)),
        ]
    )
    assert (one.offers, one.group, one.examples) == (3, "", ("A", "B", "C"))
    assert one.message == "The price is below the least price 3600 of the pricing policy."


def test_a_price_that_all_share_is_told() -> None:
    [one] = grouped([("P-1", 2, (below("A", "3490", ""), below("B", "3490", "")))])
    assert "3490" in one.message


def test_figures_that_differ_are_left_out_of_other_headings_too() -> None:
    heavy = [
        Remark(TOO_HEAVY.at(sku, weight, limit="30"), sku, group="10")
        for sku, weight in (("A", "40"), ("B", "50"))
    ]
    [one] = grouped([("P-1", 2, tuple(heavy))])
    assert one.message == "The delivery tariff ends at 30 kg; the offer weighs … kg."
