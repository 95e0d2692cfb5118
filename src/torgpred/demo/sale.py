"""A sale day against the twins: buyers come as on 11.11 while feeds, plans and counts go on.

How orders lie in the day is `campaigns.core.rehearsing.load`'s, of 2015 or 2017.
Workers are real processes, so what is measured is what an installation would do.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import msgspec
from django.db import connection

from torgpred.accounts import selectors as accounts
from torgpred.campaigns.core.rehearsing.load import share_until
from torgpred.catalogue import services as catalogue_services
from torgpred.channels import selectors as channels
from torgpred.demo import bad_day, sale_locks, sale_report, story
from torgpred.demo.bad_day import BadDay, Harm, Workers
from torgpred.demo.sale_locks import Rush
from torgpred.demo.sale_report import Delays, Locked, SaleReport, rows
from torgpred.demo.sellers import all_sellers
from torgpred.demo.sellers.types import DemoSeller
from torgpred.demo.world import Ports
from torgpred.kernel.errors import OutboundError
from torgpred.listings.core.guards import MOVES
from torgpred.listings.services import applying, contexts
from torgpred.listings.services.planning import make_plan
from torgpred.runtime.database.errors import lost
from torgpred.stock import selectors as stock
from torgpred.stock.services.moving import count, move

_TICK: Final = 0.5
_SKEW: Final = 1.1
_PATIENCE: Final = 600.0
"""Seconds after the last buyer in which all must be in and told."""
_OVERSOLD_SHARE: Final = 0.01
"""Purchases of what is not there, which real marketplaces are known to take."""

Tell = Callable[[str], None]


class Sale(msgspec.Struct, frozen=True):
    """What kind of day it is: the shape of a year, orders, and minutes that it is pressed into."""

    shape: str = "2015"
    orders: int = 5_000
    minutes: float = 2.0
    seed: int = 11


class _Tally:
    """What went on beside the buyers."""

    def __init__(self) -> None:
        self.feeds = self.plans = self.counts = self.late = 0
        self.telling: list[float] = []
        self.leaving: list[float] = []
        self.troubles: list[str] = []


def fill(demo: DemoSeller, pieces: int) -> None:
    """See to it that every listed SKU of a seller has stock for a sale, at least so many pieces."""
    seller = accounts.tenant(demo.code)
    places = stock.warehouses(seller.id)
    low = rows(
        "SELECT level.sku, level.warehouse_id, level.on_hand - level.reserved"
        " FROM stock_level level"
        " WHERE level.seller_id = %s AND level.on_hand - level.reserved < %s",
        seller.id,
        pieces,
    )
    for place in places:
        lacking = {sku: pieces - has for sku, where, has in low if where == place.id}
        if lacking:
            move(
                seller_id=seller.id,
                warehouse_id=place.id,
                pieces=lacking,
                kind="hand",
                actor="sale",
            )


def play(
    where: Ports,
    sale: Sale,
    folder: Path,
    say: Tell,
    running: Workers,
    bad: BadDay,
    hot: Sequence[Rush] = (),
) -> SaleReport:
    """Play the day in a world whose workers run and whose sellers are listed; return its end.

    Buyers of two shops want `hot` goods all day; their locks end with it.
    KeyboardInterrupt ends the buyers; the report is then of what was played.
    """
    began = datetime.now(UTC)
    start = time.monotonic()
    over = threading.Event()
    tally = _Tally()
    beside = [
        threading.Thread(target=_guarded, args=(work, tally, over, bad), daemon=True)
        for work in (
            lambda: _read_and_plan(where, folder, over, tally),
            lambda: _take_stock(over, tally, sale.seed, killing=bad.kills > 0),
        )
    ]
    for one in beside:
        one.start()
    off = threading.Event()
    harm, harming = bad_day.begin(bad, running, sale.minutes * 60, sale.seed, off)
    placed = 0
    try:
        for placed in _buyers(where, sale, hot):
            here = sale_report.orders_here().total()
            say(f"{placed} of {sale.orders} orders placed, {here} here")
    except KeyboardInterrupt:
        off.set()
        say("ending: the buyers have left")
    finally:
        over.set()
    for one in [*harming, *beside]:
        one.join(_PATIENCE)
    say("waiting until all is in and told")
    _wait_for_the_end(where)
    locked = sale_report.locked(sale_locks.PURPOSE)
    if hot:
        sale_locks.unlock(hot)
        _wait_for_the_end(where)
    return _report(where, began, time.monotonic() - start, placed, tally, harm, locked)


def _buyers(where: Ports, sale: Sale, hot: Sequence[Rush]) -> Iterator[int]:
    """Let buyers come; yield how many orders they have placed until now."""
    chance = random.Random(sale.seed)  # noqa: S311 - no secret
    codes = [one.code for one in all_sellers()] + [sale_locks.ACCOUNT] * bool(hot)
    length = sale.minutes * 60
    start = time.monotonic()
    wanted = placed = 0
    with httpx.Client(base_url=where.twin_address, timeout=60) as client:
        while wanted < sale.orders:
            part = min(1.0, (time.monotonic() - start) / length)
            due = round(share_until(sale.shape, part) * sale.orders) - wanted
            for code in chance.sample(codes, len(codes)):
                size = min(-(-due // len(codes)), sale.orders - wanted)
                if size > 0:
                    placed += _crowd(client, code, size, chance)
                    wanted += size
            placed += sale_locks.rush(client, hot, chance)
            yield placed
            time.sleep(_TICK)


def _crowd(client: httpx.Client, code: str, size: int, chance: random.Random) -> int:
    body: dict[str, Any] = {
        "account": code,
        "count": size,
        "lines": 2,
        "skew": _SKEW,
        "quantity_most": 2,
        "oversell": chance.random() < _OVERSOLD_SHARE,
    }
    return int(client.post("/twin/orders/bulk", json=body).raise_for_status().json()["placed"])


def _guarded(work: Callable[[], None], tally: _Tally, over: threading.Event, bad: BadDay) -> None:
    """Do what goes on beside the buyers, again from its beginning where the database was lost."""
    with closing(connection):
        while True:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the edge of a thread: the report tells it
                if bad.outage and lost(error) and not over.is_set():
                    connection.close()
                    continue
                tally.troubles.append(f"{type(error).__name__}: {error}")
            return


def _read_and_plan(where: Ports, folder: Path, over: threading.Event, tally: _Tally) -> None:
    """Read every seller's file anew, raise its prices a little, plan and apply, again and again."""
    turn = 0
    while not over.is_set():
        turn += 1
        for demo in all_sellers():
            if over.is_set():
                return
            seller = accounts.tenant(demo.code)
            path = demo.write_feed(folder / demo.code, picture_base=where.picture_base(demo.code))
            _raise_prices(path, turn)
            catalogue_services.take_in(
                seller_id=seller.id, feed_name="main", path=path, actor="sale"
            )
            tally.feeds += 1
            try:
                tally.plans += _reprice(demo, seller.id, turn)
            except OutboundError as error:
                tally.troubles.append(str(error))
            over.wait(1.0)


