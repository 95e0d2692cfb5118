"""Numbers as people type them, and the two measures every parcel needs: kilograms, centimetres."""

import re
from decimal import Decimal, InvalidOperation

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")

_GROUPED = re.compile(r"([+-]?\d{1,3}(?:([,.])\d{3})(?:\2\d{3})*)(?:(?!\2)[,.](\d*))?")
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}")

KILOGRAMS: dict[str, Decimal] = {
    "кг": Decimal(1), "kg": Decimal(1), "килограмм": Decimal(1), "千克": Decimal(1),
    "公斤": Decimal(1),
    "г": Decimal("0.001"), "гр": Decimal("0.001"), "g": Decimal("0.001"),
    "gr": Decimal("0.001"), "грамм": Decimal("0.001"), "克": Decimal("0.001"),
    "мг": Decimal("0.000001"), "mg": Decimal("0.000001"),
    "т": Decimal(1000), "lb": Decimal("0.45359237"), "oz": Decimal("0.028349523125"),
}  # fmt: skip

CENTIMETRES: dict[str, Decimal] = {
    "см": Decimal(1), "cm": Decimal(1), "厘米": Decimal(1), "сантиметр": Decimal(1),
    "мм": Decimal("0.1"), "mm": Decimal("0.1"), "毫米": Decimal("0.1"),
    "м": Decimal(100), "m": Decimal(100), "米": Decimal(100), "метр": Decimal(100),
    "дм": Decimal(10), "in": Decimal("2.54"), "дюйм": Decimal("2.54"),
}  # fmt: skip


def decimal_of(text: str) -> Decimal | None:
    """Read a number as people type it: "1 299,00", "1299.00", "1,299.00", NBSP and thin spaces.

    Of comma and point the last one parts the fraction: "1.299,00". A lone comma is a decimal comma,
    and several of one sign part thousands. Returns None for anything else, NaN and infinities too.
    """
    bare = _SPACES.sub("", text)
    if "," in bare or bare.count(".") > 1:
        bare = _with_point(bare)
    if not _NUMBER.fullmatch(bare) or len(bare) > 40:
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def _with_point(bare: str) -> str:
    if bare.count(",") == 1 and "." not in bare:
        return bare.replace(",", ".")
    match = _GROUPED.fullmatch(bare)
    if match is None:
        return ""
    whole = match[1].replace(match[2], "")
    return f"{whole}.{match[3]}" if match[3] else whole


def may_be_thousands(text: str) -> bool:
    """Tell whether a number's one comma may as well part thousands: "1,299"."""
    return _EITHER.fullmatch(_SPACES.sub("", text)) is not None


def in_kilograms(amount: Decimal, unit: str) -> Decimal | None:
    """Return a mass in kilograms; None where the unit is not one of mass."""
    factor = KILOGRAMS.get(unit.strip().strip(".").lower())
    return None if factor is None else amount * factor


def in_centimetres(amount: Decimal, unit: str) -> Decimal | None:
    """Return a length in centimetres; None where the unit is not one of length."""
    factor = CENTIMETRES.get(unit.strip().strip(".").lower())
    return None if factor is None else amount * factor
