"""Rehearsals at both desks: asked for and followed by a manager; a seller sees its own part."""

import re
from decimal import Decimal

import msgspec
import pytest
from django.test import Client
from tests.db.campaigns.market import NOW, Market, put
from tests.web.test_asks import member_of

from torgpred.campaigns.core.rehearsing.days import Handling, Machine, Played, SellerDay, offer_day
from torgpred.campaigns.core.rehearsing.demand import Assumptions, expect
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.selectors import rehearsals
from torgpred.campaigns.services import judging, nominating, rehearsing
from torgpred.catalogue.core.offers import Offer

pytestmark = pytest.mark.django_db
ACTOR = "manager@operator.example"


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    return Market()


def open_campaign(market: Market, sellers: int = 2) -> CampaignCard:
    for _ in range(sellers):
        market.offer(market.seller(), "A-1", cost="380.00")
    card = market.campaign()
    nominating.nominate(campaign_id=card.id, which=Which(), actor=ACTOR)
    return card


def rehearsed(card: CampaignCard) -> None:
    asked = rehearsing.ask(campaign_id=card.id, assumptions=Assumptions(), actor=ACTOR)
    rehearsing.claim(asked)
    goods = rehearsals.goods(card, agreed_only=False, settled=False)
    parts = [
        SellerDay(
            one.seller_id, one.shop_id, "RUB", 4, 4, 3, Decimal(3200), Decimal(2900), 0, 1,
            Handling(50, known=False), (offer_day(one, expected, Played(7, 4, 61)),),
        )
        for one, expected in zip(goods, expect(goods, Assumptions()), strict=True)
    ]  # fmt: skip
    rehearsing.finish(asked, parts=parts, machine=Machine(1.0, 1, 0.1, 2, 0.1))


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_the_page_shows_the_day_with_what_it_takes_for_granted(
    market: Market, language: str
) -> None:
    card = open_campaign(market)
    manager = member_of(market.operator, language=language)
    empty = manager.get(f"/m/campaigns/{card.code}/rehearsal/").content.decode()
    rehearsed(card)

    page = manager.get(f"/m/campaigns/{card.code}/rehearsal/").content.decode()

    assert "01:01" in page
    assert "01:01" not in empty
    assert page.count("A-1") == 2
    if language == "en":
        assert "None of this is measured" in page
        assert "bought at half the price: 4 times as much" in page
        assert "Not rehearsed yet" in empty


def test_a_manager_asks_follows_and_stops(market: Market) -> None:
    card = open_campaign(market)
    manager = member_of(market.operator)
    here = f"/m/campaigns/{card.code}/"

    answer = manager.post(f"{here}rehearse/", {"orders": "50", "crowd": "3,5", "minutes": "0,5"})
    (asked,) = rehearsals.rehearsals(card.id)
    waiting = manager.get(f"{here}rehearsal/").content.decode()
    asking = {"HX-Request": "true", "HX-Target": "rehearsing"}
    piece = manager.get(f"{here}rehearsal/", headers=asking)
    manager.post(f"{here}rehearsal/stop/")
    ended = manager.get(f"{here}rehearsal/", headers=asking)

    assert answer.status_code == 302
    assert (asked.assumptions.orders, asked.assumptions.crowd) == (50, Decimal("3.5"))
    assert asked.minutes == 0.5
    assert "It waits for a worker" in waiting
    assert "<html" not in piece.content.decode() + ended.content.decode()
    assert "HX-Refresh" not in piece
    assert ended["HX-Refresh"] == "true"
    assert rehearsals.rehearsal(asked.id).state.value == "stopped"


@pytest.mark.parametrize(("name", "value"), [("crowd", "many"), ("minutes", "0"), ("minutes", "x")])
def test_what_cannot_be_is_refused_with_its_name(market: Market, name: str, value: str) -> None:
    card = open_campaign(market)
    manager = member_of(market.operator)

    page = manager.post(f"/m/campaigns/{card.code}/rehearse/", {name: value}, follow=True)

    assert f"{name}: " in page.content.decode()
    assert rehearsals.rehearsals(card.id) == []


def test_a_seller_sees_its_own_part_alone(market: Market) -> None:
    card = open_campaign(market)
    rehearsed(card)
    mine = member_of(market.sellers[0])

    page = mine.get(f"/s/C-1/campaigns/{card.code}/rehearsal/").content.decode()

    assert page.count("A-1") == 1
    assert "01:01" in page
    assert mine.get(f"/m/campaigns/{card.code}/rehearsal/").status_code == 404


def test_goods_are_named_at_both_desks_and_not_outside(market: Market) -> None:
    card = open_campaign(market, sellers=5)
    for seller in market.sellers:
        content = msgspec.json.encode(Offer(key="A-1", name=f"Kettle of {seller}"))
        put(
            "INSERT INTO catalogue_offer_content (seller_id, offer_id, content)"
            " SELECT seller_id, id, %s FROM catalogue_offer WHERE seller_id = %s",
            content,
            seller,
        )
    rehearsed(card)
    manager, first = member_of(market.operator), market.sellers[0]

    page = manager.get(f"/m/campaigns/{card.code}/rehearsal/").content.decode()
    mine = member_of(first).get(f"/s/C-1/campaigns/{card.code}/rehearsal/").content.decode()
    done = rehearsals.rehearsals(card.id)[0].id
    given = {"rehearsal": str(done)}
    link = manager.post(f"/m/campaigns/{card.code}/rehearsal/share/", given, follow=True)
    found = re.search(r"http://testserver(/rehearsal/[\w-]+/)", link.content.decode())
    assert found
    outside = Client().get(found[1])

    assert [page.count(f"Kettle of {seller}<") for seller in market.sellers] == [1] * 5
    assert mine.count("Kettle of") == mine.count(f"Kettle of {first}<") == 1
    assert outside.status_code == 200
    assert "Kettle" not in outside.content.decode()
