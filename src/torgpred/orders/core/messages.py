"""Rules of messages: what is kept of one, when two texts are the same, by when to answer."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from torgpred.channels.core.orders import RawMessage

LONGEST: Final = 5_000
"""Characters of a text that is sent."""
KEPT: Final = 10_000
"""Characters of a text that is kept."""
_LONGEST_ID: Final = 200
_LONGEST_NUMBER: Final = 64
_FIRST: Final = datetime(2010, 1, 1, tzinfo=UTC)
CUT: Final = " [...]"
CONTINUES: Final = timedelta(days=14)
"""So long a message that names no order goes on with what its buyer wrote about before."""


class TakenMessage(msgspec.Struct, frozen=True):
    """A message as it is kept: bounded, free of NUL, with a time that can be."""

    remote_id: str
    buyer: str
    at: datetime
    text: str
    from_buyer: bool
    order_number: str
    read: bool


def taken(told: RawMessage, moment: datetime) -> TakenMessage:
    """Return what is kept of a message that came at a moment.

    A time that cannot be (unreadable, in the future) becomes that moment, so that a message is
    never taken for an old one.
    """
    at = told.at if _FIRST <= told.at <= moment else moment
    text = plain(told.text)
    return TakenMessage(
        remote_id=plain(told.remote_id)[:_LONGEST_ID],
        buyer=plain(told.dialogue)[:_LONGEST_ID],
        at=at,
        text=text if len(text) <= KEPT else text[: KEPT - len(CUT)] + CUT,
        from_buyer=told.from_buyer,
        order_number=plain(told.order_id)[:_LONGEST_NUMBER],
        read=told.read,
    )


def plain(text: str) -> str:
    """Return a text that a database can hold: no NUL, no half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def printable(text: str) -> str:
    """Return a text for a terminal: no control characters but line ends, none that turns text."""
    return "".join(one if one == "\n" or one.isprintable() else " " for one in text)


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for white space, which marketplaces change."""
    return one.split() == other.split()


def answer_by(waiting_since: datetime | None, hours: float) -> datetime | None:
    """Return by when the oldest message that waits should be answered; None where none does."""
    return None if waiting_since is None else waiting_since + timedelta(hours=hours)
