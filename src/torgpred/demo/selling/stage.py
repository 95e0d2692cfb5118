"""What the scenes of stock and orders share: who plays, their shops, their wares, their stock."""

from collections.abc import Sequence
from typing import Final

import msgspec

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.demo.selling.buyers import Buyers, Ware
from torgpred.demo.story import FAMILY
from torgpred.listings.core.question import joint_prefix
from torgpred.orders.selectors import consignment_lines, open_allocations
from torgpred.orders.selectors import fulfilment as orders
from torgpred.runtime.scope import one_moment
from torgpred.stock import selectors as stock
from torgpred.stock.core.equation import Promise, equation

JOINT: Final = "joint"
"""Account of the joint shop at the twin."""


class Cast(msgspec.Struct, frozen=True):
    """Which of the demo's sellers, by code, play which part."""

    joint: tuple[str, str] = ("merzlohod", "kubar-fishka")
    courier: str = "lumenek"
    parcels: str = "mossy-shore"
    cancelled: str = "sushkin-valley"
    payout: str = "yunhu"


class Stand(msgspec.Struct, frozen=True):
    """A seller in one shop; `account` is the shop's at the twin, `prefix` begins its SKUs there."""

    seller: TenantCard
    shop: ShopCard
    account: str
    prefix: str = ""

    @property
    def code(self) -> str:
        """The seller's code."""
        return self.seller.code


class Stage:
    """The shops and the buyers of one world."""

    def __init__(self, address: str, cast: Cast) -> None:
        self.address = address
        self.cast = cast
        self.buyers = Buyers(address)

    def own(self, code: str) -> Stand:
        """Return a seller in its own shop."""
        seller = accounts.tenant(code)
        shops = channels.shops_of(seller.id)
        shop = next(one for one in shops if one.family == FAMILY and not one.joint)
        return Stand(seller, shop, code)

    def joint(self, code: str) -> Stand:
        """Return a seller in the joint shop."""
        seller = accounts.tenant(code)
        shop = next(one for one in channels.shops_of(seller.id) if one.joint)
        return Stand(seller, shop, JOINT, joint_prefix(seller.id))

    def sellers(self) -> list[str]:
        """Return the codes of all who play."""
        cast = self.cast
        parts = (*cast.joint, cast.courier, cast.parcels, cast.cancelled, cast.payout)
        return list(dict.fromkeys(parts))

    def ware(self, stand: Stand, place: int) -> Ware:
        """Return one of the wares of which a seller shows most, another for each place."""
        found = [one for one in self.buyers.wares(stand.account) if self._of(one, stand)]
        found.sort(key=lambda one: (-one.pieces, one.code))
        return found[min(place, len(found) - 1)]

    def scarce(self, stand: Stand, place: int) -> Ware:
        """Return one of the wares of which a seller shows fewest, but some."""
        found = [
            one
            for one in self.buyers.wares(stand.account)
            if self._of(one, stand) and one.pieces > 0
        ]
        found.sort(key=lambda one: (one.pieces, one.code))
        return found[min(place, len(found) - 1)]

    @staticmethod
    def _of(ware: Ware, stand: Stand) -> bool:
        return ware.code.startswith(stand.prefix)

    # --- how an order stands -----------------------------------------------------------------
    def lines(self, stand: Stand, order: str) -> str:
        """Return a seller's lines of an order: SKU x pieces, promised and short."""
        found = consignment_lines(stand.seller.id, order, stand.shop.id)
        told = [
            f"{line.sku} x {line.quantity}" + (f" ({line.short} short)" if line.short else "")
            for line in found
            if line.promised + line.short == line.quantity
        ]
        return ", ".join(told)

    def phase(self, stand: Stand, order: str) -> str:
        """Return how far a seller's part of an order is; empty where it is not here."""
        return next((one.phase for one in self.states(stand, order)), "")

    def states(self, stand: Stand, order: str) -> Sequence[orders.StateCard]:
        """Return how a seller's part of an order stands, in the list's own words."""
        return orders.states(stand.seller.id, order, stand.shop.id)

    def sku_of(self, stand: Stand, order: str) -> str:
        """Return the SKU of the first line of a seller's part of an order."""
        return consignment_lines(stand.seller.id, order, stand.shop.id)[0].sku

    # --- how stock stands --------------------------------------------------------------------
    def free(self, stand: Stand, sku: str) -> int:
        """Return what may be sold of a seller's SKU."""
        return stock.available(stand.seller.id, [sku]).get(sku, -1)

    def shown(self, stand: Stand, sku: str) -> int:
        """Return what a shop shows of a seller's SKU to its buyers."""
        return self.buyers.pieces(stand.account, stand.prefix + sku)

    def moved(self, stand: Stand, sku: str, order: str) -> str:
        """Return what the ledger of an SKU says of an order, and whether the ledger adds up."""
        seller = stand.seller.id
        with one_moment():
            ledger = stock.ledger(seller, sku)
            promises = [
                Promise(one.order, one.warehouse, one.pieces, one.placed_at)
                for one in open_allocations(seller, sku)
            ]
        told = [f"{one.kind} {one.pieces:+}" for one in ledger.movements if one.reference == order]
        agrees = all(line.agrees for line in equation(ledger, promises))
        return ", ".join([*told, "adds up" if agrees else "DOES NOT ADD UP"])
