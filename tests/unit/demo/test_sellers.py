"""The demo's sellers: who they are, and that their desks' answers fit the file and the twin."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc
from stdnum.ru import inn

from torgpred.demo.sellers import DemoSeller, Mapped, Stated, all_sellers
from torgpred.demo.sellers.items import Item, table
from torgpred.twins.aliexpress_ru.tree import load
from torgpred.twins.aliexpress_ru.tree_types import TreeCategory

SELLERS = all_sellers()
MODULES = dict(
    zip(
        [seller.code for seller in SELLERS],
        ["cosmetics", "thermal", "games", "lamps", "fruit", "kettle"],
        strict=True,
    )
)
each_seller = pytest.mark.parametrize("seller", SELLERS, ids=lambda seller: seller.code)


def leaves() -> dict[tuple[str, ...], TreeCategory]:
    categories = load().categories

    def path(category: TreeCategory) -> tuple[str, ...]:
        above = () if category.parent_id is None else path(categories[category.parent_id])
        return (*above, category.name)

    return {path(one): one for one in categories.values() if not one.children_ids}


def words_of(seller: DemoSeller) -> dict[str, Any]:
    return table(MODULES[seller.code])


def names_in_file(seller: DemoSeller) -> set[tuple[str, ...]]:
    """Every category of the seller's word table, by the names from the root."""
    words = words_of(seller)
    if "categories" in words:
        known = {key: (name, parent) for key, name, parent in words["categories"]}
        return {
            ((known[parent][0], name) if parent else (name,)) for name, parent in known.values()
        }
    if "sheet" in words:
        return {(part["name"],) for sheet in words["sheet"] for part in sheet["part"]}
    return {(one.get("group") or one["category"],) for one in words.get("family") or words["goods"]}


def test_six_trades_one_of_them_from_china() -> None:
    assert [seller.trade for seller in SELLERS] == [
        "cosmetics", "thermal", "games", "lamps", "fruit", "kitchen",
    ]  # fmt: skip
    assert [seller.country for seller in SELLERS] == ["RU"] * 5 + ["CN"]
    assert SELLERS[-1].stock_country == "RU"
    assert SELLERS[-1].currency == "CNY"


def test_sizes_are_those_of_small_producers() -> None:
    sizes = [seller.expected.offers for seller in SELLERS]

    assert all(60 <= size <= 300 for size in sizes)
    assert 850 <= sum(sizes) <= 1100


@each_seller
def test_registration_is_valid_and_from_a_region_that_does_not_exist(seller: DemoSeller) -> None:
    assert len(seller.code) <= 16
    if seller.country == "RU":
        assert inn.is_valid(seller.registration)
        assert len(seller.inn) == (12 if seller.kind == "ИП" else 10)
        assert seller.inn.startswith("00")
    else:
        assert uscc.is_valid(seller.registration)
        assert seller.uscc[2:6] == "9999"


@each_seller
def test_the_same_bytes_are_written_every_time(seller: DemoSeller, tmp_path: Path) -> None:
    base = "http://127.0.0.1:8001/pictures"

    first = seller.write_feed(tmp_path / "a" / "b", picture_base=base)
    again = seller.write_feed(tmp_path / "c", picture_base=base + "/")

    assert first.name == again.name == seller.file_name
    assert first.read_bytes() == again.read_bytes()


@each_seller
def test_answers_speak_of_categories_that_the_file_has(seller: DemoSeller) -> None:
    known = names_in_file(seller)

    answers: tuple[Stated | Mapped, ...] = (*seller.statements, *seller.mapping)
    for answer in answers:
        assert not answer.category or answer.category in known
    assert len({answer.category for answer in seller.mapping}) == len(seller.mapping)


def above(seller: DemoSeller, key: str) -> set[str]:
    """A category's key and name and those of all above it."""
    known = {key: (name, up) for key, name, up in words_of(seller).get("categories", ())}
    found = {key, key.partition(" ")[2]}
    while key in known:
        found |= {key, known[key][0]}
        key = known[key][1]
    return found


@each_seller
def test_expected_numbers_are_those_of_the_items(seller: DemoSeller) -> None:
    module = import_module(f"torgpred.demo.sellers.{MODULES[seller.code]}")
    first = {item.key: item for item in reversed(module.items())}.values()

    def stated(kind: str, item: Item) -> bool:
        return any(
            said.kind == kind
            and (said.category_key or said.category[-1]) in above(seller, item.category)
            for said in seller.statements
            if said.category
        )

    whole = sum(item.whole for item in first)
    freed = sum(
        replace(
            item,
            weight=item.weight or "0.1" * stated("weight_kg", item),
            sides=item.sides or "1/1/1" * stated("package", item),
        ).whole
        for item in first
    )
    assert len(module.items()) == seller.expected.offers
    assert len(first) in seller.expected.taken
    assert whole in seller.expected.whole
    assert freed in seller.expected.whole_once_stated
    assert freed > whole


@each_seller
def test_mappings_lead_to_leaves_of_the_twin(seller: DemoSeller) -> None:
    for mapped in seller.mapping:
        assert mapped.target in leaves()


@each_seller
def test_values_are_words_of_a_dictionary_that_a_mapped_leaf_asks_for(seller: DemoSeller) -> None:
    targets = [leaves()[mapped.target] for mapped in seller.mapping]
    words = {
        (wanted.name, word)
        for leaf in targets
        for wanted in (*leaf.properties, *leaf.sku_properties)
        for _, word in wanted.values
    }

    for meant in seller.values:
        assert (meant.attribute, meant.value) in words


@each_seller
def test_a_seller_keeps_something_under_its_own_policy(seller: DemoSeller) -> None:
    policy = seller.pricing

    assert policy.commission + policy.fee + policy.route.tax_out < 50
    assert policy.route.logistics is not None
