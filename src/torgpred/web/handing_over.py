"""Handing what is not answered here to Django's WSGI application."""

from collections.abc import Callable
from typing import Any

from a2wsgi import WSGIMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def handed(application: Callable[..., Any], threads: int) -> ASGIApp:
    """Return an ASGI application that answers by a WSGI one, in so many threads."""
    inner = WSGIMiddleware(application, workers=threads)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def received() -> Message:
            # The server may give any awaitable; a2wsgi wants a coroutine.
            return await receive()

        await inner(scope, received, send)  # type: ignore[arg-type]

    return answer
