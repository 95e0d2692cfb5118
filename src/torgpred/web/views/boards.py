"""The live board of a sale day: of the house, or of one seller."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.core.watching import shown_first
from torgpred.web.board import figures, joint_sale, showing
from torgpred.web.desks import Desk, home_of, manager_desk, seller_desk

ALL: Final = "all"
"""Asks for all sales and no campaign."""


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
    choices = joint_sale.choices(desk.tenant)
    chosen = _chosen(request, choices)
    sale = None if chosen is None else joint_sale.watched(desk.tenant, chosen.id)
    campaign = {"campaign": chosen.code} if chosen else {}
    given = {
        # Made by our own templates, which escape what others wrote.
        "figures": mark_safe(showing.figures_of(board, language, sale)),  # noqa: S308
        "course": mark_safe(showing.course_of(board, language)),  # noqa: S308
        # With the page's language: tabs share a stream by its address, those of one language.
        "stream": f"{here}stream?{urlencode({**campaign, 'language': language})}",
        "home": home_of(desk.tenant),
        "choices": choices,
        "chosen": chosen,
        "moves": _moves(desk, chosen),
        "here": request.get_full_path(),
        # On a wall at night; whoever wants it light chooses so.
        "theme": "light" if request.COOKIES.get("theme") == "light" else "dark",
    }
    return render(request, "web/board/page.html", given)


def _chosen(request: HttpRequest, choices: Sequence[CampaignCard]) -> CampaignCard | None:
    """Return the campaign that is asked for; unasked the one that runs now. Raises Http404."""
    code = request.GET.get("campaign")
    if code is None:
        return shown_first(choices)
    if code == ALL:
        return None
    found = next((one for one in choices if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _moves(desk: Desk, chosen: CampaignCard | None) -> list[str]:
    """Return how a member may halt a campaign here, or let it go on."""
    if chosen is None or desk.tenant.kind != "operator" or not desk.may_manage:
        return []
    return {State.RUNNING: ["paused"], State.PAUSED: ["running"]}.get(chosen.state, [])
