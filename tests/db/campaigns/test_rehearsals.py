"""Rehearsals are asked for once at a time, kept for whom they concern, and copy no secret."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from tests.db.campaigns.market import START, Market, raw

from torgpred.campaigns import selectors
from torgpred.campaigns.core.errors import (
    CampaignClosedError,
    NothingToRehearseError,
    RehearsalRunsError,
    UnfitCampaignError,
)
from torgpred.campaigns.core.rehearsing.days import Handling, Machine, SellerDay
from torgpred.campaigns.core.rehearsing.demand import Assumptions
from torgpred.campaigns.core.rehearsing.stages import RehearsalState, Stage
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.selectors import rehearsals
from torgpred.campaigns.services import nominating, rehearsing, standing_in
from torgpred.listings.services import standing_in as listings_standing_in
from torgpred.rehearsal import copying, running, stand_in
from torgpred.rehearsal.script import Script, Word
from torgpred.runtime import enclosed, holders, slots
from torgpred.runtime.scope import scope

ACTOR = "manager@operator.example"
MACHINE = Machine(1.0, 2, 0.5, 1, 0.1)


def open_campaign(market: Market, sellers: int = 1, pieces: int = 3) -> CampaignCard:
    for _ in range(sellers):
        seller = market.seller()
        for key in ("A-1", "A-2"):
            market.offer(seller, key, cost="380.00", pieces=pieces)
    card = market.campaign()
    nominating.nominate(campaign_id=card.id, which=Which(), actor=ACTOR)
    return card


def ask(card: CampaignCard, **assumptions: Any) -> int:  # noqa: ANN401 - any field
    given = Assumptions(**assumptions)
    return rehearsing.ask(campaign_id=card.id, assumptions=given, actor=ACTOR, minutes=0.1)


def make_part(seller: int, shop: int, *, orders: int = 5) -> SellerDay:
    return SellerDay(
        seller, shop, "RUB", orders, orders, 0, Decimal(4000), Decimal(3500), 0, 0,
        Handling(50, known=False), (),
    )  # fmt: skip


def test_one_at_a_time_and_only_where_something_takes_part(market: Market) -> None:
    card = open_campaign(market)
    empty = market.campaign()
    draft = market.campaign(opened=False)

    first = ask(card)

    with pytest.raises(RehearsalRunsError):
        ask(card)
    with pytest.raises(NothingToRehearseError):
        ask(empty)
    with pytest.raises(CampaignClosedError):
        ask(draft)
    with pytest.raises(UnfitCampaignError, match="handling"):
        ask(card, handling=0)
    rehearsing.stop(first)
    assert ask(card) != first


def test_what_is_claimed_is_claimed_once_and_given_back_whole(market: Market) -> None:
    asked = ask(open_campaign(market))

    assert (rehearsing.claim(), rehearsing.claim()) == (asked, None)
    assert rehearsing.goes_on(asked, stage=Stage.SELLING, part=0.5)
    assert rehearsals.rehearsal(asked).part == 0.5
    rehearsing.give_back(asked)
    assert rehearsals.rehearsal(asked).state is RehearsalState.ASKED
    assert rehearsing.claim(asked) == asked


def test_one_that_is_played_where_it_is_asked_for_is_no_workers(market: Market) -> None:
    card = open_campaign(market)

    asked = rehearsing.ask(campaign_id=card.id, assumptions=Assumptions(), actor=ACTOR, here=True)

    assert rehearsing.claim() is None
    assert rehearsals.rehearsal(asked).state is RehearsalState.PLAYING
    assert rehearsing.goes_on(asked, part=0.1)


def test_one_that_was_stopped_keeps_nothing(market: Market) -> None:
    card = open_campaign(market)
    asked = ask(card)
    rehearsing.claim(asked)

    rehearsing.stop(asked)

    assert not rehearsing.goes_on(asked, part=0.7)
    assert not rehearsing.finish(asked, parts=[make_part(1, market.shop)], machine=MACHINE)
    assert rehearsals.parts(card.id, seller_id=None) == []


def test_one_whose_player_died_is_ended_and_may_be_asked_for_again(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = open_campaign(market)
    dead = ask(card)
    rehearsing.claim(dead)
    rehearsing.bury()
    alive = rehearsals.rehearsal(dead).state
    monkeypatch.setattr(holders, "known_dead", lambda _: True)

    again = ask(card)

    assert alive is RehearsalState.PLAYING
    assert rehearsals.rehearsal(dead).state is RehearsalState.FAILED
    assert rehearsals.rehearsal(again).state is RehearsalState.ASKED


def test_a_seller_sees_its_own_part_and_writes_none(market: Market) -> None:
    card = open_campaign(market, sellers=2)
    asked = ask(card)
    rehearsing.claim(asked)
    mine, other = market.sellers
    parts = [make_part(mine, market.shop), make_part(other, market.shop, orders=7)]
    assert rehearsing.finish(asked, parts=parts, machine=MACHINE)

    (seen,) = rehearsals.parts(card.id, seller_id=mine)

    assert (seen.day.seller_id, seen.day.orders) == (mine, 5)
    assert raw(mine, "SELECT count(*) FROM campaigns_rehearsal") == [(0,)]
    assert raw(mine, "SELECT seller_id FROM campaigns_rehearsalpart") == [(mine,)]
    totals = rehearsals.rehearsal(asked).totals
    assert totals is not None
    assert (totals.sellers, totals.orders) == (2, 12)


def test_a_seller_cannot_write_a_part(market: Market) -> None:
    card = open_campaign(market)
    asked = ask(card)
    rehearsing.claim(asked)
    rehearsing.finish(asked, parts=[make_part(market.sellers[0], market.shop)], machine=MACHINE)

    with pytest.raises(DatabaseError, match="row-level security"):
        raw(
            market.sellers[0],
            "INSERT INTO campaigns_rehearsalpart (seller_id, rehearsal_id, campaign_id, shop_id,"
            " at, assumptions, agreed_only, day) SELECT seller_id, rehearsal_id, campaign_id, %s,"
            " at, assumptions, agreed_only, day FROM campaigns_rehearsalpart",
            market.new_shop(market.sellers[0]),
        )


def test_before_the_day_there_is_no_fact(market: Market) -> None:
    card = open_campaign(market)

    assert rehearsals.facts(card, seller_id=None).offers == {}


def test_only_what_is_needed_is_copied_and_nothing_hangs_on_the_rest(market: Market) -> None:
    left = set(copying.left_out())

    secret = {
        "channels_credential", "auth_user", "django_session", "accounts_member", "orders_order",
        "orders_consignment", "orders_line", "orders_message", "runtime_call", "asks_ask",
        "campaigns_proof", "campaigns_rehearsal", "channels_shopevent",
    }  # fmt: skip
    assert secret <= left
    assert not {"channels_shop", "stock_level", "campaigns_nomination", "catalogue_offer"} & left
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f'"
        )
        hanging = [(one, on) for one, on in cursor.fetchall() if one not in left and on in left]
    assert hanging == []


def test_the_process_that_plays_gets_no_setting_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DATABASE_URL", "MAIL_URL", "SECRET_KEY_FILE", "ALLOW_HOSTS", "FILES_URL"):
        monkeypatch.setenv(f"TORGPRED_{name}", "real")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")

    found = running.environment(tmp_path)

    assert "real" not in found.values()
    assert found["TORGPRED_HOME"] == str(tmp_path)


def test_what_only_a_copy_may_do_is_refused_in_the_real_installation(market: Market) -> None:
    card = open_campaign(market)

    with pytest.raises(enclosed.EnclosureError):
        standing_in.settle(card.id, agreed_only=False)
    with pytest.raises(enclosed.EnclosureError):
        standing_in.bring_forward(card.id, starts=START)
    with pytest.raises(enclosed.EnclosureError):
        listings_standing_in.forget_the_real_shops()
    assert selectors.standing(card.id).agreed == 0


@pytest.fixture
def copy(market: Market, monkeypatch: pytest.MonkeyPatch) -> Market:
    """Let this test's database count as the copy."""
    monkeypatch.setattr(enclosed, "_closed", True)
    monkeypatch.setattr(slots, "take", lambda *_, **__: 0.0)
    monkeypatch.setattr(stand_in, "_BEGIN_PATIENCE", timedelta(seconds=1))
    return market


def played(card: CampaignCard, folder: Path, **assumptions: int) -> tuple[Script, Word]:
    asked = ask(card, **assumptions)
    script = running.script_of(asked)
    words: list[Word] = []
    raw(None, "UPDATE listings_listedproduct SET remote_id = (1000 + id)::text")
    stand_in.play(folder, script, words.append)
    return script, words[-1]


def test_a_day_is_played_to_its_end_by_what_is_there(copy: Market, tmp_path: Path) -> None:
    card = open_campaign(copy, pieces=3)

    script, last = played(card, tmp_path, orders=12)

    assert last.parts is not None
    (part,) = last.parts
    with scope(copy.sellers[0]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.sku, sum(line.quantity)::int FROM orders_line line GROUP BY 1 ORDER BY 1"
        )
        here = dict(cursor.fetchall())
    # Twelve buyers, three pieces of each of two offers: six get one, and the rest none.
    assert {one.offer_key: one.sold for one in part.offers} == here == {"A-1": 3, "A-2": 3}
    assert (part.orders, part.missed, len(script.goods)) == (6, 6, 2)
    assert all(one.sold_out is not None and one.short == 0 for one in part.offers)
    assert last.machine is not None
