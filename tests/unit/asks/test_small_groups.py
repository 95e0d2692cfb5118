"""Small groups: nothing that is shown tells what is withheld."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.asks.core.adding import Cell, value_of
from torgpred.asks.core.withholding import Outside, SmallGroups, Withheld, outside, why_withheld

RULE = SmallGroups(least=3, most_share=50)


def make_cells(**groups: list[int]) -> tuple[Cell, ...]:
    """Return cells of one seller each per number, in the order of numbers."""
    return tuple(
        Cell(group, seller, {"RUB": Decimal(amount)})
        for group, amounts in groups.items()
        for seller, amount in enumerate(amounts, 1)
    )


@pytest.mark.parametrize(
    ("amounts", "few"),
    [
        ([10, 10, 10], None),
        ([10, 10], True),
        ([], True),
        ([10, 10, 0], True),
        ([50, 25, 25], None),
        ([51, 25, 24], False),
        ([-90, 5, 5], False),
    ],
)
def test_the_rule_at_its_edges(amounts: list[int], few: bool | None) -> None:  # noqa: FBT001
    found = why_withheld(make_cells(x=amounts), RULE)

    assert (None if found is None else found.few) == few


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
