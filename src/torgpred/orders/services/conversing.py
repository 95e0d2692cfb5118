"""Messages of a shop are taken in: whose they are, what they answer, who waits.

A message belongs to the order it names, else to the order its buyer wrote about last, else to the
shop's owner; an order of several sellers is the owner's too, who may give the dialogue to one of
them. An own message that nobody wrote here was written in the cabinet: it answers all that the
buyer asked in this shop before it. One written here answers what its writer could see.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import connection

from torgpred.channels.core.orders import RawMessage
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.clock import now
from torgpred.orders import models
from torgpred.orders.core.messages import CONTINUES, TakenMessage, same_text, taken
from torgpred.orders.models import MessageState
from torgpred.runtime.options import options

_LATEST: Final = """
    SELECT DISTINCT ON (buyer) buyer, order_number, last_at FROM orders_dialogue
    WHERE shop_id = %s AND buyer = ANY(%s) ORDER BY buyer, last_at DESC, id DESC
"""
_DIALOGUES: Final = """
    INSERT INTO orders_dialogue AS known (tenant_id, shop_id, buyer, order_number, last_at)
    SELECT %s, %s, buyer, number, last_at
    FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS given (buyer, number, last_at)
    ORDER BY buyer, number
    ON CONFLICT (shop_id, buyer, order_number)
        DO UPDATE SET last_at = greatest(known.last_at, excluded.last_at)
"""
_BELONG: Final = """
    UPDATE orders_dialogue dialogue
    SET order_id = known.id, tenant_id = coalesce(alone.seller_id, dialogue.tenant_id)
    FROM orders_order known
    LEFT JOIN LATERAL (
        SELECT min(part.seller_id) AS seller_id FROM orders_consignment part
        WHERE part.order_id = known.id HAVING count(*) = 1
    ) alone ON true
    WHERE dialogue.shop_id = %s AND dialogue.order_number <> '' AND dialogue.order_id IS NULL
      AND known.shop_id = dialogue.shop_id AND known.remote_id = dialogue.order_number
    RETURNING dialogue.id
"""
_FOLLOW: Final = """
    UPDATE orders_message message SET tenant_id = dialogue.tenant_id
    FROM orders_dialogue dialogue
    WHERE dialogue.id = message.dialogue_id AND dialogue.id = ANY(%s)
      AND message.tenant_id <> dialogue.tenant_id
"""
_MESSAGES: Final = """
    INSERT INTO orders_message
        (tenant_id, dialogue_id, shop_id, remote_id, at, from_buyer, text, read, state, written_by,
         trouble)
    SELECT dialogue.tenant_id, dialogue.id, dialogue.shop_id, given.remote_id, given.at,
           given.from_buyer, given.text, given.read, 'there', '', ''
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::boolean[], %s::text[],
                %s::boolean[]) WITH ORDINALITY
         AS given (remote_id, buyer, number, at, from_buyer, text, read, no)
    JOIN orders_dialogue dialogue ON dialogue.shop_id = %s AND dialogue.buyer = given.buyer
     AND dialogue.order_number = given.number
    ORDER BY given.no
    ON CONFLICT (shop_id, remote_id) DO NOTHING
"""
_ANSWERED: Final = """
    UPDATE orders_dialogue dialogue
    SET answered_until = greatest(dialogue.answered_until, given.at)
    FROM unnest(%s::text[], %s::timestamptz[]) AS given (buyer, at)
    WHERE dialogue.shop_id = %s AND dialogue.buyer = given.buyer
"""
_WAITING: Final = """
    UPDATE orders_dialogue dialogue SET waiting_since = (
        SELECT min(message.at) FROM orders_message message
        WHERE message.dialogue_id = dialogue.id AND message.from_buyer
          AND (dialogue.answered_until IS NULL OR message.at > dialogue.answered_until))
    WHERE dialogue.shop_id = %s AND dialogue.buyer = ANY(%s)
"""
_SENT: Final = """
    UPDATE orders_dialogue dialogue
    SET answered_until = greatest(dialogue.answered_until, %(until)s),
        last_at = greatest(dialogue.last_at, %(at)s)
    WHERE dialogue.id = %(dialogue)s
