"""What a 1C exchange says of all goods: groups, properties, kinds of prices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from torgpred.catalogue.core.commerceml.documents import Element, child, children, text
from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.core.tables.cells import currency_of

_RETAIL: Final = re.compile(r"\bрозн|\bррц\b|рекоменд|сайт|интернет|retail", re.IGNORECASE)
_COST: Final = re.compile(r"закуп|себест|уч[её]тн|входн|purchase", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"опт(?:ов|ом\b|(?![а-яё]))|дилер|партн[её]р|планов|wholesale|\bстарая|(?<![a-z])old(?![a-z])",
    re.IGNORECASE,
)
_NUMERIC: Final = {"643": "RUB", "810": "RUB", "840": "USD", "978": "EUR", "156": "CNY",
                   "398": "KZT", "933": "BYN", "860": "UZS", "051": "AMD", "980": "UAH",
                   "417": "KGS"}  # fmt: skip
_DEPTH: Final = 50
_MOST: Final = 100
"""Kinds of prices and words of currencies that are kept; an exchange has a dozen at most."""


@dataclass(slots=True)
class PriceKind:
    """A kind of price (ТипЦены): its name, and the currency of its prices where it says so."""

    name: str
    currency: str = ""


@dataclass(slots=True)
class Property:
    """A property of goods; `values` are those of a reference book, by their ids."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Classifier:
    """Groups, properties and kinds of prices of all files of an exchange, by their ids."""

    categories: dict[str, Category] = field(default_factory=dict)
    properties: dict[str, Property] = field(default_factory=dict)
    prices: dict[str, PriceKind] = field(default_factory=dict)
    met: dict[str, None] = field(default_factory=dict)
    """Ids of the kinds that the prices of goods are of, explained by a ТипЦены or not."""
    odd_currencies: dict[str, None] = field(default_factory=dict)
    """Words that stand for a currency and are none that is known."""
    _codes: dict[str, str] = field(default_factory=dict)

    def take(self, element: Element) -> None:
        """Take in what a Классификатор holds."""
        self._groups(element)
        for one in children(child(element, "Категории"), "Категория"):
            key, name = text(one, "Ид"), " ".join(text(one, "Наименование").split())
            if key and name:  # of 2.10: flat, for goods that stand in no group
                self.categories.setdefault(key, Category(key, name, "", (name,)))
        for one in children(child(element, "Свойства"), "Свойство"):
            self._property(one)
        for one in children(child(element, "Свойства"), "СвойствоНоменклатуры"):
            self._property(one)  # as the schema before 2.04 named it

    def take_price(self, element: Element) -> None:
        """Take in a ТипЦены."""
        key = text(element, "Ид")
        if key:
            currency = self._currency(text(element, "Валюта"))
            self.prices.setdefault(key, PriceKind(text(element, "Наименование"), currency))

    def meet(self, prices: Iterable[tuple[str, str, str]]) -> None:
        """Take note of the prices of one of the goods: kind, amount, currency."""
        for kind, _, currency in prices:
            if kind not in self.met and len(self.met) < _MOST:
                self.met[kind] = None
            if currency not in self.odd_currencies:
                self._currency(currency)

    def _currency(self, word: str) -> str:
        code = self._codes.get(word) or currency_code(word)
        if len(self._codes) < _MOST:
            self._codes[word] = code
        if word and not code and len(self.odd_currencies) < _MOST:
            self.odd_currencies[word] = None
        return code

    def _property(self, element: Element) -> None:
        key, name = text(element, "Ид"), text(element, "Наименование")
        if not key or not name:
            return
        known = self.properties.setdefault(key, Property(name))
        for one in children(child(element, "ВариантыЗначений"), "Справочник"):
            known.values[text(one, "ИдЗначения")] = text(one, "Значение")

    def _groups(self, element: Element) -> None:
        start: tuple[Element | None, str, tuple[str, ...]] = (child(element, "Группы"), "", ())
        waiting = [start]
        while waiting:
            groups, parent, path = waiting.pop()
            for group in children(groups, "Группа"):
                key, name = text(group, "Ид"), " ".join(text(group, "Наименование").split())
                if not key:
                    continue
                own = (*path, name)[-_DEPTH:]
                self.categories.setdefault(key, Category(key, name, parent, own))
                waiting.append((child(group, "Группы"), key, own))

    @property
    def unexplained(self) -> bool:
        """Whether prices are of several kinds and nothing says which is which."""
        return not self.prices and len(self.met) > 1

    def retail(self) -> str | None:
        """Return the id of the kind of price that shoppers pay; None where it cannot be told.

        One named so goes first, then the first that is neither a cost nor a wholesale price, then
        a wholesale one. The only kind of all prices needs no name.
        """
        if not self.prices:
            return next(iter(self.met)) if len(self.met) == 1 else None
        plain = [key for key, kind in self.prices.items() if not _COST.search(kind.name)]
        open_ = [key for key in plain if not self.is_wholesale(key)]
        named = [key for key in open_ if _RETAIL.search(self.prices[key].name)]
        return next(iter((*named, *open_, *plain)), None)

    def is_wholesale(self, key: str) -> bool:
        """Tell whether a kind is named as one that shops pay, not shoppers, or as one gone by."""
        return key in self.prices and _OTHER.search(self.prices[key].name) is not None

    def cost(self) -> str:
        """Return the id of the kind of price that the goods cost the seller; empty without one."""
        costs = (key for key, kind in self.prices.items() if _COST.search(kind.name))
        return next(costs, "")


def currency_code(word: str) -> str:
    """Return the ISO code of a currency as 1C writes it: руб, RUB, 643; empty if not known."""
    bare = word.strip()
    known = _NUMERIC.get(bare) or currency_of(bare)
    if known:
        return known
    return bare.upper() if len(bare) == 3 and bare.isascii() and bare.isalpha() else ""
