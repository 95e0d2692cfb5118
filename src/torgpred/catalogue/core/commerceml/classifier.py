"""What a 1C exchange says of all goods: groups, properties, kinds of prices."""

import re
from dataclasses import dataclass, field
from typing import Final

from torgpred.catalogue.core.commerceml.documents import Element, child, children, text
from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.core.tables.cells import currency_of

_RETAIL: Final = re.compile(r"розн|ррц|рекоменд|сайт|интернет|retail", re.IGNORECASE)
_COST: Final = re.compile(r"закуп|себест|уч[её]тн|входн|purchase", re.IGNORECASE)
_OTHER: Final = re.compile(r"опт|дилер|партн[её]р|планов|wholesale|старая|old", re.IGNORECASE)
_NUMERIC: Final = {"643": "RUB", "810": "RUB", "840": "USD", "978": "EUR", "156": "CNY",
                   "398": "KZT", "933": "BYN", "860": "UZS", "051": "AMD"}  # fmt: skip
_DEPTH: Final = 50


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
            currency = currency_code(text(element, "Валюта"))
            self.prices.setdefault(key, PriceKind(text(element, "Наименование"), currency))

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

    def retail(self) -> str:
        """Return the id of the kind of price that shoppers pay; empty where none is known.

        One named so goes first, then the first that is neither a cost nor a wholesale price.
        """
        plain = [key for key, kind in self.prices.items() if not _COST.search(kind.name)]
        named = [key for key in plain if _RETAIL.search(self.prices[key].name)]
        open_ = [key for key in plain if not _OTHER.search(self.prices[key].name)]
        return next(iter((*named, *open_, *plain)), "")

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
