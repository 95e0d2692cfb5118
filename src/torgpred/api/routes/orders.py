"""Orders: the list, one order, shortages and their remedies, shipping, expected payouts."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_pair, after_place, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.routes.shops import shop_of
from torgpred.api.shapes.orders import (
    Cancel,
    Cancelling,
    CourierAt,
    ExpectedBack,
    OrderInFull,
    Orders,
    Payouts,
    Phase,
    Remedied,
    Remedy,
    Returned,
    Returns,
    Ship,
    Shipped,
    Shortages,
    StepTold,
)
from torgpred.api.shapes.values import NO_CONTROL, Id
from torgpred.channels.core.orders import CourierStep, Tracking
from torgpred.orders import selectors as orders
from torgpred.orders.selectors import fulfilment, pages
from torgpred.orders.selectors import payouts as payout_reads
from torgpred.orders.services import cancelling, fulfilling, returning, shortages
from torgpred.stock.services.warehouses import warehouse_meant

ORDER = "/sellers/{seller}/shops/{shop}/orders/{order}"
READ, WRITE, PERSONAL = "orders:read", "orders:write", "orders:personal"

section = Section("Orders")


@section.read("/sellers/{seller}/orders", READ, Orders)
def list_orders(
    request: Entered,
    seller: str,
    cursor: Cursor,
    limit: Limit,
    phase: Annotated[Phase, Query("")],
    short: Annotated[bool, Query(False, description="Only those that lack pieces.")],
    q: Annotated[
        str, Query("", max_length=100, pattern=NO_CONTROL, description="What is looked for.")
    ],
) -> dict[str, object]:
    """List the seller's part of each order, the last placed first.

    `q` is the beginning of an order's number or of a SKU, a part of the goods' name, or a whole
    tracking or parcel number; to tokens with `orders:personal` also words of the buyer's name.
    """
    of = f"orders {phase} {short} {q}"
    found = pages.orders_page(
        request.caller.seller.id,
        phases=[phase] if phase else (),
        short=short,
        text=q.strip(),
        buyers=request.caller.may(PERSONAL),
        before=after_place(cursor, of),
        limit=limit + 1,
    )
    rows, following = page(found, lambda one: _place(one.placed_at, one.id), of=of, limit=limit)
    return {"items": [_order(one) for one in rows], "next": following}


@section.read(ORDER, READ, OrderInFull)
def order(request: Entered, seller: str, shop: Id, order: str) -> dict[str, object]:
    """Tell one order with its lines. The buyer is told to tokens with `orders:personal` only."""
    owner = request.caller.seller.id
    card = _known(request, shop, order)
    personal = request.caller.may(PERSONAL)
    return {
        "order": _order(card),
        "lines": orders.consignment_lines(owner, card.order, card.shop_id),
        "buyer": orders.buyer(owner, card.order, card.shop_id) if personal else None,
    }


@section.write(ORDER + "/ship", WRITE, Shipped, whole=False)
def ship_order(request: Entered, seller: str, shop: Id, order: str, given: Ship) -> Shipped:
    """Ship the seller's part by its own courier: the marketplace is told, the pieces leave.

    Repeating it goes on with what was begun and ships nothing twice.
    """
    card = _known(request, shop, order)
    state = fulfilling.ship_by_courier(
        seller_id=request.caller.seller.id,
        order=card.order,
        tracking=Tracking(given.track_number, given.carrier, url=given.url, phone=given.phone),
        actor=request.caller.actor,
        shop_id=card.shop_id,
    )
    return Shipped(state=state.value)


@section.write(ORDER + "/step", WRITE, StepTold, whole=False)
def tell_step(request: Entered, seller: str, shop: Id, order: str, given: CourierAt) -> StepTold:
    """Say how far the seller's own courier is. A step is never taken back."""
    card = _known(request, shop, order)
    told = fulfilling.tell_step(
        seller_id=request.caller.seller.id,
        order=card.order,
        step=CourierStep(given.step),
        shop_id=card.shop_id,
    )
    return StepTold(marketplace=told.value if told else "")


@section.write(ORDER + "/cancel", WRITE, Cancelling)
def cancel_order(request: Entered, seller: str, shop: Id, order: str, given: Cancel) -> Cancelling:
    """Write down that the seller's part is to be cancelled; `steps` are a person's to do."""
    card = _known(request, shop, order)
    advice = cancelling.cancel(
        seller_id=request.caller.seller.id,
        order=card.order,
        actor=request.caller.actor,
        reason=given.reason,
        shop_id=card.shop_id,
    )
    return Cancelling(awaits=advice.awaits, steps=list(advice.steps))


@section.write(ORDER + "/cancel/withdraw", WRITE, Cancelling)
def withdraw_cancelling(request: Entered, seller: str, shop: Id, order: str) -> Cancelling:
    """Let an order go on whose cancellation is awaited."""
    card = _known(request, shop, order)
    cancelling.withdraw(seller_id=request.caller.seller.id, order=card.order, shop_id=card.shop_id)
    return Cancelling(awaits=False, steps=[])


