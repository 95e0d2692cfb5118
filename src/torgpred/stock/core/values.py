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
    """So many pieces of a level; `reference` says whose, such as the consignment.

    `lock_id` says out of which lock they were promised, None where they were free.
    """

    seller_id: int
    sku: str
    warehouse_id: int
    pieces: int
    reference: str = ""
    lock_id: int | None = None


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
    """Pieces kept for a purpose; open while `closed_at` is None.

    `pieces` were kept when it was opened. Orders of the shops `shop_ids` (none: of nobody) have
    `used` so many of them, `freed` were given back to all shops, the others are `left`.
    """

    id: int
    sku: str
    warehouse: str
    pieces: int
    shop_ids: tuple[int, ...]
    used: int
    freed: int
    purpose: str
    until: datetime | None
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None

    @property
    def left(self) -> int:
        """What is still kept: 0 once it is closed."""
        return self.pieces - self.used - self.freed


class KeptFor(msgspec.Struct, frozen=True):
    """Open locks of one purpose, shops and end, added up; `skus` tells of how many SKUs."""

    purpose: str
    shop_ids: tuple[int, ...]
    until: datetime | None
    skus: int
    pieces: int
    used: int
    freed: int

    @property
    def left(self) -> int:
        """What is still kept."""
        return self.pieces - self.used - self.freed


class Lacking(msgspec.Struct, frozen=True):
    """What a lock was to keep of a level, and what was kept since no more is free."""

    sku: str
    warehouse_id: int
    asked: int
    kept: int


class Kept(msgspec.Struct, frozen=True):
    """The locks that were opened, and where fewer pieces were free than asked."""

    locks: tuple[LockCard, ...]
    lacking: tuple[Lacking, ...]


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
    """on_hand, owing, reserved or locked; used: of the locks of the level, open or closed."""
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
