"""The day itself, in ticks: buyers buy, then all that they bought is taken in and told.

No tick begins before the one before is in and told everywhere. So the same seed and the same data
give the same day, however fast the machine is; a day that is pressed into too few minutes takes
longer instead.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Final

import msgspec
from django.db import connection

from torgpred.campaigns.core.rehearsing.demand import Goods, Purchase
from torgpred.campaigns.core.rehearsing.load import MINUTES
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.services import claiming, marking, telling
from torgpred.orders.services.pulling import pull
from torgpred.rehearsal.twin import Twin
from torgpred.runtime.scope import operator_scope

RUSH: Final = 60
"""Minutes of the day that are played in ticks of RUSH_TICK; the others in ticks of TICK."""
RUSH_TICK: Final = 2
TICK: Final = 20
_PATIENCE: Final = 120.0
"""Seconds in which what was bought in a tick has to be here and told."""
_PAUSE: Final = 0.02


class StuckError(TorgpredError):
    """What was bought in a tick did not come in, or was not told, however long one waited."""

    code = "rehearsal.stuck"
    template = (
        "At minute {minute} of the day {placed} orders stood at the twin and {here} here, and"
        " shops still waited for {untold} numbers after two minutes. See {log}."
    )


class Outcome(msgspec.Struct):
    """What the buyers got, by the place of the offer in the list."""

    wanted: Counter[int]
    sold: Counter[int]
    sold_out: dict[int, int]
    minutes: dict[int, list[int]]
    """Minutes of the day in which orders of each offer were placed."""
    ticks: int = 0
    slowest: float = 0.0


def tick_of(minute: int) -> int:
    """Return the minute with which the tick of a minute begins."""
    if minute < RUSH:
        return minute - minute % RUSH_TICK
    return RUSH + (minute - RUSH) // TICK * TICK


def play(
    twin: Twin,
    goods: Sequence[Goods],
    drawn: Sequence[Purchase],
    wares: Mapping[int, Mapping[str, str]],
    *,
    minutes: float,
    tell: Callable[[float, int], None],
) -> Outcome:
    """Play the purchases in their order; `wares` are the twin's SKUs by shop and the shop's SKU.

    What is on sale nowhere is wanted in vain from its first buyer on. `tell` is given the part of
    the day that is over (0 to 1) and the orders so far. Raises StuckError.
    """
    found = Outcome(Counter(), Counter(), {}, {})
    begin = time.monotonic()
    placed = 0
    for tick, together in groupby(drawn, key=lambda one: tick_of(one.minute)):
        _wait_until(begin + tick / MINUTES * minutes * 60)
        at = time.monotonic()
        bought = _buy(twin, goods, list(together), wares, found)
        placed += bought.total()
        _take_in(sorted(bought), placed, tick)
        found.ticks += 1
        found.slowest = max(found.slowest, time.monotonic() - at)
        tell(tick / MINUTES, placed)
    return found


def _buy(
    twin: Twin,
    goods: Sequence[Goods],
    wanted: Sequence[Purchase],
    wares: Mapping[int, Mapping[str, str]],
    found: Outcome,
) -> Counter[int]:
    """Let the buyers of a tick buy; return how many orders they placed, by shop."""
    on_sale: list[tuple[Purchase, str]] = []
    for one in wanted:
        offer = goods[one.place]
        found.wanted[one.place] += 1
        sku_id = wares.get(offer.shop_id, {}).get(offer.sku)
        if sku_id is None:
            found.sold_out.setdefault(one.place, one.minute)
        else:
            on_sale.append((one, sku_id))
    got = twin.buy([sku_id for _, sku_id in on_sale])
    for (one, _), bought in zip(on_sale, got, strict=True):
        if bought:
            found.sold[one.place] += 1
            found.minutes.setdefault(one.place, []).append(one.minute)
        else:
            found.sold_out.setdefault(one.place, one.minute)
    return Counter(
        goods[one.place].shop_id for (one, _), bought in zip(on_sale, got, strict=True) if bought
    )


def _take_in(shops: Sequence[int], placed: int, minute: int) -> None:
    """Pull the shops and tell them their stock until every order is here and every number told."""
    until = time.monotonic() + _PATIENCE
    while True:
        for shop_id in shops if _here() < placed else ():
            pull(shop_id=shop_id)
        busy = tell_all()
        here = _here()
        if here >= placed and not busy:
            return
        if time.monotonic() > until:
            raise StuckError(
                minute=minute, placed=placed, here=here, untold=_untold(), log="rehearsal.log"
            )
        time.sleep(_PAUSE)


def quiet(patience: float = _PATIENCE) -> None:
    """Tell shops all there is to tell, for so many seconds at most."""
    until = time.monotonic() + patience
    while tell_all() and time.monotonic() < until:
        time.sleep(_PAUSE)


def tell_all() -> bool:
    """Tell shops what changed, and ask what became of it; True where something is left."""
    _, more = marking.take_in()
    with operator_scope():
        due = claiming.shops_due(now())
    for shop_id in due:
        while telling.tell(shop_id):
            pass
    for shop_id in telling.shops_asked():
        telling.ask(shop_id)
    return more or _untold() > 0


def _untold() -> int:
    return _count(
        "SELECT count(*) FROM listings_stocktelling telling"
        " JOIN channels_shop shop ON shop.id = telling.shop_id AND shop.state = 'active'"
        # What was refused rests: the day does not wait for it.
        " WHERE telling.since IS NOT NULL AND (telling.not_before IS NULL"
        " OR telling.not_before <= now() OR telling.call_id IS NOT NULL)"
    )


def _here() -> int:
    return _count("SELECT count(*) FROM orders_order")


def _count(sql: str) -> int:
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _wait_until(moment: float) -> None:
    left = moment - time.monotonic()
    if left > 0:
        time.sleep(left)
