"""Members of a tenant: who they are, invitations, roles."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.values import TenantCard
from torgpred.runtime.secrets import seal, unseal
from torgpred.web import words
from torgpred.web.desks import ROLES, Desk, Need, manager_desk, seller_desk

View = Callable[..., HttpResponse]


_ONCE: Final = "an invitation, shown once"


def link_of(request: HttpRequest, token: str) -> str:
    """Return an invitation's whole address, shown once."""
    return request.build_absolute_uri(reverse("invitation", kwargs={"token": token}))


def invite_from(request: HttpRequest, tenant: TenantCard, desk: Desk) -> None:
    """Invite whom the form names, and show the link once."""
    token = services.invite(
        tenant_id=tenant.id,
        email=request.POST.get("email", ""),
        name=request.POST.get("name", ""),
        role=request.POST.get("role", ""),
        language=request.POST.get("language", "ru"),
        invited_by=desk.actor,
    )
    request.session["invitation"] = {
        "tenant": tenant.id,
        "link": seal(link_of(request, token), _ONCE),
    }
    told = words.say(
        "Invited: {who}. Company: {company}. Role: {role}.",
        who=request.POST.get("name", "").strip(),
        company=tenant.name,
        role=words.label("role", request.POST.get("role", "")),
    )
    messages.success(request, told)


def fitting_role(tenant: TenantCard) -> str:
    """Return the role to suggest: whoever comes first invites the others, so it is a manager.

    An invitation that nobody took yet changes nothing: else the suggestion would be another one
    from one invitation to the next.
    """
    members = {one.role for one in accounts.members(tenant.id) if one.ended_at is None}
    return "staff" if "manager" in members else "manager"


def link_once(request: HttpRequest, tenant: TenantCard | None) -> str:
    """Return the link of an invitation just made, to a tenant or any; it is shown once."""
    kept = request.session.get("invitation")
    if not kept or (tenant is not None and kept["tenant"] != tenant.id):
        return ""
    del request.session["invitation"]
    return unseal(str(kept["link"]), _ONCE)


def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the members, open invitations and who of the operator acted here."""
    tenant = desk.tenant
    prefix = "manager" if tenant.kind == "operator" else "seller"
    here = {} if prefix == "manager" else {"code": tenant.code}

    def withdraw(invitation: int) -> str:
        name = f"{prefix}-invitation-withdraw"
        return reverse(name, kwargs={**here, "invitation": invitation})

    given = {
        "members": accounts.members(tenant.id),
        "invitations": [(one, withdraw(one.id)) for one in accounts.invitations(tenant.id)],
        "acted": accounts.representations(tenant.id) if tenant.kind == "seller" else (),
        "link": link_once(request, tenant),
        "roles": tuple(ROLES),
        "fitting": fitting_role(tenant),
        "names": {
            "invite": "manager-member-invite" if prefix == "manager" else "seller-invite",
            "role": f"{prefix}-member-role",
            "end": f"{prefix}-member-end",
        },
    }
    return render(request, "web/members.html", given)


def _back(desk: Desk) -> HttpResponse:
    if desk.tenant.kind == "operator":
        return redirect("manager-members")
    return redirect("seller-members", code=desk.tenant.code)


def _invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    invite_from(request, desk.tenant, desk)
    return _back(desk)


def _role(request: HttpRequest, desk: Desk, member: int) -> HttpResponse:
    services.set_role(tenant_id=desk.tenant.id, member_id=member, role=request.POST.get("role", ""))
    messages.success(request, words.word("The role was changed."))
    return _back(desk)


def _end(request: HttpRequest, desk: Desk, member: int) -> HttpResponse:
    services.end_membership(tenant_id=desk.tenant.id, member_id=member)
    messages.success(request, words.word("The membership was ended."))
    return _back(desk)


def _withdraw(request: HttpRequest, desk: Desk, invitation: int) -> HttpResponse:
    services.withdraw_invitation(tenant_id=desk.tenant.id, invitation_id=invitation)
    messages.success(request, words.word("The invitation was withdrawn."))
    return _back(desk)


seller_index = seller_desk()(index)
seller_invite = require_POST(seller_desk(Need.MANAGE)(_invite))
seller_role = require_POST(seller_desk(Need.MANAGE)(_role))
seller_end = require_POST(seller_desk(Need.MANAGE)(_end))
seller_withdraw = require_POST(seller_desk(Need.MANAGE)(_withdraw))
operator_index = manager_desk()(index)
operator_invite = require_POST(manager_desk(Need.MANAGE)(_invite))
operator_role = require_POST(manager_desk(Need.MANAGE)(_role))
operator_end = require_POST(manager_desk(Need.MANAGE)(_end))
operator_withdraw = require_POST(manager_desk(Need.MANAGE)(_withdraw))
