"""Campaigns at the manager's desk: drawing up, judging, putting forward, settling, running."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.core.moves import MOVES, State
from torgpred.campaigns.core.outline import Outline, Phase, PhaseKind
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.selectors import errands
from torgpred.campaigns.services import drawing_up, judging_anew, moving, nominating, simulating
from torgpred.channels import selectors as channels
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding
from torgpred.web import formats, showing, words
from torgpred.web.desks import Desk, Need, back, manager_desk
from torgpred.web.labels import LABELS

_REASONS: Final = 12
_MOVES: Final = {
    State.OPEN: Need.ACT,
    State.FROZEN: Need.MANAGE,
    State.PAUSED: Need.MANAGE,
    State.RUNNING: Need.MANAGE,
    State.CANCELLED: Need.MANAGE,
}


_PROVED: Final = frozenset({State.FROZEN, State.RUNNING, State.PAUSED})
"""States in which each shop is to have proved its enrolment."""


class FormError(TorgpredError):
    """A field of the form cannot be so."""

    code = "web.campaign_form"
    template = gettext_noop("{field}: {value} cannot be read. {mend}")


class PercentMissingError(TorgpredError):
    """Nothing was written where a percent is asked for."""

    code = "web.percent_missing"
    template = gettext_noop("A number is missing: write how many percent would be taken off.")


class PercentError(TorgpredError):
    """What was written is no percent."""

    code = "web.percent"
    template = gettext_noop("{value} is no number. Write how many percent would be taken off.")


@manager_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show all campaigns, and the form for a new one."""
    found = selectors.campaigns()
    standings = selectors.standings([one.id for one in found])
    given = {
        "rows": [{"card": one, "standing": standings[one.id]} for one in found],
        "rules": selectors.rule_sets(),
        "shops": [{"id": one.id, "name": showing.shop_name(one)} for one in channels.shops()],
        "countries": formats.countries(),
        "zones": sorted(one for one in available_timezones() if "/" in one),
    }
    return render(request, "web/campaigns/index.html", given)


