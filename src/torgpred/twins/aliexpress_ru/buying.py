"""Buyers buy, one order at a time or all at once.

A buyer may buy at any moment, also between a shop's reading of stock and its writing; with
`oversell` even what is not there, as real marketplaces are known to.
"""

import bisect
import itertools
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from torgpred.twins.aliexpress_ru.calls import Call
from torgpred.twins.aliexpress_ru.effects import ON_SALE
from torgpred.twins.aliexpress_ru.goods import Doc
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.order_store import Order, PurchaseError, row_of, store_rows
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.engine.clock import MICROSECONDS, moment_text

FIRST_ORDER = 10_900_000_000_000_001
FIRST_LINE = 10_910_000_000_000_001
PLATFORM_SHARE, AFFILIATE_SHARE = 8, 2  # per cent; the twin's own figures
SHIP_WITHIN_SECONDS = 3 * 24 * 3600
CROWD_MOST = 50_000
LINES_MOST = 50
PIECES_MOST = 999_999

# Plainly invented people: nobody lives there, and the numbers are not given out.
_BUYERS = (
    ("Пробная Варвара Игоревна", "+70000000001", "Московская область", "Пробинск"),
    ("Учебный Пётр Сергеевич", "+70000000002", "Тверская область", "Репетиционный"),
    ("Примерова Алия Рашидовна", "+70000000003", "Республика Татарстан", "Образцово"),
)


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


class Crowd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Many buyers at once, each with one order of so many lines.

    Which SKU a line is of follows Zipf's law with the exponent `skew` over all that is on sale in
    the shop, the oldest SKU being the hottest; 0 makes all alike. What a buyer wants and is not
    there is left out of the order, and an order without lines is not placed, unless `oversell`.
    """

    count: int
    account: str | None = None
    lines: int = 1
    skew: float = 1.1
    quantity_most: int = 1
    paid_share: float = 1.0
    oversell: bool = False
    seed: int | None = None


class Ware(NamedTuple):
    """An SKU on sale."""

    sku_id: int
    product_id: int
    account: str
    code: str
    price: str
    discount_price: str | None
    inventory: int
    doc: bytes


_WARES = (
    "SELECT s.id, s.product_id, s.account, s.code, s.price, s.discount_price, s.inventory, p.doc"
    " FROM skus s JOIN products p ON p.id = s.product_id"
    " WHERE p.status = ? AND p.audited <= ?"
)
_DOC = msgspec.json.Decoder(Doc)


def _kopecks(price: str) -> int:
    return int(Decimal(price) * 100)


@lru_cache(maxsize=20_000)
def _looks(raw: bytes) -> dict[str, Any]:
    """Return what a line tells of its product; kept by the product's whole content."""
    doc = _DOC.decode(raw)
    return {
        "name": doc.subject("ru"),
        "img_url": next(iter(doc.main_image_urls_list), ""),
        "height": doc.package_height,
        "weight": doc.weight,
        "width": doc.package_width,
        "length": doc.package_length,
    }


def _line(line_id: int, ware: Ware, quantity: int, comment: str = "") -> dict[str, Any]:
    price = _kopecks(ware.discount_price or ware.price)
    return {
        "id": line_id,
        "item_id": str(ware.product_id),
        "sku_id": str(ware.sku_id),
        "sku_code": ware.code,
        "item_price": price,
        "quantity": quantity,
        "total_amount": price * quantity,
        "properties": [],
        "buyer_comment": comment or None,
        "issue_status": "NoDispute",
        "promotions": [],
        "order_line_fees": None,
        **_looks(ware.doc),
    }


def _take(market: Market, taken: dict[int, int], products: Sequence[int]) -> None:
    """Take pieces out of stock and move the products' times of change on."""
    market.sql.executemany(
        "UPDATE skus SET inventory = max(0, inventory - ?) WHERE id = ?",
        [(pieces, sku_id) for sku_id, pieces in taken.items()],
    )
    now = market.clock.now()
    market.sql.executemany(
        "UPDATE products SET updated = max(updated + 1, ?) WHERE id = ?",
        [(now, product_id) for product_id in set(products)],
    )


