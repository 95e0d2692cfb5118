"""What happens to an order after it was placed, by its buyer or by the marketplace."""

from collections.abc import Callable
from typing import Any

from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.moving import (
    BACK,
    CANCELLED,
    DELIVERED,
    RETURNED,
    WAY,
    end,
    parcels_of,
    set_status,
)
from torgpred.twins.aliexpress_ru.order_store import Kept, Order, PurchaseError, find, keep
from torgpred.twins.engine.clock import moment_text

Act = Callable[[Market, Kept, dict[str, Any]], None]

_ENDED = frozenset({"Finished", "Cancelled"})


def happen(market: Market, order_id: int, act: str, details: dict[str, Any]) -> Order | None:
    """Let something happen to an order and return it; None where it is unknown.

    Raises PurchaseError where it cannot happen to it now.
    """
    kept = find(market, order_id)
    if kept is None:
        return None
    if act not in ACTS:
        msg = f"unknown: {act}; known: {', '.join(sorted(ACTS))}"
        raise PurchaseError(msg)
    ACTS[act](market, kept, details)
    found = find(market, order_id)
    return None if found is None else found.body


def _require(met: bool, why: str) -> None:  # noqa: FBT001 - a condition
    if not met:
        raise PurchaseError(why)


def _pay(market: Market, kept: Kept, _details: dict[str, Any]) -> None:
    order = kept.body
    _require(order["payment_status"] == "NotPaid", "only an unpaid order is paid")
    _require(order["status"] not in _ENDED, "the order has ended")
    order |= {
        "payment_status": "Hold",
        "paid_at": moment_text(market.clock.now()),
        "status": "InProgress",
        "antifraud_status": "Passed",
        "order_display_status": "WaitSendGoods",
    }
    keep(market, kept)


def _examine(market: Market, kept: Kept, details: dict[str, Any]) -> None:
    """Begin the check for fraud, or end it with its `result`."""
    result = str(details.get("result") or "Checking")
    _require(result in ("Checking", "Passed", "Blocked"), "result: Checking, Passed, Blocked")
    kept.body["antifraud_status"] = result
    shown = "WaitSendGoods" if result == "Passed" else "WaitExamineMoney"
    if kept.body["delivery_status"] == "Init":
        kept.body["order_display_status"] = shown
    keep(market, kept)


def _cancel(market: Market, kept: Kept, details: dict[str, Any]) -> None:
    order = kept.body
    _require(order["status"] not in _ENDED, "the order has ended")
    _require(order["delivery_status"] == "Init", "it is on its way already")
    paid = order["payment_status"] != "NotPaid"
    reason = details.get("reason") or ("CancelledByBuyer" if paid else "PaymentTimeout")
    end(order, "Cancelled", str(reason))
    keep(market, kept)
    for parcel in parcels_of(market, kept.id):
        if parcel["status"] != CANCELLED:
            set_status(market, parcel["id"], CANCELLED, market.clock.now())
    if details.get("restock"):
        market.sql.executemany(
            "UPDATE skus SET inventory = inventory + ? WHERE id = ?",
            [(line["quantity"], int(line["sku_id"])) for line in order["order_lines"]],
        )


def _ask_cancel(market: Market, kept: Kept, _details: dict[str, Any]) -> None:
    _require(kept.body["order_display_status"] == "WaitSendGoods", "it does not wait to be sent")
    kept.body["order_display_status"] = "InCancel"
    keep(market, kept)


def _withdraw(market: Market, kept: Kept, _details: dict[str, Any]) -> None:
    _require(kept.body["order_display_status"] == "InCancel", "no cancellation was asked for")
    kept.body["order_display_status"] = "WaitSendGoods"
    keep(market, kept)


