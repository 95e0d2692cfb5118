"""Prices for a time: planned ahead, withdrawn, moved; each in one transaction.

Every change writes the moments at which prices then change (`PriceSwitch`) in the same
transaction: a worker prepares and carries them out, whatever dies in between. A change of what is
in force now is such a moment, too.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec
from django.db import connection

from torgpred.channels import selectors as channels
from torgpred.kernel.clock import as_utc, now
from torgpred.kernel.findings import Finding
from torgpred.listings.core.errors import PriceWindowError, TimedPricesMeetError
from torgpred.listings.services import price_moments
from torgpred.listings.services.locking import lock_prices
from torgpred.listings.services.timed_checks import (
    TWICE,
    PriceAhead,
    meeting,
    not_taken,
    well_formed,
)
from torgpred.runtime.scope import scope

_INSERT = """
    INSERT INTO listings_timedprice
        (seller_id, shop_id, offer_key, price, listed, starts_at, ends_at, reference, set_by,
         set_at, moved_by, withdrawn_by)
    SELECT %s, %s, key, price, listed, %s, %s, %s, %s, %s, '', ''
    FROM unnest(%s::text[], %s::numeric[], %s::numeric[]) AS given (key, price, listed)
"""

_CHOSEN = """
    SELECT id, shop_id, offer_key, starts_at, ends_at FROM listings_timedprice
    WHERE seller_id = %(seller)s AND withdrawn_at IS NULL AND ends_at > %(now)s
      AND (%(shop)s::bigint IS NULL OR shop_id = %(shop)s)
      AND (%(reference)s = '' OR reference = %(reference)s)
      AND (cardinality(%(ids)s::bigint[]) = 0 OR id = ANY(%(ids)s))
      AND (cardinality(%(keys)s::text[]) = 0 OR offer_key = ANY(%(keys)s))
    ORDER BY id
