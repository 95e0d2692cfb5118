"""Programmes: what they ask for, what was judged, what a seller says about itself, supply."""

from typing import Annotated, Any

import msgspec
from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_text, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.shapes.programmes import (
    Assurances,
    AssuranceShape,
    Judgements,
    NewAssurance,
    ProgrammeStandings,
    Supply,
    VerdictName,
)
from torgpred.api.shapes.values import Id
from torgpred.channels import selectors as channels
from torgpred.programmes import selectors
from torgpred.programmes.core.supply import CategorySupply
from torgpred.programmes.core.values import Programme
from torgpred.programmes.services import saying

READ, WRITE = "catalogue:read", "catalogue:write"

section = Section("Programmes")


@section.read("/programmes/{family}/{programme}/supply", READ, Supply)
def programme_supply(request: Entered, family: str, programme: str) -> dict[str, object]:
    """Tell supply by category, sellers of each country side by side. For the operator alone."""
    if request.caller.tenant.kind != "operator":
        raise UnknownError
    found = selectors.supply(selectors.programme(f"{family}/{programme}"))
    return {"items": [_category(one) for one in found]}


@section.read("/sellers/{seller}/programmes", READ, ProgrammeStandings)
def list_programmes(request: Entered, seller: str) -> dict[str, object]:
    """List the programmes of the seller's marketplaces, how many listings each would let in."""
    owner = request.caller.seller.id
    here = {one.family for one in channels.shops_of(owner)}
    known = [one for one in selectors.programmes() if one.family in here]
    return {"items": [_standing(one, owner) for one in known]}


@section.read("/sellers/{seller}/programmes/{family}/{programme}", READ, Judgements)
def judgements(
    request: Entered,
    seller: str,
    family: str,
    programme: str,
    cursor: Cursor,
    limit: Limit,
    verdict: Annotated[VerdictName | None, Query(None, description="Only these.")],
) -> dict[str, object]:
    """List the seller's offers as judged for a programme, with what the buyer is promised."""
    one = selectors.programme(f"{family}/{programme}")
    of = f"judgements {one.key}"
    found = selectors.judgements(
        one,
        request.caller.seller.id,
        verdict=verdict or "",
        after=after_text(cursor, of),
        limit=limit + 1,
    )
    rows, following = page(found, lambda card: card.key, of=of, limit=limit)
    return {"items": [_judgement(card) for card in rows], "next": following}


@section.read("/sellers/{seller}/assurances", READ, Assurances)
def list_assurances(request: Entered, seller: str) -> dict[str, object]:
    """List what the seller says about itself: returns, warranty, days to the buyer, rating."""
    found = selectors.assurances(request.caller.seller.id)
    return {"items": [_assurance(one) for one in found]}


@section.write("/sellers/{seller}/assurances", WRITE, AssuranceShape, status=201)
def say_assurance(request: Entered, seller: str, given: NewAssurance) -> AssuranceShape:
    """Keep what the seller says about itself; it takes the place of what it said before."""
    kept = saying.say(
        seller_id=request.caller.seller.id,
        kind=given.kind,
        about=given.about,
        holds=given.holds,
        text=given.text,
        number=given.number,
        given_by=request.caller.actor,
    )
    return AssuranceShape(**_assurance(kept))


@section.write("/sellers/{seller}/assurances/{assurance}/undo", WRITE, AssuranceShape)
def undo_assurance(request: Entered, seller: str, assurance: Id) -> AssuranceShape:
    """Take back what the seller said about itself; it stays in the history."""
    ended = saying.unsay(
        seller_id=request.caller.seller.id,
        assurance_id=assurance,
        undone_by=request.caller.actor,
    )
    return AssuranceShape(**_assurance(ended))


def _standing(one: Programme, seller_id: int) -> dict[str, Any]:
    counts = selectors.counts(one, seller_id)
    judged = selectors.judgings(one, seller_id)
    return {
        "programme": _programme(one),
        "counts": {
            each: getattr(counts, each) for each in ("qualifies", "nearly", "no", "unknown")
        },
        "missing": [
            {
                "code": each.code,
                "offers": each.offers,
                "frees": each.frees,
                "pieces": each.pieces,
                "message": each.finding.message,
                "mend": each.finding.mend,
            }
            for each in selectors.lacking(one, seller_id)
        ],
        "judged_at": judged[0].judged_at if judged else None,
    }


def _programme(one: Programme) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("family", "code", "version", "name", "country", "source", "dated", "near")
    }
    return {**told, "conditions": msgspec.to_builtins(one.conditions)}


def _judgement(card: selectors.JudgementCard) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: getattr(card, name)
        for name in (
            "sku", "listed", "verdict", "pieces", "abroad", "promise", "price", "currency",
            "judged_at",
        )
    }  # fmt: skip
    lacks = [{"code": one.code, "message": one.message, "mend": one.mend} for one in card.lacks]
    return {**told, "shop": card.shop_id, "lacks": lacks}


def _assurance(one: Any) -> dict[str, Any]:  # noqa: ANN401 - an Assurance, by its names
    names = ("id", "about", "holds", "text", "number", "given_by", "given_at", "undone_at")
    return {**{name: getattr(one, name) for name in names}, "kind": one.kind.value}


def _category(one: CategorySupply) -> dict[str, Any]:
    thin = one.thin
    return {
        "category": one.category,
        "path": list(one.path),
        "lacks": thin.value if thin else "",
        "sold": one.sold,
        "days_left": one.days_left,
        "sides": one.sides,
        "candidates": [
            {
                "code": each.code,
                "name": each.name,
                "country": each.country,
                "fit": each.fit.value,
                "offers": each.offers,
                "abroad": each.abroad,
            }
            for each in one.candidates
        ],
    }
