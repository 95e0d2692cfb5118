"""The usual spelling of tags and attributes, for exports that write them all in capitals."""

from typing import Final

_TAGS: Final = (
    "name", "price", "oldprice", "purchase_price", "currencyId", "categoryId", "picture", "image",
    "vendor", "vendorCode", "model", "typePrefix", "description", "barcode", "param", "weight",
    "dimensions", "length", "width", "height", "count", "quantity", "stock_quantity", "available",
    "country_of_origin", "url", "vat", "adult", "group_id", "id", "outlets", "outlet",
    "tn-ved-codes", "tn-ved-code", "sales_notes", "pictures", "images", "params", "barcodes",
)  # fmt: skip
_ATTRIBUTES: Final = (
    "id", "sku", "type", "available", "group_id", "name", "unit", "from", "instock",
)  # fmt: skip
_KNOWN = frozenset(_TAGS)
_OTHER: Final = {
    "old_price": "oldprice", "price_old": "oldprice", "priceold": "oldprice",
    "stock": "count", "instock": "count", "quantity_in_stock": "count",
    "ean": "barcode", "ean13": "barcode", "gtin": "barcode",
    "article": "vendorCode", "vendor_code": "vendorCode", "sku": "vendorCode",
    "country": "country_of_origin", "countryoforigin": "country_of_origin",
    "purchaseprice": "purchase_price", "category_id": "categoryId", "currency_id": "currencyId",
    "type_prefix": "typePrefix", "priceuah": "price@UAH", "priceruah": "price@UAH",
}  # fmt: skip
"""What exports of shop systems call an element that YML calls otherwise."""
_BY_LOWER = _OTHER | {tag.lower(): tag for tag in _TAGS}
_KNOWN_ATTRIBUTES = frozenset(_ATTRIBUTES)
NESTED: Final = {
    "pictures/picture": "picture", "images/image": "picture", "images/picture": "picture",
    "params/param": "param", "barcodes/barcode": "barcode",
}  # fmt: skip
"""Lists that some exports wrap into an element of their own."""


def tag_name(tag: str) -> str:
    """Return the usual spelling of a tag; one that is not known stays as it is."""
    return tag if tag in _KNOWN else _BY_LOWER.get(tag.lower(), tag)


def attribute_name(name: str) -> str:
    """Return the usual spelling of an attribute; one that is not known stays as it is."""
    lower = name.lower()
    return lower if lower in _KNOWN_ATTRIBUTES else name
