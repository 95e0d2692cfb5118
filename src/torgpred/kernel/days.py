"""Days and moments as a language writes them: one form on screens, in papers and in notices."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from babel import Locale
from babel.dates import format_skeleton

LOCALES: Final[Mapping[str, str]] = {"ru": "ru_RU", "en": "en_GB", "zh-hans": "zh_Hans_CN"}
"""By the code of a language that members read."""
_YEAR: Final = re.compile(r"\sг\.$")


def locale_of(language: str) -> Locale:
    """Return the locale of a language by its code; of another one, English."""
    return Locale.parse(LOCALES.get(language, LOCALES["en"]))


def day(given: date, locale: Locale) -> str:
    """Return a day, such as "27 Nov 2026".

    Without the full stop of the Russian "г." behind the year: at the end of a sentence it would
    stand twice.
    """
    return _YEAR.sub("", str(format_skeleton("yMMMd", given, locale=locale)))


def moment(given: datetime, locale: Locale) -> str:
    """Return a moment's day and minute on the clock that it is given in."""
    return f"{day(given, locale)}, {given:%H:%M}"
