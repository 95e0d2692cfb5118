"""Saved views: a filter by a name, shown as a tab beside those that every list has."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.saved import PAGES
from torgpred.web import words
from torgpred.web.desks import Desk, seller_desk

_FILTERS = ("view", "q")


def query_of(**filters: str) -> str:
    """Return what an address ends with for these filters: the same for the same ones."""
    return urlencode([(name, filters[name]) for name in _FILTERS if filters.get(name)])


def saved(desk: Desk, page: str, query: str) -> dict[str, Any]:
    """Return what a list's templates show of saved views, for the filters it is shown by."""
    kept = accounts.saved_views(desk.tenant.id, desk.member.id, page)
    return {
        "saved": kept,
        "list_name": page,
        "query": query,
        "at_saved": next((one for one in kept if one.query == query), None),
    }


@require_POST
@seller_desk()
def keep(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep the filters that a list is shown by, under a name."""
    page = request.POST.get("list", "")
    if page not in PAGES:
        raise Http404
    query = query_of(**{name: request.POST.get(name, "")[:100] for name in _FILTERS})
    card = services.keep_view(
        tenant_id=desk.tenant.id,
        member_id=desk.member.id,
        page=page,
        name=request.POST.get("name", ""),
        query=query,
    )
    request.deed_about = page  # type: ignore[attr-defined]
    messages.success(request, words.say("“{name}” is a tab now. Only you see it.", name=card.name))
    here = reverse(f"seller-{page}", kwargs={"code": desk.tenant.code})
    return redirect(f"{here}?{card.query}")


@require_POST
@seller_desk()
def forget(request: HttpRequest, desk: Desk, view: int) -> HttpResponse:
    """Take a tab of one's own away; nothing that it showed changes."""
    page = request.POST.get("list", "")
    if page not in PAGES:
        raise Http404
    services.forget_view(tenant_id=desk.tenant.id, member_id=desk.member.id, view_id=view)
    messages.success(request, words.word("The tab is gone."))
    return redirect(f"seller-{page}", code=desk.tenant.code)
