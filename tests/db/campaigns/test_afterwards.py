"""What is told after a campaign: to a seller its own, to the operator all, outside no seller's."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.db.campaigns.market import END, NOW, START, Market
from tests.db.campaigns.selling import ACTOR, came_back, order, settled

from torgpred.campaigns.core.errors import NotInCampaignError
from torgpred.campaigns.core.money.files import NewSpend
from torgpred.campaigns.core.money.sources import SourceKind
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import afterwards
from torgpred.campaigns.services import running, spending
from torgpred.listings.services import price_moments, timed_prices
from torgpred.stock.services import keeping


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    def moment() -> datetime:
        return END + timedelta(days=4)

    def before() -> datetime:
        return NOW

    monkeypatch.setattr(afterwards, "now", moment)
    # Pieces were kept before the start.
    for place in (running, timed_prices, price_moments, keeping):
        if hasattr(place, "now"):
            monkeypatch.setattr(place, "now", before)


def spent(card: CampaignCard, amount: str = "100.00") -> None:
    spending.keep_source(
        campaign_id=card.id, code="ads", name="Ads", kind=SourceKind.MARKETPLACE_ADS, actor=ACTOR
    )
    entry = NewSpend("ads", date(2026, 11, 11), Decimal(amount), "RUB",
                     "operator 50, seller 50", "A-1")  # fmt: skip
    spending.spend(campaign_id=card.id, entry=entry, actor=ACTOR)


def test_a_seller_is_told_what_it_sold_kept_and_what_to_do(market: Market, later: None) -> None:
    card = settled(market, 2)
    running.run()
    one, two = market.sellers
    order(market, "100", (one, 4), (two, 6), hours=1, sent_after=24)
    order(market, "101", (one, 6), hours=3, sent_after=60)
    order(market, "102", (two, 1), hours=4)
    order(market, "103", (two, 1), hours=4, phase="cancelled")
    order(market, "104", (two, 1), hours=-1)  # before the sale: not the campaign's
    came_back(one, "101", 2)
    spent(card)

    mine = afterwards.seller_report(card, one)

    (line,) = mine.money
    assert (line.pieces, line.orders, line.revenue) == (10, 2, Decimal(8000))
    # usual 1000 a piece; 10 % commission, 100 a parcel, 20 % tax contained, 2 % fee
    assert (line.usual, line.discount) == (Decimal(10000), Decimal(2000))
    assert (line.commission, line.delivery, line.fee) == (Decimal(800), Decimal(200), Decimal(160))
    away = line.commission + line.delivery + line.tax + line.fee
    assert line.revenue == line.kept + away
    assert (line.own_spend, line.given) == (Decimal("29.41"), Decimal("29.41"))
    assert line.left == line.kept - line.own_spend
    assert (line.returned, line.returned_amount) == (2, Decimal(1600))
    assert mine.over
    assert (mine.locks.kept, mine.locks.used, mine.locks.unused) == (10, 0, 10)
    assert (mine.sending.late, mine.sending.overdue) == (1, 0)
    assert [one.code for one in mine.lessons] == [
        "lesson.sold_out", "lesson.late", "lesson.unused", "lesson.came_back",
    ]  # fmt: skip
    assert mine.offers[0].sold_out_at == START + timedelta(hours=3)
    theirs = afterwards.seller_report(card, two)
    assert (theirs.money[0].pieces, theirs.sending.cancelled) == (7, 1)
    assert theirs.sending.overdue == 1


def test_before_the_end_it_is_so_far(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    def moment() -> datetime:
        return START + timedelta(hours=2)

    monkeypatch.setattr(afterwards, "now", moment)
    card = settled(market, 1)

    assert not afterwards.seller_report(card, market.sellers[0]).over


def test_a_seller_without_a_part_is_told_nothing(market: Market) -> None:
    card = settled(market, 1)
    other = market.seller()

    with pytest.raises(NotInCampaignError):
        afterwards.seller_report(card, other)


def test_the_operator_sees_all_and_the_rows_add_up(market: Market, later: None) -> None:
    card = settled(market, 3)
    for number, seller in enumerate(market.sellers):
        order(market, str(number), (seller, number + 1), hours=number)
    spent(card, "100.01")

    found = afterwards.operator_report(card)

    assert (len(found.rows), found.orders, found.pieces) == (3, 3, 6)
    assert found.revenue == {"RUB": Decimal(4800)}
    assert sum(one.spend["RUB"] for one in found.rows) == found.spend["RUB"] == Decimal("100.01")
    assert sum(one.margin["RUB"] for one in found.rows) == found.margin["RUB"]
    assert found.fee == {"RUB": Decimal(96)}
    assert found.cost_per_order == {"RUB": Decimal("33.34")}


def test_outside_no_figure_rests_on_few_sellers(market: Market) -> None:
    card = settled(market, 5)
    for number, seller in enumerate(market.sellers[:4]):
        order(market, str(number), (seller, 1))
    assert afterwards.marketplace_report(card).whole is None
    order(market, "4", (market.sellers[4], 7), hours=30)

    told = afterwards.marketplace_report(card)

    assert told.whole is not None
    assert told.whole.amounts == {"pieces": Decimal(11), "RUB": Decimal(8800)}
    # The second day is one seller's: neither day is told, for the whole less one is the other.
    assert all(not one.shown for one in told.breakdowns)
