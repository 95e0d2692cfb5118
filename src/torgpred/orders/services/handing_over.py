"""Handover lists: parcels that are brought together, put on a list, and declared handed over.

A list is written down with its parcels before it is asked for. Making one may not be repeated, so
that it is looked for by its parcels first; all other calls may be repeated. Pieces leave the stock
when their parcel is handed over, by what the marketplace then says of each parcel.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date

import msgspec

from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Connector
from torgpred.channels.core.orders import Handover as ToldHandover
from torgpred.channels.core.orders import Paper, ParcelOutcome
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError, RefusedError, RetryLaterError, TorgpredError
from torgpred.orders import models
from torgpred.orders.models import HandoverState, ParcelState
from torgpred.orders.services import asking, parcel_states, promises
from torgpred.orders.services.unpacking import named
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope, scope


class NothingToHandOverError(TorgpredError):
    """None of the parcels named can go on a list."""

    code = "orders.nothing_to_hand_over"
    template = "No parcel can go on the list: {reasons}. Make some: torgpred orders parcels make"


class UnknownHandoverError(TorgpredError):
    """The seller has no such list."""

    code = "orders.unknown_handover"
    template = "No handover list {given} is known. See: torgpred orders handover show"


class Listed(msgspec.Struct, frozen=True):
    """A handover list; `problem` is empty where all is well. `shipped` pieces left by this call."""

    list: str
    state: str
    parcels: tuple[str, ...]
    shop_id: int
    arrival: date | None = None
    problem: str = ""
    shipped: int = 0


def make_handover(
    *,
    seller_id: int,
    names: Sequence[str],
    arrival: date,
    actor: str,
    shop_id: int | None = None,
) -> list[Listed]:
    """Put parcels on a new list, one a shop: those of orders or numbers named; all if none is.

    Repeating it goes on with a list that was written down. Raises NoSuchParcelError,
    NothingToHandOverError, and NeedsPersonError of the connector.
    """
    rows = named(seller_id, names, shop_id) if names else _unlisted(seller_id, shop_id)
    lists = {one.handover_id for one in rows if _waits(one)}
    free = [one for one in rows if one.state == ParcelState.MADE and one.handover_id is None]
    if not lists and not free:
        raise NothingToHandOverError(reasons=_why_not(rows))
    for shop in dict.fromkeys(one.shop_id for one in free):
        ids = [one.pk for one in free if one.shop_id == shop]
        lists.add(_write_down(seller_id, shop, ids, arrival, actor))
    made = sorted(one for one in lists if one is not None)
    for handover_id in made:
        have_made(handover_id)
    return [_listed(seller_id, handover_id) for handover_id in made]


def add(
    *, seller_id: int, handover: str, names: Sequence[str], shop_id: int | None = None
) -> Listed:
    """Put more parcels on an open list. May be repeated.

    Raises UnknownHandoverError, NoSuchParcelError, NothingToHandOverError, and what the connector
    raises.
    """
    row = _known(seller_id, handover, shop_id)
    rows = named(seller_id, names, row.shop_id)
    fit = [one for one in rows if one.state == ParcelState.MADE]
    if not fit:
        raise NothingToHandOverError(reasons=_why_not(rows))
    connector = channel_services.open(row.shop_id)
    connector.add_to_handover(row.remote_id, [one.remote_id for one in fit])
    return _put(seller_id, row, [one.pk for one in fit], row.pk)


def remove(
    *, seller_id: int, handover: str, names: Sequence[str], shop_id: int | None = None
) -> Listed:
    """Take parcels off an open list. May be repeated. Raises as `add`."""
    row = _known(seller_id, handover, shop_id)
    rows = [one for one in named(seller_id, names, row.shop_id) if one.state == ParcelState.MADE]
    if not rows:
        raise NothingToHandOverError(reasons="none of them is on the list")
    connector = channel_services.open(row.shop_id)
    connector.remove_from_handover(row.remote_id, [one.remote_id for one in rows])
    return _put(seller_id, row, [one.pk for one in rows], None)


def transfer(*, seller_id: int, handover: str, actor: str, shop_id: int | None = None) -> Listed:
    """Declare a list handed over; the pieces of its parcels leave the stock, once.

    May be repeated: after a crash it goes on, and what a pull met first is not done again. A
    parcel of which the marketplace says otherwise (cancelled meanwhile) keeps its pieces here.
    Raises UnknownHandoverError, and what the connector raises.
    """
    row = _known(seller_id, handover, shop_id)
    connector = channel_services.open(row.shop_id)
    connector.transfer_handover(row.remote_id)
    with scope(seller_id):
        parcels = models.Parcel.objects.filter(handover_id=row.pk).select_related("consignment")
        orders = sorted({one.consignment.remote_id for one in parcels})
    shipped = _follow(row, connector.parcels(orders), actor)
    return msgspec.structs.replace(_listed(seller_id, row.pk), shipped=shipped)


def document(*, seller_id: int, handover: str, shop_id: int | None = None) -> Paper:
    """Return the paper that goes with a list. Raises UnknownHandoverError, the connector's too."""
    row = _known(seller_id, handover, shop_id)
    return channel_services.open(row.shop_id).handover_document(row.remote_id)


