"""Facts as people type them, made into the values that statements keep; or why they cannot be.

Units may stand beside numbers ("300 г", "20x15x5 см"); a bare number is kilograms, centimetres,
days. Nothing is guessed: what does not say clearly what it means is refused.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from torgpred.catalogue.core.tables.cells import addresses_in, currency_of
from torgpred.catalogue.core.yml.values import PRICE_LIMIT
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.quantity import decimal_of
from torgpred.listings.core import content
from torgpred.listings.core.countries import country_code
from torgpred.listings.core.facts import FACT_NAMES
from torgpred.listings.core.units import factor, measure, plain, unit_of

ATTRIBUTE: Final = "attribute"
"""Kind of a statement that gives an attribute's value: {"attribute_id", "value_id", "text"}."""
PARCEL: Final = "parcel"
"""Kind that gives weight and package at once: "0.3 kg, 20x15x5 cm"."""
OF_ONE_OFFER: Final = frozenset({"name", "description", "price", "cost", "pictures"})
"""Kinds that are true of single offers only."""
TEXT_LIMIT: Final = 20_000

_MOST: Final = Decimal(1000)
_MOST_OF_ATTRIBUTE: Final = 10**9
_LONGEST_WAIT: Final = 365
_TIMES: Final = re.compile(r"\s*[xхXХ*×/]\s*")
_TWO_FACTS: Final = re.compile(r"[;,]\s+|;|\s{2,}")
_AMBIGUOUS: Final = re.compile(r"(?<![\d.,])\d{1,3}[.,]\d{3}(?![\d.,])")
_CODE: Final = re.compile(r"[\s.\u00a0]+")
_UNITS: Final = {
    word: unit
    for unit, line in {
        "piece": "piece pieces pc pcs шт штука штуки штук 件 个",
        "pair": "pair pairs пара пары пар 双 对",
        "pack": "pack packs упаковка упаковки уп пачка 包",
        "set": "set sets комплект набор 套",
        "square_metre": "square_metre square_meter m2 м2 м² кв.м 平方米",
    }.items()
    for word in line.split()
}


class WrongFactError(TorgpredError):
    """A statement's kind or value cannot be used."""

    code = "listings.wrong_fact"
    template = "{kind} cannot be {value!r}: {reason}. {mend}"


class _UnfitError(Exception):
    """Why a value cannot be used, and how to mend it."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


def read_fact(kind: str, given: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Return a fact's value as a statement keeps it: text, whole number, or list of texts.

    `given` is text as a person typed it, or a value that was kept before. Raises WrongFactError,
    which names kind, value, reason and mend. Attributes are not read here.
    """
    reader = _READERS.get(kind)
    if reader is None:
        known = ", ".join((*FACT_NAMES, PARCEL, f"{ATTRIBUTE}:NAME"))
        raise WrongFactError(
            kind=kind,
            value=_shown(given),
            reason="there is no such kind",
            mend=f"Say one of {known}.",
        )
    try:
        return reader(given)
    except _UnfitError as error:
        raise WrongFactError(
            kind=kind, value=_shown(given), reason=error.reason, mend=error.mend
        ) from error


def read_side(given: Any) -> str:  # noqa: ANN401 - JSON
    """Return one side of a package in centimetres. Raises WrongFactError."""
    try:
        return _side(given, "cm")
    except _UnfitError as error:
        raise WrongFactError(
            kind="package", value=_shown(given), reason=error.reason, mend=error.mend
        ) from error


def three_sides(text: str) -> bool:
    """Tell whether a text gives three sides at once: "20x15x5"."""
    return len(_TIMES.split(text.strip())) == 3


def parcel_of(text: str) -> dict[str, Any]:
    """Return weight and package of "0.3 kg, 20x15x5 cm", by kind. Raises WrongFactError."""
    parts = [part for part in _TWO_FACTS.split(text.strip()) if part.strip()]
    packages = [part for part in parts if len(_TIMES.split(part.strip())) == 3]
    weights = [part for part in parts if part not in packages]
    if len(parts) != 2 or len(packages) != 1:
        raise WrongFactError(
            kind=PARCEL,
            value=text,
            reason="it is not one weight and one package",
            mend="Write them so: '0.3 kg, 20x15x5 cm'.",
        )
    return {
        "weight_kg": read_fact("weight_kg", weights[0]),
        "package": read_fact("package", packages[0]),
    }


