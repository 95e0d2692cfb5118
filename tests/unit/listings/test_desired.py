# ruff: noqa: ANN401 - overrides are checked by the structs they go to
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.listings.making import (
    D,
    make_category,
    make_context,
    make_matcher,
    make_offer,
    make_rules,
)

from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.channels.core.contract import Attribute, MarketCategory, TextLimits
from torgpred.channels.core.drafts import Value
from torgpred.kernel.findings import Kind
from torgpred.listings.core.checks import CHECKS, VARIANT_CHECKS, Check, VariantCheck
from torgpred.listings.core.context import Context, ShopSettings
from torgpred.listings.core.desired import Desired, Product, desire
from torgpred.listings.core.facts import Facts, FactSet
from torgpred.listings.core.pricing import Logistics, PricingPolicy, Route


def wanted(*offers: Offer, **context: Any) -> Desired:
    return desire(Product(offers or (make_offer(),)), make_context(**context))


def said(desired: Desired) -> list[tuple[str, str, str]]:
    return [(one.code, one.sku, one.fact) for one in desired.remarks]


def test_a_complete_offer_is_ready_without_a_word() -> None:
    made = wanted()
    assert made.remarks == ()
    assert made.draft is not None
    assert made.draft.titles == {"ru": "Термобельё мужское тёплое"}
    assert made.draft.attributes == (Value("2", value_id="21"),)
    assert made.draft.variants[0].price == D("1000.00")
    assert (made.draft.external_id, made.draft.category_id) == ("t1-A-1", "100")


SETTINGS = ShopSettings("t1-")
BRANDED = make_category(attributes=(Attribute("1", "Бренд", required=True),))
LISTED = make_category(attributes=(Attribute("1", "Бренд", required=True, dictionary=True),))
BRANCH = MarketCategory("100", "Одежда", children=("200",))

FAULTS: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({}, {"mappings": {}}, "category.unmapped", "category"),
    ({}, {"mappings": {"7": "999"}}, "category.unknown", "category"),
    ({}, {"matchers": {"100": make_matcher(category=BRANCH)}}, "category.not_leaf", "category"),
    ({"name": ""}, {}, "title.missing", "title"),
    ({"description": "", "params": ()}, {}, "description.missing", "description"),
    ({"pictures": ()}, {}, "pictures.too_few", "picture"),
    ({"pictures": ("ftp://x",)}, {}, "pictures.too_few", "picture"),
    ({"weight_kg": None}, {}, "weight.missing", "weight"),
    ({"weight_kg": D(2031)}, {}, "weight.outside", "weight"),
    ({"package": None}, {}, "package.missing", "package"),
    ({"package": Package(D(20), D("0.5"), D(5))}, {}, "package.outside", "package"),
    ({}, {"settings": ShopSettings("t1-", delivery_template_id="1")}, "lead_time.missing",
     "lead_time"),
    ({}, {"settings": ShopSettings("t1-", "ru", "1", 31)}, "lead_time.outside", "lead_time"),
    ({}, {"settings": ShopSettings("t1-", lead_time_days=3)}, "delivery_template.missing",
     "delivery_template"),
    ({}, {"templates": frozenset({"7"})}, "delivery_template.unknown", "delivery_template"),
    ({}, {"settings": ShopSettings("t1-", "ru", "1", 3, "barrel")}, "unit.unknown", "unit"),
    ({"params": ()}, {}, "attribute.missing", "attribute:2"),
    ({"params": (Param("Цвет", "сиреневый"),)}, {}, "attribute.missing", "attribute:2"),
    ({}, {"matchers": {"100": make_matcher(category=BRANDED)}}, "attribute.missing", "brand"),
    ({}, {"matchers": {"100": make_matcher(category=LISTED)}}, "attribute.missing", "attribute:1"),
    ({"price": None}, {}, "price.missing", "price"),
    ({"price": D("0.5")}, {"rules": make_rules(price_min=D(1))}, "price.below_least", "price"),
]  # fmt: skip


@pytest.mark.parametrize(("offer", "context", "code", "fact"), FAULTS)
def test_a_fault_holds_and_names_the_fact_that_would_free_it(
    offer: dict[str, Any], context: dict[str, Any], code: str, fact: str
) -> None:
    made = wanted(make_offer(**offer), **context)
    assert made.draft is None
    assert made.digest == b""
    assert (code, fact) in [(one.code, one.fact) for one in made.holds]
    assert {one.group for one in made.holds} == {"7"}
    for one in made.holds:
        assert one.finding.message
        assert one.finding.mend


def test_a_brand_stated_for_all_fills_what_the_category_asks_for() -> None:
    branded = {"100": make_matcher(category=BRANDED)}
    made = wanted(make_offer(), matchers=branded, facts=Facts(everything=FactSet(brand="Север")))
    assert made.draft is not None
    assert made.draft.attributes == (Value("1", text="Север"),)


