"""The marketplace's logistics: parcels, their labels, lists by which they are handed over.

Codes of errors are those that were seen on the real one, where one fits. What is refused stands in
`data.errors` beside what went through.
"""

from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru import papers
from torgpred.twins.aliexpress_ru.calls import Answer, Call, listed, optional_number
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.moving import (
    CANCELLED,
    NOT_SENT,
    WAITING,
    move_parcels,
    parcels_of,
    refresh,
    set_status,
)
from torgpred.twins.aliexpress_ru.order_store import Kept, own, payable
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.aliexpress_ru.texts import plain_decimal
from torgpred.twins.engine.clock import moment_text

FIRST_PARCEL = 10_920_000_000_000_001
PARCELS_MOST = 100
_SIDES = ("total_length", "total_width", "total_height")
_FILTERS = {
    "AWAITING_ADDING_TO_HANDOVER": (WAITING,),
    "AWAITING_REPORT_AS_SHIP": ("AwaitingConfirmation",),
    "DELIVERING": (
        "AwaitingDispatch",
        "OrderReceivedFromSeller",
        "ProviderPostingSorting",
        "ProviderPostingArrived",
    ),
    "DELIVERED": ("ProviderPostingDelivered",),
    "RETURNING_TO_SENDER": ("ProviderPostingInReturn",),
    "RETURNED_TO_SENDER": ("ProviderPostingReturned",),
    "CANCELLED": (CANCELLED,),
}
"""`filter_status` of the parcels' call, in the marketplace's other vocabulary."""


def create(market: Market, call: Call) -> Answer:
    """Answer `logistic-order/create`: a parcel for each element, or its error."""
    move_parcels(market)
    orders: list[Answer] = []
    errors: list[Answer] = []
    for wanted in listed(call, "orders", PARCELS_MOST):
        given = wanted if isinstance(wanted, dict) else {}
        try:
            kept = own(market, call.account.code, given.get("trade_order_id"))
            parcel_id = _make(market, kept, given)
        except RefusalError as refusal:
            errors.append(
                {
                    "trade_order_id": given.get("trade_order_id"),
                    "code": refusal.error,
                    "message": refusal.message,
                }
            )
        else:
            made = [each for each in parcels_of(market, kept.id) if each["id"] == parcel_id]
            orders.append({"trade_order_id": kept.id, "logistic_orders": made})
    return {"data": {"orders": orders, "errors": errors}, "error": None}


def _make(market: Market, kept: Kept, given: dict[str, Any]) -> int:
    if not payable(kept.body) or kept.body["delivery_status"] not in ("Init", "PartialShipped"):
        raise RefusalError("ErrorCode.WrongOrderStatus", f"order {kept.id} is not to be shipped")
    sizes: dict[str, str] = {}
    for name, most in (*((side, 700) for side in _SIDES), ("total_weight", 700)):
        value = plain_decimal(str(given.get(name)))
        if value is None or not 0 < value <= most:
            raise RefusalError("ErrorCode.InvalidPackageSize", f"{name} must be up to {most}")
        sizes[name] = str(value)
    items = _items(market, kept, given.get("items"))
    parcel_id = market.file.numbers("next_parcel", 1, FIRST_PARCEL)
    market.sql.execute(
        "INSERT INTO parcels (id, account, order_id, status, track, body)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            parcel_id,
            kept.account,
            kept.id,
            WAITING,
            f"80{parcel_id % 10**12:012d}",
            msgspec.json.encode({"items": items, **sizes}),
        ),
    )
    refresh(market, kept.id)
    return parcel_id


def _items(market: Market, kept: Kept, given: object) -> list[Answer]:
    """Return what goes into a parcel; never more than the order still has to pack."""
    left: dict[int | None, int] = {}
    for line in kept.body["order_lines"]:
        of_order = int(line["sku_id"])
        left[of_order] = left.get(of_order, 0) + line["quantity"]
    for parcel in parcels_of(market, kept.id):
        for line in parcel["lines"] if parcel["status"] != CANCELLED else ():
            left[line["sku_id"]] -= line["quantity"]
    items: list[Answer] = []
    for each in given if isinstance(given, list) else []:
        sku_id = whole_number(each.get("sku_id")) if isinstance(each, dict) else None
        pieces = whole_number(each.get("quantity")) if isinstance(each, dict) else None
        if pieces is None or not 1 <= pieces <= left.get(sku_id, 0):
            raise RefusalError(
                "ErrorCode.InvalidItems", f"order {kept.id} has no such pieces left to pack"
            )
        left[sku_id] -= pieces
        items.append({"sku_id": sku_id, "quantity": pieces})
    if not items:
        raise RefusalError("ErrorCode.InvalidArgument", "items must be a list that is not empty")
    return items


