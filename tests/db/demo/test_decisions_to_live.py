"""How many decisions lead from a raw file without weights and sizes to live listings.

Run it alone to read the count: pytest tests/db/demo/test_decisions_to_live.py -s
"""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from torgpred.accounts import services as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import services as catalogue_services
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.shops import ShopCard
from torgpred.channels.services import opening
from torgpred.demo.sellers import DemoSeller, all_sellers
from torgpred.listings import selectors as listings
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.services import applying, contexts, decisions, statements
from torgpred.listings.services.answering import RankedAnswer, answers
from torgpred.listings.services.observing import Depth, observe
from torgpred.listings.services.planning import make_plan
from torgpred.runtime import slots
from torgpred.twins.testing import RunningTwin, running_twin

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "aliexpress_ru"
WANTED = 0.8
MOST = 10
STRUCK_OUT = ("Вес брутто, г", "Размер упаковки, см")
ACTOR = "the seller's desk"


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningTwin]:
    """The twin with its whole tree, answering at once; pictures are not fetched."""
    monkeypatch.setattr(slots, "take", lambda *_, **__: 0.0)
    monkeypatch.setattr(opening, "BATCH_PATIENCE", 1.0)
    with running_twin(tmp_path / "twin", task_delay_min=0, task_delay_max=0) as twin:
        yield twin


class Desk:
    """The seller's one-person export desk: it knows its goods and gives what is asked first."""

    def __init__(self, demo: DemoSeller, seller: TenantCard, shop: ShopCard) -> None:
        self.demo = demo
        self.seller = seller
        self.shop = shop
        self.given: list[str] = []

    def answer(self, asked: RankedAnswer) -> None:
        """Give one answer, as its command would."""
        {"terms": self._terms, "category": self._category, "parcel": self._parcel}[asked.fact](
            asked
        )
        self.given.append(f"{asked.command}   # frees {asked.frees}")

    def _terms(self, asked: RankedAnswer) -> None:
        policy = ShopPolicy(
            pricing=self.demo.pricing, delivery_template_id=asked.choices[0][0], lead_time_days=3
        )
        contexts.set_policy(
            seller_id=self.seller.id, shop_id=self.shop.id, policy=policy, actor=ACTOR
        )

    def _category(self, asked: RankedAnswer) -> None:
        target = next(one.target for one in self.demo.mapping if one.category == asked.path)
        market = {one.path: one.id for one in channels.market_categories(FAMILY).values()}
        decisions.map_category(
            seller_id=self.seller.id,
            family=FAMILY,
            category_key=asked.group,
            market_category=market[target],
            actor=ACTOR,
        )

    def _parcel(self, asked: RankedAnswer) -> None:
        known = {one.kind: one.value for one in self.demo.statements if one.category == asked.path}
        sides = known["package"]
        assert isinstance(sides, tuple)
        statements.state_fact(
            seller_id=self.seller.id,
            kind="parcel",
            value=f"{known['weight_kg']} kg, {'x'.join(map(str, sides))} cm",
            given_by=ACTOR,
            category=asked.group,
        )


def struck_out(path: Path) -> int:
    """Empty the columns of weight and size in the seller's price list; return how many cells."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("cp1251")), delimiter=";"))
    header = next(row for row in rows if STRUCK_OUT[0] in row)
    places = [header.index(name) for name in STRUCK_OUT]
    emptied = 0
    for row in rows[rows.index(header) + 1 :]:
        for place in places:
            emptied += row[place] != ""
            row[place] = ""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode("cp1251"))
    return emptied


def test_ten_decisions_bring_four_fifths_of_a_raw_file_live(
    market: RunningTwin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = next(one for one in all_sellers() if one.code == "lumenek")
    account = market.control(
        "POST", "accounts", {"code": demo.code, "name": demo.name, "brands": list(demo.brands)}
    )
    seller = accounts.add_seller(name=demo.name, country="RU", code=demo.code)
    shop = channel_services.add_shop(
        tenant_id=seller.id,
        family=FAMILY,
        name=demo.name,
        credentials={"token": account["token"]},
        address=market.base_url,
    )
    channel_services.learn_rules(shop.id)
    path = demo.write_feed(tmp_path / "feed", picture_base="http://127.0.0.1:9/lamps")
    assert struck_out(path) > 250
    catalogue_services.take_in(seller_id=seller.id, feed_name="main", path=path, actor=ACTOR)
    offers = catalogue.offer_counts(seller.id).present

    desk = Desk(demo, seller, shop)
    while True:
        plan = make_plan(seller_id=seller.id, shop_id=shop.id, actor=ACTOR)
        if plan.counts["ready"] >= WANTED * offers or len(desk.given) > MOST:
            break
        desk.answer(answers(seller.id, shop.id, seller=seller.code, limit=1)[0])
    applying.begin(seller_id=seller.id, plan_id=plan.id, actor=ACTOR)
    applying.run(seller_id=seller.id, plan_id=plan.id)
    observe(shop_id=shop.id, depth=Depth.CHANGED)
    live = listings.standing_offers(seller.id, shop.id)

    lines = [f"{len(desk.given)} decisions: {live} of {offers} offers live ({live / offers:.0%})"]
    lines += [f"{number:>3}  {line}" for number, line in enumerate(desk.given, 1)]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert live >= WANTED * offers
    assert len(desk.given) <= MOST
