"""Buyers' messages: read, answered, marked as read.

The names of the fields that are sent are known from a published client; the form of what comes
back is not documented anywhere that was found, so all likely spellings are read and a message of
an unknown kind is kept with its kind in place of a text.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from torgpred.channels.core.contract import Lane
from torgpred.channels.core.orders import RawMessage
from torgpred.connectors.aliexpress_ru import choices, rules
from torgpred.connectors.aliexpress_ru.answers import text
from torgpred.connectors.aliexpress_ru.client import Call
from torgpred.connectors.aliexpress_ru.orders import OrderCalls
from torgpred.connectors.aliexpress_ru.parcel_answers import PlainAnswer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 10**10
"""Seconds beyond which a number is taken for milliseconds."""


class MessageCalls(OrderCalls):
    """The contract's calls for messages."""

    def messages(self, after: str = "", limit: int = 0) -> Sequence[RawMessage]:
        """Return messages after one, oldest first; the one itself is left out if it comes."""
        most = rules.CAPABILITIES.messages_page
        size = min(limit or most, most)
        # One more, since the named message itself may be among them.
        query = {"limit": str(min(max(size + 1, 2), most))}
        if after:
            query["from_message_id"] = after
        call = Call(
            operation="chat.list",
            method="GET",
            path="/api/v2/seller/chat-messages",
            lane=Lane.ORDERS,
            query=query,
            private=True,
        )
        data = self._client.ask(call, PlainAnswer).data
        found = [_message(each) for each in _listed(data)]
        known = [each for each in found if each.remote_id and each.remote_id != after]
        known.sort(key=lambda each: _by_number(each.remote_id))
        return known[:size]

    def send_message(self, dialogue: str, text: str) -> str:
        """Send a text once: a lost answer is `unclear`. Raises ValueError for an empty text."""
        if not text.strip():
            msg = "an empty message is not sent"
            raise ValueError(msg)
        call = Call(
            operation="chat.send",
            path="/api/v2/seller/new-messages",
            lane=Lane.ORDERS,
            body={
                "to_user_login_id": dialogue,
                "created_at": _stamp(datetime.now(UTC)),
                "type": choices.TEXT_MESSAGE,
                "payload": {"text": text},
            },
            repeatable=False,
            private=True,
        )
        return _sent_id(self._client.ask(call, PlainAnswer).data)

    def mark_read(self, dialogue: str, until: datetime) -> None:
        """Mark a buyer's messages up to a time as read."""
        call = Call(
            operation="chat.read",
            path="/api/v2/seller/read-messages",
            lane=Lane.ORDERS,
            body={"to_user_login_id": dialogue, "created_at": _stamp(until)},
        )
        self._client.ask(call, PlainAnswer)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _listed(data: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return the messages, which are `data` itself or stand under a name in it."""
    if isinstance(data, dict):
        data = next(
            (data[name] for name in ("messages", "chat_messages", "items", "list") if name in data),
            [],
        )
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def _message(given: dict[str, Any]) -> RawMessage:
    kind = _of(given, "type", "message_type")
    return RawMessage(
        remote_id=_of(given, "id", "message_id"),
        dialogue=_dialogue(given),
        at=_moment(given.get("created_at")),
        text=_text(given.get("payload", given.get("text")), kind),
        from_buyer=_from_buyer(given),
        order_id=_order(given),
        read=given.get("is_read") is True or given.get("read") is True,
    )


def _of(given: dict[str, Any], *names: str) -> str:
    found = next((text(given[name]) for name in names if text(given.get(name))), "")
    return found.replace("\x00", "")


def _from_buyer(given: dict[str, Any]) -> bool:
    side = _of(given, "sender_type", "from_type", "author_type").lower()
    if side:
        return side not in ("seller", "shop")
    return given.get("is_seller") is not True and given.get("is_own") is not True


def _dialogue(given: dict[str, Any]) -> str:
    """Return the buyer's login, which is what an answer is sent to."""
    theirs, ours = ("from_user_login_id", "user_login_id"), ("to_user_login_id",)
    names = (*theirs, *ours) if _from_buyer(given) else (*ours, *theirs)
    return _of(given, "buyer_login_id", *names)


def _order(given: dict[str, Any]) -> str:
    payload = given.get("payload")
    inner = payload if isinstance(payload, dict) else {}
    return _of(given, "order_id", "trade_order_id") or _of(inner, "order_id", "trade_order_id")


def _text(payload: object, kind: str) -> str:
    if isinstance(payload, str):
        try:
            payload = msgspec.json.decode(payload) if payload.startswith("{") else payload
        except msgspec.DecodeError:
            return _plain(payload)
    if isinstance(payload, dict):
        said = _of(payload, "text", "content", "message")
        return _plain(said or f"[{kind or 'message'}]")
    return _plain(payload) if isinstance(payload, str) else f"[{kind or 'message'}]"


def _plain(said: object) -> str:
    return str(said).replace("\x00", "")


def _moment(given: object) -> datetime:
    try:
        if isinstance(given, int) and not isinstance(given, bool):
            return datetime.fromtimestamp(given / 1000 if given > _LATEST else given, UTC)
        moment = datetime.fromisoformat(given) if isinstance(given, str) else _EPOCH
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return _EPOCH


def _sent_id(data: Any) -> str:  # noqa: ANN401 - JSON
    inner = data.get("message") if isinstance(data, dict) else None
    told = inner if isinstance(inner, dict) else data
    return _of(told, "id", "message_id") if isinstance(told, dict) else ""


def _by_number(message_id: str) -> tuple[int, str]:
    """Sort ids that are numbers by their size, others as text; no id comes before a shorter one."""
    return len(message_id), message_id
