"""A shop with stock, and orders for it, without a network."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from torgpred.channels.core.orders import Buyer, OrderPhase, RawLine, RawOrder
from torgpred.orders.services.accepting import Accepted, accept
from torgpred.orders.services.staging import Staged, Whose
from torgpred.runtime.scope import operator_scope, scope

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)


def make_line(sku: str = "A", quantity: int = 1, **overrides: Any) -> RawLine:  # noqa: ANN401
    price = overrides.pop("price", Decimal("100.00"))
    given = {"remote_id": f"L-{sku}", "price": price, "amount": price * quantity, "name": "Валенки"}
    return RawLine(sku=sku, quantity=quantity, **(given | overrides))


def make_order(number: int = 1, *lines: RawLine, **overrides: Any) -> RawOrder:  # noqa: ANN401
    """Return a paid order of one piece of A, or of the lines given."""
    bought = lines or (make_line(),)
    given: dict[str, Any] = {
        "remote_id": f"O-{number}",
        "created_at": NOON + timedelta(seconds=number),
        "updated_at": NOON + timedelta(seconds=number),
        "phase": OrderPhase.TO_SHIP,
        "words": "InProgress, Hold",
        "currency": "RUB",
        "total": sum((line.amount for line in bought), Decimal(0)),
        "lines": bought,
        "buyer_country": "RU",
        "buyer": Buyer(name="Учебный Пётр", phone="+70000000002", city="Пробинск"),
    }
    return RawOrder(**(given | overrides))


def rows(sql: str, *arguments: Any, seller: int | None = None) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """Read as the operator, or inside one seller's scope."""
    opened = operator_scope() if seller is None else scope(seller)
    with opened, connection.cursor() as cursor:
        cursor.execute(sql, list(arguments))
        return list(cursor.fetchall())


def run(sql: str, *arguments: Any) -> None:  # noqa: ANN401
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(sql, list(arguments))


class Shop:
    """A shop of one owner with levels of stock."""

    def __init__(
        self,
        owner: int,
        *,
        joint: bool = False,
        prefixes: dict[str, int] | None = None,
        name: str = "x",
    ) -> None:
        ((self.id,),) = rows(
            "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
            " created_at) VALUES (%s, 'aliexpress_ru', %s, 'http://127.0.0.1', 'RUB', %s,"
            " 'active', now()) RETURNING id",
            owner,
            name,
            joint,
        )
        self.owner = owner
        self.whose = Whose(owner=owner, prefixes=prefixes or {})

    def take(self, *orders: RawOrder) -> Accepted:
        staged = Staged()
        staged.add(self.id, self.whose, orders)
        return accept(staged)


def make_warehouse(seller: int, code: str = "M", country: str = "RU", rank: int = 0) -> int:
    ((warehouse,),) = rows(
        "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
        " VALUES (%s, %s, %s, %s, %s, now()) RETURNING id",
        seller, code, code, country, rank,
    )  # fmt: skip
    return int(warehouse)


def put(seller: int, warehouse: int, sku: str, pieces: int, **columns: int) -> None:
    """Put pieces of an SKU into a warehouse."""
    names = ["seller_id", "warehouse_id", "sku", "on_hand", *columns]
    run(
        f"INSERT INTO stock_level ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        seller, warehouse, sku, pieces, *columns.values(),
    )  # fmt: skip


def levels(seller: int) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (on hand, reserved) by (warehouse's code, SKU)."""
    found = rows(
        "SELECT warehouse.code, level.sku, on_hand, reserved FROM stock_level level"
        " JOIN stock_warehouse warehouse ON warehouse.id = level.warehouse_id"
        " WHERE level.seller_id = %s",
        seller,
    )
    return {(code, sku): (on_hand, reserved) for code, sku, on_hand, reserved in found}


def promised(*, seller: int | None = None) -> list[tuple[str, str, str, int]]:
    """Return (order, SKU, warehouse's code, pieces) of open allocations, by line."""
    return rows(
        "SELECT o.remote_id, a.sku, w.code, a.pieces FROM orders_allocation a"
        " JOIN orders_line l ON l.id = a.line_id"
        " JOIN orders_consignment o ON o.id = l.consignment_id"
        " JOIN stock_warehouse w ON w.id = a.warehouse_id"
        " WHERE a.shipped IS NULL ORDER BY l.id, w.code",
        seller=seller,
    )


def short(*, seller: int | None = None) -> list[tuple[str, int, str]]:
    """Return (SKU, pieces, why) of open shortages, by line."""
    return rows(
        "SELECT sku, pieces, why FROM orders_shortage WHERE settled_at IS NULL ORDER BY line_id",
        seller=seller,
    )


def everything() -> Sequence[Iterable[Any]]:
    """Return what orders left behind, without ids and times of our own."""
    return [
        rows("SELECT shop_id, remote_id, phase, total, troubles FROM orders_order ORDER BY 1, 2"),
        rows(
            "SELECT seller_id, remote_id, phase, amount, payout, buyer FROM orders_consignment"
            " ORDER BY 2, 1"
        ),
        rows(
            "SELECT l.seller_id, c.remote_id, l.remote_id, l.sku, l.quantity, l.amount"
            " FROM orders_line l JOIN orders_consignment c ON c.id = l.consignment_id"
            " ORDER BY 2, 3, 1"
        ),
        rows("SELECT seller_id, sku, on_hand, reserved FROM stock_level ORDER BY 1, 2"),
    ]
