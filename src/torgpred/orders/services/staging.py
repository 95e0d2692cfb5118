"""Orders on their way in: whose each line is, and what the version's digest is."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec
import xxhash

from torgpred.channels.core.orders import ParcelOutcome, RawOrder

LONGEST_WORDS: Final = 200
"""Characters of a marketplace's reason or dispute that are kept."""
LONGEST_ISSUE: Final = 100
LONGEST_NAME: Final = 255
"""Characters of a line's name."""
_encode: Final = msgspec.json.Encoder().encode
_pack: Final = msgspec.msgpack.Encoder(decimal_format="string").encode


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


Told = tuple[int, Whose, RawOrder, str, str]
"""(shop, how it names goods, order, digest of this version, buyer as JSON or empty)."""


class Staged:
    """A batch on its way; its orders have the numbers 1, 2, 3 ..."""

    def __init__(self, told: Iterable[Told] = ()) -> None:
        self.told: list[Told] = list(told)

    def halves(self) -> tuple["Staged", "Staged"]:
        """Return the first half of the batch and the second, as batches of their own."""
        middle = self.count // 2
        return Staged(self.told[:middle]), Staged(self.told[middle:])

    def with_parcels(self, new: Collection[int]) -> dict[int, tuple[ParcelOutcome, ...]]:
        """Return the parcels that were told of orders with these numbers, where there are any."""
        return {
            no: order.parcels
            for no, (_, _, order, _, _) in enumerate(self.told, 1)
            if order.parcels and no in new
        }

    def of(self, numbers: Iterable[int]) -> list[StagedOrder]:
        """Return the orders of the batch with these numbers."""
        found = (self.told[no - 1] for no in numbers)
        return [
            StagedOrder(shop_id, whose, order, digest, buyer)
            for shop_id, whose, order, digest, buyer in found
        ]

    @property
    def count(self) -> int:
        """Orders in the batch."""
        return len(self.told)

    def add(self, shop_id: int, whose: Whose, orders: Iterable[RawOrder]) -> None:
        """Add orders of a shop."""
        digest, told = xxhash.xxh3_128_hexdigest, self.told
        for order in orders:
            buyer = "" if order.buyer is None else _encode(order.buyer).decode()
            told.append((shop_id, whose, order, digest(_pack(order)), buyer))
