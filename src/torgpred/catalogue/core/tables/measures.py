"""The units that a column of measures may be in, by what its header says it measures."""

import re
from typing import Final

_WEIGHT: Final = ("г", "кг")
_LENGTH: Final = ("см", "мм", "м")
_VOLUME: Final = ("мл", "л", "м³")
_MEMORY: Final = ("ГБ", "МБ", "ТБ")
_CHARGE: Final = ("мА·ч", "А·ч")
_LONG: Final = (
    r"длин|ширин|высот|глубин|толщин|диаметр|диагонал|радиус|length|width|height|depth|thickness"
    r"|diameter|diagonal|长|宽|高|厚|直径"
)
_NAMED: Final = tuple(
    (re.compile(rf"(^|[^\w])({words})"), units)
    for words, units in (
        (r"(объем|емкость).*памят|памят|memory|内存|存储", _MEMORY),
        (r"(емкость|capacity).*(аккум|батар|batter)|电池容量", _CHARGE),
        (r"объем|емкост|вместимост|литраж|volume|capacity|容量|容积|体积|净含量", _VOLUME),
        (r"вес\b|масс[аы]|брутто|нетто|weight|mass|重量|净重|毛重", _WEIGHT),
        (_LONG, _LENGTH),
        (r"площад|area|面积", ("м²", "см²")),
        (r"мощност|power|wattage|功率", ("Вт", "кВт")),
        (r"напряжен|voltage|电压", ("В",)),
    )
)  # fmt: skip
_OF_FIELD: Final = {"weight": _WEIGHT, "length": _LENGTH, "width": _LENGTH, "height": _LENGTH,
                    "package": _LENGTH}  # fmt: skip


def units_of_field(field: str) -> tuple[str, ...]:
    """Return the units that a field of weight or size may be in; none for other fields."""
    return _OF_FIELD.get(field, ())


def units_by_name(bare: str) -> tuple[str, ...]:
    """Return the units that a header's bare name lets one think of; none where it is no measure.

    Only offered to a person to choose from: what the file does not say is never taken from here.
    """
    for pattern, units in _NAMED:
        if pattern.search(bare):
            return units
    return ()
