"""Exchange: a shop's new messages are read, then what was written here is sent.

Exactly once by look-before-retry: a message is written down, marked as on its way, sent, and
recorded. Where no clear answer came, or this process died, the mark stays: every exchange reads
the shop's messages first, which finds it if it was sent (`conversing`), and only when the
marketplace's settle time has passed and a reading up to the end has not met it, it is sent again.
A process that lost its database in the middle may still be calling: its longest call counts too.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db.models import Exists, OuterRef, Q

from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.shops import ShopCard
from torgpred.channels.core.trade import Trade
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, OutboundError, RefusedError, RetryLaterError
from torgpred.orders import models
from torgpred.orders.models import MessageState
from torgpred.orders.services import conversing, turns
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope
from torgpred.runtime.transport import WHOLE_CALL_SECONDS

AFTER_TROUBLE: Final = timedelta(seconds=30)
CALL_LASTS: Final = timedelta(seconds=WHOLE_CALL_SECONDS)
"""So long after it was marked a message may still leave, at most."""


class Exchanged(msgspec.Struct):
    """What an exchange came to, in messages; `waiting` ones are written and not yet sent."""

    new: int = 0
    sent: int = 0
    refused: int = 0
    waiting: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return msgspec.structs.asdict(self)


def exchange(*, shop_id: int, patience: float = 0.0) -> Exchanged | None:
    """Read a shop's new messages, then send what was written; None where another process does.

    A family without messages gives an empty result. `patience` is how many seconds to wait for
    the other process. Raises RetryLaterError or NeedsPersonError where the marketplace does not
    answer: what was read and sent until then is kept, the trouble too.
    """
    card = channels.shop(shop_id)
    capabilities = channel_services.family_of(shop_id).capabilities
    if not capabilities.chat:
        return Exchanged()
    connector = channel_services.open(shop_id)
    with turns.turn(turns.MESSAGES, shop_id, patience=patience) as mine:
        if not mine:
            return None
        done = Exchanged()
        settle = timedelta(seconds=capabilities.settle_seconds)
        begin = now()
        if _read(card, connector, done):
            _believe(card, begin)
            _send(card, connector, settle, done)
        done.waiting = _waiting(card)
        return done


def due() -> list[int]:
    """Return the active shops whose next exchange may begin, the longest waiting first."""
    return turns.due("orders_messagepull")


def _read(card: ShopCard, connector: Trade, done: Exchanged) -> bool:
    """Read page after page, and return whether it came to the end.

    How far it came is kept with the messages, in one transaction.
    """
    with operator_scope():
        row, _ = models.MessagePull.objects.get_or_create(
            shop_id=card.id, defaults={"tenant_id": card.tenant_id}
        )
    after = row.after
    try:
        while page := connector.messages(after):
            if page[-1].remote_id == after or jobs.stopping():
                return False
            after = page[-1].remote_id
            with operator_scope():
                done.new += conversing.take_in(card, page)
                models.MessagePull.objects.filter(shop_id=card.id).update(after=after)
    except OutboundError as error:
        _broke_off(card, error)
        raise
    with operator_scope():
        conversing.belong(card.id)
        models.MessagePull.objects.filter(shop_id=card.id).update(
            pulled_at=now(), not_before=None, trouble=""
        )
    return True


def _believe(card: ShopCard, begin: datetime) -> None:
    """Let go again what a reading did not meet that began late enough to prove it."""
    with operator_scope():
        models.Message.objects.filter(
            shop_id=card.id, state=MessageState.TRYING, not_before__lte=begin
        ).update(state=MessageState.WANTED, not_before=None)


def _send(card: ShopCard, connector: Trade, settle: timedelta, done: Exchanged) -> None:
    """Send what is due; one that can go only later keeps why, and does not keep reading away."""
    last = 0
    while not jobs.stopping() and (message := _take(card, last, settle)) is not None:
        last = message.pk
        try:
            remote_id = connector.send_message(message.dialogue.buyer, message.text)
        except RefusedError as error:
            _kept(message, MessageState.REFUSED, error, AFTER_TROUBLE)
            done.refused += 1
        except RetryLaterError as error:
            if not error.data.get("unclear"):
                _kept(message, MessageState.WANTED, error, turns.rest(error, AFTER_TROUBLE))
                raise
            _kept(message, MessageState.TRYING, error, settle)
        except NeedsPersonError as error:
            _kept(message, MessageState.WANTED, error, AFTER_TROUBLE)
            raise
        else:
            with operator_scope():
                conversing.stands(message, remote_id, now())
            done.sent += 1


def _take(card: ShopCard, last: int, settle: timedelta) -> models.Message | None:
    """Mark the next message as on its way; one dialogue's messages leave in their order."""
    earlier = models.Message.objects.filter(
        dialogue_id=OuterRef("dialogue_id"),
        pk__lt=OuterRef("pk"),
        state__in=[MessageState.WANTED, MessageState.TRYING],
    )
    with operator_scope():
        found = (
            models.Message.objects.select_for_update(of=("self",))
            .select_related("dialogue")
            .filter(~Exists(earlier), shop_id=card.id, state=MessageState.WANTED, pk__gt=last)
            .filter(Q(not_before=None) | Q(not_before__lte=now()))
            .order_by("pk")
            .first()
        )
        if found is not None:
            found.state, found.not_before = MessageState.TRYING, now() + CALL_LASTS + settle
            found.save(update_fields=["state", "not_before"])
        return found


def _kept(
    message: models.Message, state: MessageState, error: OutboundError, rest: timedelta
) -> None:
    """Keep how a try ended. The reason is the marketplace's, never the text."""
    message.state, message.trouble = state, str(error)
    message.not_before = now() + rest
    with operator_scope():
        message.save(update_fields=["state", "trouble", "not_before"])


def _broke_off(card: ShopCard, error: OutboundError) -> None:
    with operator_scope():
        models.MessagePull.objects.filter(shop_id=card.id).update(
            trouble=str(error), not_before=now() + turns.rest(error, AFTER_TROUBLE)
        )


def _waiting(card: ShopCard) -> int:
    with operator_scope():
        return models.Message.objects.filter(
            shop_id=card.id, state__in=[MessageState.WANTED, MessageState.TRYING]
        ).count()