@section.read("/sellers/{seller}/returns", READ, ExpectedBack)
def list_returns(request: Entered, seller: str, cursor: Cursor, limit: Limit) -> dict[str, object]:
    """List what is expected back: it is stock again only when somebody saw it."""
    found = fulfilment.expected_back(
        request.caller.seller.id, after=after_pair(cursor, "returns"), limit=limit + 1
    )
    rows, following = page(
        found, lambda one: f"{one.place[0]} {one.place[1]}", of="returns", limit=limit
    )
    return {
        "items": [
            {
                "order": one.order,
                "shop": one.shop_id,
                "sku": one.sku,
                "name": one.name,
                "sent": one.sent,
                "seen": one.seen,
                "why": one.why,
            }
            for one in rows
        ],
        "next": following,
    }


@section.write(ORDER + "/returns", WRITE, Returned)
def take_return(request: Entered, seller: str, shop: Id, order: str, given: Returns) -> Returned:
    """Write down pieces that were seen to come back; each call with a new key is another sight."""
    card = _known(request, shop, order)
    owner = request.caller.seller.id
    place = warehouse_meant(seller_id=owner, code=given.warehouse)
    seen = returning.see_returns(
        seller_id=owner,
        order=card.order,
        pieces=given.pieces,
        warehouse_id=place.id,
        condition=given.condition,
        actor=request.caller.actor,
        shop_id=card.shop_id,
    )
    return Returned(pieces=seen)


@section.read("/sellers/{seller}/shortages", READ, Shortages)
def list_shortages(request: Entered, seller: str) -> dict[str, object]:
    """List what was sold and is not there, the oldest line first."""
    return {"items": shortages.open_shortages(request.caller.seller.id)}


@section.write("/sellers/{seller}/shortages/{shortage}/remedy", WRITE, Remedied)
def remedy_shortage(request: Entered, seller: str, shortage: Id, given: Remedy) -> Remedied:
    """Do something about a shortage: take it from another warehouse, wait, or cancel the order.

    A cancelled order is written down; `todo` tells what a person has to do at the marketplace.
    """
    owner = request.caller.seller.id
    pieces, todo = 0, ""
    if given.remedy == "other":
        served = shortages.from_other_warehouse(
            seller_id=owner, shortage_id=shortage, actor=request.caller.actor
        )
        pieces = served.pieces
    elif given.remedy == "wait":
        shortages.wait(seller_id=owner, shortage_id=shortage)
    else:
        todo = shortages.cancel_at_marketplace(
            seller_id=owner, shortage_id=shortage, actor=request.caller.actor
        )
    return Remedied(pieces=pieces, todo=todo)


@section.read("/sellers/{seller}/payouts", READ, Payouts)
def payouts(
    request: Entered,
    seller: str,
    cursor: Cursor,
    limit: Limit,
    order: Annotated[str, Query("", max_length=64, pattern=NO_CONTROL)],
) -> dict[str, object]:
    """List what may be expected for each order: the marketplace's estimate beside ours."""
    of = f"payouts {order}"
    found = payout_reads.payouts(
        request.caller.seller.id, order=order, before=after_place(cursor, of), limit=limit + 1
    )
    rows, following = page(
        found, lambda one: _place(one.placed_at, one.consignment), of=of, limit=limit
    )
    return {"items": [_payout(one) for one in rows], "next": following}


def _known(request: Entered, shop: int, order: str) -> orders.ConsignmentCard:
    card = pages.order_in_shop(request.caller.seller.id, shop_of(request, shop).id, order)
    if card is None:
        raise UnknownError
    return card


def _place(moment: datetime, number: int) -> str:
    return f"{moment.isoformat()} {number}"


def _order(card: orders.ConsignmentCard) -> dict[str, Any]:
    return {
        "order": card.order,
        "shop": card.shop_id,
        "phase": card.phase,
        "placed_at": card.placed_at,
        "ship_by": card.ship_by,
        "currency": card.currency,
        "amount": card.amount,
        "payout": card.payout,
        "country": card.country,
        "pieces": card.pieces,
        "short": card.short,
        "reason": card.reason,
        "dispute": card.dispute,
        "mismatch": card.mismatch,
    }


def _payout(card: payout_reads.PayoutCard) -> dict[str, Any]:
    return {
        "order": card.order,
        "shop": card.shop_id,
        "phase": card.phase,
        "placed_at": card.placed_at,
        "currency": card.currency,
        "amount": card.amount,
        "theirs": card.theirs,
        "ours": card.ours.payout,
        "parts": card.ours.parts,
        "keeps": card.keeps,
        "difference": card.difference.amount,
        "unknown": list(card.ours.unknown),
    }
