"""Properties of goods by their names and values, apart from what a shop system keeps for itself."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from torgpred.catalogue.core.commerceml.classifier import Classifier
from torgpred.catalogue.core.commerceml.packages import Given
from torgpred.catalogue.core.yml.parsing import Item

_ACTIVE: Final = "CML2_ACTIVE"
_TEXTS: Final = ("CML2_DETAIL_TEXT", "CML2_PREVIEW_TEXT")
"""What Bitrix, and systems that write as it does, keep the description in; the whole one first."""
_OWN: Final = frozenset(
    {
        _ACTIVE, *_TEXTS, "CML2_CODE", "CML2_SORT", "CML2_ACTIVE_FROM", "CML2_ACTIVE_TO",
        "CML2_PREVIEW_PICTURE", "CML2_DETAIL_PICTURE", "CML2_TAGS",
    }
)  # fmt: skip
_NAMED: Final = {
    "битриксактивность": _ACTIVE, "сортировка": "CML2_SORT", "символьный код": "CML2_CODE",
    "начало активности": "CML2_ACTIVE_FROM", "окончание активности": "CML2_ACTIVE_TO",
    "картинка анонса": "CML2_PREVIEW_PICTURE",
}  # fmt: skip
_NO: Final = frozenset({"false", "0", "нет", "n", "ложь"})
_CUSTOMS: Final = re.compile(r"(код\s+)?тн\s?вэд.*", re.IGNORECASE)


class Told(NamedTuple):
    """What the properties of one of the goods say."""

    params: tuple[tuple[str, str], ...]
    """Names and values."""
    description: str
    active: bool
    """False where the shop has switched it off."""


def told(given: Iterable[Given], classifier: Classifier) -> Told:
    """Resolve properties by the exchange's classifier; those without a name are left out."""
    params: list[tuple[str, str]] = []
    own: dict[str, str] = {}
    for key, called, value in given:
        known = classifier.properties.get(key)
        name = called or (known.name if known else "")
        kept = key if key in _OWN else _NAMED.get(name.lower(), "")
        if kept:
            own.setdefault(kept, value)
        elif name:
            params.append((name, known.values.get(value, value) if known else value))
    return Told(
        params=tuple(params),
        description=next((own[key] for key in _TEXTS if key in own), ""),
        active=own.get(_ACTIVE, "").lower() not in _NO,
    )


def items_of(params: Iterable[tuple[str, str]]) -> Iterator[Item]:
    """Yield named values in the words of YML."""
    for name, value in params:
        if _CUSTOMS.fullmatch(name):
            yield "tn-ved-code", None, value
        else:
            yield "param", {"name": name}, value


def is_service(name: str) -> bool:
    """Tell whether a name is of what a shop system keeps for itself."""
    return name.lower() in _NAMED
