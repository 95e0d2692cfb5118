"""The board of a campaign: what sells of what takes part, and nothing else; each its own."""

import asyncio
import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext, override
from tests.db.campaigns.market import START, Market, put
from tests.db.orders.making import make_line, make_order
from tests.web.test_board import Member, read

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.campaigns import selectors
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.projecting import Projection, Why
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.core.watching import day_of
from torgpred.campaigns.services import consenting, moving, nominating, packs, running
from torgpred.orders.services.accepting import accept
from torgpred.orders.services.staging import Staged, Whose
from torgpred.web.board import figures, joint_sale, showing
from torgpred.web.board.admitting import admit

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nothing_read() -> None:
    figures.forget()
    joint_sale.forget()


def clock(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


class Sale:
    """Two sellers whose first offer takes part with ten pieces; the second offer does not."""

    def __init__(self) -> None:
        self.market = Market()
        self.sellers = [self.market.seller(), self.market.seller()]
        for seller in self.sellers:
            self.market.offer(seller, f"IN-{seller}", cost="380.00", pieces=10)
        self.card = self.frozen()
        for seller in self.sellers:
            self.market.offer(seller, f"OUT-{seller}", cost="380.00", pieces=10)
        self.number = 0

    def frozen(self, **outline: Any) -> CampaignCard:  # noqa: ANN401 - any field
        card = self.market.campaign(**outline)
        nominating.nominate(campaign_id=card.id, which=Which(), actor="test")
        for seller in self.sellers:
            consenting.consent_by_rule(
                seller_id=seller, campaign_id=card.id, rule="price > 0", actor="test"
            )
        moving.freeze(campaign_id=card.id, actor="test")
        return selectors.campaign(card.id)

    def sell(self, at: datetime, *skus: tuple[int, str], price: str = "800.00") -> None:
        """Let a buyer order a piece of each (seller, key) at a moment."""
        self.number += 1
        lines = [
            make_line(f"s{seller}-{key}", price=Decimal(price), remote_id=f"L-{key}")
            for seller, key in skus
        ]
        order = make_order(self.number, *lines, created_at=at, updated_at=at)
        staged = Staged()
        prefixes = {f"s{seller}-": seller for seller in self.sellers}
        staged.add(self.market.shop, Whose(self.market.operator, prefixes=prefixes), [order])
        accept(staged)

    def tenant(self, seller: int | None) -> TenantCard:
        return accounts.tenant_by_id(self.market.operator if seller is None else seller)


@pytest.fixture
def sale(monkeypatch: pytest.MonkeyPatch) -> Sale:
    from tests.db.campaigns.market import NOW  # noqa: PLC0415

    from torgpred.campaigns.services import judging  # noqa: PLC0415

    monkeypatch.setattr(judging, "now", clock(NOW))
    return Sale()


def test_it_counts_what_takes_part_and_nothing_else(sale: Sale) -> None:
    one, other = sale.sellers
    at = START + HOUR + timedelta(seconds=30)
    sale.sell(START - timedelta(seconds=1), (one, f"IN-{one}"))  # before it began
    sale.sell(START + timedelta(minutes=5), (one, f"IN-{one}"), (other, f"IN-{other}"))
    sale.sell(START + timedelta(minutes=6), (one, f"OUT-{one}"), price="111.00")
    sale.sell(at - timedelta(seconds=10), (other, f"IN-{other}"), (other, f"OUT-{other}"))

    whole = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at))
    mine = joint_sale.watched(sale.tenant(one), sale.card.id, clock(at))

    assert (whole.total.orders, whole.pieces) == (2, 3)
    assert [(it.currency, it.amount) for it in whole.total.sums] == [("RUB", Decimal("2400.00"))]
    assert [(row.name, row.orders) for row in whole.sellers] == [
        ("Tenant C-2", 2),
        ("Tenant C-1", 1),
    ]
    assert whole.total.now == 1
    assert (mine.total.orders, mine.pieces, mine.sellers) == (1, 1, [])


def test_what_comes_later_is_added_to_what_was_read(sale: Sale) -> None:
    one, _ = sale.sellers
    at = START + HOUR
    sale.sell(START + timedelta(minutes=5), (one, f"IN-{one}"))
    first = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at))
    sale.sell(at + timedelta(seconds=1), (one, f"IN-{one}"))

    same = joint_sale.watched(
        sale.tenant(None), sale.card.id, clock(at + 0.5 * timedelta(seconds=1))
    )
    later = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at + timedelta(seconds=2)))

    assert same is first
    assert (first.total.orders, later.total.orders) == (1, 2)
    assert later.slow is first.slow