def read_measure(name: str, units: Sequence[str], text: str, *, bare: str = "") -> str:
    """Return what a person typed for an attribute as a number in one of its units: "50 ml".

    `bare` is the unit that a number without one is understood in; without it such a number is
    refused, unless the attribute has one unit alone. Raises WrongFactError.
    """
    read = measure(text)
    if read is None or abs(read[0]) > _MOST_OF_ATTRIBUTE:
        raise WrongFactError(
            kind=name, value=text, reason="it is not one number", mend="Write one number."
        )
    number, unit = read
    listed = ", ".join(units)
    understood = bare or (units[0] if len(units) == 1 else "")
    if not unit:
        if not understood:
            raise WrongFactError(
                kind=name,
                value=text,
                reason="its unit is not said",
                mend=f"Write it in {listed}.",
            )
        return f"{plain(number)} {understood}"
    for target in sorted(units, key=lambda to: unit_of(to) != unit_of(unit)):
        worth = factor(unit, target)
        if worth is not None:
            return f"{plain(number * worth)} {target}"
        if unit.strip(". ").lower() == target.lower():
            return f"{plain(number)} {target}"
    raise WrongFactError(
        kind=name,
        value=text,
        reason=f"the unit {unit} does not fit",
        mend=f"Write it in {listed}.",
    )


# --- numbers ------------------------------------------------------------------------------------
def _weight(given: object) -> str:
    return _written(_amount(given, "kg", "Write it in kilograms, or with its unit: 0.3 or 300 g."))


def _side(given: object, unit: str) -> str:
    mend = "Write three sides in centimetres: 20x15x5, or with a unit: 200x150x50 mm."
    return _written(_amount(given, unit, mend, target="cm"))


def _amount(given: object, unit: str, mend: str, *, target: str = "") -> Decimal:
    target = target or unit
    read = _number(given)
    if read is None:
        raise _UnfitError("it is not one number", mend)
    number, written = read
    worth = factor(written or unit, target)
    if worth is None:
        raise _UnfitError(f"the unit {written} does not fit", mend)
    amount = number * worth
    if not 0 < amount <= _MOST:
        raise _UnfitError("it is zero, negative or absurd", mend)
    if not amount.quantize(Decimal("0.0001")):
        raise _UnfitError("it is next to nothing", mend)
    return amount


def _number(given: object) -> tuple[Decimal, str] | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, int | Decimal):
        return Decimal(given), ""
    if isinstance(given, float):
        try:
            number = Decimal(format(given, ".15g"))
        except InvalidOperation:
            return None
        return (number, "") if number.is_finite() else None
    text = str(given).strip()
    bare = decimal_of(text)
    return (bare, "") if bare is not None else measure(text)


def _package(given: object) -> list[str]:
    mend = "Write three sides in centimetres: 20x15x5, or with a unit: 200x150x50 mm."
    sides: Sequence[object]
    unit = "cm"
    if isinstance(given, str):
        sides = [part for part in _TIMES.split(given.strip().strip(".")) if part]
        units = [read[1] for side in sides if (read := _number(side)) and read[1]]
        unit = units[-1] if units else unit
    elif isinstance(given, list | tuple):
        sides = given
    else:
        sides = ()
    if len(sides) != 3:
        told = "one side" if len(sides) == 1 else f"{len(sides)} sides"
        raise _UnfitError(f"it has {told} where length, width and height are needed", mend)
    return [_side(side, unit) for side in sides]


def _days(given: object) -> int:
    mend = "Write a whole number of days, such as 3."
    read = _number(given)
    if read is None:
        raise _UnfitError("it is not one number", mend)
    number, unit = read
    if unit and unit_of(unit) != "day":
        raise _UnfitError(f"the unit {unit} does not fit", mend)
    if number != int(number) or not 0 < number <= _LONGEST_WAIT:
        raise _UnfitError("it is no whole number of days of 1 or more", mend)
    return int(number)


