"""Rehearsals of a campaign: asked for and followed by a manager; each seller sees its own part."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.campaigns import selectors
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.rehearsing.days import beside
from torgpred.campaigns.core.rehearsing.demand import Assumptions
from torgpred.campaigns.core.rehearsing.stages import RehearsalState
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import rehearsals
from torgpred.campaigns.selectors.rehearsals import Facts, PartCard, RehearsalCard
from torgpred.campaigns.services import rehearsing
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.web import showing
from torgpred.web.desks import Desk, Need, manager_desk, seller_desk
from torgpred.web.views import sharing

OFFERS_SHOWN: Final = 50
OFFERS_AMONG: Final = 15
"""Of each where the parts of many sellers stand one after another."""
_OPEN: Final = {State.OPEN, State.FROZEN, State.RUNNING, State.PAUSED}
_FACTORS: Final = ("crowd", "elasticity", "position", "unknown")
_WHOLE: Final = ("seed", "handling", "ship_days", "orders")


@manager_desk()
def show(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show the newest rehearsal, or the one that was chosen, and how far one under way is."""
    card = selectors.campaign(campaign)
    known = rehearsals.rehearsals(card.id)
    chosen = _chosen(request, known)
    under_way = next((one for one in known if one.ended_at is None), None)
    parts = []
    if chosen is not None:
        parts = rehearsals.parts(card.id, seller_id=None, rehearsal_id=chosen.id)
    facts = rehearsals.facts(card, seller_id=None)
    names = {one.id: one.name for one in accounts.sellers()}
    given = {
        "card": card,
        "known": [one for one in known if one.state is RehearsalState.DONE],
        "last": known[0] if known else None,
        "under_way": under_way,
        "done": chosen,
        "given": chosen.assumptions if chosen else Assumptions(),
        "minutes": f"{rehearsing.MINUTES:g}",
        "parts": [_part(card, one, facts, names.get(one.day.seller_id, "")) for one in parts],
        "revenue": sorted(chosen.totals.revenue.items()) if chosen and chosen.totals else [],
        "payout": sorted(chosen.totals.payout.items()) if chosen and chosen.totals else [],
        "any_fact": bool(facts.offers),
        "may_rehearse": desk.may_act and card.state in _OPEN and under_way is None,
    }
    if request.htmx and request.htmx.target == "rehearsing":  # type: ignore[attr-defined]
        response = render(request, "web/campaigns/rehearsing.html", given)
        if under_way is None:
            response["HX-Refresh"] = "true"  # what came of it stands elsewhere on the page
        return response
    if chosen is not None:
        given["outside"] = sharing.of_campaign(request, card, chosen)
    return render(request, "web/campaigns/rehearsal.html", given)


@require_POST
@manager_desk(Need.ACT)
def ask(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Ask a worker to rehearse the campaign."""
    card = selectors.campaign(campaign)
    rehearsing.ask(
        campaign_id=card.id,
        assumptions=_assumptions(request),
        actor=desk.actor,
        minutes=_minutes(request),
        agreed_only=request.POST.get("agreed") == "1",
    )
    request.deed_about = card.code  # type: ignore[attr-defined]
    return redirect("manager-campaign-rehearsal", campaign=card.code)


@require_POST
@manager_desk(Need.ACT)
def stop(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Let the rehearsal under way not go on."""
    card = selectors.campaign(campaign)
    for one in rehearsals.rehearsals(card.id):
        if one.ended_at is None:
            rehearsing.stop(one.id)
    request.deed_about = card.code  # type: ignore[attr-defined]
    return redirect("manager-campaign-rehearsal", campaign=card.code)


@seller_desk()
def show_mine(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show a seller its own part of the newest rehearsal, beside what it really sold."""
    card = selectors.campaign(campaign, seller_id=desk.tenant.id)
    parts = rehearsals.parts(card.id, seller_id=desk.tenant.id)
    shops = [one.day.shop_id for one in parts]
    facts = rehearsals.facts(
        msgspec.structs.replace(card, shop_ids=tuple(shops)), seller_id=desk.tenant.id
    )
    given = {
        "card": card,
        "parts": [_part(card, one, facts, "") for one in parts],
        "given": parts[0].assumptions if parts else None,
        "at": parts[0].at if parts else None,
        "agreed_only": bool(parts) and parts[0].agreed_only,
        "any_fact": bool(facts.offers),
    }
    return render(request, "web/campaigns/my_rehearsal.html", given)


def _chosen(request: HttpRequest, known: list[RehearsalCard]) -> RehearsalCard | None:
    done = [one for one in known if one.state is RehearsalState.DONE]
    wanted = request.GET.get("of", "")
    if not wanted:
        return done[0] if done else None
    found = next((one for one in done if str(one.id) == wanted), None)
    if found is None:
        raise Http404
    return found


def _part(card: CampaignCard, part: PartCard, facts: Facts, seller: str) -> dict[str, Any]:
    """Return a part as the page shows it: what most was missed and lost first."""
    day = part.day
    most = OFFERS_AMONG if seller else OFFERS_SHOWN
    rows = sorted(
        beside(day, facts.offers),
        key=lambda row: (not row.rehearsed.loses, -row.rehearsed.missed, row.rehearsed.offer_key),
    )
    keys = [row.rehearsed.offer_key for row in rows[:most]]
    names = {key: one.name for key, one in catalogue.offers_of(day.seller_id, keys).items()}
    return {
        "seller": seller,
        "shop": showing.shop_name(channels.shop(day.shop_id)),
        "day": day,
        "fact": facts.parts.get((day.seller_id, day.shop_id)),
        "rows": [
            {"one": row.rehearsed, "sold": row.sold.pieces, "difference": row.difference,
             "out": _clock(row.rehearsed.sold_out), "name": names.get(row.rehearsed.offer_key, "")}
            for row in rows[:most]
        ],
        "more": max(len(rows) - most, 0),
    }  # fmt: skip


def _clock(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def _minutes(request: HttpRequest) -> float:
    """Return the minutes that the form says, as usual where it says none; NaN is refused."""
    text = request.POST.get("minutes", "").strip()
    return float(_decimal(text)) if text else rehearsing.MINUTES


def _decimal(text: str) -> Decimal:
    """Return a number as people write it; what is none as NaN."""
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return Decimal("NaN")


def _assumptions(request: HttpRequest) -> Assumptions:
    """Return what the form says; what stands empty is as usual, what is no number is refused."""
    given: dict[str, Any] = {}
    for name in _FACTORS:
        if text := request.POST.get(name, "").strip():
            given[name] = _decimal(text)
    for name in _WHOLE:
        if text := request.POST.get(name, "").strip():
            given[name] = showing.whole_number(text)
    shape = request.POST.get("shape", "")
    if shape:
        if shape not in {"2015", "2017"}:
            raise Http404
        given["shape"] = shape
    return Assumptions(**given)
