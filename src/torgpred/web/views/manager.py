"""The operator's desk: sellers, shops, the audit trail; acting on behalf of a seller."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.values import TenantCard
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.listings import selectors as listings
from torgpred.orders import selectors as orders
from torgpred.web import showing
from torgpred.web.desks import ROLES, Desk, Need, manager_desk
from torgpred.web.views.members import invite_from, link_once

_DEEDS = 100


@manager_desk()
def sellers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show all sellers with how far each is."""
    rows = [_seller_row(one) for one in accounts.sellers()]
    return render(request, "web/manager/sellers.html", {"rows": rows})


@manager_desk()
def seller(request: HttpRequest, desk: Desk, seller: str) -> HttpResponse:
    """Show one seller: how far it is, its members, who acted for it."""
    tenant = _seller(seller)
    given = {
        "seller": tenant,
        "row": _seller_row(tenant),
        "shops": [(one, showing.shop_name(one)) for one in channels.shops_of(tenant.id)],
        "members": accounts.members(tenant.id),
        "acted": accounts.representations(tenant.id, limit=10),
        "acting": accounts.represents(desk.member.id, tenant.id),
        "link": link_once(request, tenant),
        "roles": tuple(ROLES),
    }
    return render(request, "web/manager/seller.html", given)


@require_POST
@manager_desk(Need.ACT)
def represent(request: HttpRequest, desk: Desk, seller: str) -> HttpResponse:
    """Begin to act on behalf of a seller."""
    tenant = _seller(seller)
    services.represent(member_id=desk.member.id, seller_id=tenant.id)
    return redirect("seller-home", code=tenant.code)


@require_POST
@manager_desk()
def leave(request: HttpRequest, desk: Desk, seller: str) -> HttpResponse:
    """End acting on behalf of a seller."""
    tenant = _seller(seller)
    services.leave(member_id=desk.member.id, seller_id=tenant.id)
    return redirect("manager-seller", seller=tenant.code)


@require_POST
@manager_desk(Need.MANAGE)
def invite(request: HttpRequest, desk: Desk, seller: str) -> HttpResponse:
    """Invite a member of a seller."""
    tenant = _seller(seller)
    invite_from(request, tenant, desk)
    return redirect("manager-seller", seller=tenant.code)


@manager_desk()
def shops(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show all shops with how each stands: last test, stock to tell, orders."""
    told = {one.shop_id: one for one in listings.stock_to_tell()}
    pulled = {one.shop_id: one for one in orders.pulls()}
    names = {one.id: one for one in accounts.sellers()}
    rows = [
        {
            "shop": one,
            "name": showing.shop_name(one),
            "owner": names.get(one.tenant_id),
            "trial": channels.trial(one.id),
            "stock": told.get(one.id),
            "orders": pulled.get(one.id),
        }
        for one in channels.shops()
    ]
    return render(request, "web/manager/shops.html", {"rows": rows})


@manager_desk()
def audit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what members did in the browser, the newest first."""
    before = request.GET.get("before", "")
    if before and not before.isdigit():
        raise Http404
    found = accounts.deeds(before=int(before) if before else None, limit=_DEEDS + 1)
    given = {"page": showing.page(found, lambda one: str(one.id), before, _DEEDS)}
    return render(request, "web/manager/audit.html", given)


def _seller(code: str) -> TenantCard:
    tenant = accounts.tenant(code)
    if tenant.kind != "seller":
        raise Http404
    return tenant


def _seller_row(one: TenantCard) -> dict[str, Any]:
    places = channels.shops_of(one.id)
    counts = catalogue.offer_counts(one.id)
    readiness = listings.readiness_counts(one.id, [shop.id for shop in places])
    to_ship = orders.inbox(one.id, phases=("to_ship",), limit=200)
    stage = (
        "orders"
        if to_ship
        else "listed"
        if readiness.listed
        else ("catalogue" if counts.present else "new")
    )
    return {
        "seller": one,
        "shops": len(places),
        "counts": counts,
        "readiness": readiness,
        "to_ship": len(to_ship),
        "stage": stage,
    }
