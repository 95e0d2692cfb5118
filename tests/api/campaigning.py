"""An open campaign in which one offer of a seller was put forward."""

from datetime import timedelta
from decimal import Decimal

from tests.db.campaigns.market import END, START, make_outline, make_rules, put

from torgpred.campaigns.core.consenting import OfferTerms, common_terms
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.services import drawing_up, moving, rule_sets
from torgpred.campaigns.services.judging import giving_of
from torgpred.kernel.digests import canonical


def make_campaign(seller: int, shop: int, key: str = "B-1", price: str = "800.00") -> CampaignCard:
    """Return it; the nomination is planted, as if the offer had been judged a yes."""
    kept = make_rules()
    rule_sets.keep_rules(rules=kept, actor="test")
    card = drawing_up.draw_up(
        name="A joint sale", rules=kept.code, outline=make_outline(), shop_ids=[shop],
        actor="manager@operator.example",
    )  # fmt: skip
    card = moving.move(campaign_id=card.id, wanted=State.OPEN, actor="test")
    terms = OfferTerms(
        campaign=card.code, name=card.name, sku=key, shop="x", starts=START, ends=END,
        zone="Europe/Moscow", currency="RUB", price=Decimal(price), buyer_pays=Decimal(price),
        given=Decimal(0), borne=Decimal(0), seller_percent=Decimal(0), keeps=Decimal("470.67"),
        usual=Decimal("1000.00"), usual_keeps=Decimal("600.00"), margin=Decimal("17.6"), pieces=3,
        common=common_terms(card.outline, card.rules, giving_of(card)),
    )  # fmt: skip
    put(
        "INSERT INTO campaigns_nomination (seller_id, campaign_id, shop_id, offer_key, price,"
        " pieces, terms, terms_digest, proposed_by, proposed_at, dropped_by)"
        " VALUES (%s, %s, %s, %s, %s, 3, %s, %s, 'test', %s, '') RETURNING id",
        seller, card.id, shop, key, price, canonical(terms).decode(), terms.digest,
        START - timedelta(days=9),
    )  # fmt: skip
    return card
