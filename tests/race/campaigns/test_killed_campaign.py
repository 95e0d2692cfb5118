"""Processes are killed around the start and the end of campaigns: all of it is right afterwards."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.db.campaigns.market import make_rules, raw
from tests.db.listings.timing import prices_there
from tests.db.listings.world import World, make_boots, open_shop
from tests.race.listings.dying import faster
from tests.race.listings.nesting import nest, wait_for

from torgpred.accounts import services as accounts
from torgpred.campaigns import selectors
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Outline
from torgpred.campaigns.core.rules import Base
from torgpred.campaigns.core.running import purpose_of
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import consenting, drawing_up, moving, nominating, rule_sets
from torgpred.channels import services as channels
from torgpred.connectors.aliexpress_ru import AliExpressRussia
from torgpred.demo.sale_report import oversold
from torgpred.kernel.clock import now
from torgpred.listings.core.question import joint_prefix
from torgpred.listings.services import timed_prices
from torgpred.runtime.scope import operator_scope
from torgpred.stock import selectors as stock
from torgpred.stock.services import keeping, warehouses
from torgpred.stock.services import moving as stock_moving
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

WORKING = "tests.race.campaigns.working"
KILLS = 50
AGREED, WITHOUT = 8, 4
"""Offers of each seller that take part, and others: half put forward without a yes, half not."""
PIECES = 10
BASE, REDUCED = "2490.00", "1992.00"
AHEAD = timedelta(seconds=3)
"""So long before its start a campaign is drawn up."""
NOTICE = timedelta(seconds=3)
"""So long before the moment its end is known to come."""

Prices = dict[str, tuple[str, str | None]]


class Fair:
    """Two sellers in the operator's joint shop; each also keeps pieces for something else."""

    def __init__(self, twin: RunningTwin, folder: Path) -> None:
        self.shop = open_shop(twin, accounts.ensure_operator().id, "Joint")
        channels.learn_rules(self.shop)
        self.sellers = [World(twin, folder, code, shop_id=self.shop) for code in ("W-1", "W-2")]
        self.order = folder / "freeze"
        for place, world in enumerate(self.sellers):
            self.skus = [f"B-{number}" for number in range(AGREED + WITHOUT)]
            world.feed(*(make_boots(f"{place}{sku}") for sku in self.skus))
            world.carry_out()
            self._stock(world, place)
        self.others = self._locks_of_others()
        rules = make_rules(base=Base.LISTED, look_back_days=None)
        rule_sets.keep_rules(rules=rules, actor="test")

    def _stock(self, world: World, place: int) -> None:
        there = warehouses.warehouse_meant(seller_id=world.seller)
        skus = [f"{place}{sku}" for sku in self.skus]
        stock_moving.count(
            seller_id=world.seller, warehouse_id=there.id, pieces=dict.fromkeys(skus, 40),
            actor="test",
        )  # fmt: skip
        keeping.keep(
            seller_id=world.seller, purpose="a wholesale buyer", shop_ids=[],
            pieces={(sku, there.id): 3 for sku in skus}, until=None, actor="test",
        )  # fmt: skip

    def _locks_of_others(self) -> list[tuple[object, ...]]:
        return raw(
            None,
            "SELECT id, seller_id, pieces, freed, closed_at FROM stock_lock"
            " WHERE purpose = 'a wholesale buyer' ORDER BY id",
        )

    def keys(self, place: int) -> list[str]:
        return [f"{place}{sku}" for sku in self.skus]

    def call(self) -> CampaignCard:
        """Draw a campaign up, put offers forward, let sellers agree to some, ask to freeze it."""
        start = now() + AHEAD
        card = drawing_up.draw_up(
            name="A joint sale",
            rules="test-rules",
            outline=Outline(
                zone="Europe/Moscow", starts=start, ends=start + timedelta(days=1), country="RU",
                floor=None,
            ),
            shop_ids=[self.shop],
            actor="manager",
        )  # fmt: skip
        moving.move(campaign_id=card.id, wanted=State.OPEN, actor="manager")
        for place, world in enumerate(self.sellers):
            keys = self.keys(place)
            forward = keys[: AGREED + WITHOUT // 2]
            which = Which(seller_id=world.seller, offer_keys=tuple(forward))
            done = nominating.nominate(
                campaign_id=card.id, which=which, actor="manager", most_pieces=PIECES
            )
            assert (done.nominated, done.refused) == (len(forward), ())
            mine = selectors.nominations(card.id, seller_id=world.seller)
            seen = {one.id: one.digest for one in mine if one.offer_key in keys[:AGREED]}
            consenting.consent(
                seller_id=world.seller, campaign_id=card.id, seen=seen, actor="seller"
            )
        half = self.order.with_suffix(".half")
        half.write_text(str(card.id))
        half.replace(self.order)  # nobody reads it half written
        return card

    def end_soon(self, card: CampaignCard) -> None:
        """Let the clock come to some moments before the campaign's end."""
        end = now() + NOTICE
        outline = msgspec.structs.replace(card.outline, ends=end)
        kept = msgspec.json.encode(outline).decode()
        raw(
            None,
            "UPDATE campaigns_campaign SET ends_at = %s, outline = %s::jsonb WHERE id = %s",
            end,
            kept,
            card.id,
        )
        for world in self.sellers:
            timed_prices.move(
                seller_id=world.seller, reference=card.code, ends_at=end, actor="test"
            )

    def settled(self, card: CampaignCard, state: State, stage: str) -> bool:
        """Tell whether nothing is left to be done about a campaign for the moment."""
        [(state_now,)] = raw(None, "SELECT state FROM campaigns_campaign WHERE id = %s", card.id)
        there = raw(None, "SELECT stage FROM campaigns_readiness WHERE campaign_id = %s", card.id)
        if state_now != state.value or there != [(stage,)] * len(self.sellers):
            return False
        return not raw(
            None,
            "SELECT 1 FROM listings_priceswitch WHERE settled_at IS NULL AND due_at <= now() + %s",
            NOTICE,
        )

    def undone(self, card: CampaignCard) -> list[object]:
        """Return what tells why a campaign is not settled."""
        return [
            now(),
            raw(None, "SELECT state, ends_at FROM campaigns_campaign WHERE id = %s", card.id),
            raw(None, "SELECT * FROM campaigns_readiness WHERE campaign_id = %s", card.id),
            raw(None, "SELECT * FROM listings_priceswitch WHERE settled_at IS NULL"),
            raw(
                None,
                "SELECT plan.id, plan.state, step.state, count(*) FROM listings_plan plan"
                " JOIN listings_step step ON step.plan_id = plan.id WHERE plan.state <> 'applied'"
                " GROUP BY plan.id, plan.state, step.state",
            ),
            raw(None, "SELECT pid, state, wait_event, query FROM pg_stat_activity"),
        ]

    def wrong(self, card: CampaignCard, *, runs: bool) -> list[str]:
        """Return what is not as it should be while a campaign runs, or after it."""
        found: list[str] = []
        if prices_there(self.sellers[0]) != self._right_prices(runs=runs):
            found.append("prices")
        for place, world in enumerate(self.sellers):
            open_ones = [
                (one.sku, one.pieces, one.shop_ids)
                for one in stock.open_locks(world.seller)
                if one.purpose == purpose_of(card.code)
            ]
            agreed = self.keys(place)[:AGREED]
            right = [(sku, PIECES, (self.shop,)) for sku in agreed] if runs else []
            if sorted(open_ones) != sorted(right):
                found.append(f"locks {open_ones}")
            taking_part = [
                row[0]
                for row in raw(
                    world.seller,
                    "SELECT nomination.offer_key FROM campaigns_enrolment enrolment"
                    " JOIN campaigns_nomination nomination"
                    " ON nomination.id = enrolment.nomination_id"
                    " WHERE nomination.campaign_id = %s",
                    card.id,
                )
            ]
            if sorted(taking_part) != sorted(agreed):
                found.append(f"enrolled {taking_part}")
        if self._locks_of_others() != self.others:
            found.append("somebody else's locks")
        if oversold() != (0, 0):
            found.append(f"sums {oversold()}")
        return found

    def _right_prices(self, *, runs: bool) -> Prices:
        right: Prices = {}
        for place, world in enumerate(self.sellers):
            prefix = joint_prefix(world.seller)
            for number, sku in enumerate(self.keys(place)):
                lower = runs and number < AGREED
                right[prefix + sku] = (BASE, REDUCED if lower else None)
        return right


@pytest.fixture
def fair(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fair]:
    tree = small_tree()
    monkeypatch.setattr(AliExpressRussia, "limits", faster(AliExpressRussia.limits))
    with running_twin(tmp_path / "twin", tree=tree, task_delay_min=0, task_delay_max=0.1) as twin:
        made = Fair(twin, tmp_path)
        prices = ["price.update"]
        one = made.sellers[0]
        one.fault("slow", operations=prices, seconds=0.05, share=0.7)
        one.fault("cut_after", operations=prices, share=0.1)
        one.fault("cut_before", operations=prices, share=0.05)
        yield made


def how_far(card: CampaignCard) -> str:
    """Return where a campaign was when its process died."""
    with operator_scope():
        state = selectors.campaign(card.id).state.value
    locked = raw(
        None, "SELECT count(*) FROM stock_lock WHERE purpose = %s AND closed_at IS NULL",
        purpose_of(card.code),
    )  # fmt: skip
    steps = raw(
        None,
        "SELECT DISTINCT state FROM listings_step WHERE plan_id IN"
        " (SELECT id FROM listings_plan WHERE state = 'applying')"
        " AND state IN ('waiting', 'claimed', 'submitted')",
    )
    prices = "prices on their way" if steps else "no price on its way"
    return f"{state}, {locked[0][0]} locks, {prices}"


@pytest.mark.proof
def test_a_campaign_that_is_killed_at_random_moments_is_right_afterwards(
    fair: Fair,
    database_url: str,
    proof_share: float,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    kills = int(KILLS * proof_share)
    chance = random.Random(kills)
    deaths: Counter[str] = Counter()
    wrong: list[tuple[int, list[str]]] = []
    lasts = {True: 0.0, False: 0.0}
    with nest(WORKING, "on", str(fair.order)) as worker:
        card: CampaignCard | None = None
        for number in range(-2, kills + kills % 2):
            runs = number % 2 == 0
            if card is None:
                card = fair.call()
            else:
                fair.end_soon(card)
            begin = time.monotonic()
            if 0 <= number < kills:
                # From the freeze, or from before the end, until all would be settled.
                time.sleep(chance.uniform(0.0, lasts[runs]))
                worker.kill()
                deaths[how_far(card)] += 1
                worker.hatch()
            state, stage = (State.RUNNING, "ready") if runs else (State.OVER, "ended")

            def done(card: CampaignCard = card, state: State = state, stage: str = stage) -> bool:
                return fair.settled(card, state, stage)

            assert wait_for(done, seconds=600), (number, fair.undone(card))
            if number < 0:
                lasts[runs] = time.monotonic() - begin
            if found := fair.wrong(card, runs=runs):
                wrong.append((number, found))
            print(f"{number}: {found or 'right'}", flush=True)  # noqa: T201 - what a proof shows
            if not runs:
                card = None
    record_testsuite_property("deaths by how far the campaign was", dict(deaths))
    print(f"{kills - len(wrong)} of {kills} were right; died at: {dict(deaths)}")  # noqa: T201 - what a proof shows
    assert wrong == [], f"{kills - len(wrong)} of {kills} were right"
    assert len(deaths) > 3, "processes died at too few different moments"


@pytest.mark.proof
def test_pieces_that_are_kept_before_it_is_written_down_are_kept_twice(
    fair: Fair, database_url: str
) -> None:
    with nest(WORKING, "off", str(fair.order)) as worker:
        card = fair.call()

        def some_kept() -> bool:
            purpose = purpose_of(card.code)
            return bool(raw(None, "SELECT 1 FROM stock_lock WHERE purpose = %s", purpose))

        assert wait_for(some_kept, seconds=300)
        worker.kill()
        fair.order.with_suffix(".killed").touch()
        worker.hatch()
        assert wait_for(lambda: fair.settled(card, State.RUNNING, "ready"), seconds=300)
        assert any(one.startswith("locks") for one in fair.wrong(card, runs=True))
