"""Erasing: buyers' data and messages leave a set number of days after their order ended.

An order ended when it was shipped or cancelled. One that was taken in ended already, or that
nobody ends, counts from its last change at the marketplace; a message that belongs to no order
from when it was written. Rows stay, so that what is delivered again is recognised and does not
come back: merging gives a buyer only to consignments that are still open, and messages are known
by their ids. A saved view of a list in which a member sought or noted the buyer goes with the
buyer. Everything is found in the database and done in bounded parts: repeating it is safe.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection

from torgpred.accounts import services as accounts
from torgpred.channels import selectors as channels
from torgpred.channels.core.orders import Buyer
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders.models import OPEN_PHASES
from torgpred.orders.services import turns
from torgpred.runtime.observability import logger
from torgpred.runtime.options import options
from torgpred.runtime.scope import operator_scope

AT_ONCE: Final = 1_000
"""Rows of one kind erased in one transaction, at most."""
_PATIENCE: Final = 30.0
"""Seconds to wait for who reads the shop's messages."""

_log = logger(__name__)

# Rows that somebody else is at are left for later, so that nothing waits for this and this for
# nothing. The indexes buyers_by_end, buyers_without_end and open_consignments are made for it.
_BUYERS: Final = (
    """
    WITH due AS (
        SELECT id, buyer FROM orders_consignment
        WHERE ended_at IS NOT NULL AND buyer <> '' AND ended_at < %(before)s
        ORDER BY ended_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders_consignment part SET buyer = '' FROM due WHERE due.id = part.id
    RETURNING part.seller_id, due.buyer
    """,
    """
    WITH due AS (
        SELECT part.id, part.buyer FROM orders_consignment part JOIN orders_order known
            ON known.id = part.order_id
        WHERE part.ended_at IS NULL AND NOT part.phase = ANY(%(open)s) AND part.buyer <> ''
          AND part.placed_at < %(before)s AND known.changed_at < %(before)s
        ORDER BY part.placed_at LIMIT %(most)s FOR NO KEY UPDATE OF part SKIP LOCKED
    )
    UPDATE orders_consignment part SET buyer = '' FROM due WHERE due.id = part.id
    RETURNING part.seller_id, due.buyer
    """,
    """
    WITH due AS (
        SELECT part.id, part.buyer FROM orders_consignment part JOIN orders_order known
            ON known.id = part.order_id
        WHERE part.phase = ANY(%(open)s) AND part.buyer <> ''
          AND part.placed_at < %(before)s AND known.changed_at < %(before)s
        LIMIT %(most)s FOR NO KEY UPDATE OF part SKIP LOCKED
    )
    UPDATE orders_consignment part SET buyer = '' FROM due WHERE due.id = part.id
    RETURNING part.seller_id, due.buyer
    """,
)
_ERASED: Final = """
    SET text = '', trouble = '',
        state = CASE WHEN message.state IN ('wanted', 'trying') THEN 'refused'
                     ELSE message.state END
"""
_TEXTS: Final = f"""
    WITH due AS (
        SELECT message.id FROM orders_message message
        JOIN orders_dialogue dialogue ON dialogue.id = message.dialogue_id
        WHERE message.text <> '' AND message.at < %(before)s
          AND NOT EXISTS (
              SELECT FROM orders_consignment part JOIN orders_order known
                  ON known.id = part.order_id
              WHERE part.order_id = dialogue.order_id
                AND coalesce(part.ended_at, known.changed_at) >= %(before)s)
        ORDER BY message.at LIMIT %(most)s FOR NO KEY UPDATE OF message SKIP LOCKED
    )
    UPDATE orders_message message {_ERASED} FROM due WHERE due.id = message.id
"""  # noqa: S608 - constants only
_DIALOGUES: Final = """
    WITH due AS (
        SELECT id FROM orders_dialogue dialogue
        WHERE erased_at IS NULL AND last_at < %(before)s AND NOT EXISTS (
            SELECT FROM orders_message message
            WHERE message.dialogue_id = dialogue.id AND message.text <> '')
        LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders_dialogue dialogue
    SET buyer = 'erased:' || dialogue.id, erased_at = %(now)s, waiting_since = NULL
    FROM due WHERE due.id = dialogue.id
"""
_UNREAD: Final = """
    WITH due AS (
        SELECT id FROM orders_unreadorder WHERE content <> '' AND met_at < %(before)s
        LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders_unreadorder unread SET content = '' FROM due WHERE due.id = unread.id
"""

_FIND: Final = """
    SELECT id, shop_id FROM orders_order WHERE shop_id = ANY(%s) AND remote_id = %s
"""
_PARTS: Final = """
    SELECT id, phase FROM orders_consignment
    WHERE order_id = %s AND (%s::bigint IS NULL OR seller_id = %s) ORDER BY id FOR NO KEY UPDATE
"""
_BUYERS_OF: Final = """
    WITH due AS (
        SELECT id, buyer FROM orders_consignment WHERE id = ANY(%s) AND buyer <> ''
    )
    UPDATE orders_consignment part SET buyer = '' FROM due WHERE due.id = part.id
    RETURNING part.seller_id, due.buyer
"""
_ITS_DIALOGUES: Final = """
    SELECT dialogue.id FROM orders_dialogue dialogue
    WHERE dialogue.shop_id = %(shop)s AND dialogue.erased_at IS NULL
      AND (%(seller)s::bigint IS NULL OR dialogue.tenant_id = %(seller)s)
      AND dialogue.order_number IN ('', %(order)s)
      AND dialogue.buyer IN (SELECT buyer FROM orders_dialogue
                             WHERE shop_id = %(shop)s AND order_number = %(order)s)
    ORDER BY dialogue.id FOR NO KEY UPDATE
"""


