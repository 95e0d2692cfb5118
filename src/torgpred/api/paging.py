"""Pages by key: a cursor says after which row the next page begins, whatever was added since."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
from ninja import Query
from pydantic import Field

from torgpred.kernel.errors import TorgpredError

MOST: Final = 200
_BIGGEST: Final = 2**63 - 1
_T = TypeVar("_T")

Cursor = Annotated[
    str,
    Query(
        "",
        max_length=2000,
        description="Where to go on: `next` of the page before. Empty: from the start.",
    ),
]
Limit = Annotated[int, Query(50, ge=1, le=MOST, description="Rows on a page at most.")]
Next = Annotated[
    str | None,
    Field(description="The cursor of the next page; null on the last.", examples=["WyJwIiw3XQ"]),
]


class CursorError(TorgpredError):
    """A cursor that was not made for this list."""

    code = "api.cursor"
    template = "This cursor is not of this list. Begin without one."


def after_text(cursor: str, of: str) -> str:
    """Return the text after which a list goes on, "" at its start. Raises CursorError."""
    found = _read(cursor, of) if cursor else ""
    if not isinstance(found, str) or "\0" in found:
        raise CursorError
    return found


def after_number(cursor: str, of: str) -> int | None:
    """Return the number after which a list goes on, None at its start. Raises CursorError."""
    if not cursor:
        return None
    found = _read(cursor, of)
    if type(found) is not int or not 0 <= found <= _BIGGEST:
        raise CursorError
    return found


def after_place(cursor: str, of: str) -> tuple[datetime, int] | None:
    """Return the time and the id after which a list goes on, None at its start.

    Raises CursorError.
    """
    moment, _, number = after_text(cursor, of).partition(" ")
    if not cursor:
        return None
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as error:
        raise CursorError from error
    if at.tzinfo is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise CursorError
    return at, int(number)


def after_pair(cursor: str, of: str) -> tuple[int, int] | None:
    """Return the two numbers after which a list goes on, None at its start. Raises CursorError."""
    if not cursor:
        return None
    one, _, other = after_text(cursor, of).partition(" ")
    if not all(given.isascii() and given.isdigit() and len(given) < 19 for given in (one, other)):
        raise CursorError
    return int(one), int(other)


def page(
    found: Sequence[_T], key: Callable[[_T], str | int], *, of: str, limit: int
) -> tuple[Sequence[_T], str | None]:
    """Return a page out of one row more than fits, and the cursor of the next."""
    rows = found[:limit]
    return rows, _written(of, key(rows[-1])) if len(found) > limit else None


def onward(of: str, position: int) -> str | None:
    """Return the cursor that goes on after a place; None for 0, the last page."""
    return _written(of, position) if position else None


def _written(of: str, position: str | int) -> str:
    return urlsafe_b64encode(msgspec.json.encode([of, position])).decode().rstrip("=")


def _read(cursor: str, of: str) -> Any:  # noqa: ANN401 - told apart by who asks
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        named, position = msgspec.json.decode(raw, type=tuple[str, str | int])
    except (Base64Error, UnicodeError, ValueError, msgspec.DecodeError) as error:
        raise CursorError from error
    if named != of:
        raise CursorError
    return position