def _raise_prices(path: Path, turn: int) -> None:
    """Change the prices that a YML tells, in place, whatever its encoding; leave other formats."""
    told = path.read_bytes()
    if told.lstrip().startswith(b"<?xml"):
        more = turn % 3 * 10
        path.write_bytes(
            re.sub(rb"(<price>)(\d+)", lambda at: b"%b%d" % (at[1], int(at[2]) + more), told)
        )


def finish_begun(seller_id: int) -> None:
    """Carry out what an outage broke off: a shop's plans are applied one after another."""
    for seller, plan_id in applying.under_way():
        if seller == seller_id:
            applying.run(seller_id=seller_id, plan_id=plan_id)


def _reprice(demo: DemoSeller, seller_id: int, turn: int) -> bool:
    finish_begun(seller_id)
    shop = next(one for one in channels.shops_of(seller_id) if one.family == story.FAMILY)
    policy = contexts.shop_policy(seller_id, shop.id)
    pricing = msgspec.structs.replace(
        demo.pricing, margin=demo.pricing.margin + Decimal(turn % 3) / 100
    )
    contexts.set_policy(
        seller_id=seller_id,
        shop_id=shop.id,
        policy=msgspec.structs.replace(policy, pricing=pricing),
        actor="sale",
    )
    plan = make_plan(seller_id=seller_id, shop_id=shop.id, actor="sale")
    if not plan.steps:
        return False
    # The sale means its prices, however often they were raised before.
    applying.begin(seller_id=seller_id, plan_id=plan.id, actor="sale", confirmed=[MOVES])
    applying.run(seller_id=seller_id, plan_id=plan.id)
    return True


