"""The calls to AliExpress Russia: one envelope of headers, one place that reads refusals."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from torgpred.channels.core.contract import Lane, Request, Response, Transport
from torgpred.connectors.aliexpress_ru import choices, errors, wire
from torgpred.connectors.aliexpress_ru.answers import Answer, decode, error_words
from torgpred.kernel.errors import NeedsPersonError, OutboundError, RefusedError, RetryLaterError

T = TypeVar("T", bound=Answer)

_SAID = 300
"""Characters of an answer that an error quotes."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call: where it goes, what for, and whether it may be repeated."""

    operation: str
    path: str
    lane: Lane = Lane.CONTENT
    method: str = "POST"
    body: object = None
    query: Mapping[str, str] = {}
    repeatable: bool = True
    units: int = 1
    private: bool = False
    """True where the answer holds buyers' data: then no error quotes any of it."""


class Client:
    """Sends calls with a token and reads the answers.

    Raises NeedsPersonError for a dead token or a missing right, RefusedError for an error in the
    body or a 4xx, RetryLaterError for an answer that is cut or not JSON; for a call that may not
    be repeated the last one says `unclear=True`.
    """

    def __init__(self, transport: Transport, token: str) -> None:
        self._transport = transport
        self._headers = {
            "x-auth-token": token,
            "x-request-locale": choices.LOCALE,
            "accept": "application/json",
            "Content-Type": "application/json",
        }

    def ask(self, call: Call, kind: type[T]) -> T:
        """Send a call and return its answer, which holds no error."""
        return self.understand(call, self.deliver(call), kind)

    def deliver(self, call: Call) -> Response:
        """Send a call and return the answer as it came; its status is a success."""
        response = self._transport.send(
            Request(
                operation=call.operation,
                method=call.method,
                path=call.path,
                lane=call.lane,
                headers=self._headers,
                query=call.query,
                body=b"" if call.body is None else wire.encode(call.body),
                repeatable=call.repeatable,
                units=call.units,
            )
        )
        if not 200 <= response.status < 300:
            raise _refusal(call, response)
        return response

    @staticmethod
    def understand(call: Call, response: Response, kind: type[T]) -> T:
        """Return an answer that holds no error; raises as `ask`."""
        return _read(call, response, kind)


def _read(call: Call, response: Response, kind: type[T]) -> T:
    try:
        answer = decode(response.body, kind)
    except msgspec.ValidationError as error:
        raise _wrong_shape(call, response, error) from error
    except msgspec.DecodeError as error:
        raise _not_json(call, response) from error
    words = error_words(answer)
    if words is not None:
        raise _said(call, *words)
    return answer


def _refusal(call: Call, response: Response) -> OutboundError:
    """Return the error for an HTTP status that is no success."""
    said = response.body[:4000].decode("utf-8", "replace")
    if response.status == 401 or errors.is_dead_token(said):
        return NeedsPersonError(reason=errors.CALL_FOR_NEW_KEY)
    if response.status == 429 or response.status >= 500:
        return RetryLaterError(
            reason=f"The marketplace answered {response.status} to {call.operation}.",
            unclear=not call.repeatable,
        )
    hidden = call.private or said.lstrip()[:1] in {"<", "{", "["}
    words = _words_in(response.body) or ("", "" if hidden else said[:_SAID])
    if response.status == 403:
        return NeedsPersonError(
            reason=errors.NO_RIGHT.format(
                operation=call.operation, said=words[1] or response.status
            )
        )
    return _said(call, words[0] or str(response.status), words[1])


def _wrong_shape(call: Call, response: Response, error: msgspec.ValidationError) -> OutboundError:
    """Return the error for JSON of another shape, which may still be a refusal in words."""
    words = _words_in(response.body)
    if words is not None:
        return _said(call, *words)
    if not call.repeatable:
        return RetryLaterError(
            reason=f"The answer to {call.operation} has an unknown form.", unclear=True
        )
    return RefusedError(
        reason=f"The answer to {call.operation} has an unknown form.",
        code="unknown_form",
        message="The marketplace's answer has a form that Torgpred does not know.",
        mend="See whether there is a newer Torgpred; the marketplace may have changed its answers.",
        detail=str(error),
    )


def _not_json(call: Call, response: Response) -> OutboundError:
    said = response.body[:4000].decode("utf-8", "replace")
    if errors.is_dead_token(said):
        return NeedsPersonError(reason=errors.CALL_FOR_NEW_KEY)
    return RetryLaterError(
        reason=f"The marketplace's answer to {call.operation} came incomplete.",
        detail="" if call.private else said[:60],
        unclear=not call.repeatable,
    )


def _said(call: Call, code: str, message: str) -> OutboundError:
    """Return the error for a refusal in the marketplace's words."""
    if errors.is_dead_token(f"{code} {message}"):
        return NeedsPersonError(reason=errors.CALL_FOR_NEW_KEY)
    if errors.is_busy(code, message):
        return RetryLaterError(
            reason=f"The marketplace lets {call.operation} through later: {message or code}",
            busy=True,
            said=message or code,
            after=choices.QUOTA_REST_SECONDS,
        )
    problem = errors.problem(code, message)
    return RefusedError(
        reason=f"The marketplace said no to {call.operation} ({problem.code}): {problem.message}"
        f" {problem.mend}",
        code=problem.code,
        message=problem.message,
        mend=problem.mend,
    )


def _words_in(body: bytes) -> tuple[str, str] | None:
    """Return (code, message) of an error body in any of its forms, None where it has none."""
    try:
        answer = decode(body, Answer)
    except msgspec.DecodeError:
        return None
    words = error_words(answer)
    if words is None and isinstance(answer.message, str) and answer.message:
        return "", answer.message
    return words
