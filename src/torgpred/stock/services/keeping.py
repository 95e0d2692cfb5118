"""Keeping pieces back: a buffer from every shop, and locks for a purpose such as a campaign.

Locks are read to be changed only by those who hold their levels, as `promising` says.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from torgpred.channels.selectors import shops_of
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock.core.errors import TooFewError, UnfitLockError, UnknownLockError
from torgpred.stock.core.values import Changed, Kept, Lacking, LockCard, Pieces, checked
from torgpred.stock.models import Lock
from torgpred.stock.selectors import levels, lock_card
from torgpred.stock.services.levelling import BUFFER, LOCK, UNLOCK, level
from torgpred.stock.services.moving import known
from torgpred.stock.services.promising import lock_levels

_AT_ONCE = 1_000

Level = tuple[str, int]
"""SKU and warehouse."""


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
    shop_ids: Sequence[int] = (),
) -> list[LockCard]:
    """Keep available pieces of one warehouse, by SKU: `keep` says the rest."""
    return keep(
        seller_id=seller_id,
        purpose=purpose,
        shop_ids=shop_ids,
        pieces={(sku, warehouse_id): number for sku, number in pieces.items()},
        until=until,
        actor=actor,
    )


def keep(
    *,
    seller_id: int,
    purpose: str,
    shop_ids: Sequence[int],
    pieces: Mapping[Level, int],
    until: datetime | None,
    actor: str,
) -> list[LockCard]:
    """Keep available pieces for a purpose, by (SKU, warehouse): a lock each. All or nothing.

    Orders of the shops named are served from them before what is free, and these shops are told
    of them; nobody else is, with no shop named nobody at all. They are kept until a moment, or
    until `unlock`. Keeping twice keeps twice: call it in the transaction that writes down why.

    Raises TooFewError, which names an SKU, what was asked and what is free; UnfitPiecesError,
    UnfitLockError, UnknownWarehouseError.
    """
    with scope(seller_id):
        _fit(seller_id, purpose, shop_ids, pieces, until)
        rows = [Pieces(seller_id, sku, place, number) for (sku, place), number in pieces.items()]
        level(LOCK, rows, actor=actor)
        return _open(rows, purpose, shop_ids, until, actor)


def keep_what_there_is(
    *,
    seller_id: int,
    purpose: str,
    shop_ids: Sequence[int],
    pieces: Mapping[Level, int],
    until: datetime | None,
    actor: str,
) -> Kept:
    """Keep as many of these pieces as are free, and tell where that was fewer than asked.

    Else as `keep`. Raises UnfitPiecesError, UnfitLockError, UnknownWarehouseError.
    """
    with scope(seller_id):
        _fit(seller_id, purpose, shop_ids, pieces, until)
        lock_levels((seller_id, sku) for sku, _ in pieces)
        free = {
            (one.sku, one.warehouse_id): one.available
            for one in levels(seller_id, skus={sku for sku, _ in pieces})
        }
        kept = {key: min(max(free.get(key, 0), 0), asked) for key, asked in pieces.items()}
        rows = [Pieces(seller_id, sku, place, kept[sku, place]) for sku, place in kept]
        rows = [row for row in rows if row.pieces]
        level(LOCK, rows, actor=actor)
        return Kept(
            locks=tuple(_open(rows, purpose, shop_ids, until, actor)),
            lacking=tuple(
                Lacking(sku, place, asked, kept[sku, place])
                for (sku, place), asked in pieces.items()
                if kept[sku, place] < asked
            ),
        )


def unlock(*, seller_id: int, lock_ids: Sequence[int], actor: str) -> Changed:
    """Close locks: what is left in them is free again, or settles what is owing. All or nothing.

    Promises that were made out of them stay. Raises UnknownLockError for one that is not there or
    was closed before.
    """
    with scope(seller_id):
        return _close(_held(seller_id, lock_ids), actor)


def release(*, seller_id: int, pieces: Mapping[int, int], actor: str) -> Changed:
    """Give so many pieces of each lock, by its number, back to all shops. All or nothing.

    The lock stays open with what is left, even with nothing: what is given back to it by orders
    stays kept. Raises UnknownLockError, UnfitPiecesError, TooFewError where fewer are left in it.
    """
    with scope(seller_id):
        rows = _held(seller_id, list(pieces))
        checked(
            ((row.sku, pieces[row.pk]) for row in rows),
            lambda number: number > 0,
            "a lock gives back 1 or more",
        )
        for row in rows:
            if pieces[row.pk] > _left(row):
                raise TooFewError(
                    sku=row.sku,
                    pieces=pieces[row.pk],
                    has=_left(row),
                    of=f"left in the lock {row.pk}",
                    more="",
                )
        changed = _unlevel([(row, pieces[row.pk]) for row in rows], actor)
        for row in rows:
            row.freed += pieces[row.pk]
        Lock.objects.bulk_update(rows, ["freed"])
        return changed


def close_due_locks() -> bool:
    """Close locks whose time is over, of all sellers, some at a time; True where more are due.

    Also those that came due while nobody ran. What two processes find at once is closed once.
    """
    with operator_scope():
        due = Lock.objects.filter(until__lte=now(), closed_at=None).order_by("until", "id")
        found = list(due.values_list("seller_id", "sku", "id")[:_AT_ONCE])
        lock_levels((seller_id, sku) for seller_id, sku, _ in found)
        rows = Lock.objects.filter(pk__in=[key for *_, key in found], closed_at=None)
        _close(list(rows.order_by("id")), "its time was over")
    return len(found) == _AT_ONCE


def _fit(
    seller_id: int,
    purpose: str,
    shop_ids: Sequence[int],
    pieces: Mapping[Level, int],
    until: datetime | None,
) -> None:
    """Raise what is wrong with a lock to be opened."""
    checked(
        ((sku, number) for (sku, _), number in pieces.items()),
        lambda number: number > 0,
        "a lock keeps 1 or more",
    )
    for place in sorted({place for _, place in pieces}):
        known(seller_id, place)
    if not purpose.strip():
        reason = "say what the pieces are kept for"
        raise UnfitLockError(what="The purpose", given=purpose, reason=reason)
    if until is not None and until <= now():
        reason = "this moment is over; give a later one, or none"
        raise UnfitLockError(what="The end", given=f"{until:%Y-%m-%d %H:%M} UTC", reason=reason)
    strange = set(shop_ids) - {one.id for one in shops_of(seller_id)}
    if strange:
        reason = "the seller sells in no such shop; see: torgpred shop list"
        raise UnfitLockError(what="The shop", given=min(strange), reason=reason)


def _open(
    rows: Sequence[Pieces],
    purpose: str,
    shop_ids: Sequence[int],
    until: datetime | None,
    actor: str,
) -> list[LockCard]:
    made = Lock.objects.bulk_create(
        Lock(
            seller_id=row.seller_id,
            sku=row.sku,
            warehouse_id=row.warehouse_id,
            pieces=row.pieces,
            shop_ids=sorted(set(shop_ids)),
            purpose=purpose.strip()[:200],
            until=until,
            opened_by=actor[:254],
            opened_at=now(),
        )
        for row in rows
    )
    kept = Lock.objects.filter(pk__in=[one.pk for one in made])
    return [lock_card(one) for one in kept.select_related("warehouse").order_by("id")]


def _held(seller_id: int, lock_ids: Sequence[int]) -> list[Lock]:
    """Return open locks, their levels locked. Raises UnknownLockError."""
    wanted = sorted(set(lock_ids))
    found = Lock.objects.filter(seller_id=seller_id, pk__in=wanted)
    lock_levels((seller_id, sku) for sku in found.values_list("sku", flat=True))
    rows = list(found.filter(closed_at=None).order_by("id"))
    lacking = set(wanted) - {row.pk for row in rows}
    if lacking:
        raise UnknownLockError(number=min(lacking))
    return rows


def _close(rows: Sequence[Lock], actor: str) -> Changed:
    changed = _unlevel([(row, _left(row)) for row in rows], actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stock_lock SET freed = pieces - used, closed_at = %s, closed_by = %s"
            " WHERE id = ANY(%s)",
            [now(), actor[:254], [row.pk for row in rows]],
        )
    return changed


def _left(row: Lock) -> int:
    return row.pieces - row.used - row.freed


def _unlevel(given: Sequence[tuple[Lock, int]], actor: str) -> Changed:
    """Let levels keep so many pieces less. Their rows are locked."""
    rows = [
        Pieces(row.seller_id, row.sku, row.warehouse_id, pieces, row.purpose)
        for row, pieces in given
        if pieces
    ]
    return level(UNLOCK, rows, actor=actor)
