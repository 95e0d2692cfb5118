"""A frozen campaign keeps its pieces and plans its prices, once, and gives both back at its end."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from tests.db.campaigns.market import END, NOW, START, Market, make_outline, put

from torgpred.campaigns import selectors
from torgpred.campaigns.core.errors import NoProofError, NothingEnrolledError
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.running import LATE_ORDERS, Place, Stage, due, spread
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import consenting, moving, nominating, packs, running
from torgpred.listings.services import price_moments, timed_prices
from torgpred.stock import selectors as stock
from torgpred.stock.services import keeping

ACTOR = "manager@operator.example"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """What time it is for everything that a campaign's running asks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = NOW
        for place in (running, timed_prices, price_moments, keeping):
            if hasattr(place, "now"):
                monkeypatch.setattr(place, "now", self.now)

    def now(self) -> datetime:
        return self.moment

    def at(self, moment: datetime) -> None:
        self.moment = moment
        running.run()


def frozen(market: Market, pieces: int = 10, most: int | None = None) -> tuple[CampaignCard, int]:
    """Return a frozen campaign in which one seller takes part with one offer at 800."""
    seller = market.seller()
    market.offer(seller, "A-1", cost="380.00", pieces=pieces)
    card = market.campaign()
    nominating.nominate(campaign_id=card.id, which=Which(), actor=ACTOR, most_pieces=most)
    mine = selectors.nominations(card.id, seller_id=seller)
    consenting.consent(
        seller_id=seller,
        campaign_id=card.id,
        seen={one.id: one.digest for one in mine},
        actor="desk@seller.example",
    )
    moving.freeze(campaign_id=card.id, actor=ACTOR)
    return card, seller


def stage(card: CampaignCard, seller: int) -> Stage:
    (one,) = selectors.readiness(card.id, seller_id=seller)
    return one.stage


def in_force(seller: int) -> list[tuple[str, datetime, datetime]]:
    rows = put(
        "SELECT json_agg(json_build_array(price, starts_at, least(ends_at, withdrawn_at))"
        " ORDER BY id) FROM listings_timedprice WHERE seller_id = %s",
        seller,
    )
    return [
        (f"{price:.2f}", datetime.fromisoformat(start), datetime.fromisoformat(end))
        for price, start, end in rows or []
    ]


def test_after_the_freeze_pieces_are_kept_and_prices_stand_ready(
    market: Market, clock: Clock
) -> None:
    card, seller = frozen(market, most=6)

    clock.at(NOW)

    (lock,) = stock.open_locks(seller)
    assert (lock.pieces, lock.shop_ids, lock.until) == (6, (market.shop,), END + LATE_ORDERS)
    assert in_force(seller) == [("800.00", START, END)]
    (one,) = selectors.readiness(card.id)
    assert (one.stage, one.asked, one.kept, one.prices) == (Stage.READY, 6, 6, 1)
    assert not one.troubles


def test_running_it_again_and_again_does_nothing_twice(market: Market, clock: Clock) -> None:
    _, seller = frozen(market)

    for _ in range(3):
        clock.at(NOW)

    assert len(stock.open_locks(seller)) == 1
    assert len(in_force(seller)) == 1


def test_what_is_not_free_any_more_is_told(market: Market, clock: Clock) -> None:
    card, seller = frozen(market)
    put("UPDATE stock_level SET on_hand = 4 WHERE seller_id = %s AND sku = 'A-1'", seller)

    clock.at(NOW)

    (one,) = selectors.readiness(card.id, seller_id=seller)
    assert (one.asked, one.kept) == (10, 4)
    assert [(it.code, it.place, it.value) for it in one.troubles] == [("running.fewer", "A-1", "4")]


def test_the_clock_starts_and_ends_it(market: Market, clock: Clock) -> None:
    card, seller = frozen(market)
    clock.at(START - timedelta(seconds=1))
    before = selectors.campaign(card.id).state
    clock.at(START)
    begun = selectors.campaign(card.id).state
    clock.at(END)

    assert (before, begun) == (State.FROZEN, State.RUNNING)
    assert selectors.campaign(card.id).state is State.OVER
    assert stage(card, seller) is Stage.ENDED
    assert stock.open_locks(seller) == []


