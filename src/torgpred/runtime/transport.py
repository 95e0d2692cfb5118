"""The one way out: every call to another party's server goes through an `Outlet`.

It connects to public or named hosts only (`runtime.addresses`), follows no redirect, bounds time
and size, waits for its slot, retries what may be repeated, writes the journal, and sorts what goes
wrong into the kernel's families. A call is never made inside a transaction.
"""

import email.utils
import math
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from typing import Final

import httpx
import stamina
from django.db import connection

from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError, TorgpredError
from torgpred.runtime import journal, slots
from torgpred.runtime.addresses import GuardedTransport, check_address
from torgpred.runtime.observability import CALL_SECONDS, CALLS
from torgpred.runtime.slots import Pace

__all__ = ["Answer", "Call", "CallInTransactionError", "Outlet", "check_address"]

ATTEMPTS: Final = 3
LARGEST_ANSWER: Final = 64 << 20
WHOLE_CALL_SECONDS: Final = 180.0
"""However slowly an answer trickles in, this is the end of it."""
UNTOLD_WAIT: Final = 2.0
"""Seconds to hold a rate after a 429 that does not say how long."""
LONGEST_HOLD: Final = 6 * 3600.0
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
POOL_SECONDS: Final = 30.0


class CallInTransactionError(TorgpredError):
    """A programming error: a transaction would be held open for as long as a stranger likes."""

    code = "transport.in_transaction"
    template = "The call {operation} was made inside a database transaction."


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `path` is relative to the outlet's base address, with a leading slash.

    `repeatable` is False where a second call could take effect twice. `lane_is_bulk` is False for
    stock and orders, which may use the whole of a rate.
    """

    operation: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    repeatable: bool = True
    lane_is_bulk: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: any status but 429 and 5xx, header names in lower case, the whole body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class _AgainError(Exception):
    """This attempt failed and may be made again; `unclear` where it may have taken effect."""

    def __init__(
        self, code: str, *, sent: bool, after: float | None = None, told: bool = True
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sent = sent
        self.after = after
        self.told = told
        """Whether the other side said `after` itself."""


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """Return the process' client: connections are kept and shared by its threads."""
    return httpx.Client(
        follow_redirects=False,
        trust_env=False,
        transport=GuardedTransport(max_connections=64, max_keepalive_connections=32),
        headers={"User-Agent": "torgpred"},
    )


