"""Sellers in a joint shop: what of theirs stands there, and when they may leave."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding, Kind, Severity


class Guest(msgspec.Struct, frozen=True):
    """An admitted seller with its products in the shop by state, and its open orders."""

    seller_id: int
    code: str
    name: str
    country: str
    admitted_at: datetime
    on_sale: int
    in_review: int
    paused: int
    other: int
    """Refused or unclear."""
    open_orders: int
    applying: int
    """Plans that are being applied there."""

    @property
    def stands(self) -> int:
        """Return how many products of it stand in the shop in any state."""
        return self.on_sale + self.in_review + self.paused + self.other


class StillThereError(TorgpredError):
    """A seller cannot leave a joint shop while something of it is there."""

    code = "orders.still_there"
    template = "{seller} cannot be withdrawn yet: its goods, orders or a plan are still there."


def _blocks(code: str, template: str, mend: str) -> Kind:
    return Kind(code=code, severity=Severity.ERROR, template=template, mend=mend)


BLOCKS: Final = {
    one.code: one
    for one in (
        _blocks(
            "stands",
            "{n} of its products stand in the shop.",
            "Remove them there first: their orders could be told to no seller any more.",
        ),
        _blocks(
            "orders",
            "{n} of its orders are open.",
            "Let it ship or cancel them first: it would no longer see them.",
        ),
        _blocks(
            "applying",
            "A plan of it is being applied there.",
            "Wait until it has ended.",
        ),
    )
}


def blocks(guest: Guest) -> Iterator[Finding]:
    """Yield what keeps a seller in the shop; nothing where it may leave."""
    counted = {"stands": guest.stands, "orders": guest.open_orders, "applying": guest.applying}
    for code, many in counted.items():
        if many:
            yield BLOCKS[code].at(guest.code, n=many)
