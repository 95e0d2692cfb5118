"""Statements: kept, shown where they are used, undone, and ranked by what they free."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.db.listings.world import BOOTS, FAMILY, World, make_boots

from torgpred.catalogue.core.offers import Category, Offer
from torgpred.catalogue.services import UnknownStatementError, undo_statement
from torgpred.channels.core.drafts import Draft
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.services import contexts, decisions, pricing, statements
from torgpred.listings.services.answering import answers
from torgpred.listings.services.statements import WrongFactError, stated
from torgpred.twins.aliexpress_ru.samples import (
    MATERIAL,
    OTHER_LEAF,
    SIZE,
    SIZE_27,
    SIZE_28,
    TEMPLATE,
    WOOL,
)


def state(world: World, kind: str, value: Any, **about: Any) -> int:  # noqa: ANN401
    about = about or {"category": "10"}
    return statements.state_fact(
        seller_id=world.seller, kind=kind, value=value, given_by="anna", **about
    ).id


def bare(key: str, **overrides: Any) -> Offer:  # noqa: ANN401
    return make_boots(key, **({"weight_kg": None, "package": None} | overrides))


def draft(world: World, key: str) -> Draft:
    """Return the draft that is desired for a product, after a new plan."""
    world.plan()
    ((content,),) = world.rows(
        "SELECT content FROM listings_desired desired JOIN listings_draftcontent draft"
        " ON draft.digest = desired.draft_digest WHERE desired.product_key = %s",
        key,
    )
    return msgspec.json.decode(bytes(content), type=Draft)


def computed(world: World) -> set[str]:
    """Return the products whose desired state the next plan works out anew."""
    before = dict(world.rows("SELECT product_key, xmin::text FROM listings_desired"))
    world.plan()
    after = dict(world.rows("SELECT product_key, xmin::text FROM listings_desired"))
    return {key for key, mark in after.items() if before.get(key) != mark}


def test_the_same_said_again_of_the_same_makes_no_second_statement(world: World) -> None:
    weight = state(world, "weight_kg", "800 g")
    boots = state(world, "weight_kg", "0.9", keys=["A", "B"])
    of_wool = {"attribute_id": str(MATERIAL), "value_id": str(WOOL)}
    wool = state(world, "attribute", of_wool)
    size = state(world, "attribute", {"attribute_id": str(SIZE), "value_id": str(SIZE_27)})

    assert state(world, "weight_kg", "0.8 kg") == weight
    assert state(world, "weight_kg", "0.9", keys=["B"]) == boots
    assert state(world, "attribute", of_wool) == wool
    assert state(world, "attribute", {"attribute_id": str(SIZE), "value_id": str(SIZE_28)}) > size
    assert state(world, "weight_kg", "0.8", everything=True) > size
    assert state(world, "weight_kg", "0.9", keys=["B", "C"]) > size, "of C it was not said"
    assert state(world, "weight_kg", "0.7") > weight
    assert state(world, "weight_kg", "0.8") > weight, "it was said otherwise meanwhile"


def test_a_later_statement_goes_before_and_its_undoing_brings_the_earlier_back(
    world: World,
) -> None:
    world.feed(bare("B-1"))
    state(world, "parcel", "0.8 kg, 30x20x12 cm")
    later = state(world, "weight_kg", "900 г")
    assert draft(world, "B-1").weight_kg == Decimal("0.9")
    undo_statement(seller_id=world.seller, statement_id=later, undone_by="boris")
    assert draft(world, "B-1").weight_kg == Decimal("0.8")
    with pytest.raises(UnknownStatementError):
        undo_statement(seller_id=world.seller, statement_id=later, undone_by="boris")


def test_the_statement_is_named_wherever_its_fact_is_used(world: World) -> None:
    world.feed(bare("B-1"), make_boots("B-2"))
    first = state(world, "weight_kg", "0.8")
    second = state(world, "package", "30x20x12", everything=True)
    steps = {step.product_key: step for step in world.steps(world.plan())}
    (card,) = [one.card for one in stated(world.seller) if one.card.id == first]
    day = f"{card.given_at:%Y-%m-%d}"
    named = (f"weight_kg: statement {first} of {day}", f"package: statement {second} of {day}")
    assert steps["B-1"].stated == named
    assert steps["B-2"].stated == (), "the file's own facts are nobody's statement"
    example = pricing.example(seller_id=world.seller, shop_id=world.shop, sku="B-1")
    assert example is not None
    assert example.stated == named


def test_a_statement_touches_only_the_offers_it_is_about(world: World) -> None:
    categories = BOOTS | {"11": Category(key="11", name="Тапочки", path=("Обувь", "Тапочки"))}
    world.feed(bare("B-1"), bare("B-2"), bare("S-1", category="11"), categories=categories)
    world.plan()
    state(world, "weight_kg", "0.8", keys=["B-1"])
    assert computed(world) == {"B-1"}
    state(world, "weight_kg", "0.5", category="11")
    assert computed(world) == {"S-1"}
    assert computed(world) == set()


def test_statements_are_listed_with_how_many_offers_they_are_about(world: World) -> None:
    categories = {
        "1": Category(key="1", name="Обувь", path=("Обувь",)),
        "10": Category(key="10", name="Валенки", parent="1", path=("Обувь", "Валенки")),
    }
    world.feed(bare("B-1"), bare("B-2"), bare("X-1", category=""), categories=categories)
    ids = [
        state(world, "weight_kg", "0.8", category="1"),
        state(world, "weight_kg", "0.9", keys=["B-1", "gone"]),
        state(world, "country", "Россия", everything=True),
    ]
    undo_statement(seller_id=world.seller, statement_id=ids[0], undone_by="boris")
    state(world, "brand", "Тест", category="1")
    listed = [(one.card.kind, one.path, one.offers) for one in stated(world.seller)]
    assert listed == [("weight_kg", (), 1), ("country", (), 3), ("brand", ("Обувь",), 2)]
    state(world, "attribute", {"attribute_id": str(MATERIAL), "value_id": str(WOOL)})
    assert stated(world.seller)[-1].told == ("Материал", "Шерсть")
    every = stated(world.seller, undone=True)
    assert [one.card.undone_by for one in every] == ["boris", "", "", "", ""]


def test_prices_pictures_and_texts_may_be_stated_for_single_offers_alone(world: World) -> None:
    world.feed(
        make_boots("B-1", price=None, currency="", pictures=(), description="", params=()),
        make_boots("B-2"),
    )
    state(world, "price", "1990", keys=["B-1", "B-2"])
    state(world, "pictures", "https://seller.example/9.jpg", keys=["B-1"])
    state(world, "description", "Тёплые валенки", keys=["B-1"])
    state(world, "attribute", {"attribute_id": "2", "value_id": "201447598"})
    first, second = draft(world, "B-1"), draft(world, "B-2")
    assert first.descriptions["ru"] == "Тёплые валенки"
    assert first.pictures == ("https://seller.example/9.jpg",)
    prices = (first.variants[0].price, second.variants[0].price)
    assert prices == (Decimal(1990), Decimal(2490)), "the file's own price goes before"
    with pytest.raises(WrongFactError, match="every offer's own"):
        state(world, "price", "1990", category="10")


def test_what_tells_variants_apart_may_be_stated_for_each(world: World) -> None:
    world.feed(bare("V-1", product_key="V"), bare("V-2", product_key="V"))
    state(world, "weight_kg", "0.8", keys=["V-1"])
    state(world, "weight_kg", "0.9", keys=["V-2"])
    state(world, "package", "30x20x12")
    assert world.plan().counts["ready"] == 0, "two variants that look alike"
    for key, size in (("V-1", SIZE_27), ("V-2", SIZE_28)):
        value = {"attribute_id": str(SIZE), "value_id": str(size)}
        state(world, "attribute", value, keys=[key])
    plan = world.plan()
    assert plan.counts["ready"] == 2
    weight = draft(world, "V").weight_kg
    assert weight == Decimal("0.9"), "a parcel weighs what its heaviest variant does"
    assert world.apply(plan).steps == {"create.done": 1}


def test_answers_are_ranked_by_what_they_free_and_each_command_gives_one(world: World) -> None:
    categories = BOOTS | {"11": Category(key="11", name="Тапки", path=("Обувь", "Тапки всякие"))}
    world.feed(
        *(bare(f"B-{number}") for number in range(5)),
        make_boots("M-1", params=()),
        make_boots("M-2", params=(), weight_kg=None),
        *(bare(f"S-{number}", category="11") for number in range(3)),
        make_boots("P-1", price=None),
        categories=categories,
    )
    contexts.set_policy(
        seller_id=world.seller, shop_id=world.shop, policy=ShopPolicy(), actor="test"
    )
    plan = world.plan()
    assert (plan.counts["ready"], plan.counts["held"]) == (0, 11)
    found = answers(world.seller, world.shop, seller="W-1", limit=10)
    asked = [(one.fact, one.group, one.frees, one.cumulative) for one in found]
    assert asked == [
        ("terms", "", 0, 0),
        ("parcel", "10", 5, 5),
        ("attribute:2", "10", 2, 7),
        ("category", "11", 0, 7),
        ("parcel", "11", 3, 10),
    ]
    assert [one.command for one in found[:3]] == [
        f"torgpred policy set W-1 --template {TEMPLATE} --lead-time DAYS",
        "torgpred state W-1 parcel 'KG, LxWxH' --category 10",
        "torgpred state W-1 attribute:Материал VALUE --category 10",
    ]
    assert found[3].command.startswith("torgpred map set W-1 11 ")
    order = [(hold.fact, hold.frees) for hold in plan.holds if hold.group != "11"]
    assert [fact for fact, _ in order[:5]] == [
        "delivery_template", "lead_time", "weight", "package", "attribute:2",
    ]  # fmt: skip
    policy = ShopPolicy(delivery_template_id=str(TEMPLATE), lead_time_days=3)
    contexts.set_policy(seller_id=world.seller, shop_id=world.shop, policy=policy, actor="test")
    state(world, "parcel", "0.8 kg, 30x20x12 cm")
    assert world.plan().counts["ready"] == 5
    state(world, "attribute", {"attribute_id": "2", "value_id": "201447598"})
    assert world.plan().counts["ready"] == 7
    decisions.map_category(
        seller_id=world.seller, family=FAMILY, category_key="11",
        market_category=str(OTHER_LEAF), actor="test",
    )  # fmt: skip
    state(world, "parcel", "0.4, 20x15x10", category="11")
    assert world.plan().counts["ready"] == 10
    assert answers(world.seller, world.shop, seller="W-1") == [], "a price is every offer's own"


def test_a_rate_that_a_stated_price_needs_is_part_of_what_is_remembered(world: World) -> None:
    world.feed(make_boots("B-1", price=None, currency=""))
    state(world, "price", "100 CNY", keys=["B-1"])
    assert world.plan().counts["ready"] == 0
    for value in ("11", "12"):
        decisions.set_rate(
            source="CNY", target="RUB", value=Decimal(value), said_by="test",
            as_of=date(2026, 11, 1),
        )  # fmt: skip
        assert draft(world, "B-1").variants[0].price == Decimal(value) * 100


def test_a_price_list_of_costs_alone_is_priced_by_one_answer(world: World) -> None:
    costs = [make_boots(f"B-{n}", price=None, cost=Decimal(900 + n)) for n in range(3)]
    world.feed(*costs)
    world.plan()
    (answer,) = answers(world.seller, world.shop, seller="W-1")
    assert (answer.fact, answer.frees) == ("basis", 3)
    assert answer.command == "torgpred policy set W-1 --basis cost --margin PERCENT"
    world.feed(*costs, make_boots("P-1"))
    world.plan()
    assert answers(world.seller, world.shop, seller="W-1") == [], "another offer has a price"
