"""Parameters of queries as people give them, checked, and as the database takes them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

from torgpred.asks.core.errors import UnfitParameterError
from torgpred.asks.core.library import Parameter, Query

Given = Mapping[str, str | Sequence[str]]
Checked = dict[str, str | list[str]]

MOST_SELLERS: Final = 1_000
_FAMILY: Final = re.compile(r"[a-z0-9_]{0,40}")
_CATEGORY: Final = re.compile(r"[0-9A-Za-z_.:-]{0,40}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_SELLER: Final = re.compile(r"[A-Z0-9_-]{1,16}")


def checked(query: Query, given: Given) -> Checked:
    """Return a query's parameters, all of them, in its order, as they are kept and sealed.

    Days are ISO dates; sellers are codes, sorted, none: all. Raises UnfitParameterError.
    """
    known = {one.value for one in query.parameters}
    for name, value in given.items():
        if name not in known:
            names = ", ".join(sorted(known))
            raise UnfitParameterError(
                query=query.code, name=name[:40], value=str(value)[:40], why=f"it has {names}"
            )
    found = {one.value: _one(query, one, given.get(one.value, "")) for one in query.parameters}
    if str(found[Parameter.SINCE]) >= str(found[Parameter.UNTIL]):
        raise UnfitParameterError(
            query=query.code, name=Parameter.UNTIL.value, value=found[Parameter.UNTIL],
            why="it is the first day after the window, so give a later one than since",
        )  # fmt: skip
    return found


def _one(query: Query, name: Parameter, given: str | Sequence[str]) -> str | list[str]:
    if name is Parameter.SELLERS:
        codes = given.replace(",", " ").split() if isinstance(given, str) else [*given]
        found = sorted({_fit(query, name, one.strip().upper(), _SELLER) for one in codes})
        if len(found) > MOST_SELLERS:
            _refuse(query, name, f"{len(found)} codes", f"give up to {MOST_SELLERS}")
        return found
    text = given.strip() if isinstance(given, str) else " ".join(given)
    if name in {Parameter.SINCE, Parameter.UNTIL}:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            _refuse(query, name, text, "write a day as 2026-11-05")
    if name is Parameter.COUNTRY:
        return _fit(query, name, text.upper(), _COUNTRY)
    return _fit(query, name, text, _FAMILY if name is Parameter.FAMILY else _CATEGORY)


def _fit(query: Query, name: Parameter, text: str, shape: re.Pattern[str]) -> str:
    if not shape.fullmatch(text):
        _refuse(query, name, text, f"it has the shape {shape.pattern}")
    return text


def _refuse(query: Query, name: Parameter, value: str, why: str) -> None:
    raise UnfitParameterError(query=query.code, name=name.value, value=value[:40], why=why)


def bound(kept: Mapping[str, Any], as_of: datetime) -> dict[str, Any]:
    """Return what the SQL's names are bound to; parameters that a query lacks do no harm."""
    found: dict[str, Any] = {**kept, "as_of": as_of}
    for name in (Parameter.SINCE, Parameter.UNTIL):
        day = date.fromisoformat(kept[name])
        found[name.value] = datetime.combine(day, time(), UTC)
    return found
