"""Parcels named by a person: their labels, and their end."""

from collections.abc import Sequence

from torgpred.channels import services as channel_services
from torgpred.channels.core.orders import Paper
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.models import ParcelState
from torgpred.orders.services import asking
from torgpred.orders.services.packing import Made, look
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope, scope


class NoSuchParcelError(TorgpredError):
    """No parcel is meant by this."""

    code = "orders.no_such_parcel"
    template = "{given} is neither an order with parcels nor a parcel. See: torgpred orders parcels"


def named(seller_id: int, names: Sequence[str], shop_id: int | None = None) -> list[models.Parcel]:
    """Return a seller's living parcels, wanted ones too, of orders or with numbers named.

    Raises NoSuchParcelError.
    """
    found: dict[int, models.Parcel] = {}
    with scope(seller_id):
        rows = models.Parcel.objects.filter(
            seller_id=seller_id, state__in=["wanted", "made", "left"]
        ).select_related("consignment", "handover")
        if shop_id is not None:
            rows = rows.filter(shop_id=shop_id)
        for name in names:
            mine = [
                *rows.filter(remote_id=name),
                *rows.filter(consignment__remote_id=name).order_by("id"),
            ]
            if not mine:
                raise NoSuchParcelError(given=name)
            found |= {one.pk: one for one in mine}
    return list(found.values())


def labels(*, seller_id: int, names: Sequence[str], shop_id: int | None = None) -> list[Paper]:
    """Return the labels of parcels, one document a shop.

    Raises NoSuchParcelError, and what the connector raises.
    """
    by_shop: dict[int, list[str]] = {}
    for one in named(seller_id, names, shop_id):
        if one.remote_id:
            by_shop.setdefault(one.shop_id, []).append(one.remote_id)
    if not by_shop:
        raise NoSuchParcelError(given=", ".join(names))
    return [channel_services.open(shop).parcel_labels(ids) for shop, ids in by_shop.items()]


def delete_parcels(
    *, seller_id: int, names: Sequence[str], shop_id: int | None = None
) -> list[Made]:
    """Have parcels deleted that were not handed over; their pieces may be packed anew.

    One outcome a parcel, with a `problem` where it stays. Repeating it is safe. A parcel that was
    written down and whose making is not clear yet stays until it is. Raises NoSuchParcelError, and
    what the connector raises.
    """
    rows = named(seller_id, names, shop_id)
    for shop in dict.fromkeys(one.shop_id for one in rows):
        wanted = [one.pk for one in rows if one.shop_id == shop and not one.remote_id]
        if wanted:
            look(channel_services.open(shop), wanted)
    problems: dict[int, str] = {}
    with operator_scope():
        ids = [one.pk for one in rows]
        rows = list(
            models.Parcel.objects.filter(pk__in=ids).select_related("consignment").order_by("id")
        )
    for shop in dict.fromkeys(one.shop_id for one in rows):
        problems |= _delete(shop, [one for one in rows if one.shop_id == shop])
    gone = [one.pk for one in rows if not problems[one.pk]]
    with operator_scope():
        models.Parcel.objects.filter(pk__in=gone, state__in=["wanted", "made"]).update(
            state=ParcelState.DELETED, handover=None, problem="", asked_at=None
        )
        for parcel_id, problem in problems.items():
            models.Parcel.objects.filter(pk=parcel_id).update(problem=problem)
        wake("orders.changed")
    return [
        Made(
            one.consignment.remote_id,
            one.remote_id,
            one.track_number,
            one.state if problems[one.pk] else ParcelState.DELETED.value,
            problems[one.pk],
        )
        for one in rows
    ]


def _delete(shop_id: int, rows: Sequence[models.Parcel]) -> dict[int, str]:
    problems: dict[int, str] = {}
    made: dict[str, int] = {}
    for one in rows:
        problems[one.pk] = ""
        if one.state == ParcelState.LEFT:
            problems[one.pk] = "it was handed over"
        elif one.remote_id:
            made[one.remote_id] = one.pk
        elif one.asked_at is not None:
            free = asking.claim(models.Parcel, shop_id, [one.pk])
            problems[one.pk] = "" if free else asking.unclear(shop_id, one.asked_at)
    if made:
        for outcome in channel_services.open(shop_id).delete_parcels(list(made)):
            problems[made[outcome.remote_id]] = outcome.problem
    return problems
