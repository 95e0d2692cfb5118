"""One language's words for an assessment: sentences, labels, numbers."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from torgpred.kernel.findings import Finding
from torgpred.listings.core.assessed.texts import (
    EN,
    FACTS,
    FINDINGS_RU,
    LABELS,
    LANGUAGES,
    NOTES,
    ONE,
    RU,
    ZH,
)


def clean(text: str) -> str:
    """Return a text fit for any terminal and page: no control or direction characters."""
    if text.isprintable():
        return text
    kept = "".join(one if one.isprintable() or one == "\u00a0" else " " for one in text)
    return " ".join(kept.split())


NO_HINTS: Final[Mapping[str, str]] = MappingProxyType({})


class Words:
    """One language's sentences, labels and numbers; a shell's `hints` go before the sentences."""

    def __init__(self, language: str, hints: Mapping[str, str] = NO_HINTS) -> None:
        self.language = language
        own: Mapping[str, str] = {"en": EN, "ru": RU, "zh": ZH}[language]
        self._own = {**own, **hints}
        self._column = LANGUAGES.index(language)

    def say(self, key: str, **data: object) -> str:
        """Return a sentence filled with data."""
        return (self._own.get(key) or EN[key]).format_map(data)

    def say_many(self, key: str, n: int, **data: object) -> str:
        """Return a sentence about so many things, in the singular where it is English and one."""
        if n == 1 and self.language == "en":
            return ONE[key].format_map(data)
        return self.say(key, **data)

    def fact(self, fact: str, names: Mapping[str, str]) -> str:
        """Name a fact; attributes by the marketplace's name, an unknown one by itself."""
        if fact in names:
            return names[fact]
        kind, _, name = fact.partition(":")
        if kind == "rate":
            return FACTS["rate"][self._column].format(name=name)
        told = FACTS.get(fact)
        return told[self._column] if told else fact

    def label(self, label: str) -> str:
        """Name a line of the waterfall."""
        told = LABELS.get(label)
        return label if told is None or self._column == 0 else told[self._column - 1]

    def note(self, note: str) -> str:
        """Say a waterfall's note."""
        if self._column:
            for english, *others in NOTES:
                note = note.replace(english, others[self._column - 1])
        return note

    def finding(self, finding: Finding) -> str:
        """Say what a finding is; the English message where nothing shorter is known."""
        told = FINDINGS_RU.get(finding.code) if self.language == "ru" else None
        return told or finding.message

    def number(self, value: int | Decimal) -> str:
        """Write a number with its thousands parted; pennies only where there are some."""
        whole = not isinstance(value, Decimal) or value == value.to_integral_value()
        text = f"{value:,.0f}" if whole else f"{value:,.2f}"
        if self.language == "ru":
            return text.replace(",", "\u00a0").replace(".", ",")
        return text
