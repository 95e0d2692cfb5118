"""Moving and counting: what a person says of the pieces that lie somewhere."""

from collections.abc import Mapping

from torgpred.runtime.scope import scope
from torgpred.stock import models
from torgpred.stock.core.values import Changed, Pieces, checked
from torgpred.stock.models import MovementKind
from torgpred.stock.services.levelling import COUNT, MOVE, Deed, level
from torgpred.stock.services.warehouses import unknown

HAND = MovementKind.HAND.value
COUNTED = MovementKind.COUNT.value


def move(
    *,
    seller_id: int,
    warehouse_id: int,
    pieces: Mapping[str, int],
    actor: str,
    kind: str = HAND,
    reference: str = "",
) -> Changed:
    """Let pieces come (above 0) or go, by SKU. All of it or nothing.

    What goes although it was promised becomes owing, as in a count. `kind` is a MovementKind's
    value. Raises TooFewError where more would go than lies there, UnfitPiecesError,
    UnknownWarehouseError.
    """
    checked(pieces.items(), lambda number: number != 0, "0 pieces are no movement")
    return _done(MOVE, seller_id, warehouse_id, pieces, kind, reference, actor)


def count(
    *,
    seller_id: int,
    warehouse_id: int,
    pieces: Mapping[str, int],
    actor: str,
    kind: str = COUNTED,
    reference: str = "",
) -> Changed:
    """Take stock: what lies there becomes the number counted, by a movement. SKUs not named stay.

    Where fewer are found than are promised, promises stay and the missing pieces are owing until
    orders gave promises back (`selectors.owed`). Repeating it changes nothing.
    Raises UnfitPiecesError, UnknownWarehouseError.
    """
    checked(pieces.items(), lambda number: number >= 0, "a count is 0 or more")
    return _done(COUNT, seller_id, warehouse_id, pieces, kind, reference, actor)


def _done(
    deed: Deed,
    seller_id: int,
    warehouse_id: int,
    pieces: Mapping[str, int],
    kind: str,
    reference: str,
    actor: str,
) -> Changed:
    with scope(seller_id):
        known(seller_id, warehouse_id)
        rows = [
            Pieces(seller_id, sku, warehouse_id, number, reference)
            for sku, number in pieces.items()
        ]
        return level(deed, rows, kind=kind, actor=actor)


def known(seller_id: int, warehouse_id: int) -> None:
    """Raise UnknownWarehouseError for a warehouse that is not the seller's."""
    if not models.Warehouse.objects.filter(seller_id=seller_id, pk=warehouse_id).exists():
        raise unknown(seller_id, warehouse_id)
