"""Reads of prices for a time, and of the moments at which prices change by them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from django.db.models import Q

from torgpred.kernel.clock import now
from torgpred.kernel.ids import encode
from torgpred.listings import models
from torgpred.listings.core.timed import TimedPrice, TimedPrices, at
from torgpred.runtime.scope import scope

COMING, IN_FORCE, ENDED, WITHDRAWN = "coming", "in force", "ended", "withdrawn"


class TimedPriceCard(msgspec.Struct, frozen=True):
    """A price for a time. `state` is "coming", "in force", "ended" or "withdrawn"."""

    id: int
    shop_id: int
    offer_key: str
    price: Decimal
    listed: Decimal | None
    starts_at: datetime
    ends_at: datetime
    reference: str
    state: str
    set_by: str
    set_at: datetime
    moved_by: str
    withdrawn_by: str
    withdrawn_at: datetime | None


class SwitchCard(msgspec.Struct, frozen=True):
    """A moment at which prices of a shop change.

    `plan` is the code of the plan made ahead, empty until it is made. `left` are the products
    whose price was not as wanted when that was looked at last; zero and `settled_at` mean that
    all are right.
    """

    shop_id: int
    due_at: datetime
    plan: str
    prepared_at: datetime | None
    begun_at: datetime | None
    settled_at: datetime | None
    left: int

    @property
    def state(self) -> str:
        """How far it is: "coming", "ready", "under way", "right" or "not right"."""
        if self.settled_at is not None:
            return "not right" if self.left else "right"
        if self.begun_at is not None:
            return "under way"
        return "coming" if self.prepared_at is None else "ready"


def timed_at(seller_id: int, shop_id: int, moment: datetime) -> TimedPrices:
    """Return the timed prices of a seller's offers in a shop that are in force at a moment."""
    with scope(seller_id):
        rows = models.TimedPrice.objects.filter(
            seller_id=seller_id, shop_id=shop_id, starts_at__lte=moment, ends_at__gt=moment
        )
        return at(moment, _values(rows))


def timed_of(
    seller_id: int, shop_id: int, offer_keys: Sequence[str]
) -> dict[str, list[TimedPrice]]:
    """Return all timed prices of some offers, ended and withdrawn ones too, by offer key."""
    with scope(seller_id):
        rows = models.TimedPrice.objects.filter(
            seller_id=seller_id, shop_id=shop_id, offer_key__in=list(offer_keys)
        ).order_by("starts_at", "id")
        found: dict[str, list[TimedPrice]] = {}
        for one in _values(rows):
            found.setdefault(one.offer_key, []).append(one)
        return found


def timed_prices(
    seller_id: int,
    *,
    shop_id: int | None = None,
    reference: str = "",
    open_only: bool = False,
    ids: Sequence[int] = (),
    after: int = 0,
    limit: int = 200,
) -> list[TimedPriceCard]:
    """Return a seller's prices for a time in the order they were set, from after an id on.

    `open_only` leaves out what has ended or was withdrawn; `ids` narrows to these.
    """
    moment = now()
    rows = models.TimedPrice.objects.filter(seller_id=seller_id, id__gt=after)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if reference:
        rows = rows.filter(reference=reference)
    if ids:
        rows = rows.filter(pk__in=list(ids))
    if open_only:
        rows = rows.filter(Q(withdrawn_at=None), ends_at__gt=moment)
    with scope(seller_id):
        return [_card(row, moment) for row in rows.order_by("id")[:limit]]


def price_switches(
    seller_id: int, *, shop_id: int | None = None, limit: int = 50
) -> list[SwitchCard]:
    """Return the moments at which a seller's prices change: first what is not settled, by time."""
    rows = models.PriceSwitch.objects.filter(seller_id=seller_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    with scope(seller_id):
        open_ones = list(rows.filter(settled_at=None).order_by("due_at")[:limit])
        done = list(rows.exclude(settled_at=None).order_by("-due_at")[: limit - len(open_ones)])
    return [
        SwitchCard(
            shop_id=row.shop_id,
            due_at=row.due_at,
            plan=encode(row.plan_id) if row.plan_id else "",
            prepared_at=row.prepared_at,
            begun_at=row.begun_at,
            settled_at=row.settled_at,
            left=row.left,
        )
        for row in (*open_ones, *done)
    ]


def _values(rows: Iterable[models.TimedPrice]) -> list[TimedPrice]:
    return [
        TimedPrice(
            offer_key=row.offer_key,
            price=row.price,
            listed=row.listed,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            reference=row.reference,
            withdrawn_at=row.withdrawn_at,
            id=row.pk,
        )
        for row in rows
    ]


def _card(row: models.TimedPrice, moment: datetime) -> TimedPriceCard:
    if row.withdrawn_at is not None and row.withdrawn_at < row.ends_at:
        state = WITHDRAWN
    elif row.ends_at <= moment:
        state = ENDED
    else:
        state = IN_FORCE if row.starts_at <= moment else COMING
    return TimedPriceCard(
        id=row.pk,
        shop_id=row.shop_id,
        offer_key=row.offer_key,
        price=row.price,
        listed=row.listed,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reference=row.reference,
        state=state,
        set_by=row.set_by,
        set_at=row.set_at,
        moved_by=row.moved_by,
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
    )
