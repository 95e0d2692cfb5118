"""Products to be told, in the database: claimed under a lease, recorded behind a fence.

One call at a time is under way for a product: who claimed it holds it until its outcome is
recorded, and while the marketplace works on a call (`call_id`) nobody claims it. A lease outlives
any call, so what an expired one left behind can no longer overtake a newer number. All functions
run inside the caller's transaction, in the operator's scope: a joint shop's call tells products
of many sellers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import connection

from torgpred.channels.core.contract import Problem
from torgpred.channels.services.opening import QUICK_PATIENCE, QUICK_SECONDS
from torgpred.stock.services.changes import available_sql, kept_sql

LEASE = timedelta(seconds=3 * QUICK_PATIENCE + 5 * QUICK_SECONDS)
"""Longer than a call with its slots and attempts can take; so long rests what a dead one held."""
FIRST_REST = 60.0
LONGEST_REST = 3600.0
"""Seconds that a refused product rests, doubled with each refusal."""

_PROBLEMS = msgspec.json.Encoder()


class Number(msgspec.Struct, frozen=True):
    """What is told of one listing: its pieces, as they were at this version of the level."""

    listing_id: int
    sku: str
    """As the shop calls it."""
    version: int
    pieces: int


class Claimed(msgspec.Struct, frozen=True):
    """A product that this process tells, with the numbers as they are now."""

    id: int
    fence: int
    rank: int
    since: datetime
    claimed_at: datetime
    remote_id: str
    numbers: tuple[Number, ...]


_DUE = """
    shop_id = %(shop)s AND since IS NOT NULL AND call_id IS NULL
    AND (lease_until IS NULL OR lease_until < %(now)s)
    AND (not_before IS NULL OR not_before <= %(now)s)
"""

# What an expired lease held may have been sent: it is told once more when the marketplace has
# settled. What is noted from now on lowers the rank anew.
_CLAIM = f"""
    WITH due AS (
        SELECT id, rank FROM listings_stocktelling
        WHERE {_DUE} AND attempts = %(attempts)s
        ORDER BY rank, since, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE listings_stocktelling telling
    SET fence = fence + 1, rank = 2,
        again_at = CASE WHEN lease_until IS NULL THEN again_at ELSE %(again)s END,
        lease_until = %(lease)s
    FROM due WHERE telling.id = due.id
    RETURNING telling.id, telling.fence, due.rank, telling.since
"""  # noqa: S608 - constants only

_NUMBERS = f"""
    SELECT telling.id, product.remote_id, listing.id, listing.sku, number.version,
           least({available_sql("telling.seller_id", "number.sku")}
                 + {kept_sql("telling.seller_id", "number.sku", "telling.shop_id")}, %(cap)s)
    FROM listings_stocktelling telling
    JOIN listings_listedproduct product ON product.id = telling.product_id
    JOIN listings_stocknumber number
      ON number.telling_id = telling.id AND number.version > number.told_version
    JOIN listings_listing listing
      ON listing.id = number.listing_id AND listing.gone_at IS NULL
    WHERE telling.id = ANY (%(ids)s) AND product.gone_at IS NULL AND product.status <> 'deleted'
    ORDER BY listing.id
"""  # noqa: S608 - constants only


def claim(
    shop_id: int, *, now: datetime, most: int, cap: int, settle: timedelta
) -> tuple[Claimed, ...]:
    """Claim the products of a shop that are to be told first, and read what is available now.

    At most `most`; `cap` is the marketplace's most pieces. Those without an unanswered refusal go
    first; the others in groups that get smaller with each refusal, until each stands alone. What
    turns out to need no call (gone from the shop, no level any more) is ended here.
    """
    asked: dict[str, int | str | datetime] = {
        "shop": shop_id,
        "now": now,
        "lease": now + LEASE,
        "again": now + settle,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT attempts FROM listings_stocktelling WHERE {_DUE}"  # noqa: S608
            " ORDER BY attempts LIMIT 1",
            asked,
        )
        row = cursor.fetchone()
        if row is None:
            return ()
        limit = max(1, most // 10 ** row[0])
        cursor.execute(_CLAIM, asked | {"attempts": row[0], "most": limit})
        held = cursor.fetchall()
        # A statement of its own: it sees all that was committed before the claim was ours.
        cursor.execute(_NUMBERS, {"ids": [one[0] for one in held], "cap": cap})
        numbers: dict[int, list[Number]] = {}
        remote: dict[int, str] = {}
        for telling_id, remote_id, listing_id, sku, version, pieces in cursor.fetchall():
            if pieces is not None:
                numbers.setdefault(telling_id, []).append(Number(listing_id, sku, version, pieces))
                remote[telling_id] = remote_id
    claimed = [
        Claimed(
            id=telling_id,
            fence=fence,
            rank=rank,
            since=since,
            claimed_at=now,
            remote_id=remote.get(telling_id, ""),
            numbers=tuple(numbers.get(telling_id, ())),
        )
        for telling_id, fence, rank, since in held
    ]
    _end([one for one in claimed if not one.numbers])
    return tuple([one for one in claimed if one.numbers])


def shops_due(now: datetime) -> list[int]:
    """Return the active shops with something to tell now, those at rest left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT shop.id FROM channels_shop shop
            WHERE shop.state = 'active'
              AND NOT EXISTS (SELECT 1 FROM listings_stockpause pause
                              WHERE pause.shop_id = shop.id AND pause.until > %(now)s)
              AND EXISTS (
                SELECT 1 FROM listings_stocktelling telling
                WHERE telling.shop_id = shop.id AND telling.since IS NOT NULL
                  AND telling.call_id IS NULL
                  AND (telling.lease_until IS NULL OR telling.lease_until < %(now)s)
                  AND (telling.not_before IS NULL OR telling.not_before <= %(now)s))
            """,
            {"now": now},
        )
        return [row[0] for row in cursor.fetchall()]


def told(held: Sequence[Claimed], *, now: datetime) -> None:
    """Record that the shop has these numbers; whatever was noted meanwhile remains to be told."""
    if not held:
        return
    fresh = _still_held(held)
    rows = [(one.id, number) for one in held if one.id in fresh for number in one.numbers]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_stocknumber number
            SET told_version = given.version, told = given.pieces, told_at = %s
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[])
                 AS given (listing_id, version, pieces)
            WHERE number.listing_id = given.listing_id
            """,
            [
                now,
                [number.listing_id for _, number in rows],
                [number.version for _, number in rows],
                [number.pieces for _, number in rows],
            ],
        )
    _end([one for one in held if one.id in fresh])


