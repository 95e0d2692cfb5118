"""A rehearsal shown outside: links made and withdrawn by a manager, and the page they open."""

from typing import Any, Final

import msgspec
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from torgpred.campaigns import selectors
from torgpred.campaigns.core.errors import UnknownLinkError
from torgpred.campaigns.core.money.pooling import Breakdown, Told
from torgpred.campaigns.core.rehearsing.outside import LEFT
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import sharing as reads
from torgpred.campaigns.selectors.rehearsals import RehearsalCard
from torgpred.campaigns.services import sharing
from torgpred.kernel.clock import now
from torgpred.runtime.secrets import seal, unseal
from torgpred.web import words
from torgpred.web.desks import Desk, Need, manager_desk, open_to_all

DAYS: Final = ("7", "30", "90")
RATES: Final = {"shared": "120/10m/ip"}
"""How many of these pages an address may look at: a meeting does not reach it, guessing does."""
TOO_OFTEN: Final = _("You looked at many pages in a short time. Try again in some minutes.")
_ONCE: Final = "a rehearsal's link, shown once"
_ORDER: Final = ("hour1", "hour6", "hour12", "hour24", LEFT)


@require_POST
@manager_desk(Need.MANAGE)
def share(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Make a link to a rehearsal, which the next page shows once."""
    card = selectors.campaign(campaign)
    chosen, days = request.POST.get("rehearsal", ""), request.POST.get("days", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise Http404
    token = sharing.share(
        campaign_id=card.id,
        rehearsal_id=int(chosen),
        days=int(days) if days in DAYS else sharing.DAYS,
        actor=desk.actor,
    )
    address = request.build_absolute_uri(reverse("shared-rehearsal", kwargs={"token": token}))
    request.session["shared"] = {"campaign": card.id, "link": seal(address, _ONCE)}
    request.deed_about = card.code  # type: ignore[attr-defined]
    page = reverse("manager-campaign-rehearsal", kwargs={"campaign": card.code})
    return redirect(f"{page}?of={int(chosen)}#outside")


@require_POST
@manager_desk(Need.MANAGE)
def withdraw(request: HttpRequest, desk: Desk, campaign: str, link: int) -> HttpResponse:
    """Let a link open nothing any more."""
    card = selectors.campaign(campaign)
    sharing.withdraw_link(campaign_id=card.id, link_id=link, actor=desk.actor)
    messages.success(request, words.word("The link opens nothing any more."))
    request.deed_about = card.code  # type: ignore[attr-defined]
    return redirect("manager-campaign-rehearsal", campaign=card.code)


def of_campaign(request: HttpRequest, card: CampaignCard, chosen: RehearsalCard) -> dict[str, Any]:
    """Return what the manager's page says of links, and the address of one just made, once."""
    made = request.session.get("shared")
    address = ""
    if made and made["campaign"] == card.id:
        del request.session["shared"]
        address = unseal(str(made["link"]), _ONCE)
    least = card.outline.least_sellers
    return {
        "made": address,
        "links": [
            {"one": one, "this": one.rehearsal_id == chosen.id} for one in reads.open_links(card.id)
        ],
        "days": DAYS,
        "usual_days": str(sharing.DAYS),
        "least": least,
        "enough": reads.shown_outside(card.id, chosen.id, least=least) is not None,
    }


@open_to_all
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show whoever has the link what the rehearsal came to: no seller's part, no offer."""
    within = ratelimit.consume(
        request, app="torgpred", action="shared", config=RATES, limit_get=True
    )
    if not within:
        return _page(request, {"trouble": words.word(TOO_OFTEN)}, status=429)
    try:
        found = reads.shared(token)
    except UnknownLinkError as error:
        raise Http404 from error
    given: dict[str, Any] = {
        "found": found,
        "card": found.card,
        "day": found.day,
        "given": found.rehearsal.assumptions,
        "so_far": now() < found.card.outline.sold_until,
    }
    if found.day is not None:
        given["gone"] = _by_the_clock(found.day.gone)
    return _page(request, given)


def _by_the_clock(gone: Breakdown) -> list[Told]:
    """Return the groups with the first hour first; those told together name the earliest first."""
    groups = [*gone.shown, *([] if gone.together is None else [gone.together])]
    named = [
        msgspec.structs.replace(one, names=tuple(sorted(one.names, key=_ORDER.index)))
        for one in groups
    ]
    return sorted(named, key=lambda one: _ORDER.index(one.names[0]))


def _page(request: HttpRequest, given: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "web/campaigns/shared.html", given, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
