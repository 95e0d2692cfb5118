"""Orders as rows of a COPY: whose each line is, and what the version's digest is.

A row is written as JSON without its brackets, which is CSV as long as nothing in it had to be
escaped: so the encoder does the work of all fields at once. A row that holds a backslash, a
quotation mark or a control character is written field by field instead.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec
import xxhash

from torgpred.channels.core.orders import ParcelOutcome, RawOrder

ORDER_COLUMNS: Final = (
    "no, tenant_id, shop_id, remote_id, phase, words, placed_at, paid_at, changed_at, ship_by,"
    " currency, total, fees, payout, country, digest, troubles, reason, dispute, buyer"
)
LINE_COLUMNS: Final = (
    "no, seller_id, remote_id, sku, remote_sku_id, name, quantity, price, amount, issue"
)
LONGEST_WORDS: Final = 200
"""Characters of a marketplace's reason or dispute that are kept."""
LONGEST_ISSUE: Final = 100
NULL: Final = "null"
"""What stands for no value, unquoted; a text of this word is quoted."""
_LONGEST_NAME: Final = 255
_encode: Final = msgspec.json.Encoder(decimal_format="string").encode


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


class StagedOrder(msgspec.Struct, frozen=True):
    """One order of a batch; `digest` is that of the version, `buyer` JSON."""

    shop_id: int
    whose: Whose
    order: RawOrder
    digest: str
    buyer: str


class Staged:
    """A batch on its way: rows of orders and of lines, as CSV."""

    def __init__(self) -> None:
        self.orders: list[bytes] = []
        self.lines: list[bytes] = []
        self._told: list[tuple[int, Whose, RawOrder, str, bytes]] = []

    def with_parcels(self, new: Collection[int]) -> dict[int, tuple[ParcelOutcome, ...]]:
        """Return the parcels that were told of orders with these numbers, where there are any."""
        return {
            no: order.parcels
            for no, (_, _, order, _, _) in enumerate(self._told, 1)
            if order.parcels and no in new
        }

    def but(self, new: Collection[int]) -> list[StagedOrder]:
        """Return the orders of the batch but for those with these numbers (1, 2, 3 ...)."""
        return [
            StagedOrder(shop_id, whose, order, digest, buyer.decode())
            for no, (shop_id, whose, order, digest, buyer) in enumerate(self._told, 1)
            if no not in new
        ]

    @property
    def count(self) -> int:
        """Orders in the batch."""
        return len(self.orders)

    def add(self, shop_id: int, whose: Whose, orders: Iterable[RawOrder]) -> None:
        """Add orders of a shop."""
        rows, lines = self.orders, self.lines
        digest, of, owner, plain = xxhash.xxh3_128_hexdigest, whose.of, whose.owner, not (
            whose.others or whose.prefixes
        )  # fmt: skip
        no, told = len(rows), self._told
        for order in orders:
            no += 1
            buyer = b"" if order.buyer is None else _encode(order.buyer)
            mark = digest(_encode(order))
            told.append((shop_id, whose, order, mark, buyer))
            rows.append(
                _row(
                    (
                        no, owner, shop_id, order.remote_id, order.phase, order.words,
                        order.created_at, order.paid_at, order.updated_at, order.ship_by,
                        order.currency, order.total, order.fees, order.payout,
                        order.buyer_country, mark, "\n".join(order.troubles),
                        order.reason[:LONGEST_WORDS], order.dispute[:LONGEST_WORDS],
                    ),
                    buyer,
                )
            )  # fmt: skip
            for line in order.lines:
                seller, key = (owner, line.sku) if plain else of(line.sku)
                lines.append(
                    _row(
                        (
                            no, seller, line.remote_id, key, line.remote_sku_id,
                            line.name[:_LONGEST_NAME], line.quantity, line.price, line.amount,
                            line.issue[:LONGEST_ISSUE],
                        )
                    )
                )  # fmt: skip


def _row(fields: Sequence[object], json: bytes | None = None) -> bytes:
    """Return a line of CSV; `json` is one more field, a text of JSON."""
    row = _encode(fields)
    if b"\\" in row:
        row = b"[" + b",".join(map(_field, fields)) + b"]"
    if json is None:
        return row[1:-1] + b"\n"
    return row[1:-1] + b',"' + json.replace(b'"', b'""') + b'"\n'


def _field(value: object) -> bytes:
    """Return one field, as CSV quotes it. PostgreSQL's text holds no NUL."""
    if not isinstance(value, str):
        return _encode(value)
    return b'"' + value.replace("\0", "").replace('"', '""').encode() + b'"'
