"""Fulfilment by the seller's own courier.

The shipment, and every step of it, is written down before the marketplace is called, outside any
transaction; its calls may be repeated, so that after a crash the same command goes on where it
stopped.

The marketplace knows one parcel an order. Of an order over several sellers it hears that it is in
transit when the last open part is shipped, by that part's tracking, and of each later step when
the last part has taken it.
"""

from typing import Final

from django.db import connection
from django.db.models import QuerySet

from torgpred.channels import services as channel_services
from torgpred.channels.core.orders import CourierStep, Tracking
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError, TorgpredError
from torgpred.orders import models
from torgpred.orders.models import ShipmentState
from torgpred.orders.services import promises
from torgpred.orders.services.parts import (
    NotToShipError,
    UnknownConsignmentError,
    check_may_leave,
    locked_part,
)
from torgpred.orders.services.returning import ReturnTooLargeError, see_return
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope

__all__ = [
    "STEPS",
    "NotToShipError",
    "ReturnTooLargeError",
    "TrackingStandsError",
    "UnknownConsignmentError",
    "go_on",
    "see_return",
    "ship_by_courier",
    "tell_step",
]

STEPS: Final = (CourierStep.IN_TRANSIT, CourierStep.READY_FOR_PICKUP, CourierStep.DELIVERED)
"""In the order in which a courier takes them."""
_OTHERS = """
    SELECT count(*) FROM orders_consignment part
    WHERE part.order_id = %s AND part.id <> %s AND part.phase IN ('placed', 'to_ship')
      AND NOT EXISTS (SELECT FROM orders_shipment sent WHERE sent.consignment_id = part.id)
      AND EXISTS (SELECT FROM orders_line line
                  WHERE line.consignment_id = part.id AND line.quantity > 0)
"""


class TrackingStandsError(TorgpredError):
    """The consignment was shipped before, with another tracking."""

    code = "orders.tracking_stands"
    template = (
        "Order {given} was shipped with {number} of {carrier}: that tracking stands, and {other}"
        " was not told. A wrong one is put right in the marketplace's cabinet."
    )


def ship_by_courier(
    *, seller_id: int, order: str, tracking: Tracking, actor: str, shop_id: int | None = None
) -> ShipmentState:
    """Ship a seller's part of an order by its own courier. Repeating it is safe and goes on.

    Until the order's last open part is shipped this part is WAITING at the marketplace, and
    shipped here. Only this consignment's pieces leave the stock. The first tracking stands: with
    another one the shipment is gone on with as it was, and TrackingStandsError is raised. Raises
    UnknownConsignmentError, WhichShopError, NotToShipError, and what the connector raises.
    """
    shipment, part, last = _write_down(seller_id, order, shop_id, tracking, actor)
    state = ShipmentState(shipment.state)
    if state is ShipmentState.WANTED:
        state = _carry_out(shipment, part, actor, last=last)
    if (shipment.track_number, shipment.carrier) != (tracking.number, tracking.carrier):
        raise TrackingStandsError(
            given=order,
            number=shipment.track_number,
            carrier=shipment.carrier,
            other=f"{tracking.number} of {tracking.carrier}",
        )
    return state


def go_on(*, shipment_id: int) -> None:
    """Go on with a shipment that was written down, or that waited for parts which are no more.

    Then tell the marketplace of a step that it has not heard of. Repeating it is safe. Raises what
    the connector raises.
    """
    with operator_scope(), connection.cursor() as cursor:
        shipment = models.Shipment.objects.select_related("consignment").get(pk=shipment_id)
        part = shipment.consignment
        models.Order.objects.select_for_update().get(pk=part.order_id)
        shipment.refresh_from_db(fields=["state", "step"])
        cursor.execute(_OTHERS, [part.order_id, part.pk])
        last = cursor.fetchone()[0] == 0
    if shipment.state == ShipmentState.WANTED or (shipment.state != ShipmentState.SENT and last):
        _carry_out(shipment, part, shipment.made_by, last=last)
    if shipment.step != CourierStep.IN_TRANSIT.value:
        tell_step(
            seller_id=part.seller_id,
            order=part.remote_id,
            step=CourierStep(shipment.step),
            shop_id=part.shop_id,
        )


def tell_step(
    *, seller_id: int, order: str, step: CourierStep, shop_id: int | None = None
) -> CourierStep | None:
    """Say how far the courier is with a seller's part: READY_FOR_PICKUP or DELIVERED.

    Returns the step that the marketplace knows of the whole order then, None where it does not
    know yet that it is on its way. A step is never taken back; repeating one is safe and tells the
    marketplace what it has not heard. Raises UnknownConsignmentError, WhichShopError,
    NotToShipError where it was not shipped by the courier, and what the connector raises.
    """
    part, shipment_id, least = _step_written_down(seller_id, order, shop_id, step)
    if least is None:
        return None
    heard = _heard(part.order_id)
    if heard is None or STEPS.index(heard) < STEPS.index(least):
        connector = channel_services.open(part.shop_id)
        try:
            connector.courier_step(part.remote_id, least)
        except OutboundError as error:
            _note_trouble(shipment_id, str(error))
            raise
    _record_step(part, least)
    return least


