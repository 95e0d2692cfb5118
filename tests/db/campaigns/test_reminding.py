"""Whom a campaign's clocks remind, when, and once."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.db.campaigns.market import END, NOW, START, Market, put
from tests.db.orders.making import Shop

from torgpred.accounts import selectors
from torgpred.accounts import services as accounts
from torgpred.asks.services import reminding as asks
from torgpred.asks.services import timing
from torgpred.asks.services.asking import new_ask
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Phase, PhaseKind
from torgpred.campaigns.core.reminding import LATE, stage
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import consenting, moving, nominating, packs, running
from torgpred.campaigns.services.reminding import find
from torgpred.notices.core.kinds import sentence
from torgpred.notices.selectors import notices
from torgpred.notices.services.gathering import gather
from torgpred.notices.services.wishes import wish

ASKED_UNTIL = START - timedelta(days=2)


@pytest.mark.parametrize(
    ("left", "late", "told"),
    [
        (timedelta(days=4), False, ""),
        (timedelta(days=3), False, "3d"),
        (timedelta(days=1, seconds=1), False, "3d"),
        (timedelta(days=1), False, "1d"),
        (timedelta(hours=2), False, "2h"),
        (timedelta(seconds=1), False, "2h"),
        (timedelta(0), False, ""),
        (timedelta(0), True, LATE),
        (timedelta(days=-8), True, ""),
    ],
)
def test_the_nearest_reminder_alone_is_due(left: timedelta, *, late: bool, told: str) -> None:
    assert stage(NOW, NOW - left, late=late) == told


def told(at: datetime) -> list[tuple[int, str, int]]:
    return sorted((one.tenant_id, one.data["thing"], one.data["count"]) for one in find(at))


class Asked:
    """Two sellers are asked until two days before the start; each has two offers."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.one, self.other = market.seller(), market.seller()
        for seller in (self.one, self.other):
            for number in (1, 2):
                market.offer(seller, f"A-{number}", cost="380.00")
        phases = (
            Phase(PhaseKind.ENROLMENT, NOW, ASKED_UNTIL),
            Phase(PhaseKind.SALE, START, END),
            Phase(PhaseKind.SHIP_BY, START, END + timedelta(days=3)),
        )
        self.card: CampaignCard = market.campaign(phases=phases)
        nominating.nominate(campaign_id=self.card.id, which=Which(), actor="test")

    def agree(self, seller: int) -> None:
        consenting.consent_by_rule(
            seller_id=seller, campaign_id=self.card.id, rule="price > 0", actor="test"
        )


@pytest.fixture
def asked(market: Market) -> Asked:
    return Asked(market)


def test_who_did_not_answer_is_reminded_before_the_end_and_the_manager_of_all(asked: Asked) -> None:
    operator = asked.market.operator
    asked.agree(asked.one)
    early = told(ASKED_UNTIL - timedelta(days=3, minutes=1))
    day = ASKED_UNTIL - timedelta(hours=23)

    assert early == []
    assert told(day) == sorted(
        [(asked.other, "answer", 2), (operator, "enrolment", 2), (operator, "freeze", 2)]
    )
    asked.agree(asked.other)
    assert told(day) == [(operator, "freeze", 4)]


def test_what_was_never_settled_is_told_when_it_is_too_late(asked: Asked) -> None:
    assert told(START + timedelta(hours=1)) == [(asked.market.operator, "freeze", 0)]
    moving.move(campaign_id=asked.card.id, wanted=State.CANCELLED, actor="t", reason="x")
    assert told(START + timedelta(hours=1)) == []


