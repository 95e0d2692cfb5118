"""How orders are kept: their JSON as the shop reads it, beside columns to look them up by."""

from collections.abc import Iterable
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.engine.clock import moment_from, moment_text

# The four families of statuses, as the request's filters and as columns.
FAMILIES = {
    "order_statuses": "status",
    "payment_statuses": "payment_status",
    "delivery_statuses": "delivery_status",
    "antifraud_statuses": "antifraud_status",
}
Order = dict[str, Any]


class Kept(msgspec.Struct):
    """An order that is kept; change `body` and hand it to `keep`."""

    id: int
    account: str
    created: int
    updated: int
    body: Order


class PurchaseError(ValueError):
    """The order cannot be placed or changed so."""


def row_of(account: str, order: Order, created: int, updated: int) -> tuple[object, ...]:
    """Return the row of an order. `order` tells its own `updated_at` and deadline as text."""
    return (
        order["id"],
        account,
        created,
        updated,
        moment_from(order["shipping_deadline"]) or updated,
        *(order[column] for column in FAMILIES.values()),
        msgspec.json.encode(order),
    )


def store_rows(market: Market, rows: Iterable[tuple[object, ...]]) -> None:
    """Keep new or changed orders."""
    market.sql.executemany(
        "INSERT INTO orders (id, account, created, updated, ship_by, status, payment_status,"
        " delivery_status, antifraud_status, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET updated = excluded.updated, ship_by = excluded.ship_by,"
        " status = excluded.status, payment_status = excluded.payment_status,"
        " delivery_status = excluded.delivery_status,"
        " antifraud_status = excluded.antifraud_status, body = excluded.body",
        rows,
    )


def keep(market: Market, kept: Kept, moment: int | None = None) -> Order:
    """Keep a changed order; its `updated_at` moves on, never to a time it had before."""
    kept.updated = max(kept.updated + 1, market.clock.now() if moment is None else moment)
    kept.body["updated_at"] = moment_text(kept.updated)
    store_rows(market, [row_of(kept.account, kept.body, kept.created, kept.updated)])
    return kept.body


def find(market: Market, order_id: object) -> Kept | None:
    """Return an order of any shop, or None."""
    number = whole_number(order_id)
    row = market.sql.execute(
        "SELECT id, account, created, updated, body FROM orders WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        return None
    kept_id, account, created, updated, raw = row
    return Kept(kept_id, account, created, updated, msgspec.json.decode(raw))


def own(market: Market, account: str, order_id: object) -> Kept:
    """Return an order of a shop.

    Raises RefusalError as the marketplace does: ErrorCode.OrderNotFound, ErrorCode.SellerMismatch.
    """
    kept = find(market, order_id)
    if kept is None:
        raise RefusalError("ErrorCode.OrderNotFound", f"order {order_id} not found")
    if kept.account != account:
        raise RefusalError("ErrorCode.SellerMismatch", f"order {order_id} is another seller's")
    return kept


def change(market: Market, order_id: int, fields: dict[str, Any]) -> Order | None:
    """Overwrite fields of an order (paid, cancelled, another address); None where it is unknown.

    Raises PurchaseError for a field that orders do not have.
    """
    kept = find(market, order_id)
    if kept is None:
        return None
    if unknown := fields.keys() - kept.body.keys() | fields.keys() & {"id", "created_at"}:
        msg = f"cannot set {', '.join(sorted(unknown))}"
        raise PurchaseError(msg)
    words = (*FAMILIES.values(), "shipping_deadline")
    if any(not isinstance(fields.get(name, ""), str) for name in words):
        msg = f"{', '.join(words)} must be text"
        raise PurchaseError(msg)
    kept.body |= fields
    return keep(market, kept)


def payable(order: Order) -> bool:
    """Tell whether an order is paid for and still going on, so that it may be shipped."""
    return (
        order["payment_status"] in ("Hold", "Paid")
        and order["status"] in ("Created", "InProgress")
        and order["antifraud_status"] not in ("Checking", "Blocked")
    )
