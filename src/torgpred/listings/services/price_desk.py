"""The part of a worker that changes prices at their moments: it waits for them, to the moment.

A sweep every few seconds would be late by so much; so whoever looks shortly before a moment waits
for it. Switches of several shops, or sellers, go out side by side, each by a thread of its own.
"""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.services import applying, switching
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger

SOON: Final = timedelta(seconds=12)
"""A moment that is nearer than that is waited for; longer than the sweep's longest gap."""
SIDE_BY_SIDE: Final = 8
TURN_SECONDS: Final = 20.0
LONGEST_PAUSE: Final = 1.0
"""A switch that waits longer for the marketplace is left to the next look."""
_TICK: Final = 0.05

_log = logger(__name__)
_guard = threading.Lock()
_in_hand: set[tuple[str, int]] = set()
"""What a thread of this process works on already."""


def begin_due() -> list[tuple[int, int]]:
    """Begin the switches that are due, or wait for the next moment and begin those of it.

    Returns (seller, plan) of all that were begun. One that cannot be made ready keeps no other
    one waiting: it is tried at the next look.
    """
    due = switching.due_before(now() + SOON)
    next_at = max(due[0].due_at, now()) if due else now()
    begun = []
    for one in due:
        if one.due_at > next_at or not _take("switch", one.switch_id):
            continue
        try:
            if _wait_until(one.due_at):
                plan = switching.begin(
                    seller_id=one.seller_id, shop_id=one.shop_id, switch_id=one.switch_id
                )
                if plan is not None:
                    begun.append((one.seller_id, plan))
        except TorgpredError as error:
            _log.warning("prices are not switched", switch=one.switch_id, reason=str(error))
        finally:
            _give_back("switch", one.switch_id)
    return begun


def hand_out(plans: Sequence[tuple[int, int]]) -> bool:
    """Go on with switches that were begun, side by side; True where more is due now."""
    mine = [one for one in plans if _take("plan", one[1])]
    if not mine:
        return False
    try:
        with ThreadPoolExecutor(min(len(mine), SIDE_BY_SIDE), thread_name_prefix="prices") as pool:
            return any(list(pool.map(_go_on, mine)))
    finally:
        for _, plan_id in mine:
            _give_back("plan", plan_id)


def _go_on(one: tuple[int, int]) -> bool:
    seller_id, plan_id = one
    try:
        work = applying.work_of(seller_id, plan_id)
        counter = applying.Counter(work)
        deadline = time.monotonic() + TURN_SECONDS
        while time.monotonic() < deadline and not jobs.stopping():
            progress = applying.advance(work, counter)
            if progress.open == 0:
                return False
            pause = applying.pause_before(progress)
            if pause > LONGEST_PAUSE:
                return False
            time.sleep(pause)
    except TorgpredError as error:
        # A dead token of one shop must not keep the others' prices waiting. The plan rests.
        _log.warning("a switch of prices does not go on", plan=plan_id, reason=str(error))
        return False
    finally:
        connection.close()
    return True


def _wait_until(moment: datetime) -> bool:
    """Wait for a moment; False where the worker is to stop before."""
    while not jobs.stopping():
        left = (moment - now()).total_seconds()
        if left <= 0:
            return True
        time.sleep(min(left, _TICK))
    return False


def _take(what: str, number: int) -> bool:
    with _guard:
        if (what, number) in _in_hand:
            return False
        _in_hand.add((what, number))
        return True


def _give_back(what: str, number: int) -> None:
    with _guard:
        _in_hand.discard((what, number))
