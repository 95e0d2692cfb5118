"""Members over all tenants: roles, last sign-in, second factor; inviting and ending."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.web import showing
from torgpred.web.desks import ROLES, Desk, Need, manager_desk
from torgpred.web.views.members import invite_from, link_once

KINDS: Final = ("", "operator", "seller", "partner")


@manager_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show everybody who works anywhere here."""
    kind, after = request.GET.get("kind", ""), request.GET.get("after", "")
    if kind not in KINDS:
        raise Http404
    bare, text = request.GET.get("bare") == "1", request.GET.get("q", "").strip()
    found = accounts.people(
        kind=kind,
        without_factor=bare,
        text=text,
        after=showing.whole_number(after),
        limit=showing.PAGE + 1,
    )
    given = {
        "page": showing.page(found, lambda one: str(one.id), after),
        "kinds": KINDS[1:],
        "kind": kind,
        "bare": bare,
        "text": text,
        "filtered": bool(kind or bare or text),
        "roles": tuple(ROLES),
        "fitting": "staff",
        "link": link_once(request, None),
        "tenants": [desk.tenant, *accounts.sellers(), *accounts.partners()],
    }
    return render(request, "web/manager/people.html", given)


@require_POST
@manager_desk(Need.MANAGE)
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Invite somebody to any tenant."""
    tenant = accounts.tenant(request.POST.get("tenant", ""))
    invite_from(request, tenant, desk)
    request.deed_about = tenant.code  # type: ignore[attr-defined]
    return redirect("manager-people")


@require_POST
@manager_desk(Need.MANAGE)
def role(request: HttpRequest, desk: Desk, member: int) -> HttpResponse:
    """Give a member of any tenant another role."""
    tenant = accounts.tenant(request.POST.get("tenant", ""))
    services.set_role(tenant_id=tenant.id, member_id=member, role=request.POST.get("role", ""))
    request.deed_about = f"{tenant.code} {member}"  # type: ignore[attr-defined]
    messages.success(request, _("The role was changed."))
    return redirect("manager-people")


@require_POST
@manager_desk(Need.MANAGE)
def end(request: HttpRequest, desk: Desk, member: int) -> HttpResponse:
    """End a membership at any tenant."""
    tenant = accounts.tenant(request.POST.get("tenant", ""))
    services.end_membership(tenant_id=tenant.id, member_id=member)
    request.deed_about = f"{tenant.code} {member}"  # type: ignore[attr-defined]
    messages.success(request, _("The membership was ended."))
    return redirect("manager-people")
