"""A small world for tests and rehearsals: a tiny category tree and a product that passes."""

from typing import Any

from torgpred.twins.aliexpress_ru.tree_types import Tree, TreeCategory, TreeProperty

ROOT, LEAF, OTHER_LEAF = 200_000_001, 200_000_011, 200_000_012
MATERIAL, HEIGHT, COUNTRY, SIZE = 2, 3, 4, 5
WOOL, FELT = 201_447_598, 201_447_599
SIZE_27, SIZE_28 = 27, 28
TEMPLATE = 1001


def small_tree() -> Tree:
    """Return a root with two leaves; the first asks for attributes of every kind."""
    material = TreeProperty(
        id=MATERIAL,
        name="Материал",
        name_en="Material",
        is_required=True,
        is_enum_prop=True,
        values=[(WOOL, "Шерсть"), (FELT, "Войлок")],
    )
    height = TreeProperty(id=HEIGHT, name="Высота", name_en="Height", units=["см", "мм"])
    country = TreeProperty(
        id=COUNTRY,
        name="Страна",
        name_en="Country",
        is_enum_prop=True,
        inline=False,
        values=[(7, "Россия"), (8, "Беларусь")],
    )
    size = TreeProperty(
        id=SIZE,
        name="Размер",
        name_en="Size",
        is_enum_prop=True,
        values=[(SIZE_27, "27"), (SIZE_28, "28")],
    )
    return Tree(
        categories={
            ROOT: TreeCategory(
                id=ROOT, name="Обувь", name_en="Footwear", children_ids=[LEAF, OTHER_LEAF]
            ),
            LEAF: TreeCategory(
                id=LEAF,
                name="Валенки",
                name_en="Felt boots",
                parent_id=ROOT,
                properties=[material, height, country],
                sku_properties=[size],
            ),
            OTHER_LEAF: TreeCategory(
                id=OTHER_LEAF, name="Тапочки", name_en="Slippers", parent_id=ROOT
            ),
        }
    )


def make_sku(**overrides: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a variant of a create call."""
    return {
        "sku_code": "VAL-27",
        "price": "2490.00",
        "inventory": 14,
        "sku_attributes_list": [{"sku_attribute_name_id": SIZE, "sku_attribute_value_id": SIZE_27}],
    } | overrides


def make_product(**overrides: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a product of a create call that passes on the small tree and the first account."""
    return {
        "external_id": "torg-000017",
        "aliexpress_category_id": LEAF,
        "freight_template_id": TEMPLATE,
        "language": "ru",
        "main_image_urls_list": ["https://seller.example/1.jpg"],
        "multi_language_subject_list": [{"language": "ru", "subject": "Валенки детские"}],
        "multi_language_description_list": [
            {"language": "ru", "web": "<p>Тёплые</p>", "mobile": "<p>Тёплые</p>"}
        ],
        "package_length": 30,
        "package_width": 20,
        "package_height": 12,
        "weight": "0.80",
        "product_unit": 100000013,
        "shipping_lead_time": 3,
        "sku_info_list": [make_sku()],
        "attribute_list": [{"attribute_name_id": MATERIAL, "attribute_value_id": FELT}],
    } | overrides
