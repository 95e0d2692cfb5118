"""A seller's own view of programmes: what could enter, what is missing, how to mend it."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.programmes import selectors
from torgpred.programmes.core.values import ASKED, AssuranceKind, Programme, Verdict
from torgpred.programmes.services import saying
from torgpred.programmes.services.judging import judge_soon
from torgpred.stock import selectors as stock
from torgpred.web import showing, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.showing import PAGE, Said
from torgpred.web.views.mall import conditions, origin, tell_lack

_PAGES: Final = {
    "local_stock": "seller-stock",
    "lead_time": "seller-start-questions",
    "price": "seller-start-price",
}
"""Where what is missing is mended, by kind; what the seller's word mends is asked on the page."""


@seller_desk()
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what could enter a programme, grouped by what is missing, and offer by offer."""
    here = {one.family for one in channels.shops_of(desk.tenant.id)}
    known = [one for one in selectors.programmes() if one.family in here]
    wanted = request.GET.get("programme", "")
    chosen = next((one for one in known if one.key == wanted), None)
    if wanted and chosen is None:
        raise Http404
    chosen = chosen or next((one for one in known if one.code == "mall"), next(iter(known), None))
    given: dict[str, Any] = {"known": known, "programme": chosen}
    if chosen is not None:
        given |= _of_programme(request, desk, chosen)
    return render(request, "web/mall.html", given)


@require_POST
@seller_desk(Need.ACT)
def say(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep what the seller says about itself."""
    told = request.POST
    said = saying.say(
        seller_id=desk.tenant.id,
        kind=told.get("kind", ""),
        about=told.get("about", ""),
        holds=told.get("holds", "yes") == "yes",
        text=told.get("text", ""),
        number=told.get("number", ""),
        given_by=desk.actor,
    )
    request.deed_about = f"{said.kind.value} {said.about}"  # type: ignore[attr-defined]
    return _after(request, desk)


@require_POST
@seller_desk(Need.ACT)
def unsay(request: HttpRequest, desk: Desk, assurance: int) -> HttpResponse:
    """Take back what the seller said about itself."""
    saying.unsay(seller_id=desk.tenant.id, assurance_id=assurance, undone_by=desk.actor)
    return _after(request, desk)


def _after(request: HttpRequest, desk: Desk) -> HttpResponse:
    if judge_soon(seller_id=desk.tenant.id):
        messages.success(request, _("Kept, and your offers are judged by it."))
    else:
        messages.success(request, _("Kept. Your offers are judged by it in a moment."))
    query = request.POST.get("programme", "")
    known = {one.key for one in selectors.programmes()}
    back = reverse("seller-mall", kwargs={"code": desk.tenant.code})
    return redirect(f"{back}?programme={query}" if query in known else back)


def _of_programme(request: HttpRequest, desk: Desk, one: Programme) -> dict[str, Any]:
    seller = desk.tenant.id
    verdict = request.GET.get("verdict", "")
    if verdict and verdict not in set(Verdict):
        raise Http404
    lack = request.GET.get("lack", "")[:60]
    after = request.GET.get("after", "").replace("\0", "")[:300]
    found = selectors.judgements(
        one, seller, verdict=verdict, lack=lack, after=after, limit=PAGE + 1
    )
    page = showing.page(found, lambda card: card.key, after)
    names = catalogue.offers_of(seller, [card.sku for card in found[:PAGE]])
    shops = {shop.id: showing.shop_name(shop) for shop in channels.shops_of(seller)}
    missing = selectors.lacking(one, seller)
    return {
        "market": showing.market_name(one.family),
        "origin": origin(one),
        "conditions": conditions(one),
        "counts": selectors.counts(one, seller),
        "tasks": [_task(desk, one, group) for group in missing],
        "page": page,
        "rows": [
            {
                "card": card,
                "name": names[card.sku].name if card.sku in names else "",
                "shop": shops.get(card.shop_id, ""),
                "lacks": [tell_lack(one, each) for each in card.lacks],
            }
            for card in found[:PAGE]
        ],
        "verdict": verdict,
        "lack": lack,
        "filtered": bool(verdict or lack),
        "questions": _questions(one, seller),
        "said": selectors.assurances(seller),
        "judged": next((each.judged_at for each in selectors.judgings(one, seller)), None),
    }


def _task(desk: Desk, one: Programme, group: selectors.LackGroup) -> Said:
    """Return what is missing, with how many offers it frees and where it is mended."""
    message, mend = tell_lack(one, group.finding)
    kind = group.code.partition(".")[0]
    address, button = "", ""
    if kind in ASKED:
        address, button = f"#ask-{kind}", _("Answer")
    elif kind in _PAGES:
        address = reverse(_PAGES[kind], kwargs={"code": desk.tenant.code})
        button = _("Mend it")
    where = words.say_many(
        "This alone would let {n} listing in.",
        "This alone would let {n} listings in.",
        group.frees,
    )
    return Said(
        group.offers, message, mend, group.code, where if group.frees else "",
        group.examples, address, button,
    )  # fmt: skip


def _questions(one: Programme, seller: int) -> list[dict[str, Any]]:
    """Return what the seller can give its word on for this programme, with what it said so far."""
    said = {(each.kind, each.about): each for each in selectors.assurances(seller)}
    asked = {each.kind for each in one.conditions}
    found = []
    for kind in (AssuranceKind.RETURNS, AssuranceKind.WARRANTY, AssuranceKind.RATING):
        if kind.value in asked:
            about = one.family if kind is AssuranceKind.RATING else one.country
            found.append({"kind": kind.value, "about": about, "said": said.get((kind, about))})
    if one.country:
        # How long the way takes is part of the promise, whether a condition asks for it or not.
        found += [
            {
                "kind": AssuranceKind.DELIVERY.value,
                "about": place.code,
                "said": said.get((AssuranceKind.DELIVERY, place.code)),
            }
            for place in stock.warehouses(seller)
            if place.country == one.country
        ]
    return found
