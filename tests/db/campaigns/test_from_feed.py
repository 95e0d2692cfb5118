"""From a file to a verdict: what the plan worked out and the look saw is what is judged."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.db.campaigns.market import make_outline, make_rules
from tests.db.listings.conftest import one_twin, twin
from tests.db.listings.stocking import set_level
from tests.db.listings.world import World, make_boots

from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.rules import Base
from torgpred.campaigns.services import drawing_up, judging, rule_sets
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import Logistics, PricingPolicy, Route
from torgpred.listings.services import contexts
from torgpred.listings.services.pricing import example
from torgpred.twins.testing import RunningTwin

__all__ = ["one_twin", "twin"]


def test_an_offer_of_a_file_is_judged_by_its_own_waterfall(
    transactional_db: None,
    twin: RunningTwin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "now", now)
    world = World(twin, tmp_path)
    contexts.set_policy(
        seller_id=world.seller,
        shop_id=world.shop,
        policy=ShopPolicy(
            delivery_template_id=channels.delivery_templates(world.shop)[0].id,
            lead_time_days=3,
            pricing=PricingPolicy(
                commission=Decimal(8),
                route=Route(tax_out=Decimal(20), logistics=Logistics("RUB", per_kg=Decimal(100))),
            ),
        ),
        actor="test",
    )
    world.feed(make_boots("B-1", cost=Decimal(900)), make_boots("B-2", cost=Decimal(1800)))
    world.carry_out()
    for key in ("B-1", "B-2"):
        set_level(world.seller, key, 5)
    rules = make_rules(base=Base.SHOWN, look_back_days=None)
    rule_sets.keep_rules(rules=rules, actor="test")
    card = drawing_up.draw_up(
        name="Sale", rules=rules.code, outline=make_outline(), shop_ids=[world.shop], actor="test"
    )

    done = judging.judge(campaign_id=card.id)

    assert done.offers == 2
    found = {
        key: selectors.verdict(card.id, seller_id=world.seller, shop_id=world.shop, offer_key=key)
        for key in ("B-1", "B-2")
    }
    good, bad = found["B-1"], found["B-2"]
    assert good is not None
    assert bad is not None
    assert (good.answer, good.price, good.usual) == (Answer.YES, Decimal(1992), Decimal(2490))
    # 1992 - 0.8 kg x 100 - 8 % - 1992 / 6
    assert good.keeps == Decimal("1420.64")
    shown = example(seller_id=world.seller, shop_id=world.shop, sku="B-1")
    assert shown is not None
    assert good.usual_keeps == shown.waterfall.keeps
    assert (bad.answer, bad.reasons[0].code) == (Answer.NO, "margin.below_floor")
