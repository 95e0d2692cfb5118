"""What a person decides about attributes goes before every rule."""

import pytest
from tests.db.listings.world import FAMILY, World, make_boots

from torgpred.catalogue.core.offers import Param
from torgpred.listings.core.errors import UnknownAttributeError, UnknownValueError
from torgpred.listings.services import decisions
from torgpred.twins.aliexpress_ru.samples import FELT, LEAF, MATERIAL, WOOL


def decide_value(world: World, value: str, value_id: int, attribute: int = MATERIAL) -> None:
    decisions.map_value(
        seller_id=world.seller,
        family=FAMILY,
        market_category=str(LEAF),
        attribute=str(attribute),
        value=value,
        value_id=str(value_id),
        actor="test",
    )


def decide_attribute(world: World, param: str, attribute: str) -> None:
    decisions.map_attribute(
        seller_id=world.seller,
        family=FAMILY,
        market_category=str(LEAF),
        param=param,
        attribute=attribute,
        actor="test",
    )


def test_a_value_and_a_name_that_no_rule_knows_are_used_once_decided(world: World) -> None:
    world.feed(make_boots("B-1", params=(Param("Из чего сделано, xyz", "мериносик"),)))
    assert world.plan().counts["ready"] == 0
    decide_attribute(world, "Из чего сделано, xyz", str(MATERIAL))
    decide_value(world, "мериносик", WOOL)
    assert world.plan().counts["ready"] == 1
    decide_value(world, "мериносик", FELT)
    world.carry_out()
    (seen,) = world.rows("SELECT convert_from(seen, 'UTF8') FROM listings_listedproduct")[0]
    assert str(FELT) in seen
    assert str(WOOL) not in seen


def test_a_decision_for_what_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(UnknownAttributeError, match="Материал"):
        decide_attribute(world, "Цвет", "999")
    with pytest.raises(UnknownValueError):
        decide_value(world, "шерсть", 1)


def test_an_ignored_param_fills_nothing(world: World) -> None:
    world.feed(make_boots("B-1"))
    assert world.plan().counts["ready"] == 1
    decide_attribute(world, "Материал", "")
    assert world.plan().counts["ready"] == 0
