"""One order: all that is known of a seller's part of it, and what can be done next."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import DeedCard
from torgpred.channels import services as channel_services
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import selectors as orders
from torgpred.orders.core.cancelling import Advice
from torgpred.orders.core.packing import Box
from torgpred.orders.selectors import fulfilment, messages, one_order, payouts
from torgpred.orders.selectors.one_order import PartCard, Whole
from torgpred.orders.selectors.watching import watched
from torgpred.orders.services import cancelling, measuring, rerouting
from torgpred.stock import selectors as stock
from torgpred.web import order_words, words
from torgpred.web.desks import Desk, seller_desk
from torgpred.web.views.orders import shop_names

_STEPS = ("in_transit", "ready_for_pickup", "delivered")


@seller_desk()
def show(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Show a seller's part of an order; where two shops have such a number, ask which."""
    found = parts(request, desk, order)
    names = shop_names(desk)
    if len(found) > 1:
        which = [(one, names.get(one.shop_id, "")) for one in found]
        return render(request, "web/orders/which.html", {"order": order, "which": which})
    part = found[0]
    known = one_order.whole(desk.tenant.id, part.id)
    family = channel_services.family_of(part.shop_id)
    advice = cancelling.advised(seller_id=desk.tenant.id, order=order, shop_id=part.shop_id)
    given = {
        "order": order,
        "part": part,
        "shop": names.get(part.shop_id, ""),
        "whole": known,
        "waits": watched(desk.tenant.id, [part.id]).get(part.id),
        "buyer": orders.buyer(desk.tenant.id, order, part.shop_id),
        "open": part.phase in {"placed", "to_ship"},
        "awaited": known.cancellation and not known.cancellation.ended_at,
        "chat": family.capabilities.chat,
        "dialogues": _dialogues(desk, part),
        "payout": _payout(desk, part),
        "awaits": advice.awaits,
        "advice": _said(advice, order, known),
        **_shortages(desk, order, known),
        **_leaving(desk, part, known, makes_parcels=family.capabilities.parcels),
        **_coming_back(desk, part, known),
    }
    return render(request, "web/orders/order.html", given)


def parts(request: HttpRequest, desk: Desk, order: str) -> list[PartCard]:
    """Return the seller's orders of a number, in the shop that the request names or in all.

    Raises Http404 where there is none.
    """
    given = request.POST if request.method == "POST" else request.GET
    shop = given.get("shop", "")
    if "\0" in order or (shop and (not shop.isdecimal() or len(shop) > 18)):
        raise Http404
    found = one_order.parts(desk.tenant.id, order, int(shop) if shop else None)
    if not found:
        raise Http404
    return found


def _dialogues(desk: Desk, part: PartCard) -> list[messages.DialogueCard]:
    if not part.dialogues:
        return []
    found = messages.dialogues(desk.tenant.id, everything=True, order=part.order)
    return [one for one in found if one.shop_id == part.shop_id]


def _payout(desk: Desk, part: PartCard) -> payouts.PayoutCard | None:
    found = payouts.payouts(desk.tenant.id, order=part.order)
    return next((one for one in found if one.shop_id == part.shop_id), None)


def _said(advice: Advice, order: str, known: Whole) -> list[str]:
    parcels = ", ".join(one.parcel for one in known.parcels if one.state == "made")
    return [
        words.say(order_words.ADVICE[kind], order=order, parcels=parcels) for kind in advice.kinds
    ]


def _shortages(desk: Desk, order: str, known: Whole) -> dict[str, Any]:
    """Return each shortage with the warehouses that have pieces free now, and who chose last."""
    if not known.shortages:
        return {"shortages": [], "undecided": []}
    free: dict[str, list[Any]] = {}
    for level in stock.levels(desk.tenant.id, skus={one.sku for one in known.shortages}):
        if level.available > 0:
            free.setdefault(level.sku, []).append(level)
    return {
        "shortages": [(one, free.get(one.sku, [])) for one in known.shortages],
        "undecided": [one.name or one.sku for one in known.shortages if not one.remedy],
        "chose": _chose(desk, order) if any(one.remedy for one in known.shortages) else None,
    }


def _chose(desk: Desk, order: str) -> DeedCard | None:
    """Return who chose a remedy for an order last, and when; None where nobody did it here."""
    found = accounts.deeds(
        tenant_id=desk.tenant.id, what="seller-order-remedy", about=order, limit=1
    )
    return found[0] if found else None


def _leaving(desk: Desk, part: PartCard, known: Whole, *, makes_parcels: bool) -> dict[str, Any]:
    """Return how it may leave: from where, by which courier's step, in which parcel."""
    living = [one for one in known.parcels if one.state in {"wanted", "made", "left"}]
    to_ship = part.phase == "to_ship"
    awaited = known.cancellation is not None and known.cancellation.ended_at is None
    free_to_go = to_ship and not part.reason and not awaited
    lacks = any(one.short for one in known.lines)
    to_pack = [one for one in known.lines if one.to_pack]
    step = known.courier.step if known.courier and known.courier.state != "wanted" else ""
    movable = part.phase in {"placed", "to_ship"} and not living
    kept = movable and any(one.kept for one in known.lines)
    places = rerouting.others(desk.tenant.id, part.order, part.shop_id) if kept else []
    return {
        "may_ship": free_to_go and not lacks and not living,
        "may_pack": free_to_go and makes_parcels and not known.courier and bool(to_pack),
        "to_pack": to_pack,
        "box": _box(desk, part, known) if makes_parcels and to_pack else Box(),
        "living": living,
        "labels": any(one.parcel and one.state != "refused" for one in known.parcels),
        "unlisted": any(one.state == "made" and not one.list for one in known.parcels),
        "deletable": any(one.state in {"wanted", "made"} for one in known.parcels),
        "warehouses": stock.warehouses(desk.tenant.id),
        "others": places,
        "steps": _STEPS[_STEPS.index(step) + 1 :] if step and part.phase == "shipped" else (),
    }


def _box(desk: Desk, part: PartCard, known: Whole) -> Box:
    """Return the box as the catalogue and the statements tell it; empty where they do not."""
    goods = [(one.sku, one.to_pack) for one in known.lines if one.to_pack]
    try:
        sizes = measuring.sizes_of(desk.tenant.id, part.shop_id, {sku for sku, _ in goods})
        return sizes.box(goods, Box())
    except TorgpredError:
        return Box()


def _coming_back(desk: Desk, part: PartCard, known: Whole) -> dict[str, Any]:
    found = fulfilment.expected_back(desk.tenant.id, order=part.order)
    expected = [one for one in found if one.shop_id == part.shop_id]
    seen: dict[str, int] = {}
    for one in known.back:
        seen[one.sku] = seen.get(one.sku, 0) + one.pieces
    out: dict[str, int] = {}
    for line in known.lines:
        out[line.sku] = out.get(line.sku, 0) + line.sent - line.back
    return {
        "expected": expected,
        "returnable": [(sku, left, seen.get(sku, 0)) for sku, left in out.items() if left > 0],
    }