@dataclass(frozen=True, slots=True)
class Outlet:
    """The way out for one account at one base address (already through `check_address`).

    The journal's lines belong to `tenant_id`; `patience` is how many seconds a call waits for its
    slot before RetryLaterError sends the caller away to do something else. After `seconds` no other
    attempt begins, and one under way that hears nothing for so long is given up.
    """

    tenant_id: int
    base_address: str
    shop_id: int | None = None
    patience: float = 10.0
    largest_answer: int = LARGEST_ANSWER
    seconds: float = WHOLE_CALL_SECONDS

    def send(self, call: Call, paces: Sequence[Pace] = ()) -> Answer:
        """Make a call and return its answer; every attempt takes a slot of each pace.

        Raises RetryLaterError (no slot soon, overload, no answer; `unclear=True` where a call that
        may not be repeated may have taken effect), NeedsPersonError (wrong address, certificate)
        and RefusedError (an answer too large).
        """
        _assert_outside_transaction(call.operation)
        url = self._url(call)
        try:
            for attempt in stamina.retry_context(
                on=lambda error: _pause(error, repeatable=call.repeatable),
                attempts=ATTEMPTS,
                timeout=self.seconds,
            ):
                with attempt:
                    slots.take(paces, bulk=call.lane_is_bulk, patience=self.patience)
                    return self._attempt(call, url, attempt.num, paces)
        except _AgainError as error:
            raise _given_up(error, call, url.netloc.decode()) from error
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _url(self, call: Call) -> httpx.URL:
        # A base without a trailing slash and a path with a leading one cannot change the host.
        if not call.path.startswith("/"):
            raise NeedsPersonError(reason=f"{call.operation}: the path leads to another host.")
        try:
            return httpx.URL(self.base_address.rstrip("/") + call.path)
        except httpx.InvalidURL as error:
            raise NeedsPersonError(
                reason=f"{call.operation}: {self.base_address} is no address."
            ) from error

    def _attempt(self, call: Call, url: httpx.URL, number: int, paces: Sequence[Pace]) -> Answer:
        begin = time.monotonic()
        status: int | None = None
        body = b""
        error = ""
        try:
            answer = self._exchange(call, url)
            status, body = answer.status, answer.body
            self._judge(answer, call, paces)
        except _AgainError as again:
            error = again.code
            raise
        except TorgpredError as refused:
            error = refused.code
            raise
        else:
            return answer
        finally:
            seconds = time.monotonic() - begin
            CALLS.labels(call.operation, error or "ok").inc()
            CALL_SECONDS.labels(call.operation).observe(seconds)
            line = journal.CallLine(
                operation=call.operation,
                method=call.method,
                host=url.host,
                attempt=number,
                status=status,
                milliseconds=int(seconds * 1000),
                bytes_out=len(call.body),
                bytes_in=len(body),
                error=error,
            )
            journal.write(self.tenant_id, self.shop_id, line)

    def _exchange(self, call: Call, url: httpx.URL) -> Answer:
        _assert_sendable(call)
        request = _client().build_request(
            call.method,
            url,
            headers=dict(call.headers),
            params=dict(call.query) or None,
            content=call.body or None,
            timeout=self._timeouts(),
        )
        try:
            response = _client().send(request, stream=True)
            with closing(response):
                return Answer(response.status_code, _plain(response.headers), self._body(response))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            if "CERTIFICATE" in str(error).upper():
                raise NeedsPersonError(
                    reason=f"{url.host} shows a certificate that is not valid for it."
                ) from error
            raise _AgainError("unreachable", sent=False) from error
        except httpx.TimeoutException as error:
            raise _AgainError("timeout", sent=True) from error
        except httpx.HTTPError as error:
            raise _AgainError("broken_connection", sent=True) from error

    def _body(self, response: httpx.Response) -> bytes:
        end = time.monotonic() + self.seconds
        pieces = bytearray()
        for piece in response.iter_bytes():
            pieces += piece
            if len(pieces) > self.largest_answer:
                raise RefusedError(reason=f"The answer is larger than {self.largest_answer} bytes.")
            if time.monotonic() > end:
                raise _AgainError("timeout", sent=True)
        return bytes(pieces)

    def _timeouts(self) -> httpx.Timeout:
        return httpx.Timeout(
            connect=min(CONNECT_SECONDS, self.seconds),
            read=min(READ_SECONDS, self.seconds),
            write=min(READ_SECONDS, self.seconds),
            pool=min(POOL_SECONDS, self.seconds),
        )

    def _judge(self, answer: Answer, call: Call, paces: Sequence[Pace]) -> None:
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            told = _retry_after(answer.headers)
            hold = min(told if told is not None else UNTOLD_WAIT, LONGEST_HOLD)
            if paces:
                # The narrowest rate comes first; holding the ceiling would stop other operations.
                slots.push_back([paces[0].key], hold)
            raise _AgainError("429", sent=False, after=hold, told=told is not None)
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _AgainError(str(answer.status), sent=True, after=_retry_after(answer.headers))
        if 300 <= answer.status < 400 and "location" in answer.headers:
            raise NeedsPersonError(
                reason=f"{call.operation}: {self.base_address} redirects elsewhere; redirects are"
                " not followed. Correct the shop's address."
            )


def _assert_outside_transaction(operation: str) -> None:
    # Blocks that a test case opened around the whole test do not count, as for Django's `durable`.
    blocks = getattr(connection, "atomic_blocks", ())
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise CallInTransactionError(operation=operation)


def _assert_sendable(call: Call) -> None:
    """Refuse a header that HTTP cannot carry, without showing it: mostly a token pasted wrongly."""
    for name, text in call.headers.items():
        if not (text.isascii() and text.isprintable()):
            raise NeedsPersonError(
                reason=f"{call.operation}: what is to be sent as {name} holds letters or line"
                " breaks that no such header can have. Enter the secret again."
            )


def _pause(error: Exception, *, repeatable: bool) -> bool | float:
    """Tell stamina whether to try again, or the seconds until then."""
    if not isinstance(error, _AgainError) or (error.sent and not repeatable):
        return False
    if error.after is None:
        return True
    if error.after > 5.0:
        return False
    # After a 429 the slot makes the caller wait; here only the crowd is spread.
    return error.after + random.uniform(0.0, 0.2)  # noqa: S311


def _given_up(error: _AgainError, call: Call, host: str) -> RetryLaterError:
    data: dict[str, object] = {"reason": f"{host} gave no good answer: {error.code}."}
    data["operation"] = call.operation
    data["cause"] = error.code
    if error.after is not None and error.told:
        data["after"] = error.after
    if error.code == "429":
        data["busy"] = True
    if error.sent and not call.repeatable:
        data["unclear"] = True
    return RetryLaterError(**data)


def _plain(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, given as seconds or as a date (RFC 9110)."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - now()).total_seconds(), 0.0)
