"""Goods on sale at a running twin, and what happens to what is bought of them."""

from pathlib import Path
from typing import Any

from tests.db.listings.world import World, make_boots, open_shop

from torgpred.accounts import services as accounts
from torgpred.channels import services as channels
from torgpred.orders.services.packing import Made, make_parcels
from torgpred.orders.services.pulling import pull
from torgpred.stock.services.moving import move
from torgpred.stock.services.warehouses import add_warehouse
from torgpred.twins.aliexpress_ru.samples import make_product, make_sku
from torgpred.twins.testing import RunningTwin

PIECES = 10


class Selling(World):
    """A seller whose goods stand at the twin already, ten pieces of each in the warehouse M.

    Nothing was listed by us: that is tried elsewhere and takes its time.
    """

    def __init__(
        self,
        twin: RunningTwin,
        folder: Path,
        code: str = "W-1",
        *,
        shop_id: int = 0,
        skus: tuple[str, ...] = ("B-0", "B-1"),
    ) -> None:
        self.twin = twin
        self.path = folder / f"{code}.yml"
        self.path.write_text("stands in memory")
        self.seller = accounts.add_seller(name=code, country="RU", code=code).id
        self.shop = shop_id or open_shop(twin, self.seller, code)
        if shop_id:
            channels.admit_seller(shop_id=shop_id, seller_id=self.seller)
        self.prefix = f"s{self.seller}-" if shop_id else ""
        self.feed(*(make_boots(sku, quantity=PIECES) for sku in skus))
        self.preload(
            *(
                make_product(
                    external_id=f"{code}-{sku}",
                    sku_info_list=[make_sku(sku_code=self.prefix + sku, inventory=PIECES)],
                )
                for sku in skus
            )
        )
        self.warehouse = add_warehouse(seller_id=self.seller, code="M", name="M", country="RU").id
        move(
            seller_id=self.seller,
            warehouse_id=self.warehouse,
            pieces=dict.fromkeys(skus, PIECES),
            kind="hand",
            actor="test",
        )


def buy(world: World, *bought: tuple[str, int], **details: object) -> str:
    """Let a buyer buy pieces by the shop's SKUs, pull the order, and return its number."""
    standing = world.standing()
    lines = [
        {"sku_id": standing[sku]["sku"][0]["sku_id"], "quantity": quantity}
        for sku, quantity in bought or (("B-0", 2),)
    ]
    order: dict[str, Any] = world.twin.control("POST", "orders", {"lines": lines, **details})
    pull(shop_id=world.shop)
    return str(order["id"])


def happen(world: World, order: str, act: str, **details: object) -> None:
    """Let something happen to an order at the twin, and pull it."""
    world.twin.control("POST", f"orders/{order}/{act}", details)
    pull(shop_id=world.shop)


def at_twin(world: World, order: str) -> dict[str, Any]:
    """Return an order as the twin has it, with all its fields."""
    found: dict[str, Any] = world.twin.control("PATCH", f"orders/{order}", {})
    return found


def parcels_there(world: World, order: str) -> list[dict[str, Any]]:
    """Return the twin's parcels of an order that were not cancelled."""
    there = at_twin(world, order)["logistic_orders"]
    return [one for one in there if one["status"] != "Cancelled"]


def pack(world: World, *orders: str) -> list[Made]:
    return make_parcels(seller_id=world.seller, orders=orders, actor="test")
