"""Messages between buyers and a shop.

The fields of sending are those of a published client; no paper or client was found that tells how
messages come back, so the names in `data.messages` are the twin's own.
"""

from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.calls import Answer, Call
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.order_store import Order, find
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.engine.clock import moment_from, moment_text

FIRST_MESSAGE = 10_930_000_000_000_001
PAGE_MOST = 50
TEXT_LONGEST = 5000


class Letter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a buyer writes: about an order, or before one as some `buyer` to an `account`."""

    text: str
    order_id: int | str | None = None
    account: str | None = None
    buyer: str = "ru1000001"
    kind: str = "text"


def buyer_of(order: Order) -> str:
    """Return the login of an order's buyer: a handful of people buy all."""
    return f"ru{1_000_000 + order['id'] % 9973}"


def write(market: Market, letter: Letter) -> dict[str, Any]:
    """Let a buyer write. Raises ValueError for an order or a shop that is not there."""
    account, buyer, order_id = letter.account, letter.buyer, None
    if letter.order_id is not None:
        kept = find(market, letter.order_id)
        if kept is None:
            msg = f"no order {letter.order_id}"
            raise ValueError(msg)
        account, buyer, order_id = kept.account, buyer_of(kept.body), kept.id
    account = account or next(iter(market.accounts.values())).code
    if market.account_called(account) is None:
        msg = f"no account {account}"
        raise ValueError(msg)
    payload = {"text": letter.text} if letter.kind == "text" else {"url": letter.text}
    message_id = _keep(
        market, (account, buyer, 1, market.clock.now(), letter.kind, payload, order_id)
    )
    return {"id": message_id, "account": account, "buyer": buyer}


def _keep(market: Market, message: tuple[str, str, int, int, str, Any, int | None]) -> int:
    message_id = market.file.numbers("next_message", 1, FIRST_MESSAGE)
    account, buyer, from_buyer, created, kind, payload, order_id = message
    market.sql.execute(
        "INSERT INTO messages (id, account, buyer, from_buyer, created, kind, payload, order_id,"
        " is_read) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message_id, account, buyer, from_buyer, created, kind, msgspec.json.encode(payload),
            order_id, 1 - from_buyer,
        ),
    )  # fmt: skip
    return message_id


def listing(market: Market, call: Call) -> Answer:
    """Answer `chat-messages`: a shop's messages after one, oldest first, at most 50."""
    limit = whole_number(call.query.get("limit", PAGE_MOST))
    after = whole_number(call.query.get("from_message_id") or 0)
    if limit is None or after is None or not 1 <= limit <= PAGE_MOST:
        raise RefusalError("ErrorCode.InvalidArgument", f"limit must be 1 to {PAGE_MOST}")
    sign = ">=" if market.settings.messages_inclusive else ">"
    rows = market.sql.execute(
        "SELECT id, buyer, from_buyer, created, kind, payload, order_id, is_read FROM messages"  # noqa: S608
        f" WHERE account = ? AND id {sign} ? ORDER BY id LIMIT ?",
        (call.account.code, after, limit),
    ).fetchall()
    return {"data": {"messages": [_told(call.account.code, *row) for row in rows]}, "error": None}


def _told(account: str, message_id: int, buyer: str, from_buyer: int, *rest: Any) -> Answer:  # noqa: ANN401 - a row
    created, kind, payload, order_id, is_read = rest
    return {
        "id": message_id,
        "from_user_login_id": buyer if from_buyer else account,
        "to_user_login_id": account if from_buyer else buyer,
        "sender_type": "Buyer" if from_buyer else "Seller",
        "created_at": moment_text(created),
        "type": kind,
        "payload": msgspec.Raw(payload),
        "order_id": order_id,
        "is_read": bool(is_read),
    }


def _dialogue(market: Market, call: Call) -> tuple[str, int]:
    """Return the buyer a call is about, and its moment. Raises RefusalError."""
    buyer = call.body.get("to_user_login_id")
    moment = moment_from(str(call.body.get("created_at")))
    if not isinstance(buyer, str) or moment is None:
        raise RefusalError(
            "ErrorCode.InvalidArgument", "to_user_login_id and created_at are required"
        )
    known = market.sql.execute(
        "SELECT 1 FROM messages WHERE account = ? AND buyer = ? LIMIT 1",
        (call.account.code, buyer),
    ).fetchone()
    if known is None and not _bought(market, call.account.code, buyer):
        raise RefusalError("ErrorCode.BuyerNotFound", f"no buyer {buyer} of this shop")
    return buyer, moment


def _bought(market: Market, account: str, buyer: str) -> bool:
    number = whole_number(buyer.removeprefix("ru"))
    row = market.sql.execute(
        "SELECT 1 FROM orders WHERE account = ? AND id % 9973 = ? LIMIT 1",
        (account, (number or 0) - 1_000_000),
    ).fetchone()
    return row is not None


def send(market: Market, call: Call) -> Answer:
    """Answer `new-messages`: a shop writes to a buyer of its own. Twice is two messages."""
    buyer, _ = _dialogue(market, call)
    kind, payload = call.body.get("type"), call.body.get("payload")
    text = payload.get("text") if isinstance(payload, dict) else payload
    if not isinstance(kind, str) or not isinstance(text, str) or not text.strip():
        raise RefusalError("ErrorCode.InvalidArgument", "type and payload are required")
    if len(text) > TEXT_LONGEST:
        raise RefusalError("ErrorCode.InvalidArgument", f"at most {TEXT_LONGEST} characters")
    row = (call.account.code, buyer, 0, call.now, kind, {"text": text}, None)
    return {"data": {"id": _keep(market, row)}, "error": None}


def read(market: Market, call: Call) -> Answer:
    """Answer `read-messages`: all of a buyer's messages up to a moment are read."""
    buyer, moment = _dialogue(market, call)
    market.sql.execute(
        "UPDATE messages SET is_read = 1 WHERE account = ? AND buyer = ? AND created <= ?",
        (call.account.code, buyer, moment),
    )
    return {"data": {}, "error": None}