def test_a_missing_weight_is_told_once() -> None:
    by_weight = Logistics("RUB", per_kg=D(100))
    made = wanted(
        make_offer(weight_kg=None), policy=PricingPolicy(route=Route(logistics=by_weight))
    )
    assert said(made) == [("weight.missing", "", "weight")]


ADVICE: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"name": "слово " * 30}, {}, "content.title_cut"),
    ({"description": "слово " * 200}, {}, "content.description_cut"),
    ({"pictures": tuple(f"https://a.example/{n}" for n in range(5))}, {}, "content.pictures_cut"),
    ({"pictures": ("https://a.example/1", "нет")}, {}, "content.picture_address"),
    ({"adult": True}, {}, "goods.adult"),
    ({"tnved": ("6109",)}, {}, "tnved.shape"),
    ({"vendor": "Юг"}, {"brands": frozenset({"север"})}, "brand.unknown"),
    ({"old_price": D(900)}, {}, "price.old_not_higher"),
    ({"old_price": D(90000)}, {}, "price.discount_deep"),
    ({"cost": D(1200)}, {}, "price.loss"),
    ({"quantity": None}, {}, "stock.unknown"),
    ({"quantity": -2}, {}, "stock.outside"),
    ({"params": (Param("Цвет", "красный"), Param("Длина", "7"))}, {}, "attribute.unit_missing"),
]


@pytest.mark.parametrize(("offer", "context", "code"), ADVICE)
def test_advice_holds_nothing(offer: dict[str, Any], context: dict[str, Any], code: str) -> None:
    made = wanted(make_offer(**offer), **context)
    assert made.draft is not None
    assert [one.code for one in made.remarks] == [code]
    assert not made.holds


def test_every_check_declares_kinds_with_a_mend_and_codes_are_unique() -> None:
    checks: tuple[Check | VariantCheck, ...] = (*CHECKS, *VARIANT_CHECKS)
    kinds: list[Kind] = [kind for check in checks for kind in check.kinds]
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(kind.mend for kind in kinds)


def variant(key: str, size: str, **overrides: Any) -> Offer:
    params = (Param("Цвет", "красный"), Param("Размер", size)) if size else ()
    return make_offer(key=key, product_key="P", **({"params": params} | overrides))


def test_a_held_variant_does_not_hold_its_siblings() -> None:
    made = wanted(variant("B", "L", price=None), variant("A", "M"))
    assert made.draft is not None
    assert [one.sku for one in made.draft.variants] == ["A"]
    assert made.held == ("B",)
    assert [(one.sku, one.held) for one in made.variants] == [("A", False), ("B", True)]


def test_variants_that_look_alike_are_held_and_name_what_would_tell_them_apart() -> None:
    made = wanted(variant("A", "M"), variant("B", "M"), variant("C", "L"))
    assert [one for one in said(made) if one[0] == "variants.alike"] == [
        ("variants.alike", "A", "attribute:5"),
        ("variants.alike", "B", "attribute:5"),
    ]
    assert made.draft is not None
    assert [one.sku for one in made.draft.variants] == ["C"]


def test_a_sku_that_stands_twice_and_too_many_variants_hold() -> None:
    assert ("variants.sku_twice", "A", "") in said(wanted(variant("A", "M"), variant("A", "L")))
    many = [variant(str(number), str(number)) for number in range(5)]
    assert wanted(*many).draft is None


def test_a_variant_that_lost_its_category_follows_its_siblings() -> None:
    made = wanted(variant("A", "M", category=""), variant("B", "L"))
    assert (made.group, made.held, made.ready) == ("7", (), True)


def test_the_order_of_the_offers_does_not_matter() -> None:
    one, other = variant("A", "M"), variant("B", "L")
    assert wanted(one, other).digest == wanted(other, one).digest != b""


def test_attributes_in_which_variants_differ_are_left_out_and_told() -> None:
    one = variant(
        "A", "M", params=(Param("Цвет", "красный"), Param("Размер", "M"), Param("Длина", "70 см"))
    )
    other = variant("B", "L", params=(Param("Цвет", "синий"), Param("Размер", "L"),
                                      Param("Длина", "75 см")))  # fmt: skip
    made = wanted(one, other)
    assert made.draft is not None
    assert made.draft.attributes == (Value("2", value_id="21"),)  # required: the first one's
    assert [code for code, _, _ in said(made)] == ["attribute.variants_differ"] * 2


def test_a_discount_puts_the_old_price_first() -> None:
    made = wanted(make_offer(old_price=D(1500)))
    assert made.draft is not None
    assert made.draft.variants[0].price == D(1500)
    assert made.draft.variants[0].discount_price == D(1000)


