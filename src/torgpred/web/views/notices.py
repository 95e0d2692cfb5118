"""A member's own notices: which it is told, when, and by which way."""

from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from torgpred.notices import selectors
from torgpred.notices.core.kinds import Kind
from torgpred.notices.services import sending, wishes
from torgpred.web import words
from torgpred.web.desks import Desk, manager_desk, seller_desk

_SHOWN = 20
_HOURS = range(24)


@seller_desk()
def seller(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show and keep what a member at a seller's desk is told."""
    return _page(request, desk)


@manager_desk()
def operator(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show and keep what a member of the operator is told."""
    return _page(request, desk)


def _page(request: HttpRequest, desk: Desk) -> HttpResponse:
    secret = ""
    if request.method == "POST":
        if "trial" in request.POST:
            sent = sending.trial(desk.member)
            ways = ", ".join(words.label("notice channel", one) for one in sent) or "—"
            messages.success(request, words.say("A test was sent: {ways}.", ways=ways))
            return redirect(request.path)
        secret = _keep(request, desk)
        if not secret:
            messages.success(request, _("Kept."))
            return redirect(request.path)
    wish = wishes.wish_of(desk.member)
    given = {
        "wish": wish,
        "kinds": [(one.value, one.value not in wish.off) for one in Kind],
        "zones": sorted({wish.zone, "UTC", *(one for one in available_timezones() if "/" in one)}),
        "hours": _HOURS,
        "secret": secret,
        "told": selectors.notices(desk.member.tenant_id, member_id=desk.member.id, limit=_SHOWN),
    }
    return render(request, "web/notices.html", given)


def _keep(request: HttpRequest, desk: Desk) -> str:
    told = request.POST
    return wishes.wish(
        member=desk.member,
        wanted=told.getlist("kind"),
        mail="mail" in told,
        zone=told.get("zone", ""),
        quiet=(_hour(told.get("quiet_from")), _hour(told.get("quiet_until"))),
        digest_hour=_hour(told.get("digest_hour")),
        webhook=told.get("webhook", ""),
    )


def _hour(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 3 else -1
