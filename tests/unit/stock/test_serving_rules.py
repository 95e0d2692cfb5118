"""What is served at once: whole from one warehouse, near its buyers or where no other has any."""

import pytest

from torgpred.stock.core.serving import Goods, Level, Want, whole

A: Goods = (1, "A")


def level(
    warehouse: int, free: int, *, country: str = "RU", rank: int = 0, locked: int = 0, at: int = 1
) -> Level:
    """Return a level of the goods asked for at place `at`; its number is 100 + its warehouse's."""
    return (at, 100 + warehouse, warehouse, country, rank, free, locked)


def served(*levels: Level, pieces: int = 3, country: str | None = "RU") -> int | None:
    """Return the warehouse that serves so many pieces of A at once, if one does."""
    place = whole({A: Want(pieces, country)}, [A], levels).get(A)
    assert place is None or place.level_id == 100 + place.warehouse_id
    return None if place is None else place.warehouse_id


def test_a_warehouse_near_the_buyers_that_has_all_serves() -> None:
    assert served(level(1, 9, country="CN"), level(2, 3)) == 2


def test_of_several_the_lower_rank_serves_then_the_lower_number() -> None:
    assert served(level(1, 9, rank=2), level(3, 9, rank=1), level(2, 9, rank=1)) == 2


def test_one_that_has_too_few_is_passed_over_for_one_near_that_has_all() -> None:
    assert served(level(1, 2), level(2, 3, rank=5)) == 2


def test_the_only_one_that_has_any_serves_from_afar_and_buyers_of_several_countries() -> None:
    there = (level(1, 0), level(2, 3, country="CN"), level(3, -4))
    assert served(*there) == 2
    assert served(*there, country=None) == 2


@pytest.mark.parametrize(
    "levels",
    [
        (),
        (level(1, 2),),
        (level(1, 2), level(2, 2)),
        (level(1, 2), level(2, 9, country="CN")),
        (level(1, 9, country="CN"), level(2, 9, country="CN")),
        (level(1, 9, locked=1),),
        (level(1, 9), level(2, 0, locked=1)),
        (level(1, 0, locked=1), level(2, 9)),
    ],
)
def test_what_must_be_shared_out_or_may_be_kept_for_somebody_is_left(
    levels: tuple[Level, ...],
) -> None:
    assert served(*levels) is None


def test_buyers_of_several_countries_are_left_where_two_have_some() -> None:
    assert served(level(1, 9), level(2, 1, country="CN"), country=None) is None


def test_goods_are_told_apart_by_their_place() -> None:
    other: Goods = (2, "A")
    found = whole(
        {A: Want(1, "RU"), other: Want(1, "RU")}, [A, other], [level(1, 1), level(2, 5, at=2)]
    )
    assert {goods: place.warehouse_id for goods, place in found.items()} == {A: 1, other: 2}
