"""What a person does with one order: each is written down first, and may be repeated."""

from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from torgpred.channels.core.orders import CourierStep, Tracking
from torgpred.kernel.errors import TorgpredError
from torgpred.orders.core.packing import Box
from torgpred.orders.selectors import one_order
from torgpred.orders.selectors.one_order import PartCard
from torgpred.orders.services import (
    cancelling,
    fulfilling,
    packing,
    rerouting,
    returning,
    shortages,
    unpacking,
)
from torgpred.stock import selectors as stock
from torgpred.web import words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.views.order import parts

_TOLD: Final = {
    "": _("Noted here. The marketplace hears of it when the other sellers' parts are so far."),
    "in_transit": _(
        "Noted here. To the marketplace the order is on its way until all sellers' parts are so"
        " far."
    ),
    "ready_for_pickup": _("The marketplace knows that it is ready for pickup."),
    "delivered": _("The marketplace knows that it is delivered."),
}


class NotSaidError(TorgpredError):
    """A form lacks what it needs, or holds what cannot be read."""

    code = "web.not_said"
    template = "{what}"


class NotMeantError(TorgpredError):
    """What cannot be taken back needs a yes."""

    code = "web.not_meant"
    template = "This cannot be taken back. Tick the box to say that it is meant."


def tracking_of(request: HttpRequest, number: str) -> Tracking:
    """Return the tracking of a form. Raises NotSaidError where a part of it is missing."""
    carrier = request.POST.get("carrier", "").strip()[:200]
    if not number.strip():
        raise NotSaidError(what=words.word("Write the tracking number."))
    if not carrier:
        raise NotSaidError(what=words.word("Write what the courier is called."))
    url = request.POST.get("url", "").strip()[:500]
    if url and not url.startswith(("https://", "http://")):
        raise NotSaidError(what=words.word("A tracking page begins with https://."))
    phone = request.POST.get("phone", "").strip()[:50]
    return Tracking(number.strip()[:200], carrier, url=url, phone=phone)


def check_meant(request: HttpRequest) -> None:
    """Raise NotMeantError where a form does not say yes."""
    if request.POST.get("yes") != "yes":
        raise NotMeantError


def ship_one(desk: Desk, order: str, shop_id: int, tracking: Tracking) -> str:
    """Ship an order by the seller's own courier; return what was done, in words."""
    state = fulfilling.ship_by_courier(
        seller_id=desk.tenant.id,
        order=order,
        tracking=tracking,
        actor=desk.actor,
        shop_id=shop_id,
    )
    if state.value == "waiting":
        return words.word(
            "Shipped here. The marketplace hears of it when the other sellers' parts are shipped."
        )
    return words.word("Shipped, and the marketplace knows.")


