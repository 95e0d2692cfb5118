"""Why it costs that in a campaign: the usual price, what was counted from it, what is taken off."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from tests.db.campaigns.market import NOW, START, Market, put
from tests.web.test_asks import member_of

from torgpred.accounts import selectors as accounts
from torgpred.campaigns import selectors
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import judging, nominating
from torgpred.listings.core.timed import TimedPrice
from torgpred.web.timed_prices import timed_price

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    return Market()


def put_forward(market: Market, seller: int) -> CampaignCard:
    """Put an offer forward that stands at 700 for another campaign, and at 1,000 else."""
    market.offer(
        seller, "A-1", price="700.00", cost="200.00", pieces=7,
        seen=[(60, "1000.00", None), (10, "1000.00", "700.00")],
    )  # fmt: skip
    put(
        "INSERT INTO listings_timedprice (seller_id, shop_id, offer_key, price, listed, starts_at,"
        " ends_at, reference, set_by, set_at, moved_by, withdrawn_by)"
        " VALUES (%s, %s, 'A-1', 700, 1000, %s, %s, 'OTHER', 'test', now(), '', '')",
        seller, market.shop, START - timedelta(days=10), START - timedelta(days=3),
    )  # fmt: skip
    card = market.campaign()
    nominating.nominate(campaign_id=card.id, which=Which(), actor="test")
    return card


def told(page: str) -> str:
    return " ".join(page.split())


def test_what_is_given_up_is_held_against_the_usual_price(market: Market) -> None:
    seller = market.seller()
    card = put_forward(market, seller)

    (one,) = selectors.nominations(card.id, seller_id=seller)

    terms = one.terms
    assert (terms.usual, terms.base, terms.percent) == (Decimal(1000), Decimal(700), Decimal(20))
    assert terms.price == Decimal("560.00")
    assert terms.usual_keeps is not None
    assert terms.keeps is not None
    # Of 1,000 are left 1,000 - 100 - 100 - 20 - 166.67; of 560: 560 - 100 - 56 - 11.20 - 93.33.
    assert (terms.usual_keeps, terms.keeps) == (Decimal("613.33"), Decimal("299.47"))
    assert terms.worst == 7 * (terms.usual_keeps - terms.keeps)


def test_a_seller_is_told_what_its_price_is_counted_from(market: Market) -> None:
    seller = market.seller()
    card = put_forward(market, seller)

    page = told(member_of(seller).get(f"/s/C-1/campaigns/{card.code}/").content.decode())

    assert "usually ₽1,000" in page
    assert (
        "counted from ₽700, the lowest price that buyers saw in 30 days before the start:"
        " at least 20 % less"
    ) in page
    assert "less than at the usual price, if all 7 pieces are sold" in page
    assert "What else is free in stock is sold at its price too" in page


def test_an_offers_page_tells_how_the_campaigns_price_comes_about(market: Market) -> None:
    seller = market.seller()
    card = put_forward(market, seller)
    timed = TimedPrice("A-1", Decimal(560), Decimal(700), START, START, card.code)
    desk: Any = SimpleNamespace(tenant=accounts.tenant_by_id(seller))

    found = timed_price(desk, market.shop, timed)

    page = told(render_to_string("web/parts/timed.html", {"timed": found, "currency": "RUB"}))
    for name, amount in (
        ("Usual price", "₽1,000"), ("Counted from", "₽700"), ("Taken off at least", "20 %"),
        ("Price in the campaign", "₽560"),
    ):  # fmt: skip
        assert f"<dt>{name}</dt> <dd> {amount}" in page.replace("<dd>", "<dd> ").replace("  ", " ")
    assert timed_price(desk, market.shop + 1, timed).terms is None, "of another shop"
