"""Rehearsals of a campaign: asked for, followed and stopped; a seller sees its own part."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from torgpred.accounts import selectors as accounts
from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, page
from torgpred.api.registering import Section
from torgpred.api.shapes.campaigns import NoDetails
from torgpred.api.shapes.rehearsals import (
    NewRehearsal,
    OwnRehearsal,
    Rehearsals,
    RehearsalShape,
    WholeRehearsal,
)
from torgpred.api.shapes.values import Id
from torgpred.campaigns import selectors
from torgpred.campaigns.core.rehearsing.days import SellerDay, beside
from torgpred.campaigns.core.rehearsing.demand import Assumptions
from torgpred.campaigns.selectors import rehearsals as reads
from torgpred.campaigns.selectors.rehearsals import Facts, RehearsalCard
from torgpred.campaigns.services import rehearsing

READ, WRITE = "campaigns:read", "campaigns:write"
_FACTORS = ("crowd", "elasticity", "position", "unknown")

section = Section("Campaigns", operator_only=True)
own = Section("Campaigns")


@section.read("/campaigns/{campaign}/rehearsals", READ, Rehearsals)
def list_rehearsals(
    request: Entered, campaign: str, cursor: Cursor, limit: Limit
) -> dict[str, object]:
    """List a campaign's rehearsals, the newest first."""
    before = after_number(cursor, "rehearsals")
    found = reads.rehearsals(selectors.campaign(campaign).id, before=before, limit=limit + 1)
    rows, following = page(found, lambda one: one.id, of="rehearsals", limit=limit)
    return {"items": [_shape(one) for one in rows], "next": following}


@section.write("/campaigns/{campaign}/rehearsals", WRITE, RehearsalShape, status=202)
def start_rehearsal(request: Entered, campaign: str, given: NewRehearsal) -> RehearsalShape:
    """Let a worker rehearse the campaign on a copy. Nothing of it reaches a marketplace.

    Read it by its number to see how far it is. One at a time.
    """
    told = given.model_dump(exclude={"minutes", "agreed_only"})
    told |= {name: Decimal(told[name]) for name in _FACTORS}
    card = selectors.campaign(campaign)
    asked = rehearsing.ask(
        campaign_id=card.id,
        assumptions=Assumptions(**told),
        actor=request.caller.actor,
        minutes=given.minutes,
        agreed_only=given.agreed_only,
    )
    return RehearsalShape.model_validate(_shape(reads.rehearsal(asked)))


@section.read("/campaigns/{campaign}/rehearsals/{rehearsal}", READ, WholeRehearsal)
def read_rehearsal(request: Entered, campaign: str, rehearsal: Id) -> dict[str, object]:
    """Tell how far a rehearsal is, and what came of it beside what was really sold."""
    card = selectors.campaign(campaign)
    found = reads.rehearsal(rehearsal, campaign_id=card.id)
    parts = reads.parts(card.id, seller_id=None, rehearsal_id=found.id)
    codes = {one.id: one.code for one in accounts.sellers()}
    facts = reads.facts(card, seller_id=None) if parts else Facts({}, {})
    return _shape(found) | {"parts": _parts((one.day for one in parts), facts, codes)}


@section.write("/campaigns/{campaign}/rehearsals/{rehearsal}/stop", WRITE, RehearsalShape)
def stop_rehearsal(
    request: Entered, campaign: str, rehearsal: Id, given: NoDetails
) -> RehearsalShape:
    """Let a rehearsal not go on; one that has ended stays as it is."""
    card = selectors.campaign(campaign)
    found = reads.rehearsal(rehearsal, campaign_id=card.id)
    rehearsing.stop(found.id)
    return RehearsalShape.model_validate(_shape(reads.rehearsal(found.id)))


@own.read("/sellers/{seller}/campaigns/{campaign}/rehearsal", READ, OwnRehearsal)
def own_rehearsal(request: Entered, seller: str, campaign: str) -> dict[str, object]:
    """Tell a seller its own part of the newest rehearsal, beside what it really sold."""
    owner = request.caller.seller
    card = selectors.campaign(campaign, seller_id=owner.id)
    parts = reads.parts(card.id, seller_id=owner.id)
    shops = tuple(one.day.shop_id for one in parts)
    facts = reads.facts(msgspec.structs.replace(card, shop_ids=shops), seller_id=owner.id)
    return {
        "at": parts[0].at if parts else None,
        "assumptions": msgspec.structs.asdict(parts[0].assumptions) if parts else None,
        "agreed_only": bool(parts) and parts[0].agreed_only,
        "parts": _parts((one.day for one in parts), facts, {owner.id: owner.code}),
    }


def _shape(card: RehearsalCard) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(card),
        "rehearsal": card.id,
        "state": card.state.value,
        "stage": None if card.stage is None else card.stage.value,
    }


def _parts(
    days: Iterable[SellerDay], facts: Facts, codes: Mapping[int, str]
) -> list[dict[str, Any]]:
    return [
        {
            **msgspec.structs.asdict(day),
            "seller": codes.get(day.seller_id, ""),
            "shop": day.shop_id,
            "parcels": day.handling.parcels,
            "parcels_known": day.handling.known,
            "offers": [
                {
                    **msgspec.structs.asdict(row.rehearsed),
                    "sku": row.rehearsed.offer_key,
                    "basis": row.rehearsed.basis.value,
                    "sold_out_minute": row.rehearsed.sold_out,
                    "in_fact": row.sold.pieces,
                }
                for row in beside(day, facts.offers)
            ],
        }
        for day in days
    ]
