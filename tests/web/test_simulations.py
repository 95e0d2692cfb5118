"""What other terms of a campaign would change: asked for at the desk, worked out elsewhere."""

from decimal import Decimal

import pytest
from django.test import Client
from tests.db.campaigns.market import NOW, Market, put
from tests.web.test_asks import member_of

from torgpred.accounts import services
from torgpred.campaigns import tasks
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Simulation
from torgpred.campaigns.selectors.errands import simulation
from torgpred.campaigns.services import errands, judging, simulating
from torgpred.runtime.scope import operator_scope

pytestmark = pytest.mark.django_db
PART = {"hx-request": "true", "hx-target": "simulation"}


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    return Market()


@pytest.fixture
def card(market: Market) -> CampaignCard:
    for _ in range(2):
        seller = market.seller()
        market.offer(seller, "A-1", cost="380.00")
        market.offer(seller, "A-2", cost="530.00")
    return market.campaign()


@pytest.fixture
def manager(market: Market) -> Client:
    return member_of(services.ensure_operator().id, "manager")


def page(client: Client, card: CampaignCard) -> str:
    return str(client.get(f"/m/campaigns/{card.code}/").content.decode())


def ask(client: Client, card: CampaignCard, percent: str) -> str:
    answer = client.post(f"/m/campaigns/{card.code}/try/", {"percent": percent}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_is_asked_for_left_and_found_again(
    manager: Client, card: CampaignCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as no_work:
        no_work.setattr(judging, "simulate", None)
        said = ask(manager, card, "10")
        assert "It is worked out what 10 % off would change" in said
        assert 'hx-trigger="every 2s"' in said
        assert "It is worked out" in page(manager, card), "it can be left and come back to"
    part = manager.get(f"/m/campaigns/{card.code}/tried/", headers=PART).content.decode()
    assert "every 2s" in part
    assert "<html" not in part

    assert tasks.simulate()
    assert not tasks.simulate()

    part = manager.get(f"/m/campaigns/{card.code}/tried/", headers=PART).content.decode()
    direct = judging.simulate(campaign_id=card.id, change=Change(percent=Decimal(10)))
    told = f"At 10 % off {direct.then.yes} offers may take part, {direct.now.yes} as it is."
    assert direct.more > 0
    assert told in part
    assert "every 2s" not in part
    assert told in page(manager, card)
    known = simulation(card.id)
    assert known is not None
    assert known.outcome == direct


@pytest.mark.parametrize(
    ("given", "told"),
    [("", "A number is missing: write how many percent would be taken off."),
     (" ", "A number is missing"), ("ten", "ten is no number. Write how many percent"),
     ("NaN", "NaN is no number")],
)  # fmt: skip
def test_without_a_number_it_is_said_that_one_is_missing(
    manager: Client, card: CampaignCard, given: str, told: str
) -> None:
    assert told in ask(manager, card, given)
    assert simulation(card.id) is None


def test_it_and_the_page_tell_the_same_count_or_that_they_do_not(
    manager: Client, card: CampaignCard
) -> None:
    ask(manager, card, "10")
    assert tasks.simulate()
    done = manager.get(f"/m/campaigns/{card.code}/tried/", headers=PART)
    assert done["HX-Refresh"] == "true", "it judged what was due: the page's counts are renewed"
    assert "judged anew since" not in page(manager, card)

    put("UPDATE campaigns_verdict SET answer = 'no' WHERE campaign_id = %s", card.id)
    assert "The offers were judged anew since: try it again." in page(manager, card)


def test_another_question_takes_the_place_of_the_one_under_way(
    card: CampaignCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = simulating.ask(campaign_id=card.id, change=Change(percent=Decimal(10)), actor="a")
    again = simulating.ask(campaign_id=card.id, change=Change(percent=Decimal(10)), actor="b")
    assert first == again
    asked = judging.simulate

    def interrupted(**given: object) -> object:
        monkeypatch.setattr(judging, "simulate", asked)
        simulating.ask(campaign_id=card.id, change=Change(percent=Decimal(12)), actor="a")
        return asked(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "simulate", interrupted)
    assert tasks.simulate(), "the first is given up at its next step"
    known = simulation(card.id)
    assert known is not None
    assert known.outcome is None
    assert tasks.simulate()
    known = simulation(card.id)
    assert known is not None
    assert (known.change.percent, known.outcome is not None) == (Decimal(12), True)


def test_one_whose_worker_died_is_worked_out_by_the_next(card: CampaignCard) -> None:
    simulating.ask(campaign_id=card.id, change=Change(percent=Decimal(10)), actor="a")
    with operator_scope():
        assert errands.claim(Simulation) is not None  # a worker that dies right after
        assert errands.claim(Simulation) is None
        Simulation.objects.update(leased_until=NOW)
    assert tasks.simulate()
    known = simulation(card.id)
    assert known is not None
    assert known.outcome is not None


def test_what_breaks_is_told(
    manager: Client, card: CampaignCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(manager, card, "10")

    def broken(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(judging, "simulate", broken)
    assert tasks.simulate()
    assert "Something broke while it was worked out." in page(manager, card)


def test_a_reader_sees_it_and_asks_for_none(market: Market, card: CampaignCard) -> None:
    reader = member_of(services.ensure_operator().id, "reader")
    assert "Try it" not in page(reader, card)
    answer = reader.post(f"/m/campaigns/{card.code}/try/", {"percent": "10"})
    assert answer.status_code in {403, 404}
    assert simulation(card.id) is None