# --- within -------------------------------------------------------------------------------------
def _waits(parcel: models.Parcel) -> bool:
    return parcel.handover is not None and parcel.handover.state == HandoverState.WANTED


def _unlisted(seller_id: int, shop_id: int | None) -> list[models.Parcel]:
    with scope(seller_id):
        rows = models.Parcel.objects.filter(seller_id=seller_id, state=ParcelState.MADE)
        if shop_id is not None:
            rows = rows.filter(shop_id=shop_id)
        found = rows.select_related("handover").order_by("id")
        return [one for one in found if one.handover_id is None or _waits(one)]


def _why_not(rows: Iterable[models.Parcel]) -> str:
    reasons = []
    for one in rows:
        if one.handover is not None:
            why = f"on list {one.handover.remote_id}"
        else:
            why = "not made yet" if one.state == ParcelState.WANTED else one.state
        reasons.append(f"{one.remote_id or one.consignment.remote_id} is {why}")
    return "; ".join(reasons) or "none is made and free"


def _write_down(
    seller_id: int, shop_id: int, parcel_ids: Sequence[int], arrival: date, actor: str
) -> int:
    with operator_scope():
        row = models.Handover.objects.create(
            seller_id=seller_id,
            shop_id=shop_id,
            state=HandoverState.WANTED,
            arrival=arrival,
            made_by=actor,
            made_at=now(),
        )
        models.Parcel.objects.filter(
            pk__in=parcel_ids, handover=None, state=ParcelState.MADE
        ).update(handover=row)
        return int(row.pk)


def have_made(handover_id: int) -> None:
    """Look for a wanted list by its parcels; ask for it where it is not there.

    What goes wrong is written to it.
    """
    with operator_scope():
        row = models.Handover.objects.get(pk=handover_id)
        parcels = list(
            models.Parcel.objects.filter(handover_id=handover_id).values_list(
                "remote_id", flat=True
            )
        )
    if row.arrival is None or not parcels:
        _fail(handover_id, "its parcels went elsewhere", refused=True)
        return
    connector = channel_services.open(row.shop_id)
    try:
        if _found(connector, handover_id, parcels):
            return
    except (RetryLaterError, RefusedError) as error:
        # Whether it is made is as unknown as before: its claim stands.
        with operator_scope():
            models.Handover.objects.filter(pk=handover_id).update(problem=str(error))
        return
    if not asking.claim(models.Handover, row.shop_id, [handover_id]):
        return
    try:
        made = connector.make_handover(parcels, row.arrival)
    except OutboundError as error:
        if error.data.get("unclear"):
            with suppress(OutboundError):
                _found(connector, handover_id, parcels)
            return
        _fail(handover_id, str(error), refused=isinstance(error, RefusedError))
        if not isinstance(error, RefusedError | RetryLaterError):
            raise
        return
    _record(handover_id, ToldHandover(remote_id=made, parcel_ids=tuple(parcels)))


