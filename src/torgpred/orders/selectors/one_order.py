"""All that is known of one consignment: promises, shortages, parcels, what came back."""

from datetime import datetime
from decimal import Decimal
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.runtime.scope import scope

_PART: LiteralString = """
    SELECT part.id, part.shop_id, part.remote_id, part.phase, part.placed_at, part.ship_by,
           part.ended_at, part.currency, part.amount, part.payout, part.country, part.reason,
           part.dispute, part.mismatch,
           (SELECT count(*) FROM orders_dialogue talk WHERE talk.tenant_id = part.seller_id
              AND talk.shop_id = part.shop_id AND talk.order_number = part.remote_id)
    FROM orders_consignment part
    WHERE part.seller_id = %(seller)s AND part.remote_id = %(order)s
      AND (%(shop)s::bigint IS NULL OR part.shop_id = %(shop)s) ORDER BY part.id
"""
_LINES: LiteralString = """
    SELECT line.sku, line.name, line.quantity, line.price, line.amount, line.issue,
           coalesce((SELECT json_agg(json_build_array(warehouse.code, warehouse.name, kept.pieces)
                                     ORDER BY warehouse.rank, warehouse.code)
                     FROM (SELECT warehouse_id, sum(pieces)::int AS pieces FROM orders_allocation
                           WHERE line_id = line.id AND shipped IS NULL GROUP BY 1) kept
                     JOIN stock_warehouse warehouse ON warehouse.id = kept.warehouse_id)::text,
                    '[]'),
           coalesce((SELECT sum(pieces) FROM orders_allocation one
                     WHERE one.line_id = line.id AND one.shipped), 0)::int,
           coalesce((SELECT sum(pieces) FROM orders_shortage one
                     WHERE one.line_id = line.id AND one.settled_at IS NULL), 0)::int,
           coalesce((SELECT sum(item.pieces) FROM orders_parcelitem item
                     JOIN orders_parcel parcel ON parcel.id = item.parcel_id
                     WHERE item.line_id = line.id
                       AND parcel.state IN ('wanted', 'made', 'left')), 0)::int,
           coalesce((SELECT sum(pieces) FROM orders_return one
                     WHERE one.line_id = line.id), 0)::int
    FROM orders_line line WHERE line.seller_id = %(seller)s AND line.consignment_id = %(part)s
    ORDER BY line.id
"""
_SHORTAGES: LiteralString = """
    SELECT lack.id, lack.sku, line.name, lack.pieces, lack.why, lack.remedy, lack.noticed_at
    FROM orders_shortage lack JOIN orders_line line ON line.id = lack.line_id
    WHERE lack.seller_id = %(seller)s AND line.consignment_id = %(part)s
      AND lack.settled_at IS NULL ORDER BY lack.id
"""
_PARCELS: LiteralString = """
    SELECT parcel.remote_id, parcel.state, parcel.phase, parcel.word, parcel.track_number,
           coalesce(handover.remote_id, ''), coalesce(handover.state, ''), parcel.problem,
           parcel.asked_at IS NOT NULL,
           parcel.length_cm, parcel.width_cm, parcel.height_cm, parcel.weight_kg,
           coalesce((SELECT string_agg(item.pieces || ' × ' || line.sku, ', ' ORDER BY line.id)
                     FROM orders_parcelitem item JOIN orders_line line ON line.id = item.line_id
                     WHERE item.parcel_id = parcel.id), '')
    FROM orders_parcel parcel LEFT JOIN orders_handover handover ON handover.id = parcel.handover_id
    WHERE parcel.seller_id = %(seller)s AND parcel.consignment_id = %(part)s
      AND parcel.state <> 'deleted' ORDER BY parcel.id
"""
_COURIER: LiteralString = """
    SELECT state, track_number, carrier, url, phone, step, told, problem, sent_at
    FROM orders_shipment WHERE seller_id = %(seller)s AND consignment_id = %(part)s
"""
_CANCELLATION: LiteralString = """
    SELECT reason, asked_by, asked_at, ended_at, withdrawn
    FROM orders_cancellation WHERE seller_id = %(seller)s AND consignment_id = %(part)s
"""
_BACK: LiteralString = """
    SELECT line.sku, warehouse.code, back.pieces, back.condition, back.seen_by, back.seen_at
    FROM orders_return back JOIN orders_line line ON line.id = back.line_id
    JOIN stock_warehouse warehouse ON warehouse.id = back.warehouse_id
    WHERE back.seller_id = %(seller)s AND line.consignment_id = %(part)s ORDER BY back.id
"""


