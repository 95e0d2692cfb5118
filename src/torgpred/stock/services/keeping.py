"""Keeping pieces back: a buffer from every shop, and locks for a purpose such as a campaign."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock.core.errors import UnknownLockError
from torgpred.stock.core.values import Changed, LockCard, Pieces, checked
from torgpred.stock.models import Lock
from torgpred.stock.selectors import lock_card
from torgpred.stock.services.levelling import BUFFER, LOCK, UNLOCK, level
from torgpred.stock.services.moving import known

_AT_ONCE = 1_000


def set_buffer(*, seller_id: int, warehouse_id: int, pieces: Mapping[str, int]) -> Changed:
    """Keep so many pieces of each SKU back from every shop, since somebody sells elsewhere too.

    What is promised already stays promised. Raises UnfitPiecesError, UnknownWarehouseError.
    """
    checked(pieces.items(), lambda number: number >= 0, "a buffer is 0 or more")
    with scope(seller_id):
        known(seller_id, warehouse_id)
        rows = [Pieces(seller_id, sku, warehouse_id, number) for sku, number in pieces.items()]
        return level(BUFFER, rows)


def lock(
    *,
    seller_id: int,
    warehouse_id: int,
    pieces: Mapping[str, int],
    purpose: str,
    actor: str,
    until: datetime | None = None,
) -> list[LockCard]:
    """Keep available pieces for a purpose, until a moment or until unlocked. All or nothing.

    Raises TooFewError where fewer are free, UnfitPiecesError, UnknownWarehouseError.
    """
    checked(pieces.items(), lambda number: number > 0, "a lock keeps 1 or more")
    with scope(seller_id):
        known(seller_id, warehouse_id)
        rows = [
            Pieces(seller_id, sku, warehouse_id, number, purpose) for sku, number in pieces.items()
        ]
        level(LOCK, rows, actor=actor)
        made = Lock.objects.bulk_create(
            Lock(
                seller_id=seller_id,
                sku=row.sku,
                warehouse_id=warehouse_id,
                pieces=row.pieces,
                purpose=purpose[:200],
                until=until,
                opened_by=actor[:254],
                opened_at=now(),
            )
            for row in rows
        )
        ids = [one.pk for one in made]
        kept = Lock.objects.filter(pk__in=ids).select_related("warehouse").order_by("id")
        return [lock_card(one) for one in kept]


def unlock(*, seller_id: int, lock_ids: Sequence[int], actor: str) -> Changed:
    """Close locks: their pieces are free again, or settle what is owing. All or nothing.

    Raises UnknownLockError for one that is not there or was closed before.
    """
    wanted = sorted(set(lock_ids))
    with scope(seller_id):
        found = Lock.objects.filter(seller_id=seller_id, pk__in=wanted, closed_at=None)
        rows = list(found.order_by("id").select_for_update())
        lacking = set(wanted) - {row.pk for row in rows}
        if lacking:
            raise UnknownLockError(number=min(lacking))
        return _close(rows, actor)


def close_due_locks() -> bool:
    """Close locks whose time is over, of all sellers, some at a time; True where more are due."""
    with operator_scope():
        due = Lock.objects.filter(until__lte=now(), closed_at=None)
        # What another process closes just now needs no second one to wait for it.
        rows = list(due.order_by("id").select_for_update(skip_locked=True)[:_AT_ONCE])
        _close(rows, "its time was over")
    return len(rows) == _AT_ONCE


def _close(rows: Sequence[Lock], actor: str) -> Changed:
    changed = level(
        UNLOCK,
        [Pieces(row.seller_id, row.sku, row.warehouse_id, row.pieces, row.purpose) for row in rows],
        actor=actor,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stock_lock SET closed_at = %s, closed_by = %s WHERE id = ANY(%s)",
            [now(), actor[:254], [row.pk for row in rows]],
        )
    return changed
