"""Parcels that were not handed over, and the lists on which they are handed over together."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.kernel.clock import now
from torgpred.orders.selectors import fulfilment
from torgpred.orders.services import handing_over
from torgpred.web import formats, papers, showing, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.showing import PAGE
from torgpred.web.views.order_acts import NotSaidError, check_meant
from torgpred.web.views.orders import shop_names

_LISTS = 20


def today(desk: Desk) -> date:
    """Return the day it is where the seller is."""
    return now().astimezone(formats.zone(desk.tenant.country)).date()


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the parcels that are not handed over yet, and the lists, newest first."""
    names = shop_names(desk)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    free = fulfilment.parcels(
        desk.tenant.id, on_no_list=True, before=showing.whole_number(after), limit=PAGE + 1
    )
    lists = fulfilment.handovers(
        desk.tenant.id, before=showing.whole_number(before), limit=_LISTS + 1
    )
    shown = lists[:_LISTS]
    of_list = fulfilment.parcels_on(
        desk.tenant.id, [one.id for one in shown if one.state != "handed_over"]
    )
    given = {
        "free": [(one, names.get(one.shop_id, "")) for one in free[:PAGE]],
        "page": showing.page(free, lambda one: str(one.id), after),
        "listable": any(one.state == "made" for one in free[:PAGE]),
        "lists": [
            (one, names.get(one.shop_id, ""), of_list.get(one.id, []))
            for one in shown
            if one.list or one.state == "wanted"
        ],
        "lists_page": showing.page(lists, lambda one: str(one.id), before, _LISTS),
        "today": today(desk),
    }
    return render(request, "web/orders/parcels.html", given)


@require_POST
@seller_desk(Need.ACT)
def make(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put the parcels chosen on a new list, one a shop. Repeating it makes none twice."""
    named = [one for one in request.POST.getlist("parcel") if one and "\0" not in one]
    if not named:
        raise NotSaidError(what=words.word("Choose at least one parcel first."))
    try:
        arrival = date.fromisoformat(request.POST.get("day") or today(desk).isoformat())
    except ValueError as error:
        raise Http404 from error
    made = handing_over.make_handover(
        seller_id=desk.tenant.id, names=named, arrival=arrival, actor=desk.actor
    )
    for one in made:
        if one.problem:
            messages.error(request, words.stored(one.problem))
        else:
            messages.success(
                request,
                words.say_many(
                    "List {list} is made with {n} parcel.", "List {list} is made with {n} parcels.",
                    len(one.parcels), list=one.list,
                ),
            )  # fmt: skip
    return redirect("seller-parcels", code=desk.tenant.code)


@require_POST
@seller_desk(Need.ACT)
def change(request: HttpRequest, desk: Desk, handover: str) -> HttpResponse:
    """Put parcels on an open list, or take them off it. May be repeated."""
    shop_id = _known(request, desk, handover).shop_id
    named = [one for one in request.POST.getlist("parcel") if one and "\0" not in one]
    if not named:
        raise NotSaidError(what=words.word("Choose at least one parcel first."))
    act = handing_over.add if request.POST.get("do") == "add" else handing_over.remove
    told = act(seller_id=desk.tenant.id, handover=handover, names=named, shop_id=shop_id)
    if told.problem:
        messages.error(request, words.stored(told.problem))
    else:
        messages.success(
            request,
            words.say_many(
                "{n} parcel is on list {list} now.", "{n} parcels are on list {list} now.",
                len(told.parcels), list=handover,
            ),
        )  # fmt: skip
    return redirect("seller-parcels", code=desk.tenant.code)


@require_POST
@seller_desk(Need.ACT)
def transfer(request: HttpRequest, desk: Desk, handover: str) -> HttpResponse:
    """Declare a list handed over: the pieces of its parcels leave the stock, once."""
    shop_id = _known(request, desk, handover).shop_id
    check_meant(request)
    told = handing_over.transfer(
        seller_id=desk.tenant.id, handover=handover, actor=desk.actor, shop_id=shop_id
    )
    messages.success(
        request,
        words.say_many(
            "List {list} is handed over: {n} piece left the stock.",
            "List {list} is handed over: {n} pieces left the stock.", told.shipped, list=handover,
        ),
    )  # fmt: skip
    return redirect("seller-parcels", code=desk.tenant.code)


@seller_desk()
def paper(request: HttpRequest, desk: Desk, handover: str) -> HttpResponse:
    """Give the paper that goes with a list, as a file or where the marketplace keeps it."""
    shop_id = _known(request, desk, handover).shop_id
    found = handing_over.document(seller_id=desk.tenant.id, handover=handover, shop_id=shop_id)
    address = papers.address_of(found)
    return redirect(address) if address else papers.as_file(found, "handover")


def _known(request: HttpRequest, desk: Desk, handover: str) -> fulfilment.HandoverCard:
    """Return the seller's list of this number, in the shop that the request names."""
    given = request.POST if request.method == "POST" else request.GET
    shop = given.get("shop", "")
    for one in fulfilment.handovers(desk.tenant.id, limit=1_000):
        if one.list == handover and shop in {"", str(one.shop_id)}:
            return one
    raise Http404