"""

Key = tuple[str, str]
"""(buyer, number of the order, empty where none)."""


class _Placed(msgspec.Struct, frozen=True):
    """A message and the order whose dialogue it belongs to."""

    message: TakenMessage
    number: str

    @property
    def key(self) -> Key:
        return self.message.buyer, self.number


def take_in(card: ShopCard, told: Iterable[RawMessage]) -> int:
    """Take a page of a shop's messages in, oldest first; return how many are new.

    Repeating it is safe: a message is recognised by (shop, remote id). What is so old that it
    would be erased at once is left out. Inside the caller's operator scope, one process a shop.
    """
    moment = now()
    oldest = moment - timedelta(days=options().buyer_data_days)
    kept = [taken(one, moment) for one in told]
    fresh = _unknown(card, [one for one in kept if one.at >= oldest])
    new = _but_written_here(card, fresh)
    placed = _place(card, new)
    _write(card, placed)
    belong(card.id)
    answered = [one for one in placed if not one.message.from_buyer]
    with connection.cursor() as cursor:
        latest: dict[str, datetime] = {}
        for one in answered:
            at = latest.get(one.message.buyer, one.message.at)
            latest[one.message.buyer] = max(at, one.message.at)
        cursor.execute(_ANSWERED, [list(latest), list(latest.values()), card.id])
    count_waiting(card.id, {one.buyer for one in fresh})
    return len(new)


def belong(shop_id: int) -> None:
    """Give dialogues whose order was read by now to it, and so to its seller."""
    with connection.cursor() as cursor:
        cursor.execute(_BELONG, [shop_id])
        cursor.execute(_FOLLOW, [[row[0] for row in cursor.fetchall()]])


def count_waiting(shop_id: int, buyers: Iterable[str]) -> None:
    """Find anew which of these buyers' messages is the oldest that waits."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [shop_id, sorted(buyers)])


def stands(message: models.Message, remote_id: str, at: datetime) -> None:
    """Record that a message written here stands at the marketplace: it answers what was seen.

    Inside the caller's operator scope. An id that another message has is not taken.
    """
    # The dialogue before the message, as everybody else who changes both.
    dialogue = models.Dialogue.objects.select_for_update().get(pk=message.dialogue_id)
    free = not models.Message.objects.filter(
        shop_id=message.shop_id, remote_id=remote_id
    ).exists()  # fmt: skip
    if remote_id and free:
        message.remote_id = remote_id
    message.state, message.at, message.trouble = MessageState.THERE, at, ""
    message.save(update_fields=["remote_id", "state", "at", "trouble"])
    with connection.cursor() as cursor:
        cursor.execute(
            _SENT, {"until": message.seen_until, "at": at, "dialogue": message.dialogue_id}
        )
    count_waiting(message.shop_id, [dialogue.buyer])


def _unknown(card: ShopCard, kept: Sequence[TakenMessage]) -> list[TakenMessage]:
    known = set(
        models.Message.objects.filter(
            shop_id=card.id, remote_id__in=[one.remote_id for one in kept]
        ).values_list("remote_id", flat=True)
    )
    by_id = {one.remote_id: one for one in kept if one.remote_id not in known}
    return list(by_id.values())


def _but_written_here(card: ShopCard, fresh: Sequence[TakenMessage]) -> list[TakenMessage]:
    """Return the messages but for those that were written here and whose id was not known yet.

    Where an answer got lost on its way back, this is how it is found to have been sent: an own
    message with the same text in the same dialogue, one for each that was written.
    """
    own = {one.buyer for one in fresh if not one.from_buyer}
    if not own:
        return list(fresh)
    waiting = list(
        models.Message.objects.filter(
            shop_id=card.id,
            remote_id=None,
            from_buyer=False,
            state__in=[MessageState.TRYING, MessageState.THERE],
            dialogue__buyer__in=own,
        )
        .select_related("dialogue")
        .order_by("id")
    )
    new = []
    for one in fresh:
        found = None if one.from_buyer else _same(waiting, one)
        if found is None:
            new.append(one)
        else:
            waiting.remove(found)
            stands(found, one.remote_id, one.at)
    return new


def _same(waiting: Sequence[models.Message], told: TakenMessage) -> models.Message | None:
    for one in waiting:
        if one.dialogue.buyer == told.buyer and same_text(one.text, told.text):
            return one
    return None


def _place(card: ShopCard, new: Sequence[TakenMessage]) -> list[_Placed]:
    """Find each message's order: named, or what its buyer wrote about last."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [card.id, sorted({one.buyer for one in new})])
        latest = {buyer: (number, at) for buyer, number, at in cursor.fetchall()}
    placed = []
    for one in new:
        number = one.order_number
        before = latest.get(one.buyer)
        # Without the buyer's id nobody knows whether two messages are one person's.
        if not number and one.buyer and before is not None and abs(one.at - before[1]) <= CONTINUES:
            number = before[0]
        if before is None or one.at >= before[1]:
            latest[one.buyer] = (number, one.at)
        placed.append(_Placed(one, number))
    return placed


def _write(card: ShopCard, placed: Sequence[_Placed]) -> None:
    if not placed:
        return
    last: dict[Key, datetime] = {}
    for one in placed:
        last[one.key] = max(last.get(one.key, one.message.at), one.message.at)
    with connection.cursor() as cursor:
        cursor.execute(
            _DIALOGUES,
            [
                card.tenant_id,
                card.id,
                [buyer for buyer, _ in last],
                [number for _, number in last],
                list(last.values()),
            ],
        )
        messages = [one.message for one in placed]
        cursor.execute(
            _MESSAGES,
            [
                [one.remote_id for one in messages],
                [one.buyer for one in messages],
                [one.number for one in placed],
                [one.at for one in messages],
                [one.from_buyer for one in messages],
                [one.text for one in messages],
                [one.read for one in messages],
                card.id,
            ],
        )
