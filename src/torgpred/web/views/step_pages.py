"""What the pages of first steps share."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from torgpred.channels.core.shops import ShopCard
from torgpred.web.desks import Desk
from torgpred.web.starting import Progress, marks


def page(
    request: HttpRequest, desk: Desk, step: str, given: dict[str, Any], *, name: str = ""
) -> HttpResponse:
    """Show a step's page, or the page `name` within it; asked by itself, only what it waits for."""
    progress: Progress = given["progress"]
    steps = marks(desk, progress, step)
    shared = {"steps": steps, "step": next(one for one in steps if one.here)}
    part = request.htmx and request.htmx.target == "waiting"  # type: ignore[attr-defined]
    if part and not given.get("waits"):
        # What was waited for is there: the page is shown anew with it.
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    shown = "waiting" if part else name or step
    return render(request, f"web/start/{shown}.html", {**shared, **given})


def to(desk: Desk, step: str, place: str = "") -> HttpResponse:
    """Lead to a step, and to a place on its page."""
    address = reverse(f"seller-start-{step}", kwargs={"code": desk.tenant.code})
    return redirect(f"{address}#{place}" if place else address)


def shop_of(progress: Progress) -> ShopCard:
    """Return the shop that the steps are about; 404 before there is one."""
    if progress.shop is None:
        raise Http404
    return progress.shop
