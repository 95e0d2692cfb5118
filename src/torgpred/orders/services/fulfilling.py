"""Fulfilment by the seller's own courier, and what comes back.

The shipment is written down before the marketplace is called, outside any transaction; its call
may be repeated, so that after a crash the same command goes on where it stopped.
"""

from django.db import connection

from torgpred.channels import services as channel_services
from torgpred.channels.core.orders import CourierStep, Tracking
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.models import Condition, ShipmentState
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock.core.values import Pieces
from torgpred.stock.services import moving
from torgpred.stock.services.promising import ship as ship_pieces
from torgpred.stock.services.promising import take_back

_LACK = """
    SELECT count(*) FROM orders_shortage shortage JOIN orders_line line ON line.id = line_id
    WHERE line.consignment_id = %s AND shortage.settled_at IS NULL
"""
_OTHERS = """
    SELECT count(*) FROM orders_consignment part
    WHERE part.order_id = %s AND part.id <> %s AND part.phase IN ('placed', 'to_ship')
      AND NOT EXISTS (SELECT FROM orders_shipment sent WHERE sent.consignment_id = part.id)
"""
_LEAVE = """
    UPDATE orders_allocation allocation SET shipped = true FROM orders_line line
    WHERE line.id = allocation.line_id AND allocation.shipped IS NULL AND line.consignment_id = %s
    RETURNING allocation.seller_id, allocation.sku, allocation.warehouse_id, allocation.pieces
"""
_NOT_BACK = """
    SELECT coalesce((SELECT sum(pieces) FROM orders_allocation WHERE line_id = %s AND shipped), 0)
         - coalesce((SELECT sum(pieces) FROM orders_return WHERE line_id = %s), 0)
"""


class UnknownConsignmentError(TorgpredError):
    """The seller has no such consignment."""

    code = "orders.unknown"
    template = "Order {given} is not known of this seller. See: torgpred orders list"


class NotToShipError(TorgpredError):
    """The consignment cannot be shipped as it stands."""

    code = "orders.not_to_ship"
    template = "Order {given} cannot be shipped: {reason}."


class ReturnTooLargeError(TorgpredError):
    """More pieces came back than were sent."""

    code = "orders.return_too_large"
    template = "Of {sku} in order {given}, {sent} pieces were sent and not yet returned."


def ship_by_courier(
    *, seller_id: int, order: str, tracking: Tracking, actor: str, shop_id: int | None = None
) -> ShipmentState:
    """Ship a seller's part of an order by its own courier. Repeating it is safe and goes on.

    The marketplace knows one parcel an order: of an order over several sellers it hears when the
    last open part is shipped, with that part's tracking; until then this part is WAITING there,
    and shipped here. Only this consignment's pieces leave the stock. Raises
    UnknownConsignmentError, NotToShipError, and what the connector raises.
    """
    shipment, part, last = _write_down(seller_id, order, shop_id, tracking, actor)
    if shipment.state != ShipmentState.WANTED:
        return ShipmentState(shipment.state)
    if last:
        told = Tracking(
            shipment.track_number, shipment.carrier, url=shipment.url, phone=shipment.phone
        )
        connector = channel_services.open(part.shop_id)
        connector.courier_step(part.remote_id, CourierStep.IN_TRANSIT, told)
    return _record(shipment.pk, part.pk, actor, last=last)


def _write_down(
    seller_id: int, order: str, shop_id: int | None, tracking: Tracking, actor: str
) -> tuple[models.Shipment, models.Consignment, bool]:
    with operator_scope(), connection.cursor() as cursor:
        parts = models.Consignment.objects.filter(seller_id=seller_id, remote_id=order)
        if shop_id is not None:
            parts = parts.filter(shop_id=shop_id)
        part = parts.order_by("-id").first()
        if part is None:
            raise UnknownConsignmentError(given=order)
        # Two sellers of one order take turns, so that exactly one of them ships the last part.
        models.Order.objects.select_for_update().get(pk=part.order_id)
        part.refresh_from_db()
        shipment = models.Shipment.objects.filter(consignment_id=part.pk).first()
        if shipment is None:
            if part.phase != "to_ship":
                raise NotToShipError(given=order, reason=f"it is {part.phase}")
            cursor.execute(_LACK, [part.pk])
            if cursor.fetchone()[0]:
                raise NotToShipError(given=order, reason="a line is short")
            shipment = models.Shipment.objects.create(
                seller_id=seller_id,
                consignment_id=part.pk,
                state=ShipmentState.WANTED,
                track_number=tracking.number,
                carrier=tracking.carrier,
                url=tracking.url,
                phone=tracking.phone,
                made_by=actor,
                made_at=now(),
            )
        cursor.execute(_OTHERS, [part.order_id, part.pk])
        return shipment, part, cursor.fetchone()[0] == 0


def _record(shipment_id: int, consignment_id: int, actor: str, *, last: bool) -> ShipmentState:
    """Let the pieces leave, once: a pull that met the shipment first has done it already."""
    state = ShipmentState.SENT if last else ShipmentState.WAITING
    with operator_scope(), connection.cursor() as cursor:
        part = models.Consignment.objects.select_for_update().get(pk=consignment_id)
        cursor.execute(_LEAVE, [consignment_id])
        sent = [
            Pieces(seller, sku, warehouse, pieces, part.remote_id)
            for seller, sku, warehouse, pieces in cursor.fetchall()
        ]
        if sent:
            ship_pieces(sent, actor=actor)
        if part.phase == "to_ship":
            part.phase, part.ended_at = "shipped", now()
            part.save(update_fields=["phase", "ended_at"])
        models.Shipment.objects.filter(pk=shipment_id).update(state=state, sent_at=now())
        wake("orders.changed")
    return state


def see_return(
    *, seller_id: int, line_id: int, warehouse_id: int, pieces: int, condition: str, actor: str
) -> int:
    """Write down pieces that somebody saw come back; good ones lie in the warehouse again.

    Returns the return's id. Not repeatable: each call is another sight. `condition` is a
    Condition's value. Raises UnknownConsignmentError, UnknownWarehouseError, ReturnTooLargeError,
    UnfitPiecesError.
    """
    with scope(seller_id), connection.cursor() as cursor:
        moving.known(seller_id, warehouse_id)
        line = models.Line.objects.select_for_update().filter(pk=line_id).first()
        if line is None:
            raise UnknownConsignmentError(given=line_id)
        part = models.Consignment.objects.get(pk=line.consignment_id)
        cursor.execute(_NOT_BACK, [line_id, line_id])
        sent = cursor.fetchone()[0]
        if not 0 < pieces <= sent:
            raise ReturnTooLargeError(sku=line.sku, given=part.remote_id, sent=sent)
        made = models.Return.objects.create(
            seller_id=seller_id,
            line_id=line_id,
            warehouse_id=warehouse_id,
            pieces=pieces,
            condition=Condition(condition),
            seen_by=actor,
            seen_at=now(),
        )
        if condition == Condition.GOOD:
            back = Pieces(seller_id, line.sku, warehouse_id, pieces, part.remote_id)
            take_back([back], actor=actor)
        return int(made.pk)
