"""What the live board shows, of one seller or of the whole house, read once a second for all.

Whoever asks within the same second gets what was read already: pages and streams of a process
share one reading for each scope. What changes slowly (stock, the oldest consignment, last year) is
read every ten seconds, beside the seconds' own reading.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import DatabaseError, connection

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders.core.pace import a_second, year_before
from torgpred.orders.selectors import selling
from torgpred.orders.selectors.selling import Sold
from torgpred.runtime.observability import logger
from torgpred.stock import selectors as stock
from torgpred.stock.core.values import RunningOut
from torgpred.web import formats, showing

SLOW: Final = 10.0
"""Seconds for which the slowly changing part is good."""
FRESH: Final = 0.9
STEP: Final = timedelta(minutes=5)
STEPS: Final = 288
ENOUGH: Final = 10
"""Orders of the earlier time from which on a share says more than chance does."""
_ROWS: Final = 10
_log = logger(__name__)


@dataclass(slots=True)
class Money:
    """An amount of one currency since midnight, and how much of it a second comes now."""

    currency: str
    amount: Decimal = Decimal(0)
    before: Decimal = Decimal(0)
    now: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    year_ago: Decimal | None = None


@dataclass(slots=True)
class Row:
    """Sales of a marketplace, a seller, or of all. Currencies stand side by side, never added."""

    name: str
    orders: int = 0
    before: int = 0
    now: int = 0
    rate: float = 0.0
    code: str = ""
    """Of the seller whose they are; empty of anything else."""
    sums: list[Money] = field(default_factory=list)

    def of(self, currency: str) -> Money:
        """Return the sum in a currency, made where there is none."""
        found = next((one for one in self.sums if one.currency == currency), None)
        if found is None:
            found = Money(currency)
            self.sums.append(found)
        return found

    def add(self, sold: Sold, *, whole: bool) -> None:
        """Add sales; `whole` counts orders, else consignments."""
        counts = (
            (sold.orders, sold.orders_before, sold.orders_now)
            if whole
            else (sold.parts, sold.parts_before, sold.parts_now)
        )
        self.orders += counts[0]
        self.before += counts[1]
        self.now += counts[2]
        sums = self.of(sold.currency)
        sums.amount += sold.amount
        sums.before += sold.amount_before
        sums.now += sold.amount_now

    def settle(self, elapsed: float) -> None:
        """Work out what comes a second, `elapsed` seconds into the running minute."""
        self.rate = a_second(self.before, self.now, elapsed)
        for one in self.sums:
            one.rate = Decimal(str(round(a_second(one.before, one.now, elapsed), 2)))
        self.sums.sort(key=lambda one: one.currency)


@dataclass(frozen=True, slots=True)
class Low:
    """Goods that are running out."""

    name: str
    sku: str
    seller: str
    code: str
    """Of the seller."""
    available: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A consignment that was not sent yet."""

    order: str
    seller: str
    code: str
    """Of the seller."""
    placed_at: datetime
    ship_by: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Slow:
    """What is read every ten seconds."""

    at: datetime
    since: datetime
    sellers: dict[int, TenantCard]
    markets: dict[int, str]
    low: list[Low]
    low_in_all: int
    waiting: list[Waiting]
    course: list[int]
    last_course: list[int]
    year_ago: datetime
    orders_year_ago: int | None
    sums_year_ago: dict[str, Decimal]

    @property
    def low_beside(self) -> int:
        """How many goods run out beside those that are listed."""
        return self.low_in_all - len(self.low)


@dataclass(frozen=True, slots=True)
class Board:
    """All that one scope's board shows at one moment."""

    tenant: TenantCard
    at: datetime
    total: Row
    markets: list[Row]
    sellers: list[Row]
    sellers_in_all: int
    slow: Slow

    @property
    def change(self) -> float | None:
        """Return orders against last year at this minute, 0.1 for a tenth more; None: unknown."""
        return against(self.total.orders, self.slow.orders_year_ago)


def against(orders: int, then: int | None) -> float | None:
    """Return orders against those of an earlier time by the same minute, 0.1 for a tenth more.

    None where nothing is known of that time, or it had too few by then to be held against.
    """
    return None if then is None or then < ENOUGH else (orders - then) / then


