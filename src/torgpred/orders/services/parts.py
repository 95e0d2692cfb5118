"""Which consignment a person means, and what forbids that it leaves."""

from django.db import connection

from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.core.held import told_reason

_LACK = """
    SELECT coalesce(sum(shortage.pieces), 0) FROM orders_line line
    JOIN orders_shortage shortage ON shortage.line_id = line.id
    WHERE line.consignment_id = %s AND shortage.settled_at IS NULL
"""


class UnknownConsignmentError(TorgpredError):
    """The seller has no such consignment."""

    code = "orders.unknown"
    template = "Order {given} is not known of this seller. See: torgpred orders list"


class WhichShopError(TorgpredError):
    """Two shops have an order of the same number."""

    code = "orders.which_shop"
    template = "Several shops have an order {given}; name one with --shop: {shops}"


class NotToShipError(TorgpredError):
    """The consignment cannot be shipped as it stands."""

    code = "orders.not_to_ship"
    template = "Order {given} cannot be shipped: {reason}."


def the_part(seller_id: int, order: str, shop_id: int | None = None) -> models.Consignment:
    """Return a seller's part of an order by the marketplace's number, in the caller's scope.

    Raises UnknownConsignmentError, WhichShopError.
    """
    found = models.Consignment.objects.filter(seller_id=seller_id, remote_id=order)
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    parts = list(found.order_by("id")[:20])
    if not parts:
        raise UnknownConsignmentError(given=order)
    if len(parts) > 1:
        raise WhichShopError(given=order, shops=", ".join(str(one.shop_id) for one in parts))
    return parts[0]


def locked_part(seller_id: int, order: str, shop_id: int | None = None) -> models.Consignment:
    """Return it with its order's row locked, so that all who ship parts of it take turns.

    To be called in the operator's scope, since the order is the shop owner's. Raises as `the_part`.
    """
    part = the_part(seller_id, order, shop_id)
    models.Order.objects.select_for_update().get(pk=part.order_id)
    part.refresh_from_db()
    return part


def check_may_leave(part: models.Consignment, *, short: bool = False) -> None:
    """Raise NotToShipError with what forbids that a consignment is shipped now.

    A consignment that lacks pieces may leave in part where `short` says so.
    """
    if part.phase != "to_ship":
        raise NotToShipError(given=part.remote_id, reason=f"it is {part.phase}")
    if part.reason:
        why = f"{told_reason(part.reason)}; when that is over, read it again: torgpred orders pull"
        raise NotToShipError(given=part.remote_id, reason=why)
    if models.Cancellation.objects.filter(consignment_id=part.pk, ended_at=None).exists():
        why = "its cancellation is awaited; to go on: torgpred orders cancel --withdraw"
        raise NotToShipError(given=part.remote_id, reason=why)
    if short:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LACK, [part.pk])
        lacking = cursor.fetchone()[0]
    if lacking:
        why = f"{lacking} pieces of it are short; see: torgpred orders shortages"
        raise NotToShipError(given=part.remote_id, reason=why)
