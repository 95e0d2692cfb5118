"""Rules at the door: is an item of a call complete, of the right types, within bounds.

Bounds are those of the seller help pages. The codes are our own wording: no list of the
marketplace's product error codes was found.
"""

import re
from decimal import Decimal
from typing import Any

from torgpred.twins.aliexpress_ru.goods import Doc, Fault, Sku, language_of
from torgpred.twins.aliexpress_ru.texts import one_line, plain_decimal, rich_text, two_places

UNITS = frozenset({100000013, 100000014, 100000015, 100000017, 100000019})
SUBJECT_LONGEST = 255
DESCRIPTION_LONGEST = 200_000
SKUS_MOST = 200
STOCK_MOST = 999_999
OPTIONAL = (
    "size_chart_id",
    "package_type",
    "lot_num",
    "bulk_order",
    "bulk_discount",
    "inventory_deduction_strategy",
    "tnved_codes",
    "okpd2_codes",
    "gtin",
)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Z]{2})?\Z")
_WHOLE = re.compile(r"-?\d{1,18}\Z", re.ASCII)


class Reader:
    """Reads fields of one item and gathers what is wrong with them."""

    def __init__(self, item: object, *, strict_text: bool) -> None:
        self.faults: list[Fault] = []
        self.strict_text = strict_text
        self.item: dict[str, Any] = item if isinstance(item, dict) else {}
        if not isinstance(item, dict):
            self.wrong("ErrorCode.InvalidArgument", "the item must be an object")

    def wrong(self, code: str, message: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(code, message))

    def missing(self, name: str) -> None:
        """Note that a required field is not there."""
        self.wrong("ErrorCode.RequiredField", f"field {name} is required")

    def given(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a required field; None, and a fault, where it is missing."""
        value = self.item.get(name)
        if value is None:
            self.missing(name)
        return value

    def whole(self, name: str, low: int, high: int, *, code: str = "InvalidField") -> int:
        """Return a required whole number within bounds (digits as text are taken too)."""
        value = self.given(name)
        if value is None:
            return 0
        number = whole_number(value)
        if number is None:
            self.wrong("ErrorCode.InvalidType", f"field {name} must be a whole number")
            return 0
        if not low <= number <= high:
            self.wrong(f"ErrorCode.{code}", f"field {name} must be between {low} and {high}")
        return number

    def centimetres(self, name: str) -> int | float:
        """Return a package's side, 1-700 cm."""
        value = self.given(name)
        if value is None:
            return 0
        side = plain_decimal(str(value).strip()) if not isinstance(value, bool) else None
        if side is None or not 1 <= side <= 700:
            self.wrong("ErrorCode.InvalidPackageSize", f"field {name} must be 1 to 700 cm")
            return 0
        return int(side) if side == side.to_integral_value() else float(side)

    def amount(
        self, name: str, low: Decimal, high: Decimal, code: str, *, optional: bool = False
    ) -> str | None:
        """Return a decimal that travels as text, put to two places; None where there is none."""
        value = self.item.get(name)
        if optional and (value is None or value == ""):
            return None
        if value is None:
            self.missing(name)
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.wrong("ErrorCode.InvalidType", f"field {name} must be text")
            return None
        if self.strict_text and not isinstance(value, str):
            self.wrong("ErrorCode.InvalidType", f"field {name} must be text, not a number")
            return None
        number = plain_decimal(str(value).strip())
        if number is None or not low <= number <= high:
            self.wrong(f"ErrorCode.{code}", f"field {name} must be between {low} and {high}")
            return None
        return two_places(number)

    def entries(self, name: str, low: int, high: int, code: str) -> list[Any]:
        """Return a required list with so many elements."""
        value = self.given(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong("ErrorCode.InvalidType", f"field {name} must be a list")
            return []
        if not low <= len(value) <= high:
            self.wrong(f"ErrorCode.{code}", f"field {name} must hold {low} to {high} elements")
            return []
        return value

    def code(self, name: str = "sku_code") -> str:
        """Return a seller's own SKU."""
        value = self.given(name)
        text = str(value).strip() if isinstance(value, str | int) else ""
        if value is not None and not text:
            self.wrong("ErrorCode.InvalidSkuCode", f"field {name} must be text of 1 to 100 letters")
        elif len(text) > 100:
            self.wrong("ErrorCode.InvalidSkuCode", f"field {name} is longer than 100 letters")
        return text


def whole_number(value: object) -> int | None:
    """Return a whole number given as a number or as digits, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) <= 2**62 else None
    if isinstance(value, str) and _WHOLE.match(value.strip()):
        return int(value)
    return None


_CENT = Decimal("0.01")
_PRICE_MOST = Decimal(99_999_999)


def read_prices(reader: Reader) -> tuple[str, str | None]:
    """Return price and discount price; a discount that is none is dropped."""
    price = reader.amount("price", _CENT, _PRICE_MOST, "InvalidPrice")
    discount = reader.amount(
        "discount_price", _CENT, _PRICE_MOST, "InvalidDiscountPrice", optional=True
    )
    if price and discount:
        if Decimal(discount) > Decimal(price):
            reader.wrong("ErrorCode.InvalidDiscountPrice", "discount_price must not be above price")
        if Decimal(discount) == Decimal(price):
            discount = None
    return price or "0.00", discount


def read_stock(reader: Reader) -> int:
    """Return pieces for sale."""
    if reader.strict_text and not isinstance(reader.item.get("inventory", ""), str):
        reader.wrong("ErrorCode.InvalidType", "field inventory must be text, not a number")
    return reader.whole("inventory", 0, STOCK_MOST, code="InvalidInventory")


def _attributes(reader: Reader, entries: object, prefix: str) -> list[dict[str, Any]]:
    name, by_id, by_text = f"{prefix}_name_id", f"{prefix}_value_id", f"{prefix}_value"
    if entries is None:
        return []
    if not isinstance(entries, list):
        reader.wrong("ErrorCode.InvalidType", f"{prefix} list must be a list")
        return []
    read: list[dict[str, Any]] = []
    for entry in entries:
        number = whole_number(entry.get(name)) if isinstance(entry, dict) else None
        if number is None:
            reader.wrong("ErrorCode.InvalidAttribute", f"every attribute needs {name}")
            continue
        value_id, text = whole_number(entry.get(by_id)), entry.get(by_text)
        value: dict[str, Any] = {name: number}
        if value_id is not None:
            value[by_id] = value_id
        if isinstance(text, str | int | float) and not isinstance(text, bool) and str(text).strip():
            value[by_text] = one_line(str(text))
        if len(value) < 2:
            reader.wrong("ErrorCode.InvalidAttribute", f"attribute {number} has no value")
            continue
        read.append(value)
    return read


def _subjects(reader: Reader, language: str) -> list[dict[str, str]]:
    read = []
    for entry in reader.entries("multi_language_subject_list", 1, 20, "InvalidSubject"):
        tongue, text = (
            (entry.get("language"), entry.get("subject"))
            if isinstance(entry, dict)
            else (None,) * 2
        )
        if not isinstance(tongue, str) or not isinstance(text, str):
            reader.wrong("ErrorCode.InvalidSubject", "a subject needs language and subject")
            continue
        line = one_line(text)
        if not line or len(line) > SUBJECT_LONGEST:
            reader.wrong(
                "ErrorCode.InvalidSubject", f"a subject must have 1 to {SUBJECT_LONGEST} letters"
            )
        read.append({"language": language_of(tongue), "subject": line})
    if read and language not in {each["language"] for each in read}:
        reader.wrong("ErrorCode.InvalidSubject", "the subject in the main language is missing")
    return read


def _description(reader: Reader, entry: object) -> dict[str, Any] | None:
    tongue = entry.get("language") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(tongue, str):
        reader.wrong("ErrorCode.InvalidDescription", "a description needs its language")
        return None
    read: dict[str, Any] = {"language": language_of(tongue)}
    for name in ("web", "mobile"):
        text = entry.get(name)
        modules = entry.get(f"{name}_detail")
        if isinstance(text, str):
            if len(text) > DESCRIPTION_LONGEST:
                reader.wrong("ErrorCode.InvalidDescription", f"the {name} description is too long")
            read[name] = rich_text(text) if name == "web" or text != entry.get("web") else ""
            if name == "mobile" and text == entry.get("web"):
                read[name] = read["web"]
        elif isinstance(modules, dict | list):
            read[f"{name}_detail"] = modules
    if "web" not in read and "web_detail" not in read:
        reader.wrong("ErrorCode.InvalidDescription", "a description needs web and mobile")
    return read


def _skus(reader: Reader) -> list[Sku]:
    skus: list[Sku] = []
    for entry in reader.entries("sku_info_list", 1, SKUS_MOST, "InvalidSkuList"):
        own = Reader(entry, strict_text=reader.strict_text)
        price, discount = read_prices(own)
        sku = Sku(
            sku_code=own.code(),
            price=price,
            discount_price=discount,
            inventory=own.whole("inventory", 0, STOCK_MOST, code="InvalidInventory"),
            bar_code=str(own.item.get("bar_code") or ""),
            gtin=str(own.item.get("gtin") or ""),
            sku_attributes_list=_attributes(
                own, own.item.get("sku_attributes_list"), "sku_attribute"
            ),
        )
        if any(sku.sku_code == other.sku_code for other in skus):
            own.wrong("ErrorCode.DuplicateSkuCode", f"sku_code {sku.sku_code} stands twice")
        reader.faults.extend(own.faults)
        skus.append(sku)
    return skus


def read_pictures(reader: Reader, name: str) -> list[str]:
    """Return 1-6 picture addresses, as they were given."""
    pictures = reader.entries(name, 1, 6, "InvalidImageCount")
    if any(not isinstance(each, str) or not each.strip() for each in pictures):
        reader.wrong("ErrorCode.InvalidType", f"every element of {name} must be an address")
        return []
    return [each.strip() for each in pictures]


def read_product(reader: Reader) -> tuple[Doc, list[Sku]]:
    """Return a product of a create or edit call, normalised; see `reader.faults` for its faults."""
    language = reader.given("language")
    if language is not None and not (isinstance(language, str) and _LANGUAGE.match(language)):
        reader.wrong("ErrorCode.InvalidLanguage", "field language must be a code such as ru")
    main = language_of(language) if isinstance(language, str) else "ru"
    descriptions = [
        _description(reader, entry)
        for entry in reader.entries("multi_language_description_list", 1, 20, "InvalidDescription")
    ]
    unit = reader.whole("product_unit", 0, 2**53)
    if reader.item.get("product_unit") is not None and unit not in UNITS:
        reader.wrong("ErrorCode.InvalidProductUnit", f"unknown product_unit {unit}")
    doc = Doc(
        aliexpress_category_id=reader.whole("aliexpress_category_id", 1, 2**62),
        freight_template_id=reader.whole("freight_template_id", 1, 2**62),
        language=main,
        main_image_urls_list=read_pictures(reader, "main_image_urls_list"),
        multi_language_subject_list=_subjects(reader, main),
        multi_language_description_list=[each for each in descriptions if each],
        package_length=reader.centimetres("package_length"),
        package_width=reader.centimetres("package_width"),
        package_height=reader.centimetres("package_height"),
        weight=reader.amount("weight", _CENT, Decimal(700), "InvalidWeight") or "0.00",
        product_unit=unit,
        shipping_lead_time=reader.whole("shipping_lead_time", 1, 30, code="InvalidLeadTime"),
        attribute_list=_attributes(reader, reader.item.get("attribute_list"), "attribute"),
        brand_name=one_line(str(reader.item.get("brand_name") or "")),
        extra={name: reader.item[name] for name in OPTIONAL if reader.item.get(name) is not None},
    )
    return doc, _skus(reader)
