"""Numbers, money and times as the reader's language writes them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name
from django.utils.translation import get_language

from torgpred.kernel import days
from torgpred.kernel.clock import now
from torgpred.kernel.quantity import decimal_of

_SIGNS: Final = {"RUB": "₽", "CNY": "¥", "USD": "$", "EUR": "€"}
"""Signs that all readers know, so that no language spells them out."""
MINUS: Final = "\N{MINUS SIGN}"
_FIRST: Final = {code: rank for rank, code in enumerate(("RU", "CN", "BY", "KZ", "AM", "KG"))}
_NO_SEATS: Final = frozenset({"ZZ", "EU", "EZ", "UN", "QO", "XA", "XB"})
"""Two-letter codes of CLDR that are no country."""
_ZONES: Final = {"RU": "Europe/Moscow", "CN": "Asia/Shanghai"}
"""By the country of a tenant's seat: a desk shows one clock to all who work at it."""


def locale() -> Locale:
    """Return the locale of the reader's language."""
    return days.locale_of(get_language() or "en")


def zone(country: str) -> ZoneInfo:
    """Return the clock of a desk by its tenant's country; UTC where that has several."""
    return ZoneInfo(_ZONES.get(country, "UTC"))


def number(value: Decimal | int) -> str:
    """Return a number with its thousands parted."""
    return format_decimal(value, locale=locale()).replace("-", MINUS)


def exact_number(value: Decimal) -> str:
    """Return a number with its thousands parted and all of its decimals but zeros behind."""
    told = format_decimal(value, format="#,##0.##########", locale=locale())
    return told.replace("-", MINUS)


def measured(text: str) -> str:
    """Write a weight or the sides of a package, such as "20 x 15.5 x 5", in the reader's way."""
    sides = [
        exact_number(one) if (one := decimal_of(side)) is not None else side
        for side in text.split(" x ")
    ]
    return " × ".join(sides)


def typed(value: Decimal | None) -> str:
    """Return a number as one types it in the reader's language: no thousands, no zeros behind."""
    if value is None:
        return ""
    return format_decimal(value, format="#.##########", locale=locale(), group_separator=False)


def money(amount: Decimal | None, currency: str) -> str:
    """Return an amount with its currency's sign; a dash where there is none."""
    if amount is None:
        return "—"
    if not currency:
        # An amount is written to the cent or whole, whether its currency is known or not.
        whole = amount == amount.to_integral_value()
        told = format_decimal(amount, "#,##0" if whole else "#,##0.00###", locale=locale())
        return told.replace("-", MINUS)
    here = locale()
    pattern = here.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    sign = _SIGNS.get(currency)
    pattern = pattern.replace("¤", sign) if sign else pattern
    told = format_currency(amount, currency, pattern, locale=here, currency_digits=False)
    return told.replace("-", MINUS)


def sign(currency: str) -> str:
    """Return a currency's sign where all readers know it, else its code."""
    return _SIGNS.get(currency, currency)


def currency(code: str) -> str:
    """Return a currency's name with its code: "Russian Rouble, RUB"."""
    return f"{get_currency_name(code, locale=locale())}, {code}"


def percent(part: float, whole: float) -> str:
    """Return a share in whole percent."""
    return format_percent(part / whole if whole else 0, locale=locale()).replace("-", MINUS)


def move(old: Decimal, new: Decimal) -> str:
    """Return how far an amount moves from an old one that is not 0: in percent, with its sign."""
    told = format_percent(abs(new - old) / old, locale=locale())
    return told if new == old else f"{'+' if new > old else MINUS}{told}"


def exact(moment: datetime, clock: ZoneInfo) -> str:
    """Return a moment with its day and minute on a desk's clock."""
    return days.moment(moment.astimezone(clock), locale())


def day(given: date) -> str:
    """Return a day."""
    return days.day(given, locale())


def ago(moment: datetime) -> str:
    """Return how long ago or how soon a moment is."""
    return format_timedelta(moment - now(), add_direction=True, locale=locale())


def countries() -> list[tuple[str, str]]:
    """Return the countries by code with their names, those of our sellers first."""
    names = locale().territories
    known = [
        (code, str(name))
        for code, name in names.items()
        if len(code) == 2 and code not in _NO_SEATS
    ]
    return sorted(known, key=lambda one: (_FIRST.get(one[0], len(_FIRST)), one[1]))


def country(code: str) -> str:
    """Return a country's name by its two letters; others as they are."""
    return str(locale().territories.get(code.upper(), code))


def month(day: date) -> str:
    """Return a day's month with its year."""
    return format_skeleton("yMMMM", day, locale=locale())
