"""Orders: buyers buy, and the shop reads what they bought.

Money in orders is whole kopecks, unlike prices of products. A buyer may buy at any moment, also
between a shop's reading of stock and its writing; with `oversell` even what is not there, as real
marketplaces are known to.
"""

from decimal import Decimal
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.calls import Answer, Call, optional_number
from torgpred.twins.aliexpress_ru.effects import touch
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.reading import Stored, one
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.engine.clock import MICROSECONDS, moment_from, moment_text

FIRST_ORDER = 10_900_000_000_000_001
FIRST_LINE = 10_910_000_000_000_001
PAGE_MOST = 100
PLATFORM_SHARE, AFFILIATE_SHARE = 8, 2  # per cent; the twin's own figures
SHIP_WITHIN_SECONDS = 3 * 24 * 3600

# Plainly invented people: nobody lives there, and the numbers are not given out.
_BUYERS = (
    ("Пробная Варвара Игоревна", "+70000000001", "Московская область", "Пробинск"),
    ("Учебный Пётр Сергеевич", "+70000000002", "Тверская область", "Репетиционный"),
    ("Примерова Алия Рашидовна", "+70000000003", "Республика Татарстан", "Образцово"),
)
# The four families of statuses, as columns and as the request's filters.
_FAMILIES = {
    "order_statuses": "status",
    "payment_statuses": "payment_status",
    "delivery_statuses": "delivery_status",
    "antifraud_statuses": "antifraud_status",
}
_MOMENTS = {
    "date_start": "created >= ?",
    "date_end": "created <= ?",
    "update_at_from": "updated >= ?",
    "update_at_to": "updated <= ?",
    "shipping_day_from": "ship_by >= ?",
    "shipping_day_to": "ship_by <= ?",
}


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a buyer puts into one order line."""

    sku_id: int | str
    quantity: int = 1
    comment: str = ""


class Purchase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A buyer's order in one shop. `paid` as most are; `oversell` takes what is not there."""

    lines: list[Wish]
    paid: bool = True
    oversell: bool = False


class PurchaseError(ValueError):
    """The order cannot be placed."""


def _kopecks(price: str) -> int:
    return int(Decimal(price) * 100)


def _taken(market: Market, wish: Wish, *, oversell: bool) -> tuple[Stored, int, Any]:
    sku_id = whole_number(wish.sku_id)
    row = market.sql.execute(
        "SELECT product_id, inventory FROM skus WHERE id = ?", (sku_id,)
    ).fetchone()
    product = None if row is None else one(market, row[0])
    if sku_id is None or product is None or not product.for_sale:
        msg = f"SKU {wish.sku_id} is not on sale"
        raise PurchaseError(msg)
    if wish.quantity < 1 or (wish.quantity > row[1] and not oversell):
        msg = f"SKU {wish.sku_id}: {row[1]} left, {wish.quantity} wanted"
        raise PurchaseError(msg)
    market.sql.execute(
        "UPDATE skus SET inventory = max(0, inventory - ?) WHERE id = ?", (wish.quantity, sku_id)
    )
    touch(market, product.id, market.clock.now())
    return product, sku_id, dict(product.skus)[sku_id]


def _line(market: Market, wish: Wish, bought: tuple[Stored, int, Any]) -> dict[str, Any]:
    product, sku_id, sku = bought
    price = _kopecks(sku.discount_price or sku.price)
    doc = product.doc
    return {
        "id": market.file.numbers("next_line", 1, FIRST_LINE),
        "item_id": str(product.id),
        "sku_id": str(sku_id),
        "sku_code": sku.sku_code,
        "name": doc.subject("ru"),
        "img_url": next(iter(doc.main_image_urls_list), ""),
        "item_price": price,
        "quantity": wish.quantity,
        "total_amount": price * wish.quantity,
        "properties": [],
        "buyer_comment": wish.comment or None,
        "height": doc.package_height,
        "weight": doc.weight,
        "width": doc.package_width,
        "length": doc.package_length,
        "issue_status": "NoDispute",
        "promotions": [],
        "order_line_fees": None,
    }


def buy(market: Market, purchase: Purchase) -> dict[str, Any]:
    """Place a buyer's order, taking the pieces out of stock; return it as the shop will see it.

    All lines are of one shop. Raises PurchaseError. Inside a transaction.
    """
    if not purchase.lines:
        msg = "an order needs lines"
        raise PurchaseError(msg)
    taken = [(w, _taken(market, w, oversell=purchase.oversell)) for w in purchase.lines]
    accounts = {product.account for _, (product, *_) in taken}
    if len(accounts) > 1:
        msg = "an order is placed in one shop"
        raise PurchaseError(msg)
    lines = [_line(market, wish, bought) for wish, bought in taken]
    order_id = market.file.numbers("next_order", 1, FIRST_ORDER)
    now = market.clock.now()
    order = _order(order_id, lines, now, paid=purchase.paid)
    store(market, accounts.pop(), order, now, now)
    return order


