"""Joint shops: who is admitted, what of theirs stands there, admitting and withdrawing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.channels import selectors as channels
from torgpred.channels import services
from torgpred.channels.core.shops import ShopCard
from torgpred.orders.core.joint import blocks
from torgpred.orders.selectors.joint import guests
from torgpred.orders.services import joint
from torgpred.web import showing, words
from torgpred.web.desks import Desk, Need, manager_desk


@manager_desk()
def show(request: HttpRequest, desk: Desk, shop: int) -> HttpResponse:
    """Show a joint shop's sellers and what stands there."""
    card = _joint(shop)
    found = guests(card.id)
    inside = {one.seller_id for one in found}
    given = {
        "shop": card,
        "name": showing.shop_name(card),
        "rows": [
            {"guest": one, "blocks": [words.tell_finding(why) for why in blocks(one)]}
            for one in found
        ],
        "others": [one for one in accounts.sellers() if one.id not in inside],
        "trial": channels.trial(card.id),
    }
    return render(request, "web/manager/joint.html", given)


@require_POST
@manager_desk(Need.MANAGE)
def admit(request: HttpRequest, desk: Desk, shop: int) -> HttpResponse:
    """Let a seller's goods into a joint shop."""
    card, tenant = _joint(shop), _seller(request)
    services.admit_seller(shop_id=card.id, seller_id=tenant.id)
    request.deed_about = f"{tenant.code} {card.id}"  # type: ignore[attr-defined]
    messages.success(request, words.say(_("{seller} is admitted."), seller=tenant.name))
    return redirect("manager-joint", shop=card.id)


@require_POST
@manager_desk(Need.MANAGE)
def dismiss(request: HttpRequest, desk: Desk, shop: int) -> HttpResponse:
    """Withdraw a seller's admission, once nothing of it is left there."""
    card, tenant = _joint(shop), _seller(request)
    joint.dismiss(shop_id=card.id, seller_id=tenant.id)
    request.deed_about = f"{tenant.code} {card.id}"  # type: ignore[attr-defined]
    messages.success(
        request, words.say(_("{seller} is no longer in this shop."), seller=tenant.name)
    )
    return redirect("manager-joint", shop=card.id)


def _joint(shop: int) -> ShopCard:
    card = channels.shop(shop)
    if not card.joint:
        raise Http404
    return card


def _seller(request: HttpRequest) -> TenantCard:
    tenant = accounts.tenant(request.POST.get("seller", ""))
    if tenant.kind != "seller":
        raise Http404
    return tenant
