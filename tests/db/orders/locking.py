"""Locks that keep pieces for shops, and what became of them."""

from datetime import datetime, timedelta

from tests.db.orders.making import rows

from torgpred.kernel.clock import now
from torgpred.orders import selectors as orders
from torgpred.stock import selectors
from torgpred.stock.core.values import LockCard
from torgpred.stock.services import keeping

ACTOR = "Ольга"


def keep(
    seller: int, place: int, pieces: int, *shops: int, sku: str = "A", until: datetime | None = None
) -> LockCard:
    """Keep pieces of one level for shops, until in a day."""
    [card] = keeping.keep(
        seller_id=seller,
        purpose="11.11",
        shop_ids=shops,
        pieces={(sku, place): pieces},
        until=until or now() + timedelta(days=1),
        actor=ACTOR,
    )
    return card


def lock(lock_id: int) -> tuple[int, int, int]:
    """Return (used, freed, left) of a lock."""
    [row] = rows("SELECT used, freed, pieces - used - freed FROM stock_lock WHERE id = %s", lock_id)
    return row[0], row[1], row[2]


def drawn() -> list[tuple[str, int, int | None]]:
    """Return (order, pieces, lock) of open promises, by promise."""
    return rows(
        "SELECT part.remote_id, one.pieces, one.lock_id FROM orders_allocation one"
        " JOIN orders_line line ON line.id = one.line_id"
        " JOIN orders_consignment part ON part.id = line.consignment_id"
        " WHERE one.shipped IS NULL ORDER BY line.id, one.lock_id NULLS LAST, one.id"
    )


def agree(seller: int | None = None) -> bool:
    """Return whether every sum of every level and lock recomputes."""
    return selectors.recompute(seller, reserved=orders.reserved_sums()) == []
