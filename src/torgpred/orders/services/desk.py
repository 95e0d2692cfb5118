"""The threads of a worker process that pull shops' orders, all shops side by side.

A shop that brought orders is pulled again at once, and a few times more when it brings none; then
it is left to the next sweep. So a busy shop's orders are here within a second or two, and an idle
shop keeps its call slots.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Condition
from typing import Final

from django.db import connection

from torgpred.runtime import jobs

THREADS: Final = 16
"""Shops pulled at once: each waits for its marketplace most of the time."""
BUSY_PAUSE: Final = 0.5
"""Seconds from a pull that brought orders to the next; doubled with each that brings none."""
LONGEST_PAUSE: Final = 2.0
"""After that the shop is left to the sweep."""


class Desk:
    """Pulls shops in threads, one thread a shop; `pull` tells whether it brought anything."""

    def __init__(self, pull: Callable[[int], bool]) -> None:
        self._pull = pull
        self._idle = Condition()
        self._pulled: set[int] = set()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="pull")

    def begin(self, shop_id: int) -> None:
        """See to it that a shop is being pulled."""
        with self._idle:
            if shop_id in self._pulled:
                return
            self._pulled.add(shop_id)
        self._pool.submit(self._run, shop_id, 0.0)

    def wait(self, seconds: float) -> bool:
        """Wait until no shop is being pulled, at most so long; True where none is."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._pulled, timeout=seconds)

    def _run(self, shop_id: int, pause: float) -> None:
        time.sleep(pause)
        brought = not jobs.stopping() and jobs.attempt(
            partial(self._pull, shop_id), "pulling failed", shop=shop_id
        )
        following = BUSY_PAUSE if brought else 2 * pause
        if not jobs.stopping() and 0 < following <= LONGEST_PAUSE:
            # To the end of the line: who has fewer threads than busy shops gives each its turn.
            self._pool.submit(self._run, shop_id, following)
            return
        connection.close()
        with self._idle:
            self._pulled.discard(shop_id)
            self._idle.notify_all()
