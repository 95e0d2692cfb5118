"""Pages for what did not go well, in the reader's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from torgpred.web.desks import open_to_all


def _page(request: HttpRequest, status: int, title: str, what: str, symbol: str) -> HttpResponse:
    told = {"title": title, "what": what, "symbol": symbol}
    return render(request, "web/failed.html", told, status=status)


@open_to_all
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: there is no such thing, or it is not this person's to see."""
    title = _("Nothing is here")
    what = _("There is no such page, or it belongs to somebody else.")
    return _page(request, 404, title, what, "search-x")


@open_to_all
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: the member's role does not go so far."""
    title = _("Your role does not allow this")
    what = _("You may look at this desk, not change it. Ask its manager for another role.")
    return _page(request, 403, title, what, "lock")


@open_to_all
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: the form came from elsewhere or is too old."""
    title = _("This form is too old")
    what = _("Go back, load the page again and send the form once more.")
    return _page(request, 403, title, what, "rotate-ccw")


@open_to_all
def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500: a fault of ours, which the log holds."""
    title = _("Something broke here")
    what = _("The fault is ours and has been written down. Try again in a minute.")
    return _page(request, 500, title, what, "bug")
