"""The warehouses of the demo's sellers, and the operator's joint shop."""

from decimal import Decimal
from functools import partial
from typing import Final

import msgspec

from torgpred.accounts import services as account_services
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.shops import ShopCard
from torgpred.demo import sale_report, story
from torgpred.demo.sellers import all_sellers
from torgpred.demo.sellers.types import DemoSeller
from torgpred.demo.selling.scenes import Scene
from torgpred.demo.selling.stage import JOINT, Stage, Stand
from torgpred.demo.world import Ports, open_account
from torgpred.listings import selectors as listings
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.selectors import telling
from torgpred.listings.services import applying, contexts
from torgpred.listings.services.adopting import adopt
from torgpred.listings.services.observing import Depth, observe
from torgpred.listings.services.planning import make_plan
from torgpred.stock.services.warehouses import change_warehouse, warehouse_meant

NAME: Final = "Общий магазин Torgpred"
_LEAST_PRICE: Final = {"merzlohod": Decimal(3600), "kubar-fishka": Decimal(2500)}
"""What the joint shop takes: the dearest goods of each seller, a handful."""


def fill_warehouses(scene: Scene, stage: Stage) -> None:
    """Name each seller's warehouse, and wait until its levels are what the file tells."""
    codes = stage.sellers()
    for one in (_seller(code) for code in codes):
        place = warehouse_meant(seller_id=stage.own(one.code).seller.id)
        wanted = (one.stock_place or place.name, one.stock_country)
        if (place.name, place.country) != wanted:
            change_warehouse(
                seller_id=stage.own(one.code).seller.id,
                code=place.code,
                name=wanted[0],
                country=wanted[1],
            )
    scene.expect(
        "each seller's warehouse holds what its file tells",
        "listings without stock: 0",
        lambda: f"listings without stock: {sum(one.unknown for one in telling.stock_to_tell())}",
    )


def open_joint_shop(scene: Scene, stage: Stage, where: Ports) -> None:
    """Open the operator's shop, let two sellers in, and list some of their goods there."""
    sellers = [_seller(code) for code in stage.cast.joint]
    shop = _joint_shop(where, sellers)
    for one in sellers:
        stand = stage.own(one.code)
        channel_services.admit_seller(shop_id=shop.id, seller_id=stand.seller.id)
        _set_policy(stand, shop, one)
        for unfinished in listings.plans(stand.seller.id):
            if unfinished.state == "applying":
                applying.run(seller_id=stand.seller.id, plan_id=unfinished.id)
    observe(shop_id=shop.id, depth=Depth.CHANGED)
    adopt(shop_id=shop.id, actor=story.ACTOR)
    for one in sellers:
        seller = stage.own(one.code).seller
        plan = make_plan(seller_id=seller.id, shop_id=shop.id, actor=story.ACTOR)
        if plan.steps:
            story.apply(plan)
    observe(shop_id=shop.id, depth=Depth.CHANGED)
    for one in sellers:
        stand = stage.joint(one.code)
        again = make_plan(seller_id=stand.seller.id, shop_id=shop.id, actor=story.ACTOR)
        scene.expect(
            f"{stand.code} is listed in the joint shop",
            "listed, 0 steps left",
            partial(_listed, stage, stand, again.steps),
        )


def stock_is_told(scene: Scene, stage: Stage) -> None:
    """Wait until every shop shows its buyers what is free."""

    def told() -> str:
        untold, all_ = sale_report.untold(stage.address)
        return f"{untold} differ" if all_ else "nothing is listed"

    scene.expect("shops show what is free", "0 differ", told)


def sums_agree(scene: Scene) -> None:
    """Recompute every level from movements, promises and locks."""

    def sums() -> str:
        oversold, differences = sale_report.oversold()
        return f"{oversold} promised beyond stock, {differences} sums differ"

    scene.expect(
        "on hand, reserved and locked recompute", "0 promised beyond stock, 0 sums differ", sums
    )


def _seller(code: str) -> DemoSeller:
    return next(one for one in all_sellers() if one.code == code)


def _listed(stage: Stage, stand: Stand, steps: int) -> str:
    shown = [one for one in stage.buyers.wares(JOINT) if one.code.startswith(stand.prefix)]
    return f"{'listed' if shown else 'nothing'}, {steps} steps left"


def _joint_shop(where: Ports, sellers: list[DemoSeller]) -> ShopCard:
    operator = account_services.ensure_operator()
    brands = [brand for one in sellers for brand in one.brands]
    token = open_account(where, code=JOINT, name=NAME, brands=brands)
    for known in channels.shops_of(operator.id):
        if known.joint and known.name == NAME:
            return channel_services.change_shop(shop_id=known.id, address=where.twin_address)
    shop = channel_services.add_shop(
        tenant_id=operator.id,
        family=story.FAMILY,
        name=NAME,
        credentials={"token": token},
        address=where.twin_address,
    )
    channel_services.test_shop(shop.id)
    channel_services.learn_shop(shop.id)
    return shop


def _set_policy(stand: Stand, shop: ShopCard, one: DemoSeller) -> None:
    pricing = msgspec.structs.replace(one.pricing, least_price=_LEAST_PRICE.get(one.code))
    template = channels.delivery_templates(shop.id)[0].id
    contexts.set_policy(
        seller_id=stand.seller.id,
        shop_id=shop.id,
        policy=ShopPolicy(pricing=pricing, delivery_template_id=template, lead_time_days=3),
        actor=story.ACTOR,
    )
