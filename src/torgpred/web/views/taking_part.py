"""Campaigns at a seller's desk: terms in money, saying yes, taking it back, the cabinet's pack."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.campaigns import selectors
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import CampaignCard, NominationCard
from torgpred.campaigns.services import consenting, packs
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.web import showing, words
from torgpred.web.campaign_prices import counted_from
from torgpred.web.desks import Desk, Need, seller_desk

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SETTLED: Final = (State.FROZEN, State.RUNNING, State.PAUSED, State.OVER)


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the campaigns in which something of the seller's was put forward."""
    found = selectors.campaigns(desk.tenant.id)
    standings = selectors.standings([one.id for one in found], seller_id=desk.tenant.id)
    given = {"rows": [{"card": one, "standing": standings[one.id]} for one in found]}
    return render(request, "web/campaigns/mine.html", given)


@seller_desk()
def show(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show the terms of each offer: its price, what is left, the worst case, pieces to be kept."""
    card = _campaign(desk, campaign)
    after = request.GET.get("after", "")
    found = selectors.nominations(
        card.id,
        seller_id=desk.tenant.id,
        after=showing.whole_number(after or "0"),
        limit=showing.PAGE + 1,
    )
    page = showing.page(found, lambda one: str(one.id), after)
    offers = catalogue.offers_of(desk.tenant.id, [one.offer_key for one in found])
    readiness = selectors.readiness(card.id, seller_id=desk.tenant.id)
    given = {
        "card": card,
        "standing": selectors.standing(card.id, seller_id=desk.tenant.id),
        "page": page,
        "names": {key: one.name for key, one in offers.items()},
        "counted_from": counted_from(card.rules),
        "worst": _worst(found[: showing.PAGE]),
        "open": card.state is State.OPEN,
        "settled": card.state in _SETTLED,
        "readiness": [
            {"one": one, "shop": showing.shop_name(shop),
             "troubles": [(it.place, *words.tell_finding(it, shop.currency))
                          for it in one.troubles]}
            for one in readiness
            for shop in [channels.shop(one.shop_id)]
        ],
        "proofs": selectors.proofs(card.id, seller_id=desk.tenant.id),
    }  # fmt: skip
    return render(request, "web/campaigns/terms.html", given)


@require_POST
@seller_desk(Need.ACT)
def agree(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Say yes to the terms that were on the screen, offer by offer or by a rule."""
    card = _campaign(desk, campaign)
    rule = request.POST.get("rule", "").strip()
    if rule:
        done = consenting.consent_by_rule(
            seller_id=desk.tenant.id, campaign_id=card.id, rule=rule, actor=desk.actor
        )
    else:
        done = consenting.consent(
            seller_id=desk.tenant.id,
            campaign_id=card.id,
            seen=dict(_chosen(request)),
            actor=desk.actor,
        )
    told = words.say(_("You said yes to {n} offers."), n=done.agreed)
    messages.success(request, told)
    return redirect("seller-campaign", code=desk.tenant.code, campaign=card.code)


@require_POST
@seller_desk(Need.ACT)
def take_back(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Take a yes back, while it may be."""
    card = _campaign(desk, campaign)
    gone = consenting.withdraw(
        seller_id=desk.tenant.id,
        campaign_id=card.id,
        nomination_ids=[number for number, _digest in _chosen(request)],
        actor=desk.actor,
    )
    messages.success(request, words.say(_("Your yes to {n} offers is taken back."), n=gone))
    return redirect("seller-campaign", code=desk.tenant.code, campaign=card.code)


@seller_desk()
def pack(request: HttpRequest, desk: Desk, campaign: str, shop: int) -> HttpResponse:
    """Send the workbook to go by in the marketplace's cabinet."""
    card = _campaign(desk, campaign)
    content = packs.pack(
        campaign_id=card.id, seller_id=desk.tenant.id, shop_id=shop, say=words.word
    )
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="campaign-{card.code}-{shop}.xlsx"'
    return response


@require_POST
@seller_desk(Need.ACT)
def prove(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Keep what shows that the marketplace has the enrolment."""
    card = _campaign(desk, campaign)
    given = request.FILES.get("file")
    packs.give_proof(
        campaign_id=card.id,
        seller_id=desk.tenant.id,
        shop_id=showing.whole_number(request.POST.get("shop", "")),
        note=request.POST.get("note", ""),
        actor=desk.actor,
        name="" if given is None else str(given.name),
        file=None if given is None else given.file,
    )
    messages.success(request, _("The proof is kept."))
    return redirect("seller-campaign", code=desk.tenant.code, campaign=card.code)


def _campaign(desk: Desk, code: str) -> CampaignCard:
    return selectors.campaign(code, seller_id=desk.tenant.id)


def _chosen(request: HttpRequest) -> list[tuple[int, str]]:
    """Return (nomination, digest of the terms that were shown) of what was ticked."""
    found = []
    for one in request.POST.getlist("offer"):
        number, _dot, digest = one.partition(".")
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        found.append((int(number), digest))
    return found


def _worst(rows: Sequence[NominationCard]) -> list[tuple[str, Decimal]]:
    """Return what all of a page's offers together leave less than usual, by currency."""
    found: dict[str, Decimal] = {}
    for one in rows:
        currency, worst = one.terms.currency, one.terms.worst
        if worst is not None:
            found[currency] = found.get(currency, Decimal(0)) + worst
    return sorted(found.items())
