"""Single cells of a table: keys, prices, stock, measures, several pictures in one cell.

Nothing is guessed: a value that does not say clearly what it means is not taken, and the caller
makes a finding of it. Rules that all formats share come from `yml.values`.
"""

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from torgpred.catalogue.core.offers import Package
from torgpred.catalogue.core.yml.values import CENT, PRICE_LIMIT, QUANTITY_LIMIT
from torgpred.kernel.quantity import (
    decimal_of,
    in_centimetres,
    in_kilograms,
    may_be_thousands,
)

Cell = str | int | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta | None

CURRENCIES: dict[str, str] = {
    "руб": "RUB", "рублей": "RUB", "рубли": "RUB", "рубль": "RUB", "рублях": "RUB", "р": "RUB",
    "₽": "RUB", "rub": "RUB", "rur": "RUB", "卢布": "RUB",
    "元": "CNY", "人民币": "CNY", "rmb": "CNY", "cny": "CNY", "юань": "CNY", "юаней": "CNY",
    "юани": "CNY", "юанях": "CNY", "¥": "CNY", "￥": "CNY",
    "$": "USD", "usd": "USD", "долл": "USD", "доллар": "USD", "доллары": "USD", "долларов": "USD",
    "долларах": "USD", "美元": "USD", "€": "EUR", "eur": "EUR", "евро": "EUR", "欧元": "EUR",
    "тенге": "KZT", "тг": "KZT", "тнг": "KZT", "₸": "KZT", "kzt": "KZT",
    "byn": "BYN", "бел.руб": "BYN", "бел. руб": "BYN", "бел руб": "BYN", "белруб": "BYN",
    "грн": "UAH", "гривна": "UAH", "гривны": "UAH", "гривен": "UAH", "₴": "UAH", "uah": "UAH",
    "сом": "KGS", "сомы": "KGS", "kgs": "KGS", "сум": "UZS", "сумы": "UZS", "so'm": "UZS",
    "uzs": "UZS", "драм": "AMD", "драмы": "AMD", "dram": "AMD", "֏": "AMD", "amd": "AMD",
}  # fmt: skip
"""Words and signs of currencies, lower case, without a dot at the end. A lone ¥ is read as the
yuan: yen do not occur in the feeds that come here."""

MASS_LIMIT = SIDE_LIMIT = Decimal(1000)

_AMOUNT = re.compile(r"([^\d+-]*)([+-]?\d[\d\s\u00a0\u202f\u2009'’.,]*)(.*)", re.DOTALL)
_MEASURE = re.compile(r"([+-]?\d[\d\s\u00a0\u202f\u2009.,]*)\s*([^\W\d_]*)\.?\s*")
_BETWEEN = r"\s*[xхXХ*×/]\s*"
_SIDE = r"(\d+(?:[.,]\d+)?)\s*(мм|см|м|mm|cm|m|毫米|厘米|米)?\.?"
_SIDES = re.compile(_SIDE + _BETWEEN + _SIDE + _BETWEEN + _SIDE, re.IGNORECASE)
_PIECES = re.compile(r"\s*(?:шт|штук|pcs|个|件)\.?$")
_AT_LEAST = re.compile(r"(?:>|≥|от|более|больше|свыше|over|more than)\s*\d+|\d+\s*\+")
_AWAITED = re.compile(r"(?:нет в наличии|под заказ|ожида\w+|в пути|out of stock|缺货|预售)\b.*")
_COUNTED = re.compile(
    r"(?:есть|в наличии|на складе|остаток|in stock)\s*[:(]?\s*(\d{1,8})\s*(?:шт|штук|pcs)?\.?\s*\)?"
)
_WORDS_IN = frozenset(
    {
        "есть", "да", "в наличии", "много", "мало", "достаточно", "на складе", "имеется", "+",
        "++", "+++", "yes", "true", "in stock", "in_stock", "instock", "available", "有", "有货",
        "是", "现货",
    }
)  # fmt: skip
_WORDS_OUT = frozenset(
    {
        "нет", "нет в наличии", "под заказ", "ожидается", "-", "—", "no", "false", "out of stock",
        "out_of_stock", "preorder", "backorder", "onbackorder", "无", "无货", "缺货", "否",
        "отсутствует", "закончился", "outofstock", "sold out",
    }
)  # fmt: skip
_YES = frozenset(
    {
        "1", "да", "yes", "y", "true", "истина", "+", "on", "active", "активен", "активно",
        "publish", "published", "опубликован", "опубликовано", "enabled", "visible", "是",
        "выставлен", "a",
    }
)  # fmt: skip
_NOT_SHOWN = frozenset(
    {
        "0", "-1", "нет", "no", "n", "false", "ложь", "-", "off", "draft", "archived", "trash",
        "private", "pending", "inactive", "disabled", "unpublished", "hidden", "deleted", "h", "d",
        "черновик", "архив", "в архиве", "архивный", "корзина", "в корзине", "скрыт",
        "скрыто", "не опубликован", "не опубликовано",
        "не активен", "неактивен", "удален", "否",
    }
)  # fmt: skip
_PICTURE_SPLIT = re.compile(r"[\s;|]+|,(?=\s*(?:https?:|//|www\.))|,\s+", re.IGNORECASE)
_FLOATED = re.compile(r"(\d+)[.,]0+")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d{1,2}")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4}|\d{1,2}[.\- ](?:янв|фев|мар|апр|май|мая|июн|июл|авг|сен"
    r"|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[.\- ]\d{2,4})?",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*(?:от|from)\s+(?=\d)", re.IGNORECASE)
