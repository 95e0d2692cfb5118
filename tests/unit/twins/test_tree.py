from collections import Counter

import pytest

from torgpred.twins.aliexpress_ru.tree import load
from torgpred.twins.aliexpress_ru.tree.attributes import TreeDataError, read_attributes
from torgpred.twins.aliexpress_ru.tree.categories import build, read_lines
from torgpred.twins.aliexpress_ru.tree_types import Tree, TreeCategory, TreeProperty

ATTRIBUTES = """
[brand] Бренд / Brand; text
[size.small] Размер / Size; enum
S, M, 38..42/2
[size.big] Размер / Size; enum remote
L, XL, @size.small
[weight] Вес / Weight; number г, кг
"""


@pytest.fixture(scope="module")
def tree() -> Tree:
    return load()


def leaves(tree: Tree) -> list[TreeCategory]:
    return [category for category in tree.categories.values() if not category.children_ids]


def asked(category: TreeCategory) -> list[TreeProperty]:
    return category.properties + category.sku_properties


def made(text: str) -> dict[str, TreeCategory]:
    categories = build(list(read_lines("made.tree", text)), read_attributes(ATTRIBUTES))
    return {category.name_en: category for category in categories.values()}


def test_all_consumer_trades_are_there(tree: Tree) -> None:
    roots = {c.name_en for c in tree.categories.values() if c.parent_id is None}

    assert len(leaves(tree)) >= 450
    assert {"Clothing", "Food", "Lighting", "Automotive", "Board games", "Books"} <= roots
    assert len(roots) >= 25


def test_parents_and_children_name_each_other(tree: Tree) -> None:
    for key, category in tree.categories.items():
        assert category.id == key
        for child in category.children_ids:
            assert tree.categories[child].parent_id == key
        if category.parent_id is not None:
            assert key in tree.categories[category.parent_id].children_ids


def test_only_leaves_ask_for_attributes_and_each_requires_one(tree: Tree) -> None:
    for category in tree.categories.values():
        if category.children_ids:
            assert asked(category) == []
        else:
            assert 3 <= len(asked(category)) <= 25
            assert any(wanted.is_required for wanted in asked(category)), category.name_en


def test_siblings_have_names_of_their_own_in_both_languages(tree: Tree) -> None:
    for parent in tree.categories.values():
        children = [tree.categories[key] for key in parent.children_ids]
        assert len({child.name for child in children}) == len(children), parent.name
        assert len({child.name_en for child in children}) == len(children), parent.name_en


def test_a_category_asks_for_an_attribute_once(tree: Tree) -> None:
    for category in tree.categories.values():
        names = Counter(wanted.name for wanted in asked(category))
        keys = Counter(wanted.id for wanted in asked(category))
        assert set(names.values()) | set(keys.values()) <= {1}, category.name_en


def test_one_id_means_one_attribute_and_one_value(tree: Tree) -> None:
    names: dict[int, str] = {}
    values: dict[int, tuple[str, str]] = {}
    for category in tree.categories.values():
        for wanted in asked(category):
            assert names.setdefault(wanted.id, wanted.name_en) == wanted.name_en
            for key, value in wanted.values:
                said = (wanted.name_en, value)
                assert values.setdefault(key, said) == said


def test_dictionaries_hold_distinct_values_and_the_big_ones_come_apart(tree: Tree) -> None:
    dictionaries = [p for leaf in leaves(tree) for p in asked(leaf) if p.is_enum_prop]

    for wanted in dictionaries:
        names = [name for _, name in wanted.values]
        assert len(names) >= 2, wanted.name
        assert len(set(names)) == len(names), wanted.name
        assert len(names) <= 60 or not wanted.inline, wanted.name
    assert {p.name_en for p in dictionaries if not p.inline} >= {"Colour", "Country of origin"}


def test_only_numbers_carry_units_and_only_dictionaries_values(tree: Tree) -> None:
    for leaf in leaves(tree):
        for wanted in asked(leaf):
            assert not (wanted.units and wanted.is_enum_prop)
            assert bool(wanted.values) == wanted.is_enum_prop


def test_loading_again_gives_the_same_tree() -> None:
    assert load() is load()


def test_an_id_survives_new_wording_and_another_order() -> None:
    before = made("Сад / Garden : brand!\nДом / Home : brand!")
    after = made("Дом / Home : brand!\nСады / Garden : brand!")

    assert before["Garden"].id == after["Garden"].id
    assert before["Home"].id == after["Home"].id


def test_children_inherit_replace_drop_and_loosen() -> None:
    got = made(
        "Одежда / Clothing : brand! weight! | size.small!\n"
        "  Пояса / Belts : -weight\n"
        "  Пледы / Throws : brand weight! | size.big\n"
    )

    assert got["Clothing"].properties == []
    assert [(p.name_en, p.is_required) for p in got["Belts"].properties] == [("Brand", True)]
    assert [p.is_required for p in got["Throws"].properties] == [False, True]
    (size,) = got["Throws"].sku_properties
    assert [name for _, name in size.values] == ["L", "XL", "S", "M", "38", "40", "42"]
    assert not size.inline
    assert not size.is_required


def test_an_attribute_of_variants_is_not_asked_of_the_product_too() -> None:
    got = made("Крем / Cream : brand! weight\n  Тюбик / Tube : | weight!")

    assert [p.name_en for p in got["Tube"].properties] == ["Brand"]
    assert [p.name_en for p in got["Tube"].sku_properties] == ["Weight"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Сад / Garden : bramd!", "no attribute bramd!"),
        ("Сад / Garden : brand! -weight", "nothing to drop: -weight"),
        ("Сад / Garden : brand", "a leaf without a required attribute"),
        ("Сад : brand!", "not a category"),
        ("Сад / Garden | brand!", "not a category"),
        ("  Сад / Garden : brand!", "too deep"),
        ("Сад / Garden : brand!\nСады / Garden : brand!", "is taken"),
    ],
)
def test_broken_data_are_named_with_their_place(text: str, reason: str) -> None:
    with pytest.raises(TreeDataError, match=reason) as caught:
        made(text)

    assert str(caught.value).startswith("made.tree:")


@pytest.mark.parametrize("text", ["[a] Имя; text", "[a] А / A; enum", "[a] А / A; text\nб, в"])
def test_broken_attributes_are_refused(text: str) -> None:
    with pytest.raises(TreeDataError):
        read_attributes(text)