class _Kept:
    """A scope's last reading; its lock lets one thread read while the others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.board: Board | None = None
        self.slow: Slow | None = None
        self.renewing = False


_KEPT: dict[int, _Kept] = {}
_LOCK = threading.Lock()


def board(tenant: TenantCard, moment: Callable[[], datetime] = now) -> Board:
    """Return a tenant's board: the operator's of all sellers, a seller's of its own goods only.

    Read under the tenant's own scope, so that row security keeps other sellers' rows out; at most
    once a second in a process, however many ask.
    """
    with _LOCK:
        kept = _KEPT.setdefault(tenant.id, _Kept())
    with kept.lock:
        at = moment()
        if kept.board and 0 <= (at - kept.board.at).total_seconds() < FRESH:
            return kept.board
        seller = None if tenant.kind == "operator" else tenant.id
        slow = kept.slow
        if slow is None or slow.since != _midnight(tenant, at):
            slow = kept.slow = _slow(tenant, seller, at, slow)
        elif not 0 <= (at - slow.at).total_seconds() < SLOW and not kept.renewing:
            kept.renewing = True
            threading.Thread(target=_renew, args=(kept, tenant, seller, at), daemon=True).start()
        kept.board = _fast(tenant, seller, slow, at)
        return kept.board


def _renew(kept: _Kept, tenant: TenantCard, seller: int | None, at: datetime) -> None:
    """Renew the slow part beside the seconds, which go on with the old one meanwhile."""
    try:
        kept.slow = _slow(tenant, seller, at, kept.slow)
    except (TorgpredError, DatabaseError) as error:
        _log.warning("the board's slow part could not be read", reason=str(error))
    finally:
        kept.renewing = False
        connection.close()


def forget() -> None:
    """Forget all that was read: for whoever changes the database under it."""
    with _LOCK:
        _KEPT.clear()


def _midnight(tenant: TenantCard, at: datetime) -> datetime:
    here = at.astimezone(formats.zone(tenant.country))
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def _fast(tenant: TenantCard, seller: int | None, slow: Slow, at: datetime) -> Board:
    whole = seller is None
    total, markets, sellers = Row(""), dict[str, Row](), dict[int, Row]()
    for one in selling.sold(seller, since=slow.since, until=at):
        total.add(one, whole=whole)
        market = slow.markets.get(one.shop_id, "—")
        markets.setdefault(market, Row(market)).add(one, whole=whole)
        if one.seller_id not in sellers:
            name, code = called(slow.sellers, one.seller_id)
            sellers[one.seller_id] = Row(name, code=code)
        sellers[one.seller_id].add(one, whole=False)
    elapsed = at.second + at.microsecond / 1e6
    for row in (total, *markets.values(), *sellers.values()):
        row.settle(elapsed)
    for sums in total.sums:
        sums.year_ago = slow.sums_year_ago.get(sums.currency)
    return Board(
        tenant, at, total, _largest(markets.values()), _largest(sellers.values()) if whole else [],
        len(sellers), slow,
    )  # fmt: skip


def _largest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda one: (-one.orders, one.name))[:_ROWS]


def _slow(tenant: TenantCard, seller: int | None, at: datetime, last: Slow | None) -> Slow:
    since = _midnight(tenant, at)
    sellers = {one.id: one for one in (accounts.sellers() if seller is None else [tenant])}
    shops = channels.shops() if seller is None else channels.shops_of(seller)
    low, low_in_all = stock.running_out(seller)
    began, then = year_before(since), year_before(at.astimezone(since.tzinfo))
    if last and last.since == since:
        last_course = last.last_course  # a day that is over
    else:
        last_course = _all_steps(
            selling.course(seller, since=began, until=began + timedelta(days=1), step=STEP)
        )
    then_sold = selling.sold(seller, since=began, until=then) if last_course else []
    sums: dict[str, Decimal] = {}
    for one in then_sold:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    counted = sum(one.orders if seller is None else one.parts for one in then_sold)
    return Slow(
        at=at,
        since=since,
        sellers=sellers,
        markets={one.id: showing.market_name(one.family) for one in shops},
        low=_low(low, sellers),
        low_in_all=low_in_all,
        waiting=[
            Waiting(
                one.order, *called(sellers, one.seller_id), one.placed_at, one.ship_by,
                one.ship_by is not None and one.ship_by < at,
            )
            for one in selling.oldest_unsent(seller)
        ],
        course=_all_steps(
            selling.course(seller, since=since, until=since + timedelta(days=1), step=STEP)
        ),
        last_course=last_course,
        year_ago=then,
        orders_year_ago=counted if last_course else None,
        sums_year_ago=sums,
    )  # fmt: skip


def _all_steps(found: list[tuple[int, int]]) -> list[int]:
    """Return the orders of all steps of a day; nothing where there was none at all."""
    by_place = dict(found)
    return [] if not found else [by_place.get(place, 0) for place in range(STEPS)]


def _low(found: list[RunningOut], sellers: dict[int, TenantCard]) -> list[Low]:
    names = {
        (seller, key): offer.name
        for seller in {one.seller_id for one in found}
        for key, offer in catalogue.offers_of(
            seller, [one.sku for one in found if one.seller_id == seller]
        ).items()
    }
    return [
        Low(
            names.get((one.seller_id, one.sku), "") or one.sku, one.sku,
            *called(sellers, one.seller_id), one.available, one.reserved,
        )
        for one in found
    ]  # fmt: skip


def called(sellers: dict[int, TenantCard], seller_id: int) -> tuple[str, str]:
    """Return a seller's name and code; no code where it is not known."""
    card = sellers.get(seller_id)
    return (card.name, card.code) if card else ("—", "")
