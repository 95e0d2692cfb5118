"""A programme as a TOML text: how the library ships it and how the operator writes one.

Names at the top: family, code, name, country (of the buyers), source (where it is written), dated
(the source's day), near (so many unmet conditions still count as near; 2 where it is not said).
Then any number of `[[conditions]]`, each with its kind, what it asks for, and a source of its own:
local_stock (pieces), lead_time (days), returns_address, warranty (months), papers (a list of kinds
of paper), delivery (days), price (amount, currency), rating (at_least). `library/mall.toml` shows
one.
"""

import re
import tomllib
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from torgpred.programmes.core.errors import UnfitProgrammeError
from torgpred.programmes.core.values import Conditions, Programme

LONGEST: Final = 20_000
"""Characters of a text at most."""
MOST_DAYS: Final = 365
_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_NAMES: Final = frozenset(
    {"family", "code", "version", "name", "country", "source", "dated", "near", "conditions"}
)
KINDS: Final = (
    "local_stock", "lead_time", "returns_address", "warranty", "papers", "delivery", "price",
    "rating",
)  # fmt: skip


def read(text: str) -> Programme:
    """Return the programme that a text describes, with version 1 where it names none.

    Raises UnfitProgrammeError, which names the place in the text.
    """
    if len(text) > LONGEST:
        raise _unfit("text", f"{len(text)} characters", f"give at most {LONGEST}")
    try:
        given = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _unfit("text", text.strip()[:40], f"it is no TOML: {error}") from error
    for name in given:
        if name not in _NAMES:
            raise _unfit(
                name, name, f"there is no such name; known are {', '.join(sorted(_NAMES))}"
            )
    conditions = given.get("conditions", [])
    if not isinstance(conditions, list):
        raise _unfit("conditions", "conditions", "write each under [[conditions]]")
    return checked(
        Programme(
            family=_text(given, "family"),
            code=_text(given, "code"),
            version=_number(given, "version", 1, 1, 32_000),
            name=_text(given, "name"),
            country=_text(given, "country"),
            source=_text(given, "source"),
            dated=_day(given),
            conditions=tuple(_condition(place, one) for place, one in enumerate(conditions, 1)),
            near=_number(given, "near", 2, 0, len(KINDS)),
        )
    )


def write(programme: Programme) -> str:
    """Return the text that `read` makes the same programme of; the version is left out."""
    lines = [
        f"{name} = {_quoted(getattr(programme, name))}"
        for name in ("family", "code", "name", "country", "source")
    ]
    lines += [f"dated = {programme.dated.isoformat()}", f"near = {programme.near}"]
    for one in programme.conditions:
        lines += ["", "[[conditions]]"]
        for name, value in msgspec.to_builtins(one, builtin_types=(Decimal,)).items():
            if value != "":
                lines.append(f"{name} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def checked(programme: Programme) -> Programme:
    """Return a programme that can be kept. Raises UnfitProgrammeError."""
    for name, pattern, why in (
        ("family", _CODE, "give small letters, digits and underscores, such as aliexpress_ru"),
        ("code", _CODE, "give small letters, digits and underscores, such as mall"),
        ("country", _COUNTRY, "give two letters, such as RU"),
    ):
        value = getattr(programme, name)
        if not pattern.fullmatch(value):
            raise _unfit(name, value, why)
    for name, most in (("name", 200), ("source", 2_000)):
        value = getattr(programme, name)
        if not value.strip() or len(value) > most or "\0" in value:
            raise _unfit(name, value[:40], f"give 1 to {most} characters")
    kinds = [one.kind for one in programme.conditions]
    for place, one in enumerate(programme.conditions, 1):
        if one.kind in kinds[: place - 1]:
            raise _unfit(f"condition {place}", one.kind, "the kind is asked for already")
        _bounds(place, one)
    return programme


def _bounds(place: int, one: Conditions) -> None:
    """Raise UnfitProgrammeError where a condition asks for what nobody can mean."""
    limits = {"pieces": (1, 1_000_000), "days": (1, MOST_DAYS), "months": (0, 240)}
    for name, (least, most) in limits.items():
        value = getattr(one, name, None)
        if value is not None and not least <= value <= most:
            raise _unfit(f"condition {place}, {name}", value, f"give {least} to {most}")
    if getattr(one, "papers", None) == ():
        raise _unfit(f"condition {place}, papers", "", "name at least one kind of paper")
    if one.kind == "price":
        currency, amount = getattr(one, "currency", ""), getattr(one, "amount", Decimal(0))
        if not _CURRENCY.fullmatch(currency):
            raise _unfit(f"condition {place}, currency", currency, "give a code such as RUB")
        if not amount.is_finite() or amount <= 0:
            raise _unfit(f"condition {place}, amount", amount, "give more than 0")
    least_rating = getattr(one, "at_least", None)
    if least_rating is not None and not (least_rating.is_finite() and 0 < least_rating <= 100):
        raise _unfit(f"condition {place}, at_least", least_rating, "give more than 0, at most 100")
    if len(one.source) > 500 or "\0" in one.source:
        raise _unfit(f"condition {place}, source", one.source[:40], "give at most 500 characters")


def _condition(place: int, given: Any) -> Conditions:  # noqa: ANN401 - as the text has it
    kind = given.get("kind", "") if isinstance(given, dict) else given
    if kind not in KINDS:
        raise _unfit(f"condition {place}, kind", kind, f"known are {', '.join(KINDS)}")
    try:
        found: Conditions = msgspec.convert(given, Conditions)
    except msgspec.ValidationError as error:
        raise _unfit(f"condition {place}", kind, str(error)) from error
    return found


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise _unfit(name, value, "write it between quotes")
    return value


def _number(given: dict[str, Any], name: str, usual: int, least: int, most: int) -> int:
    value = given.get(name, usual)
    if type(value) is not int or not least <= value <= most:
        raise _unfit(name, value, f"give a whole number from {least} to {most}")
    return value


def _day(given: dict[str, Any]) -> date:
    value = given.get("dated")
    if type(value) is not date:
        raise _unfit("dated", value, "give the day of the source without quotes, as 2026-11-05")
    return value


def _quoted(value: object) -> str:
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_quoted(one) for one in value)}]"
    # A TOML basic string escapes what JSON escapes, and 0x7f.
    return msgspec.json.encode(str(value)).decode().replace("\x7f", "\\u007f")


def _unfit(place: str, value: object, why: str) -> UnfitProgrammeError:
    return UnfitProgrammeError(place=place, value=str(value)[:80], why=why)
