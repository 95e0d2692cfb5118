"""The inbox of orders: views with counts, a search, pages, and many orders chosen at once."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.orders.core.watching import Block, urgency
from torgpred.orders.selectors import fulfilment, paging
from torgpred.orders.selectors.paging import InboxRow
from torgpred.orders.selectors.watching import Watched, watched
from torgpred.web import showing
from torgpred.web.desks import Desk, seller_desk
from torgpred.web.showing import PAGE
from torgpred.web.views import saving

_ALWAYS = frozenset({"to_ship", "soon", "short", "shipped", "all"})
"""Views that are offered though they hold nothing."""
_LONGEST = 100


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a view of the inbox: what each order waits for, and what can be done with many."""
    view = request.GET.get("view", "to_ship")
    if view not in paging.VIEWS:
        raise Http404
    text = request.GET.get("q", "").strip().replace("\0", "")[:_LONGEST]
    after = request.GET.get("after", "")
    try:
        found = paging.page(desk.tenant.id, view, text=text, after=after, limit=PAGE + 1)
    except ValueError as error:
        raise Http404 from error
    waits = watched(desk.tenant.id, [one.id for one in found if one.phase == "to_ship"])
    counts = paging.counts(desk.tenant.id)
    names = shop_names(desk)
    given = {
        "rows": [_row(one, names.get(one.shop_id, ""), waits.get(one.id)) for one in found[:PAGE]],
        "page": showing.page(found, lambda one: paging.key(one, view), after),
        "view": view,
        "views": [
            (name, counts.views[name])
            for name in paging.VIEWS
            if counts.views[name] or name in _ALWAYS or name == view
        ],
        "text": text,
        "may_save": bool(text),
        **saving.saved(desk, "orders", saving.query_of(view=view, q=text)),
        "choosing": desk.may_act and any(one.phase == "to_ship" for one in found[:PAGE]),
        # A courier takes an order as a whole: of what lacks pieces only a parcel can be made.
        "whole_ones": any(one.phase == "to_ship" and not one.short for one in found[:PAGE]),
    }
    return render(request, "web/orders/index.html", given)


def _row(one: InboxRow, shop: str, waits: Watched | None) -> dict[str, Any]:
    """Return an order as the list shows it; `remedies` where what it lacks is its next step."""
    settling = waits is None or waits.block in {Block.SHORT, Block.WAITING}
    return {
        "one": one,
        "shop": shop,
        "waits": waits,
        "more": one.kinds - 1,
        "urgency": urgency(one.ship_by, now()).value if one.phase == "to_ship" else "",
        "remedies": bool(one.short) and one.phase in {"placed", "to_ship"} and settling,
    }


@seller_desk()
def returns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is expected back: it is stock again only when somebody saw it."""
    names = shop_names(desk)
    after = request.GET.get("after", "")
    found = fulfilment.expected_back(
        desk.tenant.id, after=_after(after) if after else None, limit=PAGE + 1
    )
    given = {
        "rows": [(one, names.get(one.shop_id, "")) for one in found[:PAGE]],
        "page": showing.page(found, lambda one: "~".join(map(str, one.place)), after),
    }
    return render(request, "web/orders/returns.html", given)


def _after(given: str) -> tuple[int, int]:
    part, _, line = given.partition("~")
    return showing.whole_number(part), showing.whole_number(line)


def shop_names(desk: Desk) -> dict[int, str]:
    """Return what the seller's shops are called, by id."""
    return {one.id: showing.shop_name(one) for one in channels.shops_of(desk.tenant.id)}
