"""Single values of an offer: prices, counts, barcodes, pictures, keys, truth words."""

import re
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import quote

from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.kernel.quantity import decimal_of, may_be_thousands

PRICE_BAD = Kind(
    "feed.offer.price_bad",
    Severity.WARNING,
    "<{tag}> is no usable price: {value}. It was left out.",
    "Give a positive number below 1 000 000 000.",
)
PRICE_EITHER = Kind(
    "feed.offer.price_bad",
    Severity.WARNING,
    "<{tag}> says {value}: that may mean thousands or a decimal comma. It was left out.",
    "Write prices with a point and without signs between thousands, such as 1299.00.",
)
PRICE_MISSING = Kind(
    "feed.offer.price_missing",
    Severity.WARNING,
    "The offer has no price.",
    "Fill in the price.",
)
PRICE_FROM = Kind(
    "feed.offer.price_from",
    Severity.WARNING,
    'The price is marked "from" ({value}): the real one may be higher.',
    "Export each variant with its exact price.",
)
PRICE_ROUNDED = Kind(
    "feed.offer.price_rounded",
    Severity.NOTE,
    "<{tag}> has fractions of a cent: {value}. It was rounded.",
    "Round prices in the export.",
)
QUANTITY_BAD = Kind(
    "feed.offer.quantity_bad",
    Severity.WARNING,
    "<{tag}> is no number of pieces: {value}. It was left out.",
    "Give a whole number, 0 or more.",
)
QUANTITY_NEGATIVE = Kind(
    "feed.offer.quantity_negative",
    Severity.NOTE,
    "The stock is below zero: {value}. It was read as none.",
    "Look in the accounting for what was sold before it was entered.",
)
QUANTITY_AT_LEAST = Kind(
    "feed.offer.quantity_at_least",
    Severity.NOTE,
    "<{tag}> gives a bound, not a number of pieces: {value}. The bound was read.",
    "Export the exact number.",
)
ADDRESS_MENDED = Kind(
    "feed.offer.address_mended",
    Severity.NOTE,
    "The address is not written as addresses are: {value}. It was read as {read}.",
    "Give the full address, with spaces and letters outside of ASCII percent-encoded.",
)
BARCODE_BAD = Kind(
    "feed.offer.barcode_bad",
    Severity.WARNING,
    "The barcode {value} is wrong: its length or check digit does not hold. It was left out.",
    "Copy the barcode from the package; leave codes of your own out.",
)
PICTURE_BAD = Kind(
    "feed.offer.picture_bad",
    Severity.WARNING,
    "The picture address is not usable: {value}.",
    "Give the full address, beginning with https:// or http://.",
)
URL_BAD = Kind(
    "feed.offer.url_bad",
    Severity.NOTE,
    "The page address is not usable: {value}.",
    "Give the full address, beginning with https:// or http://.",
)
AVAILABLE_ODD = Kind(
    "feed.offer.available_odd",
    Severity.WARNING,
    "available says {value}, which is neither true nor false.",
    'Write available="true" or available="false".',
)

PRICE_LIMIT = Decimal(10**9)
QUANTITY_LIMIT = 10**8
CENT = Decimal("0.01")
_PLAIN_PRICE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_RUBLES = re.compile(r"(?:руб(?:лей|ля|\.)?|р\.|₽|rub|rur)\s*$", re.IGNORECASE)
_CODE_GAPS = re.compile(r"[\s,;|]+")
_ADDRESS = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.IGNORECASE)
_TRUE = frozenset({"true", "1", "yes", "да", "истина", "y", "+", "in stock", "в наличии",
                   "есть", "есть в наличии", "много", "мало"})  # fmt: skip
_FALSE = frozenset({"false", "0", "no", "нет", "ложь", "n", "-", "out of stock", "под заказ",
                    "нет в наличии", "отсутствует"})  # fmt: skip
ADDRESS_LIMIT = 2048
_FROM_WORD = re.compile(r"\s*(?:от|from)\s+(?=\d)", re.IGNORECASE)
_AT_LEAST = re.compile(
    r"\s*(?:(?:>|≥|&gt;|более|больше|свыше|от)\s*(\d{1,8})|(\d{1,8})\s*\+)\s*(?:шт\.?)?\s*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[\s,;|]+(?=(?:https?:)?//)", re.IGNORECASE)
_SCHEME = re.compile(r"(https?://)([^\s/?#<>\"]+)([^<>\"]*)", re.IGNORECASE)
_LEFT_ALONE = "%/:=&?~#+!$,;'@()*[]"


def price(text: str, tag: str, place: str, findings: list[Finding]) -> Decimal | None:
    """Read a price; None with a finding where it is no positive, sane number."""
    if _PLAIN_PRICE.fullmatch(text):
        amount: Decimal | None = Decimal(text)
        if amount:
            return amount
    if len(text) <= 60 and (word := _FROM_WORD.match(text)):
        findings.append(PRICE_FROM.at(place, text))
        text = text[word.end() :]
    amount = decimal_of(_RUBLES.sub("", text)) if len(text) <= 60 else None
    if amount is not None and "," in text and may_be_thousands(_RUBLES.sub("", text)):
        findings.append(PRICE_EITHER.at(place, text, tag=tag))
        return None
    if amount is None or not 0 < amount < PRICE_LIMIT:
        findings.append(PRICE_BAD.at(place, text, tag=tag))
        return None
    cents = amount.quantize(CENT, rounding=ROUND_HALF_UP)
    if cents == amount:
        return amount if amount.as_tuple().exponent in {0, -1, -2} else cents
    if not cents:
        findings.append(PRICE_BAD.at(place, text, tag=tag))
        return None
    findings.append(PRICE_ROUNDED.at(place, text, tag=tag))
    return cents


