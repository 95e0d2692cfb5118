"""Facts as people type them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.listings.core.facts import FACT_NAMES
from torgpred.listings.core.stating import WrongFactError, parcel_of, read_fact, read_measure


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("weight_kg", "0,3 kg", "0.3"),
        ("weight_kg", "300 г", "0.3"),
        ("weight_kg", "0.3", "0.3"),
        ("weight_kg", 0.1 + 0.2, "0.3"),
        ("weight_kg", Decimal("2.50"), "2.5"),
        ("package", "20х15х5", ["20", "15", "5"]),
        ("package", "200*150*50 мм", ["20", "15", "5"]),
        ("package", "20 см x 15 см x 5 см", ["20", "15", "5"]),
        ("package", [20, "15", 5.5], ["20", "15", "5.5"]),
        ("lead_time_days", "3 дня", 3),
        ("price", "1 290,50 руб.", ["1290.5", "RUB"]),
        ("price", "¥12", ["12", "CNY"]),
        ("price", 1290.0, ["1290", ""]),
        ("cost", "99 CNY", ["99", "CNY"]),
        ("currency", "руб.", "RUB"),
        ("country", " Россия ", "Россия"),
        ("unit", "пара", "pair"),
        ("tnved", "6404 11 0000; 6404190000", ["6404110000", "6404190000"]),
        ("pictures", "https://a.example/1.jpg, https://a.example/2.jpg",
         ["https://a.example/1.jpg", "https://a.example/2.jpg"]),
        ("name", "Валенки  «Тест»", "Валенки «Тест»"),
    ],
)  # fmt: skip
def test_what_says_clearly_what_it_means_is_read(kind: str, typed: Any, kept: Any) -> None:  # noqa: ANN401
    assert read_fact(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        ("package", "20x15", "2 sides where length, width and height are needed"),
        ("package", "20", "one side"),
        ("package", "20x15x0", "zero"),
        ("weight_kg", "3 см", "unit см does not fit"),
        ("weight_kg", "1-2", "not one number"),
        ("weight_kg", "-1", "negative"),
        ("weight_kg", "", "not one number"),
        ("weight_kg", True, "not one number"),
        ("weight_kg", float("nan"), "not one number"),
        ("lead_time_days", "2.5", "whole number of days"),
        ("lead_time_days", "3 кг", "unit кг does not fit"),
        ("price", "1,290", "thousands or a decimal comma"),
        ("price", "12 чего-то", "currency"),
        ("price", "0", "zero"),
        ("country", "Нарния", "no country"),
        ("unit", "ведро", "not sold by it"),
        ("tnved", "640411", "ten digits"),
        ("pictures", "photo.jpg", "address"),
        ("colour", "red", "no such kind"),
        ("brand", " \n ", "empty"),
    ],
)
def test_what_does_not_is_refused_with_kind_value_reason_and_mend(
    kind: str,
    typed: Any,  # noqa: ANN401
    reason: str,
) -> None:
    with pytest.raises(WrongFactError) as error:
        read_fact(kind, typed)
    told = str(error.value)
    assert told.startswith(f"{kind} cannot be {str(typed)!r}")
    assert reason in told
    assert error.value.data["mend"]


@pytest.mark.parametrize(
    "text", ["0.3 kg, 20x15x5 cm", "0,3 кг; 20х15х5", "300 г, 200x150x50 мм", "20x15x5, 0.3"]
)
def test_a_parcel_gives_weight_and_package_at_once(text: str) -> None:
    assert parcel_of(text) == {"weight_kg": "0.3", "package": ["20", "15", "5"]}


@pytest.mark.parametrize("text", ["0.3", "20x15x5", "0.3 kg, 20x15", "1, 2, 3", ""])
def test_half_a_parcel_is_none(text: str) -> None:
    with pytest.raises(WrongFactError):
        parcel_of(text)


@given(
    kind=st.sampled_from(FACT_NAMES),
    typed=st.one_of(
        st.text(max_size=40),
        st.floats(),
        st.integers(),
        st.from_regex(r"\d{1,4}([.,]\d{1,3})?( ?(kg|г|см|mm|дня|руб))?", fullmatch=True),
        st.from_regex(r"\d{1,3}[xх*]\d{1,3}[xх*]\d{1,3}( мм)?", fullmatch=True),
    ),
)
def test_what_is_kept_is_read_as_itself_and_all_else_is_refused(kind: str, typed: Any) -> None:  # noqa: ANN401
    try:
        kept = read_fact(kind, typed)
    except WrongFactError:
        return
    assert read_fact(kind, kept) == kept


@pytest.mark.parametrize(
    ("units", "typed", "kept"),
    [
        (("мл", "л"), "500 мл", "500 мл"),
        (("мл", "л"), "0,5 л", "0.5 л"),
        (("мл",), "0,5 л", "500 мл"),
        (("мл",), "500", "500 мл"),
        (("кусок",), "2 кусок", "2 кусок"),
    ],
)
def test_a_measure_is_kept_in_a_unit_of_the_attribute(
    units: tuple[str, ...], typed: str, kept: str
) -> None:
    assert read_measure("Объём", units, typed) == kept


@pytest.mark.parametrize("typed", ["500", "500 г", "много", "1-2 л"])
def test_a_measure_without_a_clear_unit_is_refused(typed: str) -> None:
    with pytest.raises(WrongFactError):
        read_measure("Объём", ("мл", "л"), typed)
