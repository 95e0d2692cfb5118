"""The API itself: its sections, its parser, and how errors become problems."""

from typing import Any, Final

import msgspec
import structlog
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from typing_extensions import override

from torgpred.accounts.core.tokens import TokenRefusedError
from torgpred.api.answering import broken
from torgpred.api.problems import (
    UnfitError,
    UnknownError,
    UnreadableError,
    problem,
    problem_of,
    status_of,
)
from torgpred.api.routes import (
    accounts,
    asks,
    campaign_money,
    campaigns,
    cases,
    catalogue,
    decisions,
    messages,
    orders,
    plans,
    prices,
    programmes,
    rehearsals,
    shops,
    stock,
    taking_part,
)
from torgpred.kernel.errors import TorgpredError

VERSION: Final = "1"
_ABOUT: Final = """\
What Torgpred does in the browser, for programs.

Every request carries `Authorization: Bearer <token>`. A token belongs to a seller, or to the
operator, whose tokens reach every seller; what is not a token's answers 404. Every write carries
an `Idempotency-Key`; repeated within 24 hours it gets the same answer and is not done again.
Lists come in pages: give `next` back as `cursor`. Amounts are decimal numbers as text, times are
UTC. Errors are problem+json with a stable `code`.
"""
_MISFITS: Final = 50

log = structlog.get_logger(__name__)


class _Strict(Parser):
    """Reads JSON that a database can hold: valid Unicode without NUL, no NaN."""

    @override
    def parse_body(self, request: HttpRequest) -> Any:
        try:
            found = msgspec.json.decode(request.body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise UnreadableError(why="it is no JSON") from error
        if b"\\u0000" in request.body and _has_nul(found):
            raise UnreadableError(why="it holds a NUL character")
        return found


def _has_nul(found: object) -> bool:
    if isinstance(found, str):
        return "\0" in found
    if isinstance(found, list):
        return any(map(_has_nul, found))
    if isinstance(found, dict):
        return any(_has_nul(name) or _has_nul(value) for name, value in found.items())
    return False


def _told(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401, ARG001 - ninja's way
    if status_of(error) >= 500:
        log.warning("api.trouble", code=error.code)
    return problem_of(error)


def _unauthorised(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    return problem_of(TokenRefusedError())


def _unknown(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    return problem_of(UnknownError())


def _misfit(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    errors = [
        {"place": ".".join(map(str, one["loc"])), "reason": str(one["msg"])}
        for one in error.errors[:_MISFITS]
    ]
    first = f"{errors[0]['place']}: {errors[0]['reason']}" if errors else ""
    told = UnfitError(first=first)
    return problem(422, code=told.code, message=str(told), errors=errors)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    # Ninja tells a body that cannot be parsed so, whatever the parser raised.
    cause = error.__cause__ or error.__context__
    if isinstance(cause, TorgpredError):
        return problem_of(cause)
    return problem(error.status_code, code="api.refused", message=str(error))


def _broken(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401
    log.error("api.broken", path=request.path, exc_info=error)
    return broken()


def make_api() -> NinjaAPI:
    """Return the API with all its operations."""
    api = NinjaAPI(
        title="Torgpred",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        openapi_url=None,
        urls_namespace="api",
        parser=_Strict(),
    )
    for one in (
        accounts, catalogue, decisions, shops, plans, stock, orders, messages, programmes, asks,
        cases, campaigns, campaign_money, rehearsals, taking_part, prices,
    ):  # fmt: skip
        api.add_router("", one.section.router)
    api.add_router("", campaign_money.own.router)
    api.add_router("", rehearsals.own.router)
    api.add_exception_handler(TorgpredError, _told)
    api.add_exception_handler(AuthenticationError, _unauthorised)
    api.add_exception_handler(Http404, _unknown)
    api.add_exception_handler(ValidationError, _misfit)
    api.add_exception_handler(HttpError, _refused)
    api.add_exception_handler(Exception, _broken)
    return api


api = make_api()
