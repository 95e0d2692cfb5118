"""What cancelling asks of a seller, by how far its consignment is.

Source for AliExpress Russia: no call that cancels an order was found (facts sheet, section 14), so
that a person does it in the seller's cabinet and the next pull meets it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
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


class Step(StrEnum):
    """What a step is about."""

    ENDED = "ended"
    SENT = "sent"
    WITH_THE_BUYER = "with the buyer"
    BACK = "back"
    PARCELS = "parcels"
    WHOLE = "whole"
    LINES = "lines"
    OPERATOR_WHOLE = "operator, whole"
    OPERATOR_LINES = "operator, lines"
    UNPAID = "unpaid"
    UNTIL_THEN = "until then"


_ENDED: Final = {
    OrderPhase.CANCELLED: {Step.ENDED: "It is cancelled already, and its pieces are free."},
    OrderPhase.SHIPPED: {Step.SENT: _SENT, Step.BACK: _BACK},
    OrderPhase.DELIVERED: {Step.WITH_THE_BUYER: _WITH_THE_BUYER, Step.BACK: _BACK},
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
    kinds: tuple[str, ...] = ()
    """What each step is, for whoever says it in other words: values of Step."""


def advice(
    *, order: str, phase: OrderPhase, joint: bool, others: bool, parcels: Sequence[str]
) -> Advice:
    """Return what to do so that a consignment is cancelled.

    `joint`: the shop is the operator's. `others`: the order holds parts of other sellers.
    `parcels` are the marketplace's numbers of those that are made and not handed over.
    """
    ended = _ENDED.get(phase)
    if ended is not None:
        return _advice(ended, awaits=False)
    steps: dict[Step, str] = {}
    if parcels:
        steps[Step.PARCELS] = _PARCELS.format(parcels=", ".join(parcels))
    steps[_CABINETS[joint, others]] = _CABINET.format(
        who=_OPERATOR if joint else "Open", order=order, what=_LINES if others else _WHOLE
    )
    if phase is OrderPhase.PLACED:
        steps[Step.UNPAID] = _UNPAID
    steps[Step.UNTIL_THEN] = _UNTIL_THEN
    return _advice(steps, awaits=True)


_CABINETS: Final = {
    (False, False): Step.WHOLE,
    (False, True): Step.LINES,
    (True, False): Step.OPERATOR_WHOLE,
    (True, True): Step.OPERATOR_LINES,
}


def _advice(steps: Mapping[Step, str], *, awaits: bool) -> Advice:
    return Advice(awaits, tuple(steps.values()), tuple(one.value for one in steps))
