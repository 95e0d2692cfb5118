"""The door of the real API: token, ceiling, switches, and how refusals look."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from torgpred.twins.aliexpress_ru.accounts import Account
from torgpred.twins.aliexpress_ru.calls import Answer, Call, Operation
from torgpred.twins.aliexpress_ru.effects import settle
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.operations import QUOTA_OPERATIONS
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.writing import over_quota
from torgpred.twins.engine.cutting import cut
from torgpred.twins.engine.faults import Fault

Endpoint = Callable[[Request], Awaitable[Response]]

_ENCODE = msgspec.json.Encoder()


def _reply(answer: Answer, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(_ENCODE.encode(answer), status, headers, media_type="application/json")


def _refused(code: str, message: str, status: int = 200) -> Response:
    return _reply({"data": None, "error": {"code": code, "message": message}}, status)


def _too_many(retry_after: float | None) -> Response:
    # Whole seconds, rounded up, as the header's grammar wants.
    headers = {} if retry_after is None else {"Retry-After": str(int(-(-retry_after // 1)))}
    answer = {
        "data": None,
        "error": {"code": "ErrorCode.TooManyRequests", "message": "too many requests"},
    }
    return _reply(answer, 429, headers)


def _dead_token(mode: str | None) -> Response:
    if mode == "message":
        return _refused(
            "ErrorCode.Unknown", "rpc error: GetTokenByID: cannot GetToken: token not found"
        )
    return _refused("ErrorCode.Unauthorized", "the token is missing or no longer valid", 401)


def _body(operation: Operation, raw: bytes) -> dict[str, Any]:
    if operation.method == "GET" or not raw.strip():
        return {}
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusalError(
            "ErrorCode.InvalidJson", f"malformed body: {error}", status=400
        ) from error
    if body is None:  # clients send null where a call needs no body
        return {}
    if not isinstance(body, dict):
        raise RefusalError("ErrorCode.InvalidJson", "the body must be a JSON object", status=400)
    return body


class Door:
    """Lets one operation's requests in."""

    def __init__(self, market: Market, operation: Operation) -> None:
        self.market = market
        self.operation = operation

    async def __call__(self, request: Request) -> Response:
        """Answer a request, with whatever faults are set for it."""
        market, name = self.market, self.operation.name
        token = request.headers.get("x-auth-token", "")
        market.counters.asked(name, token)
        raw = await request.body()
        if slow := self._strike("slow", token):
            await asyncio.sleep(5.0 if slow.seconds is None else slow.seconds)
        if self._strike("cut_before", token):
            return self._cut(request, Response(status_code=500))
        reply = self._stopped(token) or self._answer(request, token, raw)
        if reply.status_code == 200:
            reply = self._spoilt(request, token, reply)
        else:
            market.counters.answered(name, str(reply.status_code))
        return reply

    def _strike(self, kind: str, token: str) -> Fault | None:
        return self.market.faults.strike(kind, self.operation.name, token)

    def _stopped(self, token: str) -> Response | None:
        settings = self.market.settings
        if settings.ceiling_requests is not None:
            wait = self.market.ceiling.wait(
                token, settings.ceiling_requests, settings.ceiling_seconds
            )
            if wait > 0:
                return _too_many(wait if settings.ceiling_retry_after else None)
        if fault := self._strike("too_many_requests", token):
            return _too_many(fault.seconds)
        if fault := self._strike("server_error", token):
            return Response("upstream unavailable", fault.status or 503, media_type="text/plain")
        if fault := self._strike("dead_token", token):
            return _dead_token(fault.mode)
        return None

    def _answer(self, request: Request, token: str, raw: bytes) -> Response:
        account = self.market.accounts.get(token)
        if account is None:
            return _dead_token(None)
        try:
            self._refuse_on_demand(token)
            answer = self._perform(request, account, raw)
        except RefusalError as refusal:
            return _refused(refusal.error, refusal.message, refusal.status)
        return _reply(answer)

    def _refuse_on_demand(self, token: str) -> None:
        if fault := self._strike("unknown_error", token):
            raise RefusalError(
                fault.code or "ErrorCode.Unspecified",
                fault.message or "something went wrong at our side (x77)",
            )
        if self.operation.name in QUOTA_OPERATIONS and self._strike("quota_spent", token):
            raise over_quota(self.market)

    def _perform(self, request: Request, account: Account, raw: bytes) -> Answer:
        market = self.market
        locale = request.headers.get("x-request-locale", "ru_RU")
        body = _body(self.operation, raw)
        with market.file.transaction():
            settle(market, account.code)
            call = Call(
                operation=self.operation.name,
                account=account,
                body=body,
                query=request.query_params,
                english=locale.lower().startswith("en"),
                now=market.clock.now(),
                base=f"http://{request.headers.get('host', '')}",
            )
            return self.operation.handler(market, call)

    def _spoilt(self, request: Request, token: str, reply: Response) -> Response:
        if self._strike("cut_after", token):
            return self._cut(request, reply)
        if self._strike("truncated", token):
            body = bytes(reply.body)
            reply = Response(body[: len(body) // 2], 200, media_type="application/json")
        self.market.counters.answered(self.operation.name, str(reply.status_code))
        return reply

    def _cut(self, request: Request, reply: Response) -> Response:
        self.market.counters.answered(self.operation.name, "cut")
        if request.client is not None:
            cut(int(request.client.port))
        return reply


def endpoint(market: Market, operation: Operation) -> Endpoint:
    """Return the endpoint of an operation."""
    return Door(market, operation).__call__
