from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from torgpred.demo.sellers.faults import BARE_AMPERSAND, DUPLICATE_KEY, SPOILS, spoil
from torgpred.demo.sellers.items import Item, draw, ean13, number, with_barcodes


def make_items(amount: int = 40, **overrides: object) -> list[Item]:
    sound = Item(
        key="",
        category="1",
        name="Чайник",
        vendor="Люменёк",
        price="1299.00",
        description="<p>Греет воду.</p>",
        weight="0.450",
        sides="20/15/15",
    )
    return with_barcodes(
        [replace(sound, key=f"K-{place}", **overrides) for place in range(amount)],  # type: ignore[arg-type]
        "469000999",
    )


@pytest.mark.parametrize("fault", sorted(SPOILS))
@given(amount=st.integers(0, 40))
def test_exactly_so_many_items_get_a_fault(fault: str, amount: int) -> None:
    before = make_items()

    after = spoil(before, {fault: amount})

    assert sum(one != other for one, other in zip(before, after, strict=True)) == amount


def test_a_duplicate_is_another_item_under_a_used_key() -> None:
    before = make_items()

    after = spoil(before, {DUPLICATE_KEY: 3})

    assert after[:40] == before
    for copy in after[40:]:
        twin = next(item for item in before if item.key == copy.key)
        assert copy.barcode != twin.barcode


def test_more_faults_than_items_is_refused() -> None:
    with pytest.raises(ValueError, match="only 2 items"):
        spoil(make_items(2), {"no_price": 3})


def test_a_price_is_spaced_as_in_1c() -> None:
    (item,) = spoil(make_items(1), {"spaced_price": 1})

    assert item.price == "1\u00a0299,00"


def test_grams_are_typed_as_kilograms() -> None:
    (item,) = spoil(make_items(1), {"grams_as_kg": 1})

    assert item.weight == "450"
    assert not item.whole


def test_an_ampersand_stays_bare() -> None:
    (item,) = spoil(make_items(1), {BARE_AMPERSAND: 1})

    assert item.bare
    assert "&" in item.name


@given(serial=st.integers(0, 999))
def test_barcodes_hold_and_spoilt_ones_do_not(serial: int) -> None:
    code = ean13("469000999", serial)
    item = Item(key="K", category="1", barcode=code)

    assert ean.is_valid(code)
    assert not ean.is_valid(spoil([item], {"wrong_barcode": 1})[0].barcode)


def test_draws_depend_on_their_marks_alone() -> None:
    assert draw("abc", "x", 1) == draw("abc", "x", 1)
    assert {draw("abc", mark) for mark in range(50)} == set("abc")
    assert all(3 <= number(3, 5, mark) <= 5 for mark in range(50))


@pytest.mark.parametrize("lacking", [{"price": ""}, {"weight": ""}, {"sides": ""}, {"pictures": 0}])
def test_an_item_is_whole_only_with_everything(lacking: dict[str, object]) -> None:
    assert make_items(1)[0].whole
    assert not make_items(1, **lacking)[0].whole
