"""What a good's own name or figure speaks of, proposed for a person to confirm.

Nothing here is a fact: a name that says "250 г" tells what somebody most likely means by its net
weight, and only the seller knows. What may be read in two ways is not proposed.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from torgpred.kernel.quantity import decimal_of
from torgpred.listings.core.units import ALIASES, factor, unit_of

_TOLD_IN: Final = frozenset(
    {"kilogram", "gram", "milligram", "pound", "ounce", "liter", "milliliter"}
)
"""Names say how much of the goods there is; a length in one may be of any side."""
_SPELLINGS: Final = "|".join(
    re.escape(word) for word in sorted(ALIASES, key=len, reverse=True) if ALIASES[word] in _TOLD_IN
)
_AMOUNT: Final = re.compile(
    rf"(?<![\d.,])(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>{_SPELLINGS})(?![a-zа-яё])", re.IGNORECASE
)
_SEVERAL: Final = re.compile(
    r"\d\s*[xх×*]\s*\d|\d\D{0,4}\s*[xх×*]\s*\d|\d\s*[-\N{EN DASH}]\s*\d"
    r"|(?<!\d)(?:[2-9]|[1-9]\d+)\s*(?:шт|pcs|pc|пак|бан|саше|件|个)",
    re.IGNORECASE,
)
"""Several pieces or a range: which amount is meant is not said."""
_YEARS: Final = range(1900, 2100)


_PACKED: Final = re.compile(r"брутто|упаков|gross|packag|毛重", re.IGNORECASE)
"""Attributes of the goods with their packaging, of which a name does not tell."""


def named_amount(name: str, units: Sequence[str], of: str = "") -> str:
    """Return the one amount that a name tells and that fits some units: "250 г"; else empty.

    `of` is the attribute's name: what the packed goods weigh is not told by a name.
    """
    if _SEVERAL.search(name) or _PACKED.search(of):
        return ""
    found: dict[Decimal, str] = {}
    for one in _AMOUNT.finditer(name):
        number, unit = decimal_of(one["number"]), one["unit"]
        worth = next((worth for to in units if (worth := factor(unit, to)) is not None), None)
        if not number or worth is None or _is_year(number, unit):
            continue
        found.setdefault(number * worth, f"{one['number']} {unit}")
    return next(iter(found.values())) if len(found) == 1 else ""


def _is_year(number: Decimal, unit: str) -> bool:
    """Tell whether "2013 г" stands there, the year; two kilograms are written as 2000 г."""
    return unit_of(unit) == "gram" and number in _YEARS and number % 1000 != 0


def weight_meant(weight: Decimal, least: Decimal, most: Decimal) -> Decimal | None:
    """Return the weight in kg that a figure out of bounds would be in the other usual unit.

    0.000675 kg out of a column of grams is 0.675 kg if kilograms were typed there. None where the
    figure is within the bounds or would not be within them either.
    """
    if least <= weight <= most:
        return None
    return next((meant for meant in (weight * 1000, weight / 1000) if least <= meant <= most), None)
