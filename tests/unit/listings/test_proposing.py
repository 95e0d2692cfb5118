"""What a good's name or figure speaks of: proposed where it is one thing, else not at all."""

from decimal import Decimal

import pytest

from torgpred.listings.core.proposing import named_amount, weight_meant

GRAMS = ("г", "кг")


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("Мёд липовый, 250 г", "250 г"),
        ("Мёд липовый, 1 кг", "1 кг"),
        ("  Перга гранулированная 250г ", "250 г"),
        ("Мёд 250 г (0,25 кг)", "250 г"),
        ("Honey 0.5 kg jar", "0.5 kg"),
        ("蜂蜜250克装", "250 克"),
        ("Мёд 2000 г", "2000 г"),
        ("Чай 2 x 100 г", ""),
        ("Чай 100 г × 2", ""),
        ("Набор 6 шт, 250 г", ""),
        ("Мёд 250-300 г", ""),
        ("Мёд 250 г, воск 100 г", ""),
        ("Вино, урожай 2013 г.", ""),
        ("Медовуха, 0,5 л", ""),
        ("Свеча из вощины, 20 см", ""),
        ("Подарочный набор «Пасека»", ""),
    ],
)
def test_the_one_amount_of_a_name_is_proposed(name: str, amount: str) -> None:
    assert named_amount(name, GRAMS) == amount


def test_an_amount_is_proposed_in_what_the_attribute_is_measured_in() -> None:
    assert named_amount("Вино, 2013 г., 0,75 л", ("мл",)) == "0,75 л"
    assert named_amount("Шнур 20 см", ("см",)) == "", "of which side is not said"
    assert named_amount("Мёд, 250 г", GRAMS, "Вес брутто") == "", "names tell of no packaging"
    assert named_amount("Мёд, 250 г", ()) == ""


@pytest.mark.parametrize(
    ("told", "meant"),
    [("0.000675", "0.675"), ("1350", "1.35"), ("0.337", None), ("0.00000001", None)],
)
def test_a_weight_that_cannot_be_is_proposed_in_the_other_unit(
    told: str, meant: str | None
) -> None:
    found = weight_meant(Decimal(told), Decimal("0.001"), Decimal(300))
    assert found == (Decimal(meant) if meant else None)
