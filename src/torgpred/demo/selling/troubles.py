"""Scenes of orders that go otherwise: cancelled, sold beyond stock, paid less than was thought."""

from decimal import Decimal
from typing import Final

from torgpred.demo.selling.scenes import Scene
from torgpred.demo.selling.stage import Stage, Stand
from torgpred.demo.story import ACTOR
from torgpred.orders.core.payouts import OTHER
from torgpred.orders.selectors import consignment_lines
from torgpred.orders.selectors.payouts import payouts
from torgpred.orders.services import shortages
from torgpred.stock import selectors as stock
from torgpred.stock.services.moving import move
from torgpred.stock.services.warehouses import add_warehouse

_SPARE: Final = "SPARE"
_TOO_MANY: Final = 2
"""Pieces that the marketplace sells beyond what it was told."""
_COME: Final = 5
"""Pieces that come to the spare warehouse for them."""
_KOPECKS: Final = 100


def cancelled(scene: Scene, stage: Stage) -> None:
    """Let a buyer cancel before shipping: the promise is given back, the shop shows the pieces."""
    stand = stage.own(stage.cast.cancelled)
    order = stage.buyers.buy("demo: cancelled", [(stage.ware(stand, 3), 3)])
    scene.expect(
        "an order is here, its pieces promised",
        "taken in",
        lambda: "taken in" if stage.phase(stand, order) else "not here",
    )
    sku = stage.sku_of(stand, order)
    if stage.phase(stand, order) != "cancelled":
        before = stage.free(stand, sku)
        stage.buyers.happen(order, "cancel")
        scene.expect(
            "the buyer cancels: three more pieces are free",
            f"{before + 3} free",
            lambda: f"{stage.free(stand, sku)} free",
        )
    scene.expect(
        "the promise is given back, and the shop shows it",
        lambda: f"cancelled, 0 promised, {stage.free(stand, sku)} shown",
        lambda: (
            f"{stage.phase(stand, order)}, {_promised(stand, order)} promised,"
            f" {stage.shown(stand, sku)} shown"
        ),
    )


def sold_beyond_stock(scene: Scene, stage: Stage) -> None:
    """Let a shop sell more than it was told: every shop shows 0, until more pieces come."""
    stand = stage.own(stage.cast.joint[0])
    order = oversell(scene, stage, "demo: shortage", 0)
    sku = stage.sku_of(stand, order)
    waiting = [one for one in shortages.open_shortages(stand.seller.id) if one["order"] == order]
    for one in waiting:
        shortages.wait(seller_id=stand.seller.id, shortage_id=one["shortage"])
    _restock(stand, sku, order)
    scene.expect(
        "remedy: more come to another warehouse, the order is served first",
        lambda: f"0 short, {_quantity(stand, order)} promised",
        lambda: f"{_short(stand, order)} short, {_promised(stand, order)} promised",
    )
    scene.expect(
        "what is left is shown in both shops",
        lambda: f"{stage.free(stand, sku)} and {stage.free(stand, sku)}",
        lambda: shown_in_both(stage, sku),
    )


def oversell(scene: Scene, stage: Stage, name: str, place: int) -> str:
    """Let a shop sell more of an SKU than it was told, and wait until no shop shows any.

    The SKU is listed in the joint shop too. Returns the order's number.
    """
    code = stage.cast.joint[0]
    stand, joint = stage.own(code), stage.joint(code)
    order = stage.buyers.bought(name)
    if not order:
        scarce = stage.scarce(joint, place)
        sku = scarce.code.removeprefix(joint.prefix)
        ware = next(one for one in stage.buyers.wares(stand.account) if one.code == sku)
        pieces = stage.free(stand, sku) + _TOO_MANY
        order = stage.buyers.buy(name, [(ware, pieces)], more=True)
    scene.expect(
        "a marketplace sells more than it was told: the order is here",
        "taken in",
        lambda: "taken in" if stage.phase(stand, order) else "not here",
    )
    sku = stage.sku_of(stand, order)
    if _short(stand, order):
        scene.expect(
            "it is short, and no shop shows the SKU any more",
            f"{_TOO_MANY} short, shown 0 and 0",
            lambda: f"{_short(stand, order)} short, shown {shown_in_both(stage, sku)}",
        )
    return order


def paid_for(scene: Scene, stage: Stage) -> None:
    """Compare what the marketplace says that it will pay with ours, all of it explained."""
    stand = stage.own(stage.cast.payout)
    order = stage.buyers.buy("demo: payout", [(stage.ware(stand, 4), 1), (stage.ware(stand, 5), 2)])
    told = Decimal(stage.buyers.order(order)["commission"]["estimate_revenue"]) / _KOPECKS
    scene.expect(
        "the marketplace's estimate beside ours, all of the difference explained",
        f"estimate {told:.2f}, not explained 0.00",
        lambda: _estimate(stand, order),
    )
    [card] = payouts(stand.seller.id, order=order)
    parts = ", ".join(f"{one.label} {one.amount:+}" for one in card.difference.parts)
    scene.note(
        f"{stand.code} {order}: goods {card.amount} {card.currency}, the marketplace says"
        f" {card.theirs}, ours {card.ours.payout}, difference {card.difference.amount}: {parts}"
    )


def shown_in_both(stage: Stage, sku: str) -> str:
    """Return what the first joint seller's own shop and the joint one show of its SKU."""
    code = stage.cast.joint[0]
    stands = stage.own(code), stage.joint(code)
    return " and ".join(str(stage.shown(one, sku)) for one in stands)


def _restock(stand: Stand, sku: str, order: str) -> None:
    """Let pieces come to a spare warehouse for an order, once."""
    seller = stand.seller.id
    reference = f"for order {order}"
    places = {one.code: one for one in stock.warehouses(seller)}
    spare = places.get(_SPARE) or add_warehouse(
        seller_id=seller, code=_SPARE, country="RU", name="запасной склад", rank=1
    )
    if all(one.reference != reference for one in stock.ledger(seller, sku).movements):
        move(
            seller_id=seller,
            warehouse_id=spare.id,
            pieces={sku: _COME},
            actor=ACTOR,
            reference=reference,
        )


def _estimate(stand: Stand, order: str) -> str:
    for card in payouts(stand.seller.id, order=order):
        if card.theirs is None or card.difference.amount is None:
            return f"not known: {', '.join(card.ours.unknown)}"
        parts = card.difference.parts
        other = sum((one.amount for one in parts if one.label == OTHER), Decimal(0))
        other += card.difference.amount - sum((one.amount for one in parts), Decimal(0))
        return f"estimate {card.theirs:.2f}, not explained {other:.2f}"
    return "not here"


def _short(stand: Stand, order: str) -> int:
    return sum(one.short for one in consignment_lines(stand.seller.id, order, stand.shop.id))


def _promised(stand: Stand, order: str) -> int:
    return sum(one.promised for one in consignment_lines(stand.seller.id, order, stand.shop.id))


def _quantity(stand: Stand, order: str) -> int:
    return sum(one.quantity for one in consignment_lines(stand.seller.id, order, stand.shop.id))
