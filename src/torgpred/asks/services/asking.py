"""Asks made, worded and moved from state to state."""

from typing import Final

from django.db import IntegrityError, transaction

from torgpred.asks.core.entries import (
    checked_campaign,
    checked_family,
    checked_kind,
    checked_line,
    checked_text,
    checked_texts,
)
from torgpred.asks.core.errors import IllegalMoveError, NotReadyError, UnfitAskError
from torgpred.asks.core.states import MOVES, AskState
from torgpred.asks.core.values import AskCard
from torgpred.asks.models import Ask, Delivery, Move
from torgpred.asks.selectors import ask
from torgpred.asks.services.finding import held, owner
from torgpred.kernel.clock import now
from torgpred.kernel.ids import random_code
from torgpred.runtime.scope import operator_scope

_TRIES: Final = 20


def new_ask(
    *,
    family: str,
    kind: str,
    title: str,
    texts: dict[str, str],
    made_by: str,
    asked_by: str = "",
    campaign: str = "",
) -> AskCard:
    """Begin an ask as a draft, under a short code that can be read aloud.

    `asked_by` is in whose name it is asked; the operator's where it is left empty. Raises
    UnfitAskError.
    """
    operator = owner()
    fields = {
        "tenant_id": operator.id,
        "family": checked_family(family),
        "kind": checked_kind(kind).value,
        "title": checked_line("title", title, 200),
        "texts": checked_texts(texts),
        "asked_by": checked_line("name", asked_by, 200, needed=False) or operator.name,
        "campaign": checked_campaign(campaign),
        "made_by": made_by[:254],
        "made_at": now(),
    }
    for left in range(_TRIES - 1, -1, -1):
        try:
            with operator_scope():
                row = Ask.objects.create(code=random_code(), **fields)
        except IntegrityError:
            if not left:
                raise
        else:
            return ask(row.code)
    raise AssertionError  # pragma: no cover - the loop returns or raises


def word_ask(
    *, code: str, title: str, texts: dict[str, str], asked_by: str = "", campaign: str = ""
) -> AskCard:
    """Word a draft anew. Audited. Raises UnfitAskError, UnknownAskError, OverError."""
    with operator_scope():
        row = held(code)
        if row.state != AskState.DRAFT:
            raise UnfitAskError(
                what="wording", value=row.code, why="it was sent; only a draft is worded anew"
            )
        row.title = checked_line("title", title, 200)
        row.texts = checked_texts(texts)
        row.asked_by = checked_line("name", asked_by, 200, needed=False) or row.asked_by
        row.campaign = checked_campaign(campaign)
        row.save(update_fields=["title", "texts", "asked_by", "campaign"])
        return ask(row.code)


def move_ask(*, code: str, wanted: str, by: str, note: str = "") -> AskCard:
    """Move an ask to another state, as `core.states.MOVES` allows it.

    Raises UnfitAskError for a state there is none of, UnknownAskError, IllegalMoveError,
    NotReadyError: what is sent has a text, what is delivered says what was.
    """
    try:
        state = AskState(wanted)
    except ValueError as error:
        raise UnfitAskError(
            what="state", value=wanted[:40], why=f"choose of {', '.join(AskState)}"
        ) from error
    said = checked_text("note", note)
    with operator_scope():
        row = held(code, over=True)
        go(row, state, by=by, note=said)
        return ask(row.code)


def go(row: Ask, state: AskState, *, by: str, note: str = "") -> None:
    """Move a held ask. Raises IllegalMoveError, NotReadyError."""
    before = AskState(row.state)
    if state not in MOVES[before]:
        possible = ", ".join(MOVES[before]) or "nothing, it is over"
        raise IllegalMoveError(state=before.value, wanted=state.value, possible=possible)
    if state is AskState.SENT and not row.texts:
        raise NotReadyError(ask=row.code, wanted=state.value, why="say first what is asked")
    if state is AskState.DELIVERED and not Delivery.objects.filter(ask=row).exists():
        raise NotReadyError(ask=row.code, wanted=state.value, why="say first what was delivered")
    with transaction.atomic():
        row.state = state.value
        row.save(update_fields=["state"])
        Move.objects.create(
            tenant_id=row.tenant_id, ask=row, before=before.value, after=state.value, note=note,
            by=by[:254], at=now(),
        )  # fmt: skip
