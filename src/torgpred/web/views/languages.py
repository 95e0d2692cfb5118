"""The switch of languages."""

from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from torgpred.web.desks import open_to_all


@open_to_all
def choose(request: HttpRequest) -> HttpResponse:
    """Keep a reader's language and go back to the page read."""
    return set_language(request)
