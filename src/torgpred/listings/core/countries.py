"""Countries as people write them, to ISO 3166 codes. Names come from the Unicode CLDR (babel)."""

from functools import lru_cache
from typing import Final

from babel import Locale

from torgpred.listings.core.names import folded

_ALIASES: Final = {
    "рф": "RU", "russian federation": "RU", "российская федерация": "RU", "俄罗斯联邦": "RU",
    "кнр": "CN", "prc": "CN", "china mainland": "CN", "中国大陆": "CN",
    "китайская народная республика": "CN",
    "беларусь": "BY", "белоруссия": "BY", "республика беларусь": "BY",
    "сша": "US", "usa": "US", "соединенные штаты америки": "US", "америка": "US",
    "англия": "GB", "uk": "GB", "великобритания": "GB", "соединенное королевство": "GB",
    "южная корея": "KR", "республика корея": "KR", "south korea": "KR", "корея республика": "KR",
    "турция": "TR", "turkey": "TR", "чешская республика": "CZ", "czech republic": "CZ",
    "киргизия": "KG", "кыргызстан": "KG", "молдавия": "MD", "молдова": "MD", "вьетнам": "VN",
    "оаэ": "AE", "uae": "AE", "голландия": "NL", "holland": "NL", "тайвань китай": "TW",
    "taiwan": "TW", "гонконг": "HK", "hong kong": "HK", "макао": "MO",
}  # fmt: skip


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("ru", "en", "zh"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(folded(name), code)
                found.setdefault(code.lower(), code)
    found.update(_ALIASES)
    return found


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """Return the ISO code of a country written in Russian, English or Chinese; empty if unknown."""
    return _codes().get(folded(text), "")
