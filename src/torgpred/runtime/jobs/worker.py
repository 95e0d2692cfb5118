"""One worker process: it takes jobs of its lanes until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import connections
from procrastinate.contrib.django import app

from torgpred.kernel import shapes
from torgpred.runtime.jobs import registry
from torgpred.runtime.jobs.queue import PatientConnector
from torgpred.runtime.jobs.registry import PROCESSES
from torgpred.runtime.observability import logger

GRACE_SECONDS: Final = 20.0
"""How long running work may take to end once the worker was told to stop."""
_CONNECTION_AGE: Final = 600
POLLING_SECONDS: Final = {"quick": 0.2, "bulk": 2.0}
"""The queue forgets a notification that comes while it fetches: how long such a wake-up waits."""

_log = logger(__name__)


def run(process: str, *, concurrency: int, supervised: bool = False) -> None:
    """Run a worker process ("quick" or "bulk") until SIGTERM, SIGINT or its supervisor's end.

    Returns when the running jobs have ended or GRACE_SECONDS have passed. A database that is lost
    is waited for; the process goes on by itself. Raises what else the job queue raises: whoever
    started the process starts it again.
    """
    shapes.make_ready()
    # Threads keep their connections between jobs; a dead one is found before it is used.
    for alias in connections:
        connections.settings[alias]["CONN_MAX_AGE"] = _CONNECTION_AGE
        connections.settings[alias]["CONN_HEALTH_CHECKS"] = True
    asyncio.run(_run(process, concurrency, supervised=supervised))


async def _run(process: str, concurrency: int, *, supervised: bool) -> None:
    loop = asyncio.get_running_loop()
    # The loop's own default would run cores + 4 jobs at once, whatever the concurrency.
    loop.set_default_executor(ThreadPoolExecutor(concurrency, thread_name_prefix=process))
    with app.replace_connector(PatientConnector()):
        async with app.open_async():
            work = asyncio.ensure_future(_take_jobs(process, concurrency))
            stop = _stopper(loop, work)
            _install(loop, stop)
            if supervised:
                _stop_with_parent(loop, stop)
            with contextlib.suppress(asyncio.CancelledError):
                await work
    if not registry.stopping():
        _log.error("the job queue ended by itself", process=process)
        raise SystemExit(1)


async def _take_jobs(process: str, concurrency: int) -> None:
    await app.run_worker_async(
        queues=[lane.value for lane in PROCESSES[process]],
        name=process,
        concurrency=concurrency,
        fetch_job_polling_interval=POLLING_SECONDS[process],
        delete_jobs="always",
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACE_SECONDS,
    )


def _stopper(loop: asyncio.AbstractEventLoop, work: "asyncio.Future[None]") -> Callable[[], None]:
    def stop() -> None:
        registry.stop()
        work.cancel()  # the worker finishes what runs, then ends

    def stop_once() -> None:
        if not registry.stopping():
            loop.call_soon_threadsafe(stop)

    return stop_once


def _install(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: stop())


def _stop_with_parent(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Stop when the supervisor dies, however it dies: it holds the other end of our stdin."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 1):
                pass
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop)

    threading.Thread(target=watch, name="parent", daemon=True).start()
