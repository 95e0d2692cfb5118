"""Parcels on their way, and what their way makes of their orders.

Nothing runs in the background: whoever asks first makes every parcel move that is due by then.
The words of a parcel's states are those of published clients.
"""

from itertools import pairwise
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.order_store import Kept, Order, find, keep
from torgpred.twins.engine.clock import MICROSECONDS

WAITING = "AwaitingHandoverList"
LISTED = "AwaitingConfirmation"
HANDED_OVER = "AwaitingDispatch"
DELIVERED = "ProviderPostingDelivered"
RETURNING = "ProviderPostingInReturn"
RETURNED = "ProviderPostingReturned"
CANCELLED = "Cancelled"
WAY = (
    HANDED_OVER,
    "OrderReceivedFromSeller",
    "ProviderPostingSorting",
    "ProviderPostingArrived",
    DELIVERED,
)
BACK = (RETURNING, RETURNED)
_NEXT = dict(pairwise(WAY)) | {RETURNING: RETURNED}
NOT_SENT = frozenset({WAITING, LISTED, HANDED_OVER})

Parcel = dict[str, Any]


def move_parcels(market: Market) -> int:
    """Move every parcel that is due by now, as often as it is due; return how many moves."""
    moves = 0
    while True:
        rows = market.sql.execute(
            "SELECT id, due FROM parcels WHERE due <= ? ORDER BY due, id LIMIT 1000",
            (market.clock.now(),),
        ).fetchall()
        if not rows:
            return moves
        for parcel_id, due in rows:
            move_on(market, parcel_id, due)
            moves += 1


def step_microseconds(market: Market) -> int:
    """Return how long a parcel rests at each place."""
    return max(1, int(market.settings.parcel_step_seconds * MICROSECONDS))


def move_on(market: Market, parcel_id: int, moment: int) -> None:
    """Move a parcel to its next place, and its order with it."""
    (status, handover_id) = market.sql.execute(
        "SELECT status, handover_id FROM parcels WHERE id = ?", (parcel_id,)
    ).fetchone()
    following = _NEXT.get(status)
    set_status(market, parcel_id, following or status, moment)
    if following == WAY[1] and handover_id is not None:
        market.sql.execute(
            "UPDATE handovers SET status = 'Accepted' WHERE id = ? AND status = 'Transferred'",
            (handover_id,),
        )


def set_status(market: Market, parcel_id: int, status: str, moment: int) -> None:
    """Put a parcel into a state; what comes after it, if anything, is due a step later."""
    due = moment + step_microseconds(market) if status in _NEXT else None
    market.sql.execute(
        "UPDATE parcels SET status = ?, due = ? WHERE id = ?", (status, due, parcel_id)
    )
    (order_id,) = market.sql.execute(
        "SELECT order_id FROM parcels WHERE id = ?", (parcel_id,)
    ).fetchone()
    refresh(market, order_id, moment)


def parcels_of(market: Market, order_id: int) -> list[Parcel]:
    """Return an order's parcels as the order tells them."""
    rows = market.sql.execute(
        "SELECT p.id, p.status, p.track, p.handover_id, h.status, p.body FROM parcels p"
        " LEFT JOIN handovers h ON h.id = p.handover_id WHERE p.order_id = ? ORDER BY p.id",
        (order_id,),
    ).fetchall()
    return [
        {
            "id": parcel_id,
            "trade_order_id": order_id,
            "track_number": track,
            "status": status,
            "creation_error": {"code": None, "description": None},
            "lines": msgspec.json.decode(body)["items"],
            "handover_list_id": handover_id,
            "handover_list_status": handover_status,
        }
        for parcel_id, status, track, handover_id, handover_status, body in rows
    ]


def refresh(market: Market, order_id: int, moment: int | None = None) -> None:
    """Let an order tell of its parcels as they are now, and take over what that means for it."""
    kept = find(market, order_id)
    if kept is None:
        return
    parcels = parcels_of(market, order_id)
    kept.body["logistic_orders"] = parcels
    _take_over(kept, parcels)
    keep(market, kept, moment)


def _take_over(kept: Kept, parcels: list[Parcel]) -> None:
    order = kept.body
    alive = [parcel for parcel in parcels if parcel["status"] != CANCELLED]
    pieces = sum(line["quantity"] for line in order["order_lines"])
    packed = sum(line["quantity"] for parcel in alive for line in parcel["lines"])
    order["fully_prepared"] = packed >= pieces
    if not alive or order["status"] in ("Finished", "Cancelled"):
        return
    states = {parcel["status"] for parcel in alive}
    if states == {RETURNED} and packed >= pieces:
        end(order, "Cancelled", "BuyerNotPickUpPosting")
    elif states == {DELIVERED} and packed >= pieces:
        order["delivery_status"] = "Delivered"
        end(order, "Finished", "ConfirmedByLogistic")
    elif states - NOT_SENT:
        whole = packed >= pieces and not states & NOT_SENT
        order["delivery_status"] = "Shipped" if whole else "PartialShipped"
        if order["order_display_status"] in ("WaitSendGoods", "PartialSendGoods"):
            order["order_display_status"] = "WaitAcceptGoods" if whole else "PartialSendGoods"


def end(order: Order, status: str, reason: str) -> None:
    """End an order, well or not."""
    good = status == "Finished"
    order["status"] = status
    order["finish_reason"] = reason
    order["order_display_status"] = "Complete" if good else "Close"
    order["payment_status"] = "Paid" if good else "Cancelled"
