"""Weight and sides of the parcel: from their own elements, or from params that name their unit.

Nothing is guessed: a number whose unit is not stated for certain becomes a finding.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from torgpred.catalogue.core.offers import Package, Param
from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.kernel.quantity import CENTIMETRES, KILOGRAMS, decimal_of

WEIGHT_BAD = Kind(
    "feed.offer.weight_bad",
    Severity.WARNING,
    "The weight {value} kg cannot be right; it was left out.",
    "Give the weight with packaging in kilograms, such as 0.35.",
)
WEIGHT_UNIT = Kind(
    "feed.offer.weight_unit",
    Severity.NOTE,
    'The param "{name}" ({value}) does not say its unit; it was not taken as the weight.',
    'Name the unit, as in unit="кг" or "Вес, г", or fill in <weight> in kilograms.',
)
SIZE_BAD = Kind(
    "feed.offer.size_bad",
    Severity.WARNING,
    "The size {value} cannot be read; it was left out.",
    "Give length/width/height in centimetres, such as 20/15/5.",
)
SIZE_UNIT = Kind(
    "feed.offer.size_unit",
    Severity.NOTE,
    'The param "{name}" ({value}) does not say its unit; it was not taken as a size.',
    'Name the unit, as in unit="см" or "Длина, мм", or fill in <dimensions> in centimetres.',
)
DENSITY_BAD = Kind(
    "feed.offer.density_bad",
    Severity.WARNING,
    "Weight and size do not fit each other ({value}): nothing is that heavy. Both were left out.",
    "Check the units: the weight is in kilograms, the sides are in centimetres.",
)

WEIGHT_LIMIT = Decimal(1000)
SIDE_LIMIT = Decimal(1000)
DENSITY_LIMIT = Decimal("0.023")
"""kg per cubic centimetre: the densest metals reach 0.0226."""

_ONE = Decimal(1)
_NUMBER_LIMIT = 60
"""No number with its unit is longer."""
_PLAIN_WEIGHT = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,6})?")
_NUMBER_UNIT = re.compile(r"\s*([+-]?[\d\s\u00a0.,]+?)\s*([A-Za-zА-Яа-я]+)\.?\s*")
_SIDES = re.compile(r"\s*(?:/|\*|[xхХX×])\s*")
_NAME_UNIT = re.compile(r"^(.*?)(?:\s*[,(\[]\s*|\s+в\s+)([a-zа-я]{1,12})\.?\s*[)\]]?\s*$")
_WORDS = {
    "килограммах": "кг", "килограммы": "кг", "граммах": "г", "граммы": "г", "грамм": "г",
    "сантиметрах": "см", "сантиметры": "см", "миллиметрах": "мм", "метрах": "м",
}  # fmt: skip


class Meaning(StrEnum):
    """What a param measures."""

    WEIGHT = "weight"
    LENGTH = "length"
    WIDTH = "width"
    HEIGHT = "height"
    SIDES = "sides"


_NAMES = {
    "вес": Meaning.WEIGHT, "вес товара": Meaning.WEIGHT, "масса": Meaning.WEIGHT,
    "weight": Meaning.WEIGHT, "вес изделия": Meaning.WEIGHT, "масса товара": Meaning.WEIGHT,
    "длина": Meaning.LENGTH, "length": Meaning.LENGTH, "глубина": Meaning.LENGTH,
    "длина товара": Meaning.LENGTH,
    "ширина": Meaning.WIDTH, "width": Meaning.WIDTH, "ширина товара": Meaning.WIDTH,
    "высота": Meaning.HEIGHT, "height": Meaning.HEIGHT, "высота товара": Meaning.HEIGHT,
    "габариты": Meaning.SIDES, "габаритные размеры": Meaning.SIDES,
    "размеры (дхшхв)": Meaning.SIDES, "габариты (дхшхв)": Meaning.SIDES,
    "размер (дхшхв)": Meaning.SIDES, "дхшхв": Meaning.SIDES, "длина/ширина/высота": Meaning.SIDES,
}  # fmt: skip
_PACKED_NAMES = {
    "вес брутто": Meaning.WEIGHT, "масса брутто": Meaning.WEIGHT,
    "вес в упаковке": Meaning.WEIGHT, "вес с упаковкой": Meaning.WEIGHT,
    "масса в упаковке": Meaning.WEIGHT, "вес товара в упаковке": Meaning.WEIGHT,
    "вес товара с упаковкой": Meaning.WEIGHT, "вес упаковки с товаром": Meaning.WEIGHT,
    "package weight": Meaning.WEIGHT, "gross weight": Meaning.WEIGHT,
    "длина упаковки": Meaning.LENGTH, "глубина упаковки": Meaning.LENGTH,
    "длина в упаковке": Meaning.LENGTH, "package length": Meaning.LENGTH,
    "ширина упаковки": Meaning.WIDTH, "ширина в упаковке": Meaning.WIDTH,
    "package width": Meaning.WIDTH,
    "высота упаковки": Meaning.HEIGHT, "высота в упаковке": Meaning.HEIGHT,
    "package height": Meaning.HEIGHT,
    "габариты упаковки": Meaning.SIDES, "размеры упаковки": Meaning.SIDES,
    "размер упаковки": Meaning.SIDES, "габариты в упаковке": Meaning.SIDES,
    "габариты упаковки (дхшхв)": Meaning.SIDES, "размеры упаковки (дхшхв)": Meaning.SIDES,
}  # fmt: skip


@lru_cache(maxsize=8192)
def meaning_of(name: str) -> tuple[Meaning, bool, str] | None:
    """Return what a param's name measures, whether of the packed goods, and the unit in the name.

    The unit is "" where the name has none. None for every other param.
    """
    if len(name) > 60:
        return None
    plain = " ".join(name.lower().replace("ё", "е").split()).rstrip(":")
    for known, packed in ((_PACKED_NAMES, True), (_NAMES, False)):
        if plain in known:
            return known[plain], packed, ""
    split = _NAME_UNIT.match(plain)
    if split is None:
        return None
    bare, unit = split.group(1).strip(), _WORDS.get(split.group(2), split.group(2))
    if unit not in KILOGRAMS and unit not in CENTIMETRES:
        return None
    for known, packed in ((_PACKED_NAMES, True), (_NAMES, False)):
        if bare in known:
            return known[bare], packed, unit
    return None


def weight_in_kg(text: str, place: str, findings: list[Finding]) -> Decimal | None:
    """Read <weight>: kilograms, or a number with its unit written out."""
    if _PLAIN_WEIGHT.fullmatch(text) and (plain := Decimal(text)):
        return plain
    amount, unit = _measured(text, "кг")
    factor = KILOGRAMS.get(unit)
    return _sane_weight(amount, factor, text, place, findings)


def _sane_weight(
    amount: Decimal | None, factor: Decimal | None, text: str, place: str, findings: list[Finding]
) -> Decimal | None:
    if amount is None or factor is None:
        findings.append(WEIGHT_BAD.at(place, text))
        return None
    weight = amount * factor
    if not 0 < weight <= WEIGHT_LIMIT:
        findings.append(WEIGHT_BAD.at(place, text))
        return None
    return weight


def _measured(text: str, unit: str) -> tuple[Decimal | None, str]:
    amount = decimal_of(text) if len(text) <= _NUMBER_LIMIT else None
    if amount is not None or len(text) > _NUMBER_LIMIT:
        return amount, unit
    match = _NUMBER_UNIT.fullmatch(text)
    if match is None:
        return None, unit
    word = match.group(2).lower()
    return decimal_of(match.group(1)), _WORDS.get(word, word)


@lru_cache(maxsize=4096)
def _side(text: str) -> Decimal | None:
    """Read a number; sides are few and come again and again."""
    return decimal_of(text)


def package_of(
    texts: Sequence[str], place: str, findings: list[Finding], factor: Decimal = _ONE
) -> Package | None:
    """Read three sides, each a number of units of `factor` centimetres; None with a finding."""
    sides = [_side(text) for text in texts[:4]]
    scaled = [side * factor for side in sides if side is not None]
    known = [side for side in scaled if 0 < side <= SIDE_LIMIT]
    if len(sides) != 3 or len(known) != 3:
        findings.append(SIZE_BAD.at(place, "/".join(texts)))
        return None
    return Package(*known)


def package_from_text(
    text: str, place: str, findings: list[Finding], factor: Decimal = _ONE
) -> Package | None:
    """Read "20/15/5" (also with x or * between)."""
    if factor is _ONE:
        package = _plain_package(text)
        if package is not None:
            return package
    bare, unit = _without_unit(text.strip(), "см") if factor is _ONE else (text.strip(), "")
    factor = CENTIMETRES.get(unit, factor)
    return package_of(_SIDES.split(bare), place, findings, factor)


@lru_cache(maxsize=16_384)
def _plain_package(text: str) -> Package | None:
    """Read a size that is written right, as most are; a catalogue has few different ones."""
    return package_from_text(text, "", [], Decimal(1))


def weight_from_params(
    params: Sequence[Param], place: str, findings: list[Finding]
) -> Decimal | None:
    """Find the weight among the params; that of the packed goods goes first."""
    for wanted in (True, False):
        for param in params:
            found = meaning_of(param.name)
            if found is None or found[0] is not Meaning.WEIGHT or found[1] is not wanted:
                continue
            amount, unit = _measured(param.value, _unit_of(param, found[2]))
            factor = KILOGRAMS.get(unit)
            if factor is None:
                findings.append(WEIGHT_UNIT.at(place, param.value, name=param.name))
                continue
            return _sane_weight(amount, factor, f"{param.value} {unit}", place, findings)
    return None


def _unit_of(param: Param, in_name: str) -> str:
    said = param.unit.strip().strip(".").lower()
    return _WORDS.get(said, said) or in_name


def package_from_params(
    params: Sequence[Param], place: str, findings: list[Finding]
) -> Package | None:
    """Find the three sides among the params; those of the packed goods go first."""
    for wanted in (True, False):
        sides: dict[Meaning, tuple[Param, str]] = {}
        for param in params:
            found = meaning_of(param.name)
            if found is not None and found[1] is wanted and found[0] is not Meaning.WEIGHT:
                sides.setdefault(found[0], (param, _unit_of(param, found[2])))
        package = _from_sides(sides, place, findings)
        if package is not None:
            return package
    return None


def _from_sides(
    sides: dict[Meaning, tuple[Param, str]], place: str, findings: list[Finding]
) -> Package | None:
    if Meaning.SIDES in sides:
        param, unit = sides[Meaning.SIDES]
        text, unit = _without_unit(param.value, unit)
        factor = CENTIMETRES.get(unit)
        if factor is None:
            findings.append(SIZE_UNIT.at(place, param.value, name=param.name))
        else:
            return package_from_text(text, place, findings, factor)
    three = [sides[m] for m in (Meaning.LENGTH, Meaning.WIDTH, Meaning.HEIGHT) if m in sides]
    if len(three) < 3:
        return None
    lengths = []
    for param, unit in three:
        amount, said = _measured(param.value, unit)
        factor = CENTIMETRES.get(said)
        if factor is None or amount is None:
            findings.append(SIZE_UNIT.at(place, param.value, name=param.name))
            return None
        lengths.append(str(amount * factor))
    return package_of(lengths, place, findings)


def _without_unit(text: str, unit: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*?\d)\s*([A-Za-zА-Яа-я]{1,10})\.?\s*", text[: _NUMBER_LIMIT + 1])
    if match is None or len(text) > _NUMBER_LIMIT:
        return text, unit
    word = match.group(2).lower()
    return match.group(1), _WORDS.get(word, word)


@lru_cache(maxsize=16_384)
def _heaviest(package: Package) -> Decimal:
    return package.length * package.width * package.height * DENSITY_LIMIT


def fit(weight: Decimal, package: Package) -> bool:
    """Tell whether a weight (kg) and a size can belong to one thing."""
    return weight <= _heaviest(package)