EXACT = 10**15
"""Up to here a spreadsheet keeps whole numbers exactly."""


class Amount(NamedTuple):
    """A price as read: the amount, or why there is none, and its currency if the text says it."""

    amount: Decimal | None
    currency: str = ""
    reason: str = ""
    rounded: bool = False
    least: bool = False
    """Said to be a lower bound: "от 500"."""


class Stock(NamedTuple):
    """Stock as read: pieces where they are told, else whether there is any."""

    quantity: int | None
    available: bool | None
    odd: bool = False
    oversold: bool = False
    """Said to be less than nothing: more was sold than there was."""


class Key(NamedTuple):
    """An SKU as read, with what a spreadsheet did to it.

    `repaired`: it had become a number; `lossy`: digits may be gone for good; `dated`: it is a
    date now, and what was typed cannot be told.
    """

    key: str
    repaired: bool = False
    lossy: bool = False
    dated: bool = False


def text_of(cell: Cell) -> str:
    """Return a cell as a person sees it: whole floats without a fraction, dates in ISO form.

    Not a number is nothing; what is too large for a number is ∞, which nobody takes for one.
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    if math.isnan(number):
        return ""
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    if number == int(number) and abs(number) < 10**22:
        return str(int(number))
    # 15 digits, as spreadsheets show them: 0.1 + 0.2 is 0.3.
    return format(Decimal(format(number, ".15g")), "f")


def key_of(text: str) -> Key:
    """Return an SKU, with what a spreadsheet did to it undone: "101.0" is 101, 4.6E+12 a number.

    Leading zeros are kept. "12E5" stays: only an exponent with its sign was made by a spreadsheet.
    """
    text = without_mark(text)
    if _DATE.fullmatch(text):
        return Key(text, dated=True)
    floated = _FLOATED.fullmatch(text)
    if floated is not None:
        return Key(floated.group(1), repaired=True)
    if _SCIENTIFIC.fullmatch(text):
        number = Decimal(text.replace(",", "."))
        if number == int(number) and number < 10**30:
            digits = str(int(number))
            return Key(digits, repaired=True, lossy=digits.endswith("000"))
    bare = "".join(letter for letter in text if letter.isprintable())
    lossy = text.isascii() and text.isdigit() and len(text) > 15 and text.endswith("0000")
    return Key(" ".join(bare.split()), lossy=lossy)


def without_mark(text: str) -> str:
    """Return a text without the apostrophe by which spreadsheets mark numbers as text."""
    return text[1:] if text[:1] == "'" and text[1:2].isalnum() and "'" not in text[1:] else text


def is_scientific(text: str) -> bool:
    """Tell whether a spreadsheet wrote a long number with an exponent: 4,60712E+12."""
    return _SCIENTIFIC.fullmatch(text) is not None


def currency_of(word: str) -> str:
    """Return the ISO code that a word or sign names, empty where it names none."""
    return CURRENCIES.get(word.strip().strip(".").lower().strip(), "")


def amount_of(text: str) -> Amount:
    """Read a price: "1 299,00", "1299 руб.", "¥12.5". One positive number, or a reason why not."""
    word = _FROM.match(text)
    if word is None:
        return _exact(text)
    return _exact(text[word.end() :])._replace(least=True)


def _exact(text: str) -> Amount:
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return Amount(None, reason="not a number")
    before, digits, after = (part.strip() for part in match.groups())
    currency = currency_of(before) or currency_of(after)
    if any(word and not currency_of(word) for word in (before, after)):
        return Amount(None, reason="not one number")
    number = decimal_of(digits.rstrip(".,"))
    either = may_be_thousands(digits.rstrip(".,"))
    if number is None or either:
        reason = "it may mean thousands or a decimal comma" if either else "not a number"
        return Amount(None, currency, reason)
    if not 0 < number < PRICE_LIMIT:
        reason = "zero" if number == 0 else "negative" if number < 0 else "absurdly high"
        return Amount(None, currency, reason)
    cents = number.quantize(CENT, rounding=ROUND_HALF_UP)
    if not cents:
        return Amount(None, currency, "less than a cent")
    return Amount(
        number if number == number.quantize(CENT) else cents, currency, "", cents != number
    )


def stock_of(text: str) -> Stock:
    """Read stock: a whole number of pieces, or a word that tells whether there is any."""
    bare = " ".join(text.lower().split())
    if bare in _WORDS_IN:
        return Stock(None, available=True)
    if bare in _WORDS_OUT or _AWAITED.fullmatch(bare):
        return Stock(None, available=False)
    said = _COUNTED.fullmatch(bare)
    counted = said[1] if said else _PIECES.sub("", bare)
    if _AT_LEAST.fullmatch(counted) is not None:
        return Stock(None, available=True)
    number = decimal_of(counted)
    if number is None or abs(number) >= QUANTITY_LIMIT or number != int(number):
        return Stock(None, None, odd=True)
    if number < 0:
        return Stock(0, available=False, oversold=True)
    return Stock(int(number), available=number > 0)


def is_flag(text: str) -> bool:
    """Tell whether a cell says whether goods are shown, and nothing else."""
    bare = _plain_word(text)
    return bare in _YES or bare in _NOT_SHOWN


def is_hidden(text: str, *, archived: bool = False) -> bool:
    """Tell whether a cell says that goods are not shown: drafts, archived ones, what is off.

    Under a header that asks whether they are `archived`, a yes says so.
    """
    return _plain_word(text) in (_YES if archived else _NOT_SHOWN)


def _plain_word(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())


def is_zero(text: str) -> bool:
    """Tell whether a measure is zero, by which shop systems say that it is not known."""
    match = _MEASURE.fullmatch(text.strip())
    return match is not None and decimal_of(match.group(1).strip().rstrip(".,")) == 0


def weight_of(text: str, unit: str) -> tuple[Decimal | None, str]:
    """Return a weight in kg, or why there is none. A unit in the cell goes before the header's."""
    return _measured(text, unit, kilograms=True)


