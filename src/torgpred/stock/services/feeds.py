"""Stock from feeds: what a seller's file tells of pieces, brought to the levels.

Only offers whose content changed since the last look are read, once, and of those only numbers
that are not what the file told before are taken: a file that repeats yesterday's number does not
undo today's shipments or a stock-take. Chunks are transactions of their own, so that orders never
wait long; a look that was broken off begins again and finds what it did already done. One look a
seller at a time, by an advisory lock, so that an older number never comes over a newer one.

An offer becomes 0 only where the catalogue calls it missing, which a complete feed alone can do.
"""

from collections.abc import Callable, Sequence
from typing import Final, LiteralString

import msgspec
import psycopg
from django.db import connection

from torgpred.kernel.errors import TorgpredError
from torgpred.runtime import jobs
from torgpred.runtime.alone import alone
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock.core.errors import UnfitPolicyError
from torgpred.stock.core.told import Told, pieces_of
from torgpred.stock.core.values import Changed, Pieces
from torgpred.stock.models import FeedLook, FeedPolicy, FeedUse, MovementKind
from torgpred.stock.services.levelling import TELL, TELL_FREE, level
from torgpred.stock.services.warehouses import warehouse_meant

CHUNK: Final = 5_000
"""Levels that are changed in one transaction: some tenths of a second."""
_FETCHED: Final = 2_000
_ACTOR: Final = "the seller's file"

_log = logger(__name__)
_decode = msgspec.json.Decoder(Told).decode

_DUE: LiteralString = """
    SELECT intake.seller_id
    FROM catalogue_intake intake
    LEFT JOIN stock_feedlook look ON look.seller_id = intake.seller_id
    LEFT JOIN stock_feedpolicy policy ON policy.seller_id = intake.seller_id
    WHERE intake.outcome = 'taken' AND coalesce(policy.use, 'physical') <> 'off'
    GROUP BY intake.seller_id, look.intake
    HAVING max(intake.id) > coalesce(look.intake, 0)
    ORDER BY intake.seller_id
"""
_CHANGED: LiteralString = """
    SELECT offer.key, offer.changed_in, content.content
    FROM catalogue_offer offer JOIN catalogue_offer_content content ON content.offer_id = offer.id
    WHERE offer.seller_id = %(seller)s AND offer.state = 'present'
      AND offer.changed_in > %(since)s AND offer.changed_in <= %(last)s
"""
_MISSING: LiteralString = """
    SELECT offer.key, max(intake.id)
    FROM catalogue_intake intake
    CROSS JOIN LATERAL unnest(intake.missing) AS gone (key)
    JOIN catalogue_offer offer ON offer.seller_id = intake.seller_id AND offer.key = gone.key
    WHERE intake.seller_id = %(seller)s AND intake.outcome = 'taken'
      AND intake.id > %(since)s AND intake.id <= %(last)s AND offer.state = 'missing'
    GROUP BY offer.key
"""
_READINGS: LiteralString = """
    SELECT intake.id, feed.name || ', reading ' || intake.number
    FROM catalogue_intake intake JOIN catalogue_feed feed ON feed.id = intake.feed_id
    WHERE intake.seller_id = %(seller)s AND intake.id > %(since)s AND intake.id <= %(last)s
"""


class FeedStock(msgspec.Struct, frozen=True):
    """What a look came to: offers read, levels changed, pieces owing; `done` if it reached the end.

    `gone` counts offers that went to 0 since the catalogue calls them missing.
    """

    read: int = 0
    gone: int = 0
    changed: int = 0
    owing: int = 0
    done: bool = True


class _Task(msgspec.Struct, frozen=True):
    seller_id: int
    warehouse_id: int
    use: str
    since: int
    last: int


def set_feed_policy(*, seller_id: int, use: str, warehouse: str = "") -> None:
    """Decide what the number in a seller's file means: "physical", "free" or "off" (FeedUse).

    The next look takes the whole file anew. `warehouse` is the code of where its pieces lie; the
    first one where none is named. Raises UnknownWarehouseError, UnfitPolicyError for another use.
    """
    if use not in FeedUse.values:
        raise UnfitPolicyError(given=use, known=", ".join(FeedUse.values))
    meant = warehouse_meant(seller_id=seller_id, code=warehouse).id if warehouse else None
    with alone(f"stock.feed.{seller_id}"), scope(seller_id):
        FeedPolicy.objects.update_or_create(
            seller_id=seller_id, defaults={"use": use, "warehouse_id": meant}
        )
        FeedLook.objects.update_or_create(seller_id=seller_id, defaults={"intake": 0})
        jobs.wake("catalogue.changed")


