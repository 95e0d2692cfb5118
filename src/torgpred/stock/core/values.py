"""Stock as frozen values."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import msgspec

from torgpred.stock.core.errors import UnfitPiecesError

MOST: Final = 10**9
"""Pieces that one level may be told: far from where sums would leave the column's range."""
_SKU_LIMIT: Final = 255


class WarehouseCard(msgspec.Struct, frozen=True):
    """A warehouse as lists show it. Of two alike, the one with the lower rank serves first."""

    id: int
    code: str
    name: str
    country: str
    rank: int


class Pieces(msgspec.Struct, frozen=True):
    """So many pieces of a level; `reference` says whose, such as the consignment."""

    seller_id: int
    sku: str
    warehouse_id: int
    pieces: int
    reference: str = ""


class LevelCard(msgspec.Struct, frozen=True):
    """Pieces of one SKU in one warehouse. `there`: what truly lies there, on hand less owing."""

    sku: str
    warehouse: str
    country: str
    warehouse_id: int
    on_hand: int
    reserved: int
    locked: int
    buffer: int
    owing: int

    @property
    def available(self) -> int:
        """What may still be sold from here; below 0 where more is kept back or owing than lies."""
        return self.on_hand - self.reserved - self.locked - self.buffer - self.owing

    @property
    def there(self) -> int:
        """Pieces that truly lie there."""
        return self.on_hand - self.owing


class Owed(msgspec.Struct, frozen=True):
    """A level whose promises cannot all be kept.

    `to_take_back` is how many reserved pieces nothing covers once the locks gave way; the rest of
    `owing` is settled by closing locks.
    """

    seller_id: int
    sku: str
    warehouse_id: int
    owing: int
    reserved: int
    locked: int
    to_take_back: int


class RunningOut(msgspec.Struct, frozen=True):
    """An SKU that is being bought and nearly gone, its pieces over all warehouses."""

    seller_id: int
    sku: str
    available: int
    on_hand: int
    reserved: int


class MovementCard(msgspec.Struct, frozen=True):
    """Pieces that came (above 0) or went, why, from where, by whom and when."""

    warehouse: str
    pieces: int
    kind: str
    reference: str
    actor: str
    at: datetime


class LockCard(msgspec.Struct, frozen=True):
    """Pieces kept for a purpose; open while `closed_at` is None."""

    id: int
    sku: str
    warehouse: str
    pieces: int
    purpose: str
    until: datetime | None
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None


class Ledger(msgspec.Struct, frozen=True):
    """All that makes up an SKU's levels, read at one moment: oldest first.

    `earlier` are sums of movements before the ones listed, by (warehouse, kind).
    """

    levels: tuple[LevelCard, ...]
    movements: tuple[MovementCard, ...]
    earlier: tuple[tuple[str, str, int], ...]
    locks: tuple[LockCard, ...]


class Difference(msgspec.Struct, frozen=True):
    """A number of a level that is not the sum it should be."""

    seller_id: int
    sku: str
    warehouse_id: int
    what: str
    """on_hand, owing, reserved or locked."""
    level: int
    sum: int


class Changed(msgspec.Struct, frozen=True):
    """What a change came to, in levels; `owing` are pieces promised and not there, of all of them.

    `levels` counts those that stand otherwise now.
    """

    levels: int
    owing: int


def checked(rows: Iterable[tuple[str, int]], fits: Callable[[int], bool], reason: str) -> None:
    """Raise UnfitPiecesError for an SKU that is none or for pieces that do not fit."""
    for sku, pieces in rows:
        if not 0 < len(sku) <= _SKU_LIMIT or "\0" in sku:
            raise UnfitPiecesError(sku=sku[:80], pieces=pieces, reason="this is no SKU")
        if abs(pieces) > MOST or not fits(pieces):
            raise UnfitPiecesError(sku=sku, pieces=pieces, reason=reason)
