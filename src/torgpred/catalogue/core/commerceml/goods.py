"""One product of a 1C exchange and one of its offers, in the words of YML."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from torgpred.catalogue.core.commerceml.classifier import Classifier, currency_code
from torgpred.catalogue.core.commerceml.documents import Element, child, children, text, truth
from torgpred.catalogue.core.commerceml.packages import Part, part_of, product_of
from torgpred.catalogue.core.yml.parsing import Item, Raw

_SERVICE: Final = frozenset(
    {
        "видноменклатуры", "типноменклатуры", "полное наименование", "описаниефайла", "файл",
        "описаниевформатеhtml", "вид номенклатуры", "тип номенклатуры", "код", "вес",
    }
)  # fmt: skip
"""Requisites that are the accounting's own, or are read as something else."""
_BRAND: Final = re.compile(r"бренд|торговая марка|марка|производитель|brand", re.IGNORECASE)
_CUSTOMS: Final = re.compile(r"(код\s+)?тн\s?вэд.*", re.IGNORECASE)


class Product(msgspec.Struct, gc=False):
    """A Товар: what all its offers share, as items of YML, and what it says of itself."""

    own: Part
    items: list[Item]
    deleted: bool


def product_from(element: Element, classifier: Classifier) -> Product | None:
    """Read a Товар; None where it has no id."""
    key = text(element, "Ид")
    if not key:
        return None
    requisites = dict(_requisites(element))
    items = list(_params(element, classifier, requisites))
    items += _single(element, classifier, requisites)
    items += _vendor(element, items)
    return Product(
        own=part_of(element, key),
        items=items,
        deleted=element.get("Статус", "") == "Удален" or text(element, "Статус") == "Удален"
        or truth(text(element, "ПометкаУдаления")),
    )  # fmt: skip


def pictures_of(product: Product | None, part: Part) -> tuple[list[str], list[str]]:
    """Return addresses of an offer's pictures, and paths of those without; its own come first."""
    of_all = product.own.pictures if product else ()
    pictures = dict.fromkeys([*part.pictures, *of_all])
    addresses = [one for one in pictures if "://" in one]
    return addresses, [one for one in pictures if "://" not in one]


def raw_of(product: Product | None, part: Part, classifier: Classifier) -> Raw:
    """Return an offer in the words of YML; without its product where that is not in the files."""
    own = product.own if product else part
    attributes = {"id": part.key, "group_id": product_of(part.key)}
    items: list[Item] = [("name", None, own.name or part.name)]
    article = part.article or own.article
    if article:
        items.append(("vendorCode", None, article))
    alone = part.key == own.key
    codes = part.barcodes or (own.barcodes if alone else ())
    items += [("barcode", None, code) for code in codes]
    items += [("param", {"name": name}, value) for name, value in part.traits or own.traits]
    unit = part.unit or own.unit
    if unit:
        items.append(("param", {"name": "Единица"}, unit))
    items += _money(part, classifier)
    if part.stock:
        items.append(("count", None, part.stock))
    items += [("picture", None, one) for one in pictures_of(product, part)[0]]
    return Raw(attributes, items + (product.items if product else []))


def _money(part: Part, classifier: Classifier) -> Iterator[Item]:
    wanted = classifier.retail()
    for kind, amount, currency in part.prices:
        if kind == wanted:
            known = classifier.prices.get(kind)
            code = currency_code(currency) if currency else known.currency if known else ""
            yield "price", None, amount
            if code:
                yield "currencyId", None, code
            break
    cost = classifier.cost()
    if cost:
        yield from (("purchase_price", None, one) for kind, one, _ in part.prices if kind == cost)


def _requisites(element: Element) -> Iterator[tuple[str, str]]:
    for one in children(child(element, "ЗначенияРеквизитов"), "ЗначениеРеквизита"):
        name, value = text(one, "Наименование"), text(one, "Значение")
        if name and value:
            yield name, value


def _params(
    element: Element, classifier: Classifier, requisites: Mapping[str, str]
) -> Iterator[Item]:
    for one in children(child(element, "ЗначенияСвойств"), "ЗначенияСвойства"):
        known = classifier.properties.get(text(one, "Ид"))
        name = text(one, "Наименование") or (known.name if known else "")
        for given in children(one, "Значение"):
            value = (given.text or "").strip()
            if name and value:
                yield _named(name, known.values.get(value, value) if known else value)
    for name, value in requisites.items():
        if name.lower() not in _SERVICE:
            yield _named(name, value)


def _named(name: str, value: str) -> Item:
    if _CUSTOMS.fullmatch(name):
        return "tn-ved-code", None, value
    return "param", {"name": name}, value


def _single(
    element: Element, classifier: Classifier, requisites: Mapping[str, str]
) -> Iterator[Item]:
    groups = [(one.text or "").strip() for one in children(child(element, "Группы"), "Ид")]
    groups.append(text(element, "Категория"))
    known = [one for one in groups if one in classifier.categories]
    for key in known[:1] or list(filter(None, groups))[:1]:
        yield "categoryId", None, key
    lower = {name.lower(): value for name, value in requisites.items()}
    description = lower.get("описаниевформатеhtml") or text(element, "Описание")
    # The requisite and the element are in kilograms: so shops that take 1C's files read them.
    weight = lower.get("вес") or text(element, "Вес")
    country = text(element, "Страна")
    for tag, value in (("description", description), ("country_of_origin", country)):
        if value:
            yield tag, None, value
    if weight and weight.strip("0., "):
        yield "weight", None, weight
    for tax in children(child(element, "СтавкиНалогов"), "СтавкаНалога"):
        yield "vat", None, text(tax, "Ставка")


def _vendor(element: Element, items: list[Item]) -> list[Item]:
    named = (
        text(element, "ТорговаяМарка"), text(element, "ТорговаяМарка", "Наименование"),
        text(element, "Изготовитель", "Наименование"),
        *(value for tag, given, value in items
          if tag == "param" and given and _BRAND.fullmatch(given["name"])),
    )  # fmt: skip
    brand = next((one for one in named if one), "")
    return [("vendor", None, brand)] if brand else []