def sent(held: Sequence[Claimed], *, call_id: int) -> list[int]:
    """Let the marketplace's call hold these products; return those that were still ours."""
    fresh = _still_held(held)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_stocktelling SET call_id = %s, lease_until = NULL WHERE id = ANY(%s)",
            [call_id, list(fresh)],
        )
    return list(fresh)


def refused(
    held: Sequence[tuple[Claimed, Sequence[Problem]]], *, now: datetime, rest: bool = True
) -> None:
    """Keep why the marketplace refused; it is tried again after a rest that grows.

    Without `rest` it is tried again soon: a whole batch was refused, perhaps for one of them.
    """
    if not held:
        return
    fresh = _still_held([one for one, _ in held])
    rows = [(one, problems) for one, problems in held if one.id in fresh]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_stocktelling telling
            SET attempts = least(attempts + 1, 30), lease_until = NULL, call_id = NULL,
                rank = least(telling.rank, given.rank), problems = given.problems,
                not_before = %(now)s + make_interval(secs => CASE WHEN %(rest)s OR attempts >= 3
                    THEN least(%(first)s * 2 ^ least(attempts, 10), %(longest)s) ELSE 0 END)
            FROM unnest(%(ids)s::bigint[], %(ranks)s::int[], %(problems)s::bytea[])
                 AS given (id, rank, problems)
            WHERE telling.id = given.id
            """,
            {
                "now": now,
                "rest": rest,
                "first": FIRST_REST,
                "longest": LONGEST_REST,
                "ids": [one.id for one, _ in rows],
                "ranks": [one.rank for one, _ in rows],
                "problems": [_PROBLEMS.encode(problems) for _, problems in rows],
            },
        )


def released(held: Sequence[Claimed], *, again_at: datetime | None = None) -> None:
    """Give products back to be told as soon as the shop can be; `again_at` where it may have been.

    With `again_at` they are told once more then, when the marketplace has settled.
    """
    fresh = _still_held(held)
    rows = [one for one in held if one.id in fresh]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_stocktelling telling
            SET lease_until = NULL, call_id = NULL, rank = least(telling.rank, given.rank),
                again_at = coalesce(%s, telling.again_at)
            FROM unnest(%s::bigint[], %s::int[]) AS given (id, rank)
            WHERE telling.id = given.id
            """,
            [again_at, [one.id for one in rows], [one.rank for one in rows]],
        )


def _end(held: Sequence[Claimed]) -> None:
    """Free products; those with a number that was noted since stay to be told."""
    if not held:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_stocktelling telling
            SET lease_until = NULL, call_id = NULL, attempts = 0, problems = ''::bytea,
                not_before = NULL,
                since = CASE WHEN EXISTS (
                    SELECT 1 FROM listings_stocknumber number
                    JOIN listings_listing listing
                      ON listing.id = number.listing_id AND listing.gone_at IS NULL
                    WHERE number.telling_id = telling.id
                      AND number.version > CASE WHEN given.empty THEN number.version
                                                ELSE number.told_version END
                ) THEN given.at END
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::bool[]) AS given (id, at, empty)
            WHERE telling.id = given.id
            """,
            [
                [one.id for one in held],
                [one.claimed_at for one in held],
                [not one.numbers for one in held],
            ],
        )


def _still_held(held: Iterable[Claimed]) -> set[int]:
    """Lock the products and return those that nobody else has claimed since."""
    given = list(held)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT telling.id FROM listings_stocktelling telling
            JOIN unnest(%s::bigint[], %s::int[]) AS given (id, fence)
              ON telling.id = given.id AND telling.fence = given.fence
            ORDER BY telling.product_id FOR NO KEY UPDATE OF telling
            """,
            [[one.id for one in given], [one.fence for one in given]],
        )
        return {row[0] for row in cursor.fetchall()}
