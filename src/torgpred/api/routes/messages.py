"""Buyers' messages: dialogues, what was written, answers."""

from typing import Annotated

from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, CursorError, Limit, after_text, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.shapes.orders import Dialogues, Marked, Messages, NewAnswer, Written
from torgpred.api.shapes.values import Id
from torgpred.orders.selectors import messages as selectors
from torgpred.orders.services import answering

READ, WRITE = "orders:personal", "messages:write"

section = Section("Messages")


@section.read("/sellers/{seller}/dialogues", READ, Dialogues)
def dialogues(
    request: Entered,
    seller: str,
    cursor: Cursor,
    limit: Limit,
    everything: Annotated[bool, Query(False, description="Answered ones, too.")],
) -> dict[str, object]:
    """List the dialogues that wait for an answer, the oldest clock first."""
    of = f"dialogues {everything}"
    try:
        found = selectors.dialogues(
            request.caller.seller.id,
            everything=everything,
            after=after_text(cursor, of),
            limit=limit + 1,
        )
    except ValueError as error:
        raise CursorError from error
    rows, following = page(found, selectors.key, of=of, limit=limit)
    return {
        "items": [
            {
                "id": one.id,
                "shop": one.shop_id,
                "order": one.order,
                "last_at": one.last_at,
                "waiting_since": one.waiting_since,
                "answer_by": one.answer_by,
                "late": one.late,
                "unsent": one.unsent,
                "trouble": one.trouble,
            }
            for one in rows
        ],
        "next": following,
    }


@section.read("/sellers/{seller}/dialogues/{dialogue}/messages", READ, Messages)
def messages(request: Entered, seller: str, dialogue: Id) -> dict[str, object]:
    """List the messages of a dialogue, oldest first."""
    found = selectors.messages(request.caller.seller.id, dialogue)
    if not found:
        raise UnknownError
    return {"items": found}


@section.write("/sellers/{seller}/dialogues/{dialogue}/answers", WRITE, Written, status=202)
def answer_buyer(request: Entered, seller: str, dialogue: Id, given: NewAnswer) -> Written:
    """Write an answer down; a worker sends it, once. The messages tell what became of it."""
    made = answering.write_down(
        tenant_id=request.caller.seller.id,
        dialogue_id=dialogue,
        text=given.text,
        actor=request.caller.actor,
    )
    return Written(message=made)


@section.write("/sellers/{seller}/dialogues/{dialogue}/read", WRITE, Marked, whole=False)
def mark_dialogue_read(request: Entered, seller: str, dialogue: Id) -> Marked:
    """Mark the buyer's messages of a dialogue as read, at the marketplace too."""
    marked = answering.mark_read(tenant_id=request.caller.seller.id, dialogue_id=dialogue)
    return Marked(marked=marked)
