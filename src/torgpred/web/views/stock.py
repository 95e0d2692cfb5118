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
from torgpred.stock.core.values import KeptFor, LevelCard, LockCard
from torgpred.stock.selectors.uncounted import uncounted, uncounted_number
from torgpred.stock.services import moving
from torgpred.stock.services.warehouses import FIRST, warehouse_meant
from torgpred.web import showing, words
from torgpred.web.answers import number
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.kept_for import Named, campaign_of, reference
from torgpred.web.showing import PAGE

UNKNOWN: Final = "unknown"
"""The view of goods that are in the catalogue and in no warehouse."""
_Kept = TypeVar("_Kept", KeptFor, LockCard)
_MOST: Final = 10**6
"""Pieces of one SKU that a person counts in one place; more is a slip of the hand."""


class NotCountedError(TorgpredError):
    """A count is whole and not absurd."""

    code = "web.not_counted"
    template = "“{given}” is no count: write a whole number of pieces, 0 where none is left."


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the levels, SKU by SKU, or the goods whose stock nobody told."""
    after = request.GET.get("after", "").replace("\0", "")
    sought = request.GET.get("q", "").strip().replace("\0", "")[:255]
    view = request.GET.get("view", "")
    if view not in {"", UNKNOWN}:
        raise Http404
    seller, most = desk.tenant.id, PAGE + 1
    levels = [] if view else stock.levels(seller, text=sought, after=after, limit=most)
    by_sku = {sku: list(rows) for sku, rows in groupby(levels, key=lambda one: one.sku)}
    # What has no level yet is no part of the list, but whoever looks for it is to find it.
    looks = bool(view or sought)
    unknown = uncounted(seller, text=sought, after=after, limit=most) if looks else []
    found = sorted({*by_sku, *unknown})[:most]
    skus = found[:PAGE]
    names = {key: one.name for key, one in catalogue.offers_of(desk.tenant.id, skus).items()}
    given = {
        "rows": _rows(desk, {sku: by_sku[sku] for sku in skus if sku in by_sku}, names),
        "uncounted": [(sku, names.get(sku, "")) for sku in skus if sku not in by_sku],
        "unknown": uncounted_number(desk.tenant.id),
        "view": view,
        "page": showing.page(found, str, after),
        "text": sought,
        "kept": []
        if sought or after or view
        else _kept(desk, stock.kept_for_purposes(desk.tenant.id)),
        "warehouses": _places(desk),
        "main": _main_place(desk),
    }
    return render(request, "web/stock/index.html", given)


def _rows(
    desk: Desk, by_sku: dict[str, list[LevelCard]], names: dict[str, str]
) -> list[dict[str, object]]:
    free = stock.available(desk.tenant.id, by_sku)
    short = lacking(desk.tenant.id, list(by_sku))
    return [
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
        for sku, rows in by_sku.items()
    ]


def _main_place(desk: Desk) -> str:
    """Return what the warehouse is called that counts go to; as it will be where none is there."""
    known = stock.warehouses(desk.tenant.id)
    code = stock.feed_policy(desk.tenant.id)[1] or (known[0].code if known else FIRST)
    return words.stored(_places(desk).get(code, code))


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
    offer = catalogue.offers_of(desk.tenant.id, [sku]).get(sku)
    if not kept.levels and offer is None:
        raise Http404
    promises = [Promise(one.order, one.warehouse, one.pieces, one.placed_at) for one in promised]
    lines = equation(kept, promises)
    order = request.GET.get("order", "")[:80].replace("/", "")
    missing = _lacking(desk, order, sku) if order else 0
    locks = _kept(desk, kept.locks)
    kept_for = {f"{one.id}: {one.purpose}": campaign for one, _, campaign in locks}
    by_warehouse = [
        (
            level,
            [
                (line, reference(desk, line, kept_for))
                for line in lines
                if line.warehouse == level.warehouse
            ],
            level.on_hand + level.owing + missing,
        )
        for level in kept.levels
    ]
    given = {
        "sku": sku,
        "name": offer.name if offer else "",
        "warehouses": by_warehouse,
        "locks": locks,
        "places": _places(desk),
        "order": order,
        "lacking": missing,
        "lacking_all": lacking(desk.tenant.id, [sku]).get(sku, 0),
        "main": _main_place(desk),
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
    """Keep what was counted in a warehouse, the main one where none is named.

    Of several SKUs those without a number stay as they are. Orders that are short take it at once.
    """
    counted = _counted(request)
    place = showing.whole_number(request.POST.get("warehouse", "")) or _main_id(desk)
    moving.count(
        seller_id=desk.tenant.id,
        warehouse_id=place,
        pieces=counted,
        actor=desk.actor,
        reference=request.POST.get("reference", "").strip()[:200],
    )
    sku = next(iter(counted), "")
    request.deed_about = ", ".join(counted)[:200]  # type: ignore[attr-defined]
    # The worker would do it as well, but the page that comes next is to show what was done.
    served = shortages.serve(seller_id=desk.tenant.id)
    if counted:
        messages.success(
            request, words.word("The count was kept. Shops are told what is free now.")
        )
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
    if request.POST.get("view") == UNKNOWN:
        listed = reverse("seller-stock", kwargs={"code": desk.tenant.code})
        return redirect(
            f"{listed}?view={UNKNOWN}" if uncounted(desk.tenant.id, limit=1) else listed
        )
    here = reverse("seller-ledger", kwargs={"code": desk.tenant.code})
    return redirect(f"{here}?{urlencode({'sku': sku})}")


def _counted(request: HttpRequest) -> dict[str, int]:
    """Return the pieces that were counted by SKU. Raises NotCountedError."""
    skus, told = request.POST.getlist("sku"), request.POST.getlist("pieces")
    found: dict[str, int] = {}
    for sku, pieces in zip(skus[:PAGE], told, strict=False):
        if not pieces.strip() and len(skus) > 1:
            continue
        counted = number(pieces)
        if counted != counted.to_integral_value() or counted > _MOST:
            raise NotCountedError(given=pieces[:40])
        found[sku[:255]] = int(counted)
    return found


def _main_id(desk: Desk) -> int:
    code = stock.feed_policy(desk.tenant.id)[1]
    return warehouse_meant(seller_id=desk.tenant.id, code=code).id


def _kept(desk: Desk, kept: Sequence[_Kept]) -> list[tuple[_Kept, str, Named | None]]:
    """Return what is kept, each with the shops that sell it and the campaign it is kept for."""
    if not kept:
        return []
    names = {one.id: one.name for one in channels.shops_of(desk.tenant.id)}
    purposes = {one.purpose: campaign_of(desk, one.purpose) for one in kept}
    return [
        (
            one,
            ", ".join(names.get(shop_id, f"#{shop_id}") for shop_id in one.shop_ids),
            purposes[one.purpose],
        )
        for one in kept
    ]
