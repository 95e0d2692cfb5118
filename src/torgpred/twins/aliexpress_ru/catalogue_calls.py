"""Categories, dictionaries, brands, freight templates: what a product may be made of.

None of the first three wraps its answer in `data`; the last two do.
"""

from typing import Any

from torgpred.twins.aliexpress_ru.calls import Answer, Call, listed, number, optional_number
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.rulebook import CategoryRules
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import whole_number
from torgpred.twins.aliexpress_ru.tree_types import TreeCategory, TreeProperty

CATEGORIES_MOST = 20


def _name(shape: TreeCategory | TreeProperty, call: Call) -> str:
    return shape.name_en if call.english and shape.name_en else shape.name


def _property(shape: TreeProperty, call: Call) -> Answer:
    told: Answer = {
        "id": shape.id,
        "name": _name(shape, call),
        "is_required": shape.is_required,
        "is_enum_prop": shape.is_enum_prop,
        "is_input_prop": not shape.is_enum_prop,
        "has_unit": bool(shape.units),
    }
    if shape.is_enum_prop and shape.inline:
        told["values"] = [{"id": value_id, "name": name} for value_id, name in shape.values]
    if shape.units:
        told["units"] = [{"name": unit, "rate": 1} for unit in shape.units]
    return told


def _category(rules: CategoryRules, call: Call) -> Answer:
    return {
        "id": rules.shape.id,
        "name": _name(rules.shape, call),
        "parent_id": rules.shape.parent_id,
        "is_visible": True,
        "children_ids": list(rules.shape.children_ids),
        "properties": [_property(each, call) for each in rules.shape.properties],
        "sku_properties": [_property(each, call) for each in rules.shape.sku_properties],
    }


def top(market: Market, call: Call) -> Answer:
    """Answer `categories/top`."""
    return {
        "categories": [
            {
                "id": root.id,
                "name": _name(root, call),
                "children_ids": list(root.children_ids),
            }
            for root in market.rulebook.roots
        ]
    }


def get(market: Market, call: Call) -> Answer:
    """Answer `categories/get`; unknown ids are left out."""
    ids = [whole_number(each) for each in listed(call, "ids", CATEGORIES_MOST)]
    found = [market.rulebook.category(each) for each in ids if each is not None]
    return {"categories": [_category(rules, call) for rules in found if rules is not None]}


def values(market: Market, call: Call) -> Answer:
    """Answer `categories/values-dictionary`."""
    category = market.rulebook.category(number(call, "category_id"))
    if category is None:
        raise RefusalError("ErrorCode.CategoryNotFound", "the category does not exist")
    found = (
        category.sku_properties if call.body.get("is_sku_property") is True else category.properties
    ).get(number(call, "property_id"))
    if found is None:
        raise RefusalError("ErrorCode.PropertyNotFound", "the category has no such property")
    return {"values": [{"id": value_id, "name": name} for value_id, name in found.shape.values]}


def brands(_market: Market, call: Call) -> Answer:
    """Answer `brand/get-brand-list`: the account's brands, by status if asked."""
    limit = optional_number(call, "limit", 50, 1, 1000)
    offset = optional_number(call, "offset", 0, 0, 2**31)
    filters: Any = call.body.get("filters") or {}
    wanted = filters.get("status") if isinstance(filters, dict) else None
    matching = [brand for brand in call.account.brands if not wanted or brand.status in wanted]
    return {
        "data": {
            "list": [
                {"id": brand.id, "name": brand.name, "status": brand.status}
                for brand in matching[offset : offset + limit]
            ]
        },
        "error": None,
    }


def templates(market: Market, call: Call) -> Answer:
    """Answer the call for freight templates; the id's spelling is a setting."""
    return {
        "data": {
            "templates": [
                {
                    market.settings.template_id_key: template.id,
                    "template_name": template.name,
                    "is_default": template.is_default,
                }
                for template in call.account.templates
            ]
        },
        "error": None,
    }
