"""Parcels of the marketplace's logistics: made, labelled, deleted, many consignments in one call.

A parcel is written down before it is asked for. Making one may not be repeated: whoever wants one
made first looks which parcels the order has and takes over those that were made of the request, so
that a lost answer never makes a second; only then the rest is asked for, under a claim (`asking`).
"""

from collections.abc import Mapping, Sequence

import msgspec
from django.db import connection

from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Connector
from torgpred.channels.core.orders import ParcelOutcome, ParcelPhase, ParcelRequest
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError, RefusedError, RetryLaterError, TorgpredError
from torgpred.orders import models
from torgpred.orders.core.packing import Box
from torgpred.orders.models import ParcelState
from torgpred.orders.services import asking, parcel_states
from torgpred.orders.services.measuring import check_fits, sizes_of
from torgpred.orders.services.parts import NotToShipError, check_may_leave, locked_part
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope

_PACKABLE = """
    SELECT line.id, line.sku, line.remote_sku_id, (coalesce((
               SELECT sum(one.pieces) FROM orders_allocation one
               WHERE one.line_id = line.id AND one.shipped IS NULL), 0)
           - coalesce((
               SELECT sum(item.pieces) FROM orders_parcelitem item
               JOIN orders_parcel parcel ON parcel.id = item.parcel_id
               WHERE item.line_id = line.id AND parcel.state IN ('wanted', 'made')), 0))::int
    FROM orders_line line WHERE line.consignment_id = %s ORDER BY line.id
"""


class Made(msgspec.Struct, frozen=True):
    """What became of a parcel; `problem` is empty where all is well."""

    order: str
    parcel: str = ""
    """The marketplace's number of it."""
    track_number: str = ""
    state: str = ""
    problem: str = ""


class Wish(msgspec.Struct, frozen=True):
    """How a person wants a parcel: its box as far as given, and its pieces by SKU, or all."""

    box: Box = Box()
    items: Mapping[str, int] = {}


def make_parcels(
    *,
    seller_id: int,
    orders: Sequence[str],
    actor: str,
    wish: Wish | None = None,
    shop_id: int | None = None,
) -> list[Made]:
    """Have a parcel made of each consignment, of all that is promised and not packed yet.

    One outcome or more an order, in the order given; what is wrong with one holds up no other.
    `wish` holds for each; where it names goods, further parcels of the consignment may follow.
    Repeating it goes on with what was written down and tells what is made already. Raises
    NeedsPersonError where the shop's access is dead.
    """
    told: dict[str, list[Made] | int] = {}
    wanted: dict[int, list[int]] = {}
    for order in dict.fromkeys(orders):
        try:
            row = _write_down(seller_id, order, shop_id, wish or Wish(), actor)
        except TorgpredError as error:
            told[order] = [Made(order, problem=str(error))]
            continue
        told[order] = row.consignment_id
        if row.state == ParcelState.WANTED:
            wanted.setdefault(row.shop_id, []).append(row.pk)
    for number, ids in wanted.items():
        size = channel_services.family_of(number).capabilities.parcels_batch
        for start in range(0, len(ids), size):
            have_made(number, ids[start : start + size])
    found: list[Made] = []
    for order, one in told.items():
        found += _told(order, one) if isinstance(one, int) else one
    return found


def _write_down(
    seller_id: int, order: str, shop_id: int | None, wish: Wish, actor: str
) -> models.Parcel:
    """Return the parcel that is wanted of an order: one written down before, or a new one."""
    with operator_scope():
        part = locked_part(seller_id, order, shop_id)
        parcels = models.Parcel.objects.filter(consignment_id=part.pk).order_by("id")
        before = parcels.filter(state=ParcelState.WANTED).first()
        if before is not None:
            return before
        lines = _packable(part)
        made = parcels.filter(state__in=[ParcelState.MADE, ParcelState.LEFT]).first()
        if made is not None and not wish.items and not any(pieces for *_, pieces in lines):
            return made
        check_may_leave(part, short=bool(wish.items))
        _check_parcels_fit(part)
        items = _items(part, lines, wish.items)
        goods = {sku for _, sku, _ in items}
        sizes = sizes_of(seller_id, part.shop_id, goods)
        box = sizes.box([(sku, pieces) for _, sku, pieces in items], wish.box)
        check_fits(part.shop_id, box)
        return _add(part, box, items, actor)


