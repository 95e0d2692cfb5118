"""Stock: what lies where, what is promised, and what each number is made of."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import selectors as orders
from torgpred.orders.selectors.short import lacking
from torgpred.orders.services import shortages
from torgpred.runtime.scope import one_moment
from torgpred.stock import selectors as stock
from torgpred.stock.core.equation import Promise, equation
from torgpred.stock.core.values import KeptFor, LockCard
from torgpred.stock.services import moving
from torgpred.web import showing, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.questions import number
from torgpred.web.showing import PAGE

_Kept = TypeVar("_Kept", KeptFor, LockCard)
_MOST: Final = 10**6
"""Pieces of one SKU that a person counts in one place; more is a slip of the hand."""


class NotCountedError(TorgpredError):
    """A count is whole and not absurd."""

    code = "web.not_counted"
    template = "“{given}” is no count: write a whole number of pieces, 0 where none is left."


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
    short = lacking(desk.tenant.id, skus)
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
                "lacking": short.get(sku, 0),
            }
            for sku, rows in by_sku[:PAGE]
        ],
        "page": showing.page(by_sku, lambda one: one[0], after),
        "text": sought,
        "kept": [] if sought or after else _named(desk, stock.kept_for_purposes(desk.tenant.id)),
        "warehouses": _places(desk),
    }
    return render(request, "web/stock/index.html", given)


def _places(desk: Desk) -> dict[str, str]:
    """Return what warehouses are called, by code."""
    return {one.code: one.name or one.code for one in stock.warehouses(desk.tenant.id)}


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
    order = request.GET.get("order", "")[:80].replace("/", "")
    lacking = _lacking(desk, order, sku) if order else 0
    by_warehouse = [
        (
            level,
            [line for line in lines if line.warehouse == level.warehouse],
            level.on_hand + level.owing + lacking,
        )
        for level in kept.levels
    ]
    given = {
        "sku": sku,
        "name": offer.name if offer else "",
        "warehouses": by_warehouse,
        "locks": _named(desk, kept.locks),
        "places": _places(desk),
        "order": order,
        "lacking": lacking,
        "shop": showing.whole_number(request.GET.get("shop", "")),
    }
    return render(request, "web/stock/ledger.html", given)


def _lacking(desk: Desk, order: str, sku: str) -> int:
    """Return how many pieces of an SKU an order is short of."""
    return sum(
        one["pieces"]
        for one in shortages.open_shortages(desk.tenant.id)
        if (one["order"], one["sku"]) == (order, sku)
    )


@require_POST
@seller_desk(Need.ACT)
def count(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep what was counted of an SKU in a warehouse; orders that are short take it at once."""
    sku = request.POST.get("sku", "")[:255]
    counted = number(request.POST.get("pieces", ""))
    if counted != counted.to_integral_value() or counted > _MOST:
        raise NotCountedError(given=request.POST.get("pieces", "")[:40])
    moving.count(
        seller_id=desk.tenant.id,
        warehouse_id=showing.whole_number(request.POST.get("warehouse", "")),
        pieces={sku: int(counted)},
        actor=desk.actor,
        kind=moving.HAND,
        reference=request.POST.get("reference", "").strip()[:200],
    )
    request.deed_about = sku  # type: ignore[attr-defined]
    # The worker would do it as well, but the page that comes next is to show what was done.
    served = shortages.serve(seller_id=desk.tenant.id)
    messages.success(request, words.word("The count was kept. Shops are told what is free now."))
    if served.pieces:
        told = words.say_many(
            "{n} piece was kept at once for orders that were short.",
            "{n} pieces were kept at once for orders that were short.", served.pieces,
        )  # fmt: skip
        messages.success(request, told)
    order = request.POST.get("order", "")[:80].replace("/", "")
    if order:
        there = reverse("seller-order", kwargs={"code": desk.tenant.code, "order": order})
        return redirect(f"{there}?shop={showing.whole_number(request.POST.get('shop', ''))}")
    here = reverse("seller-ledger", kwargs={"code": desk.tenant.code})
    return redirect(f"{here}?{urlencode({'sku': sku})}")


def _named(desk: Desk, kept: Sequence[_Kept]) -> list[tuple[_Kept, str]]:
    """Return what is kept, each with the names of the shops that sell it."""
    if not kept:
        return []
    names = {one.id: one.name for one in channels.shops_of(desk.tenant.id)}
    return [
        (one, ", ".join(names.get(shop_id, f"#{shop_id}") for shop_id in one.shop_ids))
        for one in kept
    ]
