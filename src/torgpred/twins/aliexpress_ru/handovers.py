"""Handover lists: parcels that are brought together, and the paper that goes with them."""

from typing import Any

from torgpred.twins.aliexpress_ru import papers
from torgpred.twins.aliexpress_ru.calls import Answer, Call, listed, number, optional_number
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.moving import (
    HANDED_OVER,
    LISTED,
    WAITING,
    move_parcels,
    set_status,
)
from torgpred.twins.aliexpress_ru.parcels import owned
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.engine.clock import MICROSECONDS, moment_from, moment_text

FIRST_HANDOVER = 9_300_001
LIST_MOST = 1000
_DAY = 24 * 3600 * MICROSECONDS


def create(market: Market, call: Call) -> Answer:
    """Answer `handover-list/create`: all of the parcels go on the new list, or none."""
    move_parcels(market)
    rows = _waiting(market, call, listed(call, "logistic_order_ids", LIST_MOST))
    arrival = call.now
    if text := call.body.get("arrival_date"):
        moment = moment_from(text) if isinstance(text, str) else None
        if moment is None or moment // _DAY < call.now // _DAY:
            raise RefusalError("ErrorCode.InvalidArgument", "arrival_date: not a day to come")
        arrival = moment
    list_id = market.file.numbers("next_handover", 1, FIRST_HANDOVER)
    market.sql.execute(
        "INSERT INTO handovers (id, account, status, created, arrival) VALUES (?, ?, ?, ?, ?)",
        (list_id, call.account.code, "Created", call.now, arrival),
    )
    _put(market, list_id, rows, call.now)
    return {"data": {"handover_list_id": list_id}, "error": None}


def _waiting(market: Market, call: Call, ids: list[Any]) -> list[int]:
    """Return parcels that may go on a list. Raises RefusalError."""
    rows = owned(market, call, list(dict.fromkeys(map(str, ids))))
    for parcel_id, _, status, handover_id in rows:
        if status != WAITING or handover_id is not None:
            raise RefusalError(
                "ErrorCode.RemoveOrdersFromBatch",
                f"logistic order {parcel_id} is on a handover list already",
            )
    return [row[0] for row in rows]


def _put(market: Market, list_id: int, parcel_ids: list[int], now: int) -> None:
    for parcel_id in parcel_ids:
        market.sql.execute("UPDATE parcels SET handover_id = ? WHERE id = ?", (list_id, parcel_id))
        set_status(market, parcel_id, LISTED, now)


def _open_list(market: Market, call: Call) -> int:
    """Return the list of a call, which was not handed over yet. Raises RefusalError."""
    list_id, status = _known(market, call)
    if status != "Created":
        raise RefusalError(
            "ErrorCode.WrongHandoverListStatusError", f"handover list {list_id} is {status}"
        )
    return list_id


def _known(market: Market, call: Call) -> tuple[int, str]:
    list_id = number(call, "handover_list_id")
    row = market.sql.execute(
        "SELECT status FROM handovers WHERE id = ? AND account = ?", (list_id, call.account.code)
    ).fetchone()
    if row is None:
        raise RefusalError("ErrorCode.HandoverListNotFound", f"handover list {list_id} not found")
    return list_id, row[0]


def _named(call: Call) -> list[Any]:
    """Return the parcels of a call; clients name them `order_ids` here."""
    name = "order_ids" if call.body.get("order_ids") else "logistic_order_ids"
    return listed(call, name, LIST_MOST)


def add(market: Market, call: Call) -> Answer:
    """Answer `handover-list/add-logistic-orders`."""
    move_parcels(market)
    list_id = _open_list(market, call)
    _put(market, list_id, _waiting(market, call, _named(call)), call.now)
    return {"data": {}, "error": None}


