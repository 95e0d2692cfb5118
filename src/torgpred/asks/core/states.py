"""What an ask is about, how far it is, and which moves are legal."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is asked of a marketplace."""

    SLOT = "slot"
    PLACEMENT = "placement"
    FEE = "fee"
    COUPON = "coupon"
    PROGRAMME = "programme"
    RULE = "rule"
    COMPLAINT = "complaint"


class AskState(StrEnum):
    """How far an ask is."""

    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"
    AGREED = "agreed"
    REFUSED = "refused"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


MOVES: Final[dict[AskState, tuple[AskState, ...]]] = {
    AskState.DRAFT: (AskState.SENT, AskState.WITHDRAWN),
    AskState.SENT: (AskState.ANSWERED, AskState.AGREED, AskState.REFUSED, AskState.WITHDRAWN),
    AskState.ANSWERED: (AskState.SENT, AskState.AGREED, AskState.REFUSED, AskState.WITHDRAWN),
    AskState.AGREED: (AskState.DELIVERED, AskState.CLOSED, AskState.WITHDRAWN),
    AskState.REFUSED: (AskState.SENT, AskState.CLOSED),
    AskState.DELIVERED: (AskState.CLOSED,),
    AskState.CLOSED: (),
    AskState.WITHDRAWN: (),
}
"""To which states one may go; an answered or refused ask may be sent anew."""
OVER: Final = frozenset({AskState.CLOSED, AskState.WITHDRAWN})


class Side(StrEnum):
    """Who promised something."""

    OURS = "ours"
    THEIRS = "theirs"


class ClockState(StrEnum):
    """What became of a clock; `RUNNING` past its due day is overdue."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


class JoiningState(StrEnum):
    """What a seller said to a complaint case that it was asked to join."""

    ASKED = "asked"
    JOINED = "joined"
    DECLINED = "declined"
    LEFT = "left"
