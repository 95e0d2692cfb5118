"""The threads of a worker process that tell shops their stock, all shops side by side.

The lane's jobs only mark and start these; so a marketplace that answers slowly holds neither the
lane nor another shop. A shop has at most two threads that send and one that asks for outcomes.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Final

from django.db import connection

from torgpred.listings.services import telling
from torgpred.runtime import jobs

THREADS: Final = 24
SENDERS_A_SHOP: Final = 2
ASKED_FOR_SECONDS: Final = 20.0
"""So long outcomes are waited for here; after that each sweep looks once."""
BATCHES: Final = 50
"""Batches that one turn sends, then others waiting for a thread have theirs."""


@dataclass(slots=True)
class _Seat:
    """How many threads do one thing for one shop, and whether to look again when one ends."""

    running: int = 0
    again: bool = False


class Desk:
    """Runs `send` and `ask` of shops in threads, each shop's own number of them."""

    def __init__(
        self,
        *,
        send: Callable[[int], bool] = telling.tell,
        ask: Callable[[int], float | None] = telling.ask,
    ) -> None:
        self._send = send
        self._ask = ask
        self._lock = Lock()
        self._seats: dict[tuple[int, str], _Seat] = {}
        self._futures: set[Future[None]] = set()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="stock")

    def tell(self, shop_id: int) -> None:
        """See to it that a look at what is due in this shop begins after this moment."""
        self._start(shop_id, "send", SENDERS_A_SHOP)

    def follow(self, shop_id: int) -> None:
        """See to it that the outcomes of this shop's calls are asked for."""
        self._start(shop_id, "ask", 1)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing runs, at most so long; True where nothing does."""
        deadline = time.monotonic() + seconds
        while True:
            with self._lock:
                running = set(self._futures)
            if not running:
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            wait(running, timeout=left)

    def _start(self, shop_id: int, role: str, most: int) -> None:
        if jobs.stopping():
            return  # the next process' sweep comes by
        with self._lock:
            seat = self._seats.setdefault((shop_id, role), _Seat())
            if seat.running >= most:
                seat.again = True
                return
            seat.running += 1
            future = self._pool.submit(self._run, shop_id, role)
            self._futures.add(future)
        future.add_done_callback(self._forget)

    def _forget(self, future: Future[None]) -> None:
        with self._lock:
            self._futures.discard(future)

    def _run(self, shop_id: int, role: str) -> None:
        seat = self._seats[shop_id, role]
        work = self._sending if role == "send" else self._asking
        while True:
            with self._lock:
                seat.again = False
            more = jobs.attempt(
                partial(work, shop_id), "telling stock failed", shop=shop_id, part=role
            )
            with self._lock:
                if jobs.stopping() or not (more or seat.again):
                    seat.running -= 1
                    return

    def _sending(self, shop_id: int) -> bool:
        for _ in range(BATCHES):
            if jobs.stopping() or not self._send(shop_id):
                return False
            self.follow(shop_id)
        return True

    def _asking(self, shop_id: int) -> bool:
        deadline = time.monotonic() + ASKED_FOR_SECONDS
        while not jobs.stopping() and time.monotonic() < deadline:
            pause = self._ask(shop_id)
            # What ended may have held back a newer number of the same product.
            self.tell(shop_id)
            if pause is None:
                return False
            connection.close()  # nobody keeps one while he only waits
            time.sleep(min(max(pause, 0.01), 1.0))
        return False
