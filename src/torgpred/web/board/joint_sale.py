"""What the board shows of one campaign, of all sellers or of one: read once a second for all.

As with the whole board, all who watch share one reading. What was sold up to a minute ago is kept
and added to what came since; that sum is renewed by the way, the more seldom the longer it takes.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import DatabaseError, connection

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.campaigns import selectors as campaigns
from torgpred.campaigns.core.load_shape import Course, Shape, course_of, shape_of
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.projecting import Projection, Why, project
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.core.watching import Day, Goods, Sales, SoldMinute, day_of, to_compare
from torgpred.catalogue import selectors as catalogue
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.runtime.observability import logger
from torgpred.web.board.figures import FRESH, SLOW, Row, against, called

DEAR: Final = 20.0
"""The slow part takes at most this part of the time: one twentieth."""
_ROWS: Final = 10
_CHOICES: Final = 20
_STEPS: Final = 96
_MINUTE: Final = timedelta(minutes=1)
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Gone:
    """Goods that are sold out."""

    name: str
    sku: str
    seller: str
    code: str
    """Of the seller."""
    kept: int


@dataclass(frozen=True, slots=True)
class Before:
    """What the campaign is held against: sales by the same minute since the start, then in all."""

    name: str
    minutes: tuple[SoldMinute, ...]
    starts: datetime

    def by(self, passed: timedelta) -> int:
        """Return the orders of the time that had passed since its start."""
        return sum(one.orders for one in self.minutes if one.minute < self.starts + passed)


@dataclass(frozen=True, slots=True)
class Slow:
    """What is read by the way. `settled` are sales before `cut`."""

    at: datetime
    took: float
    card: CampaignCard
    cut: datetime
    settled: Sales
    goods: Goods
    out: list[Gone]
    named: dict[int, TenantCard]
    before: Before | None
    shape: Shape
    day: Day

    @property
    def good_for(self) -> float:
        """Return for how many seconds it is good."""
        return max(SLOW, self.took * DEAR)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a day is projected to bring in a currency, at what an order of today brings."""

    currency: str
    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Watched:
    """A campaign at one moment."""

    card: CampaignCard
    at: datetime
    total: Row
    pieces: int
    today: int
    sellers: list[Row]
    projection: Projection | Why
    ahead: list[Ahead]
    then: int | None
    """Orders of the campaign before by the same minute; None: there is none to hold against."""
    slow: Slow

    @property
    def change(self) -> float | None:
        """Return orders against the campaign before, 0.1 for a tenth more; None: unknown."""
        return against(self.total.orders, self.then)

    @property
    def passed(self) -> float:
        """Return which part of the sale's time is over, 0 to 1."""
        outline = self.card.outline
        whole = (outline.sold_until - outline.reduced_from).total_seconds()
        return min(max((self.at - outline.reduced_from).total_seconds() / whole, 0.0), 1.0)


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    watched: Watched | None = None
    slow: Slow | None = None
    renewing: bool = False


_KEPT: dict[tuple[int, int], _Kept] = {}
_LOCK = threading.Lock()


def watched(tenant: TenantCard, campaign_id: int, moment: Callable[[], datetime] = now) -> Watched:
    """Return a campaign as a tenant may see it; at most once a second is read anew.

    Raises UnknownCampaignError.
    """
    with _LOCK:
        kept = _KEPT.setdefault((tenant.id, campaign_id), _Kept())
    with kept.lock:
        at = moment()
        if kept.watched and 0 <= (at - kept.watched.at).total_seconds() < FRESH:
            return kept.watched
        seller = None if tenant.kind == "operator" else tenant.id
        slow = kept.slow
        if slow is None or slow.day != day_of(slow.card.outline, at):
            slow = kept.slow = _slow(tenant, seller, campaign_id, at)
        elif not 0 <= (at - slow.at).total_seconds() < slow.good_for and not kept.renewing:
            kept.renewing = True
            given = (kept, tenant, seller, campaign_id, at)
            threading.Thread(target=_renew, args=given, daemon=True).start()
        kept.watched = _fast(seller, slow, at)
        return kept.watched


def forget() -> None:
    """Forget all that was read: for whoever changes the database under it."""
    with _LOCK:
        _KEPT.clear()


def _renew(
    kept: _Kept, tenant: TenantCard, seller: int | None, campaign_id: int, at: datetime
) -> None:
    try:
        kept.slow = _slow(tenant, seller, campaign_id, at)
    except (TorgpredError, DatabaseError) as error:
        _log.warning("a campaign's slow part could not be read", reason=str(error))
    finally:
        kept.renewing = False
        connection.close()


