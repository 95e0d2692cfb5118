"""Small groups: nothing that is shown tells what is withheld."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.asks.core.adding import Cell, value_of
from torgpred.asks.core.withholding import (
    Counted,
    Outside,
    Reason,
    SmallGroups,
    Withheld,
    covers,
    outside,
    tells_beside,
    why_withheld,
)

RULE = SmallGroups(least=3, most_share=50)


def make_cells(**groups: list[int]) -> tuple[Cell, ...]:
    """Return cells of one seller each per number, in the order of numbers."""
    return tuple(
        Cell(group, seller, {"RUB": Decimal(amount)})
        for group, amounts in groups.items()
        for seller, amount in enumerate(amounts, 1)
    )


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        ([10, 10, 10], None),
        ([10, 10], Reason.FEW),
        ([], Reason.FEW),
        ([10, 10, 0], Reason.FEW),
        ([50, 25, 25], None),
        ([51, 25, 24], Reason.ONE),
        ([-90, 5, 5], Reason.ONE),
    ],
)
def test_the_rule_at_its_edges(amounts: list[int], reason: Reason | None) -> None:
    found = why_withheld(make_cells(x=amounts), RULE)

    assert (found and found.reason) == reason


def test_a_group_that_fails_is_told_with_another_so_that_the_rest_does_not_tell_it() -> None:
    cells = make_cells(big=[10, 10, 10], middle=[3, 3, 3], tiny=[1])

    found = outside(cells, RULE, grouped=True)

    assert isinstance(found, Outside)
    assert found.total == {"RUB": Decimal(40)}
    assert found.groups == {"big": {"RUB": Decimal(30)}}
    assert found.together == (2, {"RUB": Decimal(10)})


@given(
    st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(-50, 50), max_size=5), max_size=4)
)
def test_all_that_is_shown_passes_the_rule_by_itself(groups: dict[str, list[int]]) -> None:
    cells = make_cells(**groups)

    found = outside(cells, RULE, grouped=True)

    if isinstance(found, Withheld):
        assert why_withheld(cells, RULE) is not None
        return
    assert why_withheld(cells, RULE) is None
    for name in found.groups:
        assert why_withheld([one for one in cells if one.group == name], RULE) is None
    hidden = [one for one in cells if one.group not in found.groups]
    if found.together:
        # Whoever takes the shown groups off the whole learns a sum that may be shown itself.
        assert why_withheld(hidden, RULE) is None
        assert found.together[1] == value_of(hidden, grouped=False).total


ALL = {"since": "2026-11-01", "until": "2026-12-01", "family": "", "sellers": []}


@pytest.mark.parametrize(
    ("narrowed", "inside"),
    [
        ({}, True),
        ({"since": "2026-11-11"}, True),
        ({"until": "2027-01-01"}, False),
        ({"family": "aliexpress_ru"}, True),
        ({"sellers": ["A"]}, True),
    ],
)
def test_what_counts_all_that_another_does(narrowed: dict[str, object], inside: bool) -> None:  # noqa: FBT001
    assert covers(ALL, {**ALL, **narrowed}) is inside
    assert covers({**ALL, "sellers": ["A", "B"]}, {**ALL, "sellers": ["A"]})
    assert not covers({**ALL, "sellers": ["A"]}, ALL)


@pytest.mark.parametrize("wider_first", [True, False])
def test_two_figures_are_not_shown_side_by_side_where_they_tell_of_one(wider_first: bool) -> None:  # noqa: FBT001
    wide = Counted(1, "sold", "q", ALL, make_cells(x=[10, 10, 10, 10]))
    narrow = Counted(2, "sold", "q", {**ALL, "since": "2026-11-11"}, make_cells(x=[10, 10, 10, 3]))
    other = Counted(3, "short", "another", ALL, wide.cells)
    first, second = (wide, narrow) if wider_first else (narrow, wide)

    assert tells_beside(second, [other, first], RULE) == Withheld(Reason.BESIDE, RULE, first.number)
    assert tells_beside(second, [other], RULE) is None
    assert tells_beside(wide, [wide], RULE) is None


def test_figures_of_one_text_by_other_groups_are_laid_side_by_side_too() -> None:
    sold = [Cell("f", one, {"RUB": Decimal(10), "orders": Decimal(1)}) for one in range(5)]
    by_category = [Cell("c", one, {"RUB": Decimal(10)}) for one in range(4)]
    wide = Counted(1, "sold", "q", ALL, tuple(sold))
    narrow = Counted(2, "categories", "q", {**ALL, "sellers": ["A"]}, tuple(by_category))

    assert tells_beside(narrow, [wide], RULE) is not None
    assert tells_beside(wide, [narrow], RULE) is not None


def test_each_unit_is_held_to_the_rule_by_itself() -> None:
    cells = [*make_cells(x=[10, 10, 10]), *(Cell("x", n, {"CNY": Decimal(5)}) for n in (1, 2))]

    assert why_withheld(cells, RULE) == Withheld(Reason.FEW, RULE)
