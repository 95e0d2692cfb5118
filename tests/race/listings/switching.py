# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""Processes that switch prices and are killed: `python -m tests.race.listings.switching`.

Arguments: "on" or "off". For each line on standard input a new process does what a worker does
about prices for a time; its id is printed, and how it ended. It is forked from this one, which
holds no connection, so that a restart takes no second. With the guard off, a process looks only
for what is still to come: what an earlier one left undone it never takes up. The control.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import django
from tests.race.listings.dying import faster

from torgpred.kernel import shapes

BATCH = 3
"""Products of one call, so that a switch of a few dozen has many moments to die in."""


def main(guard: str, work: Callable[[str], None]) -> None:
    """Start a process that does the work for each line, and tell what became of it."""
    django.setup()
    _hurry()
    shapes.make_ready()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            work(guard)
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _hurry() -> None:
    """Shorten all waits; the rules are those of life."""
    import msgspec

    from torgpred.connectors.aliexpress_ru import AliExpressRussia
    from torgpred.listings.services import applying, price_desk, switching
    from torgpred.listings.services.working import Timing, Work

    AliExpressRussia.limits = faster(AliExpressRussia.limits)
    mock.patch.object(price_desk, "SOON", timedelta(seconds=1)).start()
    mock.patch.multiple(
        switching,
        FIRST_LOOK=timedelta(seconds=0.1),
        LOOK_AGAIN=timedelta(seconds=0.2),
        CHECKED=timedelta(seconds=0.2),
        FREEZE=timedelta(seconds=0.3),
    ).start()
    original = applying.work_of
    timing = Timing(
        first_poll=timedelta(seconds=0.1),
        longest_poll=timedelta(seconds=0.4),
        back_off=timedelta(seconds=0.1),
        longest_rest=timedelta(seconds=0.3),
    )

    def hurried(seller_id: int, plan_id: int) -> Work:
        work = original(seller_id, plan_id)
        batch = dict.fromkeys(work.capabilities.batch, BATCH)
        capabilities = msgspec.structs.replace(work.capabilities, batch=batch)
        return msgspec.structs.replace(work, capabilities=capabilities, timing=timing)

    applying.work_of = hurried


def work(guard: str) -> None:
    """Prepare, switch and look after side by side, as the jobs of a worker do; never ends."""
    from torgpred.kernel.clock import now
    from torgpred.listings import tasks
    from torgpred.listings.services import applying, switching

    if guard == "off":
        due_before, born = switching.due_before, now()
        switching.due_before = lambda moment: [
            one for one in due_before(moment) if one.due_at > born
        ]
        applying.under_way = lambda **_: []
    else:
        again(tasks.look_after_prices)
    again(tasks.prepare_prices)
    again(tasks.switch_prices).join()


def again(look: Callable[[], object]) -> threading.Thread:
    """Do something again and again in a thread of its own."""

    def run() -> None:
        while True:
            look()
            time.sleep(0.02)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


if __name__ == "__main__":
    main(sys.argv[1], work)
