"""Desks: who works at which, and with which rights.

A view is registered by one of the decorators here, which also say who may enter it; a test walks
all routes and finds every one of them so registered. Whoever is no member of a tenant gets the
same 404 for it as for one that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.values import MemberCard, Seat, TenantCard
from torgpred.kernel.errors import TorgpredError
from torgpred.web import demo_door, navigation, words

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
View = Callable[..., HttpResponse]


class Need(StrEnum):
    """What a member must be allowed to do to enter a route."""

    SEE = "see"
    ACT = "act"
    MANAGE = "manage"


ROLES: Final[dict[str, frozenset[Need]]] = {
    "manager": frozenset(Need),
    "staff": frozenset({Need.SEE, Need.ACT}),
    "reader": frozenset({Need.SEE}),
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may enter a route: "public", "person" (signed in), or a member of a kind of tenant."""

    whose: str
    need: Need = Need.SEE


@dataclass(frozen=True, slots=True)
class Desk:
    """A tenant's desk and who sits at it; `represents`: the operator's member, for the seller."""

    tenant: TenantCard
    member: MemberCard
    represents: bool = False

    @property
    def actor(self) -> str:
        """Return who acts, as rows and the audit name them."""
        return (
            f"{self.member.email} (for {self.tenant.code})"[:254]
            if self.represents
            else (self.member.email)
        )

    @property
    def rights(self) -> frozenset[Need]:
        """Return what may be done here."""
        return ROLES[self.member.role]

    @property
    def may_act(self) -> bool:
        """Tell whether anything may be changed here."""
        return Need.ACT in self.rights

    @property
    def may_manage(self) -> bool:
        """Tell whether members may be invited and changed here."""
        return Need.MANAGE in self.rights


def open_to_all(view: View) -> View:
    """Register a view that needs no sign-in."""
    return _marked(view, Access("public"))


def signed_in(view: View) -> View:
    """Register a view for whoever is signed in."""

    @wraps(view)
    def entered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return view(request, *args, **kwargs)

    return _marked(entered, Access("person"))


def seller_desk(need: Need = Need.SEE) -> Callable[[View], View]:
    """Register a view of a seller's desk: view(request, desk, ...)."""
    return _desk("seller", need)


def manager_desk(need: Need = Need.SEE) -> Callable[[View], View]:
    """Register a view of the operator's desk: view(request, desk, ...)."""
    return _desk("operator", need)


def partner_desk(need: Need = Need.SEE) -> Callable[[View], View]:
    """Register a view of a partner's desk: view(request, desk, ...)."""
    return _desk("partner", need)


def _desk(kind: str, need: Need) -> Callable[[View], View]:
    def register(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, code: str = "", **kwargs: object) -> HttpResponse:
            if any("\0" in one for _, values in request.GET.lists() for one in values):
                raise Http404  # PostgreSQL takes no NUL in a text
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            found = _find(request, kind, code)
            if not isinstance(found, Desk):
                return found
            if need not in found.rights:
                raise PermissionDenied
            request.desk = found  # type: ignore[attr-defined]
            if request.method in SAFE:
                return _read(request, found, view, kwargs)
            return _write(request, found, view, kwargs)

        return _marked(entered, Access(kind, need))

    return register


def _marked(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def _find(request: HttpRequest, kind: str, code: str) -> Desk | HttpResponse:
    """Return the desk a person may sit at; a manager who has not stepped in is led to do so."""
    found = accounts.seat(int(request.user.pk or 0), kind, code)
    if found is None:
        raise Http404
    if isinstance(found, Seat):
        return Desk(found.tenant, found.member, found.represents)
    return redirect("manager-seller", seller=accounts.tenant(code).code)


def _read(request: HttpRequest, desk: Desk, view: View, given: dict[str, object]) -> HttpResponse:
    try:
        return view(request, desk, **given)
    except TorgpredError as error:
        if ".unknown_" in error.code:
            raise Http404 from error
        told = {"what": words.tell(error)}
        return render(request, "web/trouble.html", told, status=409)


def _write(request: HttpRequest, desk: Desk, view: View, given: dict[str, object]) -> HttpResponse:
    try:
        with services.acting(desk.actor):
            response = view(request, desk, **given)
    except TorgpredError as error:
        if ".unknown_" in error.code:
            raise Http404 from error
        # The page's script puts back what was typed (static/web/app.js).
        messages.error(request, words.tell(error), extra_tags="unkept")
        return redirect(back(request, desk))
    if response.status_code < 400:
        match = request.resolver_match
        told = getattr(request, "deed_about", "")
        about = told or next((str(one) for one in given.values()), "")
        services.record_deed(
            tenant_id=desk.tenant.id,
            email=desk.member.email,
            on_behalf=desk.represents,
            what=(match.url_name if match else None) or "",
            about=about,
        )
    return response


def back(request: HttpRequest, desk: Desk) -> str:
    """Return where to go after something was done: the page it was done on, never another host."""
    given = request.POST.get("back") or request.headers.get("referer") or ""
    if url_has_allowed_host_and_scheme(given, {request.get_host()}, request.is_secure()):
        return given
    return home_of(desk.tenant)


def home_of(tenant: TenantCard) -> str:
    """Return the address of a tenant's desk."""
    if tenant.kind == "operator":
        return reverse("manager-sellers")
    return reverse(f"{tenant.kind}-home", kwargs={"code": tenant.code})


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame shows: the desk, its navigation, languages, the theme."""
    desk = getattr(request, "desk", None)
    theme = request.COOKIES.get("theme", "")
    return {
        "desk": desk,
        "sections": navigation.sections(desk.tenant, request.path) if desk else (),
        "languages": settings.LANGUAGES,
        "theme": theme if theme in {"light", "dark"} else "",
        # Only the door asks for it, and a walk over all sellers is too dear for every page.
        "visitors": demo_door.doors,
    }
