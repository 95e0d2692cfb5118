"""The worker's way to the job queue. A lost database is waited for, however long that takes.

The queue's own worker ends with the first question that gets no answer, and all that runs beside
it. A question that is asked twice does no harm: jobs only say "go and look", and one that was
handed out in an answer that got lost is taken for stalled later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, LiteralString, TypeVar

from procrastinate.connector import Notify
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from torgpred.runtime.database.errors import DatabaseUnreachableError, lost
from torgpred.runtime.jobs.registry import stopping
from torgpred.runtime.observability import logger

PAUSE: Final = 0.25
"""Seconds between two looks whether the database is back."""
_ATTEMPT: Final = 1.0
"""Seconds that the pool tries by itself; its own pauses would grow beyond any outage."""

_T = TypeVar("_T")
_log = logger(__name__)


class PatientConnector(PsycopgConnector):
    """Asks again while the database is away, until the process is to stop."""

    def __init__(self) -> None:
        super().__init__(
            # Asked at each connection: after a restart it may listen elsewhere.
            kwargs=connector_params,
            min_size=1,
            max_size=4,
            timeout=_ATTEMPT,
            reconnect_timeout=_ATTEMPT,
        )

    @override
    async def open_async(self, pool: AsyncConnectionPool[Any] | None = None) -> None:
        """Open the pool without waiting for a connection: who asks waits."""
        if self._async_pool is None:
            self._async_pool = pool or await self._create_pool(self._pool_args)
            await self._async_pool.open(wait=False)

    @override
    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        ask = super().execute_query_async
        await _patiently(lambda: ask(query, **arguments))

    @override
    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        ask = super().execute_query_one_async
        return await _patiently(lambda: ask(query, **arguments))

    @override
    async def execute_query_all_async(
        self, query: LiteralString, **arguments: Any
    ) -> list[dict[str, Any]]:
        ask = super().execute_query_all_async
        return await _patiently(lambda: ask(query, **arguments))

    @override
    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        listen, names = super().listen_notify, list(channels)
        await _patiently(lambda: listen(on_notification, names))


async def _patiently(ask: Callable[[], Awaitable[_T]]) -> _T:
    waited = False
    while True:
        try:
            answer = await ask()
        except (ConnectorException, DatabaseUnreachableError) as error:
            if stopping() or not lost(error):
                raise
            if not waited:
                _log.warning("the database is away", reason=str(error.__cause__ or error).strip())
            waited = True
            await asyncio.sleep(PAUSE)
        else:
            if waited:
                _log.warning("the database is back")
            return answer
