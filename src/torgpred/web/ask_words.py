"""What of asks is worded in Python: amounts with units, parameters, texts by language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language

from torgpred.asks.core.adding import Amounts
from torgpred.asks.core.library import DAYS
from torgpred.web import formats, words

LANGUAGES: Final = (("ru", "Русский"), ("en", "English"), ("zh-hans", "简体中文"))


def amounts(given: Amounts) -> list[str]:
    """Say amounts, each with its unit."""
    return [amount(unit, one) for unit, one in given.items()]


def amount(unit: str, one: Decimal) -> str:
    """Say an amount: money with its currency's sign, anything else with its unit's name."""
    if unit.isupper():
        return formats.money(one, unit)
    return f"{words.label('ask unit', unit)}: {formats.number(one)}"


def parameters(given: Mapping[str, Any]) -> list[str]:
    """Say the parameters that narrow a query."""
    return [
        f"{words.label('ask parameter', name)} {_told(name, value)}"
        for name, value in given.items()
        if value
    ]


def _told(name: str, value: str | list[str]) -> str:
    if not isinstance(value, str):
        return ", ".join(value)
    return formats.day(date.fromisoformat(value)) if name in DAYS else value


def text_of(texts: Mapping[str, str]) -> tuple[str, str]:
    """Return (language, text) in the reader's language, else in the first there is."""
    here = get_language() or "en"
    if texts.get(here):
        return here, texts[here]
    return next(iter(texts.items()), ("", ""))
