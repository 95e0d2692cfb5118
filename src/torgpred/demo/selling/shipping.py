"""Scenes of orders that leave: over two sellers, by courier and back, by the marketplace."""

from decimal import Decimal
from typing import Final

from torgpred.channels.core.orders import CourierStep, Tracking
from torgpred.demo.selling.scenes import Scene
from torgpred.demo.selling.stage import Stage, Stand
from torgpred.demo.story import ACTOR
from torgpred.kernel.clock import now
from torgpred.orders.selectors import fulfilment as orders
from torgpred.orders.selectors import messages
from torgpred.orders.selectors.payouts import payouts
from torgpred.orders.services import answering, fulfilling, handing_over, packing, unpacking
from torgpred.orders.services.exchanging import exchange
from torgpred.orders.services.returning import see_returns
from torgpred.stock.services.warehouses import warehouse_meant

_CARRIER: Final = "Учебная доставка"
_ASKS: Final = "Здравствуйте! Когда отправите мой заказ?"
_PATIENCE: Final = 30.0
"""Seconds to wait for a worker that is at the same shop's messages."""
_KOPECKS: Final = 100


def over_two_sellers(scene: Scene, stage: Stage) -> None:
    """Sell goods of two sellers in one order: each sees, ships and is paid for its part only."""
    first, second = (stage.joint(code) for code in stage.cast.joint)
    wares = [stage.ware(first, 0), stage.ware(second, 0)]
    order = stage.buyers.buy("demo: two sellers", [(wares[0], 1), (wares[1], 2)])
    there = stage.buyers.order(order)
    parts = {
        stand.code: [
            line for line in there["order_lines"] if line["sku_code"].startswith(stand.prefix)
        ]
        for stand in (first, second)
    }
    both = (first, second)
    scene.expect(
        "an order over two sellers: each sees its own line",
        "; ".join(f"{one.code} {_told(parts[one.code], one)}" for one in both),
        lambda: "; ".join(f"{one.code} {stage.lines(one, order)}" for one in both),
    )
    scene.expect(
        "each is to be paid for its own part",
        "; ".join(f"{one.code} {_amount(parts[one.code])}" for one in both)
        + f"; in all {Decimal(there['commission']['estimate_revenue']) / _KOPECKS:.2f}",
        lambda: _paid(both, order),
    )
    if stage.phase(second, order) == "to_ship":
        state = ship(first, order)
        scene.expect(
            "the first ships its part, the marketplace waits for the other",
            f"{first.code} waiting, {second.code} to_ship, marketplace Init",
            lambda: (
                f"{first.code} {state}, {second.code} {stage.phase(second, order)},"
                f" marketplace {stage.buyers.order(order)['delivery_status']}"
            ),
        )
        ship(second, order)
    for stand in both:
        fulfilling.tell_step(
            seller_id=stand.seller.id,
            order=order,
            step=CourierStep.DELIVERED,
            shop_id=stand.shop.id,
        )
    scene.expect(
        "both shipped and delivered",
        f"{first.code} delivered, {second.code} delivered, marketplace Delivered",
        lambda: (
            f"{first.code} {stage.phase(first, order)}, {second.code} {stage.phase(second, order)},"
            f" marketplace {stage.buyers.order(order)['delivery_status']}"
        ),
    )
    scene.expect(
        "only its own pieces left each warehouse",
        "shipped -1, adds up; shipped -2, adds up",
        lambda: "; ".join(stage.moved(one, stage.sku_of(one, order), order) for one in both),
    )


