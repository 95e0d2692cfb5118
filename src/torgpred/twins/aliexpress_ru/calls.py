"""One call of the real API, as its handlers see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torgpred.twins.aliexpress_ru.accounts import Account
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number

Answer = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A call that passed the door: who, what, in which language, when (the twin's clock)."""

    operation: str
    account: Account
    body: Mapping[str, Any]
    query: Mapping[str, str]
    english: bool
    now: int
    base: str = ""
    """The twin's own address as the caller wrote it: documents are served under it."""


Handler = Callable[[Market, Call], Answer]


@dataclass(frozen=True)
class Operation:
    """An operation of the real API: its name at the twin's controls, its address, its handler.

    `kind` tells how a whole request is refused: by an error in the envelope in any case.
    """

    name: str
    method: str
    path: str
    handler: Handler


def listed(call: Call, name: str, most: int) -> list[Any]:
    """Return a list out of a call's body; raises RefusalError: none, empty or too long."""
    value = call.body.get(name)
    if not isinstance(value, list) or not value:
        raise RefusalError("ErrorCode.InvalidArgument", f"{name} must be a list that is not empty")
    if len(value) > most:
        raise RefusalError(
            "ErrorCode.TooManyItems", f"{name}: at most {most} a call, got {len(value)}"
        )
    return value


def number(call: Call, name: str) -> int:
    """Return a whole number out of a call's body. Raises RefusalError where there is none."""
    value = whole_number(call.body.get(name))
    if value is None:
        raise RefusalError("ErrorCode.InvalidArgument", f"{name} must be a whole number")
    return value


def optional_number(call: Call, name: str, default: int, low: int, high: int) -> int:
    """Return a whole number within bounds, or the default where none is given."""
    if call.body.get(name) in (None, ""):
        return default
    value = number(call, name)
    if not low <= value <= high:
        raise RefusalError("ErrorCode.InvalidArgument", f"{name} must be between {low} and {high}")
    return value