class UnknownOrderError(TorgpredError):
    """No such order is known, or not of this seller."""

    code = "orders.unknown_order"
    template = "No order {given} is known{where}. Its number is the marketplace's."


class WhichOrderError(TorgpredError):
    """Several shops have an order of this number."""

    code = "orders.which_order"
    template = "Several shops have an order {given}: name one with --shop: {shops}"


class OpenOrderError(TorgpredError):
    """The order still needs its buyer's address."""

    code = "orders.open"
    template = (
        "Order {given} is not shipped yet and needs its buyer's address."
        " Ship it or have it cancelled first."
    )


class Erased(msgspec.Struct, frozen=True):
    """What was erased, in rows, and whether more may be due."""

    buyers: int = 0
    messages: int = 0
    dialogues: int = 0
    unread: int = 0
    views: int = 0
    """Saved views of lists that named one of the buyers."""
    more: bool = False


def erase_due() -> Erased:
    """Erase a bounded part of what is due: see the module, and TORGPRED_BUYER_DATA_DAYS."""
    moment = now()
    before = moment - timedelta(days=options().buyer_data_days)
    buyers, views = [], 0
    for statement in _BUYERS:
        erased, named = _run_buyers(statement, before, moment)
        buyers.append(erased)
        views += named
    messages = _run(_TEXTS, before, moment)
    dialogues = _run(_DIALOGUES, before, moment)
    unread = _run(_UNREAD, before, moment)
    return Erased(
        buyers=sum(buyers),
        messages=messages,
        dialogues=dialogues,
        unread=unread,
        views=views,
        more=AT_ONCE in (*buyers, messages, dialogues, unread),
    )


def forget(
    *, order: str, actor: str, seller_id: int | None = None, shop_id: int | None = None
) -> Erased:
    """Erase an order's buyer and their messages now, in every seller's part or in one seller's.

    Dialogues of the same buyer that belong to no order go too; those about other orders stay.
    Repeating it does nothing more. Raises UnknownOrderError, WhichOrderError, OpenOrderError.
    """
    shops = [one.id for one in channels.shops()] if shop_id is None else [shop_id]
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_FIND, [shops, order])
        found = cursor.fetchall()
    if not found:
        raise UnknownOrderError(given=order, where="")
    if len(found) > 1:
        raise WhichOrderError(given=order, shops=", ".join(str(shop) for _, shop in found))
    ((order_id, shop),) = found
    # Its messages are neither read nor sent meanwhile; without the turn the transaction waits.
    with turns.turn(turns.MESSAGES, shop, patience=_PATIENCE):
        erased = _forget(order, order_id, shop, seller_id)
    _log.info("buyer erased on demand", order=order, actor=actor)
    return erased


def _forget(order: str, order_id: int, shop: int, seller_id: int | None) -> Erased:
    with operator_scope(), connection.cursor() as cursor:
        parts = _parts(cursor, order_id, seller_id)
        if not parts:
            raise UnknownOrderError(given=order, where=" of this seller")
        if any(phase in OPEN_PHASES for _, phase in parts):
            raise OpenOrderError(given=order)
        cursor.execute(_BUYERS_OF, [[part for part, _ in parts]])
        left = cursor.fetchall()
        whose: dict[str, int | str | None] = {"shop": shop, "seller": seller_id, "order": order}
        cursor.execute(_ITS_DIALOGUES, whose)
        dialogues = [row[0] for row in cursor.fetchall()]
        return Erased(
            buyers=len(left),
            messages=_forget_texts(cursor, dialogues),
            dialogues=len(dialogues),
            views=_forget_views(left),
        )


def _parts(cursor: Any, order_id: int, seller_id: int | None) -> list[tuple[int, str]]:  # noqa: ANN401
    # As merging does: the order first, then its parts.
    cursor.execute("SELECT 1 FROM orders_order WHERE id = %s FOR NO KEY UPDATE", [order_id])
    cursor.execute(_PARTS, [order_id, seller_id, seller_id])
    found: list[tuple[int, str]] = cursor.fetchall()
    return found


def _forget_texts(cursor: Any, dialogues: Sequence[int]) -> int:  # noqa: ANN401
    cursor.execute(
        f"UPDATE orders_message message {_ERASED}"
        " WHERE message.dialogue_id = ANY(%s) AND message.text <> ''",
        [dialogues],
    )
    texts: int = cursor.rowcount
    cursor.execute(
        "UPDATE orders_dialogue SET buyer = 'erased:' || id, erased_at = %s, waiting_since = NULL"
        " WHERE id = ANY(%s)",
        [now(), dialogues],
    )
    return texts


def _run(statement: str, before: datetime, moment: datetime) -> int:
    names: dict[str, Any] = {"before": before, "now": moment, "most": AT_ONCE}
    names["open"] = list(OPEN_PHASES)
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(statement, names)
        return int(cursor.rowcount)


def _run_buyers(statement: str, before: datetime, moment: datetime) -> tuple[int, int]:
    """Erase buyers; return how many, and how many saved views named them."""
    names: dict[str, Any] = {"before": before, "now": moment, "most": AT_ONCE}
    names["open"] = list(OPEN_PHASES)
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(statement, names)
        left = cursor.fetchall()
        return len(left), _forget_views(left)


def _forget_views(left: Sequence[tuple[int, str]]) -> int:
    """Forget the saved views that name an erased buyer, of (seller, buyer as it was kept)."""
    named: dict[int, set[str]] = {}
    for seller, buyer in left:
        name = msgspec.json.decode(buyer, type=Buyer).name
        if name:
            named.setdefault(seller, set()).add(name)
    return sum(
        accounts.forget_views_naming(tenant_id=seller, names=sorted(names))
        for seller, names in sorted(named.items())
    )