@require_POST
@seller_desk(Need.ACT)
def ship(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Ship by the seller's own courier. The first tracking stands; repeating it is safe."""
    part = _part(request, desk, order)
    tracking = tracking_of(request, request.POST.get("track", ""))
    return _done(request, desk, part, ship_one(desk, order, part.shop_id, tracking))


@require_POST
@seller_desk(Need.ACT)
def step(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Tell how far the courier is. A step is never taken back; repeating one is safe."""
    part = _part(request, desk, order)
    if request.POST.get("step") not in {"ready_for_pickup", "delivered"}:
        raise Http404
    check_meant(request)
    heard = fulfilling.tell_step(
        seller_id=desk.tenant.id,
        order=order,
        step=CourierStep(request.POST["step"]),
        shop_id=part.shop_id,
    )
    return _done(request, desk, part, words.word(_TOLD[heard.value if heard else ""]))


@require_POST
@seller_desk(Need.ACT)
def pack(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Have a parcel made of what is kept and not packed yet. Repeating it makes none twice."""
    part = _part(request, desk, order)
    items = _pieces(request)
    known = one_order.whole(desk.tenant.id, part.id)
    everything: dict[str, int] = {}
    for line in known.lines:
        if line.to_pack:
            everything[line.sku] = everything.get(line.sku, 0) + line.to_pack
    whole = items == everything and not any(one.short for one in known.lines)
    wish = packing.Wish(_box(request), {} if whole else items)
    made = packing.make_parcels(
        seller_id=desk.tenant.id,
        orders=[order],
        actor=desk.actor,
        wish=wish,
        shop_id=part.shop_id,
    )
    for one in made:
        if one.problem:
            messages.error(request, words.stored(one.problem))
    if made and not any(one.problem for one in made):
        messages.success(request, words.say("Parcel {parcel} is made.", parcel=made[-1].parcel))
    return _back(desk, part)


@require_POST
@seller_desk(Need.ACT)
def unpack(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Have parcels deleted that were not handed over; their pieces may be packed anew."""
    part = _part(request, desk, order)
    check_meant(request)
    living = {one.parcel for one in one_order.whole(desk.tenant.id, part.id).parcels}
    named = [one for one in request.POST.getlist("parcel") if one and one in living]
    gone = unpacking.delete_parcels(
        seller_id=desk.tenant.id, names=named or [order], shop_id=part.shop_id
    )
    for one in gone:
        if one.problem:
            messages.error(request, f"{one.parcel}: {words.stored(one.problem)}")
    well = sum(not one.problem for one in gone)
    if well:
        told = words.say_many("{n} parcel was deleted.", "{n} parcels were deleted.", well)
        messages.success(request, told)
    return _back(desk, part)


@require_POST
@seller_desk(Need.ACT)
def reroute(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Serve the order from one warehouse: the one chosen, or the best that has all of it."""
    part = _part(request, desk, order)
    given = request.POST.get("warehouse", "")
    places = {str(one.id): one.id for one in stock.warehouses(desk.tenant.id)}
    if given and given not in places:
        raise Http404
    done = rerouting.reroute(
        seller_id=desk.tenant.id,
        order=order,
        warehouse_id=places.get(given),
        actor=desk.actor,
        shop_id=part.shop_id,
    )
    if not done.pieces:
        told = words.say("All of it is served from {warehouse} already.", warehouse=done.warehouse)
    else:
        told = words.say_many(
            "{n} piece is kept in {warehouse} now.", "{n} pieces are kept in {warehouse} now.",
            done.pieces, warehouse=done.warehouse,
        )  # fmt: skip
    return _done(request, desk, part, told)


@require_POST
@seller_desk(Need.ACT)
def remedy(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Do something about a shortage: another warehouse, wait, or cancel at the marketplace."""
    part = _part(request, desk, order)
    number = request.POST.get("shortage", "")
    mine = {str(one.id): one for one in one_order.whole(desk.tenant.id, part.id).shortages}
    if number not in mine:
        raise NotSaidError(what=words.word("This shortage is settled meanwhile: look again."))
    given = {"seller_id": desk.tenant.id, "shortage_id": mine[number].id}
    match request.POST.get("remedy"):
        case "other":
            served = shortages.from_other_warehouse(**given, actor=desk.actor)
            if not served.pieces:
                raise NotSaidError(
                    what=words.word("No warehouse has any free now: wait, or cancel.")
                )
            told = words.say_many(
                "{n} piece is kept for it now.", "{n} pieces are kept for it now.", served.pieces
            )
        case "wait":
            shortages.wait(**given)
            told = words.word("It waits, and is served by itself as soon as pieces come.")
        case "cancel":
            shortages.cancel_at_marketplace(**given, actor=desk.actor)
            told = words.word("Written down. Now do the steps that stand below.")
        case _:
            raise Http404
    return _done(request, desk, part, told)


@require_POST
@seller_desk(Need.ACT)
def cancel(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Write down that the order is to be cancelled: nothing of it ships from then on."""
    part = _part(request, desk, order)
    found = cancelling.cancel(
        seller_id=desk.tenant.id,
        order=order,
        actor=desk.actor,
        reason=request.POST.get("reason", "").strip(),
        shop_id=part.shop_id,
    )
    if not found.awaits:
        raise NotSaidError(what=words.word("It cannot be cancelled any more: see what is left."))
    told = words.word("Written down. Now do the steps that stand below.")
    return _done(request, desk, part, told)


@require_POST
@seller_desk(Need.ACT)
def go_on(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Let an order go on whose cancellation is awaited."""
    part = _part(request, desk, order)
    cancelling.withdraw(seller_id=desk.tenant.id, order=order, shop_id=part.shop_id)
    return _done(request, desk, part, words.word("The order goes on and may be shipped again."))


@require_POST
@seller_desk(Need.ACT)
def see_back(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Write down what was seen to come back, once: the form says what was known before."""
    part = _part(request, desk, order)
    places = {str(one.id): one.id for one in stock.warehouses(desk.tenant.id)}
    condition, place = request.POST.get("condition", ""), request.POST.get("warehouse", "")
    if condition not in {"good", "damaged"} or place not in places:
        raise Http404
    pieces = _pieces(request)
    if not pieces:
        raise NotSaidError(what=words.word("Write how many pieces you saw."))
    check_meant(request)
    count = returning.see_returns(
        seller_id=desk.tenant.id,
        order=order,
        pieces=pieces,
        warehouse_id=places[place],
        condition=condition,
        actor=desk.actor,
        shop_id=part.shop_id,
        known=_numbers(request, "known"),
    )
    if condition == "good":
        told = words.say_many(
            "{n} piece is in the stock again.", "{n} pieces are in the stock again.", count
        )
    else:
        told = words.say_many("{n} piece is written off.", "{n} pieces are written off.", count)
    return _done(request, desk, part, told)


def _part(request: HttpRequest, desk: Desk, order: str) -> PartCard:
    found = parts(request, desk, order)
    if len(found) > 1:
        raise NotSaidError(what=words.word("Two shops have an order of this number: choose one."))
    return found[0]


def _done(request: HttpRequest, desk: Desk, part: PartCard, told: str) -> HttpResponse:
    messages.success(request, told)
    return _back(desk, part)


def _back(desk: Desk, part: PartCard) -> HttpResponse:
    here = reverse("seller-order", kwargs={"code": desk.tenant.code, "order": part.order})
    several = len(one_order.parts(desk.tenant.id, part.order)) > 1
    return HttpResponseRedirect(f"{here}?{urlencode({'shop': part.shop_id})}" if several else here)


def _numbers(request: HttpRequest, name: str) -> dict[str, int]:
    """Return whole numbers by SKU: the fields `sku` and `name` stand side by side."""
    found: dict[str, int] = {}
    given = zip(request.POST.getlist("sku"), request.POST.getlist(name), strict=False)
    for sku, number in given:
        if number.strip() and not (number.strip().isascii() and number.strip().isdecimal()):
            raise NotSaidError(
                what=words.say("“{given}” is no number of pieces.", given=number[:40])
            )
        found[sku] = min(int(number.strip()[:9] or 0), 1_000_000)
    return found


def _pieces(request: HttpRequest) -> dict[str, int]:
    return {sku: number for sku, number in _numbers(request, "pieces").items() if number}


def _box(request: HttpRequest) -> Box:
    """Return the box that a form tells; what is empty is taken as the catalogue knows it."""
    sides = [_decimal(request, name) for name in ("length", "width", "height")]
    told = [one for one in sides if one is not None]
    if told and len(told) < len(sides):
        raise NotSaidError(what=words.word("Write all three sides of the parcel, or none."))
    box = (told[0], told[1], told[2]) if told else None
    return Box(box, _decimal(request, "weight"))


def _decimal(request: HttpRequest, name: str) -> Decimal | None:
    text = request.POST.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 < number < 100_000:
        raise NotSaidError(what=words.say("“{given}” is no size or weight.", given=text[:40]))
    return round(number, 3)
