"""What comes back: pieces are stock again only when somebody saw them, in good condition."""

from collections.abc import Mapping

from django.db import connection
from django.db.models import Sum

from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.models import Condition
from torgpred.orders.services.parts import UnknownConsignmentError, the_part
from torgpred.runtime.scope import scope
from torgpred.stock.core.values import Pieces
from torgpred.stock.services import moving
from torgpred.stock.services.promising import lock_levels, take_back

_NOT_BACK = """
    SELECT coalesce((SELECT sum(pieces) FROM orders_allocation WHERE line_id = %s AND shipped), 0)
         - coalesce((SELECT sum(pieces) FROM orders_return WHERE line_id = %s), 0)
"""


class ReturnTooLargeError(TorgpredError):
    """More pieces came back than were sent."""

    code = "orders.return_too_large"
    template = "Of {sku} in order {given}, {sent} pieces were sent and not yet returned."


class SeenMeanwhileError(TorgpredError):
    """Somebody wrote down what came back since the caller looked."""

    code = "orders.seen_meanwhile"
    template = (
        "Of {sku} in order {given}, {seen} pieces are written down as seen back by now. Nothing"
        " was written down this time: look whether yours are among them."
    )


class NoSuchLineError(TorgpredError):
    """The consignment holds no such SKU."""

    code = "orders.no_such_line"
    template = "Order {given} has no line of {sku}; its SKUs are: {skus}"


def see_returns(
    *,
    seller_id: int,
    order: str,
    pieces: Mapping[str, int],
    warehouse_id: int,
    condition: str,
    actor: str,
    shop_id: int | None = None,
    known: Mapping[str, int] | None = None,
) -> int:
    """Write down pieces of a consignment that came back, by SKU, all or nothing; return how many.

    Each call is another sight, unless `known` says how many pieces of each SKU the caller knows as
    seen back: then the same call written down twice raises SeenMeanwhileError. Where two lines hold
    one SKU the first is filled first. Raises NoSuchLineError, WhichShopError, and as `see_return`.
    """
    with scope(seller_id):
        part = the_part(seller_id, order, shop_id)
        rows = models.Line.objects.select_for_update().filter(consignment_id=part.pk)
        lines = list(rows.order_by("id"))
        lock_levels((seller_id, line.sku) for line in lines)
        for sku, number in pieces.items():
            mine = [line.pk for line in lines if line.sku == sku]
            if known is not None:
                _check_known(order, sku, mine, known.get(sku, 0))
            if not mine:
                skus = ", ".join(sorted({line.sku for line in lines}))
                raise NoSuchLineError(given=order, sku=sku, skus=skus)
            left = number
            for place, line_id in enumerate(mine, 1):
                taken = left if place == len(mine) else min(left, _not_back(line_id))
                if taken or place == len(mine):
                    see_return(
                        seller_id=seller_id,
                        line_id=line_id,
                        warehouse_id=warehouse_id,
                        pieces=taken,
                        condition=condition,
                        actor=actor,
                    )
                left -= taken
                if not left:
                    break
    return sum(pieces.values())


def _check_known(order: str, sku: str, line_ids: list[int], known: int) -> None:
    rows = models.Return.objects.filter(line_id__in=line_ids)
    seen = rows.aggregate(pieces=Sum("pieces"))["pieces"] or 0
    if seen != known:
        raise SeenMeanwhileError(given=order, sku=sku, seen=seen)


def _not_back(line_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NOT_BACK, [line_id, line_id])
        return max(int(cursor.fetchone()[0]), 0)


def see_return(
    *, seller_id: int, line_id: int, warehouse_id: int, pieces: int, condition: str, actor: str
) -> int:
    """Write down pieces that somebody saw come back; good ones lie in the warehouse again.

    Returns the return's id. Not repeatable: each call is another sight. `condition` is a
    Condition's value. Raises UnknownConsignmentError, UnknownWarehouseError, ReturnTooLargeError,
    UnfitPiecesError.
    """
    with scope(seller_id):
        moving.known(seller_id, warehouse_id)
        line = models.Line.objects.select_for_update().filter(pk=line_id).first()
        if line is None:
            raise UnknownConsignmentError(given=line_id)
        part = models.Consignment.objects.get(pk=line.consignment_id)
        sent = _not_back(line_id)
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
