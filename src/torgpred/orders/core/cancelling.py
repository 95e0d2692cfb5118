"""What cancelling asks of a seller, by how far its consignment is.

Source for AliExpress Russia: no call that cancels an order was found (facts sheet, section 14), so
that a person does it in the seller's cabinet and the next pull meets it.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from torgpred.channels.core.orders import OrderPhase

_BACK: Final = "When the goods are back, write down what you see: torgpred orders return."
_SENT: Final = (
    "It is on its way: the marketplace cancels nothing that was sent. Ask the carrier to turn it"
    " round, or let the buyer refuse it."
)
_WITH_THE_BUYER: Final = (
    "The buyer has it: only a dispute of the buyer can undo the sale, in the marketplace's cabinet."
)
_ENDED: Final = {
    OrderPhase.CANCELLED: ("It is cancelled already, and its pieces are free.",),
    OrderPhase.SHIPPED: (_SENT, _BACK),
    OrderPhase.DELIVERED: (_WITH_THE_BUYER, _BACK),
}
_PARCELS: Final = "Delete its parcels first ({parcels}): torgpred orders parcels delete."
_CABINET: Final = (
    "This marketplace takes no cancellation by a call. {who} order {order} in the seller's cabinet"
    " and {what}."
)
_OPERATOR: Final = "Ask the operator, whose shop it is, to open"
_LINES: Final = "cancel only the lines of this seller: the order holds parts of others"
_WHOLE: Final = "cancel it there"
_UNPAID: Final = "Or wait: an order that is not paid in time ends by itself."
_UNTIL_THEN: Final = (
    "Nothing of it is shipped from here until then. The next pull meets the cancellation and gives"
    " every promise back. To go on after all: torgpred orders cancel --withdraw."
)


class Advice(msgspec.Struct, frozen=True):
    """Steps for a person, in their order; `awaits` whether the marketplace will tell of an end."""

    awaits: bool
    steps: tuple[str, ...]


def advice(
    *, order: str, phase: OrderPhase, joint: bool, others: bool, parcels: Sequence[str]
) -> Advice:
    """Return what to do so that a consignment is cancelled.

    `joint`: the shop is the operator's. `others`: the order holds parts of other sellers.
    `parcels` are the marketplace's numbers of those that are made and not handed over.
    """
    ended = _ENDED.get(phase)
    if ended is not None:
        return Advice(awaits=False, steps=ended)
    steps: list[str] = []
    if parcels:
        steps.append(_PARCELS.format(parcels=", ".join(parcels)))
    steps.append(
        _CABINET.format(
            who=_OPERATOR if joint else "Open", order=order, what=_LINES if others else _WHOLE
        )
    )
    if phase is OrderPhase.PLACED:
        steps.append(_UNPAID)
    steps.append(_UNTIL_THEN)
    return Advice(awaits=True, steps=tuple(steps))
