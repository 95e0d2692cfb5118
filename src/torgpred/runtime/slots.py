"""Call slots: how fast we may call, kept in the database so that it holds over processes.

Every rate is a row of the Generic Cell Rate Algorithm (ITU-T I.371): it remembers when the bucket
will be empty again. A call of `u` units, each worth `T` seconds, passes when that moment lies at
most `(burst - u) * T` seconds ahead, and pushes it `u * T` further. Nobody books ahead: who is
refused learns how long to wait and asks again. Only between lanes there is an order: who waits for
stock or orders is noted in the row, and bulk leaves the next slot to him, except that bulk which
had nothing for a second goes first once. So bulk never delays stock by more than one slot.

A quota "A units in W seconds" is kept for *every* window of W seconds, wherever the other side
lets its window begin: with `T = W / (A - burst + 1)` no window can hold more than A units. The
price is that a burst takes its part off the steady rate, so a burst is a fraction of a quota.
"""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from torgpred.kernel.errors import RetryLaterError
from torgpred.runtime.observability import SLOT_WAIT


@dataclass(frozen=True, slots=True)
class Pace:
    """What one call asks of one rate. Build it with `pace`.

    `interval` is the seconds that a unit is worth, `tolerance` how far ahead in seconds the
    row's moment may lie, `cost` what this call adds to it; `bulk_*` the same for the share that
    lanes other than stock and orders may use.
    """

    key: str
    tolerance: float
    cost: float
    bulk_tolerance: float
    bulk_cost: float


def pace(
    *, key: str, amount: int, seconds: float, burst: int = 1, units: int = 1, kept: float = 0.0
) -> Pace:
    """Return what a call of so many units asks of a rate of `amount` units in `seconds`.

    `kept` (0 to 1) is the share that is kept for stock and orders. `burst` is raised to `units`,
    since a call cannot be divided; for a strict window choose it at least as big as any call.
    """
    tolerance, cost = _gcra(amount, seconds, burst, units)
    share = max(1.0 - kept, 1.0 / amount)
    bulk_tolerance, bulk_cost = _gcra(amount * share, seconds, burst * share, units)
    return Pace(key, tolerance, cost, bulk_tolerance, bulk_cost)


def _gcra(amount: float, seconds: float, burst: float, units: int) -> tuple[float, float]:
    depth = min(max(burst, units, 1.0), max(amount, 1.0))
    interval = seconds / max(amount - depth + 1.0, 1.0)
    return max(depth - units, 0.0) * interval, units * interval


def hold_only(key: str) -> Pace:
    """Return a pace without a rate: it passes always, except while a 429 holds the key."""
    return Pace(key, 0.0, 0.0, 0.0, 0.0)


def ask(paces: Sequence[Pace], *, bulk: bool) -> float:
    """Take a slot from all of the rates or from none; return 0.0 or the seconds to wait."""
    ordered = sorted(paces, key=lambda one: one.key)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT runtime_take_slot("
            "%s::text[], %s::float8[], %s::float8[], %s::float8[], %s::float8[], %s)",
            [
                [one.key for one in ordered],
                [one.tolerance for one in ordered],
                [one.cost for one in ordered],
                [one.bulk_tolerance for one in ordered],
                [one.bulk_cost for one in ordered],
                bulk,
            ],
        )
        wait: float = cursor.fetchone()[0]
    return wait


def take(paces: Sequence[Pace], *, bulk: bool, patience: float = 10.0) -> float:
    """Wait for a slot and take it; return the seconds waited.

    Raises RetryLaterError with `after` when the slot is further away than `patience` seconds, so
    that a worker's thread does other things meanwhile.
    """
    if not paces:
        return 0.0
    begin = time.monotonic()
    while True:
        wait = ask(paces, bulk=bulk)
        waited = time.monotonic() - begin
        if wait <= 0.0:
            SLOT_WAIT.observe(waited)
            return waited
        if waited + wait > patience:
            raise RetryLaterError(
                reason=f"The rate {paces[0].key} has no slot for {wait:.1f} s.",
                after=wait,
                busy=True,
                paced=True,
            )
        # A little jitter, so that all who wait for one slot do not ask at the same moment.
        time.sleep(wait + random.uniform(0.0, min(0.02, wait)))  # noqa: S311


def push_back(keys: Sequence[str], seconds: float) -> None:
    """Let nothing pass these rates for so many seconds from now: the other side said 429."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO runtime_slot (key, due_at, bulk_due_at, held_until)"
            " SELECT key, now(), now(), clock_timestamp() + make_interval(secs => %s)"
            " FROM unnest(%s::text[]) AS given (key) ORDER BY key"
            " ON CONFLICT (key) DO UPDATE"
            " SET held_until = greatest(runtime_slot.held_until, excluded.held_until)",
            [seconds, sorted(set(keys))],
        )


@dataclass(frozen=True, slots=True)
class SlotsLeft:
    """How many units a rate would let pass at once now: for stock and orders, and for the rest.

    `held` is the seconds that a 429 still keeps everybody waiting.
    """

    quick: int
    bulk: int
    burst: int
    held: float


def left(paces: Sequence[Pace]) -> dict[str, SlotsLeft]:
    """Tell how much of some rates is left by key, without taking anything. Each asks one unit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, greatest(extract(epoch FROM due_at - clock_timestamp()), 0)::float8,"
            " greatest(extract(epoch FROM bulk_due_at - clock_timestamp()), 0)::float8,"
            " greatest(extract(epoch FROM held_until - clock_timestamp()), 0)::float8"
            " FROM runtime_slot WHERE key = ANY(%s)",
            [[one.key for one in paces]],
        )
        known = {key: tuple(ahead) for key, *ahead in cursor.fetchall()}
    return {one.key: _left(one, *known.get(one.key, (0.0, 0.0, 0.0))) for one in paces}


def _left(one: Pace, due: float, bulk_due: float, held: float) -> SlotsLeft:
    quick = _passing(one.tolerance, one.cost, due)
    bulk = min(_passing(one.bulk_tolerance, one.bulk_cost, bulk_due), quick)
    burst = _passing(one.tolerance, one.cost, 0.0)
    return SlotsLeft(*((0, 0) if held else (quick, bulk)), burst=burst, held=held)


def _passing(tolerance: float, cost: float, due: float) -> int:
    """Return the units that pass at once when the row's moment lies `due` seconds ahead."""
    return max(0, math.floor((tolerance - due) / cost + 1e-9) + 1) if cost > 0 else 0
