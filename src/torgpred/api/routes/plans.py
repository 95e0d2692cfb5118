"""Plans: asked for, read, applied, their receipts, taken back."""

from typing import Annotated

from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.routes.shops import shop_of
from torgpred.api.routes.showing import plan_shape
from torgpred.api.shapes.shops import (
    Action,
    Apply,
    Asked,
    NewPlan,
    Plans,
    PlanShape,
    ReceiptShape,
    Requests,
    State,
    Steps,
)
from torgpred.listings import selectors as listings
from torgpred.listings.core.errors import UnknownPlanError
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services import applying, requesting

READ, WRITE = "plans:read", "plans:write"

section = Section("Plans")


@section.read("/sellers/{seller}/plans", READ, Plans)
def plans(request: Entered, seller: str, cursor: Cursor, limit: Limit) -> dict[str, object]:
    """List the plans, the newest first."""
    found = listings.plans(
        request.caller.seller.id, limit + 1, before=after_number(cursor, "plans")
    )
    rows, following = page(found, lambda one: one.id, of="plans", limit=limit)
    return {"items": [plan_shape(one) for one in rows], "next": following}


@section.write("/sellers/{seller}/plans", WRITE, Asked, status=202)
def ask_plan(request: Entered, seller: str, given: NewPlan) -> Asked:
    """Ask for a plan of a shop: the shop is read anew and compared with what is desired.

    A worker makes it; look at the requests until it is there. Nothing is sent to the shop.
    """
    shop = shop_of(request, given.shop)
    made = requesting.ask_plan(
        seller_id=request.caller.seller.id, shop_id=shop.id, actor=request.caller.actor
    )
    return Asked(request=made)


@section.read("/sellers/{seller}/plan-requests", READ, Requests)
def plan_requests(request: Entered, seller: str) -> dict[str, object]:
    """List the plans that are being made, and the last ones that could not be."""
    found = listings.plan_requests(request.caller.seller.id, limit=50)
    return {
        "items": [
            {
                "id": one.id,
                "shop": one.shop_id,
                "undoes": one.undoes,
                "asked_by": one.asked_by,
                "asked_at": one.asked_at,
                "ended_at": one.ended_at,
                "trouble": one.template.format_map(one.data) if one.template else "",
            }
            for one in found
        ]
    }


@section.read("/sellers/{seller}/plans/{plan}", READ, PlanShape)
def plan(request: Entered, seller: str, plan: str) -> dict[str, object]:
    """Tell one plan: its totals, what waits for a yes, what is held and why."""
    return plan_shape(_plan(request, plan))


@section.read("/sellers/{seller}/plans/{plan}/steps", READ, Steps)
def steps(
    request: Entered,
    seller: str,
    plan: str,
    cursor: Cursor,
    limit: Limit,
    action: Annotated[Action, Query("")],
    state: Annotated[State, Query("")],
) -> dict[str, object]:
    """List a plan's steps with what each changes and what became of it."""
    card = _plan(request, plan)
    of = f"steps {card.code} {action} {state}"
    found = listings.steps_page(
        card.seller_id,
        card.id,
        after=min(after_number(cursor, of) or 0, 2**31 - 1),
        limit=limit + 1,
        state=state,
        action=action,
    )
    rows, following = page(found, lambda one: one.number, of=of, limit=limit)
    return {"items": rows, "next": following}


@section.write("/sellers/{seller}/plans/{plan}/apply", "plans:apply", ReceiptShape, status=202)
def apply_plan(request: Entered, seller: str, plan: str, given: Apply) -> ReceiptShape:
    """Have a plan carried out; workers do it, and the receipt tells how far they are.

    What a guard holds back needs its code in `confirmed`.
    """
    card = _plan(request, plan)
    applying.begin(
        seller_id=card.seller_id,
        plan_id=card.id,
        actor=request.caller.actor,
        confirmed=given.confirmed,
    )
    return ReceiptShape.model_validate(_receipt(card))


@section.read("/sellers/{seller}/plans/{plan}/receipt", READ, ReceiptShape)
def receipt(request: Entered, seller: str, plan: str) -> dict[str, object]:
    """Tell what an apply did so far."""
    return _receipt(_plan(request, plan))


@section.write("/sellers/{seller}/plans/{plan}/undo", WRITE, Asked, status=202)
def undo_plan(request: Entered, seller: str, plan: str) -> Asked:
    """Ask for the plan that takes this one back. Nothing is sent until that one is applied."""
    card = _plan(request, plan)
    made = requesting.ask_undo(
        seller_id=card.seller_id, plan_id=card.id, actor=request.caller.actor
    )
    return Asked(request=made)


def _plan(request: Entered, code: str) -> PlanCard:
    try:
        card = listings.plan(code)
    except UnknownPlanError as error:
        raise UnknownError from error
    if card.seller_id != request.caller.seller.id:
        raise UnknownError
    return card


def _receipt(card: PlanCard) -> dict[str, object]:
    found = listings.receipt(card.seller_id, card.id)
    return {
        "plan": found.plan,
        "state": found.state,
        "steps": found.steps,
        "offers": found.offers,
        "refusals": dict(found.refusals),
    }
