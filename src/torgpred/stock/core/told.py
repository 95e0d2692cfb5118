"""What an offer of a seller's file tells of the pieces in stock."""

import msgspec

from torgpred.stock.core.values import MOST


class Told(msgspec.Struct, frozen=True, gc=False):
    """The two facts of an offer's content that speak of stock; all else is passed over."""

    quantity: int | None = None
    available: bool | None = None


def pieces_of(told: Told) -> int | None:
    """Return the pieces told: the number, 0 where it only says "not available", None if unknown."""
    if told.quantity is not None:
        return min(max(told.quantity, 0), MOST)
    return 0 if told.available is False else None
