"""What a 1C exchange says of single offers: prices, stock, characteristics, over all its files."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.catalogue.core.commerceml.documents import Element, child, children, text
from torgpred.kernel.quantity import decimal_of

_MARK: Final = "#"
Given = tuple[str, str, str]
"""A property as an element gives it: id, name (most often empty), value or its id."""
Price = tuple[str, str, str]
"""Id of the kind of price, amount, currency."""


class Part(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """What one file says of one offer."""

    key: str
    name: str = ""
    article: str = ""
    unit: str = ""
    barcodes: tuple[str, ...] = ()
    traits: tuple[tuple[str, str], ...] = ()
    """Characteristics: name and value."""
    prices: tuple[Price, ...] = ()
    stock: str = ""
    pictures: tuple[str, ...] = ()
    """Addresses, and paths of files beside the exchange's."""
    properties: tuple[Given, ...] = ()


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Part).decode


class Packages:
    """The offers of an exchange by their product, in a few hundred bytes each."""

    def __init__(self) -> None:
        self._parts: dict[str, list[bytes]] = {}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def take(self, element: Element) -> tuple[Price, ...]:
        """Take in a Предложение and return its prices; one without id belongs to nothing."""
        key = text(element, "Ид")
        if not key:
            return ()
        part = part_of(element, key)
        self._parts.setdefault(product_of(key), []).append(_encode(part))
        return part.prices

    def of(self, product: str) -> list[Part]:
        """Return the offers of a product, each once."""
        return _merged(self._parts.get(product, []))

    def products(self) -> Iterator[str]:
        """Yield the ids of the products that have offers."""
        yield from self._parts


def product_of(key: str) -> str:
    """Return the product's id in an offer's: "product#characteristic"."""
    return key.partition(_MARK)[0]


def part_of(element: Element, key: str) -> Part:
    """Read a Предложение, or what a Товар says of itself in the same words."""
    return Part(
        key=key,
        name=text(element, "Наименование"),
        article=text(element, "Артикул"),
        unit=_unit(child(element, "БазоваяЕдиница")),
        barcodes=tuple(_barcodes(element)),
        traits=tuple(_traits(element)),
        prices=tuple(prices_of(element)),
        stock=_stock(element),
        pictures=tuple(one for each in children(element, "Картинка") if (one := text(each))),
        properties=tuple(_properties(element)),
    )


def _merged(encoded: list[bytes]) -> list[Part]:
    merged: dict[str, Part] = {}
    for one in encoded:
        part = _decode(one)
        known = merged.get(part.key)
        merged[part.key] = part if known is None else _joined(known, part)
    return list(merged.values())


def _joined(one: Part, other: Part) -> Part:
    """Return what two files say of an offer: newer exchanges part prices, stocks and the rest."""
    return Part(
        one.key, one.name or other.name, one.article or other.article, one.unit or other.unit,
        one.barcodes or other.barcodes, one.traits or other.traits,
        one.prices or other.prices, one.stock or other.stock, one.pictures or other.pictures,
        one.properties or other.properties,
    )  # fmt: skip


def _unit(element: Element | None) -> str:
    """Return the unit that goods are counted in; empty for pieces."""
    if element is None:
        return ""
    full = element.get("НаименованиеПолное", "").strip()
    short = (element.text or "").strip()
    pieces = element.get("Код", "").strip() == "796" or full.lower() in {"штука", "шт", "штуки"}
    return "" if pieces or short.lower().strip(". ") == "шт" else full or short


def _barcodes(element: Element) -> Iterator[str]:
    for parent in (element, *children(element, "Штрихкоды", "ШтрихКоды")):
        for code in children(parent, "Штрихкод", "ШтрихКод"):  # the latter as 2.03 writes it
            bare = (code.text or "").strip() or text(code, "Значение")
            if bare:
                yield bare


def _traits(element: Element) -> Iterator[tuple[str, str]]:
    for trait in children(child(element, "ХарактеристикиТовара"), "ХарактеристикаТовара"):
        name, value = text(trait, "Наименование"), text(trait, "Значение")
        if name and value:
            yield name, value


def _properties(element: Element) -> Iterator[Given]:
    for one in children(child(element, "ЗначенияСвойств"), "ЗначенияСвойства"):
        key, name = text(one, "Ид"), text(one, "Наименование")
        values = ((value.text or "").strip() for value in children(one, "Значение"))
        yield from ((key, name, value) for value in values if value)


def prices_of(element: Element) -> Iterator[Price]:
    """Yield the prices of one of the goods."""
    for price in children(child(element, "Цены"), "Цена"):
        amount = text(price, "ЦенаЗаЕдиницу")
        if amount:
            yield text(price, "ИдТипаЦены"), amount, text(price, "Валюта")


def _stock(element: Element) -> str:
    """Return the pieces as written, or the sum over the warehouses; empty where nothing is said."""
    whole = text(element, "Количество")
    if whole:
        return whole
    found = [one.get("КоличествоНаСкладе", "") for one in children(element, "Склад")]
    for rest in children(child(element, "Остатки"), "Остаток"):
        found.append(text(rest, "Количество"))
        found += [text(one, "Количество") for one in children(rest, "Склад")]
    for rest in children(child(element, "ОстаткиПоСкладам"), "Остаток"):
        found.append(text(rest, "Количество") or text(rest, "КоличествоНаСкладе"))
    told = [number for one in found if one and (number := decimal_of(one)) is not None]
    return str(sum(told, Decimal(0))) if told else ""
