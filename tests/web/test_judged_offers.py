"""What was judged of offers, and what campaigns need of the manager."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from tests.db.campaigns.market import END, NOW, Market, put
from tests.web.test_asks import member_of

from torgpred.campaigns.core.reminding import Thing
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.selectors.clocks import due
from torgpred.campaigns.services import consenting, judging, moving, nominating, running
from torgpred.catalogue import selectors as catalogue
from torgpred.web import campaign_tasks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    return Market()


@pytest.fixture
def card(market: Market) -> CampaignCard:
    """A campaign in which one offer may take part, one would leave too little, one has no cost."""
    seller = market.seller()
    market.offer(seller, "YES-1", cost="200.00")
    market.offer(seller, "LOSS-1", cost="480.00")
    market.offer(seller, "ODD-1", cost=None)
    card = market.campaign(floor=0)
    judging.judge(campaign_id=card.id)
    return card


@pytest.fixture
def manager(market: Market) -> Client:
    return member_of(market.operator)


def offers(client: Client, card: CampaignCard, query: str) -> str:
    page = client.get(f"/m/campaigns/{card.code}/offers/{query}").content.decode()
    return " ".join(page.split())


def test_an_offer_is_named_priced_in_its_currency_and_leads_to_its_page(
    manager: Client, card: CampaignCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"LOSS-1": SimpleNamespace(name="Felt boots")}
    monkeypatch.setattr(catalogue, "offers_of", lambda _seller, _keys: named)

    page = offers(manager, card, "?answer=no")

    assert 'href="/s/C-1/catalogue/offer/?key=LOSS-1"' in page
    assert ">Felt boots</a>" in page
    assert "₽1,000" in page
    assert "₽800" in page


def test_a_page_says_by_which_reason_it_is_narrowed_and_lifts_it(
    manager: Client, card: CampaignCard
) -> None:
    page = offers(manager, card, "?answer=no&why=margin.below_floor")

    assert "Only those with this reason first: <strong>it would leave too little</strong>" in page
    assert 'href="?answer=no"' in page
    assert '<input type="hidden" name="why" value="margin.below_floor">' in page
    assert "All reasons" not in offers(manager, card, "?answer=no")


def test_what_goes_on_by_itself_waits_for_nobody(
    market: Market, card: CampaignCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    nominating.nominate(campaign_id=card.id, which=Which(), actor="test")
    consenting.consent_by_rule(
        seller_id=market.sellers[0], campaign_id=card.id, rule="price > 0", actor="test"
    )
    moving.freeze(campaign_id=card.id, actor="test")
    running.run()
    put("UPDATE campaigns_campaign SET state = 'running'")
    at = END - timedelta(hours=2)
    assert Thing.END in {one.thing for one in due(at)}
    monkeypatch.setattr(campaign_tasks, "now", lambda: at)

    told = [one.message for one in campaign_tasks.of_operator()]

    assert [one for one in told if "come back" in one] == []


def test_countries_and_zones_are_chosen(manager: Client, market: Market) -> None:
    page = " ".join(manager.get("/m/campaigns/").content.decode().split())

    assert '<option value="RU" selected> Russia </option>' in page
    assert '<option value="Asia/Yekaterinburg">' in page


def test_an_ask_names_no_marketplace_unless_one_is_chosen(
    manager: Client, card: CampaignCard
) -> None:
    page = " ".join(manager.get("/m/asks/").content.decode().split())
    given = {"title": "A slot", "kind": "slot", "text-en": "Give us one.", "other": "Amazon US"}

    assert f'<option value="{card.code}">A joint sale</option>' in page
    assert '<option value="">Choose one</option>' in page
    made = manager.post("/m/asks/new/", given | {"family": "-"}, follow=True)
    assert "amazon_us" in made.content.decode()