def _carry_out(
    shipment: models.Shipment, part: models.Consignment, actor: str, *, last: bool
) -> ShipmentState:
    if last:
        told = Tracking(
            shipment.track_number, shipment.carrier, url=shipment.url, phone=shipment.phone
        )
        connector = channel_services.open(part.shop_id)
        try:
            connector.courier_step(part.remote_id, CourierStep.IN_TRANSIT, told)
        except OutboundError as error:
            _note_trouble(shipment.pk, str(error))
            raise
    return _record(shipment.pk, part, actor, last=last)


def _note_trouble(shipment_id: int, problem: str) -> None:
    with operator_scope():
        models.Shipment.objects.filter(pk=shipment_id).update(problem=problem, tried_at=now())


def _write_down(
    seller_id: int, order: str, shop_id: int | None, tracking: Tracking, actor: str
) -> tuple[models.Shipment, models.Consignment, bool]:
    with operator_scope(), connection.cursor() as cursor:
        # Two sellers of one order take turns, so that exactly one of them ships the last part.
        part = locked_part(seller_id, order, shop_id)
        shipment = models.Shipment.objects.filter(consignment_id=part.pk).first()
        if shipment is None:
            check_may_leave(part)
            _check_no_parcels(part)
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


def _check_no_parcels(part: models.Consignment) -> None:
    parts = models.Consignment.objects.filter(order_id=part.order_id).values("id")
    parcels = models.Parcel.objects.filter(
        consignment__in=parts, state__in=["wanted", "made", "left"]
    )
    if parcels.exists():
        why = (
            "the order goes by the marketplace's logistics, since a parcel of it is made; pack this"
            " part too (torgpred orders parcels make) or delete the parcels"
        )
        raise NotToShipError(given=part.remote_id, reason=why)


def _record(shipment_id: int, part: models.Consignment, actor: str, *, last: bool) -> ShipmentState:
    """Let the pieces leave, once: a pull that met the shipment first has done it already."""
    state = ShipmentState.SENT if last else ShipmentState.WAITING
    with operator_scope():
        models.Order.objects.select_for_update().get(pk=part.order_id)
        promises.lock([part.order_id])
        models.Consignment.objects.filter(pk=part.pk, phase="to_ship").update(
            phase="shipped", ended_at=now(), mismatch=""
        )
        promises.ship(order_ids=[part.order_id], actor=actor)
        told = CourierStep.IN_TRANSIT.value if last else ""
        models.Shipment.objects.filter(pk=shipment_id).update(state=state, sent_at=now(), told=told)
        if last:
            waiting = _shipments_of(part.order_id).filter(state=ShipmentState.WAITING)
            waiting.update(state=state, told=told)
        wake("orders.changed")
    return state


def _step_written_down(
    seller_id: int, order: str, shop_id: int | None, step: CourierStep
) -> tuple[models.Consignment, int, CourierStep | None]:
    with operator_scope():
        part = locked_part(seller_id, order, shop_id)
        shipments = list(_shipments_of(part.order_id).select_for_update().order_by("id"))
        mine = next((one for one in shipments if one.consignment_id == part.pk), None)
        if mine is None or mine.state == ShipmentState.WANTED:
            why = "it was not shipped by the seller's courier yet (torgpred orders ship)"
            raise NotToShipError(given=order, reason=why)
        if STEPS.index(step) > STEPS.index(CourierStep(mine.step)):
            mine.step = step.value
            mine.save(update_fields=["step"])
        if any(one.state != ShipmentState.SENT for one in shipments):
            return part, mine.pk, None
        return part, mine.pk, min((CourierStep(one.step) for one in shipments), key=STEPS.index)


def _heard(order_id: int) -> CourierStep | None:
    with operator_scope():
        told = list(_shipments_of(order_id).values_list("told", flat=True))
    return min((CourierStep(one) for one in told), key=STEPS.index) if all(told) else None


def _record_step(part: models.Consignment, step: CourierStep) -> None:
    with operator_scope():
        models.Order.objects.select_for_update().get(pk=part.order_id)
        _shipments_of(part.order_id).update(told=step.value, problem="")
        if step is CourierStep.DELIVERED:
            models.Consignment.objects.filter(order_id=part.order_id, phase="shipped").update(
                phase="delivered"
            )
        wake("orders.changed")


def _shipments_of(order_id: int) -> QuerySet[models.Shipment]:
    parts = models.Consignment.objects.filter(order_id=order_id).values("id")
    return models.Shipment.objects.filter(consignment__in=parts)
