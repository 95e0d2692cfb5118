"""Errors as programs read them: problem+json (RFC 9457), with our code, sentence and data."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from msgspec import json

from torgpred.kernel.errors import NeedsPersonError, RetryLaterError, TorgpredError

MEDIA_TYPE: Final = "application/problem+json"

_STATUS: Final[dict[str, int]] = {
    "accounts.token_refused": 401,
    "api.no_key": 400,
    "api.cursor": 400,
    "api.unreadable": 400,
    "api.not_allowed": 403,
    "api.too_many": 429,
    "files.too_large": 413,
    "api.too_large": 413,
    # What an address names and is not there, or not the tenant's.
    "accounts.unknown_tenant": 404,
    "api.unknown": 404,
    "asks.unknown_ask": 404,
    "asks.unknown_part": 404,
    "campaigns.not_in_campaign": 404,
    "campaigns.unknown_campaign": 404,
    "campaigns.unknown_rehearsal": 404,
    "campaigns.unknown_spend": 404,
    "channels.unknown_family": 404,
    "channels.unknown_shop": 404,
    "listings.unknown_plan": 404,
    "listings.unknown_drift_decision": 404,
    "messages.unknown_dialogue": 404,
    "orders.unknown": 404,
    "orders.unknown_handover": 404,
    "orders.no_such_parcel": 404,
    "orders.unknown_order": 404,
    "orders.unknown_shortage": 404,
    "programme.unknown_assurance": 404,
    "programme.unknown_programme": 404,
    "statement.unknown": 404,
    "stock.lock.unknown": 404,
    # What a body says and cannot be.
    "accounts.unfit_entry": 422,
    "api.unfit": 422,
    "asks.unfit": 422,
    "asks.unfit_parameter": 422,
    "asks.unknown_query": 422,
    "campaigns.unfit_money": 422,
    "campaigns.unknown_source": 422,
    "campaigns.bad_price": 422,
    "campaigns.consent": 422,
    "columns.unknown_field": 422,
    "listings.category_unmapped": 422,
    "listings.unknown_attribute": 422,
    "listings.unknown_market_category": 422,
    "listings.unknown_value": 422,
    "listings.wrong_fact": 422,
    "messages.bad_answer": 422,
    "orders.no_such_line": 422,
    "orders.return_too_large": 422,
    "programme.assurance": 422,
    "statement.group": 422,
    "stock.pieces.unfit": 422,
    "stock.warehouse.unfit": 422,
    "stock.warehouse.unknown": 422,
}
"""Statuses by code; of all others the state of things is in the way: 409."""
_GONE: Final = ("database.",)


class UnknownError(TorgpredError):
    """Nothing is at this address, or nothing that this token may know of."""

    code = "api.unknown"
    template = "There is nothing here."


class NotAllowedError(TorgpredError):
    """The token lacks a scope."""

    code = "api.not_allowed"
    template = "This token may not do that: it lacks the scope {scope}."


class TooManyError(TorgpredError):
    """The token asks too often."""

    code = "api.too_many"
    template = "Too many requests with this token. Ask again in {seconds} s."


class TooLargeError(TorgpredError):
    """The body is larger than what is taken here."""

    code = "api.too_large"
    template = "The body is too large: at most {limit} bytes are taken here."


class UnreadableError(TorgpredError):
    """The body or the query is not what it should be at all."""

    code = "api.unreadable"
    template = "The request cannot be read: {why}."


class NoKeyError(TorgpredError):
    """A write without a key."""

    code = "api.no_key"
    template = (
        "Give a header Idempotency-Key of 1 to 200 printable ASCII characters, "
        "a new one for each write and the same one when you repeat it."
    )


class UnfitError(TorgpredError):
    """Fields of the request do not fit; `errors` tells which and why."""

    code = "api.unfit"
    template = "Some of what was given does not fit: {first}."


def status_of(error: TorgpredError) -> int:
    """Return the HTTP status that tells an error."""
    if error.code in _STATUS:
        return _STATUS[error.code]
    if isinstance(error, RetryLaterError) or error.code.startswith(_GONE):
        return 503
    if isinstance(error, NeedsPersonError):
        return 409
    return 409


def problem_of(error: TorgpredError) -> HttpResponse:
    """Return the answer that tells an error of ours."""
    response = problem(
        status_of(error), code=error.code, message=_sentence(error), data=_plain(error.data)
    )
    wait = error.data.get("after") or error.data.get("seconds")
    if response.status_code in {429, 503} or error.code == "api.under_way":
        response["Retry-After"] = str(max(1, int(wait))) if wait else "1"
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="torgpred"'
    return response


def problem(
    status: int,
    *,
    code: str,
    message: str,
    data: Mapping[str, Any] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> HttpResponse:
    """Return a problem as an answer."""
    told: dict[str, Any] = {
        "type": f"urn:torgpred:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "code": code,
        "data": dict(data or {}),
    }
    if errors:
        told["errors"] = list(errors)
    return HttpResponse(json.encode(told), status=status, content_type=MEDIA_TYPE)


def _sentence(error: TorgpredError) -> str:
    try:
        return str(error)
    except (KeyError, IndexError, ValueError):  # a template that asks for what is not there
        return error.template


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error's data as JSON can say it."""
    return {
        name: value if isinstance(value, str | int | float | bool) or value is None else str(value)
        for name, value in data.items()
    }