def _order(order_id: int, lines: list[dict[str, Any]], now: int, *, paid: bool) -> dict[str, Any]:
    name, phone, region, city = _BUYERS[order_id % len(_BUYERS)]
    total = sum(line["total_amount"] for line in lines)
    platform, affiliate = (total * share // 100 for share in (PLATFORM_SHARE, AFFILIATE_SHARE))
    street = f"Учебная ул., д. {order_id % 97 + 1}"
    ship_by = moment_text(now + SHIP_WITHIN_SECONDS * MICROSECONDS)
    return {
        "id": order_id,
        "created_at": moment_text(now),
        "paid_at": moment_text(now) if paid else None,
        "updated_at": moment_text(now),
        "status": "InProgress" if paid else "Created",
        "payment_status": "Hold" if paid else "NotPaid",
        "delivery_status": "Init",
        "antifraud_status": "Passed" if paid else "NotChecked",
        "order_display_status": "WaitSendGoods" if paid else "PlaceOrderSuccess",
        "total_amount": total,
        "buyer_name": name,
        "buyer_phone": phone,
        "buyer_country_code": "RU",
        "delivery_address": f"Россия, {region}, г. {city}, {street}",
        "delivery_info": {
            "country": "Россия",
            "region": region,
            "city": city,
            "street_house": street,
            "index": "000000",
            "receiver": {"name": name, "phone": phone},
        },
        "seller_comment": None,
        "fully_prepared": False,
        "finish_reason": None,
        "cut_off_date": ship_by,
        "shipping_deadline": ship_by,
        "disputes": [],
        "commission": {
            "platform_fee": platform,
            "affiliate_fee": affiliate,
            "estimate_revenue": total - platform - affiliate,
        },
        "order_lines": lines,
        "pre_split_postings": [],
        "logistic_orders": [],
    }


def store(market: Market, account: str, order: dict[str, Any], created: int, updated: int) -> None:
    """Keep a new or changed order; its `updated_at` is what the list is polled by."""
    order["updated_at"] = moment_text(updated)
    ship_by = moment_from(order["shipping_deadline"]) or updated
    market.sql.execute(
        "INSERT INTO orders (id, account, created, updated, ship_by, status, payment_status,"
        " delivery_status, antifraud_status, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET updated = excluded.updated, ship_by = excluded.ship_by,"
        " status = excluded.status, payment_status = excluded.payment_status,"
        " delivery_status = excluded.delivery_status,"
        " antifraud_status = excluded.antifraud_status, body = excluded.body",
        (
            order["id"],
            account,
            created,
            updated,
            ship_by,
            *(order[column] for column in _FAMILIES.values()),
            msgspec.json.encode(order),
        ),
    )


def change(market: Market, order_id: int, fields: dict[str, Any]) -> dict[str, Any] | None:
    """Overwrite fields of an order (paid, cancelled, another address); None where it is unknown.

    Raises PurchaseError for a field that orders do not have.
    """
    row = market.sql.execute(
        "SELECT account, created, updated, body FROM orders WHERE id = ?", (order_id,)
    ).fetchone()
    if row is None:
        return None
    account, created, updated, raw = row
    order: dict[str, Any] = msgspec.json.decode(raw)
    if unknown := fields.keys() - order.keys() | fields.keys() & {"id", "created_at"}:
        msg = f"cannot set {', '.join(sorted(unknown))}"
        raise PurchaseError(msg)
    words = (*_FAMILIES.values(), "shipping_deadline")
    if any(not isinstance(fields.get(name, ""), str) for name in words):
        msg = f"{', '.join(words)} must be text"
        raise PurchaseError(msg)
    store(market, account, order | fields, created, max(updated + 1, market.clock.now()))
    return order | fields


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
    for name, column in {**_FAMILIES, "order_ids": "id"}.items():
        several = call.body.get(name)
        if not several:
            continue
        if not isinstance(several, list) or len(several) > 1000:
            raise RefusalError("ErrorCode.InvalidArgument", f"{name} must be a list")
        clauses.append(f"{column} IN ({','.join('?' * len(several))})")
        values += [whole_number(each) for each in several] if column == "id" else map(str, several)
    if call.body.get("tracking_numbers"):
        clauses.append("0")  # no parcel has set out yet
    return " AND ".join(clauses), values


def order_list(market: Market, call: Call) -> Answer:
    """Answer `order/get-order-list`: a page of orders, with the count of all that match."""
    size = optional_number(call, "page_size", 20, 1, PAGE_MOST)
    page = optional_number(call, "page", 1, 1, 2**31)
    where, values = _wanted(call)
    direction = "ASC" if call.body.get("sorting_order") == "Asc" else "DESC"
    (total,) = market.sql.execute(
        f"SELECT count(*) FROM orders WHERE {where}",  # noqa: S608 - our own clauses
        values,
    ).fetchone()
    rows = market.sql.execute(
        f"SELECT body FROM orders WHERE {where}"  # noqa: S608 - the same
        f" ORDER BY created {direction}, id {direction} LIMIT ? OFFSET ?",
        (*values, size, (page - 1) * size),
    ).fetchall()
    return {
        "data": {"total_count": total, "orders": [msgspec.Raw(raw) for (raw,) in rows]},
        "error": None,
    }
