"""Writes YML as sellers' programs do: by hand-made text, not by an XML library."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from torgpred.demo.sellers.items import Item, picture_addresses


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What surrounds the offers. `categories` are (key, name, parent key)."""

    shop: str
    company: str
    site: str
    date: str
    categories: Sequence[tuple[str, str, str]]
    currency: str = "RUB"
    declared: str = "UTF-8"
    """The encoding that the first line speaks of, right or wrong."""
    platform: str = ""
    doctype: bool = False
    elements: Sequence[str] = ()
    """Extra shop elements, as they stand in the file."""


def yml(catalogue: Catalogue, items: Iterable[Item], picture_base: str) -> str:
    """Return the text of a whole catalogue; encoding it is the caller's business."""
    lines = [f'<?xml version="1.0" encoding="{catalogue.declared}"?>']
    if catalogue.doctype:
        lines.append('<!DOCTYPE yml_catalog SYSTEM "shops.dtd">')
    lines += [f'<yml_catalog date="{catalogue.date}">', "<shop>", *_head(catalogue)]
    lines.append("<offers>")
    for item in items:
        lines += _offer(item, catalogue.site, picture_base)
    lines += ["</offers>", "</shop>", "</yml_catalog>", ""]
    return "\n".join(lines)


def _head(catalogue: Catalogue) -> Iterator[str]:
    yield f"<name>{escape(catalogue.shop)}</name>"
    yield f"<company>{escape(catalogue.company)}</company>"
    yield f"<url>{catalogue.site}</url>"
    if catalogue.platform:
        yield f"<platform>{escape(catalogue.platform)}</platform>"
    yield f'<currencies><currency id="{catalogue.currency}" rate="1"/></currencies>'
    yield "<categories>"
    for key, name, parent in catalogue.categories:
        inside = f' parentId="{parent}"' if parent else ""
        yield f'<category id="{key}"{inside}>{escape(name)}</category>'
    yield "</categories>"
    yield from catalogue.elements


def _offer(item: Item, site: str, picture_base: str) -> Iterator[str]:
    type_ = ' type="vendor.model"' if item.type_prefix else ""
    group = f" group_id={quoteattr(item.group)}" if item.group else ""
    available = "false" if item.quantity == 0 else "true"
    yield f'<offer id={quoteattr(item.key)}{type_}{group} available="{available}">'
    for name, value in _elements(item, site):
        if value:
            yield f"<{name}>{value if item.bare else escape(value)}</{name}>"
    for address in picture_addresses(item, picture_base):
        yield f"<picture>{escape(address)}</picture>"
    if item.description:
        yield f"<description><![CDATA[{item.description}]]></description>"
    for name, value, unit in item.params:
        with_unit = f" unit={quoteattr(unit)}" if unit else ""
        yield f"<param name={quoteattr(name)}{with_unit}>{escape(value)}</param>"
    yield "</offer>"


def _elements(item: Item, site: str) -> Iterator[tuple[str, str]]:
    yield "url", f"{site}/goods/{quote(item.key, safe='')}"
    yield "price", item.price or " "
    yield "oldprice", item.old_price
    yield "purchase_price", item.cost
    yield "currencyId", item.currency
    yield "categoryId", item.category
    yield "name", item.name
    yield "typePrefix", item.type_prefix
    yield "vendor", item.vendor
    yield "model", item.model
    yield "vendorCode", item.vendor_code
    yield "barcode", item.barcode
    yield "weight", item.weight
    yield "dimensions", item.sides
    yield "country_of_origin", item.country
    yield "count", "" if item.quantity is None else str(item.quantity)
