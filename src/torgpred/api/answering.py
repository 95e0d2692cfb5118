"""What every answer of the API has in common: bounds, headers, problems outside operations."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Final

import structlog
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from torgpred.api.problems import (
    TooLargeError,
    UnknownError,
    UnreadableError,
    problem,
    problem_of,
)
from torgpred.kernel.errors import TorgpredError

log = structlog.get_logger(__name__)

JSON_LIMIT: Final = 1 << 20
"""Bytes of a body that is no file."""
FILE_LIMIT: Final = 256 << 20
"""Of a body with a file; larger feeds are read at the command line."""
View = Callable[..., HttpResponse]


def answered(view: View) -> View:
    """Return a view that refuses what is too large, and answers with our headers and problems."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            _check(request)
            response = view(request, *args, **kwargs)
        except TorgpredError as error:
            response = problem_of(error)
        except Http404:
            response = problem_of(UnknownError())
        except (SuspiciousOperation, BadRequest) as error:
            response = problem_of(UnreadableError(why=type(error).__name__))
        except Exception:
            log.exception("api.broken", path=request.path)
            response = broken()
        if isinstance(response, HttpResponseNotAllowed):
            response = _not_allowed(response["Allow"])
        return _finished(request, response)

    return answer


def unknown(_request: HttpRequest, **_: object) -> HttpResponse:
    """Answer for addresses that there are none of."""
    return problem_of(UnknownError())


def broken() -> HttpResponse:
    """Return the answer where something of ours is broken; what it was stands in the log."""
    return problem(500, code="api.broken", message="Something went wrong here. It was noted.")


def _not_allowed(allow: str) -> HttpResponse:
    response = problem(405, code="api.method", message=f"Only {allow} can be asked for here.")
    response["Allow"] = allow
    return response


def _check(request: HttpRequest) -> None:
    if "\0" in request.path or any(
        "\0" in one for values in request.GET.lists() for one in (values[0], *values[1])
    ):
        raise UnreadableError(why="it holds a NUL character")
    given = request.META.get("CONTENT_LENGTH") or "0"
    file = request.content_type == "multipart/form-data"
    limit = FILE_LIMIT if file else JSON_LIMIT
    if not given.isdigit() or int(given) > limit:
        raise TooLargeError(limit=limit)


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Authorization"])
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.method not in {"GET", "HEAD"} or response.status_code != 200 or response.streaming:
        response.headers.setdefault("Cache-Control", "no-store")
        return response
    # Nobody between keeps it, and whoever asked may ask whether it is still the same.
    response["Cache-Control"] = "private, no-cache"
    tag = f'W/"{blake2b(response.content, digest_size=12).hexdigest()}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in known or "*" in known:
        response = HttpResponse(status=304, headers={"Cache-Control": "private, no-cache"})
        patch_vary_headers(response, ["Authorization"])
    response["ETag"] = tag
    return response