def test_locks_and_goods_that_are_sold_out(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = sale.sellers
    from torgpred.campaigns.services import running  # noqa: PLC0415
    from torgpred.listings.services import price_moments, timed_prices  # noqa: PLC0415
    from torgpred.stock.services import keeping  # noqa: PLC0415

    at = START + HOUR
    for place in (running, timed_prices, price_moments, keeping):
        if hasattr(place, "now"):
            monkeypatch.setattr(place, "now", clock(at))
    running.run()
    before = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at)).slow.goods
    for _ in range(10):
        sale.sell(at, (one, f"IN-{one}"))
    joint_sale.forget()

    goods = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at + HOUR)).slow.goods

    assert (before.kept, before.used, before.sold_out) == (20, 0, 0)
    assert (goods.planned, goods.kept, goods.used, goods.sold_share) == (20, 20, 10, 0.5)
    assert (goods.offers, goods.in_force) == (2, 2)
    assert [(it.seller_id, it.offer_key) for it in goods.out] == [(one, f"IN-{one}")]


def test_locked_pieces_that_went_before_the_start_are_no_sales_of_it(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = sale.sellers
    from torgpred.listings.services import price_moments, timed_prices  # noqa: PLC0415
    from torgpred.stock.services import keeping  # noqa: PLC0415

    for place in (running, timed_prices, price_moments, keeping):
        if hasattr(place, "now"):
            monkeypatch.setattr(place, "now", clock(START - HOUR))
    running.run()
    for _ in range(3):
        sale.sell(START - timedelta(minutes=1), (one, f"IN-{one}"))
    sale.sell(START + timedelta(minutes=1), (one, f"IN-{one}"), (other, f"IN-{other}"))

    at = START + HOUR
    found = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at))
    mine = joint_sale.watched(sale.tenant(other), sale.card.id, clock(at))
    told = showing.figures_of(figures.board(sale.tenant(None), clock(at)), "en", found)

    goods = found.slow.goods
    assert (goods.used, goods.early, goods.sold, found.pieces) == (5, 3, 2, 2)
    assert (mine.slow.goods.early, mine.slow.goods.sold) == (0, 1)
    assert "2 of 20 locked" in told
    assert "3 more went to orders from before the start" in told
    standing = selectors.standing(sale.card.id)
    assert (standing.pieces, standing.to_lock) == (20, 20)


def test_it_leads_on_to_what_it_names(sale: Sale) -> None:
    one, other = sale.sellers
    at = START + HOUR
    sale.sell(START + timedelta(minutes=5), (one, f"IN-{one}"), (other, f"IN-{other}"))
    whole = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at))
    mine = joint_sale.watched(sale.tenant(one), sale.card.id, clock(at))

    manager = showing.figures_of(figures.board(sale.tenant(None), clock(at)), "en", whole)
    seller = showing.figures_of(figures.board(sale.tenant(one), clock(at)), "en", mine)

    assert 'href="/m/sellers/C-1/"' in manager
    assert 'href="/s/' not in manager
    assert 'href="/s/C-1/orders/' in seller
    assert 'href="/m/' not in seller
    assert "0 a second" not in manager


def test_a_day_is_projected_and_an_empty_one_is_not(sale: Sale) -> None:
    one, _ = sale.sellers
    at = START + 6 * HOUR
    empty = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at))
    early = joint_sale.watched(sale.tenant(one), sale.card.id, clock(START - HOUR))
    for minute in range(8):
        sale.sell(START + timedelta(minutes=minute), (one, f"IN-{one}"))
    joint_sale.forget()

    found = joint_sale.watched(sale.tenant(None), sale.card.id, clock(at))

    assert (empty.projection, early.projection) == (Why.NO_ORDERS, Why.NOT_BEGUN)
    assert isinstance(found.projection, Projection)
    assert found.projection.low >= 8
    assert found.projection.high > found.projection.middle
    assert found.ahead[0].middle == Decimal("800.00") * found.projection.middle


def test_days_are_the_campaigns_own(sale: Sale) -> None:
    outline = sale.card.outline  # from midnight in Moscow, for five days
    first, second = day_of(outline, START), day_of(outline, START + 24 * HOUR)

    assert (first.opening, first.hours, first.hour(START + HOUR)) == (True, 24.0, 1.0)
    assert (second.opening, second.starts) == (False, START + 24 * HOUR)
    assert day_of(outline, START - HOUR) == first
    assert day_of(outline, START + 30 * 24 * HOUR).ends == outline.sold_until


def test_it_is_held_against_the_campaign_before(sale: Sale) -> None:
    one, _ = sale.sellers
    put("UPDATE campaigns_campaign SET state = 'over' WHERE id = %s", sale.card.id)
    again = START + 10 * 24 * HOUR
    card = sale.frozen(starts=again, ends=again + 24 * HOUR, phases=())
    for minute in (*range(1, 11), 90):
        sale.sell(START + timedelta(minutes=minute), (one, f"IN-{one}"))
    sale.sell(again + timedelta(minutes=3), (one, f"IN-{one}"))

    found = joint_sale.watched(sale.tenant(None), card.id, clock(again + HOUR))
    mine = joint_sale.watched(sale.tenant(sale.sellers[1]), card.id, clock(again + HOUR))

    assert (found.total.orders, found.then, found.change) == (1, 10, -0.9)
    assert mine.then == 0


