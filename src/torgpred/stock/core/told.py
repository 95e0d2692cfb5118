"""What an offer of a seller's file tells of the pieces in stock."""

import msgspec

from torgpred.stock.core.values import MOST


class Told(msgspec.Struct, frozen=True, gc=False):
    """The two facts of an offer's content that speak of stock; all else is passed over."""

    quantity: int | None = None
    available: bool | None = None


def pieces_of(told: Told) -> int | None:
    """Return the pieces told: 0 where it says "not available", else the number; None if unknown.

    Pieces that are counted and not for sale, such as those "to order" in YML, are none to sell.
    """
    if told.available is False:
        return 0
    return None if told.quantity is None else min(max(told.quantity, 0), MOST)
