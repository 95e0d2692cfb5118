"""Orders as rows of a COPY: whose each line is, and what the version's digest is."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec
import xxhash

from torgpred.channels.core.orders import RawLine, RawOrder

ORDER_COLUMNS: Final = (
    "no, tenant_id, shop_id, remote_id, phase, words, placed_at, paid_at, changed_at, ship_by,"
    " currency, total, fees, payout, country, digest, troubles, buyer"
)
LINE_COLUMNS: Final = "no, seller_id, remote_id, sku, remote_sku_id, name, quantity, price, amount"
_NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})
_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")


class Whose(msgspec.Struct, frozen=True):
    """How a shop's SKUs name sellers and their offers.

    `others` are names that stood in the shop before us: SKU -> (seller, key). `prefixes` begin the
    names of a joint shop's sellers. What neither knows is the owner's, under the name as it is.
    """

    owner: int
    others: Mapping[str, tuple[int, str]] = {}
    prefixes: Mapping[str, int] = {}

    def of(self, sku: str) -> tuple[int, str]:
        """Return (seller, key of the offer) of an SKU."""
        known = self.others.get(sku)
        if known is not None:
            return known
        if self.prefixes:
            begins, dash, key = sku.partition("-")
            seller = self.prefixes.get(begins + dash) if dash else None
            if seller is not None and key:
                return seller, key
        return self.owner, sku


class Staged:
    """A batch on its way: rows of orders and lines as text of a COPY."""

    def __init__(self) -> None:
        self.orders: list[str] = []
        self.lines: list[str] = []

    @property
    def count(self) -> int:
        """Orders in the batch."""
        return len(self.orders)

    def add(self, shop_id: int, whose: Whose, orders: Iterable[RawOrder]) -> None:
        """Add orders of a shop."""
        rows, lines = self.orders, self.lines
        encode, digest, of = _ENCODER.encode, xxhash.xxh3_128_hexdigest, whose.of
        head = f"{whose.owner}\t{shop_id}"
        no = len(rows)
        for order in orders:
            no += 1
            buyer = "" if order.buyer is None else _text(encode(order.buyer).decode())
            rows.append(
                f"{no}\t{head}\t{_text(order.remote_id)}\t{order.phase.value}\t"
                f"{_text(order.words)}\t{order.created_at}\t{order.paid_at or _NULL}\t"
                f"{order.updated_at}\t{order.ship_by or _NULL}\t{_text(order.currency)}\t"
                f"{order.total}\t{_money(order.fees)}\t{_money(order.payout)}\t"
                f"{_text(order.buyer_country)}\t\\\\x{digest(encode(order))}\t"
                f"{_text(chr(10).join(order.troubles)) if order.troubles else ''}\t{buyer}\n"
            )
            for line in order.lines:
                seller, key = of(line.sku)
                lines.append(_line(no, seller, key, line))


def _line(no: int, seller: int, key: str, line: RawLine) -> str:
    return (
        f"{no}\t{seller}\t{_text(line.remote_id)}\t{_text(key)}\t{_text(line.remote_sku_id)}\t"
        f"{_text(line.name[:255])}\t{line.quantity}\t{line.price}\t{line.amount}\n"
    )


def _text(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPES)


def _money(amount: Decimal | None) -> str:
    return _NULL if amount is None else str(amount)
