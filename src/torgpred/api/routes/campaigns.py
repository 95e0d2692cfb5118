"""Campaigns: judged, put forward, run and halted; for the operator's tokens alone."""

from decimal import Decimal
from typing import Annotated, Any

from ninja import Query

from torgpred.accounts import selectors as accounts
from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, onward, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.routes.showing_campaigns import (
    campaign_shape,
    nomination_shape,
    reasons_of,
    rules_shape,
    running_shape,
    verdict_shape,
    whole,
)
from torgpred.api.shapes.campaigns import (
    AnswerName,
    Campaigns,
    CampaignShape,
    HaltReason,
    NewNominations,
    NewPrice,
    NoDetails,
    Nominated,
    Nominations,
    RulesShape,
    RunningShape,
    Verdicts,
    WholeCampaign,
)
from torgpred.api.shapes.values import NO_CONTROL
from torgpred.campaigns import selectors
from torgpred.campaigns.core.errors import NotPausedError
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import Which
from torgpred.campaigns.services import moving, nominating

READ, WRITE = "campaigns:read", "campaigns:write"
OfSeller = Annotated[
    str, Query("", max_length=40, pattern=NO_CONTROL, description="Only this seller's.")
]

section = Section("Campaigns", operator_only=True)


@section.read("/campaigns", READ, Campaigns)
def list_campaigns(request: Entered, cursor: Cursor, limit: Limit) -> dict[str, object]:
    """List the campaigns, the newest first."""
    before = after_number(cursor, "campaigns")
    found = sorted(selectors.campaigns(), key=lambda one: -one.id)
    rows, following = page(
        [one for one in found if before is None or one.id < before],
        lambda one: one.id, of="campaigns", limit=limit,
    )  # fmt: skip
    return {"items": [campaign_shape(one) for one in rows], "next": following}


@section.read("/campaigns/{campaign}", READ, WholeCampaign)
def campaign(request: Entered, campaign: str) -> dict[str, object]:
    """Tell a campaign, and how far its nominations are."""
    return whole(selectors.campaign(campaign), None)


@section.read("/campaigns/{campaign}/rules", READ, RulesShape)
def campaign_rules(request: Entered, campaign: str) -> dict[str, object]:
    """Tell the rule set that a campaign goes by, with its source."""
    return rules_shape(selectors.campaign(campaign))


@section.read("/campaigns/{campaign}/verdicts", READ, Verdicts)
def list_verdicts(
    request: Entered,
    campaign: str,
    cursor: Cursor,
    limit: Limit,
    seller: OfSeller,
    answer: Annotated[AnswerName | None, Query(None, description="Only these.")],
) -> dict[str, object]:
    """List what was judged of offers, with what stands in the way."""
    card, of = selectors.campaign(campaign), "verdicts"
    which = Which(seller_id=_seller(seller), answer=None if answer is None else Answer(answer))
    found, following = selectors.verdicts(
        card.id, seller_id=None, which=which, after=after_number(cursor, of) or 0, limit=limit
    )
    codes = _codes()
    rows = [verdict_shape(one, codes) for one in found]
    return {"items": rows, "next": onward(of, following)}


@section.read("/campaigns/{campaign}/nominations", READ, Nominations)
def list_nominations(
    request: Entered, campaign: str, cursor: Cursor, limit: Limit
) -> dict[str, object]:
    """List the offers that are put forward, with their terms and their sellers' answers."""
    card, of = selectors.campaign(campaign), "nominations"
    found = selectors.nominations(
        card.id, seller_id=None, after=after_number(cursor, of) or 0, limit=limit + 1
    )
    rows, following = page(found, lambda one: one.id, of=of, limit=limit)
    codes = _codes()
    return {"items": [nomination_shape(one, codes) for one in rows], "next": following}


