"""What a file tells of the pieces that can be sold."""

import pytest

from torgpred.stock.core.told import Told, pieces_of
from torgpred.stock.core.values import MOST


@pytest.mark.parametrize(
    ("told", "pieces"),
    [
        (Told(5, available=True), 5), (Told(5), 5), (Told(0, available=True), 0), (Told(-3), 0),
        (Told(MOST + 1), MOST), (Told(5, available=False), 0), (Told(available=False), 0),
        (Told(available=True), None), (Told(), None),
    ],
)  # fmt: skip
def test_what_is_counted_and_not_for_sale_is_none_to_sell(told: Told, pieces: int | None) -> None:
    assert pieces_of(told) == pieces
