"""API tokens: how programs come in, what each may do, and its end."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.accounts import services
from torgpred.accounts.core.tokens import SCOPES
from torgpred.accounts.selectors.tokens import tokens
from torgpred.runtime.secrets import seal, unseal
from torgpred.web import words
from torgpred.web.desks import Desk, Need, manager_desk, seller_desk

_ONCE: Final = "a token, shown once"
_DAYS: Final = ("7", "30", "90", "366")


def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the tokens, and the secret of the one that was just made."""
    made = request.session.get("token")
    secret = ""
    if made and made["tenant"] == desk.tenant.id:
        del request.session["token"]
        secret = unseal(str(made["secret"]), _ONCE)
    given = {
        "tokens": tokens(desk.tenant.id),
        "secret": secret,
        "scopes": SCOPES.items(),
        "days": _DAYS,
        "may": desk.may_manage and not desk.represents,
    }
    return render(request, "web/tokens.html", given)


def _make(request: HttpRequest, desk: Desk) -> HttpResponse:
    if desk.represents:  # the seller's programs are the seller's to let in
        raise PermissionDenied
    days = request.POST.get("days", "")
    _, secret = services.make_token(
        tenant_id=desk.tenant.id,
        name=request.POST.get("name", ""),
        scopes=request.POST.getlist("scope"),
        days=int(days) if days in _DAYS else 0,
        made_by=desk.member.email,
        member_id=desk.member.id,
    )
    request.session["token"] = {"tenant": desk.tenant.id, "secret": seal(secret, _ONCE)}
    return _back(desk)


def _revoke(request: HttpRequest, desk: Desk, token: int) -> HttpResponse:
    services.revoke_token(tenant_id=desk.tenant.id, token_id=token)
    messages.success(request, words.word("The token opens nothing any more."))
    return _back(desk)


def _back(desk: Desk) -> HttpResponse:
    if desk.tenant.kind == "operator":
        return redirect("manager-tokens")
    return redirect("seller-tokens", code=desk.tenant.code)


seller_index = seller_desk()(index)
seller_make = require_POST(seller_desk(Need.MANAGE)(_make))
seller_revoke = require_POST(seller_desk(Need.MANAGE)(_revoke))
operator_index = manager_desk()(index)
operator_make = require_POST(manager_desk(Need.MANAGE)(_make))
operator_revoke = require_POST(manager_desk(Need.MANAGE)(_revoke))
