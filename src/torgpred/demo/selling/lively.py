"""A world left in the middle of its work, so that lists and screens have something to show."""

from typing import Final

from torgpred.demo.selling import mall, shipping, troubles
from torgpred.demo.selling.scenes import Scene
from torgpred.demo.selling.stage import Stage
from torgpred.demo.story import ACTOR
from torgpred.orders.services import packing

_HOURS: Final = 5.0
"""Hours that the hurried order has left."""
_ASKS: Final = "Добрый день! Подойдёт ли это в подарок? И когда отправите?"


def leave_work(scene: Scene, stage: Stage) -> None:
    """Leave orders in several states: unpaid, hurried, packed, half shipped, on its way, short."""
    cast, buyers = stage.cast, stage.buyers
    first, second = (stage.joint(code) for code in cast.joint)
    courier, parcels = stage.own(cast.courier), stage.own(cast.parcels)
    hurried, unpaid = stage.own(cast.cancelled), stage.own(cast.payout)
    orders = {
        "half": buyers.buy(
            "demo: half shipped", [(stage.ware(first, 1), 1), (stage.ware(second, 1), 1)]
        ),
        "sent": buyers.buy("demo: on its way", [(stage.ware(courier, 1), 1)]),
        "packed": buyers.buy("demo: packed", [(stage.ware(parcels, 2), 2)]),
        "hurried": buyers.buy("demo: hurried", [(stage.ware(hurried, 4), 1)]),
        "unpaid": buyers.buy("demo: not paid", [(stage.ware(unpaid, 6), 1)], paid=False),
    }
    buyers.hurry(orders["hurried"], _HOURS)
    buyers.write(orders["hurried"], _ASKS)
    stands = {
        "half": first, "sent": courier, "packed": parcels, "hurried": hurried, "unpaid": unpaid,
    }  # fmt: skip
    scene.expect(
        "more orders are here",
        ", ".join(orders),
        lambda: ", ".join(
            name for name, order in orders.items() if stage.phase(stands[name], order)
        ),
    )
    if stage.phase(first, orders["half"]) == "to_ship":
        shipping.ship(first, orders["half"])
    if stage.phase(courier, orders["sent"]) == "to_ship":
        shipping.ship(courier, orders["sent"])
    if stage.phase(parcels, orders["packed"]) == "to_ship":
        packing.make_parcels(
            seller_id=parcels.seller.id,
            orders=[orders["packed"]],
            actor=ACTOR,
            shop_id=parcels.shop.id,
        )
    troubles.oversell(scene, stage, "demo: short", 1)
    mall.speak()
