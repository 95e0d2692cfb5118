"""Asks: the register, figures, their recomputation, dossiers; for the operator's tokens alone."""

from typing import Annotated

import msgspec
from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, page
from torgpred.api.registering import Section
from torgpred.api.shapes.asks import (
    Asks,
    AskShape,
    DossierShape,
    FigureShape,
    NewAsk,
    NewFigure,
    NewState,
    VerificationShape,
    WholeShape,
)
from torgpred.api.shapes.values import NO_CONTROL
from torgpred.asks import selectors
from torgpred.asks.selectors.checking import verify
from torgpred.asks.selectors.dossier import dossier
from torgpred.asks.services import asking, evidence

READ, WRITE = "asks:read", "asks:write"

section = Section("Asks", operator_only=True)


@section.read("/asks", READ, Asks)
def list_asks(
    request: Entered,
    cursor: Cursor,
    limit: Limit,
    state: Annotated[
        str, Query("", max_length=20, pattern=NO_CONTROL, description="A state, or `open`.")
    ],
) -> dict[str, object]:
    """List the operator's asks, the newest first."""
    before = after_number(cursor, "asks") or 0
    found = selectors.asks(state=state, before=before, limit=limit + 1)
    rows, following = page(found, lambda one: one.id, of="asks", limit=limit)
    return {"items": rows, "next": following}


@section.write("/asks", WRITE, AskShape, status=201)
def begin_ask(request: Entered, given: NewAsk) -> AskShape:
    """Begin an ask as a draft."""
    made = asking.new_ask(
        family=given.family, kind=given.kind, title=given.title, texts=dict(given.texts),
        asked_by=given.asked_by, campaign=given.campaign, made_by=request.caller.actor,
    )  # fmt: skip
    return AskShape.model_validate(made)


@section.read("/asks/{ask}", READ, WholeShape)
def ask(request: Entered, ask: str) -> dict[str, object]:
    """Tell an ask with its figures, also those that are withheld outside."""
    found = selectors.whole(ask)
    return {"ask": found.card, "figures": found.figures}


@section.write("/asks/{ask}/figures", WRITE, FigureShape, status=201)
def make_figure(request: Entered, ask: str, given: NewFigure) -> FigureShape:
    """Make a figure by a query of the library as of now, and seal it into the ask's chain."""
    made = evidence.add_figure(
        code=ask, query=given.query, params=given.params, says=given.says,
        made_by=request.caller.actor,
    )  # fmt: skip
    return FigureShape.model_validate(made)


@section.write("/asks/{ask}/state", WRITE, AskShape)
def move_ask(request: Entered, ask: str, given: NewState) -> AskShape:
    """Move an ask to another state."""
    made = asking.move_ask(code=ask, wanted=given.state, note=given.note, by=request.caller.actor)
    return AskShape.model_validate(made)


@section.read("/asks/{ask}/verification", READ, VerificationShape)
def verify_ask(
    request: Entered,
    ask: str,
    seal: Annotated[
        str,
        Query("", max_length=64, pattern="^[0-9a-f]*$", description="Is this seal in the chain?"),
    ],
) -> object:
    """Recompute every figure of an ask from its stored query; name those that changed."""
    return verify(ask, known=seal)


@section.read("/asks/{ask}/dossier", READ, DossierShape)
def ask_dossier(request: Entered, ask: str) -> dict[str, object]:
    """Give an ask as it may be handed out: figures of small groups are withheld."""
    return {"dossier": msgspec.to_builtins(dossier(ask))}
