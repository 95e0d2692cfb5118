"""What a newer version of an order changes, by rule.

Orders go on: placed, to ship, shipped, delivered; at any time they may be cancelled. A version
that would go back (a parcel undone in the cabinet, a state that nobody knows) changes words and
sums but not how far the order is here: what was shipped stays shipped until it is seen again.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from torgpred.channels.core.orders import OrderPhase, RawLine

_RANK: Final = {
    OrderPhase.PLACED: 0,
    OrderPhase.TO_SHIP: 1,
    OrderPhase.SHIPPED: 2,
    OrderPhase.DELIVERED: 3,
}

BACKWARDS: Final = "It was told as {told} after it was {known}: look at it at the marketplace."
CANCELLED_LATE: Final = "It was cancelled after it was shipped: expect the goods back."


def phase_after(
    known: OrderPhase, told: OrderPhase, *, held: bool = False
) -> tuple[OrderPhase, str]:
    """Return how far an order is once a newer version told a phase, and a trouble if that is odd.

    A known word after an unknown one is simply believed. An order that is `held` for a reason,
    such as a buyer who asks to cancel, waits where it was.
    """
    if told in {known, OrderPhase.UNKNOWN}:
        return known, ""
    if known is OrderPhase.UNKNOWN:
        return told, ""
    if told is OrderPhase.CANCELLED:
        late = _RANK[known] >= _RANK[OrderPhase.SHIPPED]
        return told, CANCELLED_LATE if late else ""
    if held and told is OrderPhase.PLACED and known is OrderPhase.TO_SHIP:
        return known, ""
    if known is OrderPhase.CANCELLED or _RANK[told] < _RANK[known]:
        return known, BACKWARDS.format(told=told.value, known=known.value)
    return told, ""


class KnownLine(msgspec.Struct, frozen=True):
    """A line as it stands here."""

    id: int
    quantity: int


class LineChanges(msgspec.Struct, frozen=True):
    """How the lines of a newer version differ: new ones, and (line, pieces more or fewer)."""

    added: tuple[RawLine, ...]
    moved: tuple[tuple[KnownLine, int], ...]


def line_changes(known: Mapping[str, KnownLine], told: tuple[RawLine, ...]) -> LineChanges:
    """Compare lines by their remote ids. A line that is no longer told wants 0 pieces.

    A version that tells no lines at all changes none: it was not whole.
    """
    if not told:
        return LineChanges((), ())
    by_id = {line.remote_id: line for line in told}
    added = tuple(line for remote, line in by_id.items() if remote not in known)
    moved = []
    for remote, line in known.items():
        other = by_id.get(remote)
        pieces = (0 if other is None else other.quantity) - line.quantity
        if pieces:
            moved.append((line, pieces))
    return LineChanges(added, tuple(moved))
