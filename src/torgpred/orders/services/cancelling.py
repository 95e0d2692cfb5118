"""Cancelling: what the seller wants is written down, a person does it, the next pull meets it."""

from collections.abc import Sequence

from torgpred.channels import selectors as channels
from torgpred.channels.core.orders import OrderPhase
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.core.cancelling import Advice, advice
from torgpred.orders.models import ParcelState
from torgpred.orders.services.parts import locked_part, the_part
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope

_REASON = 200


class NotAwaitedError(TorgpredError):
    """Nothing is there to be withdrawn."""

    code = "orders.not_awaited"
    template = "No cancellation of order {given} is awaited."


def cancel(
    *, seller_id: int, order: str, actor: str, reason: str = "", shop_id: int | None = None
) -> Advice:
    """Write down that a consignment is to be cancelled; return what a person has to do for it.

    Nothing of it is shipped from then on. It is awaited until the marketplace tells of the
    cancellation, or it is withdrawn. Repeating it tells the steps again. What was sent or has
    ended is not written down. Raises UnknownConsignmentError, WhichShopError.
    """
    with operator_scope():
        part = locked_part(seller_id, order, shop_id)
        found = _advice(part)
        if found.awaits:
            awaited = models.Cancellation.objects.filter(consignment_id=part.pk, ended_at=None)
            if not awaited.exists():
                models.Cancellation.objects.update_or_create(
                    consignment_id=part.pk,
                    defaults={
                        "seller_id": seller_id,
                        "reason": reason[:_REASON],
                        "asked_by": actor,
                        "asked_at": now(),
                        "ended_at": None,
                        "withdrawn": False,
                    },
                )
            wake("orders.changed")
    return found


def advised(*, seller_id: int, order: str, shop_id: int | None = None) -> Advice:
    """Return what cancelling a consignment would ask of a person, and write nothing down.

    Raises UnknownConsignmentError, WhichShopError.
    """
    with operator_scope():
        return _advice(the_part(seller_id, order, shop_id))


def withdraw(*, seller_id: int, order: str, shop_id: int | None = None) -> None:
    """Let a consignment go on whose cancellation is awaited. Raises NotAwaitedError too."""
    with operator_scope():
        part = locked_part(seller_id, order, shop_id)
        awaited = models.Cancellation.objects.filter(consignment_id=part.pk, ended_at=None)
        if not awaited.update(ended_at=now(), withdrawn=True):
            raise NotAwaitedError(given=order)
        wake("orders.changed")


def end(*, order_ids: Sequence[int]) -> None:
    """Note that what was awaited came: the marketplace told that these orders are cancelled."""
    parts = models.Consignment.objects.filter(order_id__in=order_ids).values("id")
    models.Cancellation.objects.filter(consignment__in=parts, ended_at=None).update(ended_at=now())


def _advice(part: models.Consignment) -> Advice:
    parcels = models.Parcel.objects.filter(consignment_id=part.pk, state=ParcelState.MADE)
    others = models.Consignment.objects.filter(order_id=part.order_id).exclude(pk=part.pk)
    return advice(
        order=part.remote_id,
        phase=OrderPhase(part.phase),
        joint=channels.shop(part.shop_id).joint,
        others=others.exists(),
        parcels=list(parcels.order_by("id").values_list("remote_id", flat=True)),
    )