def test_proofs_are_asked_for_until_they_are_there(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.agree(asked.one)
    moving.freeze(campaign_id=asked.card.id, actor="test")
    for name in ("torgpred.campaigns.services.running.now", "torgpred.stock.services.keeping.now",
                 "torgpred.listings.services.timed_prices.now"):  # fmt: skip
        monkeypatch.setattr(name, lambda: NOW)
    running.run()
    operator = asked.market.operator
    before = told(START - timedelta(hours=1))
    packs.give_proof(
        campaign_id=asked.card.id, seller_id=asked.one, shop_id=asked.market.shop,
        note="entered", actor="test",
    )  # fmt: skip

    assert before == sorted([(asked.one, "proof", 1), (operator, "proofs", 1)])
    assert told(START - timedelta(hours=1)) == []
    put("UPDATE campaigns_campaign SET state = 'running' WHERE id = %s", asked.card.id)
    assert told(END - timedelta(hours=20)) == [(operator, "end", 1)]


def test_orders_that_have_to_leave_and_prices_that_did_not_come_back(asked: Asked) -> None:
    asked.agree(asked.one)
    moving.freeze(campaign_id=asked.card.id, actor="test")
    running.run()
    put("UPDATE campaigns_campaign SET state = 'over', moved_at = %s WHERE id = %s", END,
        asked.card.id)  # fmt: skip
    put("UPDATE campaigns_readiness SET stage = 'ended'")
    shop = Shop.__new__(Shop)
    shop.id = asked.market.shop
    put(
        "WITH o AS (INSERT INTO orders_order (tenant_id, shop_id, remote_id, phase, words,"
        " placed_at, changed_at, taken_at, currency, total, country, digest, troubles)"
        " VALUES (%s, %s, 'O-1', 'to_ship', '', %s, %s, %s, 'RUB', 800, 'RU', '\\x00', '')"
        " RETURNING id), p AS (INSERT INTO orders_consignment (seller_id, order_id, shop_id,"
        " remote_id, phase, placed_at, currency, amount, country, buyer)"
        " SELECT %s, id, %s, 'O-1', 'to_ship', %s, 'RUB', 800, 'RU', '' FROM o"
        " RETURNING id, order_id)"
        " INSERT INTO orders_line (seller_id, order_id, consignment_id, remote_id, sku,"
        " remote_sku_id, name, quantity, price, amount)"
        " SELECT %s, order_id, id, 'L', 'A-1', '', '', 1, 800, 800 FROM p RETURNING id",
        asked.market.operator, shop.id, START, START, START,
        asked.one, shop.id, START, asked.one,
    )  # fmt: skip
    ship_by = END + timedelta(days=3)

    assert told(ship_by - timedelta(hours=5)) == [(asked.one, "ship_by", 1)]
    assert told(ship_by + timedelta(hours=5)) == [(asked.one, "ship_by", 1)]
    put("UPDATE orders_consignment SET phase = 'shipped' RETURNING id")
    assert told(ship_by - timedelta(hours=5)) == []
    for moment in (START, END):  # what was not right at the start is no return
        put(
            'INSERT INTO listings_priceswitch (seller_id, shop_id, due_at, begun_at, looks, "left")'
            " VALUES (%s, %s, %s, %s, 0, 7) ON CONFLICT (seller_id, shop_id, due_at)"
            ' DO UPDATE SET begun_at = excluded.begun_at, "left" = 7',
            asked.one, shop.id, moment, moment,
        )  # fmt: skip
    assert told(END + timedelta(minutes=30)) == []
    failed = [(asked.one, "return_failed", 7), (asked.market.operator, "return_failed", 7)]
    assert told(END + timedelta(hours=2)) == sorted(failed)


def test_each_reminder_is_written_down_once_and_can_be_switched_off(asked: Asked) -> None:
    members = {}
    for seller, name in ((asked.one, "anna"), (asked.other, "boris")):
        email = f"{name}@example.org"
        user = accounts.ensure_person(email=email, name=name)
        accounts.ensure_member(
            tenant_id=seller, email=email, name=name, role="staff", user_id=user.pk
        )
        members[seller] = selectors.member_of(seller, email)
    wish(
        member=members[asked.other], wanted=["ship_by"], mail=True, zone="Europe/Moscow",
        quiet=(0, 0), digest_hour=8, webhook="",
    )  # fmt: skip
    day = ASKED_UNTIL - timedelta(hours=23)
    for at in (day, day + timedelta(hours=1), day + timedelta(minutes=1)):
        gather(at)  # a process that died and began anew looks again, too
    once = [one for one in notices(asked.one) if one.kind == "campaign"]
    gather(ASKED_UNTIL - timedelta(hours=1))

    (first,) = once
    said = sentence(first.kind, first.data)
    assert "wait for your yes or no: 2" in said.format(**first.data)
    assert len([one for one in notices(asked.one) if one.kind == "campaign"]) == 2
    assert [one for one in notices(asked.other) if one.kind == "campaign"] == []


def test_asks_clocks_are_told_to_the_operator_by_the_day(market: Market) -> None:
    ask = new_ask(
        family="aliexpress_ru", kind="fee", title="Lower it", texts={}, asked_by="",
        campaign="", made_by="test",
    )  # fmt: skip
    timing.start_own_clock(
        code=ask.code, title="Answer", event="asked", source="terms", days=10,
        started="2026-11-01", said_by="test",
    )  # fmt: skip

    def found(day: int) -> list[tuple[int, str]]:
        at = datetime(2026, 11, day, 12, tzinfo=UTC)
        return [(one.tenant_id, one.key.rpartition(":")[2]) for one in asks.find(at)]

    operator = market.operator
    assert found(7) == []
    assert found(8) == found(9) == [(operator, "3d")]
    assert [found(day) for day in (10, 11, 12)] == [
        [(operator, stage)] for stage in ("1d", "day", "late")
    ]
