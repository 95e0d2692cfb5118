"""Short turns: threads that wait for the database get their turn beside one that works.

Python lets a busy thread go on for 5 ms before another has its turn. A batch takes a dozen answers
of the database, so that its thread would wait that long a dozen times, and the database with it.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

_TURN: Final = 0.000_2
_RARELY: Final = (100_000, 20, 20)
"""Thresholds of the garbage collector meanwhile: batches hold no cycles, so that looking for some
after every few hundred objects is in vain."""

_lock = Lock()
_inside = 0
_before: tuple[float, tuple[int, int, int]] = (sys.getswitchinterval(), gc.get_threshold())


@contextmanager
def short_turns() -> Iterator[None]:
    """Let this process take short turns until the last of all who asked for them has ended."""
    global _inside, _before  # noqa: PLW0603 - the interval is the process's too
    with _lock:
        if not _inside:
            _before = (sys.getswitchinterval(), gc.get_threshold())
            sys.setswitchinterval(_TURN)
            gc.set_threshold(*_RARELY)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                sys.setswitchinterval(_before[0])
                gc.set_threshold(*_before[1])
