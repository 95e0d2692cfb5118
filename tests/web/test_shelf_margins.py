"""A margin on what the buyer pays: nothing would be added, and that is said."""

from decimal import Decimal

import msgspec
import pytest
from tests.web.test_first_steps import Desk, desk, one_twin, twin

from torgpred.listings.core.pricing import Basis
from torgpred.listings.services import contexts

__all__ = ["desk", "one_twin", "twin"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_margin_on_what_the_buyer_pays_is_refused_and_not_kept(desk: Desk) -> None:
    told = "To a buyer&#x27;s price nothing is added: leave the margin 0"
    fields = {"commission": "8", "margin": "15", "per_parcel": "0", "per_kg": "0"}
    page = desk.get("start/price/?basis=shelf&" + "&".join(f"{k}={v}" for k, v in fields.items()))
    assert told in page
    assert 'value="15"' in page, "what was typed stays"
    assert "Price by the rules" not in page

    assert told in desk.post("start/price/set/", basis="shelf", **fields)
    assert not contexts.shop_policy(desk.seller, desk.shop).pricing.margin
    desk.post("start/price/set/", basis="cost", **fields)
    assert contexts.shop_policy(desk.seller, desk.shop).pricing.margin == Decimal(15)


def test_a_margin_that_was_kept_on_what_the_buyer_pays_is_still_shown(desk: Desk) -> None:
    policy = contexts.shop_policy(desk.seller, desk.shop)
    pricing = msgspec.structs.replace(policy.pricing, basis=Basis.SHELF, margin=Decimal(15))
    contexts.set_policy(
        seller_id=desk.seller, shop_id=desk.shop, actor="test",
        policy=msgspec.structs.replace(policy, pricing=pricing),
    )  # fmt: skip
    page = desk.get("start/price/")
    assert 'value="15"' in page
    assert "nothing is added: leave" not in page