def by_courier_and_back(scene: Scene, stage: Stage) -> None:
    """Answer a message, ship by courier to the end, and take one piece back."""
    stand = stage.own(stage.cast.courier)
    order = stage.buyers.buy("demo: courier", [(stage.ware(stand, 0), 2)])
    scene.expect(
        "an order is here, its pieces promised",
        "taken in",
        lambda: "taken in" if stage.lines(stand, order) else "not here",
    )
    sku = stage.sku_of(stand, order)
    _answer(scene, stage, stand, order)
    ship(stand, order)
    for step in (CourierStep.READY_FOR_PICKUP, CourierStep.DELIVERED):
        fulfilling.tell_step(
            seller_id=stand.seller.id, order=order, step=step, shop_id=stand.shop.id
        )
    scene.expect(
        "a courier shipment to its end",
        "delivered, marketplace Delivered",
        lambda: (
            f"{stage.phase(stand, order)},"
            f" marketplace {stage.buyers.order(order)['delivery_status']}"
        ),
    )
    if "returned" not in stage.moved(stand, sku, order):
        if not stage.buyers.order(order)["disputes"]:
            stage.buyers.happen(order, "dispute", reason="LowQuality")
        scene.expect(
            "the buyer disputes: pieces are expected back, and no stock yet",
            f"2 sent, 0 seen; {sku} shipped -2, adds up",
            lambda: f"{_expected(stand, order)}; {sku} {stage.moved(stand, sku, order)}",
        )
        see_returns(
            seller_id=stand.seller.id,
            order=order,
            pieces={sku: 1},
            warehouse_id=warehouse_meant(seller_id=stand.seller.id).id,
            condition="good",
            actor=ACTOR,
            shop_id=stand.shop.id,
        )
    scene.expect(
        "one piece is seen, in good condition: it is stock again",
        "shipped -2, returned +1, adds up",
        lambda: stage.moved(stand, sku, order),
    )
    scene.note(f"Ledger: torgpred stock ledger {stand.code} {sku}")
    if any(one["status"] == "InProcess" for one in stage.buyers.order(order)["disputes"]):
        stage.buyers.happen(order, "settle", result="Partial")
    scene.expect(
        "the dispute is settled",
        "no dispute",
        lambda: next(one.dispute for one in stage.states(stand, order)) or "no dispute",
    )


def by_the_marketplace(scene: Scene, stage: Stage) -> None:
    """Ship by the marketplace: parcel, label, handover list, transfer, delivery."""
    stand = stage.own(stage.cast.parcels)
    order = stage.buyers.buy("demo: parcel", [(stage.ware(stand, 0), 2), (stage.ware(stand, 1), 1)])
    pack_and_hand_over(scene, stage, stand, order)
    if stage.phase(stand, order) != "delivered":
        stage.buyers.happen(order, "deliver")
    scene.expect(
        "the marketplace delivers it",
        "delivered, marketplace Delivered",
        lambda: (
            f"{stage.phase(stand, order)},"
            f" marketplace {stage.buyers.order(order)['delivery_status']}"
        ),
    )


def pack_and_hand_over(scene: Scene, stage: Stage, stand: Stand, order: str) -> None:
    """Pack an order, print what goes with it, and declare it handed over."""
    seller, shop = stand.seller.id, stand.shop.id
    scene.expect(
        "an order is here, its pieces promised",
        "taken in",
        lambda: "taken in" if stage.lines(stand, order) else "not here",
    )
    if stage.phase(stand, order) == "to_ship":
        packing.make_parcels(seller_id=seller, orders=[order], actor=ACTOR, shop_id=shop)
        scene.expect("a parcel is made", "made", lambda: _parcel(stand, order).state)
        label = unpacking.labels(seller_id=seller, names=[order], shop_id=shop)[0]
        if not _parcel(stand, order).list:
            handing_over.make_handover(
                seller_id=seller, names=[order], arrival=now().date(), actor=ACTOR, shop_id=shop
            )
        scene.expect(
            "it is on a handover list",
            "on a list",
            lambda: "on a list" if _parcel(stand, order).list else _parcel(stand, order).problem,
        )
        number = _parcel(stand, order).list
        paper = handing_over.document(seller_id=seller, handover=number, shop_id=shop)
        scene.expect(
            "label and list can be printed",
            "label yes, list yes",
            lambda: (
                f"label {'yes' if label.address or label.body else 'NO'},"
                f" list {'yes' if paper.address or paper.body else 'NO'}"
            ),
        )
        handing_over.transfer(seller_id=seller, handover=number, actor=ACTOR, shop_id=shop)
    sku = stage.sku_of(stand, order)
    scene.expect(
        "handed over: the pieces left the warehouse",
        "left; shipped -2, adds up",
        lambda: f"{_parcel(stand, order).state}; {stage.moved(stand, sku, order)}",
    )


