"""The campaign's page names each seller that something is put forward of, whatever it answered."""

import re

import pytest
from django.test import Client
from tests.db.campaigns.market import NOW, Market
from tests.web.test_asks import member_of

from torgpred.campaigns import selectors
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import consenting, judging, moving, nominating

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    return Market()


@pytest.fixture
def card(market: Market) -> CampaignCard:
    """A campaign with two offers of each of three sellers: all, one and none are agreed to."""
    for _ in range(3):
        seller = market.seller()
        for key in ("A-1", "A-2"):
            market.offer(seller, key, cost="200.00")
    card = market.campaign()
    nominating.nominate(campaign_id=card.id, which=Which(), actor="test")
    for seller, many in zip(market.sellers, (2, 1), strict=False):
        mine = selectors.nominations(card.id, seller_id=seller)[:many]
        seen = {one.id: one.digest for one in mine}
        consenting.consent(seller_id=seller, campaign_id=card.id, seen=seen, actor="test")
    return card


@pytest.fixture
def manager(market: Market) -> Client:
    return member_of(market.operator)


def rows(client: Client, card: CampaignCard) -> dict[str, list[str]]:
    """Return the cells of the table of sellers by the seller's name."""
    page = client.get(f"/m/campaigns/{card.code}/").content.decode()
    table = page.partition('aria-labelledby="far"')[2].partition("</section>")[0]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL):
        cells = re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)
        name, *told = [" ".join(re.sub(r"<.*?>", " ", one).split()) for one in cells]
        found[name.partition(" AliExpress")[0]] = told
    return found


def test_before_the_freeze_each_seller_stands_with_what_it_answered(
    manager: Client, card: CampaignCard
) -> None:
    assert {name: told[:4] for name, told in rows(manager, card).items()} == {
        "Tenant C-1": ["2", "2", "0", "agreed to all"],
        "Tenant C-2": ["2", "1", "0", "agreed to a part"],
        "Tenant C-3": ["2", "0", "0", "no answer yet"],
    }


def test_afterwards_who_did_not_agree_is_still_named(manager: Client, card: CampaignCard) -> None:
    moving.freeze(campaign_id=card.id, actor="test")

    found = rows(manager, card)

    assert list(found) == ["Tenant C-1", "Tenant C-2", "Tenant C-3"]
    assert found["Tenant C-3"][:4] == ["2", "0", "0", "does not take part"]


def test_a_seller_counts_but_its_own(market: Market, card: CampaignCard) -> None:
    first, second, _third = market.sellers

    everyones = selectors.standings_by_place(card.id)
    own = selectors.standings_by_place(card.id, seller_id=second)

    assert [one.nominated for one in everyones.values()] == [2, 2, 2]
    assert list(own) == [(second, market.shop)]
    assert own[second, market.shop].agreed == 1
    assert (first, market.shop) in everyones