def quantity(text: str, tag: str, place: str, findings: list[Finding]) -> int | None:
    """Read a number of pieces; None with a finding where it is none."""
    if text.isascii() and text.isdigit() and len(text) < 9:
        return int(text)
    amount = decimal_of(text)
    if amount is None and len(text) <= 60 and (bound := _AT_LEAST.fullmatch(text)):
        findings.append(QUANTITY_AT_LEAST.at(place, text, tag=tag))
        return int(bound[1] or bound[2])
    if amount is None or abs(amount) >= QUANTITY_LIMIT or amount != int(amount):
        findings.append(QUANTITY_BAD.at(place, text, tag=tag))
        return None
    if amount < 0:
        findings.append(QUANTITY_NEGATIVE.at(place, text))
    return max(0, int(amount))


def truth(text: str) -> bool | None:
    """Read a truth word; None where it is none."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def barcodes(texts: list[str], place: str, findings: list[Finding]) -> tuple[str, ...]:
    """Return the barcodes whose check digit holds, each once; the others become findings."""
    good: dict[str, None] = {}
    for text in texts:
        code = text.strip()
        if has_check_digit(code):
            good[code] = None
            continue
        for part in _CODE_GAPS.split(code):
            if not part:
                continue
            bare = part.replace("-", "")
            if has_check_digit(bare) or is_isbn10(bare):
                good[bare.upper()] = None
            else:
                findings.append(BARCODE_BAD.at(place, part))
    return tuple(good)


_LENGTHS = frozenset({8, 12, 13, 14})
_ZEROS = {length: 48 * ((length + 1) // 2 + 3 * (length // 2)) for length in _LENGTHS}
"""What the ASCII codes of so many zeros add up to, weighted."""


def has_check_digit(code: str) -> bool:
    """Tell whether a code is a GTIN-8, -12, -13 or -14 whose check digit holds (GS1, modulo 10)."""
    if len(code) not in _LENGTHS or not (code.isascii() and code.isdigit()):
        return False
    digits = code.encode()
    total = sum(digits[-1::-2]) + 3 * sum(digits[-2::-2]) - _ZEROS[len(digits)]
    return total % 10 == 0 and code.strip("0") != ""


def is_isbn10(code: str) -> bool:
    """Tell whether a code is a ten-character ISBN whose check digit holds (modulo 11)."""
    if re.fullmatch(r"[0-9]{9}[0-9Xx]", code) is None:
        return False
    values = [10 if sign in "Xx" else int(sign) for sign in code]
    return sum((10 - place) * value for place, value in enumerate(values)) % 11 == 0 and any(values)


def addresses(
    texts: list[str], place: str, findings: list[Finding], base: str = ""
) -> tuple[str, ...]:
    """Return picture addresses in their order, each once; unusable ones become findings.

    `base` is the shop's own address: relative ones are read against it.
    """
    good: dict[str, None] = {}
    for text in texts:
        whole = text.strip()
        if not whole:
            continue
        if len(whole) <= ADDRESS_LIMIT and whole.isascii() and _ADDRESS.fullmatch(whole):
            good[whole] = None
            continue
        for part in _PARTS.split(whole):
            found = _mended(part, base)
            if found is None:
                findings.append(PICTURE_BAD.at(place, part))
            else:
                good[found] = None
                if found != whole:
                    findings.append(ADDRESS_MENDED.at(place, part, read=found))
    return tuple(good)


def address(text: str, place: str, findings: list[Finding], base: str = "") -> str:
    """Return a page's address, or nothing with a finding."""
    if not text or (len(text) <= ADDRESS_LIMIT and text.isascii() and _ADDRESS.fullmatch(text)):
        return text
    found = _mended(text, base)
    if found is None:
        findings.append(URL_BAD.at(place, text))
        return ""
    findings.append(ADDRESS_MENDED.at(place, text, read=found))
    return found


def _mended(text: str, base: str) -> str | None:
    """Return the address that a text means, in ASCII; None where it means none."""
    if len(text) > ADDRESS_LIMIT:
        return None
    if text.startswith("//"):
        text = f"https:{text}"
    elif text.startswith("/"):
        home = _SCHEME.match(base)
        text = f"{home[1]}{home[2]}{text}" if home else text
    match = _SCHEME.fullmatch(text)
    if match is None:
        return None
    host = match[2]
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return None
    rest = "".join(sign for sign in match[3] if sign == " " or sign.isprintable())
    found = f"{match[1]}{host}{quote(rest, safe=_LEFT_ALONE)}"
    return found if len(found) <= 3 * ADDRESS_LIMIT else None