def test_a_pause_takes_prices_back_and_keeps_the_pieces(market: Market, clock: Clock) -> None:
    card, seller = frozen(market)
    clock.at(START)
    paused, again = START + timedelta(hours=1), START + timedelta(hours=2)

    clock.moment = paused
    moving.move(campaign_id=card.id, wanted=State.PAUSED, actor=ACTOR, reason="the bank is down")
    running.run()
    held = len(stock.open_locks(seller))
    during = in_force(seller)
    clock.moment = again
    moving.move(campaign_id=card.id, wanted=State.RUNNING, actor=ACTOR)
    running.run()

    assert held == len(stock.open_locks(seller)) == 1
    assert [end for *_, end in during] == [paused]
    assert in_force(seller)[1:] == [("800.00", again, END)]


@pytest.mark.parametrize("since", [NOW, START])
def test_a_cancelled_one_leaves_nothing_behind(
    market: Market, clock: Clock, since: datetime
) -> None:
    card, seller = frozen(market)
    clock.at(since)

    moving.move(campaign_id=card.id, wanted=State.CANCELLED, actor=ACTOR, reason="called off")
    running.run()

    assert stage(card, seller) is Stage.ENDED
    assert stock.open_locks(seller) == []
    assert all(end <= clock.moment or end <= start for _, start, end in in_force(seller))


def test_a_crash_between_leaves_all_or_nothing(
    market: Market, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, seller = frozen(market)

    def dies(**_given: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(timed_prices, "schedule", dies)
        with pytest.raises(RuntimeError):
            running.run()
    nothing = stock.open_locks(seller)
    clock.at(NOW)

    assert nothing == []
    assert stage(card, seller) is Stage.READY
    assert len(stock.open_locks(seller)) == len(in_force(seller)) == 1


def test_what_one_seller_cannot_keeps_nobody_else_waiting(
    market: Market, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, seller = frozen(market)

    def fails(**_given: object) -> None:
        raise NoProofError

    with monkeypatch.context() as broken:
        broken.setattr(timed_prices, "schedule", fails)
        clock.at(START)
    moved = selectors.campaign(card.id).state, stage(card, seller)
    clock.at(START)

    assert moved == (State.RUNNING, Stage.WAITING)
    assert stage(card, seller) is Stage.READY


def test_the_pack_holds_what_was_agreed_to_and_nothing_else(market: Market, clock: Clock) -> None:
    card, seller = frozen(market)
    other = market.seller()
    market.offer(other, "B-1")

    book = CalamineWorkbook.from_filelike(
        BytesIO(packs.pack(campaign_id=card.id, seller_id=seller, shop_id=market.shop))
    )

    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == list(packs.HEADINGS)
    assert [row[0:2] + row[3:] for row in rows[1:]] == [
        [f"s{seller}-A-1", f"{seller}-A-1", 1000.0, 800.0, 20.0, 10.0]
    ]
    told = book.get_sheet_by_index(1).to_python()[1][0]
    assert told == "2026-11-11 00:00 – 2026-11-16 00:00 Europe/Moscow"
    with pytest.raises(NothingEnrolledError):
        packs.pack(campaign_id=card.id, seller_id=seller, shop_id=market.new_shop(seller))


def test_a_proof_is_kept_and_an_empty_one_is_not(market: Market, clock: Clock) -> None:
    card, seller = frozen(market)
    clock.at(NOW)
    given = {"campaign_id": card.id, "seller_id": seller, "shop_id": market.shop, "actor": ACTOR}

    packs.give_proof(note="confirmed", name="done.png", file=BytesIO(b"picture"), **given)  # type: ignore[arg-type]
    with pytest.raises(NoProofError):
        packs.give_proof(note="  ", **given)  # type: ignore[arg-type]
    with pytest.raises(NothingEnrolledError):
        packs.give_proof(note="there", **(given | {"shop_id": market.new_shop(seller)}))  # type: ignore[arg-type]

    (one,) = selectors.proofs(card.id, seller_id=seller)
    assert (one.note, one.name, one.given_by) == ("confirmed", "done.png", ACTOR)


def test_pieces_are_kept_in_the_buyers_country_first() -> None:
    places = [Place(1, "CN", 0, 50), Place(2, "RU", 5, 3), Place(3, "RU", 1, 4)]

    assert spread(9, places, country="RU", local=False) == {3: 4, 2: 3, 1: 2}
    assert spread(9, places, country="RU", local=True) == {3: 4 + 2, 2: 3}
    assert spread(9, places[:1], country="RU", local=True) == {}


def test_the_clock_asks_for_no_state_before_its_time() -> None:
    outline = make_outline()
    assert due(State.FROZEN, outline, START - timedelta(seconds=1)) is None
    assert due(State.OPEN, outline, START) is None
    assert due(State.PAUSED, outline, END) is State.OVER
