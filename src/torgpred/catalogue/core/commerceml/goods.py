"""One product of a 1C exchange and one of its offers, in the words of YML."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from torgpred.catalogue.core.commerceml.classifier import Classifier, currency_code
from torgpred.catalogue.core.commerceml.documents import Element, child, children, text, truth
from torgpred.catalogue.core.commerceml.packages import Part, part_of, product_of
from torgpred.catalogue.core.commerceml.properties import is_service, items_of, told
from torgpred.catalogue.core.yml.parsing import Item, Raw

_SERVICE: Final = frozenset(
    {
        "видноменклатуры", "типноменклатуры", "полное наименование", "описаниефайла", "файл",
        "описаниевформатеhtml", "вид номенклатуры", "тип номенклатуры", "код", "вес",
    }
)  # fmt: skip
"""Requisites that are the accounting's own, or are read as something else."""
_BRAND: Final = re.compile(r"бренд|торговая марка|марка|производитель|brand", re.IGNORECASE)
_CHARACTERISTIC: Final = "Характеристика"
"""What 1C itself calls the thing that tells variants of a product apart."""


class Product(msgspec.Struct, gc=False):
    """A Товар: what all its offers share, as items of YML, and what it says of itself."""

    own: Part
    items: list[Item]
    active: bool
    """False where the shop has switched it off."""
    deleted: bool


def product_from(element: Element, classifier: Classifier) -> Product | None:
    """Read a Товар; None where it has no id."""
    key = text(element, "Ид")
    if not key:
        return None
    requisites = dict(_requisites(element))
    own = part_of(element, key)
    said = told(own.properties, classifier)
    free = [one for one in requisites.items() if one[0].lower() not in _SERVICE]
    items = [*items_of((*said.params, *(one for one in free if not is_service(one[0]))))]
    items += _single(element, classifier, requisites, said.description)
    items += _vendor(element)
    return Product(
        own=own,
        items=items,
        active=said.active,
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
    params = _own_params(own, part, classifier)
    items += items_of(params)
    unit = part.unit or own.unit
    if unit:
        items.append(("param", {"name": "Единица"}, unit))
    items += _money(part, classifier)
    if part.stock:
        items.append(("count", None, part.stock))
    items += [("picture", None, one) for one in pictures_of(product, part)[0]]
    if product:
        told_already = {name for name, _ in params}
        items += [one for one in product.items if _param(one) not in told_already]
    return Raw(attributes, items + _vendor_told(items))


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


def _single(
    element: Element, classifier: Classifier, requisites: Mapping[str, str], description: str
) -> Iterator[Item]:
    groups = [(one.text or "").strip() for one in children(child(element, "Группы"), "Ид")]
    groups.append(text(element, "Категория"))
    known = [one for one in groups if one in classifier.categories]
    for key in known[:1] or list(filter(None, groups))[:1]:
        yield "categoryId", None, key
    lower = {name.lower(): value for name, value in requisites.items()}
    description = lower.get("описаниевформатеhtml") or text(element, "Описание") or description
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


def _vendor(element: Element) -> list[Item]:
    named = (
        text(element, "ТорговаяМарка"), text(element, "ТорговаяМарка", "Наименование"),
        text(element, "Изготовитель", "Наименование"),
    )  # fmt: skip
    brand = next((one for one in named if one), "")
    return [("vendor", None, brand)] if brand else []


def _vendor_told(items: list[Item]) -> list[Item]:
    """Return the vendor out of what characteristics, properties and requisites say."""
    if any(tag == "vendor" for tag, _, _ in items):
        return []
    brand = next((one[2] for one in items if _BRAND.fullmatch(_param(one))), "")
    return [("vendor", None, brand)] if brand else []


def _param(item: Item) -> str:
    """Return the name of a parameter, empty for what is none."""
    return item[1]["name"] if item[0] == "param" and item[1] else ""


def _own_params(own: Part, part: Part, classifier: Classifier) -> list[tuple[str, str]]:
    """Return what an offer says of itself: characteristics, properties that these do not repeat.

    1C repeats a characteristic as a property under a shorter name. A variant that neither tells
    from others is told by what its name says beyond the product's.
    """
    traits = part.traits or own.traits
    of_offer = told(part.properties, classifier).params if part.properties else ()
    params = [*traits, *(one for one in of_offer if not _in(traits, one))]
    beyond = "" if part.traits or part.key == own.key else _beyond(part.name, own.name)
    if beyond and not any(_holds(beyond, value) for _, value in of_offer):
        params.insert(0, (_CHARACTERISTIC, beyond))
    return params


def _holds(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None


def _in(traits: tuple[tuple[str, str], ...], param: tuple[str, str]) -> bool:
    name, value = param
    return any(value == other and called.startswith(name) for called, other in traits)


def _beyond(name: str, product: str) -> str:
    """Return what an offer's name adds to its product's, out of brackets; all of an unlike one."""
    name, product = " ".join(name.split()), " ".join(product.split())
    rest = name[len(product) :]
    if name[: len(product)].casefold() != product.casefold() or rest[:1].isalnum():
        rest = name
    rest = rest.strip(" ,;:-–—")
    alone = rest.startswith("(") and rest.endswith(")") and rest.count("(") == 1
    return rest[1:-1].strip() if alone else rest
