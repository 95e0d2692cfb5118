"""Nothing that is told outside rests on few sellers, nor does any difference of what is told."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from torgpred.campaigns.core.money.pooling import Atom, Breakdown, Pooled, Told, pool

NAMES = ("category", "day")


def make_atom(seller: int, category: str = "toys", day: str = "11", pieces: int = 1) -> Atom:
    return Atom(seller, (category, day), {"pieces": Decimal(pieces)})


atoms = st.lists(
    st.builds(
        make_atom,
        st.integers(1, 9),
        st.sampled_from(["toys", "tea", "books", "shoes"]),
        st.sampled_from(["11", "12", "13"]),
        st.integers(1, 50),
    ),
    max_size=40,
)
fewest = st.integers(2, 5)


def published(told: Pooled) -> list[tuple[int, Told]]:
    """Return (breakdown, sum) of all that is told; -1 is the whole."""
    found = [] if told.whole is None else [(-1, told.whole)]
    for place, one in enumerate(told.breakdowns):
        found += [(place, it) for it in one.shown]
        found += [(place, one.together)] if one.together else []
    return found


def counted(given_atoms: list[Atom], place: int, one: Told) -> set[int]:
    return {at for at, it in enumerate(given_atoms) if place < 0 or it.groups[place] in one.names}


@given(atoms, fewest)
def test_each_sum_is_right_and_rests_on_enough_sellers(some: list[Atom], least: int) -> None:
    told = pool(some, NAMES, least)

    for place, one in published(told):
        mine = counted(some, place, one)
        assert one.amounts["pieces"] == sum(some[at].amounts["pieces"] for at in mine)
        assert one.sellers == len({some[at].seller for at in mine}) >= least
    if told.whole is None:
        assert len({one.seller for one in some}) < least


@given(atoms, fewest)
def test_the_parts_of_a_breakdown_add_up_to_the_whole(some: list[Atom], least: int) -> None:
    told = pool(some, NAMES, least)

    for one in told.breakdowns:
        parts = [*one.shown, *([one.together] if one.together else [])]
        if parts and told.whole:
            assert sum(it.amounts["pieces"] for it in parts) == told.whole.amounts["pieces"]


@settings(max_examples=60, deadline=None)
@given(atoms, fewest)
def test_no_sum_or_difference_of_a_breakdown_and_the_whole_tells_of_few(
    some: list[Atom], least: int
) -> None:
    """Any weights, not only 1 and -1: what is left of a combination rests on enough sellers."""
    told = pool(some, NAMES, least)

    for place in range(len(NAMES)):
        sums = [(at, it) for at, it in published(told) if at in {-1, place}]
        rows = [counted(some, at, it) for at, it in sums]
        sellers = sorted({one.seller for one in some})
        for few in combinations(sellers, min(least - 1, len(sellers))):
            assert not tells_of(some, rows, set(few)), few


@given(atoms, fewest)
def test_no_difference_of_two_nested_sums_tells_of_few(some: list[Atom], least: int) -> None:
    told = pool(some, NAMES, least)

    sets = [counted(some, place, one) for place, one in published(told)]
    for wider in sets:
        for within in sets:
            if within < wider:
                assert len({some[at].seller for at in wider - within}) >= least


def tells_of(some: list[Atom], rows: list[set[int]], few: set[int]) -> bool:
    """Tell whether some weights of the sums cancel all sellers out but some of these few.

    By elimination over the atoms of all others: sums that vanish on them and not on the few.
    """
    others = [at for at, one in enumerate(some) if one.seller not in few]
    mine = [at for at, one in enumerate(some) if one.seller in few]
    left = [
        ([Fraction(at in row) for at in others], [Fraction(at in row) for at in mine])
        for row in rows
    ]
    for column in range(len(others)):
        pivot = next((one for one in left if one[0][column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left = [_without(one, pivot, column) for one in left]
    return any(any(own) for _, own in left)


def _without(
    one: tuple[list[Fraction], list[Fraction]], pivot: tuple[list[Fraction], list[Fraction]],
    column: int,
) -> tuple[list[Fraction], list[Fraction]]:  # fmt: skip
    factor = one[0][column] / pivot[0][column]
    return (
        [a - factor * b for a, b in zip(one[0], pivot[0], strict=True)],
        [a - factor * b for a, b in zip(one[1], pivot[1], strict=True)],
    )


def test_one_group_of_few_takes_another_with_it() -> None:
    many = [make_atom(seller, "toys") for seller in range(1, 7)]
    more = [make_atom(seller, "tea") for seller in range(1, 9)]
    alone = [make_atom(1, "books")]

    category = pool(many + more + alone, NAMES, 5).breakdowns[0]

    assert [one.names for one in category.shown] == [("tea",)]
    assert category.together is not None
    assert category.together.names == ("books", "toys")


def test_too_few_sellers_altogether_tell_nothing() -> None:
    told = pool([make_atom(seller) for seller in range(4)], NAMES, 5)

    assert told == Pooled(5, None, ())


def test_a_day_that_lies_within_a_category_is_not_told_beside_it() -> None:
    """All of the 12th is toys; toys less the 12th would be what one seller sold on the 11th."""
    some = [make_atom(seller, "toys", "12") for seller in range(1, 7)]
    some += [make_atom(seller, "tea", "11") for seller in range(1, 7)]
    some += [make_atom(9, "toys", "11", 1000)]

    told = pool(some, NAMES, 5)

    assert [one.names for one in told.breakdowns[0].shown] == [("toys",), ("tea",)]
    assert told.breakdowns[1] == Breakdown("day", (), None)