def buy(market: Market, purchase: Purchase) -> Order:
    """Place a buyer's order, taking the pieces out of stock; return it as the shop will see it.

    All lines are of one shop. Raises PurchaseError. Inside a transaction.
    """
    if not purchase.lines:
        msg = "an order needs lines"
        raise PurchaseError(msg)
    wares = [_ware(market, wish) for wish in purchase.lines]
    if len({ware.account for ware in wares}) > 1:
        msg = "an order is placed in one shop"
        raise PurchaseError(msg)
    taken: dict[int, int] = {}
    for ware, wish in zip(wares, purchase.lines, strict=True):
        taken[ware.sku_id] = taken.get(ware.sku_id, 0) + wish.quantity
        if not purchase.oversell and taken[ware.sku_id] > ware.inventory:
            msg = f"SKU {wish.sku_id}: {ware.inventory} left, {taken[ware.sku_id]} wanted"
            raise PurchaseError(msg)
    _take(market, taken, [ware.product_id for ware in wares])
    first = market.file.numbers("next_line", len(wares), FIRST_LINE)
    lines = [
        _line(line_id, ware, wish.quantity, wish.comment)
        for line_id, ware, wish in zip(itertools.count(first), wares, purchase.lines, strict=False)
    ]
    now = market.clock.now()
    order = new_order(market.file.numbers("next_order", 1, FIRST_ORDER), lines, now, purchase.paid)
    store_rows(market, [row_of(wares[0].account, order, now, now)])
    return order


def _ware(market: Market, wish: Wish) -> Ware:
    row = market.sql.execute(
        _WARES + " AND s.id = ?", (ON_SALE, market.clock.now(), whole_number(wish.sku_id))
    ).fetchone()
    if row is None:
        msg = f"SKU {wish.sku_id} is not on sale"
        raise PurchaseError(msg)
    if not 1 <= wish.quantity <= PIECES_MOST:
        msg = f"SKU {wish.sku_id}: {wish.quantity} wanted"
        raise PurchaseError(msg)
    return Ware(*row)


def buy_meanwhile(
    market: Market, call: Call, *, sku_ids: Sequence[int] = (), codes: Sequence[str] = ()
) -> None:
    """Let buyers buy one piece of each SKU of a call, where that fault is set.

    After the shop has read its stock, or before what it writes takes effect.
    """
    fault = market.faults.strike("bought_meanwhile", call.operation, call.account.token)
    if fault is None:
        return
    pieces = whole_number(fault.value) or 1
    for column, values in (("id", sku_ids), ("code", codes)):
        for value in values:
            row = market.sql.execute(
                f"SELECT id FROM skus WHERE account = ? AND {column} = ? AND inventory >= ?",  # noqa: S608
                (call.account.code, value, pieces),
            ).fetchone()
            if row is not None:
                buy(market, Purchase(lines=[Wish(sku_id=row[0], quantity=pieces)]))


def crowd(market: Market, wanted: Crowd) -> dict[str, Any]:
    """Let many buyers buy; return how many orders were placed, lines left out, pieces sold.

    Raises PurchaseError. Inside a transaction.
    """
    if not 1 <= wanted.count <= CROWD_MOST or not 1 <= wanted.lines <= LINES_MOST:
        msg = f"count is 1 to {CROWD_MOST}, lines 1 to {LINES_MOST}"
        raise PurchaseError(msg)
    if not 0 <= wanted.skew <= 10 or not 1 <= wanted.quantity_most <= 100:
        msg = "skew is 0 to 10, quantity_most 1 to 100"
        raise PurchaseError(msg)
    account = wanted.account or next(iter(market.accounts.values())).code
    wares = [
        Ware(*row)
        for row in market.sql.execute(
            _WARES + " AND s.account = ? ORDER BY s.id", (ON_SALE, market.clock.now(), account)
        )
    ]
    if not wares:
        msg = f"nothing is on sale at {account}"
        raise PurchaseError(msg)
    return _Sale(market, account, wares, wanted).run()