def side_of(text: str, unit: str) -> tuple[Decimal | None, str]:
    """Return a side in cm, or why there is none."""
    return _measured(text, unit, kilograms=False)


def _measured(text: str, unit: str, *, kilograms: bool) -> tuple[Decimal | None, str]:
    match = _MEASURE.fullmatch(text.strip())
    number = decimal_of(match.group(1).strip().rstrip(".,")) if match else None
    if match is None or number is None:
        return None, "not one number"
    named = match.group(2) or unit
    if not named:
        return None, "no unit"
    amount = in_kilograms(number, named) if kilograms else in_centimetres(number, named)
    if amount is None:
        return None, f"the unit {named} does not fit"
    if not 0 < amount <= (MASS_LIMIT if kilograms else SIDE_LIMIT):
        return None, "zero, negative or absurd"
    return plain(amount), ""


def package_of(text: str, unit: str) -> tuple[Package | None, str]:
    """Read "20x15x5" or "20*15*5 мм" as sides; one unit for all, the last one named."""
    match = _SIDES.fullmatch(text.strip())
    if match is None:
        return None, "not three sides"
    named = match.group(6) or match.group(4) or match.group(2) or unit
    sides: list[Decimal] = []
    for place in (1, 3, 5):
        side, reason = side_of(match.group(place), named)
        if side is None:
            return None, reason
        sides.append(side)
    return Package(*sides), ""


def plain(number: Decimal) -> Decimal:
    """Return a number without an exponent and without zeros at its end."""
    bare = number.normalize()
    return bare.quantize(Decimal(1)) if bare == bare.to_integral_value() else bare


def addresses_in(text: str) -> list[str]:
    """Return the addresses of a cell; they stand apart by comma, semicolon, bar, line or space."""
    words = (part.strip().strip(",\"'[]") for part in _PICTURE_SPLIT.split(text.strip()))
    return [f"https:{word}" if word.startswith("//") else word for word in words if word]