def _answer(scene: Scene, stage: Stage, stand: Stand, order: str) -> None:
    """Let the buyer ask, and answer from a template, once."""
    stage.buyers.write(order, _ASKS)
    exchange(shop_id=stand.shop.id, patience=_PATIENCE)
    scene.expect(
        "the buyer's message belongs to the order",
        "a dialogue of the order",
        lambda: "a dialogue of the order" if _dialogue(stand, order) else "no dialogue",
    )
    dialogue = _dialogue(stand, order)
    filling = messages.filling(stand.seller.id, dialogue.id) if dialogue else None
    if dialogue and filling and not stage.buyers.answers(order):
        known = messages.templates(stand.seller.id)
        text = answering.worded(known, "accepted", filling.language, filling.values)
        answering.write_down(
            tenant_id=stand.seller.id, dialogue_id=dialogue.id, text=text, actor=ACTOR
        )
        exchange(shop_id=stand.shop.id, patience=_PATIENCE)
    scene.expect(
        "it is answered from a template, once",
        "1 answer at the marketplace, nobody waits",
        lambda: f"{stage.buyers.answers(order)} answer at the marketplace, {_waits(stand, order)}",
    )


def _dialogue(stand: Stand, order: str) -> messages.DialogueCard | None:
    found = messages.dialogues(stand.seller.id, everything=True, limit=1_000)
    return next((one for one in found if one.order == order), None)


def _waits(stand: Stand, order: str) -> str:
    dialogue = _dialogue(stand, order)
    waits = dialogue is None or dialogue.waiting_since or dialogue.unsent
    return "the buyer waits" if waits else "nobody waits"


def ship(stand: Stand, order: str) -> str:
    """Ship a part by courier; safe to repeat, since its tracking is always the same."""
    tracking = Tracking(f"DEMO-{stand.seller.id}-{order[-6:]}", _CARRIER)
    return fulfilling.ship_by_courier(
        seller_id=stand.seller.id,
        order=order,
        tracking=tracking,
        actor=ACTOR,
        shop_id=stand.shop.id,
    ).value


def _expected(stand: Stand, order: str) -> str:
    found = [one for one in orders.expected_back(stand.seller.id) if one.order == order]
    return "; ".join(f"{one.sent} sent, {one.seen} seen" for one in found)


def _parcel(stand: Stand, order: str) -> orders.ParcelCard:
    return orders.parcels(stand.seller.id, [order], shop_id=stand.shop.id)[0]


def _told(lines: list[dict[str, object]], stand: Stand) -> str:
    return ", ".join(
        f"{str(one['sku_code']).removeprefix(stand.prefix)} x {one['quantity']}" for one in lines
    )


def _amount(lines: list[dict[str, int]]) -> str:
    return f"{Decimal(sum(one['total_amount'] for one in lines)) / _KOPECKS:.2f}"


def _paid(both: tuple[Stand, Stand], order: str) -> str:
    """Return the amounts of the parts, and what the marketplace pays for all of them."""
    cards = [payouts(one.seller.id, order=order) for one in both]
    told = [
        f"{one.code} {', '.join(f'{card.amount:.2f}' for card in found)}"
        for one, found in zip(both, cards, strict=True)
    ]
    whole = sum((card.theirs or Decimal(0) for found in cards for card in found), Decimal(0))
    return "; ".join([*told, f"in all {whole:.2f}"])
