"""What can be wrong with an order to the stock."""

from torgpred.kernel.errors import TorgpredError


class UnknownWarehouseError(TorgpredError):
    """The seller has no warehouse of this code or id."""

    code = "stock.warehouse.unknown"
    template = "There is no warehouse {given}. The seller's: {known}"


class UnfitWarehouseError(TorgpredError):
    """What was given cannot be a warehouse."""

    code = "stock.warehouse.unfit"
    template = "{what} {given!r} will not do: {reason}."


class WarehouseTakenError(TorgpredError):
    """The seller has a warehouse of this code already."""

    code = "stock.warehouse.taken"
    template = "There is a warehouse {given} already."


class UnfitPiecesError(TorgpredError):
    """A number of pieces, or an SKU, that no level can hold."""

    code = "stock.pieces.unfit"
    template = "{sku}: {pieces} will not do: {reason}."


class TooFewError(TorgpredError):
    """Fewer pieces are there, reserved or free than the change needs; nothing was changed.

    `data`: `sku`, `pieces` wanted, `has`, `of` (what kind of pieces), `more` (other SKUs alike).
    """

    code = "stock.too_few"
    template = "{sku}: {pieces} pieces are wanted, {has} are {of}.{more} Nothing was changed."


class UnknownLockError(TorgpredError):
    """No such lock of this seller, or it was closed before."""

    code = "stock.lock.unknown"
    template = "There is no open lock {number}."


class UnfitLockError(TorgpredError):
    """What was given cannot be a lock."""

    code = "stock.lock.unfit"
    template = "{what} {given!r} will not do: {reason}."


class UnfitPolicyError(TorgpredError):
    """A use of feeds that there is none of."""

    code = "stock.feed.unfit"
    template = "{given!r} will not do: give one of {known}."
