from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.kernel import ids
from torgpred.kernel.digests import combine, digest_of
from torgpred.kernel.findings import Kind, Severity
from torgpred.kernel.money import CurrencyMismatchError, Money, Rate, Rates, UnknownRateError
from torgpred.kernel.quantity import decimal_of, in_centimetres, in_kilograms


@given(st.integers(min_value=0, max_value=2**63))
def test_an_id_reads_back_however_it_is_typed(number: int) -> None:
    code = ids.encode(number)

    assert ids.decode(code) == number
    assert ids.decode(code.lower().replace("0", "o").replace("1", "l")) == number


@given(st.integers(min_value=32, max_value=2**40), st.data())
def test_one_wrong_letter_is_noticed(number: int, data: st.DataObject) -> None:
    code = ids.encode(number)
    place = data.draw(st.integers(0, len(code) - 2))
    letter = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ".replace(code[place], "")))

    assert ids.decode(code[:place] + letter + code[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "A", "A B C!", "U", "***"])
def test_what_is_no_id_is_none(text: str) -> None:
    assert ids.decode(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 299,00", "1299.00"),
        ("1\u00a0299,5", "1299.5"),
        ("1,299.00", "1299.00"),
        ("1.299,00", "1299.00"),
        ("1,299,000", "1299000"),
        ("1.299.000,5", "1299000.5"),
        ("1299", "1299"),
        ("-5", "-5"),
        ("4.6E+12", "4.6E+12"),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, number: str) -> None:
    assert decimal_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "NaN", "inf", "1.2.3", "12 шт", "1e999", "--1", "9" * 50])
def test_what_is_no_number_is_none(text: str) -> None:
    assert decimal_of(text) is None


def test_masses_and_lengths_come_in_kilograms_and_centimetres() -> None:
    assert in_kilograms(Decimal(350), "г.") == Decimal("0.350")
    assert in_centimetres(Decimal(12), "мм") == Decimal("1.2")
    assert in_kilograms(Decimal(1), "л") is None


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(CurrencyMismatchError):
        Money(Decimal(1), "RUB") + Money(Decimal(1), "CNY")


def test_an_unknown_rate_is_an_error_and_a_reverse_one_is_derived() -> None:
    rates = Rates({("CNY", "RUB"): Rate(Decimal("12.5"), date(2026, 11, 1), "a source")})

    assert rates.convert(Money(Decimal(2), "CNY"), "RUB") == Money(Decimal("25.0"), "RUB")
    assert rates.convert(Money(Decimal(25), "RUB"), "CNY").amount == Decimal(2)
    with pytest.raises(UnknownRateError, match="USD to RUB"):
        rates.convert(Money(Decimal(1), "USD"), "RUB")


@given(st.lists(st.binary(max_size=4)), st.lists(st.binary(max_size=4)))
def test_no_two_lists_of_parts_have_one_digest(left: list[bytes], right: list[bytes]) -> None:
    assert (combine(left) == combine(right)) == (left == right)


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": Decimal("1.0"), "b": 2}) == digest_of({"b": 2, "a": Decimal("1.0")})


def test_a_finding_tells_its_place_value_reason_and_mend_in_any_language() -> None:
    kind = Kind("x.y", Severity.WARNING, "{value} is not {wanted}.", "Write {wanted}.")

    told = kind.at("line 3", "a" * 500, wanted="b")

    assert told.place == "line 3"
    assert len(told.value) == 200
    assert told.message.endswith("is not b.")
    assert told.words(lambda text: text.replace("Write", "Пишите"))[1] == "Пишите b."