def _check_parcels_fit(part: models.Consignment) -> None:
    if not channel_services.family_of(part.shop_id).capabilities.parcels:
        why = "its marketplace makes no parcels; ship it by courier: torgpred orders ship"
        raise NotToShipError(given=part.remote_id, reason=why)
    parts = models.Consignment.objects.filter(order_id=part.order_id).values("id")
    if models.Shipment.objects.filter(consignment__in=parts).exists():
        why = "another part of it goes by courier; ship this one so too: torgpred orders ship"
        raise NotToShipError(given=part.remote_id, reason=why)


def _packable(part: models.Consignment) -> list[tuple[int, str, str, int]]:
    """Return (line, SKU, the marketplace's SKU, pieces that may still be packed)."""
    with connection.cursor() as cursor:
        cursor.execute(_PACKABLE, [part.pk])
        return [(line, sku, remote, max(left, 0)) for line, sku, remote, left in cursor.fetchall()]


def _items(
    part: models.Consignment,
    lines: Sequence[tuple[int, str, str, int]],
    wanted: Mapping[str, int],
) -> list[tuple[int, str, int]]:
    """Return (line, SKU, pieces) that go into the parcel. Raises NotToShipError."""
    left = dict(wanted)
    items: list[tuple[int, str, int]] = []
    for line, sku, remote, free in lines:
        pieces = min(left.get(sku, 0), free) if wanted else free
        if not pieces:
            continue
        if not remote:
            why = f"the marketplace did not tell its number of {sku}"
            raise NotToShipError(given=part.remote_id, reason=why)
        items.append((line, sku, pieces))
        if wanted:
            left[sku] -= pieces
    lacking = ", ".join(f"{pieces} of {sku}" for sku, pieces in left.items() if pieces)
    if lacking:
        why = f"{lacking} are not there to be packed: they are short, packed already or not in it"
        raise NotToShipError(given=part.remote_id, reason=why)
    if not items:
        raise NotToShipError(given=part.remote_id, reason="nothing of it is left to pack")
    return items


def _add(
    part: models.Consignment, box: Box, items: Sequence[tuple[int, str, int]], actor: str
) -> models.Parcel:
    length, width, height = box.sides or (None, None, None)
    parcel = models.Parcel.objects.create(
        seller_id=part.seller_id,
        shop_id=part.shop_id,
        consignment_id=part.pk,
        state=ParcelState.WANTED,
        length_cm=length,
        width_cm=width,
        height_cm=height,
        weight_kg=box.weight_kg,
        made_by=actor,
        made_at=now(),
    )
    for line, _, pieces in items:
        models.ParcelItem.objects.create(
            seller_id=part.seller_id, parcel_id=parcel.pk, line_id=line, pieces=pieces
        )
    return parcel


# --- at the marketplace -----------------------------------------------------------------------
def have_made(shop_id: int, ids: Sequence[int]) -> None:
    """Look which of these wanted parcels are made, and have the others made in one call.

    At most a batch of the shop's marketplace, one of each order. What goes wrong is written to
    them. Raises NeedsPersonError of the connector.
    """
    connector = channel_services.open(shop_id)
    try:
        look(connector, ids)
    except (RetryLaterError, RefusedError) as error:
        # Whether one is made is as unknown as before: claims stand.
        with operator_scope():
            wanted = models.Parcel.objects.filter(pk__in=ids, state=ParcelState.WANTED)
            wanted.update(problem=str(error))
        return
    mine = sorted(asking.claim(models.Parcel, shop_id, ids))
    if not mine:
        return
    requests = _requests(mine)
    try:
        outcomes = connector.make_parcels(requests)
    except OutboundError as error:
        if not error.data.get("unclear"):
            asking.let_go(models.Parcel, mine)
            _fail(mine, str(error), refused=isinstance(error, RefusedError))
            if not isinstance(error, RefusedError | RetryLaterError):
                raise
            return
        try:
            look(connector, mine)
        except OutboundError:
            return
        return
    _record(outcomes)


