"""Orders as they are kept, and as the shop reads them.

Money in orders is whole kopecks, unlike prices of products.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.calls import Answer, Call, optional_number
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.moving import move_parcels
from torgpred.twins.aliexpress_ru.order_store import FAMILIES
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.engine.clock import MICROSECONDS, moment_from

PAGE_MOST = 100
REPEATED = 10
"""Orders that stand on a page once more where that fault is set, unless it says how many."""

_MOMENTS = {
    "date_start": "created >= ?",
    "date_end": "created <= ?",
    "update_at_from": "updated >= ?",
    "update_at_to": "updated <= ?",
    "shipping_day_from": "ship_by >= ?",
    "shipping_day_to": "ship_by <= ?",
}


def _wanted(call: Call) -> tuple[str, list[Any]]:
    clauses = ["account = ?"]
    values: list[Any] = [call.account.code]
    for name, clause in _MOMENTS.items():
        text = call.body.get(name)
        if text is None:
            continue
        moment = moment_from(text) if isinstance(text, str) else None
        if moment is None:
            raise RefusalError("ErrorCode.InvalidArgument", f"{name}: not a moment")
        clauses.append(clause)
        # Filters are whole seconds: a moment within the last second is still within.
        values.append(moment + (MICROSECONDS - 1 if "<=" in clause else 0))
    for name, column in {**FAMILIES, "order_ids": "id"}.items():
        several = _several(call, name)
        if several:
            clauses.append(f"{column} IN ({_marks(several)})")
            values += map(whole_number, several) if column == "id" else map(str, several)
    if tracks := _several(call, "tracking_numbers"):
        marks = _marks(tracks)
        clauses.append(f"id IN (SELECT order_id FROM parcels WHERE track IN ({marks}))")  # noqa: S608
        values += map(str, tracks)
    return " AND ".join(clauses), values


def _several(call: Call, name: str) -> list[Any]:
    several = call.body.get(name)
    if not several:
        return []
    if not isinstance(several, list) or len(several) > 1000:
        raise RefusalError("ErrorCode.InvalidArgument", f"{name} must be a list")
    return several


def _marks(values: Iterable[object]) -> str:
    return ",".join("?" for _ in values)


def order_list(market: Market, call: Call) -> Answer:
    """Answer `order/get-order-list`: a page of orders, with the count of all that match."""
    move_parcels(market)
    size = optional_number(call, "page_size", 20, 1, PAGE_MOST)
    page = optional_number(call, "page", 1, 1, 2**31)
    where, values = _wanted(call)
    way = "ASC" if call.body.get("sorting_order") == "Asc" else "DESC"
    by = f"created {way}, id {way}"
    shuffled = market.faults.strike("orders_shuffled", call.operation, call.account.token)
    if shuffled and shuffled.mode == "list":
        by = "random()"
    (total,) = market.sql.execute(
        f"SELECT count(*) FROM orders WHERE {where}",  # noqa: S608 - our own clauses
        values,
    ).fetchone()
    # The page is found in an index first, so that bodies of other pages are not even read.
    found = market.sql.execute(
        f"SELECT id FROM orders WHERE {where} ORDER BY {by} LIMIT ? OFFSET ?",  # noqa: S608
        (*values, size, (page - 1) * size),
    ).fetchall()
    bodies = [
        market.sql.execute("SELECT body FROM orders WHERE id = ?", row).fetchone()[0]
        for row in found
    ]
    bodies += _repeated(market, call)
    if shuffled:
        market.random.shuffle(bodies)
    return {
        "data": {"total_count": total, "orders": [msgspec.Raw(raw) for raw in bodies]},
        "error": None,
    }


def _repeated(market: Market, call: Call) -> list[bytes]:
    """Return orders that stand on the page although the question is not about them."""
    fault = market.faults.strike("orders_repeated", call.operation, call.account.token)
    if fault is None:
        return []
    return [
        body
        for (body,) in market.sql.execute(
            "SELECT body FROM orders WHERE account = ? ORDER BY random() LIMIT ?",
            (call.account.code, whole_number(fault.value) or REPEATED),
        )
    ]
