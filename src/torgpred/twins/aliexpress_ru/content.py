"""Rules that are applied after the door: what a task fails for.

They need the category tree and the account: leaf category, known template, approved brand,
required attributes, dictionary values, picture addresses that can be fetched.
"""

import re
from collections.abc import Mapping
from typing import Any

from torgpred.twins.aliexpress_ru.accounts import Account
from torgpred.twins.aliexpress_ru.goods import Doc, Fault, Sku
from torgpred.twins.aliexpress_ru.rulebook import CategoryRules, PropertyRules, Rulebook
from torgpred.twins.aliexpress_ru.settings import Settings
from torgpred.twins.aliexpress_ru.texts import picture_fault

_MEASURE = re.compile(r"([-+]?\d+(?:[.,]\d+)?)\s*(.*)\Z", re.DOTALL)


def _value_fault(rules: PropertyRules, value: Mapping[str, Any], prefix: str) -> Fault | None:
    shape = rules.shape
    value_id, text = value.get(f"{prefix}_value_id"), value.get(f"{prefix}_value")
    if shape.is_enum_prop:
        if value_id is None:
            return Fault(
                "ErrorCode.AttributeValueRequired",
                f"attribute {shape.id} ({shape.name}) takes a value of its dictionary, not text",
            )
        if value_id not in rules.value_ids:
            return Fault(
                "ErrorCode.UnknownAttributeValue",
                f"attribute {shape.id} ({shape.name}) has no value {value_id}",
            )
        return None
    if text is None:
        return Fault(
            "ErrorCode.AttributeValueRequired",
            f"attribute {shape.id} ({shape.name}) takes text, not a value id",
        )
    if shape.units:
        measure = _MEASURE.match(text)
        if measure is None or (measure.group(2) and measure.group(2) not in shape.units):
            return Fault(
                "ErrorCode.InvalidAttributeValue",
                f"attribute {shape.id} ({shape.name}) takes a number in {', '.join(shape.units)}",
            )
    return None


def _attributes_fault(category: CategoryRules, doc: Doc) -> Fault | None:
    seen = set()
    for value in doc.attribute_list:
        number = value["attribute_name_id"]
        rules = category.properties.get(number)
        if rules is None:
            return Fault(
                "ErrorCode.UnknownAttribute",
                f"category {category.shape.id} has no attribute {number}",
            )
        fault = _value_fault(rules, value, "attribute")
        if fault is not None:
            return fault
        seen.add(number)
    for number in sorted(category.required - seen):
        name = category.properties[number].shape.name
        return Fault(
            "ErrorCode.RequiredAttribute", f"required attribute {number} ({name}) is missing"
        )
    return None


def _variants_fault(category: CategoryRules, skus: list[Sku]) -> Fault | None:
    looks = set()
    for sku in skus:
        seen = {}
        for value in sku.sku_attributes_list:
            number = value["sku_attribute_name_id"]
            rules = category.sku_properties.get(number)
            if rules is None:
                return Fault(
                    "ErrorCode.UnknownAttribute",
                    f"category {category.shape.id} has no SKU attribute {number}",
                )
            fault = _value_fault(rules, value, "sku_attribute")
            if fault is not None:
                return fault
            seen[number] = (value.get("sku_attribute_value_id"), value.get("sku_attribute_value"))
        for number in sorted(category.sku_required - seen.keys()):
            name = category.sku_properties[number].shape.name
            return Fault(
                "ErrorCode.RequiredAttribute",
                f"SKU {sku.sku_code}: required attribute {number} ({name}) is missing",
            )
        looks.add(tuple(sorted(seen.items())))
    if len(looks) < len(skus):
        return Fault(
            "ErrorCode.DuplicateSkuAttributes", "two SKUs of the product have the same attributes"
        )
    return None


def pictures_fault(pictures: list[str], settings: Settings) -> Fault | None:
    """Return why one of the pictures cannot be fetched."""
    for address in pictures:
        why = picture_fault(address, local_allowed=settings.local_pictures)
        if why is not None:
            return Fault("ErrorCode.ImageDownloadFailed", f"image {address[:200]}: {why}")
    return None


def product_fault(
    doc: Doc, skus: list[Sku], *, account: Account, rulebook: Rulebook, settings: Settings
) -> Fault | None:
    """Return the first thing that makes a product's task fail, or None."""
    category = rulebook.category(doc.aliexpress_category_id)
    if category is None:
        return Fault(
            "ErrorCode.CategoryNotFound", f"category {doc.aliexpress_category_id} does not exist"
        )
    if not category.is_leaf:
        return Fault(
            "ErrorCode.CategoryIsNotLeaf",
            f"category {category.shape.id} ({category.shape.name}) has subcategories",
        )
    if all(template.id != doc.freight_template_id for template in account.templates):
        return Fault(
            "ErrorCode.FreightTemplateNotFound",
            f"freight template {doc.freight_template_id} does not exist",
        )
    if doc.brand_name and not settings.brands_open:
        approved = {b.name.casefold() for b in account.brands if b.status == "approved"}
        if doc.brand_name.casefold() not in approved:
            return Fault("ErrorCode.BrandNotApproved", f"brand {doc.brand_name} is not approved")
    return (
        _attributes_fault(category, doc)
        or _variants_fault(category, skus)
        or pictures_fault(doc.main_image_urls_list, settings)
    )
