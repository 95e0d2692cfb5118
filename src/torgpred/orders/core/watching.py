"""How near a consignment's ship-by time is, and what keeps it from leaving."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Urgency(StrEnum):
    """How soon it has to leave."""

    OVERDUE = "overdue"
    DAY = "under 24 h"
    TWO_DAYS = "under 48 h"
    LATER = "later"


class Block(StrEnum):
    """What has to happen next so that it leaves."""

    AHEAD = "ahead"
    CANCEL = "cancel"
    HELD = "held"
    SHORT = "short"
    WAITING = "waiting"
    UNTOLD = "untold"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    NOT_PACKED = "not packed"
    NOT_LISTED = "not on a list"
    NOT_HANDED_OVER = "not handed over"


NEXT: Final = {
    Block.AHEAD: "the marketplace counts it as shipped: send it, then: torgpred orders ship",
    Block.CANCEL: "cancel it in the marketplace's cabinet, as torgpred orders cancel tells",
    Block.HELD: "wait, or settle it in the marketplace's cabinet",
    Block.SHORT: "torgpred orders shortages",
    Block.WAITING: "wait: it is served by itself when pieces come",
    Block.UNTOLD: "the marketplace was not told: repeat torgpred orders ship",
    Block.UNCLEAR: "an answer was lost: repeat torgpred orders parcels make",
    Block.REFUSED: "the marketplace made no parcel; see why: torgpred orders parcels show",
    Block.NOT_PACKED: "torgpred orders ship, or torgpred orders parcels make",
    Block.NOT_LISTED: "torgpred orders handover make",
    Block.NOT_HANDED_OVER: "torgpred orders handover transfer",
}


def urgency(ship_by: datetime | None, moment: datetime) -> Urgency:
    """Return how soon something has to leave; what has no clock can wait."""
    if ship_by is None or ship_by - moment > timedelta(hours=48):
        return Urgency.LATER
    if ship_by < moment:
        return Urgency.OVERDUE
    return Urgency.DAY if ship_by - moment <= timedelta(hours=24) else Urgency.TWO_DAYS
