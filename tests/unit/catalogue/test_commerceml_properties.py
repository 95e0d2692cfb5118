"""What 1C exchanges say of goods and variants: properties, names, what a shop keeps for itself."""

from pathlib import Path

import pytest
from tests.unit.catalogue.test_commerceml import (
    goods,
    imported,
    offer,
    offered,
    packed,
    plain,
    read,
)

from torgpred.catalogue.core.offers import Param

NAME = "Кружка &quot;Зима&quot;"
COLOUR = Param("Цвет", "Белый")
SIZES = """<Классификатор><Свойства><Свойство><Ид>s2</Ид><Наименование>Объём</Наименование>
<ВариантыЗначений><Справочник><ИдЗначения>big</ИдЗначения><Значение>400 мл</Значение></Справочник>
</ВариантыЗначений></Свойство></Свойства></Классификатор>"""
TRAIT = """<ХарактеристикиТовара><ХарактеристикаТовара><Наименование>{}</Наименование>
<Значение>{}</Значение></ХарактеристикаТовара></ХарактеристикиТовара>"""
REQUISITE = """<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>{}</Наименование>
<Значение>{}</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>"""


def bare(key: str = "p1", more: str = "") -> str:
    """Return a product that says nothing of itself but `more`."""
    return f"<Товар><Ид>{key}</Ид>{named(NAME)}{more}</Товар>"


def properties(**given: str) -> str:
    told = "".join(
        f"<ЗначенияСвойства><Ид>{key}</Ид><Значение>{value}</Значение></ЗначенияСвойства>"
        for key, value in given.items()
    )
    return f"<ЗначенияСвойств>{told}</ЗначенияСвойств>"


def named(text: str) -> str:
    return f"<Наименование>{text}</Наименование>"


@pytest.mark.parametrize(
    ("more", "params"),
    [
        (named(f"{NAME} (красная)"), [Param("Характеристика", "красная"), COLOUR]),
        (named(f"{NAME}, красная"), [Param("Характеристика", "красная"), COLOUR]),
        (named(f"{NAME} (38) (новая)"), [Param("Характеристика", "(38) (новая)"), COLOUR]),
        (named("Чашка красная"), [Param("Характеристика", "Чашка красная"), COLOUR]),
        (named(f"{NAME}ний сад"), [Param("Характеристика", 'Кружка "Зима"ний сад'), COLOUR]),
        (named(f"  {NAME.upper().replace('QUOT', 'quot')}"), [COLOUR]),
        (named(f"{NAME} (S)") + TRAIT.format("Размер", "S"), [Param("Размер", "S"), COLOUR]),
        (properties(s2="big"), [Param("Объём", "400 мл"), COLOUR]),
        (named(f"{NAME} (об. 400 мл)") + properties(s2="big"), [Param("Объём", "400 мл"), COLOUR]),
        (named(f"{NAME} (400 млн)") + properties(s2="big"),
         [Param("Характеристика", "400 млн"), Param("Объём", "400 мл"), COLOUR]),
        (properties(s1="Красный"), [Param("Цвет", "Красный")]),
        (TRAIT.format("Объём (посуда)", "400 мл") + properties(s2="big"),
         [Param("Объём (посуда)", "400 мл"), COLOUR]),
        (TRAIT.format("Размер", "S") + properties(s2="big"),
         [Param("Размер", "S"), Param("Объём", "400 мл"), COLOUR]),
    ],
)  # fmt: skip
def test_what_tells_a_variant_apart_is_kept(tmp_path: Path, more: str, params: list[Param]) -> None:
    package = offered(offer("p1#1", more)).replace("<ПакетПредложений", f"{SIZES}<ПакетПредложений")
    (one,), _ = read(packed(tmp_path, {"a.xml": imported(goods()), "b.xml": package}))

    assert (one.name, [*one.params]) == ('Кружка "Зима"', params)


def test_a_product_without_variants_has_no_characteristic(tmp_path: Path) -> None:
    files = {"a.xml": imported(goods()), "b.xml": offered(offer(more=named("Кружка (старая)")))}
    (one,), _ = read(packed(tmp_path, files))

    assert [*one.params] == [COLOUR]


@pytest.mark.parametrize(
    ("given", "description"),
    [
        ({"CML2_DETAIL_TEXT": "Вся", "CML2_PREVIEW_TEXT": "Часть"}, "Вся"),
        ({"CML2_PREVIEW_TEXT": "Часть", "CML2_DETAIL_TEXT": "Вся"}, "Вся"),
        ({"CML2_PREVIEW_TEXT": "Часть", "CML2_DETAIL_TEXT": ""}, "Часть"),
        ({"CML2_SORT": "500", "CML2_CODE": "mug", "CML2_ACTIVE_FROM": "1", "CML2_ACTIVE": "true",
          "CML2_PREVIEW_PICTURE": "a.jpg"}, ""),
        ({"x1": "true", "x2": "500", "x3": "mug"}, ""),
    ],
)  # fmt: skip
def test_what_a_shop_system_keeps_for_itself_is_no_property(
    tmp_path: Path, given: dict[str, str], description: str
) -> None:
    names = {"x1": "БитриксАктивность", "x2": "Сортировка", "x3": "Символьный код"}
    names |= {key: "Описание" for key in given if key.startswith("CML2_")}
    known = "".join(
        f"<Свойство><Ид>{key}</Ид>{named(name)}</Свойство>" for key, name in names.items()
    )
    text = imported(bare(more=properties(**given))).replace("</Свойства>", f"{known}</Свойства>")
    (one,), _ = read(plain(tmp_path, text))

    assert (one.description, one.params) == (description, ())


@pytest.mark.parametrize("word", ["false", "0", "нет", "N"])
def test_goods_that_a_shop_has_switched_off_are_left_out(tmp_path: Path, word: str) -> None:
    off = properties(CML2_ACTIVE=word)
    files = {
        "a.xml": imported(bare(), bare("p2", off)),
        "b.xml": offered(offer("p1#1"), offer("p1#2", off), offer("p2"), offer("p3", off)),
    }
    reader = packed(tmp_path, files)
    offers, found = read(reader)

    assert [one.key for one in offers] == ["p1#1"]
    assert reader.complete
    (told,) = [one for one in reader.findings() if one.code == "commerceml.switched_off"]
    assert told.value == "3"
    assert "commerceml.deleted" not in found


@pytest.mark.parametrize("more", [TRAIT, REQUISITE])
@pytest.mark.parametrize("name", ["Бренд", "Производитель", "торговая марка"])
@pytest.mark.parametrize("in_offer", [True, False])
def test_a_brand_is_the_vendor_wherever_it_stands(
    tmp_path: Path, more: str, name: str, *, in_offer: bool
) -> None:
    told = more.format(name, "Сокол")
    by_offer = in_offer and more is TRAIT
    product = bare(more="" if by_offer else told)
    package = offered(offer("p1#1", told if by_offer else ""))
    (one,), _ = read(packed(tmp_path, {"a.xml": imported(product), "b.xml": package}))

    assert one.vendor == "Сокол"


def test_findings_name_an_offer_by_its_product_too(tmp_path: Path) -> None:
    reader = plain(tmp_path, imported(goods(), goods("p2").replace(NAME, " ")))
    places = [one.place for entry in reader.entries() for one in reader.read(entry).findings]

    assert [*dict.fromkeys(places)] == ['offer "Кружка "Зима" (p1)"', 'offer "p2"']