def _fast(seller: int | None, slow: Slow, at: datetime) -> Watched:
    card = campaigns.campaign(slow.card.id, seller_id=seller)  # a pause is seen at once
    fresh = campaigns.sales(card.id, seller_id=seller, since=slow.cut, until=at)
    total, sellers = Row(""), dict[int, Row]()
    minute = at.replace(second=0, microsecond=0)
    pieces = today = 0
    sums: dict[str, Decimal] = {}
    for one in (*slow.settled.minutes, *fresh.minutes):
        pieces += one.pieces
        if slow.day.starts <= one.minute < slow.day.ends:
            today += one.orders
            sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
        _add(total, one, minute)
    for sold in (*slow.settled.sellers, *fresh.sellers):
        name, code = called(slow.named, sold.seller_id)
        row = sellers.setdefault(sold.seller_id, Row(name, code=code))
        row.orders += sold.orders
        row.of(sold.currency).amount += sold.amount
    total.settle(at.second + at.microsecond / 1e6)
    passed = at - card.outline.reduced_from
    hour = slow.day.hour(at)
    found = project(today, hour=hour, shape=slow.shape, length=slow.day.hours)
    return Watched(
        card=card,
        at=at,
        total=total,
        pieces=pieces,
        today=today,
        sellers=[] if seller is not None else _largest(sellers.values()),
        projection=found,
        ahead=_ahead(found, today, sums),
        then=None if slow.before is None else slow.before.by(passed),
        slow=slow,
    )


def _ahead(found: Projection | Why, orders: int, sums: dict[str, Decimal]) -> list[Ahead]:
    if not isinstance(found, Projection) or not orders:
        return []
    return [
        Ahead(currency, *(amount * one / orders for one in (found.low, found.middle, found.high)))
        for currency, amount in sorted(sums.items())
    ]


def _add(row: Row, one: SoldMinute, minute: datetime) -> None:
    sums = row.of(one.currency)
    row.orders += one.orders
    sums.amount += one.amount
    if one.minute == minute:
        row.now += one.orders
        sums.now += one.amount
    elif one.minute == minute - _MINUTE:
        row.before += one.orders
        sums.before += one.amount


def _largest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda one: (-one.orders, one.name))[:_ROWS]


def _slow(tenant: TenantCard, seller: int | None, campaign_id: int, at: datetime) -> Slow:
    began = time.monotonic()
    card = campaigns.campaign(campaign_id, seller_id=seller)
    # The running minute and the one before are read each second: rates are made of them.
    cut = at.replace(second=0, microsecond=0) - _MINUTE
    day = day_of(card.outline, at)
    settled = campaigns.sales(card.id, seller_id=seller, since=card.outline.reduced_from, until=cut)
    goods = campaigns.goods(card, seller_id=seller, at=at)
    sellers = [tenant] if seller is not None else accounts.sellers()
    named = {one.id: one for one in sellers}
    before = _before(card, seller)
    return Slow(
        at=at,
        took=time.monotonic() - began,
        card=card,
        cut=cut,
        settled=settled,
        goods=goods,
        out=_out(goods, named),
        named=named,
        before=before,
        shape=shape_of(opening=day.opening, own=_own(day, settled, before)),
        day=day,
    )


def _before(card: CampaignCard, seller: int | None) -> Before | None:
    """Return the campaign to hold this one against, as far as the tenant took part in it."""
    found = to_compare(card, campaigns.campaigns(seller))
    if found is None:
        return None
    outline = found.outline
    sold = campaigns.sales(
        found.id, seller_id=seller, since=outline.reduced_from, until=outline.sold_until
    )
    return Before(found.name, sold.minutes, outline.reduced_from)


def _own(day: Day, settled: Sales, before: Before | None) -> list[Course]:
    """Return the course of a day like this one here, where it sold enough to tell."""
    a_day = timedelta(days=1)
    if day.opening:
        minutes, starts = (before.minutes, before.starts) if before else ((), day.starts)
    else:
        minutes, starts = settled.minutes, day.starts - a_day
    steps = [0] * _STEPS
    for one in minutes:
        place = int((one.minute - starts) / a_day * _STEPS)
        if 0 <= place < _STEPS:
            steps[place] += one.orders
    found = course_of(steps)
    return [] if found is None else [found]


def _out(goods: Goods, named: dict[int, TenantCard]) -> list[Gone]:
    titles = {
        (seller, key): offer.name
        for seller in {one.seller_id for one in goods.out}
        for key, offer in catalogue.offers_of(
            seller, [one.offer_key for one in goods.out if one.seller_id == seller]
        ).items()
    }
    return [
        Gone(
            titles.get((one.seller_id, one.offer_key), "") or one.offer_key, one.offer_key,
            *called(named, one.seller_id), one.kept,
        )
        for one in goods.out
    ]  # fmt: skip


def choices(tenant: TenantCard) -> list[CampaignCard]:
    """Return the campaigns that a tenant may watch: settled, running, and those that are over."""
    seller = None if tenant.kind == "operator" else tenant.id
    shown = {State.FROZEN, State.RUNNING, State.PAUSED, State.OVER}
    return [one for one in campaigns.campaigns(seller) if one.state in shown][:_CHOICES]