def _dispute(market: Market, kept: Kept, details: dict[str, Any]) -> None:
    order = kept.body
    _require(order["payment_status"] in ("Hold", "Paid"), "nothing was paid")
    line_id = details.get("line_id") or order["order_lines"][0]["id"]
    line = next((one for one in order["order_lines"] if str(one["id"]) == str(line_id)), None)
    if line is None:
        msg = "no such line"
        raise PurchaseError(msg)
    line["issue_status"] = "InProcess"
    order["disputes"].append(
        {
            "id": kept.id % 10**9 * 10 + len(order["disputes"]),
            "order_line_id": line["id"],
            "status": "InProcess",
            "reason": str(details.get("reason") or "LowQuality"),
            "type": "Default",
            "refund_amount": details.get("refund_amount", line["total_amount"]),
            "created_at": moment_text(market.clock.now()),
        }
    )
    if order["status"] not in _ENDED:
        order["order_display_status"] = "InIssue"
    keep(market, kept)


def _settle(market: Market, kept: Kept, details: dict[str, Any]) -> None:
    """End all disputes: `result` Full or Partial gives money back, Rejected does not."""
    order = kept.body
    result = str(details.get("result") or "Full")
    _require(result in ("Full", "Partial", "Rejected"), "result: Full, Partial, Rejected")
    _require(any(one["status"] == "InProcess" for one in order["disputes"]), "no dispute is open")
    for one in order["disputes"]:
        one |= {"status": "Finished", "result": result}
    for line in order["order_lines"]:
        if line["issue_status"] == "InProcess":
            line["issue_status"] = "Finished"
    if order["status"] not in _ENDED:
        if result == "Full" and order["delivery_status"] == "Init":
            end(order, "Cancelled", "BuyerDoesNotWantOrder")
        else:
            sent = order["delivery_status"] != "Init"
            order["order_display_status"] = "WaitAcceptGoods" if sent else "WaitSendGoods"
    keep(market, kept)


def _address(market: Market, kept: Kept, details: dict[str, Any]) -> None:
    where = kept.body["delivery_info"]
    unknown = details.keys() - where.keys() - {"name", "phone"}
    _require(not unknown, f"unknown: {', '.join(sorted(unknown))}")
    for name in ("name", "phone"):
        if name in details:
            where["receiver"][name] = str(details[name])
    where |= {name: str(value) for name, value in details.items() if name in where}
    parts = (where["country"], where["region"], f"г. {where['city']}", where["street_house"])
    kept.body["delivery_address"] = ", ".join(parts)
    keep(market, kept)


def _deliver(market: Market, kept: Kept, _details: dict[str, Any]) -> None:
    """Let its parcels arrive that were handed over; or the buyer confirms a courier's work."""
    moving = [one for one in parcels_of(market, kept.id) if one["status"] in WAY]
    if moving:
        for parcel in moving:
            set_status(market, parcel["id"], DELIVERED, market.clock.now())
        return
    _require(kept.body["delivery_status"] in ("InTransit", "ReadyForPickup"), "it was not sent")
    kept.body["delivery_status"] = "Delivered"
    end(kept.body, "Finished", "ConfirmedByBuyer")
    keep(market, kept)


def _send_back(market: Market, kept: Kept, _details: dict[str, Any]) -> None:
    """Let its parcels turn round; they are back a step later, or at once by a second call."""
    sent = [one for one in parcels_of(market, kept.id) if one["status"] in (*WAY, BACK[0])]
    _require(bool(sent), "no parcel was handed over")
    for parcel in sent:
        following = RETURNED if parcel["status"] == BACK[0] else BACK[0]
        set_status(market, parcel["id"], following, market.clock.now())


ACTS: dict[str, Act] = {
    "pay": _pay,
    "examine": _examine,
    "cancel": _cancel,
    "ask_cancel": _ask_cancel,
    "withdraw": _withdraw,
    "dispute": _dispute,
    "settle": _settle,
    "address": _address,
    "deliver": _deliver,
    "send_back": _send_back,
}
"""By their names at `POST /twin/orders/{id}/{act}`."""
