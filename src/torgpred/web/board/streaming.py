"""The stream of a board: /m/board/stream and /s/<code>/board/stream, as server-sent events."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from torgpred.web.board.admitting import admit
from torgpred.web.board.hub import Hub, Seat
from torgpred.web.threads import in_thread

RETRY: Final = 3_000
"""Milliseconds after which a browser comes again."""
HEARTBEAT: Final = 15.0
"""Seconds of silence after which a line without meaning is sent, so that nobody hangs up."""
HUB: Final = Hub()
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie",
}


async def of_the_house(request: Request) -> Response:
    """Stream the board of all sellers to members of the operator; 404 to everybody else."""
    return await _stream(request, "operator", "")


async def of_a_seller(request: Request) -> Response:
    """Stream a seller's own board to its members and who represents it; 404 to all others."""
    return await _stream(request, "seller", str(request.path_params["code"]))


async def _stream(request: Request, kind: str, code: str) -> Response:
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return PlainTextResponse("No such board.", 404, _HEADERS)
    campaign = request.query_params.get("campaign", "")[:20]
    language = request.query_params.get("language", "")[:20]
    ticket = await in_thread(admit, dict(request.cookies), kind, code, campaign, language)
    if ticket is None:
        return PlainTextResponse("No such board.", 404, _HEADERS)
    told = request.headers.get("last-event-id", "")
    seat = HUB.enter(ticket, int(told) if told.isascii() and told.isdigit() else None)
    if seat is None:
        return PlainTextResponse(
            "Too many boards are open.", 429, {**_HEADERS, "Retry-After": "30"}
        )
    return EventStream(HUB, seat)


class EventStream(Response):
    """Sends what a seat is given until the client leaves, is too slow, or may watch no more."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, seat: Seat) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._hub = hub
        self._seat = seat

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        work = [
            asyncio.ensure_future(one)
            for one in (self._send(send), _gone(receive), self._seat.over.wait())
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.leave(self._seat)
            for one in work:
                one.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await _body(send, f"retry: {RETRY}\n\n".encode())
        while True:
            try:
                tick = await asyncio.wait_for(self._seat.waiting.get(), HEARTBEAT)
            except TimeoutError:
                await _body(send, b": the database is waited for\n\n")
                continue
            if tick.course or tick.figures:
                await _body(send, tick.course + tick.figures)


async def _body(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
