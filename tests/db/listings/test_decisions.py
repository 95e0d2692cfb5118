"""What a person decides goes before every rule, is remembered, and can be taken back."""

import pytest
from tests.db.listings.world import FAMILY, World, make_boots

from torgpred.accounts.core.people import TrailFilter
from torgpred.accounts.selectors import trail
from torgpred.catalogue.core.offers import Param
from torgpred.listings.core.errors import (
    UnknownAttributeError,
    UnknownMappingError,
    UnknownValueError,
)
from torgpred.listings.selectors.remembered import decided_categories, remembered_paths
from torgpred.listings.services import decisions, remembering
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


def test_taking_a_mapping_back_takes_it_out_of_the_memory_and_keeps_it_in_history(
    world: World,
) -> None:
    (known,) = decided_categories(seller="W-1")
    remembered = decisions.memory(FAMILY)

    remembering.undo_mapping(seller_id=world.seller, mapping_id=known.id)

    assert decided_categories(seller="W-1") == []
    assert decisions.mappings(world.seller, FAMILY) == {}
    assert decisions.memory(FAMILY) == {}
    assert remembered == {} or sum(next(iter(remembered.values())).values()) == 1
    (gone, *_) = trail(TrailFilter(seller="W-1", kind="mapping"))
    assert gone.what == "delete"
    assert {one.field: one.old for one in gone.changes}["market_category"] == str(LEAF)
    with pytest.raises(UnknownMappingError):
        remembering.undo_mapping(seller_id=world.seller, mapping_id=known.id)


def test_deciding_anew_moves_the_memory_along(world: World) -> None:
    world.feed(make_boots())
    decided = {
        "seller_id": world.seller,
        "family": FAMILY,
        "category_key": "10",
        "market_category": str(LEAF),
        "actor": "test",
    }
    for how in ("certain", "hand", "hand"):
        decisions.map_category(**decided, how=how)  # type: ignore[arg-type]
    uses = [one.uses for one in remembered_paths(family=FAMILY)]
    decisions.map_category(**decided, how="certain")  # type: ignore[arg-type]

    assert uses == [1]
    assert remembered_paths(family=FAMILY) == []