class _Sale:
    """One crowd's purchases."""

    def __init__(self, market: Market, account: str, wares: list[Ware], wanted: Crowd) -> None:
        self.market = market
        self.account = account
        self.wares = wares
        self.wanted = wanted
        self.random = market.random
        if wanted.seed is not None:
            self.random.seed(wanted.seed)
        weights = (1.0 / (rank**wanted.skew) for rank in range(1, len(wares) + 1))
        self.heights = list(itertools.accumulate(weights))
        self.left: dict[int, int] = {}
        self.taken: dict[int, int] = {}
        self.products: set[int] = set()
        self.short = 0

    def run(self) -> dict[str, Any]:
        carts = [cart for cart in (self._cart() for _ in range(self.wanted.count)) if cart]
        order_id = self.market.file.numbers("next_order", len(carts), FIRST_ORDER)
        line_id = self.market.file.numbers("next_line", sum(map(len, carts)), FIRST_LINE)
        now = self.market.clock.now()
        rows = []
        for place, cart in enumerate(carts):
            lines = [_line(line_id + at, *item) for at, item in enumerate(cart)]
            line_id += len(cart)
            paid = self.random.random() < self.wanted.paid_share
            order = new_order(order_id + place, lines, now + place, paid)
            rows.append(row_of(self.account, order, now + place, now + place))
        store_rows(self.market, rows)
        _take(self.market, self.taken, list(self.products))
        return {
            "placed": len(carts),
            "first_id": order_id if carts else None,
            "last_id": order_id + len(carts) - 1 if carts else None,
            "lines": sum(map(len, carts)),
            "pieces": sum(self.taken.values()),
            "lines_left_out": self.short,
        }

    def _cart(self) -> list[tuple[Ware, int]]:
        """Return one buyer's lines, each of another SKU."""
        cart: dict[int, tuple[Ware, int]] = {}
        for _ in range(self.wanted.lines):
            at = bisect.bisect(self.heights, self.random.random() * self.heights[-1])
            ware = self.wares[min(at, len(self.wares) - 1)]
            pieces = self.random.randint(1, self.wanted.quantity_most)
            left = self.left.get(ware.sku_id, ware.inventory)
            if ware.sku_id in cart or (pieces > left and not self.wanted.oversell):
                self.short += 1
                continue
            self.left[ware.sku_id] = left - pieces
            self.taken[ware.sku_id] = self.taken.get(ware.sku_id, 0) + pieces
            self.products.add(ware.product_id)
            cart[ware.sku_id] = (ware, pieces)
        return list(cart.values())


def new_order(order_id: int, lines: list[dict[str, Any]], now: int, paid: bool) -> Order:  # noqa: FBT001 - a plain fact
    """Return an order of an invented buyer, as the shop reads it."""
    name, phone, region, city = _BUYERS[order_id % len(_BUYERS)]
    total = sum(line["total_amount"] for line in lines)
    platform, affiliate = (total * share // 100 for share in (PLATFORM_SHARE, AFFILIATE_SHARE))
    street = f"Учебная ул., д. {order_id % 97 + 1}"
    moment = moment_text(now)
    ship_by = moment_text(now + SHIP_WITHIN_SECONDS * MICROSECONDS)
    return {
        "id": order_id,
        "created_at": moment,
        "paid_at": moment if paid else None,
        "updated_at": moment,
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
        "pre_split_postings": [_posting(order_id, lines)],
        "logistic_orders": [],
    }


def _posting(order_id: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the one posting that an order is to be sent in, as the marketplace proposes it."""
    return {
        "id": order_id + 5_000_000_000,
        "delivery_fee": 0,
        "first_mile_type": "Dropoff",
        "logistics_type": "FBS",
        "posting_lines": [
            {
                "order_line_id": line["id"],
                "item_id": line["item_id"],
                "sku_id": line["sku_id"],
                "quantity": line["quantity"],
            }
            for line in lines
        ],
    }
