"""Parcels as the marketplace tells of them, and their pieces leaving the stock, once each.

Whoever learns first of a parcel's way, by a call of ours or by a pull, writes it down; the state
of the parcel's row, changed in the same transaction, is what keeps its pieces from leaving twice.
The caller holds the rows of the orders (`promises` tells in which order all is locked).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString

from django.db import connection

from torgpred.channels.core.orders import ParcelOutcome
from torgpred.kernel.clock import now
from torgpred.orders import models
from torgpred.orders.core.packing import ENDED, GONE, made_of
from torgpred.orders.models import HandoverState, ParcelState
from torgpred.orders.services import promises
from torgpred.stock.core.values import Pieces
from torgpred.stock.services.promising import ship as ship_pieces

_WORD = 100

_LINES: LiteralString = """
    SELECT part.id, part.seller_id, line.id, line.remote_sku_id,
           line.quantity - coalesce((
               SELECT sum(item.pieces) FROM orders_parcelitem item
               JOIN orders_parcel parcel ON parcel.id = item.parcel_id
               WHERE item.line_id = line.id AND parcel.state IN ('wanted', 'made', 'left')), 0)
    FROM orders_consignment part JOIN orders_line line ON line.consignment_id = part.id
    WHERE part.order_id = %s ORDER BY part.id, line.id
"""

# Open promises of a line go first come, first served, as far as its parcels hold pieces.
_LEAVE: LiteralString = """
    WITH packed AS (
        SELECT item.line_id, sum(item.pieces) AS pieces FROM orders_parcelitem item
        WHERE item.parcel_id = ANY(%(parcels)s) GROUP BY item.line_id
    ),
    laid AS (
        SELECT allocation.id, allocation.line_id, allocation.pieces, packed.pieces AS wanted,
               sum(allocation.pieces) OVER (PARTITION BY allocation.line_id
                                            ORDER BY allocation.id)
               - allocation.pieces AS before
        FROM orders_allocation allocation JOIN packed ON packed.line_id = allocation.line_id
        WHERE allocation.shipped IS NULL
    ),
    cut AS MATERIALIZED (
        SELECT id, pieces AS had, least(pieces, wanted - before)::int AS pieces
        FROM laid WHERE before < wanted
    ),
    less AS (
        UPDATE orders_allocation allocation
        SET pieces = CASE WHEN cut.pieces = cut.had THEN cut.had ELSE cut.had - cut.pieces END,
            shipped = CASE WHEN cut.pieces = cut.had THEN true END
        FROM cut WHERE cut.id = allocation.id
    ),
    apart AS (
        INSERT INTO orders_allocation
            (seller_id, line_id, warehouse_id, sku, pieces, shipped, lock_id)
        SELECT was.seller_id, was.line_id, was.warehouse_id, was.sku, cut.pieces, true, was.lock_id
        FROM cut JOIN orders_allocation was ON was.id = cut.id WHERE cut.pieces < cut.had
    )
    SELECT was.seller_id, was.sku, was.warehouse_id, cut.pieces, part.remote_id
    FROM cut JOIN orders_allocation was ON was.id = cut.id
    JOIN orders_line line ON line.id = was.line_id
    JOIN orders_consignment part ON part.id = line.consignment_id
"""

# A consignment is shipped once nothing of it is promised or short any more, or all of it is in
# parcels that left.
_CLOSE: LiteralString = """
    UPDATE orders_consignment part
    SET phase = 'shipped', mismatch = '', ended_at = coalesce(part.ended_at, %(now)s)
    WHERE part.id = ANY(%(parts)s) AND part.phase IN ('placed', 'to_ship', 'unknown')
      AND (NOT EXISTS (
              SELECT FROM orders_line line
              WHERE line.consignment_id = part.id AND (
                  EXISTS (SELECT FROM orders_allocation one
                          WHERE one.line_id = line.id AND one.shipped IS NULL)
                  OR EXISTS (SELECT FROM orders_shortage one
                             WHERE one.line_id = line.id AND one.settled_at IS NULL)))
           OR NOT EXISTS (
              SELECT FROM orders_line line
              WHERE line.consignment_id = part.id AND line.quantity > coalesce((
                  SELECT sum(item.pieces) FROM orders_parcelitem item
                  JOIN orders_parcel parcel ON parcel.id = item.parcel_id
                  WHERE item.line_id = line.id AND parcel.state = 'left'), 0)))
    RETURNING part.order_id
