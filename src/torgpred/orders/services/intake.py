"""Intake: batches are taken in by hands of their own, while the next pages are read and decoded.

A hand is a thread with a connection of its own, so that PostgreSQL works on one batch while this
process makes the next, and on others while one waits for the disk at its commit. What a batch came
to is told in the order in which batches were given, however many hands there are.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Barrier, Lock
from types import TracebackType
from typing import Final, Self

from django.db import connection

from torgpred.orders.services.accepting import Accepted, accept
from torgpred.orders.services.sold_names import Remembered
from torgpred.orders.services.staging import Staged
from torgpred.runtime.switching import short_turns

HANDS: Final = 3
"""Measured: one waits for the disk, one for its turn in this process, one is at work."""


class Intake:
    """Takes batches in with so many hands; as many more may wait, which bounds the memory.

    The first error of any hand is raised by `give` or at the end of the block.
    """

    def __init__(self, hands: int = HANDS) -> None:
        self._hands = hands
        self._pool = ThreadPoolExecutor(hands, thread_name_prefix="orders-intake")
        self._under_way: list[Future[None]] = []
        self._untold: deque[_Batch] = deque()
        self._telling = Lock()
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
        """Have a batch taken in; `then` is told what it came to, in some hand's thread.

        It is told once all batches given before are in and were told of; where one of them failed,
        not at all.
        """
        while len(self._under_way) >= 2 * self._hands:
            self._under_way.pop(0).result()
        batch = _Batch(staged, then)
        self._untold.append(batch)
        self._under_way.append(self._pool.submit(self._take, batch))

    def _take(self, batch: "_Batch") -> None:
        batch.accepted = accept(batch.staged, self._remembered)
        with self._telling:
            while self._untold and (accepted := self._untold[0].accepted) is not None:
                # One that cannot be told stays in front, and holds up all after it.
                self._untold[0].accepted = None
                self._untold[0].then(accepted)
                self._untold.popleft()


@dataclass(slots=True)
class _Batch:
    """A batch given; `accepted` is there while it is in and not told of."""

    staged: Staged
    then: Callable[[Accepted], None]
    accepted: Accepted | None = None


def _close(all_there: Barrier) -> None:
    all_there.wait()
    connection.close()