def _found(connector: Connector, handover_id: int, parcels: Sequence[str]) -> bool:
    told = connector.handovers(parcels)
    if not told:
        return False
    # Its parcels may be on several lists, made in the cabinet: each follows what is told.
    largest = max(told, key=lambda one: len(set(one.parcel_ids) & set(parcels)))
    _record(handover_id, largest)
    return True


def _record(handover_id: int, told: ToldHandover) -> None:
    with operator_scope():
        row = models.Handover.objects.select_for_update().get(pk=handover_id)
        mine = models.Parcel.objects.filter(handover_id=handover_id)
        same = models.Handover.objects.filter(
            seller_id=row.seller_id, shop_id=row.shop_id, remote_id=told.remote_id
        ).exclude(pk=handover_id)
        other = same.first()
        if other is not None:  # a pull met it first
            mine.filter(remote_id__in=told.parcel_ids).update(handover=other)
            mine.update(handover=None)
            row.state, row.problem = HandoverState.REFUSED, f"it is list {told.remote_id}"
        else:
            mine.exclude(remote_id__in=told.parcel_ids).update(handover=None)
            row.remote_id, row.word, row.problem = told.remote_id, told.state_word[:100], ""
            row.state = HandoverState.OPEN
        row.asked_at = None
        row.save()
        wake("orders.changed")


def _fail(handover_id: int, problem: str, *, refused: bool) -> None:
    with operator_scope():
        row = models.Handover.objects.filter(pk=handover_id, state=HandoverState.WANTED)
        row.update(problem=problem, asked_at=None)
        if refused:
            row.update(state=HandoverState.REFUSED)
            models.Parcel.objects.filter(handover_id=handover_id).update(handover=None)
        wake("orders.changed")


def _known(seller_id: int, handover: str, shop_id: int | None) -> models.Handover:
    with scope(seller_id):
        rows = models.Handover.objects.filter(seller_id=seller_id, remote_id=handover)
        if shop_id is not None:
            rows = rows.filter(shop_id=shop_id)
        found = rows.first() if handover else None
    if found is None:
        raise UnknownHandoverError(given=handover)
    return found


def _put(
    seller_id: int, row: models.Handover, parcel_ids: Sequence[int], handover_id: int | None
) -> Listed:
    with scope(seller_id):
        parcels = models.Parcel.objects.filter(pk__in=parcel_ids, state=ParcelState.MADE)
        if handover_id is None:
            parcels = parcels.filter(handover_id=row.pk)
        parcels.update(handover_id=handover_id)
        wake("orders.changed")
    return _listed(seller_id, row.pk)


def _follow(row: models.Handover, told: Sequence[ParcelOutcome], actor: str) -> int:
    """Take over how the list's parcels are now; return how many pieces left by it."""
    with operator_scope():
        parts = models.Consignment.objects.filter(
            shop_id=row.shop_id, remote_id__in={one.order_id for one in told}
        )
        orders = dict(parts.values_list("remote_id", "order_id"))
        ids = sorted(set(orders.values()))
        list(models.Order.objects.select_for_update().filter(pk__in=ids).order_by("id"))
        promises.lock(ids)
        by_order: dict[int, list[ParcelOutcome]] = {}
        for one in told:
            if one.order_id in orders:
                by_order.setdefault(orders[one.order_id], []).append(one)
        shipped = parcel_states.follow(by_order, actor=actor)
        models.Handover.objects.filter(pk=row.pk).exclude(
            state=HandoverState.HANDED_OVER, handed_over_at__isnull=False
        ).update(state=HandoverState.HANDED_OVER, handed_over_at=now(), problem="")
        wake("orders.changed")
    return shipped


def _listed(seller_id: int, handover_id: int) -> Listed:
    with scope(seller_id):
        row = models.Handover.objects.get(pk=handover_id)
        parcels = models.Parcel.objects.filter(handover_id=handover_id).order_by("id")
        problem = row.problem
        if row.asked_at is not None:
            problem = asking.unclear(row.shop_id, row.asked_at)
        return Listed(
            list=row.remote_id,
            state=row.state,
            parcels=tuple(parcels.values_list("remote_id", flat=True)),
            shop_id=row.shop_id,
            arrival=row.arrival,
            problem=problem,
        )
