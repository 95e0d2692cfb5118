"""The rules of prices beside what the marketplace really keeps of sales."""

from decimal import Decimal

import pytest
from tests.db.orders.making import Shop, make_line, make_order
from tests.db.orders.test_payouts import choose
from tests.web.test_mall import sign_in

from torgpred.accounts import services

pytestmark = pytest.mark.django_db
PAGE = "/s/ALPHA/prices/"


@pytest.mark.parametrize(("fees", "told"), [("20.00", True), ("16.50", False), (None, False)])
def test_another_share_than_the_rules_count_is_told(fees: str | None, told: bool) -> None:  # noqa: FBT001
    seller = services.add_seller(name="Alpha", country="RU", code="ALPHA").id
    shop = Shop(seller)
    choose(seller, shop.id, "8")
    kept = None if fees is None else Decimal(fees)
    shop.take(make_order(1, make_line("A", 2), fees=kept))

    page = " ".join(sign_in().get(PAGE, follow=True).content.decode().split())

    sentence = "The marketplace kept 10 % of your latest orders here; these rules count 8 %."
    assert (sentence in page) is told
    assert "Marketplace's commission, %" in page.replace("&#x27;", "'")
