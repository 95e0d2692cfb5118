"""What is done with many orders at once: each has its own outcome, and the others go on."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from torgpred.kernel.errors import TorgpredError
from torgpred.orders.selectors import fulfilment
from torgpred.orders.selectors.fulfilment import ParcelCard
from torgpred.orders.services import handing_over, packing, unpacking
from torgpred.web import outcomes, papers, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.outcomes import Chosen, Outcome
from torgpred.web.views.handovers import today
from torgpred.web.views.order_acts import ship_one, tracking_of
from torgpred.web.views.orders import shop_names


@require_POST
@seller_desk(Need.ACT)
def do(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make parcels or a list of the orders chosen; ship and labels have pages of their own."""
    given = outcomes.chosen(request)
    what = request.POST.get("do", "")
    if what not in {"ship", "parcels", "labels", "list"}:
        raise Http404
    if not given:
        messages.warning(request, words.word("Choose at least one order first."))
        return redirect("seller-orders", code=desk.tenant.code)
    if what in {"ship", "labels"}:
        here = reverse(f"seller-orders-{what}", kwargs={"code": desk.tenant.code})
        return redirect(f"{here}?{urlencode([('o', one.word) for one in given])}")
    told = _parcels(desk, given) if what == "parcels" else _lists(desk, given)
    return _page(request, desk, what, told)


@seller_desk(Need.ACT)
def ship(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ship the orders chosen by courier, a tracking number each. Repeating it is safe."""
    given = outcomes.chosen(request)
    if not given:
        raise Http404
    told: dict[Chosen, Outcome] = {}
    tracks: dict[str, str] = {}
    if request.method == "POST":
        pairs = zip(request.POST.getlist("o"), request.POST.getlist("track"), strict=False)
        tracks = dict(pairs)
        filled = [one for one in given if tracks.get(one.word, "").strip()]

        def one(order: Chosen) -> str:
            tracking = tracking_of(request, tracks[order.word])
            return ship_one(desk, order.order, order.shop_id, tracking)

        told = {one.chosen: one for one in outcomes.each(filled, one)}
        for order in given:
            if order not in told:
                lacking = words.word("Not shipped: it has no tracking number.")
                told[order] = Outcome(order, problem=lacking)
    names = shop_names(desk)
    rows = [
        {
            "one": order,
            "shop": names.get(order.shop_id, ""),
            "told": told.get(order),
            "track": tracks.get(order.word, ""),
        }
        for order in given
    ]
    done = sum(1 for one in told.values() if one.done)
    page = {
        "rows": rows,
        "asked": bool(told),
        "done": done,
        "left": len(rows) - done,
        "carrier": request.POST.get("carrier", ""),
        "url": request.POST.get("url", ""),
        "phone": request.POST.get("phone", ""),
    }
    return render(request, "web/orders/ship_many.html", page)


@seller_desk(Need.ACT)
def labels(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the labels of the orders chosen, one document a shop."""
    given = outcomes.chosen(request)
    if not given:
        raise Http404
    names = shop_names(desk)
    rows: list[Outcome] = []
    found: list[dict[str, Any]] = []
    for shop_id, orders in outcomes.by_shop(given).items():
        made = _made(desk, shop_id, orders)
        rows += [
            Outcome(Chosen(shop_id, one), problem=words.word("No parcel of it is made yet."))
            for one in orders
            if one not in made
        ]
        numbers = [one.parcel for parcels in made.values() for one in parcels]
        if not numbers:
            continue
        try:
            (paper,) = unpacking.labels(seller_id=desk.tenant.id, names=numbers, shop_id=shop_id)
        except TorgpredError as error:
            rows += [Outcome(Chosen(shop_id, one), problem=words.tell(error)) for one in made]
            continue
        if paper.body and (request.GET.get("shop") == str(shop_id)):
            return papers.as_file(paper, f"labels-{shop_id}")
        query = [("o", Chosen(shop_id, one).word) for one in made] + [("shop", str(shop_id))]
        found.append(
            {
                "shop": names.get(shop_id, ""),
                "parcels": len(numbers),
                "address": papers.address_of(paper) or f"?{urlencode(query)}",
            }
        )
    page = {"papers": found, "rows": rows, "given": given, "shops": names}
    return render(request, "web/orders/labels.html", page)


def _page(
    request: HttpRequest, desk: Desk, what: str, told: list[Outcome], **more: object
) -> HttpResponse:
    names = shop_names(desk)
    given = {
        "what": what,
        "rows": [(one, names.get(one.chosen.shop_id, "")) for one in told],
        "well": [one for one in told if one.done],
        "failed": sum(1 for one in told if one.problem),
        **more,
    }
    return render(request, "web/orders/done.html", given)


def _parcels(desk: Desk, given: list[Chosen]) -> list[Outcome]:
    """Have a parcel made of each order: one call for many, an outcome each."""
    told: list[Outcome] = []
    for shop_id, orders in outcomes.by_shop(given).items():
        try:
            made = packing.make_parcels(
                seller_id=desk.tenant.id, orders=orders, actor=desk.actor, shop_id=shop_id
            )
        except TorgpredError as error:
            told += [Outcome(Chosen(shop_id, one), problem=words.tell(error)) for one in orders]
            continue
        for one in made:
            chosen = Chosen(shop_id, one.order)
            if one.problem or not one.parcel:
                why = words.stored(one.problem) or words.word("It is not made yet: ask once more.")
                told.append(Outcome(chosen, problem=why))
            else:
                done = words.say("Parcel {parcel} is made.", parcel=one.parcel)
                told.append(Outcome(chosen, done=done))
    return told


def _lists(desk: Desk, given: list[Chosen]) -> list[Outcome]:
    """Put the orders' parcels on a list, one a shop. Repeating it makes none twice."""
    told: list[Outcome] = []
    for shop_id, orders in outcomes.by_shop(given).items():
        made = _made(desk, shop_id, orders)
        free = [one.parcel for found in made.values() for one in found if not one.list]
        problem, number = "", ""
        if free:
            try:
                (listed,) = handing_over.make_handover(
                    seller_id=desk.tenant.id,
                    names=free,
                    arrival=today(desk),
                    actor=desk.actor,
                    shop_id=shop_id,
                )
                problem, number = words.stored(listed.problem), listed.list
            except TorgpredError as error:
                problem = words.tell(error)
        told += [
            _listed(Chosen(shop_id, one), made.get(one, []), number, problem) for one in orders
        ]
    return told


def _listed(order: Chosen, parcels: list[ParcelCard], number: str, problem: str) -> Outcome:
    if not parcels:
        return Outcome(order, problem=words.word("No parcel of it is made yet."))
    before = next((one.list for one in parcels if one.list), "")
    if all(one.list for one in parcels):
        return Outcome(order, done=words.say("It is on list {list}.", list=before))
    if problem or not number:
        why = problem or words.word("It is not made yet: ask once more.")
        return Outcome(order, problem=why)
    return Outcome(order, done=words.say("It is on list {list}.", list=number))


def _made(desk: Desk, shop_id: int, orders: list[str]) -> dict[str, list[ParcelCard]]:
    """Return the parcels that the marketplace made of orders, by order."""
    found: dict[str, list[ParcelCard]] = {}
    for one in fulfilment.parcels(desk.tenant.id, orders, shop_id=shop_id):
        if one.parcel and one.state in {"made", "left"} and one.order in orders:
            found.setdefault(one.order, []).append(one)
    return found
