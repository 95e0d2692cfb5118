"""A campaign at the manager's desk: judged anew by a worker, its progress and end shown."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from tests.db.campaigns.market import NOW, Market, make_budget
from tests.race.listings.nesting import wait_for
from tests.web.test_asks import member_of

from torgpred.accounts import services
from torgpred.campaigns import selectors, tasks
from torgpred.campaigns.core.errors import UnknownCampaignError
from torgpred.campaigns.core.outline import Coupon
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import JudgingRequest
from torgpred.campaigns.selectors import errands as asked
from torgpred.campaigns.services import errands, judging, judging_anew
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope

pytestmark = pytest.mark.django_db
SELLERS = 2


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    return Market()


@pytest.fixture
def card(market: Market) -> CampaignCard:
    for _ in range(SELLERS):
        seller = market.seller()
        market.offer(seller, "A-1", cost="380.00")
        market.offer(seller, "A-2", cost="530.00")
    return market.campaign()


@pytest.fixture
def manager(market: Market) -> Client:
    return member_of(services.ensure_operator().id, "manager")


def who() -> str:
    return f"p{services.ensure_operator().id}-manager@example.org"


def page(client: Client, card: CampaignCard) -> str:
    return str(client.get(f"/m/campaigns/{card.code}/").content.decode())


def ask(client: Client, card: CampaignCard) -> str:
    answer = client.post(f"/m/campaigns/{card.code}/judge/", follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def judged(card: CampaignCard) -> int:
    return sum(one.offers for one in selectors.counts(card.id))


def breaking(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise error

    monkeypatch.setattr(judging, "judge", broken)


def test_it_is_asked_for_left_and_found_again(manager: Client, card: CampaignCard) -> None:
    said = ask(manager, card)
    assert judged(card) == 0, "the browser does not wait for it"
    for shown in (said, page(manager, card)):
        assert "The offers are judged anew" in shown
        assert "It waits for a worker" in shown
        assert f"Asked for by {who()}" in shown
        assert "You may leave this page" in shown
        assert "/judge/" not in shown, "what is under way need not be asked for"
    part = manager.get(f"/m/campaigns/{card.code}/judged/")
    assert "every 2s" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers

    assert tasks.judge_anew()
    assert not tasks.judge_anew()

    part = manager.get(f"/m/campaigns/{card.code}/judged/")
    assert "every 2s" not in part.content.decode()
    assert part.headers["HX-Refresh"] == "true", "the counts stand elsewhere on the page"
    assert judged(card) == 4
    shown = page(manager, card)
    assert "4 offers judged, 4 of them anew." in shown
    assert f"Asked for by {who()}" in shown
    assert "/judge/" in shown

    ask(manager, card)
    assert tasks.judge_anew()
    assert "4 offers judged, 0 of them anew." in page(manager, card)


def test_how_many_sellers_are_judged_is_shown_meanwhile(
    manager: Client, card: CampaignCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(manager, card)
    shown: list[str] = []
    judge_seat: Callable[..., object] = judging._judge_seat

    def looked_at(*given: object) -> object:
        shown.append(manager.get(f"/m/campaigns/{card.code}/judged/").content.decode())
        return judge_seat(*given)

    monkeypatch.setattr(judging, "_judge_seat", looked_at)
    assert tasks.judge_anew()
    assert len(shown) == SELLERS
    assert "Sellers judged: 0%" in shown[0]
    assert "Sellers judged: 50%" in shown[1]


def test_asked_for_twice_it_is_one(manager: Client, card: CampaignCard) -> None:
    first = judging_anew.ask(campaign_id=card.id, actor="somebody")
    ask(manager, card)
    assert "Asked for by somebody" in page(manager, card)
    assert judging_anew.ask(campaign_id=card.id, actor="a third") == first
    assert tasks.judge_anew()
    assert not tasks.judge_anew()
    assert judging_anew.ask(campaign_id=card.id, actor="a third") != first


def test_one_whose_worker_died_is_done_by_the_next(card: CampaignCard) -> None:
    judging_anew.ask(campaign_id=card.id, actor="a")
    assert errands.claim(JudgingRequest) is not None  # a worker that dies right after
    assert not tasks.judge_anew(), "it may be alive"
    with operator_scope():
        JudgingRequest.objects.update(leased_until=NOW)
    assert tasks.judge_anew()
    known = asked.judging(card.id)
    assert known is not None
    assert known.outcome is not None
    assert known.outcome.judged == 4


def test_a_worker_taken_for_dead_does_not_write_over_what_the_next_did(
    card: CampaignCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging_anew.ask(campaign_id=card.id, actor="a")
    judge: Callable[..., object] = judging.judge

    def overtaken(**given: object) -> object:
        monkeypatch.setattr(judging, "judge", judge)
        with operator_scope():
            JudgingRequest.objects.update(leased_until=NOW)
        assert tasks.judge_anew()
        return judge(**given)

    monkeypatch.setattr(judging, "judge", overtaken)
    assert tasks.judge_anew()
    known = asked.judging(card.id)
    assert known is not None
    assert known.outcome is not None
    assert known.outcome.judged == 4


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError(), "Something broke while it was worked out."),
        (UnknownCampaignError(given="C-9"), "C-9"),
    ],
)
def test_what_breaks_is_told_and_may_be_asked_for_again(
    manager: Client,
    card: CampaignCard,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    ask(manager, card)
    with monkeypatch.context() as trouble:
        breaking(error, trouble)
        assert tasks.judge_anew()
    shown = page(manager, card)
    assert "The offers could not all be judged" in shown
    assert said in shown
    assert "What was judged before that is kept." in shown

    ask(manager, card)
    assert tasks.judge_anew()
    shown = page(manager, card)
    assert "4 offers judged, 4 of them anew." in shown
    assert "could not all be judged" not in shown


def test_a_reader_sees_it_and_asks_for_none(market: Market, card: CampaignCard) -> None:
    reader = member_of(services.ensure_operator().id, "reader")
    answer = reader.post(f"/m/campaigns/{card.code}/judge/")
    assert answer.status_code in {403, 404}
    assert asked.judging(card.id) is None
    judging_anew.ask(campaign_id=card.id, actor="a")
    assert "The offers are judged anew" in page(reader, card)


def test_a_worker_looks_when_one_is_asked_for() -> None:
    (handler,) = jobs.handlers(judging_anew.WAKE)
    assert handler.work is tasks.judge_anew


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_in_the_same_moment_are_one(card: CampaignCard) -> None:
    def second() -> int:
        try:
            return judging_anew.ask(campaign_id=card.id, actor="second")
        finally:
            connection.close()

    def it_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    with ThreadPoolExecutor(1) as other:
        with operator_scope():
            first = judging_anew.ask(campaign_id=card.id, actor="first")
            answer = other.submit(second)
            assert wait_for(it_waits, seconds=60)
        assert answer.result(60) == first


def test_a_marketplace_is_called_by_its_name(market: Market, manager: Client) -> None:
    coupon = Coupon(code="C100", threshold=Decimal(1000), amount=Decimal(100))
    shown = page(manager, market.campaign(coupons=(coupon,), budget=make_budget()))
    assert "AliExpress Россия" in shown
    assert "aliexpress_ru" not in shown