def test_a_description_is_made_of_the_sellers_params_where_there_is_none() -> None:
    made = wanted(make_offer(description=""))
    assert made.draft is not None
    assert made.draft.descriptions["ru"] == "Термобельё мужское тёплое<br>Цвет: красный"


WEIGHT = FactSet(
    weight_kg=D("0.3"),
    package=Package(D(9), D(8), D(7)),
    sources={"weight_kg": "statement 1", "package": "statement 2"},
)


@pytest.mark.parametrize(
    ("facts", "weight"),
    [
        (Facts(by_category={"7": WEIGHT}), D("0.3")),
        (Facts(by_category={"1": WEIGHT}), D("0.3")),
        (Facts(everything=WEIGHT), D("0.3")),
        (Facts(by_offer={"A-1": WEIGHT}), D("0.3")),
        (Facts(by_category={"7": FactSet(weight_kg=D(1))}, by_offer={"A-1": WEIGHT}), D("0.3")),
        (Facts(by_category={"1": FactSet(weight_kg=D(1)), "7": WEIGHT}), D("0.3")),
    ],
)
def test_statements_fill_what_the_file_lacks_and_the_nearest_wins(
    facts: Facts, weight: Decimal
) -> None:
    bare = make_offer(weight_kg=None, package=Package(D(1), D(1), D(1)))
    made = wanted(bare, facts=facts)
    assert made.draft is not None
    assert (made.draft.weight_kg, made.draft.length_cm) == (weight, D(1))
    assert made.stated == ("weight_kg: statement 1",), "the package is the file's own"


def test_the_file_goes_before_a_statement_unless_it_holds_instead() -> None:
    by_category = {"7": WEIGHT}
    assert wanted(facts=Facts(by_category=by_category)).parts.weight_kg == D("0.4")
    instead = FactSet(weight_kg=D("0.3"), instead=frozenset({"weight_kg"}))
    assert wanted(facts=Facts(by_category={"7": instead})).parts.weight_kg == D("0.3")


def test_an_impossible_value_of_the_file_gives_way_to_a_statement() -> None:
    offer = make_offer(weight_kg=D(2031), package=Package(D(0), D(1), D(1)))
    made = wanted(offer, facts=Facts(by_category={"7": WEIGHT}))
    assert (made.parts.weight_kg, made.parts.package) == (D("0.3"), WEIGHT.package)


def test_an_attribute_given_by_a_statement_fills_and_is_checked() -> None:
    bare = make_offer(params=())
    good = Facts(by_category={"7": FactSet(attributes=(Value("2", value_id="22"),))})
    made = wanted(bare, facts=good)
    assert made.draft is not None
    assert made.draft.attributes == (Value("2", value_id="22"),)
    gone = Facts(by_category={"7": FactSet(attributes=(Value("2", value_id="99"),))})
    assert ("attribute.value_unlisted", "", "attribute:2") in said(wanted(bare, facts=gone))


def test_strange_keys_make_safe_external_ids() -> None:
    made = wanted(make_offer(key="Лампа / 5 Вт"))
    assert made.draft is not None
    assert made.draft.external_id.isascii()
    assert len(made.draft.external_id) < 40


def inputs(context: Context, category: str = "7", currency: str = "RUB") -> bytes:
    return context.input_digest([b"offer"], category, ["A-1"], currency)


def test_inputs_change_with_everything_that_matters_and_only_for_those_concerned() -> None:
    base = inputs(make_context())
    changes: list[dict[str, Any]] = [
        {"mappings": {"7": "200"}},
        {"policy": PricingPolicy(fee=D(1))},
        {"rules": make_rules(texts={"ru": TextLimits(10, 10)})},
        {"settings": ShopSettings("t2-")},
        {"matchers": {"100": make_matcher(names={"Оттенок": "2"})}},
        {"facts": Facts(by_category={"1": WEIGHT})},
        {"facts": Facts(by_offer={"A-1": WEIGHT})},
        {"brands": frozenset({"север"})},
        {"templates": frozenset({"1001"})},
    ]
    assert len({base, *(inputs(make_context(**change)) for change in changes)}) == 10
    assert inputs(make_context()) == base
    for elsewhere in (
        make_context(mappings={"7": "100", "8": "200"}),
        make_context(facts=Facts(by_category={"8": WEIGHT})),
        make_context(facts=Facts(by_offer={"Z": WEIGHT})),
    ):
        assert inputs(elsewhere) == base


def test_stock_is_no_part_of_a_drafts_digest() -> None:
    assert wanted(make_offer(quantity=1)).digest == wanted(make_offer(quantity=2)).digest
    assert wanted(make_offer(price=D(1))).digest != wanted(make_offer(price=D(2))).digest
