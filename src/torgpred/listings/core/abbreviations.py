"""Names as price lists shorten them, spelt out: "д/собак", "муж.", "кол-во", "Мощность, W".

Only what stands for one word in a catalogue is here. Add a line when a shortening was not read.
"""

import re
from functools import lru_cache
from typing import Final

_SHORT: Final = """
муж мужской
мужск мужской
жен женский
женск женский
дет детский
мал мальчик
дев девочка
подр подростковый
взр взрослый
мед медицинский
вет ветеринарный
эл электрический
электр электрический
хоз хозяйственный
быт бытовой
сад садовый
строит строительный
спорт спортивный
авт автомобильный
автом автомобильный
кух кухонный
косм косметический
канц канцелярский
муз музыкальный
комп компьютерный
моб мобильный
аккум аккумуляторный
беспров беспроводной
зим зимний
лет летний
нат натуральный
натур натуральный
иск искусственный
искусств искусственный
дер деревянный
нерж нержавеющая сталь
нов новогодний
подар подарочный
сув сувенирный
раст растительный
рез резиновый
утепл утепленный
хол холодильник
стир стиральный
пищ пищевой
пром промышленный
темп температура
мощн мощность
потр потребляемая
потребл потребляемая
макс максимальный
мин минимальный
ном номинальный
внутр внутренний
наруж наружный
разм размер
дл длина
шир ширина
выс высота
диам диаметр
толщ толщина
гл глубина
глуб глубина
матер материал
произв производитель
изгот изготовитель
наимен наименование
рек рекомендуемый
уп упаковка
упак упаковка
шт штука
чел человек
стр страница
кол количество
"""
"""Cut words. They are read so only before a full stop: "мед." is medical, "мед" is honey."""

_ALWAYS: Final = {
    r"(?:кол|к)[-–]?\s?во": "количество",
    r"к[-–]т": "комплект",
    r"х\s?/\s?б": "хлопок",
    r"п\s?/\s?ш": "полушерсть",
    r"п\s?/\s?э": "полиэстер",
    r"ж\s?/\s?д": "железная дорога",
    r"б\s?/\s?у": "бывший в употреблении",
    r"с\s?/\s?х": "сельскохозяйственный",
    r"з\s?/\s?у": "зарядное устройство",
    r"з\s?/\s?ч": "запчасти",
    r"а\s?/\s?м": "автомобильный",
    r"шт\.?\s*(?:в|/)\s*уп(?:аковке|ак)?": "количество в упаковке",
    r"акб": "аккумулятор",
}
_BEFORE: Final = {"д": "для ", "эл": "электро", "авто": "авто"}
"""Cut words that a stroke ties to the next one: д/собак, эл/инструмент."""
_WHOLE: Final = re.compile(
    "|".join(rf"(?P<a{at}>(?<!\w){form}(?!\w))" for at, form in enumerate(_ALWAYS))
)
_FORMS: Final = tuple(_ALWAYS.values())
_TIED: Final = re.compile(rf"(?<!\w)({'|'.join(_BEFORE)})\s?/\s?(?=\w{{3}})")
_CUT: Final = re.compile(r"(?<!\w)([а-яё]{2,8})\.(?!\d)")


@lru_cache(maxsize=1)
def _cut_words() -> dict[str, str]:
    pairs = (line.split(maxsplit=1) for line in _SHORT.strip().splitlines())
    return dict(pairs)


@lru_cache(maxsize=20_000)
def spelt_out(text: str) -> str:
    """Return a name in lower case with its shortenings written in full; the rest as it was.

    >>> spelt_out("Одежда д/собак")
    'одежда для собак'
    """
    lower = text.lower()
    lower = _WHOLE.sub(_written, lower)
    lower = _TIED.sub(lambda found: _BEFORE[found[1]], lower)
    known = _cut_words()
    return _CUT.sub(lambda found: known.get(found[1], found[1]) + " ", lower)


def _written(found: re.Match[str]) -> str:
    group = found.lastgroup or "a0"
    return _FORMS[int(group[1:])]