"""


def follow(told: Mapping[int, Sequence[ParcelOutcome]], *, actor: str = "the marketplace") -> int:
    """Bring parcels in line with what the marketplace told of them, by our numbers of orders.

    One that nobody here knows was made of a request whose answer was lost, or in the cabinet: it
    is written down for the seller whose goods it holds. Pieces of those that are gone leave, and
    are counted.
    """
    gone: list[int] = []
    for order_id, outcomes in told.items():
        if not outcomes:
            continue
        _adopt(order_id, outcomes)
        gone += _update(order_id, outcomes)
    return leave(gone, actor=actor) if gone else 0


def adopt(parcel: models.Parcel, outcomes: Sequence[ParcelOutcome]) -> bool:
    """Write down which parcels were made of one that was wanted; several where it was split.

    Returns whether any was. The marketplace's parcels that are known here are not looked at.
    """
    items = list(models.ParcelItem.objects.filter(parcel_id=parcel.pk).order_by("id"))
    skus = dict(
        models.Line.objects.filter(pk__in=[one.line_id for one in items]).values_list(
            "id", "remote_sku_id"
        )
    )
    wanted: dict[str, int] = {}
    for one in items:
        wanted[skus[one.line_id]] = wanted.get(skus[one.line_id], 0) + one.pieces
    made = made_of(wanted, _unknown(parcel.shop_id, outcomes))
    if not made:
        return False
    lines = [(one.line_id, skus[one.line_id], one.pieces) for one in items]
    if len(made) > 1 or made[0][1] != wanted:
        models.ParcelItem.objects.filter(parcel_id=parcel.pk).delete()
        for number, (_, goods) in enumerate(made):
            holder = parcel if number == 0 else _twin_of(parcel)
            lines = _fill(holder, goods, lines)
            _name(holder, made[number][0])
    else:
        _name(parcel, made[0][0])
    return True


def leave(parcel_ids: Sequence[int], *, actor: str) -> int:
    """Let the pieces of parcels leave the stock that were handed over; return how many left.

    A parcel whose pieces left is left alone. Their consignments are shipped once all of them went.
    """
    moment = now()
    rows = list(
        models.Parcel.objects.filter(pk__in=parcel_ids, state=ParcelState.MADE).order_by("id")
    )
    if not rows:
        return 0
    names: dict[str, Any] = {
        "parcels": [one.pk for one in rows],
        "parts": sorted({one.consignment_id for one in rows}),
        "now": moment,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, names)
        sent = [Pieces(*row) for row in cursor.fetchall()]
        models.Parcel.objects.filter(pk__in=names["parcels"]).update(
            state=ParcelState.LEFT, left_at=moment
        )
        cursor.execute(_CLOSE, names)
        closed = [row[0] for row in cursor.fetchall()]
    if sent:
        ship_pieces(sent, actor=actor)
    if closed:
        promises.ship(order_ids=closed, actor=actor)
    return sum(one.pieces for one in sent)


def _unknown(shop_id: int, outcomes: Iterable[ParcelOutcome]) -> list[ParcelOutcome]:
    told = [one for one in outcomes if one.remote_id]
    known = set(
        models.Parcel.objects.filter(
            shop_id=shop_id, remote_id__in=[one.remote_id for one in told]
        ).values_list("remote_id", flat=True)
    )
    return [one for one in told if one.remote_id not in known and one.phase not in ENDED]


def _adopt(order_id: int, outcomes: Sequence[ParcelOutcome]) -> None:
    parts = list(models.Consignment.objects.filter(order_id=order_id).order_by("id"))
    if not parts or not _unknown(parts[0].shop_id, outcomes):
        return
    wanted = models.Parcel.objects.filter(
        consignment__in=[one.pk for one in parts], state=ParcelState.WANTED
    )
    for parcel in wanted.order_by("id"):
        adopt(parcel, outcomes)
    left = _unknown(parts[0].shop_id, outcomes)
    for part in parts:
        with connection.cursor() as cursor:
            cursor.execute(_LINES, [order_id])
            lines = [
                (line, sku, pieces)
                for part_id, _, line, sku, pieces in cursor.fetchall()
                if part_id == part.pk and pieces > 0
            ]
        for outcome in left:
            # Goods that were not told may be any seller's; of one seller's order they are its.
            if not outcome.items and len(parts) > 1:
                continue
            room: dict[str, int] = {}
            for _, sku, pieces in lines:
                room[sku] = room.get(sku, 0) + pieces
            made = made_of(room, [outcome])
            if made:
                parcel = _from_the_cabinet(part)
                lines = _fill(parcel, made[0][1], lines)
                _name(parcel, outcome)
        left = _unknown(part.shop_id, left)


def _from_the_cabinet(part: models.Consignment) -> models.Parcel:
    return models.Parcel.objects.create(
        seller_id=part.seller_id,
        shop_id=part.shop_id,
        consignment_id=part.pk,
        state=ParcelState.WANTED,
        made_by="the marketplace",
        made_at=now(),
    )


def _twin_of(parcel: models.Parcel) -> models.Parcel:
    return models.Parcel.objects.create(
        seller_id=parcel.seller_id,
        shop_id=parcel.shop_id,
        consignment_id=parcel.consignment_id,
        state=ParcelState.WANTED,
        made_by=parcel.made_by,
        made_at=parcel.made_at,
    )


def _fill(
    parcel: models.Parcel, goods: Mapping[str, int], lines: Sequence[tuple[int, str, int]]
) -> list[tuple[int, str, int]]:
    """Put goods into a parcel, from the lines that want them; return what lines want then."""
    wanted, left = dict(goods), []
    for line, sku, pieces in lines:
        taken = min(pieces, wanted.get(sku, 0))
        if taken:
            wanted[sku] -= taken
            models.ParcelItem.objects.create(
                seller_id=parcel.seller_id, parcel_id=parcel.pk, line_id=line, pieces=taken
            )
        if pieces > taken:
            left.append((line, sku, pieces - taken))
    return left


def _name(parcel: models.Parcel, outcome: ParcelOutcome) -> None:
    parcel.state, parcel.remote_id = ParcelState.MADE, outcome.remote_id
    parcel.problem, parcel.asked_at = outcome.problem, None
    parcel.track_number = outcome.track_number[:200]
    parcel.phase, parcel.word = outcome.phase.value, outcome.state_word[:_WORD]
    parcel.save()


def _update(order_id: int, outcomes: Iterable[ParcelOutcome]) -> list[int]:
    """Take over states of known parcels; return those whose pieces are gone."""
    told = {one.remote_id: one for one in outcomes if one.remote_id}
    rows = models.Parcel.objects.filter(
        consignment__in=models.Consignment.objects.filter(order_id=order_id).values("id"),
        remote_id__in=list(told),
    )
    gone: list[int] = []
    for row in rows.select_for_update().order_by("id"):
        outcome = told[row.remote_id]
        row.phase, row.word = outcome.phase.value, outcome.state_word[:_WORD]
        row.track_number = outcome.track_number[:200] or row.track_number
        if outcome.phase in ENDED and row.state == ParcelState.MADE:
            row.state, row.problem = ParcelState.DELETED, outcome.problem
        row.handover_id = _list_of(row, outcome)
        row.save()
        if outcome.phase in GONE and row.state == ParcelState.MADE:
            gone.append(row.pk)
    return gone


def _list_of(row: models.Parcel, outcome: ParcelOutcome) -> int | None:
    """Return the handover list that a parcel is on, as the marketplace tells it."""
    if not outcome.handover_id:
        if row.handover_id is None or row.state == ParcelState.LEFT:
            return row.handover_id
        wanted = models.Handover.objects.filter(pk=row.handover_id, state=HandoverState.WANTED)
        return row.handover_id if wanted.exists() else None
    found, _ = models.Handover.objects.get_or_create(
        seller_id=row.seller_id,
        shop_id=row.shop_id,
        remote_id=outcome.handover_id,
        defaults={"state": HandoverState.OPEN, "made_by": "the marketplace", "made_at": now()},
    )
    this = models.Handover.objects.filter(pk=found.pk)
    word = outcome.handover_word[:_WORD]
    if word != found.word:
        this.update(word=word)
    if outcome.phase in GONE and found.state == HandoverState.OPEN:
        # Only what is open still: a transfer of ours may have been written down meanwhile.
        this.filter(state=HandoverState.OPEN).update(
            state=HandoverState.HANDED_OVER, handed_over_at=now()
        )
    return int(found.pk)
