"""Database work out of an asynchronous route: in a thread, its connection never left broken."""

from collections.abc import Callable
from typing import TypeVar

from django.db import close_old_connections
from starlette.concurrency import run_in_threadpool

_T = TypeVar("_T")


async def in_thread(work: Callable[..., _T], *args: object) -> _T:
    """Run blocking work in a thread of the server's pool and return what it returns."""

    def run() -> _T:
        close_old_connections()
        try:
            return work(*args)
        finally:
            close_old_connections()

    return await run_in_threadpool(run)