def test_a_few_orders_of_the_campaign_before_are_no_measure(sale: Sale) -> None:
    one, _ = sale.sellers
    put("UPDATE campaigns_campaign SET state = 'over' WHERE id = %s", sale.card.id)
    sale.sell(START + timedelta(minutes=1), (one, f"IN-{one}"))
    again = START + 10 * 24 * HOUR
    card = sale.frozen(starts=again, ends=again + 24 * HOUR, phases=())
    at = again + timedelta(minutes=5)

    found = joint_sale.watched(sale.tenant(one), card.id, clock(at))
    told = showing.figures_of(figures.board(sale.tenant(one), clock(at)), "en", found)

    assert (found.total.orders, found.then, found.change) == (0, 1, None)
    assert "1 order by the same minute: too few to compare" in told
    assert "-100" not in told
    assert "No order of the campaign today yet" in told


def test_the_stream_shows_it_to_whom_it_concerns(sale: Sale) -> None:
    one, other = sale.sellers
    put("UPDATE campaigns_campaign SET state = 'running', name = 'Big Eleven' WHERE id = %s",
        sale.card.id)  # fmt: skip
    sale.sell(START + timedelta(minutes=5), (one, f"IN-{one}"), price="801.00")
    sale.sell(START + timedelta(minutes=5), (other, f"IN-{other}"), price="907.00")
    manager = Member(sale.tenant(None), "maria", "manager")
    anna = Member(sale.tenant(one), "anna")
    stranger = sale.market.seller()
    eve = Member(sale.tenant(stranger), "eve")

    query = f"campaign={sale.card.code}"
    _, whole = asyncio.run(read("/m/board/stream", manager.cookies, query=query))
    _, mine = asyncio.run(read("/s/C-1/board/stream", anna.cookies, query=query))

    assert "Big Eleven" in whole
    assert "801" in mine
    # Beside what they show, events are numbered by the second.
    assert "907" not in re.sub(r"(?m)^id: .*$", "", mine)
    assert "Tenant C-2" not in mine
    assert admit(eve.cookies, "seller", "C-3", sale.card.code) is None
    assert admit(eve.cookies, "seller", "C-3") is not None
    assert admit(manager.cookies, "operator", "", "NONE") is None


@pytest.mark.parametrize("accepted", ["ru", "en", "zh-hans"])
def test_the_stream_goes_on_in_the_language_of_the_page(sale: Sale, accepted: str) -> None:
    put("UPDATE campaigns_campaign SET state = 'running' WHERE id = %s", sale.card.id)
    anna = Member(sale.tenant(sale.sellers[0]), "anna")
    # No cookie says the language: the browser's own wish does, as with whoever never chose one.
    page = anna.client.get("/s/C-1/board/", headers={"accept-language": accepted})
    text = page.content.decode()
    address = html.unescape(re.search(r'data-stream="([^"]+)"', text)[1])  # type: ignore[index]
    path, _, query = address.partition("?")

    _, told = asyncio.run(read(path, anna.cookies, query=query))

    with override(accepted):
        said = html.escape(gettext("Orders in the campaign"))
    assert f'lang="{accepted}' in text.lower()
    assert said in text
    assert said in told


def test_a_campaigns_page_tells_whose_proof_of_enrolment_is_missing(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "now", clock(START - HOUR))
    running.run()
    manager = Member(sale.tenant(None), "maria", "manager")
    address = f"/m/campaigns/{sale.card.code}/"
    assert manager.client.get(address).content.decode().count("no proof of enrolment") == 2
    proven, missing = (sale.tenant(seller) for seller in sale.sellers)
    packs.give_proof(
        campaign_id=sale.card.id,
        seller_id=proven.id,
        shop_id=sale.market.shop,
        note="accepted",
        actor="test",
    )

    page = manager.client.get(address).content.decode()
    assert page.count("no proof of enrolment") == 1
    row = page.partition("no proof of enrolment")[2][:200]
    assert f"/m/sellers/{missing.code}/" in row


def test_the_page_shows_the_running_one_and_lets_a_manager_pause_it(sale: Sale) -> None:
    put("UPDATE campaigns_campaign SET state = 'running', name = 'Big Eleven' WHERE id = %s",
        sale.card.id)  # fmt: skip
    manager = Member(sale.tenant(None), "maria", "manager")
    staff = Member(sale.tenant(None), "stas", "staff")
    page = manager.client.get("/m/board/").content.decode()

    assert "Big Eleven" in page
    assert f"stream?campaign={sale.card.code}" in page
    assert 'name="to" value="paused"' in page
    assert 'name="to"' not in staff.client.get("/m/board/").content.decode()
    assert manager.client.get("/m/board/?campaign=NONE").status_code == 404
    assert "Big Eleven</h2>" not in manager.client.get("/m/board/?campaign=all").content.decode()
    back = html.unescape(re.search(r'name="back" value="([^"]+)"', page)[1])  # type: ignore[index]
    told = manager.client.post(
        f"/m/campaigns/{sale.card.code}/move/",
        {"to": "paused", "reason": "the bank is out", "back": back},
    )
    assert (told.status_code, told["location"]) == (302, back)
    assert selectors.campaign(sale.card.id).state is State.PAUSED
    joint_sale.forget()
    again = manager.client.get("/m/board/").content.decode()
    assert "the bank is out" in again
    assert 'name="to" value="running"' in again