def look_everywhere() -> bool:
    """Look at every seller whose catalogue took something in since; True where more is left."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_DUE)
        due = [seller for (seller,) in cursor.fetchall()]
    more = False
    for seller_id in due:
        if jobs.stopping():
            return True
        try:
            more = not look(seller_id).done or more
        except TorgpredError as error:
            # One seller's trouble must not keep the stock of the others waiting.
            _log.warning("stock was not taken from a feed", seller=seller_id, reason=str(error))
    return more


def look(seller_id: int, *, progress: Callable[[int, int], None] | None = None) -> FeedStock:
    """Bring a seller's levels to what its file tells since the last look. Safe to repeat.

    Call it outside any transaction. `progress` is called with (offers done, offers in all).
    An unknown quantity changes nothing; "not available" without a number is 0.
    """
    with alone(f"stock.feed.{seller_id}"):
        task = _task(seller_id)
        if task is None:
            return FeedStock()
        rows, gone = _told(task)
        changed = owing = 0
        for start in range(0, len(rows), CHUNK):
            if jobs.stopping():
                return FeedStock(len(rows), gone, changed, owing, done=False)
            came = _take(task, rows[start : start + CHUNK])
            changed, owing = changed + came.levels, owing + came.owing
            if progress is not None:
                progress(min(start + CHUNK, len(rows)), len(rows))
        with scope(seller_id):
            FeedLook.objects.update_or_create(seller_id=seller_id, defaults={"intake": task.last})
        return FeedStock(len(rows), gone, changed, owing)


def _task(seller_id: int) -> _Task | None:
    with scope(seller_id):
        policy = FeedPolicy.objects.filter(seller_id=seller_id).first()
        use = FeedUse.PHYSICAL.value if policy is None else policy.use
        seen = FeedLook.objects.filter(seller_id=seller_id).first()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(max(id), 0) FROM catalogue_intake"
                " WHERE seller_id = %s AND outcome = 'taken'",
                [seller_id],
            )
            last = cursor.fetchone()[0]
    since = 0 if seen is None else seen.intake
    if use == FeedUse.OFF.value or last <= since:
        return None
    chosen = None if policy is None else policy.warehouse_id
    warehouse = chosen or warehouse_meant(seller_id=seller_id).id
    return _Task(seller_id, warehouse, use, since, last)


def _told(task: _Task) -> tuple[list[Pieces], int]:
    """Return what the file tells, by SKU, and how many of the offers are missing from it."""
    names = {"seller": task.seller_id, "since": task.since, "last": task.last}
    rows: list[Pieces] = []
    with scope(task.seller_id):
        raw = connection.connection
        plain = psycopg.Cursor(raw)
        readings = dict(plain.execute(_READINGS, names).fetchall())
        missing = plain.execute(_MISSING, names).fetchall()
        with psycopg.ServerCursor(raw, "stock_told") as cursor:
            cursor.itersize = _FETCHED
            cursor.execute(_CHANGED, names, binary=True)
            for sku, intake, content in cursor:
                pieces = pieces_of(_decode(content))
                if pieces is not None:
                    reference = readings.get(intake, "")
                    rows.append(Pieces(task.seller_id, sku, task.warehouse_id, pieces, reference))
    rows += [
        Pieces(task.seller_id, sku, task.warehouse_id, 0, f"missing since {readings[intake]}")
        for sku, intake in missing
    ]
    rows.sort(key=lambda row: row.sku)
    return rows, len(missing)


def _take(task: _Task, rows: Sequence[Pieces]) -> Changed:
    """Take a chunk: where the whole file is taken anew, also numbers that it told before."""
    with scope(task.seller_id):
        if task.since:
            before = _told_before(task, [row.sku for row in rows])
            rows = [row for row in rows if before.get(row.sku) != row.pieces]
        return level(
            TELL_FREE if task.use == FeedUse.FREE.value else TELL,
            rows,
            kind=MovementKind.FEED.value,
            actor=_ACTOR,
        )


def _told_before(task: _Task, skus: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sku, told FROM stock_level WHERE seller_id = %s AND warehouse_id = %s"
            " AND sku = ANY(%s) AND told IS NOT NULL",
            [task.seller_id, task.warehouse_id, list(skus)],
        )
        return dict(cursor.fetchall())
