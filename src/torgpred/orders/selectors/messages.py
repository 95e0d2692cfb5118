"""Reads of buyers' messages: who waits, what was written, what a template can be filled with."""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import connection

from torgpred.channels import selectors as channels
from torgpred.channels.core.orders import Buyer
from torgpred.kernel.clock import as_utc, now
from torgpred.listings.services.contexts import shop_policy
from torgpred.orders import models
from torgpred.orders.core.messages import answer_by
from torgpred.orders.core.templates import BUILT_IN, LANGUAGES, Template
from torgpred.runtime.options import options
from torgpred.runtime.scope import operator_scope, scope

_EXCERPT: Final = 200
_NEVER: Final = "infinity"
_DAYS: Final = {"ru": "%d.%m.%Y", "en": "%Y-%m-%d", "zh": "%Y-%m-%d"}
_DIALOGUES: Final = """
    WITH chosen AS MATERIALIZED (
        SELECT * FROM orders_dialogue dialogue
        WHERE (%(tenant)s::bigint IS NULL OR tenant_id = %(tenant)s)
          AND (%(order)s = '' OR order_number = %(order)s)
          AND (%(one)s::bigint IS NULL OR id = %(one)s)
          AND (%(all)s OR id IN (
              SELECT id FROM orders_dialogue WHERE waiting_since IS NOT NULL
              UNION ALL
              SELECT dialogue_id FROM orders_message WHERE state IN ('wanted', 'trying')))
          AND (%(behind)s::bigint IS NULL
               OR coalesce(waiting_since, 'infinity') > %(waiting)s::timestamptz
               OR coalesce(waiting_since, 'infinity') = %(waiting)s::timestamptz
                  AND (last_at < %(last)s::timestamptz
                       OR last_at = %(last)s::timestamptz AND id > %(behind)s))
        ORDER BY waiting_since NULLS LAST, last_at DESC, id LIMIT %(limit)s
    )
    SELECT dialogue.id, dialogue.tenant_id, dialogue.shop_id, dialogue.order_number,
           dialogue.buyer, dialogue.last_at,
           dialogue.waiting_since, own.waiting, own.trouble, coalesce(left(last.text, %(cut)s), '')
    FROM chosen dialogue
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE message.state IN ('wanted', 'trying')) AS waiting,
               coalesce((array_agg(message.trouble ORDER BY message.id DESC)
                         FILTER (WHERE message.trouble <> ''))[1], '') AS trouble
        FROM orders_message message
        WHERE message.dialogue_id = dialogue.id AND NOT message.from_buyer
    ) own ON true
    LEFT JOIN LATERAL (
        SELECT message.text FROM orders_message message WHERE message.dialogue_id = dialogue.id
        ORDER BY message.at DESC, message.id DESC LIMIT 1
    ) last ON true
    ORDER BY dialogue.waiting_since NULLS LAST, dialogue.last_at DESC, dialogue.id
"""
_WAITING: Final = """
    SELECT count(*), count(*) FILTER (WHERE waiting_since < %s), min(waiting_since)
    FROM orders_dialogue WHERE tenant_id = %s AND waiting_since IS NOT NULL
"""
_LATE: Final = """
    SELECT id, tenant_id, order_number, waiting_since FROM orders_dialogue
    WHERE waiting_since < %s ORDER BY waiting_since DESC, id LIMIT %s
"""
_MESSAGES: Final = """
    SELECT message.id, message.at, message.from_buyer, message.text, message.state,
           message.written_by, message.read, message.trouble
    FROM orders_message message
    WHERE message.tenant_id = %s AND message.dialogue_id = %s ORDER BY message.at, message.id
"""
_VALUES: Final = """
    SELECT part.ship_by, part.buyer, coalesce(shipment.track_number, (
        SELECT string_agg(parcel.track_number, ', ' ORDER BY parcel.id) FROM orders_parcel parcel
        WHERE parcel.consignment_id = part.id AND parcel.state IN ('made', 'left')
          AND parcel.track_number <> ''), '')
    FROM orders_dialogue dialogue
    JOIN orders_consignment part ON part.order_id = dialogue.order_id
    LEFT JOIN orders_shipment shipment ON shipment.consignment_id = part.id
    WHERE dialogue.id = %s AND (%s::bigint IS NULL OR part.seller_id = %s)
    ORDER BY part.ship_by NULLS LAST, part.id
"""


class DialogueCard(msgspec.Struct, frozen=True):
    """A dialogue as the list shows it. `excerpt` is a buyer's or our text: untrusted.

    `unsent` of our messages are written down and not yet at the marketplace; `trouble` says why
    the last that failed did.
    """

    id: int
    tenant_id: int
    shop_id: int
    order: str
    buyer: str
    last_at: datetime
    waiting_since: datetime | None
    answer_by: datetime | None
    late: bool
    unsent: int
    trouble: str
    excerpt: str


class Waiting(msgspec.Struct, frozen=True):
    """How many dialogues of a tenant wait for an answer, how many too long, and until when."""

    dialogues: int
    late: int
    answer_by: datetime | None


class LateCard(msgspec.Struct, frozen=True):
    """A dialogue that was not answered in time; `order` is empty where it names none."""

    id: int
    tenant_id: int
    order: str
    waiting_since: datetime


class MessageCard(msgspec.Struct, frozen=True):
    """One message; `state` is a MessageState. `text` is untrusted, and empty where erased."""

    id: int
    at: datetime
    from_buyer: bool
    text: str
    state: str
    written_by: str
    read: bool
    trouble: str


class MessagePullCard(msgspec.Struct, frozen=True):
    """How the reading of a shop's messages stands."""

    shop_id: int
    pulled_at: datetime | None
    trouble: str


