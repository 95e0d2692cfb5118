"""The demo's story, seller by seller: file, mapping, policy, facts, plan, apply, an empty plan.

Told again in the same home it goes on from what stands there; every step is safe to repeat.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services as account_services
from torgpred.accounts.core.errors import UnknownTenantError
from torgpred.accounts.core.values import TenantCard
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import services as catalogue_services
from torgpred.catalogue.core.offers import Package
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.shops import ShopCard
from torgpred.demo.sellers.types import DemoSeller, Stated
from torgpred.demo.world import Ports, open_account
from torgpred.listings import selectors as listings
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import applying, contexts, decisions, statements
from torgpred.listings.services.adopting import adopt
from torgpred.listings.services.observing import Depth, observe
from torgpred.listings.services.planning import make_plan

FAMILY = "aliexpress_ru"
ACTOR = "demo"
_KINDS = {"vendor": "brand"}

Tell = Callable[[str], None]


class Chapter(msgspec.Struct, frozen=True):
    """What came of one seller's file."""

    seller: str
    code: str
    read: int
    taken: int
    findings: int
    ready: int
    held: int
    reasons: tuple[tuple[str, int], ...]
    """(why held, offers), the commonest first."""
    created: int
    """Offers that stand in the shop by our plans."""
    rejected: int
    refusals: tuple[tuple[str, int], ...]
    seen: int
    """Products met when the shop was read anew, every detail."""
    second: int
    """Steps of the second plan: none."""

    @property
    def well(self) -> bool:
        """Tell whether the story ended as it should."""
        return self.created > 0 and self.second == 0 and self.seen > 0


def set_the_scene(where: Ports, first: DemoSeller) -> None:
    """Make what all sellers share: the operator, a rate, the marketplace's rules."""
    account_services.ensure_operator()
    decisions.set_rate(
        source="CNY",
        target="RUB",
        value=Decimal("11.40"),
        as_of=datetime.now(UTC).date(),
        said_by="the demo, an invented rate",
    )
    shop = _shop(where, first, _seller(first))
    if not channels.market_categories(FAMILY):
        channel_services.learn_rules(shop.id)


def tell(where: Ports, demo: DemoSeller, folder: Path, say: Tell) -> Chapter:
    """Play one seller's story and return what came of it."""
    seller = _seller(demo)
    shop = _shop(where, demo, seller)
    say("reading the file")
    path = demo.write_feed(folder, picture_base=where.picture_base(demo.code))
    report = catalogue_services.take_in(
        seller_id=seller.id, feed_name="main", path=path, actor=ACTOR
    )
    say("deciding mappings and facts")
    _decide(demo, seller, shop)
    say("planning")
    for unfinished in listings.plans(seller.id):
        if unfinished.state == "applying":
            applying.run(seller_id=seller.id, plan_id=unfinished.id)
    observe(shop_id=shop.id, depth=Depth.CHANGED)
    adopt(shop_id=shop.id, actor=ACTOR)
    plan = make_plan(seller_id=seller.id, shop_id=shop.id, actor=ACTOR)
    say("applying")
    receipt = apply(plan)
    say("reading the shop anew")
    seen = observe(shop_id=shop.id, depth=Depth.ALL)
    say("planning again")
    again = make_plan(seller_id=seller.id, shop_id=shop.id, actor=ACTOR)
    say("done")
    counts = again.counts
    return Chapter(
        seller=demo.name,
        code=seller.code,
        read=report.counts.entries,
        taken=report.counts.taken,
        findings=sum(report.finding_totals.values()),
        ready=counts["ready"],
        held=counts["held"],
        reasons=_reasons(again),
        created=listings.standing_offers(seller.id, shop.id),
        rejected=counts["refused"],
        refusals=receipt.refusals,
        seen=seen.products,
        second=again.steps,
    )


def _seller(demo: DemoSeller) -> TenantCard:
    try:
        return accounts.tenant(demo.code)
    except UnknownTenantError:
        return account_services.add_seller(
            name=demo.name,
            country=demo.country,
            registration=demo.registration,
            code=demo.code,
        )


def _shop(where: Ports, demo: DemoSeller, seller: TenantCard) -> ShopCard:
    token = open_account(where, code=demo.code, name=demo.name, brands=demo.brands)
    for shop in channels.shops_of(seller.id):
        if shop.family == FAMILY:
            return channel_services.change_shop(shop_id=shop.id, address=where.twin_address)
    shop = channel_services.add_shop(
        tenant_id=seller.id,
        family=FAMILY,
        name=demo.name,
        credentials={"token": token},
        address=where.twin_address,
    )
    channel_services.test_shop(shop.id)
    channel_services.learn_shop(shop.id)
    return shop


def _decide(demo: DemoSeller, seller: TenantCard, shop: ShopCard) -> None:
    keys = {one.path: key for key, one in catalogue.categories(seller.id).items()}
    market = {one.path: one.id for one in channels.market_categories(FAMILY).values()}
    decided = decisions.mappings(seller.id, FAMILY)
    for one in demo.mapping:
        key = one.category_key or keys.get(one.category, "")
        if key and key not in decided:
            decisions.map_category(
                seller_id=seller.id,
                family=FAMILY,
                category_key=key,
                market_category=market[one.target],
                actor=ACTOR,
            )
    if not catalogue.statements(seller.id):
        for fact in demo.statements:
            _state(seller, fact, keys)
    template = channels.delivery_templates(shop.id)[0].id
    contexts.set_policy(
        seller_id=seller.id,
        shop_id=shop.id,
        policy=ShopPolicy(pricing=demo.pricing, delivery_template_id=template, lead_time_days=3),
        actor=ACTOR,
    )


def _state(seller: TenantCard, fact: Stated, keys: dict[tuple[str, ...], str]) -> None:
    category = fact.category_key or keys.get(fact.category, "")
    if fact.category and not category:
        return
    value: Any = fact.value
    if isinstance(value, tuple):
        value = Package(*value)
    statements.state_fact(
        seller_id=seller.id,
        kind=_KINDS.get(fact.kind, fact.kind),
        value=msgspec.to_builtins(value),
        given_by=ACTOR,
        category=category,
        everything=not fact.category,
    )


def apply(plan: PlanCard) -> listings.Receipt:
    """Carry a plan out to its end and return its receipt."""
    applying.begin(seller_id=plan.seller_id, plan_id=plan.id, actor=ACTOR)
    applying.run(seller_id=plan.seller_id, plan_id=plan.id)
    return listings.receipt(plan.seller_id, plan.id)


def _reasons(plan: PlanCard) -> tuple[tuple[str, int], ...]:
    told: dict[str, int] = {}
    for hold in plan.holds:
        told[hold.message] = told.get(hold.message, 0) + hold.offers
    return tuple(sorted(told.items(), key=lambda item: -item[1])[:3])