def remove(market: Market, call: Call) -> Answer:
    """Answer `handover-list/remove-logistic-orders`."""
    move_parcels(market)
    list_id = _open_list(market, call)
    rows = owned(market, call, list(dict.fromkeys(map(str, _named(call)))))
    for parcel_id, _, _, handover_id in rows:
        if handover_id != list_id:
            raise RefusalError(
                "ErrorCode.RemoveOrdersFromBatch",
                f"logistic order {parcel_id} is not on handover list {list_id}",
            )
    for parcel_id, *_ in rows:
        market.sql.execute("UPDATE parcels SET handover_id = NULL WHERE id = ?", (parcel_id,))
        set_status(market, parcel_id, WAITING, call.now)
    return {"data": {}, "error": None}


def _parcels(market: Market, list_id: int, *, status: str | None = None) -> list[int]:
    """Return what is on a list, all of it or what is in one state: cancelled ones stay on it."""
    rows = market.sql.execute(
        "SELECT id FROM parcels WHERE handover_id = ? AND status = coalesce(?, status) ORDER BY id",
        (list_id, status),
    ).fetchall()
    return [parcel_id for (parcel_id,) in rows]


def transfer(market: Market, call: Call) -> Answer:
    """Answer `handover-list/transfer`: from now on its parcels move by themselves."""
    move_parcels(market)
    list_id = _open_list(market, call)
    parcels = _parcels(market, list_id, status=LISTED)
    if not parcels:
        raise RefusalError(
            "ErrorCode.WrongHandoverListStatusError", f"handover list {list_id} is empty"
        )
    market.sql.execute("UPDATE handovers SET status = 'Transferred' WHERE id = ?", (list_id,))
    for parcel_id in parcels:
        set_status(market, parcel_id, HANDED_OVER, call.now)
    return {"data": {}, "error": None}


def get_by_filter(market: Market, call: Call) -> Answer:
    """Answer `handover-list/get-by-filter`: lists stand in `data.data_source`."""
    move_parcels(market)
    clauses = ["account = ?"]
    values: list[object] = [call.account.code]
    if call.body.get("handover_list_ids"):
        ids = [whole_number(each) for each in listed(call, "handover_list_ids", LIST_MOST)]
        clauses.append(f"id IN ({','.join('?' * len(ids))})")
        values += ids
    if call.body.get("logistic_order_ids"):
        ids = [whole_number(each) for each in listed(call, "logistic_order_ids", LIST_MOST)]
        marks = ",".join("?" * len(ids))
        clauses.append(f"id IN (SELECT handover_id FROM parcels WHERE id IN ({marks}))")  # noqa: S608
        values += ids
    if call.body.get("statuses"):
        words = [str(each) for each in listed(call, "statuses", 20)]
        clauses.append(f"status IN ({','.join('?' * len(words))})")
        values += words
    size = optional_number(call, "page_size", 20, 1, 100)
    page = optional_number(call, "page_number", 1, 1, 2**31)
    where = " AND ".join(clauses)
    rows = market.sql.execute(
        f"SELECT id, status, created, arrival FROM handovers WHERE {where}"  # noqa: S608
        " ORDER BY id DESC LIMIT ? OFFSET ?",
        (*values, size, (page - 1) * size),
    ).fetchall()
    (total,) = market.sql.execute(
        f"SELECT count(*) FROM handovers WHERE {where}",  # noqa: S608 - our own clauses
        values,
    ).fetchone()
    lists = [
        {
            "handover_list_id": list_id,
            "status": status,
            "shipment_type": "Dropoff",
            "logistic_order_ids": _parcels(market, list_id),
            "gmt_create": moment_text(created),
            "arrival_date": moment_text(arrival),
        }
        for list_id, status, created, arrival in rows
    ]
    info = {"current": page, "page_size": size, "total": total}
    return {"data": {"data_source": lists, "page_info": info}, "error": None}


def document(market: Market, call: Call) -> Answer:
    """Answer `labels/handover-lists/get`: the address of the list as a PDF."""
    list_id, status = _known(market, call)
    lines = [f"{list_id:08d}", f"Handover list {list_id}", status, "Parcels:"]
    lines += [str(parcel_id) for parcel_id in _parcels(market, list_id)]
    pages = [lines[start : start + 40] for start in range(0, len(lines), 40)]
    return {"data": {"label_url": papers.address(market, call, pages)}, "error": None}