"""


__all__ = ["Moved", "PriceAhead", "Scheduled", "move", "schedule", "withdraw"]


class Scheduled(msgspec.Struct, frozen=True):
    """What was planned: how many prices, from when until when, and why others were not taken."""

    prices: int
    starts_at: datetime
    ends_at: datetime
    findings: tuple[Finding, ...]


class Moved(msgspec.Struct, frozen=True):
    """How many prices were moved, or withdrawn: those that were in force, and those to come."""

    in_force: int
    coming: int

    @property
    def prices(self) -> int:
        """All of them."""
        return self.in_force + self.coming


class _Row(msgspec.Struct, frozen=True):
    id: int
    shop_id: int
    offer_key: str
    starts_at: datetime
    ends_at: datetime


def schedule(
    *,
    seller_id: int,
    shop_id: int,
    prices: Sequence[PriceAhead],
    starts_at: datetime,
    ends_at: datetime,
    reference: str = "",
    actor: str,
) -> Scheduled:
    """Plan prices of a seller's offers in a shop for a time; a start that is past means now.

    Times are aware. What cannot be taken is told by findings, one an offer (`place` is its key),
    and the rest is planned; whoever wants all or nothing looks at them in a transaction of his
    own. Nothing is sent by this: the prices change at their moments, by a worker.
    Raises PriceWindowError, UnknownShopError.
    """
    moment = now()
    starts, ends = max(_aware(starts_at), moment), _aware(ends_at)
    if ends <= starts:
        raise PriceWindowError(start=starts_at.isoformat(), end=ends_at.isoformat())
    channels.shop(shop_id)
    with scope(seller_id):
        lock_prices(seller_id)
        taken, findings = well_formed(prices)
        findings += not_taken(seller_id, shop_id, taken, starts, ends)
        bad = {one.place for one in findings if one.code != TWICE.code}
        taken = [one for one in taken if one.offer_key not in bad]
        if taken:
            with connection.cursor() as cursor:
                cursor.execute(
                    _INSERT,
                    [
                        seller_id, shop_id, starts, ends, reference, actor, moment,
                        [one.offer_key for one in taken],
                        [one.price for one in taken],
                        [one.listed for one in taken],
                    ],
                )  # fmt: skip
            price_moments.note(seller_id, shop_id, [starts, ends])
    return Scheduled(len(taken), starts, ends, tuple(findings))


def withdraw(
    *,
    seller_id: int,
    shop_id: int | None = None,
    reference: str = "",
    ids: Collection[int] = (),
    offer_keys: Collection[str] = (),
    actor: str,
) -> Moved:
    """Take back prices for a time that have not ended; those in force end at once.

    Which: all that meet every condition given; without any condition none. What stands in the
    shop goes back to what is wanted without them, by a worker. To pause prices, withdraw them and
    plan them anew later.
    """
    if not (shop_id or reference or ids or offer_keys):
        return Moved(0, 0)
    with scope(seller_id):
        lock_prices(seller_id)
        moment = now()
        rows = _chosen(seller_id, shop_id, reference, ids, offer_keys, moment)
        _end(rows, actor, moment)
        running = [one for one in rows if one.starts_at <= moment]
        _note(seller_id, rows, running, moment)
    return Moved(in_force=len(running), coming=len(rows) - len(running))


def move(
    *,
    seller_id: int,
    shop_id: int | None = None,
    reference: str = "",
    ids: Collection[int] = (),
    offer_keys: Collection[str] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    actor: str,
) -> Moved:
    """Move the start, the end or both of prices for a time that have not ended.

    Which: as in `withdraw`. A start that is past means now. Those in force go on until the new
    end; where the new start is still to come they end now and come again then.
    Raises PriceWindowError and TimedPricesMeetError: then nothing has changed.
    """
    if not (shop_id or reference or ids or offer_keys):
        return Moved(0, 0)
    start = None if starts_at is None else _aware(starts_at)
    end = None if ends_at is None else _aware(ends_at)
    with scope(seller_id):
        lock_prices(seller_id)
        moment = now()
        rows = _chosen(seller_id, shop_id, reference, ids, offer_keys, moment)
        moved = [_moved(one, start, end, moment) for one in rows]
        _require_apart(seller_id, rows, moved)
        again = [one for one, then in zip(rows, moved, strict=True) if _stops(one, then, moment)]
        copied = {one.id for one in again}
        _end(again, actor, moment)
        _copy(moved, copied, actor, moment)
        _rewrite([one for one in moved if one.id not in copied], actor, moment)
        changed = [
            one
            for one, then in zip(rows, moved, strict=True)
            if (one.starts_at <= moment) != (then.starts_at <= moment)
        ]
        _note(seller_id, [*rows, *moved], changed, moment)
        running = sum(one.starts_at <= moment for one in rows)
    return Moved(in_force=running, coming=len(rows) - running)


# --- moving and ending --------------------------------------------------------------------------
def _chosen(
    seller_id: int,
    shop_id: int | None,
    reference: str,
    ids: Collection[int],
    offer_keys: Collection[str],
    moment: datetime,
) -> list[_Row]:
    names: dict[str, Any] = {
        "seller": seller_id,
        "now": moment,
        "shop": shop_id,
        "reference": reference,
        "ids": list(ids),
        "keys": list(offer_keys),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, names)
        return [_Row(*row) for row in cursor.fetchall()]


def _moved(row: _Row, start: datetime | None, end: datetime | None, moment: datetime) -> _Row:
    """Return a price as it stands after the move."""
    starts, ends = row.starts_at, end or row.ends_at
    if start is not None and (start > moment or row.starts_at > moment):
        starts = max(start, moment)
    if ends <= max(starts, moment):
        raise PriceWindowError(start=starts.isoformat(), end=ends.isoformat())
    return msgspec.structs.replace(row, starts_at=starts, ends_at=ends)


def _stops(before: _Row, after: _Row, moment: datetime) -> bool:
    """Tell whether a price that is in force ends now and comes again later."""
    return before.starts_at <= moment < after.starts_at


def _require_apart(seller_id: int, rows: Sequence[_Row], moved: Sequence[_Row]) -> None:
    """Raise TimedPricesMeetError where a moved price would meet another one."""
    ids = [one.id for one in rows]
    spans: dict[tuple[int, str], list[_Row]] = {}
    met = []
    for one in moved:
        spans.setdefault((one.shop_id, one.offer_key), []).append(one)
    for (_, key), members in spans.items():
        members.sort(key=lambda one: one.starts_at)
        for before, after in pairwise(members):
            if after.starts_at < before.ends_at:
                met.append((key, before.starts_at, before.ends_at, "-"))
    for shop_id in {one.shop_id for one in moved}:
        here = [(one.offer_key, one.starts_at, one.ends_at) for one in moved
                if one.shop_id == shop_id]  # fmt: skip
        found = meeting(seller_id, shop_id, here, ids)
        met += [(key, start, end, reference or "-") for key, _, start, end, reference in found]
    if met:
        key, start, end, reference = met[0]
        raise TimedPricesMeetError(
            count=len({one[0] for one in met}),
            offer=key,
            start=start.isoformat(),
            end=end.isoformat(),
            reference=reference,
        )


def _end(rows: Sequence[_Row], actor: str, moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_timedprice SET withdrawn_at = %s, withdrawn_by = %s"
            " WHERE id = ANY(%s)",
            [moment, actor, [one.id for one in rows]],
        )


def _rewrite(rows: Sequence[_Row], actor: str, moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_timedprice timed SET starts_at = given.starts_at,"
            " ends_at = given.ends_at, moved_by = %s, moved_at = %s"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])"
            " AS given (id, starts_at, ends_at) WHERE timed.id = given.id",
            [
                actor, moment,
                [one.id for one in rows],
                [one.starts_at for one in rows],
                [one.ends_at for one in rows],
            ],
        )  # fmt: skip


def _copy(moved: Sequence[_Row], ids: Collection[int], actor: str, moment: datetime) -> None:
    """Plan anew, at their new times, prices that are in force and end now."""
    rows = [one for one in moved if one.id in ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO listings_timedprice (seller_id, shop_id, offer_key, price, listed,"
            " starts_at, ends_at, reference, set_by, set_at, moved_by, moved_at, withdrawn_by)"
            " SELECT seller_id, shop_id, offer_key, price, listed, given.starts_at,"
            " given.ends_at, reference, set_by, set_at, %s, %s, ''"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])"
            " AS given (id, starts_at, ends_at) JOIN listings_timedprice timed USING (id)",
            [
                actor, moment,
                [one.id for one in rows],
                [one.starts_at for one in rows],
                [one.ends_at for one in rows],
            ],
        )  # fmt: skip


def _note(
    seller_id: int, rows: Iterable[_Row], changed_now: Iterable[_Row], moment: datetime
) -> None:
    """Note the moments of some prices, and now where what is in force changed."""
    by_shop: dict[int, set[datetime]] = {}
    for one in rows:
        coming = {at for at in (one.starts_at, one.ends_at) if at > moment}
        by_shop.setdefault(one.shop_id, set()).update(coming)
    for one in changed_now:
        by_shop[one.shop_id].add(moment)
    for shop_id, moments in by_shop.items():
        price_moments.note(seller_id, shop_id, sorted(moments))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        msg = f"a time without its zone: {moment.isoformat()}"
        raise ValueError(msg)
    return as_utc(moment)
