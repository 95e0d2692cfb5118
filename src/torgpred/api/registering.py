"""Registering operations: each with its address, its scope and what it answers.

`OPERATIONS` lists them all, so that a test can walk them: a new one without an entry fails there.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from ninja import Router
from pydantic import BaseModel

from torgpred.api.entering import ANY, Bearer
from torgpred.api.shapes.values import Problem
from torgpred.api.writing import KEY, once

_View = TypeVar("_View", bound=Callable[..., Any])

_KEY_PARAMETER: Final = {
    "in": "header",
    "name": KEY,
    "required": True,
    "description": "A new key for each write; the same one when it is repeated. Kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "5b1f0f0e-2a0f-4bb0-9e3a-4f0c1d6b8a11",
}
_READ_PROBLEMS: Final = (400, 401, 403, 404, 409, 422, 429, 503)
_WRITE_PROBLEMS: Final = (*_READ_PROBLEMS, 413)


class Registered(NamedTuple):
    """An operation: what it is called by and which scope it needs."""

    method: str
    path: str
    scope: str


OPERATIONS: Final[list[Registered]] = []


class Section:
    """A group of operations of one subject, under one tag; `operator_only`: its tokens alone."""

    def __init__(self, tag: str, *, operator_only: bool = False) -> None:
        self.tag = tag
        self.operator_only = operator_only
        self.router = Router(tags=[tag])

    def read(self, path: str, scope: str, answer: type[BaseModel]) -> Callable[[_View], _View]:
        """Register a view that changes nothing: view(request, ...) -> what `answer` is made of."""

        def register(view: _View) -> _View:
            self._add("GET", path, scope, answer, 200, view, view)
            return view

        return register

    def write(
        self,
        path: str,
        scope: str,
        answer: type[BaseModel],
        *,
        status: int = 200,
        whole: bool = True,
    ) -> Callable[[_View], _View]:
        """Register a view that changes something: view(request, ...) -> an instance of `answer`.

        It is done once per Idempotency-Key (`writing.once`).
        """

        def register(view: _View) -> _View:
            done = once(view, status=status, whole=whole)
            self._add("POST", path, scope, answer, status, view, done)
            return view

        return register

    def _add(
        self,
        method: str,
        path: str,
        scope: str,
        answer: type[BaseModel],
        status: int,
        view: Callable[..., Any],
        run: Callable[..., Any],
    ) -> None:
        writes = method == "POST"
        problems = _WRITE_PROBLEMS if writes else _READ_PROBLEMS
        extra: dict[str, Any] = {"x-scope": scope} if scope != ANY else {}
        if writes:
            extra["parameters"] = [_KEY_PARAMETER]
        needs = f" Needs the scope `{scope}`." if scope != ANY else " Any token may."
        said = " ".join((view.__doc__ or "").split())
        self.router.add_api_operation(
            path,
            [method],
            run,
            auth=Bearer(scope, operator_only=self.operator_only),
            response={status: answer, **dict.fromkeys(problems, Problem)},
            operation_id=view.__name__,
            summary=said.partition(". ")[0].rstrip("."),
            description=said + needs,
            openapi_extra=extra,
            url_name=view.__name__.replace("_", "-"),
        )
        OPERATIONS.append(Registered(method, re.sub(r"{[^}:]+:", "{", path), scope))