@require_POST
@manager_desk(Need.ACT)
def draw_up(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Draw a new campaign up as a draft."""
    card = drawing_up.draw_up(
        name=request.POST.get("name", ""),
        rules=request.POST.get("rules", ""),
        outline=_outline(request),
        shop_ids=[showing.whole_number(one) for one in request.POST.getlist("shop")],
        actor=desk.actor,
    )
    request.deed_about = card.code  # type: ignore[attr-defined]
    return redirect("manager-campaign", campaign=card.code)


@manager_desk()
def show(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show one campaign: what it waits for, who may take part, who agreed, how it runs."""
    card = selectors.campaign(campaign)
    sellers = {one.id: one for one in accounts.sellers()}
    shops = {one: showing.shop_name(channels.shop(one)) for one in card.shop_ids}
    proofs = selectors.proofs(card.id)
    proved = {(one.seller_id, one.shop_id) for one in proofs}
    given = {
        "card": card,
        "shops": list(shops.values()),
        "moves": [one.value for one in MOVES[card.state] if _offered(card, one, desk)],
        "troubles": [_said(one) for one in selectors.look_over(card)],
        "answers": _answers(card),
        "standing": selectors.standing(card.id),
        "sellers": list(sellers.values()),
        "places": _places(card, sellers, shops, proved),
        "proofs": [
            {"one": one, "seller": sellers.get(one.seller_id), "shop": shops.get(one.shop_id, "")}
            for one in proofs
        ],
        **_judged(card),
        **_simulated(card),
    }  # fmt: skip
    return render(request, "web/campaigns/campaign.html", given)


@require_POST
@manager_desk(Need.ACT)
def simulate(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Ask what another percent off would change; a worker works it out."""
    card = selectors.campaign(campaign)
    given = request.POST.get("percent", "").strip()
    if not given:
        raise PercentMissingError
    try:
        change = Change(percent=_read(given, "percent"))
    except FormError as error:
        raise PercentError(value=given) from error
    simulating.ask(campaign_id=card.id, change=change, actor=desk.actor)
    request.deed_about = card.code  # type: ignore[attr-defined]
    return redirect("manager-campaign", campaign=card.code)


@manager_desk()
def simulation(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show how far that is: the part of the campaign's page that is asked for again and again."""
    card = selectors.campaign(campaign)
    given = _simulated(card)
    response = render(request, "web/campaigns/simulation.html", {"card": card, **given})
    if not given.get("simulating"):
        response["HX-Refresh"] = "true"  # what was due was judged by the way: the counts changed
    return response


@require_POST
@manager_desk(Need.ACT)
def judge(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Ask that the verdicts be brought up to date; a worker does it."""
    card = selectors.campaign(campaign)
    judging_anew.ask(campaign_id=card.id, actor=desk.actor)
    return redirect("manager-campaign", campaign=card.code)


@manager_desk()
def judging(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show how far that is: the part of the campaign's page that is asked for again and again."""
    card = selectors.campaign(campaign)
    given = _judged(card)
    response = render(request, "web/campaigns/judging.html", {"card": card, **given})
    if not given["under_way"]:
        response["HX-Refresh"] = "true"  # what came of it stands elsewhere on the page
    return response


@require_POST
@manager_desk(Need.ACT)
def nominate(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Put forward all offers that may take part and leave so much."""
    card = selectors.campaign(campaign)
    most = request.POST.get("most", "").strip()
    done = nominating.nominate(
        campaign_id=card.id,
        which=Which(least_margin=_number(request, "margin")),
        actor=desk.actor,
        most_pieces=showing.whole_number(most) if most else None,
    )
    told = words.say(_("{n} offers were put forward; their sellers are asked."), n=done.nominated)
    messages.success(request, told)
    return redirect("manager-campaign", campaign=card.code)


@require_POST
@manager_desk(Need.ACT)
def price(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Propose an offer at less than the rules let pass, or at the highest again."""
    card = selectors.campaign(campaign)
    key = request.POST.get("offer", "")
    shop_id = showing.whole_number(request.POST.get("shop", ""))
    done = nominating.set_price(
        campaign_id=card.id,
        seller_id=showing.whole_number(request.POST.get("seller", "")),
        shop_id=shop_id,
        offer_key=key,
        price=_number(request, "price"),
        actor=desk.actor,
    )
    for one in done.refused:
        for why in one.reasons:
            said = showing.remark(why, channels.shop(shop_id).currency)
            messages.error(request, f"{key}: {said.message} {said.mend}", extra_tags="unkept")
    if not done.refused:
        told = words.say(_("{offer} is proposed so; its seller is asked."), offer=key)
        messages.success(request, told)
    return redirect(back(request, desk))


@require_POST
@manager_desk(Need.ACT)
def move(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Move a campaign to another state."""
    card = selectors.campaign(campaign)
    try:
        wanted = State(request.POST.get("to", ""))
    except ValueError as error:
        raise Http404 from error
    if not _offered(card, wanted, desk):
        raise Http404
    moving.move(
        campaign_id=card.id,
        wanted=wanted,
        actor=desk.actor,
        reason=request.POST.get("reason", "")[:500],
    )
    request.deed_about = f"{card.code} {wanted.value}"  # type: ignore[attr-defined]
    if "back" in request.POST:
        return redirect(back(request, desk))
    return redirect("manager-campaign", campaign=card.code)


def _places(
    card: CampaignCard,
    sellers: Mapping[int, TenantCard],
    shops: Mapping[int, str],
    proved: AbstractSet[tuple[int, int]],
) -> list[dict[str, Any]]:
    """Return how far each seller is in each shop: what it agreed to, and once settled what runs."""
    standings = selectors.standings_by_place(card.id)
    running = {(one.seller_id, one.shop_id): one for one in selectors.readiness(card.id)}
    found = []
    for place in sorted(standings.keys() | running.keys()):
        one = running.get(place)
        found.append({
            "one": one, "standing": standings.get(place), "seller": sellers.get(place[0]),
            "shop": shops.get(place[1], ""),
            "troubles": [_said(it) for it in one.troubles] if one else [],
            "unproved": one is not None and card.state in _PROVED and place not in proved,
        })  # fmt: skip
    return found


def _offered(card: CampaignCard, wanted: State, desk: Desk) -> bool:
    """Tell whether a member may move a campaign so; the clock alone starts and ends one."""
    by_clock = wanted is State.RUNNING and card.state is not State.PAUSED
    need = _MOVES.get(wanted)
    return wanted in MOVES[card.state] and not by_clock and need in desk.rights


def _answers(card: CampaignCard) -> list[dict[str, Any]]:
    """Return how many offers were answered so, and the reasons that stand in their way."""
    counts = selectors.counts(card.id)
    found: list[dict[str, Any]] = []
    for answer in Answer:
        mine = [one for one in counts if one.answer is answer]
        codes: dict[str, int] = {}
        for one in mine:
            if one.code:
                codes[one.code] = codes.get(one.code, 0) + one.offers
        reasons = sorted(codes.items(), key=lambda pair: -pair[1])[:_REASONS]
        total = sum(one.offers for one in mine)
        told = [(code, reason_of(card, code), many) for code, many in reasons]
        found.append({"answer": answer.value, "offers": total, "reasons": told})
    return found


def reason_of(card: CampaignCard, code: str) -> str:
    """Name a reason in short; a check without a short name by what it says of an offer."""
    name = words.label("campaign reason", code)
    if code in LABELS["campaign reason"]:
        return name
    found, _next = selectors.verdicts(card.id, seller_id=None, which=Which(code=code), limit=1)
    for one in found:
        for said in one.reasons:
            if said.code == code:
                return words.tell_finding(said.finding, channels.shop(one.shop_id).currency)[0]
    return name


def _judged(card: CampaignCard) -> dict[str, Any]:
    """Return what the page shows of the newest judging: how far it is, or what it did."""
    found = errands.judging(card.id)
    if found is None:
        return {"judging": None, "under_way": False}
    return {
        "judging": found,
        "under_way": found.ended_at is None,
        "judging_trouble": words.say(found.template, **found.data) if found.template else "",
    }


def _simulated(card: CampaignCard) -> dict[str, Any]:
    """Return what the page shows of the newest simulation: how far it is, or what would change."""
    found = errands.simulation(card.id)
    if found is None:
        return {"simulation": None}
    passing = sum(one.offers for one in selectors.counts(card.id) if one.answer is Answer.YES)
    return {
        "simulation": found,
        "simulating": found.ended_at is None,
        # What it was held against is no longer what the page tells.
        "outdated": found.outcome is not None and found.outcome.now.yes != passing,
        "tried": found.outcome,
        "tried_percent": found.change.percent,
        "simulation_trouble": words.say(found.template, **found.data) if found.template else "",
    }


def _said(finding: Finding) -> dict[str, str]:
    # Areas name a marketplace by its family's code; any other value stays what it is.
    called = msgspec.structs.replace(finding, value=showing.market_name(finding.value))
    message, mend = words.tell_finding(called)
    level = {"error": "bad", "warning": "warn"}.get(finding.severity.value, "info")
    return {"place": finding.place, "message": message, "mend": mend, "level": level}


def _outline(request: HttpRequest) -> Outline:
    zone = request.POST.get("zone", "").strip()
    starts, ends = _moment(request, "starts", zone), _moment(request, "ends", zone)
    return Outline(
        zone=zone,
        starts=starts,
        ends=ends,
        country=request.POST.get("country", "").strip().upper(),
        percent=_number(request, "percent"),
        floor=_number(request, "floor"),
        least_pieces=showing.whole_number(request.POST.get("pieces", "1") or "1"),
        local_first=request.POST.get("local") == "1",
        phases=(Phase(PhaseKind.SALE, starts, ends),),
    )


def _moment(request: HttpRequest, name: str, zone: str) -> datetime:
    given = request.POST.get(name, "")
    try:
        return datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        mend = gettext_noop("Give date and time, and a time zone such as Europe/Moscow.")
        raise FormError(field=name, value=f"{given} {zone}", mend=mend) from error


def _number(request: HttpRequest, name: str) -> Decimal | None:
    given = request.POST.get(name, "").strip()
    return _read(given, name) if given else None


def _read(given: str, name: str) -> Decimal:
    try:
        found = Decimal(given.replace(",", "."))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= Decimal(10) ** 9:
        raise FormError(field=name, value=given, mend=gettext_noop("Give a number."))
    return found
