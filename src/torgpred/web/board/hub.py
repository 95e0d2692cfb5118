"""One reader for all who watch: it asks the database once a second for each scope and fans out.

A process has one hub. It works while somebody watches: at each whole second it reads the boards
that are watched, words each once for every language that is asked for, and hands the same bytes to
all. Whoever does not take them in time is dropped and comes again by itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

from django.db import connection

from torgpred.runtime.observability import logger
from torgpred.web.board import figures, joint_sale, showing
from torgpred.web.board.admitting import Ticket, still_admitted

A_PERSON: Final = 8
"""Streams that one person may have open in a process; tabs of a browser share one."""
IN_ALL: Final = 1_000
BEHIND: Final = 5
"""Seconds that a client may be behind before it is dropped."""
LOOK_AGAIN: Final = 15
"""Seconds between two looks whether all who watch still may."""

Key = tuple[int, str, int]
"""A tenant's id, a language, and the campaign that is shown beside; 0: none."""
_G = TypeVar("_G")
_T = TypeVar("_T")
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """A second's figures as bytes of the stream; `course` is empty where it is as it was."""

    second: int
    figures: bytes
    course: bytes


@dataclass(eq=False, slots=True)
class Seat:
    """One open stream: what waits to be sent; `over` once it has to end."""

    ticket: Ticket
    waiting: "asyncio.Queue[Tick]" = field(default_factory=lambda: asyncio.Queue(BEHIND))
    over: asyncio.Event = field(default_factory=asyncio.Event)
    drawn: bool = False
    """Whether the drawing of the day was handed to it."""

    @property
    def key(self) -> Key:
        """Return what this stream is shown."""
        return self.ticket.key


def event(name: str, html: str, number: int | None = None) -> bytes:
    """Return an event of a stream: one line of data, and the number that a client tells back."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {html}\n\n".encode()


class Hub:
    """Who watches what, and the one loop that serves them."""

    def __init__(
        self,
        make: Callable[[Iterable[Ticket]], dict[Key, tuple[str, str]]] | None = None,
        admitted: Callable[[Iterable[Ticket]], set[Ticket]] = still_admitted,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the parts; `clock` tells seconds since 1970, `sleep` waits as long by it."""
        self._make = make or _make
        self._admitted = admitted
        self._clock = clock
        self._sleep = sleep
        self._seats: set[Seat] = set()
        self._last: dict[Key, tuple[Tick, bytes]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._reader: ThreadPoolExecutor | None = None

    def enter(self, ticket: Ticket, seen: int | None = None) -> Seat | None:
        """Give a stream its seat; None where the person, or the process, has too many.

        The newest figures are waiting in it, unless the client `seen` them already.
        """
        own = sum(1 for one in self._seats if one.ticket.user_id == ticket.user_id)
        if own >= A_PERSON or len(self._seats) >= IN_ALL:
            return None
        seat = Seat(ticket)
        last = self._last.get(seat.key)
        if last is not None:
            tick, course = last
            known = tick.figures if tick.second != seen else b""
            seat.waiting.put_nowait(Tick(tick.second, known, course))
            seat.drawn = True
        self._seats.add(seat)
        if self._loop is None or self._loop.done():
            self._loop = asyncio.get_running_loop().create_task(self._run())
        return seat

    def leave(self, seat: Seat) -> None:
        """Take a stream's seat away."""
        self._seats.discard(seat)
        seat.over.set()

    @property
    def watched(self) -> int:
        """Return how many streams are open."""
        return len(self._seats)

    async def _run(self) -> None:
        reader = self._reader = ThreadPoolExecutor(1, thread_name_prefix="board")
        looked = time.monotonic()
        try:
            while self._seats:
                if time.monotonic() - looked >= LOOK_AGAIN:
                    looked = time.monotonic()
                    await self._look_again()
                await self._tick()
                await self._next_second()
        finally:
            self._last.clear()
            reader.submit(_close)
            reader.shutdown(wait=False)

    async def _next_second(self) -> None:
        """Wait for the next whole second; a sleep that ends early is slept on."""
        second = int(self._clock()) + 1
        while (left := second - self._clock()) > 0:
            await self._sleep(left)

    async def _tick(self) -> None:
        second = int(self._clock())
        wanted = {one.key: one.ticket for one in self._seats}
        made = await self._in_reader(self._make, list(wanted.values()))
        if made is None:
            return
        for key, (html, course_html) in made.items():
            course = event("course", course_html)
            before = self._last.get(key)
            changed = before is None or before[1] != course
            tick = Tick(second, event("figures", html, second), course if changed else b"")
            self._last[key] = (tick, course)
            for seat in [one for one in self._seats if one.key == key]:
                self._give(seat, tick, course)
        for key in [one for one in self._last if one not in wanted]:
            del self._last[key]

    def _give(self, seat: Seat, tick: Tick, course: bytes) -> None:
        try:
            seat.waiting.put_nowait(tick if seat.drawn else Tick(tick.second, tick.figures, course))
            seat.drawn = True
        except asyncio.QueueFull:
            _log.info("a slow watcher is dropped", person=seat.ticket.user_id)
            self.leave(seat)

    async def _look_again(self) -> None:
        tickets = {one.ticket for one in self._seats}
        admitted = await self._in_reader(self._admitted, tickets)
        if admitted is None:
            return
        for seat in [one for one in self._seats if one.ticket in tickets - admitted]:
            self.leave(seat)

    async def _in_reader(self, work: Callable[[_G], _T], given: _G) -> _T | None:
        """Do database work in the reader's thread; None where the database is away."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._reader, work, given)
        except Exception:  # noqa: BLE001 - the next second is another try
            _log.warning("the board could not be read", exc_info=True)
            await loop.run_in_executor(self._reader, _close)
            return None


def _close() -> None:
    """Close the connection of the thread that this is run in; the name stands for another's."""
    connection.close()


def _make(tickets: Iterable[Ticket]) -> dict[Key, tuple[str, str]]:
    """Read each tenant's board once and word it in each language that is asked for."""
    made = {}
    for one in tickets:
        board = figures.board(one.tenant)
        sale = joint_sale.watched(one.tenant, one.campaign) if one.campaign else None
        made[one.key] = (
            showing.figures_of(board, one.language, sale),
            showing.course_of(board, one.language),
        )
    return made
