"""One seller, one shop, one running twin on a tiny tree: what tests of plans and applies need."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection
from tests.db.catalogue.readers import MemoryReader, opening

from torgpred.accounts import services as accounts
from torgpred.catalogue import services as catalogue
from torgpred.catalogue.core.offers import Category, Offer, Package, Param
from torgpred.catalogue.core.reading import Scope
from torgpred.channels import selectors as channel_reads
from torgpred.channels import services as channels
from torgpred.listings import selectors
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.selectors import PlanCard, Receipt, StepCard
from torgpred.listings.services import adopting, applying, contexts, decisions, resting
from torgpred.listings.services.adopting import Adopted
from torgpred.listings.services.observing import Depth, Observed, observe
from torgpred.listings.services.planning import make_plan
from torgpred.listings.services.working import Work
from torgpred.runtime.scope import scope
from torgpred.twins.aliexpress_ru.samples import LEAF
from torgpred.twins.testing import RunningTwin

FAMILY = "aliexpress_ru"
BOOTS = {"10": Category(key="10", name="Валенки", path=("Обувь", "Валенки"))}


def make_boots(key: str = "B-1", **overrides: Any) -> Offer:  # noqa: ANN401 - any field
    """Return an offer that nothing holds."""
    given: dict[str, Any] = {
        "key": key,
        "product_key": overrides.get("product_key", key),
        "name": f"Валенки «Тест» {key}",
        "category": "10",
        "price": Decimal(2490),
        "currency": "RUB",
        "quantity": 7,
        "pictures": ("https://seller.example/1.jpg",),
        "description": "<p>Тёплые</p>",
        "params": (Param("Материал", "Шерсть"),),
        "weight_kg": Decimal("0.8"),
        "package": Package(Decimal(30), Decimal(20), Decimal(12)),
    }
    return Offer(**(given | overrides))


class World:
    """A seller with a shop at the twin, its rules learnt, its one category mapped."""

    def __init__(
        self, twin: RunningTwin, folder: Path, code: str = "W-1", *, shop_id: int = 0
    ) -> None:
        self.twin = twin
        self.path = folder / f"{code}.yml"
        self.path.write_text("stands in memory")
        self.seller = accounts.add_seller(name=code, country="RU", code=code).id
        self.shop = shop_id or self._shop(code)
        if shop_id:
            channels.admit_seller(shop_id=shop_id, seller_id=self.seller)
        template = channel_reads.delivery_templates(self.shop)[0].id
        contexts.set_policy(
            seller_id=self.seller,
            shop_id=self.shop,
            policy=ShopPolicy(delivery_template_id=template, lead_time_days=3),
            actor="test",
        )
        decisions.map_category(
            seller_id=self.seller,
            family=FAMILY,
            category_key="10",
            market_category=str(LEAF),
            actor="test",
        )

    def _shop(self, code: str) -> int:
        shop = open_shop(self.twin, self.seller, code)
        channels.learn_rules(shop)
        return shop

    def feed(self, *content: Offer, **reader: Any) -> None:  # noqa: ANN401 - any field
        """Take these offers in as the seller's whole catalogue."""
        catalogue.take_in(
            seller_id=self.seller,
            feed_name="main",
            path=self.path,
            actor="test",
            accept_missing=True,
            open_reader=opening(MemoryReader(content, **({"categories": BOOTS} | reader))),
        )

    def feed_part(self, *content: Offer) -> None:
        """Take in a file of prices and stocks only."""
        self.feed(*content, at_head=Scope.PARTIAL, at_end=Scope.PARTIAL)

    def look(self, depth: Depth = Depth.CHANGED) -> Observed:
        return observe(shop_id=self.shop, depth=depth)

    def plan(self) -> PlanCard:
        return make_plan(seller_id=self.seller, shop_id=self.shop, actor="test")

    def adopt(self, *, anew: bool = False) -> Adopted:
        """Look at the shop, and bind what stood there before us."""
        self.look()
        return adopting.adopt(shop_id=self.shop, actor="test", anew=anew)

    def preload(self, *products: dict[str, object]) -> list[int]:
        """Put listings into the shop as somebody else made them; return their ids."""
        body = {"token": self.twin.token, "products": list(products)}
        ids: list[int] = self.twin.control("POST", "listings", body)["product_ids"]
        return ids

    def apply(self, plan: PlanCard, *, confirmed: Collection[str] = ()) -> Receipt:
        applying.begin(seller_id=self.seller, plan_id=plan.id, actor="test", confirmed=confirmed)
        resting.try_now(seller_id=self.seller, plan_id=plan.id)
        work = applying.work_of(self.seller, plan.id)
        # The twin answers at once: so it is asked soon.
        timing = msgspec.structs.replace(work.timing, first_poll=timedelta(milliseconds=20))
        applying.carry_out(msgspec.structs.replace(work, timing=timing))
        return selectors.receipt(self.seller, plan.id)

    def carry_out(self) -> Receipt:
        """Plan, apply, and look at the shop anew."""
        receipt = self.apply(self.plan())
        self.look(Depth.ALL)
        return receipt

    def steps(self, plan: PlanCard) -> list[StepCard]:
        return selectors.steps_page(self.seller, plan.id)

    def standing(self) -> dict[str, dict[str, Any]]:
        """Return what the twin holds, by the first SKU of each product."""
        found = {}
        for listing in self.twin.control("GET", "listings"):
            found[listing["sku"][0]["code"]] = listing
        return found

    def fault(self, kind: str, **details: object) -> None:
        self.twin.control("POST", "faults", {"kind": kind, **details})

    def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - columns
        with scope(self.seller), connection.cursor() as cursor:
            cursor.execute(sql, list(arguments))
            return list(cursor.fetchall())

    def run(self, sql: str, *arguments: Any) -> None:  # noqa: ANN401 - columns
        with scope(self.seller), connection.cursor() as cursor:
            cursor.execute(sql, list(arguments))

    def hasty_work(self, plan: PlanCard) -> Work:
        """Return the work of a begun plan at a marketplace that settles at once."""
        applying.begin(seller_id=self.seller, plan_id=plan.id, actor="test")
        work = applying.work_of(self.seller, plan.id)
        hasty = msgspec.structs.replace(work.capabilities, settle_seconds=0.0)
        return msgspec.structs.replace(work, capabilities=hasty)


def open_shop(twin: RunningTwin, tenant_id: int, name: str) -> int:
    """Add a shop of a tenant at the twin's first account."""
    return channels.add_shop(
        tenant_id=tenant_id,
        family=FAMILY,
        name=name,
        credentials={"token": twin.token},
        address=twin.base_url,
    ).id


def actions(steps: Sequence[StepCard]) -> list[tuple[str, str]]:
    """Return (product key, action) of steps in their order."""
    return [(step.product_key, step.action) for step in steps]
