"""What the attributes of Google Merchant are called in YML."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from torgpred.catalogue.core.yml.parsing import Item, Raw
from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.kernel.quantity import decimal_of, in_centimetres

SALE_DATED = Kind(
    "feed.offer.sale_dated",
    Severity.NOTE,
    "The sale price {value} holds for a time only ({dates}); the regular price was read.",
    "Plan the sale as a campaign, or give the price of the day as price.",
)

_TAGS: Final = {
    "title": "name", "description": "description", "brand": "vendor", "barcode": "barcode",
    "mpn": "vendorCode", "image_link": "picture", "additional_image_link": "picture",
    "shipping_weight": "weight", "country_of_origin": "country_of_origin", "adult": "adult",
    "sell_on_google_quantity": "count", "inventory": "count", "count": "count",
    "quantity": "count", "quantity_to_sell_on_facebook": "count",
}  # fmt: skip
_PARAMS: Final = frozenset(
    {
        "color", "size", "material", "pattern", "gender", "age_group", "size_type", "size_system",
        "condition", "multipack", "google_product_category", "unit_pricing_measure",
    }
)  # fmt: skip
_AVAILABLE: Final = {
    "in stock": "true", "out of stock": "false", "preorder": "false", "backorder": "false",
    "available for order": "false", "discontinued": "false",
}  # fmt: skip
_SIDES: Final = ("length", "width", "height")
_MONEY: Final = re.compile(r"\s*([A-Za-z]{3})?\s*([\d.,\s\u00a0]+?)\s*([A-Za-z]{3})?\s*")
_SIDE: Final = re.compile(r"\s*([\d.,]+)\s*([A-Za-zА-Яа-я]*)\s*")


def in_yml(raw: Raw, category: str, place: str, findings: list[Finding]) -> Raw:
    """Return an item as YML would write it; `category` is the key of its own, empty without one."""
    first: dict[str, str] = {}
    for tag, attributes, text in raw.items:
        given = text.strip() or ((attributes or {}).get("href", "") if tag == "link" else "")
        if given and tag not in first:
            first[tag] = given
    attributes = {"id": first.get("id", "")}
    if "item_group_id" in first:
        attributes["group_id"] = first["item_group_id"]
    said = first.get("availability", "").lower().replace("_", " ")
    if said:
        attributes["available"] = _AVAILABLE.get(said, said)
    items: list[Item] = [*_money(first, place, findings), *_sides(first), *_own(raw)]
    if category:
        items.append(("categoryId", None, category))
    if "link" in first:
        items.append(("url", None, first["link"]))
    return Raw(attributes, items)


def _own(raw: Raw) -> Iterator[Item]:
    named = ""
    for tag, _, text in raw.items:
        if tag in _TAGS:
            yield _TAGS[tag], None, text
        elif tag in _PARAMS:
            yield "param", {"name": tag}, text
        elif tag == "product_detail/attribute_name":
            named = text.strip()
        elif tag == "product_detail/attribute_value":
            yield "param", {"name": named}, text


def _money(first: Mapping[str, str], place: str, findings: list[Finding]) -> Iterator[Item]:
    price, currency = _amount(first.get("price", ""))
    sale, other = _amount(first.get("sale_price", ""))
    dates = first.get("sale_price_effective_date", "")
    if sale and dates:
        findings.append(SALE_DATED.at(place, sale, dates=dates))
    elif sale and _below(sale, price):
        yield "oldprice", None, price
        price, currency = sale, other or currency
    yield "price", None, price
    if currency:
        yield "currencyId", None, currency
    cost, _ = _amount(first.get("cost_of_goods_sold", ""))
    if cost:
        yield "purchase_price", None, cost


def _amount(text: str) -> tuple[str, str]:
    """Return amount and currency: "599 CZK", "EUR24.99". What is no amount comes back as it is."""
    match = _MONEY.fullmatch(text)
    if match is None:
        return text, ""
    return match[2], (match[3] or match[1] or "").upper()


def _below(sale: str, price: str) -> bool:
    low, high = decimal_of(sale), decimal_of(price)
    return low is not None and (high is None or 0 < low < high)


def _sides(first: Mapping[str, str]) -> Iterator[Item]:
    given = [first.get(f"shipping_{side}", "") for side in _SIDES]
    if all(given):
        yield from ((side, None, _in_cm(text)) for side, text in zip(_SIDES, given, strict=True))


def _in_cm(text: str) -> str:
    match = _SIDE.fullmatch(text)
    number = decimal_of(match[1]) if match else None
    if match is None or number is None:
        return text
    side = in_centimetres(number, match[2])
    return text if side is None else str(side)
