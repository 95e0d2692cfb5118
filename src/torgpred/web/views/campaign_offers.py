"""What was judged of a campaign's offers, at the manager's desk."""

from collections.abc import Sequence
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.accounts import selectors as accounts
from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import CampaignCard, NominationCard, VerdictCard, Which
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.web import showing
from torgpred.web.desks import Desk, manager_desk
from torgpred.web.views.campaigns import reason_of

ANSWERS: Final = tuple(one.value for one in Answer)


@manager_desk()
def offers(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show the verdicts about offers, with what stands in the way."""
    card = selectors.campaign(campaign)
    answer, code = request.GET.get("answer", ""), request.GET.get("why", "")
    if answer not in {"", *ANSWERS}:
        raise Http404
    after = request.GET.get("after", "")
    seller = request.GET.get("seller", "")
    sellers = {one.id: one for one in accounts.sellers()}
    chosen = next((one.id for one in sellers.values() if one.code == seller), None)
    which = Which(seller_id=chosen, answer=Answer(answer) if answer else None, code=code)
    found, following = selectors.verdicts(
        card.id,
        seller_id=None,
        which=which,
        after=showing.whole_number(after or "0"),
        limit=showing.PAGE,
    )
    forward = _nominated(card, found)
    currencies = {one: channels.shop(one).currency for one in {row.shop_id for row in found}}
    names = _names(found)
    given = {
        "card": card,
        "rows": [
            {"one": one, "seller": sellers.get(one.seller_id),
             "name": names.get((one.seller_id, one.offer_key), ""),
             "currency": currencies[one.shop_id],
             "nomination": forward.get((one.seller_id, one.shop_id, one.offer_key)),
             "reasons": [showing.remark(why, currencies[one.shop_id]) for why in one.reasons]}
            for one in found
        ],
        "answers": ANSWERS,
        "answer": answer,
        "seller": seller,
        "why": code,
        "reason": reason_of(card, code) if code else "",
        "priced": card.state is State.OPEN and desk.may_act,
        "sellers": list(sellers.values()),
        "first": not after,
        "following": following,
    }  # fmt: skip
    return render(request, "web/campaigns/offers.html", given)


def _nominated(
    card: CampaignCard, found: Sequence[VerdictCard]
) -> dict[tuple[int, int, str], NominationCard]:
    """Return what of a page of offers is put forward, by seller, shop and key."""
    keys = [one.offer_key for one in found]
    many = selectors.nominations(card.id, seller_id=None, offer_keys=keys, limit=5_000)
    return {(one.seller_id, one.shop_id, one.offer_key): one for one in many} if keys else {}


def _names(found: Sequence[VerdictCard]) -> dict[tuple[int, str], str]:
    """Return what a page of offers is called, by seller and key."""
    keys: dict[int, list[str]] = {}
    for one in found:
        keys.setdefault(one.seller_id, []).append(one.offer_key)
    return {
        (seller, key): offer.name
        for seller, asked in keys.items()
        for key, offer in catalogue.offers_of(seller, asked).items()
    }
