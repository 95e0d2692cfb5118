"""Coming in: one's desks, an invitation, language and light, the demo's doors."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.errors import UnknownInvitationError
from torgpred.accounts.core.values import TenantCard
from torgpred.kernel.errors import TorgpredError
from torgpred.web import demo_door, words
from torgpred.web.desks import home_of, open_to_all, signed_in

_BACKEND = settings.AUTHENTICATION_BACKENDS[0]
_THEMES = ("light", "dark")
_YEAR = 365 * 24 * 3600


@signed_in
def desks(request: HttpRequest) -> HttpResponse:
    """Lead to a person's desk, or let it choose where it has several."""
    mine = accounts.memberships(int(request.user.pk or 0))
    if len(mine) == 1 and "choose" not in request.GET:
        return redirect(home_of(mine[0][1]))
    cards = [(member, tenant, home_of(tenant)) for member, tenant in mine]
    return render(request, "web/desks.html", {"cards": cards})


@open_to_all
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation, and take it: with a new password, or as who is signed in."""
    try:
        card = accounts.invitation(token)
    except UnknownInvitationError as error:
        raise Http404 from error
    person = request.user if request.user.is_authenticated else None
    trouble = ""
    if request.method == "POST" and card.state == "open":
        password = str(request.POST.get("password", ""))
        try:
            with services.acting(card.email):
                services.take_invitation(
                    token=token, user_id=person.pk if person else None, password=password
                )
        except TorgpredError as error:
            trouble = words.tell(error)
        else:
            tenant = accounts.tenant_by_id(card.tenant_id)
            if person is None:
                login(request, services.person_of(card.email), backend=_BACKEND)
            messages.success(request, words.say("Welcome to {tenant}.", tenant=tenant.name))
            response = redirect(home_of(tenant))
            _keep(response, settings.LANGUAGE_COOKIE_NAME, card.language)
            return response
    invited = accounts.tenant_by_id(card.tenant_id)
    given = {
        "card": card,
        "tenant": invited,
        "company": _company_of(card.invited_by, invited),
        "trouble": trouble,
        "person": person,
    }
    status = 200 if card.state == "open" else 410
    return render(request, "web/invitation.html", given, status=status)


@open_to_all
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep whether pages are light, dark, or as the machine is."""
    chosen = request.POST.get("theme", "")
    response = redirect(_next(request))
    if chosen in _THEMES:
        _keep(response, "theme", chosen)
    else:
        response.delete_cookie("theme")
    return response


@open_to_all
@require_POST
def demo_enter(request: HttpRequest, key: str) -> HttpResponse:
    """Sign a visitor of the demo in by one click; 404 everywhere else."""
    visitor = demo_door.visitor(key)
    if visitor is None:
        raise Http404
    person, tenant = demo_door.let_in(visitor)
    login(request, person, backend=_BACKEND)
    return redirect(home_of(tenant))


def _company_of(email: str, invited: TenantCard) -> str:
    """Return whose member invites: the operator, where it is one of its own, else the tenant."""
    for operator in accounts.operators():
        if any(one.email == email for one in accounts.members(operator.id)):
            return operator.name
    return invited.name


def _next(request: HttpRequest) -> str:
    given = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(given, {request.get_host()}, request.is_secure()):
        return given
    return reverse("desks")


def _keep(response: HttpResponse, name: str, value: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", secure=secure)
