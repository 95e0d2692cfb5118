"""A seller's part of campaigns: what was judged and put forward, its yes, how far it is."""

from typing import Annotated

from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, onward, page
from torgpred.api.problems import NotAllowedError, UnfitError
from torgpred.api.registering import Section
from torgpred.api.routes.showing_campaigns import (
    campaign_shape,
    nomination_shape,
    rules_shape,
    running_shape,
    verdict_shape,
    whole,
)
from torgpred.api.shapes.campaigns import (
    AnswerName,
    Campaigns,
    Consented,
    NewConsents,
    Nominations,
    RulesShape,
    RunningShape,
    Verdicts,
    WholeCampaign,
    Withdrawal,
    Withdrawn,
)
from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import consenting

READ, CONSENT = "campaigns:read", "campaigns:consent"
_ONE = "/sellers/{seller}/campaigns/{campaign}"

section = Section("Campaigns of a seller")


@section.read("/sellers/{seller}/campaigns", READ, Campaigns)
def list_sellers_campaigns(
    request: Entered, seller: str, cursor: Cursor, limit: Limit
) -> dict[str, object]:
    """List the campaigns in which something of the seller's was put forward, the newest first."""
    before, of = after_number(cursor, "sellers campaigns"), "sellers campaigns"
    found = sorted(selectors.campaigns(request.caller.seller.id), key=lambda one: -one.id)
    rows, following = page(
        [one for one in found if before is None or one.id < before],
        lambda one: one.id, of=of, limit=limit,
    )  # fmt: skip
    return {"items": [campaign_shape(one) for one in rows], "next": following}


@section.read(_ONE, READ, WholeCampaign)
def sellers_campaign(request: Entered, seller: str, campaign: str) -> dict[str, object]:
    """Tell a campaign, and how far the seller's own nominations are."""
    return whole(_campaign(request, campaign), request.caller.seller.id)


@section.read(_ONE + "/rules", READ, RulesShape)
def sellers_campaign_rules(request: Entered, seller: str, campaign: str) -> dict[str, object]:
    """Tell the rule set that a campaign goes by, with its source."""
    return rules_shape(_campaign(request, campaign))


@section.read(_ONE + "/verdicts", READ, Verdicts)
def sellers_verdicts(
    request: Entered,
    seller: str,
    campaign: str,
    cursor: Cursor,
    limit: Limit,
    answer: Annotated[AnswerName | None, Query(None, description="Only these.")],
) -> dict[str, object]:
    """List what was judged of the seller's own offers, with what stands in the way."""
    card, of, owner = _campaign(request, campaign), "sellers verdicts", request.caller.seller
    which = Which(seller_id=owner.id, answer=None if answer is None else Answer(answer))
    found, following = selectors.verdicts(
        card.id, seller_id=owner.id, which=which, after=after_number(cursor, of) or 0, limit=limit
    )
    rows = [verdict_shape(one, {owner.id: owner.code}) for one in found]
    return {"items": rows, "next": onward(of, following)}


@section.read(_ONE + "/nominations", READ, Nominations)
def sellers_nominations(
    request: Entered, seller: str, campaign: str, cursor: Cursor, limit: Limit
) -> dict[str, object]:
    """List the seller's offers that are put forward: price, what is kept, the worst case."""
    card, of, owner = _campaign(request, campaign), "sellers nominations", request.caller.seller
    found = selectors.nominations(
        card.id, seller_id=owner.id, after=after_number(cursor, of) or 0, limit=limit + 1
    )
    rows, following = page(found, lambda one: one.id, of=of, limit=limit)
    shown = [nomination_shape(one, {owner.id: owner.code}) for one in rows]
    return {"items": shown, "next": following}


@section.write(_ONE + "/consents", CONSENT, Consented)
def consent(request: Entered, seller: str, campaign: str, given: NewConsents) -> Consented:
    """Say yes to terms that were seen, all or none, or to all that a rule takes now.

    Only the seller's own tokens may: nobody agrees in its place.
    """
    _require_own(request)
    card, owner, actor = _campaign(request, campaign), request.caller.seller, request.caller.actor
    if bool(given.offers) == bool(given.rule):
        raise UnfitError(first="give either offers or a rule")
    if given.rule:
        done = consenting.consent_by_rule(
            seller_id=owner.id, campaign_id=card.id, rule=given.rule, actor=actor
        )
    else:
        seen = {one.nomination: one.digest for one in given.offers}
        done = consenting.consent(seller_id=owner.id, campaign_id=card.id, seen=seen, actor=actor)
    return Consented(agreed=done.agreed, before=done.before, left_out=done.left_out)


@section.write(_ONE + "/consents/withdraw", CONSENT, Withdrawn)
def withdraw_consents(request: Entered, seller: str, campaign: str, given: Withdrawal) -> Withdrawn:
    """Take a yes back, some or all, until the campaign is settled. The seller's tokens alone."""
    _require_own(request)
    card = _campaign(request, campaign)
    gone = consenting.withdraw(
        seller_id=request.caller.seller.id,
        campaign_id=card.id,
        nomination_ids=given.nominations,
        actor=request.caller.actor,
    )
    return Withdrawn(withdrawn=gone)


@section.read(_ONE + "/running", READ, RunningShape)
def sellers_running(request: Entered, seller: str, campaign: str) -> dict[str, object]:
    """Tell how far the seller is in each shop: pieces kept, prices planned, what is wrong."""
    card, owner = _campaign(request, campaign), request.caller.seller
    found = selectors.readiness(card.id, seller_id=owner.id)
    return running_shape(card, found, {owner.id: owner.code})


def _require_own(request: Entered) -> None:
    if request.caller.on_behalf:
        raise NotAllowedError(scope=f"{CONSENT} of the seller itself")


def _campaign(request: Entered, code: str) -> CampaignCard:
    return selectors.campaign(code, seller_id=request.caller.seller.id)
