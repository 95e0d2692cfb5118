"""Who works while a catalogue is read: this thread, a merging thread, and a parsing process.

Batches are merged in the order of the file, whoever parsed them.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from types import TracebackType
from typing import Self

from torgpred.catalogue.core.reading import Entry, Reader
from torgpred.catalogue.parser_process import READABLE_APART, ParserProcess
from torgpred.catalogue.rows import Parsed, parse
from torgpred.runtime.switching import short_turns

_AHEAD = 5
"""Parsed batches that may wait for the database: they bound the memory between the hands."""
_ALONE = 4
"""Batches after which a second process pays: it takes a third of a second to start."""

Promise = Callable[[], Parsed]


class Hands:
    """Parses batches, here or in a second process, and merges them in a thread, in order.

    `merge` is called in that thread alone. The first error of any hand is raised by `give` or at
    the end of the block.
    """

    def __init__(self, reader: Reader, path: Path, merge: Callable[[Parsed], None]) -> None:
        self._reader = reader
        self._path = path
        self._merge = merge
        self._given = 0
        self._turns = ExitStack()
        self._error: BaseException | None = None
        self._results: Queue[Promise | None] = Queue(maxsize=_AHEAD)
        self._merger = Thread(target=self._merge_all, name="feed-merge", daemon=True)
        self._process: ParserProcess | None = None
        self._batches: Queue[Sequence[Entry] | None] = Queue(maxsize=2)
        self._feeder = Thread(target=self._feed, name="feed-parse", daemon=True)

    def __enter__(self) -> Self:
        self._turns.enter_context(short_turns())
        self._merger.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._turns.close()
        if error is not None:
            self._error = self._error or error
            if self._process is not None:
                self._process.stop()
        self._results.put(None)
        self._merger.join()
        if self._process is not None:
            if self._error is not None:
                self._process.stop()
            self._batches.put(None)
            self._feeder.join()
            self._process.stop()
        if self._error is not None and error is None:
            raise self._error

    def give(self, batch: Sequence[Entry]) -> None:
        """Have a batch parsed and merged; waits while too much is under way."""
        if self._error is not None:
            raise self._error
        self._given += 1
        if self._given == _ALONE:
            self._start_process()
        if self._process is not None:
            with suppress(Full):
                self._batches.put_nowait(batch)
                self._results.put(self._process.take)
                return
        parsed = parse(self._reader, batch)
        self._results.put(lambda: parsed)

    def _start_process(self) -> None:
        if self._reader.format not in READABLE_APART or _cores() < 2:
            return
        with suppress(OSError):  # then this process parses alone
            self._process = ParserProcess(self._path)
            self._feeder.start()

    def _feed(self) -> None:
        while (batch := self._batches.get()) is not None:
            if self._error is None and self._process is not None:
                try:
                    self._process.give(batch)
                except Exception as error:  # noqa: BLE001 - raised again by the first hand
                    self._error = error

    def _merge_all(self) -> None:
        while (promise := self._results.get()) is not None:
            if self._error is not None:
                continue  # the first hand may wait for room in the queue
            try:
                self._merge(promise())
            except Exception as error:  # noqa: BLE001 - raised again by the first hand
                self._error = error


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
