"""The memory of mappings: what was decided for all sellers of a marketplace, and taking it back."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.channels import selectors as channels
from torgpred.channels.families import families
from torgpred.listings.core.remembered import DecidedAttribute, DecidedCategory, RememberedPath
from torgpred.listings.selectors.remembered import (
    decided_attributes,
    decided_categories,
    remembered_paths,
)
from torgpred.listings.services import remembering
from torgpred.web import showing
from torgpred.web.desks import Desk, Need, back, manager_desk

PARTS: Final = ("categories", "attributes", "paths")
_HOWS: Final = ("", "hand", "certain", "memory")
_Row = DecidedCategory | DecidedAttribute | RememberedPath


@manager_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show decided categories, decided attributes, or what is suggested for paths."""
    part, how = request.GET.get("part", PARTS[0]), request.GET.get("how", "")
    family, text = request.GET.get("family", ""), request.GET.get("q", "").strip()
    before = request.GET.get("before", "")
    if part not in PARTS or how not in _HOWS:
        raise Http404
    asked: dict[str, Any] = {
        "family": family,
        "text": text,
        "before": showing.whole_number(before),
        "limit": showing.PAGE + 1,
    }
    seller = request.GET.get("seller", "").strip().upper()
    found: list[_Row]
    if part == "categories":
        found = [*decided_categories(**asked, seller=seller, how=how)]
    elif part == "attributes":
        found = [*decided_attributes(**asked, seller=seller)]
    else:
        found = [*remembered_paths(**asked)]
    given = {
        "page": showing.page(found, _key, before),
        "rows": [_row(one) for one in found[: showing.PAGE]],
        "parts": PARTS,
        "part": part,
        "hows": _HOWS[1:],
        "how": how,
        "families": [(code, showing.market_name(code)) for code in families()],
        "family": family,
        "seller": seller,
        "text": text,
        "filtered": bool(text or seller or family or how),
    }
    return render(request, "web/manager/mappings.html", given)


@require_POST
@manager_desk(Need.MANAGE)
def undo(request: HttpRequest, desk: Desk, part: str, number: int) -> HttpResponse:
    """Take one decision back, or suggest a path's category no more."""
    takers: dict[str, Callable[..., None]] = {
        "categories": remembering.undo_mapping,
        "attributes": remembering.undo_attribute,
    }
    if part == "paths":
        remembering.forget_path(memory_id=number)
        request.deed_about = f"path {number}"  # type: ignore[attr-defined]
    elif part in takers:
        tenant = accounts.tenant(request.POST.get("seller", ""))
        takers[part](seller_id=tenant.id, mapping_id=number)
        request.deed_about = f"{tenant.code} {number}"  # type: ignore[attr-defined]
    else:
        raise Http404
    messages.success(request, _("It was taken back."))
    here = reverse("manager-mappings")
    to = back(request, desk)
    return redirect(to if here in to else f"{here}?part={part}")


def _key(one: _Row) -> str:
    return str(one.id)


def _row(one: _Row) -> dict[str, object]:
    market = channels.market_categories(one.family)
    category = market.get(one.market_category)
    row: dict[str, object] = {
        "one": one,
        "market": showing.market_name(one.family),
        "path": " / ".join(category.path) if category else one.market_category,
    }
    if isinstance(one, DecidedAttribute):
        known = {attribute.id: attribute for attribute in category.attributes} if category else {}
        attribute = known.get(one.attribute)
        row["attribute"] = attribute.name if attribute else one.attribute
        values = channels.dictionary_values(one.family, one.market_category, one.attribute)
        row["value"] = dict(values or ()).get(one.value_id, one.value_id)
    return row
