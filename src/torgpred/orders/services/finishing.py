"""Finishing: what was written down for a marketplace and not carried out is gone on with.

A command may die, or the marketplace may not answer: the rows say what was wanted. Whatever may
not be repeated is looked for first, as in the command itself, so that both may run at once.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection

from torgpred.channels import services as channel_services
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.models import ParcelState
from torgpred.orders.services import asking, fulfilling, handing_over, packing
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope

AGAIN_AFTER = timedelta(minutes=10)
"""So long after a call that failed it is tried again."""

_log = logger(__name__)

# Wanted ones; those that wait although no other part is open; steps that were not told.
_SHIPMENTS = """
    SELECT sent.id FROM orders_shipment sent
    JOIN orders_consignment part ON part.id = sent.consignment_id
    JOIN orders_order whole ON whole.id = part.order_id
    WHERE whole.phase IN ('placed', 'to_ship', 'shipped', 'unknown')
      AND part.phase IN ('to_ship', 'shipped', 'delivered')
      AND sent.made_at > %(given_up)s AND sent.made_at < %(alone)s
      AND (sent.tried_at IS NULL OR sent.tried_at < %(again)s)
      AND (sent.state = 'wanted'
           OR sent.state = 'sent' AND array_position(%(steps)s::text[], sent.told::text) < (
                  SELECT CASE WHEN bool_and(other.state = 'sent')
                              THEN min(array_position(%(steps)s::text[], other.step::text)) END
                  FROM orders_shipment other
                  JOIN orders_consignment its ON its.id = other.consignment_id
                  WHERE its.order_id = part.order_id)
           OR sent.state = 'waiting' AND NOT EXISTS (
                  SELECT FROM orders_consignment its
                  JOIN orders_line line ON line.consignment_id = its.id
                  WHERE its.order_id = part.order_id AND line.quantity > 0
                    AND its.phase IN ('placed', 'to_ship') AND NOT EXISTS (
                        SELECT FROM orders_shipment other WHERE other.consignment_id = its.id)))
    ORDER BY sent.id LIMIT %(most)s
"""


def finish() -> int:
    """Go on with all that is due; return how much of it was tried. What fails holds up nothing."""
    tried = 0
    for shipment_id in _shipments():
        go_on = partial(fulfilling.go_on, shipment_id=shipment_id)
        tried += _try("shipment", shipment_id, go_on)
    for shop_id, ids in _parcels().items():
        size = channel_services.family_of(shop_id).capabilities.parcels_batch
        for start in range(0, len(ids), size):
            have_made = partial(packing.have_made, shop_id, ids[start : start + size])
            tried += _try("parcels", shop_id, have_made)
    for _, handover_id in asking.forgotten(models.Handover):
        tried += _try("handover", handover_id, partial(handing_over.have_made, handover_id))
    return tried


def _try(what: str, number: int, do: Callable[[], None]) -> int:
    try:
        do()
    except TorgpredError as error:
        _log.warning("not finished", what=what, number=number, reason=error.code)
    return 1


def _shipments() -> list[int]:
    moment = now()
    names: dict[str, Any] = {
        "given_up": moment - asking.GIVEN_UP,
        "alone": moment - asking.LEFT_ALONE,
        "again": moment - AGAIN_AFTER,
        "most": asking.AT_ONCE,
        "steps": [one.value for one in fulfilling.STEPS],
    }
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_SHIPMENTS, names)
        return [row[0] for row in cursor.fetchall()]


def _parcels() -> dict[int, list[int]]:
    """Return wanted parcels by shop, one of each order; what is not to be sent any more ends."""
    found: dict[int, list[int]] = {}
    forgotten = asking.forgotten(models.Parcel)
    with operator_scope():
        rows = models.Parcel.objects.filter(pk__in=[pk for _, pk in forgotten])
        ended = rows.exclude(consignment__phase="to_ship").filter(asked_at=None)
        ended.update(state=ParcelState.REFUSED, problem="the order is not to be shipped any more")
        left = dict(
            rows.filter(state=ParcelState.WANTED).values_list("pk", "consignment__order_id")
        )
    orders: set[int] = set()
    for shop_id, pk in forgotten:
        if pk in left and left[pk] not in orders:
            orders.add(left[pk])
            found.setdefault(shop_id, []).append(pk)
    return found
