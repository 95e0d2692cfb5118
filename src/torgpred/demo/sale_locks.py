"""Pieces kept for a campaign's shop during a sale day, and the rush for them at both shops.

The campaign's shop is the operator's joint shop. A few SKUs that two sellers list both there and in
their own shop are counted down to little more than is locked, and buyers of both shops want them
all day: what the own shop gets must never come out of the lock.
"""

import random
from collections.abc import Sequence
from typing import Final

import httpx
import msgspec

from torgpred.demo.selling import shops
from torgpred.demo.selling.scenes import Scene
from torgpred.demo.selling.stage import JOINT, Cast, Stage, Stand
from torgpred.demo.world import Ports
from torgpred.stock import selectors as stock
from torgpred.stock.services import keeping, moving

PURPOSE: Final = "the sale day"
ACCOUNT: Final = JOINT
"""Account of the campaign's shop at the twin."""
_ACTOR: Final = "sale"
_HOT: Final = 3
"""SKUs of each seller that are locked."""
_REFUSED: Final = range(400, 500)


class Rush(msgspec.Struct, frozen=True):
    """An SKU that is locked: the twin's ids of it at the campaign's shop and at the own shop."""

    seller_id: int
    sku: str
    campaign: int
    own: int


def lock_hot_goods(where: Ports, pieces: int) -> tuple[Rush, ...]:
    """Open the campaign's shop, count hot SKUs down to twice the pieces, and lock half for it.

    What an earlier day in the same home left locked is given back first.
    """
    stage = Stage(where.twin_address, Cast())
    scene = Scene("the campaign's shop", lambda: None)
    shops.open_joint_shop(scene, stage, where)
    hot: list[Rush] = []
    for code in stage.cast.joint:
        hot += _lock(stage, stage.joint(code), stage.own(code), pieces)
    return tuple(hot)


def unlock(hot: Sequence[Rush]) -> None:
    """Give back what is left: the campaign is over."""
    for seller_id in sorted({one.seller_id for one in hot}):
        ids = [one.id for one in stock.open_locks(seller_id) if one.purpose == PURPOSE]
        if ids:
            keeping.unlock(seller_id=seller_id, lock_ids=ids, actor=_ACTOR)


def rush(client: httpx.Client, hot: Sequence[Rush], chance: random.Random) -> int:
    """Let a buyer want each hot SKU, at either shop; return how many got one."""
    placed = 0
    for one in hot:
        wanted = chance.choice([one.campaign, one.own])
        body = {"lines": [{"sku_id": wanted, "quantity": 1}]}
        answer = client.post("/twin/orders", json=body)
        if answer.status_code not in _REFUSED:
            answer.raise_for_status()
            placed += 1
    return placed


def _lock(stage: Stage, campaign: Stand, own: Stand, pieces: int) -> list[Rush]:
    seller_id = own.seller.id
    before = [one.id for one in stock.open_locks(seller_id) if one.purpose == PURPOSE]
    if before:
        keeping.unlock(seller_id=seller_id, lock_ids=before, actor=_ACTOR)
    there = {one.code: one.sku_id for one in stage.buyers.wares(own.account)}
    listed = {
        one.code.removeprefix(campaign.prefix): one.sku_id
        for one in stage.buyers.wares(campaign.account)
        if one.code.startswith(campaign.prefix)
    }
    place = stock.warehouses(seller_id)[0].id
    hot = [
        Rush(seller_id, sku, int(listed[sku]), int(there[sku]))
        for sku in sorted(listed)
        if sku in there
    ][:_HOT]
    levels = {
        one.sku: one
        for one in stock.levels(seller_id, skus=[one.sku for one in hot])
        if one.warehouse_id == place
    }
    hot = [one for one in hot if one.sku in levels]
    moving.count(
        seller_id=seller_id,
        warehouse_id=place,
        pieces={
            one.sku: levels[one.sku].reserved + levels[one.sku].buffer + 2 * pieces for one in hot
        },
        actor=_ACTOR,
    )
    keeping.keep(
        seller_id=seller_id,
        purpose=PURPOSE,
        shop_ids=[campaign.shop.id],
        pieces={(one.sku, place): pieces for one in hot},
        until=None,
        actor=_ACTOR,
    )
    return hot