def owned(market: Market, call: Call, ids: list[Any]) -> list[tuple[int, int, str, int | None]]:
    """Return (parcel, order, status, handover list) of parcels of the shop.

    Raises RefusalError for one that is not there or another seller's.
    """
    found = []
    for each in ids:
        row = market.sql.execute(
            "SELECT id, order_id, status, handover_id, account FROM parcels WHERE id = ?",
            (whole_number(each),),
        ).fetchone()
        if row is None or row[2] == CANCELLED:
            raise RefusalError("ErrorCode.OrderNotFound", f"logistic order {each} not found")
        if row[4] != call.account.code:
            raise RefusalError("ErrorCode.SellerMismatch", f"logistic order {each} is not yours")
        found.append(row[:4])
    return found


def get(market: Market, call: Call) -> Answer:
    """Answer `logistic-order/get`: parcels by their ids, by orders, by state, page by page."""
    move_parcels(market)
    clauses = ["account = ?"]
    values: list[object] = [call.account.code]
    for name, column in (("logistic_order_ids", "id"), ("trade_order_ids", "order_id")):
        if call.body.get(name):
            ids = [whole_number(each) for each in listed(call, name, 1000)]
            clauses.append(f"{column} IN ({','.join('?' * len(ids))})")
            values += ids
    if status := call.body.get("filter_status"):
        words = _FILTERS.get(str(status), (str(status),))
        clauses.append(f"status IN ({','.join('?' * len(words))})")
        values += words
    size = optional_number(call, "page_size", 20, 1, 100)
    page = optional_number(call, "page", 1, 1, 2**31)
    where = " AND ".join(clauses)
    rows = market.sql.execute(
        f"SELECT id, order_id FROM parcels WHERE {where} ORDER BY id LIMIT ? OFFSET ?",  # noqa: S608
        (*values, size, (page - 1) * size),
    ).fetchall()
    (total,) = market.sql.execute(
        f"SELECT count(*) FROM parcels WHERE {where}",  # noqa: S608 - our own clauses
        values,
    ).fetchone()
    told = []
    for parcel_id, order_id in rows:
        parcel = next(one for one in parcels_of(market, order_id) if one["id"] == parcel_id)
        # The same parcel under other names than in its order, as clients have seen it.
        told.append(
            {
                "logistic_order_id": parcel_id,
                "platform_tracking_code": parcel["track_number"],
                **{
                    name: parcel[name]
                    for name in ("trade_order_id", "status", "lines", "handover_list_id")
                },
            }
        )
    return {"data": {"total_count": total, "logistic_orders": told}, "error": None}


def _deletable(market: Market, call: Call, given: object) -> int:
    ((parcel_id, _, status, handover_id),) = owned(market, call, [given])
    if handover_id is not None or status not in NOT_SENT:
        raise RefusalError(
            "ErrorCode.RemoveOrdersFromBatch",
            f"logistic order {given} is on a handover list, remove it from there first",
        )
    return parcel_id


def delete(market: Market, call: Call) -> Answer:
    """Answer `logistic-order/delete`; one on a handover list has to come off it first."""
    move_parcels(market)
    errors: list[Answer] = []
    for each in listed(call, "logistic_order_ids", PARCELS_MOST):
        try:
            parcel_id = _deletable(market, call, each)
        except RefusalError as refusal:
            errors.append(
                {
                    "logistic_order_id": each,
                    "code": refusal.error,
                    "message": refusal.message,
                }
            )
        else:
            set_status(market, parcel_id, CANCELLED, market.clock.now())
    return {"data": {"errors": errors}, "error": None}


def pass_today(market: Market, call: Call) -> Answer:
    """Answer `logistic-order/pass-today`: a pass for bringing an order's parcels today."""
    kept = own(market, call.account.code, call.body.get("order_id"))
    if not any(parcel["status"] in NOT_SENT for parcel in parcels_of(market, kept.id)):
        raise RefusalError("ErrorCode.OrderNotFound", f"order {kept.id} has no parcel to bring")
    return {"data": {"order_id": kept.id, "date": moment_text(call.now)[:10]}, "error": None}


def labels(market: Market, call: Call) -> Answer:
    """Answer `labels/orders/get`: the address of a PDF with a page for each parcel."""
    rows = owned(market, call, listed(call, "logistic_order_ids", PARCELS_MOST))
    pages = []
    for parcel_id, order_id, *_ in rows:
        (track,) = market.sql.execute(
            "SELECT track FROM parcels WHERE id = ?", (parcel_id,)
        ).fetchone()
        pages.append([track, f"Parcel {parcel_id}", f"Order {order_id}", "AliExpress twin"])
    return {"data": {"label_url": papers.address(market, call, pages)}, "error": None}