class PartCard(msgspec.Struct, frozen=True):
    """A seller's part of an order; `payout` is the marketplace's word for its share."""

    id: int
    shop_id: int
    order: str
    phase: str
    placed_at: datetime
    ship_by: datetime | None
    ended_at: datetime | None
    currency: str
    amount: Decimal
    payout: Decimal | None
    country: str
    reason: str
    dispute: str
    mismatch: str
    dialogues: int


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """Pieces of a line that a warehouse keeps for it."""

    warehouse: str
    name: str
    pieces: int


class PartLine(msgspec.Struct, frozen=True):
    """A line: `kept` where, `sent`, `short`, `packed` into parcels, and seen `back`, in pieces."""

    sku: str
    name: str
    quantity: int
    price: Decimal
    amount: Decimal
    issue: str
    kept: tuple[Kept, ...]
    sent: int
    short: int
    packed: int
    back: int

    @property
    def to_pack(self) -> int:
        """Return how many pieces are kept for it and in no parcel yet."""
        return max(sum(one.pieces for one in self.kept) + self.sent - self.packed, 0)


class ShortageCard(msgspec.Struct, frozen=True):
    """Pieces of a line that no warehouse has; `remedy` is what was chosen, if anything."""

    id: int
    sku: str
    name: str
    pieces: int
    why: str
    remedy: str
    noticed_at: datetime


class PartParcel(msgspec.Struct, frozen=True):
    """A parcel with its size in centimetres and kilograms; None where it is not known here."""

    parcel: str
    state: str
    phase: str
    word: str
    track_number: str
    list: str
    list_state: str
    problem: str
    unclear: bool
    """Whether it was asked for and no answer came."""
    length: Decimal | None
    width: Decimal | None
    height: Decimal | None
    weight: Decimal | None
    items: str


class CourierCard(msgspec.Struct, frozen=True):
    """A shipment by the seller's own courier; `told` is the step that the marketplace knows."""

    state: str
    track_number: str
    carrier: str
    url: str
    phone: str
    step: str
    told: str
    problem: str
    sent_at: datetime | None


class CancellationCard(msgspec.Struct, frozen=True):
    """A cancellation that was asked for here; it is awaited until it ended."""

    reason: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    withdrawn: bool


class BackCard(msgspec.Struct, frozen=True):
    """Pieces that somebody saw come back."""

    sku: str
    warehouse: str
    pieces: int
    condition: str
    seen_by: str
    seen_at: datetime


class Whole(msgspec.Struct, frozen=True):
    """What belongs to a consignment."""

    lines: list[PartLine]
    shortages: list[ShortageCard]
    parcels: list[PartParcel]
    courier: CourierCard | None
    cancellation: CancellationCard | None
    back: list[BackCard]


def parts(seller_id: int, order: str, shop_id: int | None = None) -> list[PartCard]:
    """Return a seller's parts of orders of this number: one a shop that has such an order."""
    names = {"seller": seller_id, "order": order, "shop": shop_id}
    with scope(seller_id):
        return [PartCard(*row) for row in _read(_PART, names)]


def whole(seller_id: int, part_id: int) -> Whole:
    """Return what belongs to a seller's consignment, as of one moment."""
    names = {"seller": seller_id, "part": part_id}
    with scope(seller_id):
        lines = [_line(row) for row in _read(_LINES, names)]
        courier, cancelled = _read(_COURIER, names), _read(_CANCELLATION, names)
        return Whole(
            lines=lines,
            shortages=[ShortageCard(*row) for row in _read(_SHORTAGES, names)],
            parcels=[PartParcel(*row) for row in _read(_PARCELS, names)],
            courier=CourierCard(*courier[0]) if courier else None,
            cancellation=CancellationCard(*cancelled[0]) if cancelled else None,
            back=[BackCard(*row) for row in _read(_BACK, names)],
        )


def _read(sql: LiteralString, names: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, names)
        return list(cursor.fetchall())


def _line(row: tuple[Any, ...]) -> PartLine:
    sku, name, quantity, price, amount, issue, kept, sent, short, packed, back = row
    return PartLine(
        sku=sku,
        name=name,
        quantity=quantity,
        price=price,
        amount=amount,
        issue=issue,
        kept=msgspec.json.decode(kept, type=tuple[Kept, ...]),
        sent=sent,
        short=short,
        packed=packed,
        back=back,
    )
