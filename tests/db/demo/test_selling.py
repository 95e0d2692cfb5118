"""The demo's story of stock and orders, told by two of its sellers at a twin without workers."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import pytest
from tests.db.listings.stocking import tell_all
from tests.db.orders.making import rows, run

from torgpred.accounts import selectors as accounts
from torgpred.channels import selectors as channels
from torgpred.channels.services import opening
from torgpred.demo import story
from torgpred.demo.sellers import all_sellers
from torgpred.demo.selling import telling
from torgpred.demo.selling.stage import Cast
from torgpred.demo.selling.telling import Told
from torgpred.demo.world import Ports
from torgpred.kernel.clock import now
from torgpred.orders import tasks
from torgpred.orders.selectors import inbox
from torgpred.orders.selectors.messages import dialogues
from torgpred.orders.services.pulling import pull
from torgpred.orders.services.shortages import open_shortages
from torgpred.runtime import slots
from torgpred.stock.services import feeds
from torgpred.twins.testing import RunningTwin, running_twin

pytestmark = pytest.mark.django_db(transaction=True)

COATS, GAMES = "merzlohod", "kubar-fishka"
CAST = Cast(joint=(COATS, GAMES), courier=GAMES, parcels=COATS, cancelled=GAMES, payout=COATS)
SCENES = {"stock", "two sellers", "courier", "parcel", "cancellation", "shortage", "payout", "asks"}

Retell = Callable[..., Told]


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningTwin]:
    monkeypatch.setattr(slots, "take", lambda *_, **__: 0.0)
    monkeypatch.setattr(opening, "BATCH_PATIENCE", 1.0)
    with running_twin(tmp_path / "twin", task_delay_min=0, task_delay_max=0) as twin:
        yield twin


@pytest.fixture
def retell(market: RunningTwin, tmp_path: Path) -> Retell:
    """Two listed sellers, and the story of their orders, to be told as often as wanted."""
    where = Ports(twin=urlsplit(market.base_url).port or 0, pictures=9, web=9)
    sellers = [one for one in all_sellers() if one.code in (COATS, GAMES)]
    story.set_the_scene(where, sellers[0])
    for one in sellers:
        assert story.tell(where, one, tmp_path / one.code, lambda _: None).well
    lock = Lock()

    def work() -> None:
        if not lock.acquire(blocking=False):  # one worker is enough
            return
        try:
            feeds.look_everywhere()
            for shop in channels.shops():
                pull(shop_id=shop.id)
            tasks.settle_shortages()
            tell_all()
        finally:
            lock.release()

    def told(**options: object) -> Told:
        return telling.tell(where, lambda _: None, cast=CAST, meanwhile=work, **options)  # type: ignore[arg-type]

    return told


def everything(market: RunningTwin) -> tuple[int, int, list[tuple[object, ...]]]:
    """Return what must not be doubled: orders, messages, and every movement of orders' pieces."""
    orders = market.control("GET", "orders")["orders"]
    messages = market.control("GET", "messages")
    moved = "SELECT seller_id, sku, kind, pieces, reference FROM stock_movement ORDER BY id"
    return len(orders), len(messages), rows(moved)


def test_a_story_told_twice_happens_once_and_sees_what_does_not_add_up(
    market: RunningTwin, retell: Retell
) -> None:
    told = retell(leave_work=True)
    assert [step for step in told.steps if not step.well] == []
    assert {step.scene for step in told.steps} == SCENES | {"left to do", "in the end"}

    coats, games = (accounts.tenant(code).id for code in (COATS, GAMES))
    phases = {one.phase for seller in (coats, games) for one in inbox(seller)}
    assert phases == {"placed", "to_ship", "shipped", "delivered", "cancelled"}
    assert 2 in [one["pieces"] for one in open_shortages(coats)]
    assert [one.waiting_since is not None for one in dialogues(games)] == [True]
    soon = now() + timedelta(hours=6)
    assert [one.ship_by for one in inbox(games) if one.ship_by and one.ship_by < soon]

    before = everything(market)
    assert retell(leave_work=True).well
    assert everything(market) == before

    # The control: a movement that nobody made.
    first = "(SELECT min(id) FROM stock_movement WHERE kind = 'feed')"
    run(f"UPDATE stock_movement SET pieces = 2 * pieces WHERE id = {first}")

    told = retell(patience=2)
    wrong = [step for step in told.steps if not step.well]
    assert not told.well
    assert [step.what for step in wrong if step.scene == "in the end"] == [
        "on hand, reserved and locked recompute"
    ]
    assert "1 sums differ" in wrong[-1].came
