import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.listings.making import make_category, make_matcher

from torgpred.catalogue.core.offers import Param
from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.listings.core.attributes import AttributeMatcher
from torgpred.listings.core.param_names import Why, meaning_of, without_unit

CABLE = MarketCategory(
    "1",
    "Кабели",
    path=("Телефоны", "Зарядка и кабели", "Кабели"),
    attributes=(
        Attribute("1", "Длина", units=("см", "м")),
        Attribute("2", "Вес нетто", units=("г", "кг")),
        Attribute("3", "Подключение", dictionary=True, values=(("31", "USB-C"), ("32", "HDMI"))),
        Attribute("4", "Утеплитель", dictionary=True, values=(("41", "пух"),)),
    ),
)


def make_cables() -> AttributeMatcher:
    return AttributeMatcher(CABLE)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("Длина, см", ("Длина", "см")),
        ("Вес (г)", ("Вес", "г")),
        ("Мощность Вт", ("Мощность", "Вт")),
        ("Размер (RUS)", ("Размер (RUS)", "")),
        ("Длина", ("Длина", "")),
    ],
)
def test_the_unit_is_taken_off_a_name(name: str, split: tuple[str, str]) -> None:
    assert without_unit(name) == split


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Кол-во игроков", "Количество игроков"),
        ("Торговая марка (бренд)", "Бренд"),
        ("Потребл. мощность, Вт", "Мощность"),
        ("ОЗУ", "Оперативная память"),
        ("RAM", "Объем оперативной памяти"),
    ],
)
def test_names_of_one_meaning_meet(one: str, other: str) -> None:
    assert meaning_of(one) == meaning_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Вес брутто", "Вес нетто"), ("Вес", "Вес нетто"), ("Цвет", "Код цвета")]
)
def test_names_of_different_meanings_are_kept_apart(one: str, other: str) -> None:
    assert meaning_of(one) != meaning_of(other)


@pytest.mark.parametrize(
    ("name", "attribute", "why"),
    [
        ("Длина кабеля, м", "1", Why.OWN),
        ("Длина упаковки, см", "", Why.NONE),
        ("Длина, кг", "", Why.UNSURE),
        ("Утеплитель, г/м2", "", Why.UNSURE),
        ("Вес брутто, кг", "", Why.NONE),
        ("Вес", "", Why.UNSURE),
    ],
)
def test_the_categorys_own_word_is_left_out_and_packing_is_not(
    name: str, attribute: str, why: Why
) -> None:
    match = make_cables().explain(name)
    assert (match.attribute_id, match.why) == (attribute, why)


def test_suggestions_lead_with_what_is_certain_and_with_what_has_the_value() -> None:
    matcher = make_cables()
    assert matcher.suggest("Длина")[0].attribute_id == "1"
    assert matcher.suggest("Вес, г")[0].attribute_id == "2"
    assert matcher.suggest("Тип подключения разъема", "HDMI")[0].attribute_id == "3"
    assert matcher.suggest("Абракадабра") == []


def test_a_suggestion_is_never_filled_in() -> None:
    matcher = make_cables()
    assert matcher.suggest("Вес", "100 г")[0].attribute_id == "2"
    assert matcher.fill(Param("Вес", "100 г")).values == ()


def test_what_a_person_said_leads_the_suggestions() -> None:
    matcher = make_matcher(names={"Тон": "2"})
    assert matcher.suggest("Тон")[0].why is Why.PERSON


@given(st.text(max_size=30))
def test_any_name_is_answered_and_suggestions_are_of_the_category(name: str) -> None:
    matcher = make_matcher()
    known = {one.id for one in make_category().attributes}
    found = matcher.suggest(name)
    assert {one.attribute_id for one in found} <= known
    assert [one.confidence for one in found] == sorted(
        (one.confidence for one in found), reverse=True
    )
    taken = matcher.explain(name).attribute_id
    assert not taken or found[0].attribute_id == taken
