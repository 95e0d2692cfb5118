from decimal import Decimal

import pytest
from tests.unit.listings.making import ATTRIBUTES, make_category, make_matcher, make_offer

from torgpred.catalogue.core.offers import Param
from torgpred.channels.core.contract import Attribute
from torgpred.channels.core.drafts import Value
from torgpred.listings.core.countries import country_code
from torgpred.listings.core.names import key_of, stem
from torgpred.listings.core.param_names import Why
from torgpred.listings.core.units import factor, measure


@pytest.mark.parametrize(
    "forms",
    [
        "красный красная красное красные красных",
        "куртка куртки курток",
        "чашка чашки чашек",
        "носок носки носков",
        "матрешка матрешки матрешек",
        "подарок подарки",
        "ткань тканей",
        "boxes box",
    ],
)
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("без рисунка", "рисунок"), ("синий", "тёмно-синий"), ("42", "44"), ("другое", "прочее")],
)
def test_different_values_have_different_keys(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    ("source", "target", "worth"),
    [
        ("кг", "г", "1000"),
        ("дюйм", "см", "2.54"),
        ("мл", "л", "0.001"),
        ("кВт", "Вт", "1000"),
        ("шт", "шт.", "1"),
        ("кг", "см", None),
        ("парсек-метров", "м", None),
    ],
)
def test_units_are_converted_exactly(source: str, target: str, worth: str | None) -> None:
    assert factor(source, target) == (None if worth is None else Decimal(worth))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12,5 см", (Decimal("12.5"), "см")),
        ("1 200мл", (Decimal(1200), "мл")),
        ("12-15", None),
        ("10x20", None),
        ("много", None),
    ],
)
def test_a_measure_is_one_number_and_its_unit(text: str, read: tuple[Decimal, str] | None) -> None:
    assert measure(text) == read


@pytest.mark.parametrize(
    ("name", "attribute", "why"),
    [
        ("цвет", "2", Why.EXACT),
        ("Цвета", "2", Why.ENDINGS),
        ("Расцветка", "2", Why.SYNONYM),
        ("Color", "2", Why.SYNONYM),
        ("颜色", "2", Why.SYNONYM),
        ("Длина, см", "4", Why.EXACT),
        ("Страна-изготовитель", "6", Why.SYNONYM),
        ("Материаал", "3", Why.SIMILAR),
        ("Материял", "", Why.UNSURE),
        ("Сезон", "", Why.NONE),
    ],
)
def test_a_params_name_is_taken_for_an_attribute_only_when_certain(
    name: str, attribute: str, why: Why
) -> None:
    match = make_matcher().explain(name)
    assert (match.attribute_id, match.why) == (attribute, why)


def test_what_a_person_said_goes_before_every_rule() -> None:
    matcher = make_matcher(names={"Оттенок": "2", "Цвет": ""}, values={("2", "Алый"): "21"})
    assert matcher.explain("оттенок").why is Why.PERSON
    assert matcher.explain("Цвет").attribute_id == ""
    assert matcher.fill(Param("Оттенок", "алый")).values == (Value("2", value_id="21"),)


@pytest.mark.parametrize(
    ("param", "values"),
    [
        (Param("Цвет", "КРАСНАЯ"), [("21", "")]),
        (Param("Цвет", "red"), [("21", "")]),
        (Param("Цвет", "тёмно синяя"), [("23", "")]),
        (Param("Материал", "шерсть 70%, хлопок 30%"), [("31", ""), ("32", "")]),
        (Param("Материал", "Без подкладки"), [("33", "")]),
        (Param("Цоколь", "е27"), None),
        (Param("Цоколь", "E27"), [("82", "")]),
        (Param("Объём", "500", "мл"), [("91", "")]),
        (Param("Объём", "1000 мл"), [("92", "")]),
        (Param("Возраст", "3+"), [("102", "")]),
        (Param("Возраст", "3 года и старше"), [("102", "")]),
        (Param("Возраст", "3"), None),
        (Param("Цвет", "графит"), [("24", "")]),
        (Param("Длина", "0,7", "м"), [("", "70 см")]),
        (Param("Длина, мм", "700"), [("", "70 см")]),
        (Param("Размер", "L"), [("", "L")]),
        (Param("Цвет", "красный, синий"), None),
        (Param("Цвет", "сиреневый"), None),
        (Param("Длина", "70"), None),
        (Param("Длина", "70", "кг"), None),
    ],
)
def test_values_are_found_or_left_open(param: Param, values: list[tuple[str, str]] | None) -> None:
    filled = make_matcher().fill(param)
    if values is None:
        assert (filled.values, filled.trouble is not None) == ((), True)
    else:
        assert [(value.value_id, value.text) for value in filled.values] == values


