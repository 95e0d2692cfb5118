"""Stock: what lies where, what is promised, and what each number is made of."""

from collections.abc import Sequence
from itertools import groupby
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.orders import selectors as orders
from torgpred.runtime.scope import one_moment
from torgpred.stock import selectors as stock
from torgpred.stock.core.equation import Promise, equation
from torgpred.stock.core.values import KeptFor, LockCard
from torgpred.web import showing
from torgpred.web.desks import Desk, seller_desk
from torgpred.web.showing import PAGE

_Kept = TypeVar("_Kept", KeptFor, LockCard)


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the levels, SKU by SKU."""
    after = request.GET.get("after", "").replace("\0", "")
    sought = request.GET.get("q", "").strip().replace("\0", "")[:255]
    levels = stock.levels(desk.tenant.id, text=sought, after=after, limit=PAGE + 1)
    by_sku = [(sku, list(rows)) for sku, rows in groupby(levels, key=lambda one: one.sku)]
    skus = [sku for sku, _ in by_sku[:PAGE]]
    free = stock.available(desk.tenant.id, skus)
    names = {key: one.name for key, one in catalogue.offers_of(desk.tenant.id, skus).items()}
    given = {
        "rows": [
            {
                "sku": sku,
                "name": names.get(sku, ""),
                "levels": rows,
                "on_hand": sum(one.on_hand for one in rows),
                "reserved": sum(one.reserved for one in rows),
                "locked": sum(one.locked for one in rows),
                "buffer": sum(one.buffer for one in rows),
                "owing": sum(one.owing for one in rows),
                "available": free.get(sku, 0),
            }
            for sku, rows in by_sku[:PAGE]
        ],
        "page": showing.page(by_sku, lambda one: one[0], after),
        "text": sought,
        "kept": [] if sought or after else _named(desk, stock.kept_for_purposes(desk.tenant.id)),
        "warehouses": stock.warehouses(desk.tenant.id),
    }
    return render(request, "web/stock/index.html", given)


@seller_desk()
def ledger(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what an SKU's numbers are made of, line by line."""
    sku = request.GET.get("sku", "")[:255]
    if not sku or "\0" in sku:
        raise Http404
    with one_moment():
        kept = stock.ledger(desk.tenant.id, sku, limit=200)
        promised = orders.open_allocations(desk.tenant.id, sku)
    if not kept.levels:
        raise Http404
    promises = [Promise(one.order, one.warehouse, one.pieces, one.placed_at) for one in promised]
    lines = equation(kept, promises)
    offer = catalogue.offers_of(desk.tenant.id, [sku]).get(sku)
    by_warehouse = [
        (level, [line for line in lines if line.warehouse == level.warehouse])
        for level in kept.levels
    ]
    given = {
        "sku": sku,
        "name": offer.name if offer else "",
        "warehouses": by_warehouse,
        "locks": _named(desk, kept.locks),
    }
    return render(request, "web/stock/ledger.html", given)


def _named(desk: Desk, kept: Sequence[_Kept]) -> list[tuple[_Kept, str]]:
    """Return what is kept, each with the names of the shops that sell it."""
    if not kept:
        return []
    names = {one.id: one.name for one in channels.shops_of(desk.tenant.id)}
    return [
        (one, ", ".join(names.get(shop_id, f"#{shop_id}") for shop_id in one.shop_ids))
        for one in kept
    ]
