"""The inbox of orders, and one order."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.channels import selectors as channels
from torgpred.orders import selectors as orders
from torgpred.web import showing
from torgpred.web.desks import Desk, seller_desk

VIEWS: Final[dict[str, tuple[str, ...]]] = {
    "to_ship": ("to_ship",),
    "short": (),
    "placed": ("placed",),
    "shipped": ("shipped", "delivered"),
    "cancelled": ("cancelled",),
    "all": (),
}
_LIMIT: Final = 100


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the consignments: those that are short on top, then by when to ship."""
    view = request.GET.get("view", "to_ship")
    if view not in VIEWS:
        raise Http404
    found = orders.inbox(desk.tenant.id, phases=VIEWS[view], short=view == "short", limit=_LIMIT)
    names = {one.id: showing.shop_name(one) for one in channels.shops_of(desk.tenant.id)}
    given = {
        "rows": [(one, names.get(one.shop_id, "")) for one in found],
        "view": view,
        "views": VIEWS,
        "full": len(found) == _LIMIT,
        "limit": _LIMIT,
    }
    return render(request, "web/orders/index.html", given)


@seller_desk()
def show(request: HttpRequest, desk: Desk, order: str) -> HttpResponse:
    """Show a seller's part of an order: lines, what is promised or short, where it goes."""
    lines = orders.consignment_lines(desk.tenant.id, order)
    card = next((one for one in _all(desk) if one.order == order), None)
    if not lines and card is None:
        raise Http404
    shops = {one.id: showing.shop_name(one) for one in channels.shops_of(desk.tenant.id)}
    given = {
        "order": order,
        "card": card,
        "lines": lines,
        "shop": shops.get(card.shop_id, "") if card else "",
        "buyer": orders.buyer(desk.tenant.id, order),
    }
    return render(request, "web/orders/order.html", given)


def _all(desk: Desk) -> list[orders.ConsignmentCard]:
    return orders.inbox(desk.tenant.id, limit=2_000)
