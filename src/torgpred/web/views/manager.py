"""The operator's desk: one seller, acting on behalf of it, the shops."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.people import TrailFilter
from torgpred.accounts.core.values import TenantCard
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.clock import now
from torgpred.listings import selectors as listings
from torgpred.orders import selectors as orders
from torgpred.orders.core.funnel import WHY, Stage
from torgpred.orders.selectors.funnel import standing
from torgpred.web import showing, words
from torgpred.web.desks import ROLES, Desk, Need, manager_desk
from torgpred.web.showing import Said
from torgpred.web.views import funnel
from torgpred.web.views.members import fitting_role, invite_from, link_once
from torgpred.web.views.papers import copy_of

_DEEDS: Final = 8
_HOLDS: Final = 5
_ORDERS: Final = 5


@manager_desk()
def seller(request: HttpRequest, desk: Desk, seller: str) -> HttpResponse:
    """Show one seller: how far it is and why no further, papers, shops, holds, orders, deeds."""
    tenant = _seller(seller)
    found = standing(tenant.code)
    places = channels.shops_of(tenant.id)
    names = {one.id: showing.shop_name(one) for one in places}
    waiting = orders.inbox(tenant.id, phases=("to_ship", "placed"), limit=_ORDERS + 1)
    today = now().date()
    given = {
        "seller": tenant,
        "found": found,
        "why": funnel.reason(found) if found else None,
        "stages": [one.value for one in Stage],
        "contact": accounts.contact(tenant.id),
        "papers": [(one, one.standing(today).value) for one in catalogue.papers(tenant.id)],
        "shops": [_shop(tenant, one) for one in places],
        "holds": list(_holds(tenant, places)),
        "first": _first(tenant, places),
        "orders": [(one, names.get(one.shop_id, "")) for one in waiting[:_ORDERS]],
        "more_orders": len(waiting) > _ORDERS,
        # Also what the operator did about it at its own desk: it was added and invited there.
        "deeds": accounts.trail(TrailFilter(seller=tenant.code, kind="deed"), limit=_DEEDS),
        "members": accounts.members(tenant.id),
        "invitations": [
            (one, reverse("manager-seller-withdraw", args=[tenant.code, one.id]))
            for one in accounts.invitations(tenant.id)
        ],
        "acted": accounts.representations(tenant.id, limit=10),
        "acting": accounts.represents(desk.member.id, tenant.id),
        "link": link_once(request, tenant),
        "roles": tuple(ROLES),
        "fitting": fitting_role(tenant),
        # Where nobody signs in, inviting is what comes next, before all else that is here.
        "invite_first": desk.may_manage and found is not None and found.why == "invite",
    }
    return render(request, "web/manager/seller.html", given)


@manager_desk()
def paper(_request: HttpRequest, desk: Desk, seller: str, paper: int) -> HttpResponse:
    """Give the copy that is kept with a seller's paper."""
    return copy_of(_seller(seller), paper)


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


@require_POST
@manager_desk(Need.MANAGE)
def withdraw(request: HttpRequest, desk: Desk, seller: str, invitation: int) -> HttpResponse:
    """Make an invitation to a seller worthless that nobody took yet."""
    tenant = _seller(seller)
    services.withdraw_invitation(tenant_id=tenant.id, invitation_id=invitation)
    messages.success(request, words.word("The invitation was withdrawn."))
    return redirect("manager-seller", seller=tenant.code)


@manager_desk()
def shops(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show all shops with how each stands: last test, stock to tell, orders."""
    told = {one.shop_id: one for one in listings.stock_to_tell()}
    pulled = {one.shop_id: one for one in orders.pulls()}
    names = {one.id: one for one in accounts.sellers()}
    trials = channels.trials()
    rows = [
        {
            "shop": one,
            "name": showing.shop_name(one),
            "owner": names.get(one.tenant_id),
            "trial": trials.get(one.id),
            "stock": told.get(one.id),
            "orders": pulled.get(one.id),
        }
        for one in channels.shops()
    ]
    return render(request, "web/manager/shops.html", {"rows": rows})


def _seller(code: str) -> TenantCard:
    tenant = accounts.tenant(code)
    if tenant.kind != "seller":
        raise Http404
    return tenant


def _shop(tenant: TenantCard, one: ShopCard) -> dict[str, Any]:
    """Return how a seller stands at one shop."""
    return {
        "shop": one,
        "name": showing.shop_name(one),
        "trial": channels.trial(one.id),
        "counts": listings.readiness_counts(tenant.id, [one.id]),
    }


def _first(tenant: TenantCard, places: list[ShopCard]) -> list[Said]:
    """Return what has to be there before anything can be held at all, and is not."""
    if listings.plans(tenant.id, limit=1, ordinary=True):
        return []
    lacking = [] if catalogue.products_page(tenant.id, limit=1) else ["no_file"]
    lacking += [] if places else ["no_shop"]
    kinds = [WHY[one] for one in lacking or ["no_plan"]]
    return [Said(0, words.word(one.template), words.word(one.mend), one.code) for one in kinds]


def _holds(tenant: TenantCard, places: list[ShopCard]) -> Iterator[Said]:
    """Yield the largest reasons for holds, as of the newest plan of each shop."""
    categories = catalogue.categories(tenant.id)
    shops, seen = {one.id: one for one in places}, set()
    for plan in listings.plans(tenant.id, ordinary=True):
        shop = shops.get(plan.shop_id)
        if shop is None or shop.id in seen:
            continue
        seen.add(shop.id)
        for group in sorted(plan.holds, key=lambda one: -one.offers)[:_HOLDS]:
            category = categories.get(group.group)
            where = [showing.shop_name(shop)] if len(places) > 1 else []
            where += [" / ".join(category.path)] if category else []
            yield showing.hold(group, " · ".join(where), shop.currency)