def test_a_part_of_a_name_is_enough_only_where_the_list_has_the_value() -> None:
    hat = Attribute("1", "Размер шапки", dictionary=True, values=(("11", "54-56"),))
    matcher = make_matcher(category=make_category(attributes=(hat, Attribute("2", "Бренд"))))
    assert matcher.fill(Param("Размер", "54-56")).values == (Value("1", value_id="11"),)
    unsure = matcher.fill(Param("Размер", "L"))
    assert (unsure.values, unsure.attribute) == ((), None)
    both = (hat, Attribute("3", "Размер козырька", dictionary=True, values=hat.values))
    matcher = make_matcher(category=make_category(attributes=both))
    assert matcher.fill(Param("Размер", "54-56")).values == ()


def test_an_unknown_value_is_told_with_what_is_near() -> None:
    filled = make_matcher().fill(Param("Цвет", "красноватый"))
    assert filled.trouble is not None
    said = filled.trouble.at("A-1", filled.shown, **filled.data)
    assert "Красный" in said.message


def test_brand_and_country_come_from_the_offers_own_fields_where_no_param_tells() -> None:
    matcher = make_matcher()
    found = matcher.match(make_offer(), vendor="Север", country="Russia")
    assert found["1"].values == (Value("1", text="Север"),)
    assert found["6"].values == (Value("6", value_id="61"),)
    offer = make_offer(params=(Param("Бренд", "Юг"),))
    assert matcher.match(offer, vendor="Север", country="")["1"].values[0].text == "Юг"


def test_two_values_that_fit_alike_are_not_chosen_between() -> None:
    listed = (("1", "Синий"), ("2", "Синяя"), ("3", "Красный"))
    colour = Attribute("2", "Цвет", dictionary=True, values=listed)
    matcher = make_matcher(category=make_category(attributes=(colour,)))
    assert matcher.fill(Param("Цвет", "синие")).values == ()
    assert matcher.fill(Param("Цвет", "синяя")).values == (Value("2", value_id="2"),)


def test_two_attributes_of_one_meaning_are_not_chosen_between() -> None:
    both = (Attribute("1", "Цвет товара"), Attribute("2", "Основной цвет"))
    matcher = make_matcher(category=make_category(attributes=both))
    assert matcher.explain("Расцветка").why is Why.UNSURE


@pytest.mark.parametrize(
    ("text", "code"),
    [("Россия", "RU"), ("РФ", "RU"), ("КНР", "CN"), ("中国", "CN"), ("Belarus", "BY"), ("Юг", "")],
)
def test_countries_are_known_in_three_languages(text: str, code: str) -> None:
    assert country_code(text) == code


def test_the_digest_follows_everything_the_matcher_depends_on() -> None:
    digests = {
        make_matcher().digest,
        make_matcher(names={"Оттенок": "2"}).digest,
        make_matcher(values={("2", "алый"): "21"}).digest,
        make_matcher(dictionaries={"1": [("11", "Север")]}).digest,
        make_matcher(category=make_category(attributes=ATTRIBUTES[:3])).digest,
    }
    assert len(digests) == 5
    assert make_matcher().digest in digests