def _take_stock(over: threading.Event, tally: _Tally, seed: int, *, killing: bool) -> None:
    """Count a listed SKU now and then, and measure until its shop has the number.

    One that is not told in time is a trouble, unless processes are killed: what each of them had
    claimed rests for a lease, again and again. Whether all is told in the end is seen anyway.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    listed = rows(
        "SELECT number.seller_id, number.sku, level.warehouse_id, number.id"
        " FROM listings_stocknumber number JOIN stock_level level"
        " ON level.seller_id = number.seller_id AND level.sku = number.sku"
    )
    while listed and not over.is_set():
        seller_id, sku, place, number_id = chance.choice(listed)
        [card] = [one for one in stock.levels(seller_id, skus=[sku]) if one.warehouse_id == place]
        before = _standing(number_id)
        moment = datetime.now(UTC)
        count(
            seller_id=seller_id,
            warehouse_id=place,
            pieces={sku: card.on_hand + chance.randint(1, 9)},
            actor="sale",
        )
        tally.counts += 1
        left, told = _told_after(number_id, before, moment)
        if told is None:
            tally.late += 1
            if not killing:
                tally.troubles.append(f"{sku} was not told within {_PATIENCE:.0f} s")
        else:
            tally.telling.append((told - moment).total_seconds())
            tally.leaving.append((min(left or told, told) - moment).total_seconds())
        over.wait(0.3)


class _Standing(NamedTuple):
    """How a listing stands with being told: changes noted, calls begun, the last one's end."""

    version: int
    calls: int
    told_at: datetime | None


def _standing(number_id: int) -> _Standing:
    [row] = rows(
        "SELECT number.version, telling.fence, number.told_at FROM listings_stocknumber number"
        " JOIN listings_stocktelling telling ON telling.id = number.telling_id"
        " WHERE number.id = %s",
        number_id,
    )
    return _Standing(*row)


def _told_after(
    number_id: int, before: _Standing, moment: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return when the call that tells a change began, and when the shop had it; None if never."""
    until = time.monotonic() + _PATIENCE
    left = None
    while time.monotonic() < until:
        now = _standing(number_id)
        if left is None and now.version > before.version and now.calls > before.calls:
            left = datetime.now(UTC)
        if now.told_at is not None and now.told_at > moment:
            return left, now.told_at
        time.sleep(0.02)
    return left, None


def _wait_for_the_end(where: Ports) -> None:
    """Wait until every order of the twins is here and every shop was told, or patience ends."""
    taken = sale_report.orders_at(where.twin_address)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if (
            not taken.keys() - sale_report.orders_here().keys()
            and sale_report.untold(where.twin_address)[0] == 0
        ):
            return
        time.sleep(1.0)


def _report(
    where: Ports,
    began: datetime,
    seconds: float,
    placed: int,
    tally: _Tally,
    harm: Harm,
    locked: Locked,
) -> SaleReport:
    there = sale_report.orders_at(where.twin_address)
    here = sale_report.orders_here()
    promised, short = sale_report.promised_and_short()
    oversold, differences = sale_report.oversold()
    untold, listed = sale_report.untold(where.twin_address)
    return SaleReport(
        seconds=round(seconds, 1),
        placed=placed,
        at_the_twins=len(there),
        here=here.total(),
        missing=len(there.keys() - here.keys()),
        doubled=sum(times > 1 for times in here.values()),
        strange=len(here.keys() - there.keys()),
        pieces_sold=sum(there.values()),
        pieces_promised=promised,
        pieces_short=short,
        oversold=oversold,
        differences=differences,
        untold=untold,
        listings=listed,
        taking_in=sale_report.delays_of_orders(began),
        telling=Delays.of(tally.telling),
        on_its_way=Delays.of(tally.leaving),
        kills=harm.kills,
        away=harm.away,
        flowing_after=sale_report.flowing_after(harm.started_at),
        outlived=harm.outlived,
        feeds_read=tally.feeds,
        plans_applied=tally.plans,
        counts_taken=tally.counts,
        told_late=tally.late,
        locked_pieces=locked.pieces,
        locked_pieces_used=locked.used,
        locked_pieces_sold_elsewhere=locked.elsewhere,
        hottest=sale_report.hottest(),
        troubles=tuple(tally.troubles),
    )