def look(connector: Connector, ids: Sequence[int]) -> None:
    """Take over what the marketplace made of wanted parcels. Raises what the connector raises."""
    with operator_scope():
        rows = models.Parcel.objects.filter(pk__in=ids).select_related("consignment")
        orders = {one.pk: one.consignment.remote_id for one in rows}
    outcomes = connector.parcels(list(orders.values())) if orders else ()
    for parcel_id, order in orders.items():
        told = [one for one in outcomes if one.order_id == order]
        if told:
            _settle(parcel_id, told)


def _record(outcomes: Sequence[ParcelOutcome]) -> None:
    by_ref: dict[int, list[ParcelOutcome]] = {}
    for one in outcomes:
        by_ref.setdefault(int(one.ref), []).append(one)
    for parcel_id, told in by_ref.items():
        if _settle(parcel_id, told):
            continue
        problem = "; ".join(one.problem or one.state_word for one in told)
        if all(one.phase is ParcelPhase.UNKNOWN and not one.remote_id for one in told):
            continue  # the answer does not tell of it: the claim stands, and a later look tells
        _fail([parcel_id], problem, refused=True)


def _settle(parcel_id: int, told: Sequence[ParcelOutcome]) -> bool:
    """Name a wanted parcel by what was made of it; True where it is made, now or before."""
    with operator_scope():
        parcel = models.Parcel.objects.select_related("consignment").get(pk=parcel_id)
        models.Order.objects.select_for_update().get(pk=parcel.consignment.order_id)
        parcel = models.Parcel.objects.select_for_update().get(pk=parcel_id)
        if parcel.state != ParcelState.WANTED:
            return parcel.state in (ParcelState.MADE, ParcelState.LEFT)
        wake("orders.changed")
        return parcel_states.adopt(parcel, told)


def _requests(ids: Sequence[int]) -> list[ParcelRequest]:
    with operator_scope():
        rows = models.Parcel.objects.filter(pk__in=ids).select_related("consignment")
        found = []
        for row in rows.order_by("id"):
            items: dict[str, int] = {}
            of_row = models.ParcelItem.objects.filter(parcel_id=row.pk).select_related("line")
            for one in of_row.order_by("id"):
                remote = one.line.remote_sku_id
                items[remote] = items.get(remote, 0) + one.pieces
            assert row.length_cm and row.width_cm and row.height_cm and row.weight_kg  # noqa: S101, PT018 - written down so
            found.append(
                ParcelRequest(
                    str(row.pk),
                    row.consignment.remote_id,
                    row.length_cm,
                    row.width_cm,
                    row.height_cm,
                    row.weight_kg,
                    tuple(items.items()),
                )
            )
        return found


def _fail(ids: Sequence[int], problem: str, *, refused: bool) -> None:
    with operator_scope():
        rows = models.Parcel.objects.filter(pk__in=ids, state=ParcelState.WANTED)
        rows.update(problem=problem, asked_at=None)
        if refused:
            rows.update(state=ParcelState.REFUSED)
        wake("orders.changed")


def _told(order: str, consignment_id: int) -> list[Made]:
    """Return what stands of a consignment's parcels: the living, else the last refusal."""
    with operator_scope():
        rows = list(models.Parcel.objects.filter(consignment_id=consignment_id).order_by("id"))
    alive = [one for one in rows if one.state in ("wanted", "made", "left")]
    refused = [one for one in rows if one.state == ParcelState.REFUSED]
    latest = refused[-1:] if refused and (not alive or refused[-1].pk > alive[-1].pk) else []
    return [
        Made(
            order,
            one.remote_id,
            one.track_number,
            one.state,
            asking.unclear(one.shop_id, one.asked_at) if one.asked_at else one.problem,
        )
        for one in (*alive, *latest)
    ]
