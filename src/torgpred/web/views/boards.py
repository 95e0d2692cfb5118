"""The live board of a sale day: of the house, or of one seller."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from torgpred.web.board import figures, showing
from torgpred.web.desks import Desk, home_of, manager_desk, seller_desk


@manager_desk()
def operator(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what all sellers sell now."""
    return _shown(request, desk, reverse("manager-board"))


@seller_desk()
def seller(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what this seller sells now."""
    return _shown(request, desk, reverse("seller-board", kwargs={"code": desk.tenant.code}))


def _shown(request: HttpRequest, desk: Desk, here: str) -> HttpResponse:
    language = get_language() or "en"
    board = figures.board(desk.tenant)
    given = {
        # Made by our own templates, which escape what others wrote.
        "figures": mark_safe(showing.figures_of(board, language)),  # noqa: S308
        "course": mark_safe(showing.course_of(board, language)),  # noqa: S308
        "stream": f"{here}stream",
        "home": home_of(desk.tenant),
        # On a wall at night; whoever wants it light chooses so.
        "theme": "light" if request.COOKIES.get("theme") == "light" else "dark",
    }
    return render(request, "web/board/page.html", given)