class Filling(msgspec.Struct, frozen=True):
    """What a template can be filled with for one dialogue, and the language of its shop."""

    shop_id: int
    language: str
    values: dict[str, str]


def dialogues(
    tenant_id: int | None,
    *,
    everything: bool = False,
    order: str = "",
    dialogue_id: int | None = None,
    after: str = "",
    limit: int = 100,
) -> list[DialogueCard]:
    """Return dialogues that wait, the oldest clock first; `everything`: the others after them.

    `order` chooses by the marketplace's number of it, `dialogue_id` a single one; a page begins
    behind the dialogue that `after` (of `key`) names. Raises ValueError for no such name.

    A tenant's, or everybody's for the operator's eyes.
    One waits while a buyer's message is unanswered, or a message of ours is not sent.
    """
    moment, hours = now(), options().answer_hours
    waiting, last, behind = _place(after)
    opened = operator_scope() if tenant_id is None else scope(tenant_id)
    with opened, connection.cursor() as cursor:
        cursor.execute(
            _DIALOGUES,
            {
                "tenant": tenant_id,
                "all": everything,
                "order": order,
                "one": dialogue_id,
                "waiting": waiting,
                "last": last,
                "behind": behind,
                "limit": limit,
                "cut": _EXCERPT,
            },
        )
        rows = cursor.fetchall()
    cards = []
    for row in rows:
        until = answer_by(row[6], hours)
        late = until is not None and until < moment
        told = (*row[:7], until, late, *row[7:])
        cards.append(DialogueCard(*told))
    return cards


def key(card: DialogueCard) -> str:
    """Return what names a dialogue as the last of a page."""
    waiting = card.waiting_since.isoformat() if card.waiting_since else _NEVER
    return f"{waiting}~{card.last_at.isoformat()}~{card.id}"


def _place(after: str) -> tuple[str, str, int | None]:
    """Return the times and the number of the dialogue that a page begins behind."""
    if not after:
        return _NEVER, _NEVER, None
    waiting, last, number = after.split("~")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise ValueError(after)
    times = [
        one if one == _NEVER else as_utc(datetime.fromisoformat(one)) for one in (waiting, last)
    ]
    return str(times[0]), str(times[1]), int(number)


def waiting_dialogues(tenant_id: int) -> Waiting:
    """Count the dialogues of a tenant in which a buyer waits for an answer."""
    hours = options().answer_hours
    with scope(tenant_id), connection.cursor() as cursor:
        cursor.execute(_WAITING, [now() - timedelta(hours=hours), tenant_id])
        count, late, first = cursor.fetchall()[0]
    return Waiting(count, late, answer_by(first, hours))


def late_dialogues(*, limit: int) -> list[LateCard]:
    """Return dialogues that were not answered in time, those that became so last first.

    Of all tenants, for the operator's own work.
    """
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_LATE, [now() - timedelta(hours=options().answer_hours), limit])
        return [LateCard(*row) for row in cursor.fetchall()]


def messages(tenant_id: int, dialogue_id: int) -> list[MessageCard]:
    """Return the messages of a tenant's dialogue, oldest first; empty where it has none such."""
    with scope(tenant_id), connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [tenant_id, dialogue_id])
        return [MessageCard(*row) for row in cursor.fetchall()]


def message_pulls() -> list[MessagePullCard]:
    """Return how the reading of every shop's messages stands, for the operator's eyes."""
    with operator_scope():
        rows = models.MessagePull.objects.order_by("shop_id")
        return [MessagePullCard(one.shop_id, one.pulled_at, one.trouble) for one in rows]


def templates(tenant_id: int) -> dict[tuple[str, str], Template]:
    """Return templates by (name, language): the seller's own before the built-in ones."""
    with scope(tenant_id):
        own = list(models.AnswerTemplate.objects.filter(seller_id=tenant_id))
    mine = {(one.name, one.language): Template(one.name, one.language, one.text) for one in own}
    return dict(sorted((BUILT_IN | mine).items()))


def filling(tenant_id: int, dialogue_id: int) -> Filling | None:
    """Return what a template is filled with; None where the tenant has no such dialogue.

    A value that is not known, or differs between the sellers of one order, is empty.
    """
    with scope(tenant_id):
        dialogue = models.Dialogue.objects.filter(tenant_id=tenant_id, pk=dialogue_id).first()
    if dialogue is None:
        return None
    language = shop_policy(tenant_id, dialogue.shop_id).language[:2]
    language = language if language in LANGUAGES else "en"
    rows = _parts(tenant_id, dialogue)
    due = next((ship_by for ship_by, _, _ in rows if ship_by is not None), None)
    buyer = next((told for _, told, _ in rows if told), "")
    tracks = {track for _, _, track in rows}
    return Filling(
        shop_id=dialogue.shop_id,
        language=language,
        values={
            "order": dialogue.order_number,
            "track": tracks.pop() if len(tracks) == 1 else "",
            "ship_by": "" if due is None else f"{due:{_DAYS[language]}}",
            "name": msgspec.json.decode(buyer, type=Buyer).name if buyer else "",
        },
    )  # fmt: skip


def _parts(tenant_id: int, dialogue: models.Dialogue) -> list[tuple[datetime | None, str, str]]:
    """Return (ship by, buyer, track) of the tenant's parts; the owner's of a joint shop: of all."""
    card = channels.shop(dialogue.shop_id)
    of_all = card.joint and card.tenant_id == tenant_id
    opened = operator_scope() if of_all else scope(tenant_id)
    seller = None if of_all else tenant_id
    with opened, connection.cursor() as cursor:
        cursor.execute(_VALUES, [dialogue.pk, seller, seller])
        return list(cursor.fetchall())
