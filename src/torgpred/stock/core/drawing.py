"""Which lock serves whom: pieces laid out over locks, one row after another."""

from collections.abc import Iterator, Sequence

import msgspec

from torgpred.stock.core.values import Pieces


class Pot(msgspec.Struct, frozen=True):
    """A lock that a shop may draw on. `left` is kept in it; its level covers `covered` in all."""

    lock_id: int
    seller_id: int
    sku: str
    warehouse_id: int
    left: int
    covered: int


def drawn(rows: Sequence[Pieces], pots: Sequence[Pot]) -> Iterator[tuple[int, int, int | None]]:
    """Yield (place of the row, pieces, lock) for rows in their order; None: out of what is free.

    Pots serve in their order, each row from those of its level, and never more than the pot has
    left or its level covers. The pieces of a row's parts come to the row's.
    """
    left = {pot.lock_id: pot.left for pot in pots}
    covered = {(pot.seller_id, pot.sku, pot.warehouse_id): pot.covered for pot in pots}
    for place, row in enumerate(rows):
        level = (row.seller_id, row.sku, row.warehouse_id)
        needs = row.pieces
        for pot in pots:
            if (pot.seller_id, pot.sku, pot.warehouse_id) != level:
                continue
            part = min(needs, left[pot.lock_id], covered[level])
            if part > 0:
                left[pot.lock_id] -= part
                covered[level] -= part
                needs -= part
                yield place, part, pot.lock_id
        if needs:
            yield place, needs, None
