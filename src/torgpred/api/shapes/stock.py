"""Warehouses, levels, the ledger, counts and moves."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.values import NO_CONTROL, PIECES, Given, Key, Shape

Code = Annotated[
    str,
    Field(
        max_length=20,
        pattern=NO_CONTROL,
        description="The warehouse's code; empty: the first one.",
        examples=["MAIN"],
    ),
]
Counted = Annotated[int, Field(ge=0, le=PIECES)]
Moved = Annotated[int, Field(ge=-PIECES, le=PIECES)]
Reference = Annotated[
    str,
    Field(
        max_length=120, pattern=NO_CONTROL, description="Where the number comes from; it is kept."
    ),
]


class WarehouseShape(Shape):
    """Where goods lie."""

    code: str
    name: str
    country: str
    rank: int = Field(description="Of two alike, the lower one serves first.")


class Warehouses(Shape):
    """A seller's warehouses, in the order in which they serve."""

    items: list[WarehouseShape]


class LevelShape(Shape):
    """Pieces of one SKU in one warehouse."""

    sku: str
    warehouse: str
    on_hand: int
    reserved: int
    locked: int
    buffer: int
    owing: int = Field(description="Promised and not there.")
    available: int


class Levels(Shape):
    """A page of levels, by SKU; all levels of an SKU stand on one page."""

    items: list[LevelShape]
    next: Next


class Line(Shape):
    """One line of the equation that a level is."""

    warehouse: str
    part: str = Field(description="on_hand, reserved, locked, buffer, owing or available")
    pieces: int
    what: str
    reference: str
    actor: str
    at: datetime | None
    result: bool
    agrees: bool


class LedgerShape(Shape):
    """What an SKU's numbers are made of: lines add up to the result of their part."""

    sku: str
    lines: list[Line]


class LockShape(Shape):
    """Pieces kept for a purpose: orders of its shops are served from them, nobody else's."""

    id: int
    sku: str
    warehouse: str
    pieces: int = Field(description="What was kept when it was opened.")
    used: int = Field(description="Promised to orders of its shops, or shipped to them.")
    freed: int = Field(description="Given back to all shops.")
    left: int = Field(description="What is still kept: pieces - used - freed.")
    purpose: str
    shop_ids: list[int] = Field(description="Shops that sell them; empty: nobody does.")
    until: datetime | None = Field(description="When the rest is free again; null: by hand.")
    opened_by: str
    opened_at: datetime


class Locks(Shape):
    """A page of open locks, the oldest first."""

    items: list[LockShape]
    next: Next


class Count(Given):
    """What was counted: it lies there now. SKUs not named stay as they are."""

    pieces: dict[Key, Counted] = Field(min_length=1, max_length=1_000, examples=[{"SKU-1": 12}])
    warehouse: Code = ""
    reference: Reference = ""


class Move(Given):
    """Pieces that came (above 0) or went, by SKU. All of it or nothing."""

    pieces: dict[Key, Moved] = Field(min_length=1, max_length=1_000, examples=[{"SKU-1": -3}])
    warehouse: Code = ""
    reference: Reference = ""


class KeepBack(Given):
    """So many pieces of each SKU are kept back from every shop."""

    pieces: dict[Key, Counted] = Field(min_length=1, max_length=1_000, examples=[{"SKU-1": 2}])
    warehouse: Code = ""


class Changed(Shape):
    """What a change came to."""

    levels: int = Field(description="Levels that changed.")
    owing: int = Field(description="Pieces promised and not there, of all levels named.")
