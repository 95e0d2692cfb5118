"""Units as sellers write them (Russian, English, Chinese) and exact conversion between them.

Conversion is pint's; only the spellings are ours, since pint knows English names alone. Pint is
imported at the first conversion, and every pair of units is worked out once.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from torgpred.kernel.quantity import decimal_of

if TYPE_CHECKING:
    import pint

_SPELLINGS: Final = {
    "kilogram": "кг kg килограмм килограммов 千克 公斤",
    "gram": "г гр g gr грамм граммов 克",
    "milligram": "мг mg миллиграмм 毫克",
    "metric_ton": "т тонна тонн",
    "pound": "lb lbs фунт фунтов",
    "ounce": "oz унция унций",
    "meter": "м m метр метров 米",
    "centimeter": "см cm сантиметр сантиметров 厘米",
    "millimeter": "мм mm миллиметр миллиметров 毫米",
    "decimeter": "дм dm",
    "kilometer": "км km",
    "micrometer": "мкм um микрон",
    "inch": 'дюйм дюйма дюймов in inch " ″ 英寸',
    "foot": "фут футов ft",
    "liter": "л l литр литра литров 升",
    "milliliter": "мл ml миллилитр миллилитров 毫升",
    "meter ** 3": "м3 м³ куб.м m3",
    "centimeter ** 3": "см3 см³ cc куб.см",
    "meter ** 2": "м2 м² кв.м m2",
    "centimeter ** 2": "см2 см²",
    "watt": "вт w ватт 瓦",
    "kilowatt": "квт kw",
    "volt": "в v вольт 伏",
    "ampere": "а a ампер",
    "milliampere_hour": "мач mah мa·ч ма·ч ма-ч ма*ч",
    "ampere_hour": "ач ah а·ч",
    "watt_hour": "вт·ч wh втч",
    "kelvin": "к k",
    "hertz": "гц hz",
    "kilohertz": "кгц khz",
    "megahertz": "мгц mhz",
    "gigahertz": "ггц ghz",
    "lumen": "лм lm люмен",
    "second": "с сек s секунд секунда",
    "minute": "мин min минут минута",
    "hour": "ч час часа часов h",
    "day": "дн день дней сут суток дня",
    "week": "нед неделя недель",
    "month": "мес месяц месяцев месяца",
    "year": "год года лет г.",
    "byte": "байт",
    "kilobyte": "кб kb",
    "megabyte": "мб mb",
    "gigabyte": "гб gb",
    "terabyte": "тб tb",
    "degree_Celsius": "°c °с градус градусов",
    "percent": "% процент процентов",
    "piece": "шт шт. штук штука pcs pc 个 件",
    "gram / meter ** 2": "г/м2 г/м² гр/м2",
    "kilocalorie": "ккал kcal",
    "kilojoule": "кдж kj",
    "bar": "бар bar",
    "pascal": "па pa",
    "newton": "н n",
    "decibel": "дб db",
    "denier": "ден den",
    "karat": "карат",
}
ALIASES: Final = {word: unit for unit, line in _SPELLINGS.items() for word in line.split()}
"""A spelling in lower case -> the unit's own name here, which is pint's where pint has it."""

_WHOLE_FROM: Final = Decimal(10) ** 15
"""From here on parts of a unit mean nothing, and are more digits than a decimal holds."""
_NO_CONVERSION: Final = {"piece", "percent", "denier", "karat", "degree_Celsius", "decibel"}
_MEASURE: Final = re.compile(
    r"(?P<number>[+-]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?)\s*(?P<unit>[^\d\s+\-–—.,/:x×*][^\s,;]{0,12})?\.?"
)


@lru_cache(maxsize=4096)
def unit_of(spelling: str) -> str:
    """Return the name of a unit as people write it; empty where it is not known."""
    bare = spelling.strip().lower()
    return ALIASES.get(bare) or ALIASES.get(bare.strip(". "), "")


@lru_cache(maxsize=4096)
def factor(source: str, target: str) -> Decimal | None:
    """Return what one of a unit is worth in another, both as people write them.

    None where a unit is unknown or they measure different things.
    """
    left, right = unit_of(source), unit_of(target)
    if not left or not right:
        return None
    if left == right:
        return Decimal(1)
    if left in _NO_CONVERSION or right in _NO_CONVERSION:
        return None
    return _converted(left, right)


@lru_cache(maxsize=1)
def _registry() -> "pint.UnitRegistry[Decimal]":
    import pint  # noqa: PLC0415 - a third of a second, and most runs convert nothing

    return pint.UnitRegistry(non_int_type=Decimal, cache_folder=None)


def _converted(left: str, right: str) -> Decimal | None:
    import pint  # noqa: PLC0415

    registry = _registry()
    try:
        worth = registry.Quantity(Decimal(1), left).to(right).magnitude
    except (pint.DimensionalityError, pint.UndefinedUnitError, pint.OffsetUnitCalculusError):
        return None
    return Decimal(worth).normalize()


def measure(text: str) -> tuple[Decimal, str] | None:
    """Read "12,5 см" as a number and the unit as written (empty where there is none).

    None for anything else: ranges, several numbers, words.
    """
    found = _MEASURE.fullmatch(text.strip())
    if found is None:
        return None
    number = decimal_of(found["number"])
    return None if number is None else (number, found["unit"] or "")


def plain(number: Decimal) -> str:
    """Return a number as people write it: no exponent, no trailing zeros, at most 4 decimals."""
    if abs(number) < _WHOLE_FROM:
        number = number.quantize(Decimal("0.0001"))
    shown = f"{number.normalize():f}"
    return "0" if shown == "-0" else shown
