"""Whether what the marketplace shows is what it makes of what we sent.

It collapses white space, rewrites HTML, rounds weights and sides and reorders attributes; none of
that is a difference. A value that an answer did not tell (None) is no difference either, but for
a discount: there None means that there is none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import unescape
from unicodedata import normalize
from urllib.parse import urlsplit, urlunsplit

from torgpred.channels.core.drafts import Value
from torgpred.connectors.aliexpress_ru import wire
from torgpred.kernel.quantity import decimal_of

_HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<![^>]*>")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")


def same(field: str, desired: object, seen: object) -> bool:
    """Tell whether a seen value of a draft's or variant's field equals a desired one."""
    if field == "discount_price":
        return _same_price(desired, seen)
    if seen is None:
        return True
    return _SAME.get(field, _same_plain)(desired, seen)


def collapsed(text: str) -> str:
    """Return a text with its white space collapsed and what cannot be seen left out."""
    return " ".join(_INVISIBLE.sub("", normalize("NFC", text)).split())


def visible(html: str) -> str:
    """Return what a reader sees of HTML without white space: where tags stand does not count."""
    without_hidden = _HIDDEN.sub(" ", html)
    return "".join(collapsed(unescape(_TAG.sub(" ", without_hidden))).split())


def _price(amount: object) -> str:
    return "" if amount is None else wire.price_text(Decimal(str(amount)))


def _same_price(desired: object, seen: object) -> bool:
    return _price(desired) == _price(seen)


def _same_weight(desired: object, seen: object) -> bool:
    """Compare with what was asked for and with what it became on the wire."""
    wanted = Decimal(str(desired))
    return Decimal(str(seen)) in (wanted, wire.weight_sent(wanted))


def _same_side(desired: object, seen: object) -> bool:
    wanted = Decimal(str(desired))
    return Decimal(str(seen)) in (wanted, Decimal(wire.side_sent(wanted)))


def _same_titles(desired: object, seen: object) -> bool:
    return _same_texts(desired, seen, collapsed)


def _same_descriptions(desired: object, seen: object) -> bool:
    return _same_texts(desired, seen, visible)


def _same_pictures(desired: object, seen: object) -> bool:
    return _addresses(desired) == _addresses(seen)


def _same_set(desired: object, seen: object) -> bool:
    return set(_sequence(desired)) == set(_sequence(seen))


def _same_plain(desired: object, seen: object) -> bool:
    return _plain(desired) == _plain(seen)


def _same_texts(desired: object, seen: object, bare: Callable[[str], str]) -> bool:
    """Compare the languages that both tell: an answer may leave out all but the main one."""
    if not isinstance(desired, Mapping) or not isinstance(seen, Mapping):
        return desired == seen
    told = [language for language in desired if language in seen]
    return bool(told or not desired) and all(
        bare(desired[language]) == bare(seen[language]) for language in told
    )


def _addresses(pictures: object) -> list[str]:
    return [_address(str(picture)) for picture in _sequence(pictures)]


def _address(text: str) -> str:
    parts = urlsplit(text.strip())
    return urlunsplit(("", parts.netloc.lower(), parts.path, parts.query, ""))


def _same_values(desired: object, seen: object) -> bool:
    wanted = [value for value in _sequence(desired) if isinstance(value, Value)]
    standing = [value for value in _sequence(seen) if isinstance(value, Value)]
    if len(wanted) != len(standing):
        return False
    left = list(standing)
    for value in wanted:
        match = next((other for other in left if _same_value(value, other)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _same_value(desired: Value, seen: Value) -> bool:
    if desired.attribute_id != seen.attribute_id:
        return False
    if desired.value_id and seen.value_id:
        return desired.value_id == seen.value_id
    return _plain(desired.text) == _plain(seen.text)


def _plain(value: object) -> object:
    """Return a number as a number, even typed as text, and a text collapsed."""
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if not isinstance(value, str):
        return value
    bare = collapsed(value)
    as_number = decimal_of(bare) if bare and len(bare) < 20 and bare[0] != "0" else None
    return bare if as_number is None else as_number


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


_SAME: dict[str, Callable[[object, object], bool]] = {
    "price": _same_price,
    "weight_kg": _same_weight,
    "length_cm": _same_side,
    "width_cm": _same_side,
    "height_cm": _same_side,
    "titles": _same_titles,
    "descriptions": _same_descriptions,
    "pictures": _same_pictures,
    "attributes": _same_values,
    "tnved": _same_set,
}