@section.write("/campaigns/{campaign}/nominations", WRITE, Nominated)
def nominate_offers(request: Entered, campaign: str, given: NewNominations) -> Nominated:
    """Put offers forward that were judged a yes. Their sellers are asked; nothing takes part yet.

    Named ones that may not take part are told with their reasons.
    """
    card = selectors.campaign(campaign)
    least = given.least_margin
    which = Which(
        seller_id=_seller(given.seller or ""),
        shop_id=given.shop,
        offer_keys=tuple(given.skus),
        least_margin=None if least is None else Decimal(least),
    )
    done = nominating.nominate(
        campaign_id=card.id,
        which=which,
        actor=request.caller.actor,
        most_pieces=given.most_pieces,
    )
    return _nominated(done)


@section.write("/campaigns/{campaign}/nominations/price", WRITE, Nominated)
def set_nominated_price(request: Entered, campaign: str, given: NewPrice) -> Nominated:
    """Propose an offer at less than the rules let pass; a yes to another price is void."""
    card = selectors.campaign(campaign)
    seller = _seller(given.seller)
    if seller is None:
        raise UnknownError
    done = nominating.set_price(
        campaign_id=card.id,
        seller_id=seller,
        shop_id=given.shop,
        offer_key=given.sku,
        price=None if given.price is None else Decimal(given.price),
        actor=request.caller.actor,
    )
    return _nominated(done)


@section.read("/campaigns/{campaign}/running", READ, RunningShape)
def campaign_running(request: Entered, campaign: str) -> dict[str, object]:
    """Tell how far each seller in each shop is: pieces kept, prices planned, what is wrong."""
    card = selectors.campaign(campaign)
    return running_shape(card, selectors.readiness(card.id), _codes())


@section.write("/campaigns/{campaign}/pause", WRITE, CampaignShape)
def pause_campaign(request: Entered, campaign: str, given: HaltReason) -> CampaignShape:
    """Take the campaign's prices back for now, as when a bank is out; pieces stay kept."""
    return _moved(campaign, State.PAUSED, given.reason, request.caller.actor)


@section.write("/campaigns/{campaign}/resume", WRITE, CampaignShape)
def resume_campaign(request: Entered, campaign: str, given: NoDetails) -> CampaignShape:
    """Let a paused campaign go on: its prices are set again."""
    if selectors.campaign(campaign).state is not State.PAUSED:
        raise NotPausedError(campaign=campaign[:20])
    return _moved(campaign, State.RUNNING, "", request.caller.actor)


@section.write("/campaigns/{campaign}/cancel", WRITE, CampaignShape)
def cancel_campaign(request: Entered, campaign: str, given: HaltReason) -> CampaignShape:
    """Cancel a campaign: prices go back, pieces are free. This cannot be taken back."""
    return _moved(campaign, State.CANCELLED, given.reason, request.caller.actor)


def _moved(code: str, wanted: State, reason: str, actor: str) -> CampaignShape:
    card = selectors.campaign(code)
    done = moving.move(campaign_id=card.id, wanted=wanted, actor=actor, reason=reason)
    return CampaignShape.model_validate(campaign_shape(done))


def _nominated(done: nominating.Nominated) -> Nominated:
    codes = _codes()
    refused: list[dict[str, Any]] = [
        {
            "seller": codes.get(one.seller_id, ""),
            "shop": one.shop_id,
            "sku": one.offer_key,
            "reasons": reasons_of(one.reasons),
        }
        for one in done.refused
    ]
    told = {"nominated": done.nominated, "unchanged": done.unchanged, "refused": refused}
    return Nominated.model_validate(told)


def _codes() -> dict[int, str]:
    return {one.id: one.code for one in accounts.sellers()}


def _seller(code: str) -> int | None:
    """Return the id of a seller, None where none is meant. Raises UnknownError."""
    if not code:
        return None
    found = next((one.id for one in accounts.sellers() if one.code == code.upper()), None)
    if found is None:
        raise UnknownError
    return found
