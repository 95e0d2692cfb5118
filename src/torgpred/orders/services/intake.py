"""Intake: batches are taken in by hands of their own, while the next pages are read and decoded.

A hand is a thread with a connection of its own, so that PostgreSQL works on one batch while this
process makes the next. With one hand batches are in one after another, in the order given.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from threading import Barrier
from types import TracebackType
from typing import Self

from django.db import connection

from torgpred.orders.services.accepting import Accepted, accept
from torgpred.orders.services.sold_names import Remembered
from torgpred.orders.services.staging import Staged
from torgpred.runtime.switching import short_turns


class Intake:
    """Takes batches in with so many hands; as many more may wait, which bounds the memory.

    The first error of any hand is raised by `give` or at the end of the block.
    """

    def __init__(self, hands: int = 1) -> None:
        self._hands = hands
        self._pool = ThreadPoolExecutor(hands, thread_name_prefix="orders-intake")
        self._under_way: list[Future[None]] = []
        self._turns = ExitStack()
        self._remembered = Remembered()

    def __enter__(self) -> Self:
        self._turns.enter_context(short_turns())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        done = list(self._under_way)
        wait(done)
        # Each hand closes its own connection: none goes on to a second one before all are there.
        all_there = Barrier(self._hands)
        wait([self._pool.submit(_close, all_there) for _ in range(self._hands)])
        self._pool.shutdown()
        self._turns.close()
        if error is None:
            for one in done:
                one.result()

    def give(self, staged: Staged, then: Callable[[Accepted], None] = lambda _: None) -> None:
        """Have a batch taken in; `then` is told what it came to, in the hand's thread."""
        while len(self._under_way) >= 2 * self._hands:
            self._under_way.pop(0).result()
        self._under_way.append(self._pool.submit(self._take, staged, then))

    def _take(self, staged: Staged, then: Callable[[Accepted], None]) -> None:
        then(accept(staged, self._remembered))


def _close(all_there: Barrier) -> None:
    all_there.wait()
    connection.close()