def _money(given: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return [amount, currency]; the currency is empty where none is said."""
    mend = "Write one amount, with its currency where it is not the offer's: 1290 or 99.50 CNY."
    currency = ""
    if isinstance(given, list | tuple) and len(given) == 2:
        given, currency = given[0], str(given[1])
    if isinstance(given, str) and _AMBIGUOUS.search(given):
        raise _UnfitError("it may mean thousands or a decimal comma", mend)
    read = _number(given)
    if read is None and isinstance(given, str):
        read = _with_sign(given)
    if read is None:
        raise _UnfitError("it is not one amount", mend)
    number, written = read
    if written:
        currency = currency_of(written)
        if not currency:
            raise _UnfitError(f"the currency {written} is not known", mend)
    if not 0 < number < PRICE_LIMIT:
        raise _UnfitError("it is zero, negative or absurd", mend)
    if number != number.quantize(Decimal("0.01")):
        raise _UnfitError("it has parts of a hundredth", mend)
    return [_written(number), currency]


def _with_sign(text: str) -> tuple[Decimal, str] | None:
    """Read "99,50 руб." or "¥12", which are no measures."""
    found = re.fullmatch(r"([^\d\s+-]*)\s*([\d\s\u00a0\u202f.,]+?)\s*([^\d\s]*)", text.strip())
    number = decimal_of(found[2]) if found else None
    if found is None or number is None or (found[1] and found[3]):
        return None
    return number, found[1] or found[3]


def _written(number: Decimal) -> str:
    return plain(number)


# --- words --------------------------------------------------------------------------------------
def _text(given: object) -> str:
    text = "\n".join(content.one_line(line) for line in str(given).splitlines()).strip()
    if not text:
        raise _UnfitError("it is empty", "Write what it is.")
    if len(text) > TEXT_LIMIT:
        raise _UnfitError(f"it is longer than {TEXT_LIMIT} characters", "Shorten it.")
    return text


def _line(given: object) -> str:
    text = _text(given)
    if "\n" in text or len(text) > 255:
        raise _UnfitError("it is longer than one line of 255 characters", "Shorten it.")
    return text


def _country(given: object) -> str:
    text = _line(given)
    if not country_code(text):
        raise _UnfitError(
            "no country is known by this name",
            "Write its name in Russian, English or Chinese, or its two letters: Россия, RU.",
        )
    return text


def _unit(given: object) -> str:
    unit = _UNITS.get(str(given).strip().strip(".").lower())
    if unit is None:
        raise _UnfitError("goods are not sold by it", "Say piece, pair, pack, set or square_metre.")
    return unit


def _codes(given: object) -> list[str]:
    rows = given if isinstance(given, list | tuple) else re.split(r"[,;\n]", str(given))
    codes = [_CODE.sub("", str(row)) for row in rows if str(row).strip()]
    if not codes or any(len(code) != 10 or not code.isdecimal() for code in codes):
        raise _UnfitError("a TN VED code has ten digits", "Look it up and write all ten digits.")
    return codes


def _currency(given: object) -> str:
    currency = currency_of(str(given))
    if not currency and re.fullmatch(r"[A-Za-z]{3}", str(given).strip()):
        currency = str(given).strip().upper()
    if not currency:
        raise _UnfitError("no currency is known by this name", "Write its three letters: RUB, CNY.")
    return currency


def _pictures(given: object) -> list[str]:
    rows = list(given) if isinstance(given, list | tuple) else addresses_in(str(given))
    found = [str(row) for row in rows]
    if not found or not all(content.is_address(one) for one in found):
        raise _UnfitError(
            "it is not the address of a picture",
            "Write addresses that begin with https:// and hold no spaces, apart by commas.",
        )
    return found


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "weight_kg": _weight,
    "package": _package,
    "country": _country,
    "brand": _line,
    "lead_time_days": _days,
    "delivery_template_id": _line,
    "unit": _unit,
    "tnved": _codes,
    "name": _line,
    "description": _text,
    "price": _money,
    "cost": _money,
    "currency": _currency,
    "pictures": _pictures,
}


def _shown(given: object) -> str:
    return str(given)[:200]
