"""A partner's desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.web.desks import Desk, partner_desk


@partner_desk()
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what a partner can do here: nothing yet, and what will come."""
    return render(request, "web/partner.html")
