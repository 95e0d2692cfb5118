import json
from decimal import Decimal

import pytest
from tests.db.cli.conftest import Run
from tests.db.orders.making import Shop, make_line, make_order

from torgpred.accounts import services
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import PricingPolicy
from torgpred.listings.services import contexts

pytestmark = pytest.mark.django_db(transaction=True)


def test_payouts_are_compared_and_reasons_told(run: Run) -> None:
    seller = services.add_seller(name="Лампы", country="RU", code="LAMPS").id
    assert "torgpred orders pull" in run("payouts", "LAMPS").stdout
    shop = Shop(seller)
    shop.take(make_order(1, make_line("A", 2), payout=Decimal("170.00"), fees=Decimal("30.00")))
    shown = run("payouts", "LAMPS").stdout
    assert "torgpred policy set" in shown
    assert "not known" in shown
    contexts.set_policy(
        seller_id=seller,
        shop_id=shop.id,
        policy=ShopPolicy(pricing=PricingPolicy(commission=Decimal(8), fee=Decimal(3))),
        actor="test",
    )
    [one] = json.loads(run("payouts", "LAMPS", "--order", "O-1", "--json").stdout)
    assert (one["theirs"], one["ours"]["payout"], one["keeps"]) == ("170.00", "184.00", "178.00")
    assert one["difference"] == {
        "amount": "-14.00",
        "parts": [{"label": "commission", "amount": "-14.00"}],
    }
    assert json.loads(run("payouts", "LAMPS", "--order", "O-2", "--json").stdout) == []
