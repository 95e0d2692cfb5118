"""Exchanges of 1C (CommerceML): goods and offers of several files read as one catalogue."""

import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from torgpred.catalogue.core.commerceml.reading import ExchangeReader, with_shown
from torgpred.catalogue.core.containers import FeedLimits
from torgpred.catalogue.core.offers import Offer, Param
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import Reader, Scope

NEW = ' xmlns="urn:1C.ru:commerceml_210" ВерсияСхемы="2.10"'
CLASSIFIER = """<Классификатор><Ид>k</Ид><Группы><Группа><Ид>g1</Ид><Наименование>Дом</Наименование>
<Группы><Группа><Ид>g2</Ид><Наименование>Посуда</Наименование></Группа></Группы></Группа></Группы>
<Свойства><Свойство><Ид>s1</Ид><Наименование>Цвет</Наименование><ТипЗначений>Справочник
</ТипЗначений><ВариантыЗначений><Справочник><ИдЗначения>v1</ИдЗначения><Значение>Белый</Значение>
</Справочник></ВариантыЗначений></Свойство></Свойства></Классификатор>"""
KINDS = """<ТипыЦен><ТипЦены><Ид>t1</Ид><Наименование>Оптовая</Наименование><Валюта>руб</Валюта>
</ТипЦены><ТипЦены><Ид>t2</Ид><Наименование>Розничная</Наименование><Валюта>руб</Валюта></ТипЦены>
<ТипЦены><Ид>t3</Ид><Наименование>Закупочная</Наименование><Валюта>643</Валюта></ТипЦены></ТипыЦен>
"""


def goods(key: str = "p1", more: str = "", head: str = "") -> str:
    return f"""<Товар{head}><Ид>{key}</Ид><Артикул>A-1</Артикул><Штрихкод>4607120000000</Штрихкод>
<Наименование>Кружка &quot;Зима&quot;</Наименование>
<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука">шт</БазоваяЕдиница>
<Группы><Ид>g2</Ид></Группы><Описание>Тёплая</Описание><Страна>Россия</Страна>
<Картинка>import_files/ab/1.jpg</Картинка>
<Изготовитель><Ид>m</Ид><Наименование>Заря</Наименование></Изготовитель>
<ЗначенияСвойств><ЗначенияСвойства><Ид>s1</Ид><Значение>v1</Значение></ЗначенияСвойства>
</ЗначенияСвойств><СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>20</Ставка>
</СтавкаНалога></СтавкиНалогов><ЗначенияРеквизитов><ЗначениеРеквизита>
<Наименование>ВидНоменклатуры</Наименование><Значение>Посуда</Значение></ЗначениеРеквизита>
<ЗначениеРеквизита><Наименование>Вес</Наименование><Значение>0.350</Значение></ЗначениеРеквизита>
</ЗначенияРеквизитов>{more}</Товар>"""


def offer(key: str = "p1", more: str = "", stock: str = "<Количество>7.000</Количество>") -> str:
    prices = "".join(
        f"<Цена><ИдТипаЦены>{kind}</ИдТипаЦены><ЦенаЗаЕдиницу>{amount}</ЦенаЗаЕдиницу>"
        "<Валюта>руб</Валюта></Цена>"
        for kind, amount in (("t1", "70"), ("t2", "100,50"), ("t3", "50"))
    )
    return f"<Предложение><Ид>{key}</Ид>{more}<Цены>{prices}</Цены>{stock}</Предложение>"


def exchange(inside: str, head: str = NEW) -> str:
    return f"<КоммерческаяИнформация{head}>{inside}</КоммерческаяИнформация>"


def imported(*products: str, changes: str = "false", head: str = NEW) -> str:
    return exchange(
        f'{CLASSIFIER}<Каталог СодержитТолькоИзменения="{changes}"><Ид>c</Ид><Товары>'
        f"{''.join(products)}</Товары></Каталог>",
        head,
    )


def offered(*offers: str, changes: str = "false", kinds: str = KINDS) -> str:
    return exchange(
        f'<ПакетПредложений СодержитТолькоИзменения="{changes}">{kinds}<Предложения>'
        f"{''.join(offers)}</Предложения></ПакетПредложений>"
    )


def packed(tmp_path: Path, files: Mapping[str, str | bytes]) -> Reader:
    path = tmp_path / "exchange.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return open_feed(path)


def plain(tmp_path: Path, text: str | bytes) -> Reader:
    path = tmp_path / "import.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_feed(path)


def read(reader: Reader) -> tuple[list[Offer], list[str]]:
    taken = [reader.read(entry) for entry in reader.entries()]
    found = [finding.code for one in taken for finding in one.findings]
    offers = [one.offer for one in taken if one.offer is not None]
    return offers, found + [one.code for one in reader.findings()]


def test_goods_and_offers_of_a_zip_are_one_catalogue(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "import.xml": imported(goods()), "offers.xml": offered(offer()),
        "import_files/ab/1.jpg": b"\xff\xd8\xff",
    }  # fmt: skip
    reader = packed(tmp_path, files)
    (one,), found = read(reader)

    assert one == Offer(
        key="p1", name='Кружка "Зима"', product_key="p1", category="g2", vendor="Заря",
        vendor_code="A-1", price=Decimal("100.50"), cost=Decimal(50), currency="RUB", vat="20",
        quantity=7, description="Тёплая", params=(Param("Цвет", "Белый"),),
        barcodes=("4607120000000",), weight_kg=Decimal("0.350"), country="Россия",
    )  # fmt: skip
    assert (reader.format, reader.scope, reader.complete) == (
        "commerceml", Scope.CATALOGUE, True,
    )  # fmt: skip
    assert reader.categories["g2"].path == ("Дом", "Посуда")
    assert found == ["commerceml.price_kind"]
    assert isinstance(reader, ExchangeReader)
    assert reader.pictures == {"p1": ("import_files/ab/1.jpg",)}
    # An assessment counts it: taken in, it has an address.
    assert len(with_shown(reader, one).pictures) == 1


@pytest.mark.parametrize(
    ("document", "member", "there"),
    [
        ("webdata/import.xml", "webdata/import_files/ab/1.jpg", True),
        ("webdata/import.xml", "import_files/ab/1.jpg", True),
        ("import.xml", "Import_Files\\AB\\1.JPG", True),
        ("import.xml", "webdata/import_files/ab/1.jpg", False),
        ("import.xml", "import_files/ab/2.jpg", False),
    ],
)
def test_pictures_of_the_archive_are_found_by_their_paths(
    tmp_path: Path, document: str, member: str, *, there: bool
) -> None:
    more = "<Картинка>https://a.example/2.jpg</Картинка>"
    reader = packed(tmp_path, {document: imported(goods(more=more)), member: b"\xff\xd8\xff"})
    (one,), found = read(reader)

    assert isinstance(reader, ExchangeReader)
    assert [*map(str.casefold, reader.pictures.get("p1", ()))] == [member.casefold()] * there
    assert ("commerceml.pictures_beside" in found) is not there
    assert one.pictures == ("https://a.example/2.jpg",)


def test_a_variant_is_shown_by_its_own_pictures_first(tmp_path: Path) -> None:
    own = "<Картинка>import_files/red.jpg</Картинка><Картинка>https://a.example/r.jpg</Картинка>"
    reader = packed(
        tmp_path,
        {
            "import.xml": imported(goods()),
            "import_files/ab/1.jpg": b"",
            "import_files/red.jpg": b"",
            "offers.xml": offered(offer("p1#red", own), offer("p1#blue"), offer("p9", own)),
        },
    )
    found, _ = read(reader)
    assert isinstance(reader, ExchangeReader)
    assert reader.pictures == {
        "p1#red": ("import_files/red.jpg", "import_files/ab/1.jpg"),
        "p1#blue": ("import_files/ab/1.jpg",),
        "p9": ("import_files/red.jpg",),
    }
    assert [(one.key, one.pictures) for one in found] == [
        ("p1#red", ("https://a.example/r.jpg",)), ("p1#blue", ()),
        ("p9", ("https://a.example/r.jpg",)),
    ]  # fmt: skip


def test_an_archive_of_many_pictures_hides_no_file_of_the_exchange(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"import.xml": imported(goods())}
    files |= {f"import_files/{at}.jpg": b"" for at in range(60)} | {"offers.xml": offered(offer())}
    path = tmp_path / "exchange.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    (one,), _ = read(open_feed(path, limits=FeedLimits(members=50)))
    assert one.quantity == 7


def test_characteristics_make_variants_of_one_product(tmp_path: Path) -> None:
    trait = (
        "<ХарактеристикиТовара><ХарактеристикаТовара><Наименование>Размер</Наименование>"
        "<Значение>{}</Значение></ХарактеристикаТовара></ХарактеристикиТовара>"
    )
    offers = (offer(f"p1#{size}", trait.format(size)) for size in ("S", "M"))
    reader = packed(tmp_path, {"a.xml": imported(goods()), "b.xml": offered(*offers)})
    found, _ = read(reader)

    assert [(one.key, one.product_key, one.params[0]) for one in found] == [
        ("p1#S", "p1", Param("Размер", "S")), ("p1#M", "p1", Param("Размер", "M")),
    ]  # fmt: skip
    assert all(one.barcodes == () for one in found)


def test_files_in_parts_are_joined(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "webdata/import0_1.xml": imported(goods("p1")),
        "webdata/import0_2.xml": imported(goods("p2")),
        "webdata/prices0_1.xml": offered(offer("p1", stock=""), offer("p2", stock="")),
        "webdata/rests0_1.xml": offered(
            "<Предложение><Ид>p1</Ид><Остатки><Остаток><Склад><Ид>w</Ид><Количество>3</Количество>"
            "</Склад></Остаток><Остаток><Склад><Ид>x</Ид><Количество>2</Количество></Склад>"
            "</Остаток></Остатки></Предложение>"
        ),
    }
    offers, _ = read(packed(tmp_path, files))

    assert [(one.key, one.price, one.quantity) for one in offers] == [
        ("p1", Decimal("100.50"), 5), ("p2", Decimal("100.50"), None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stock", "quantity"),
    [
        ('<Склад ИдСклада="a" КоличествоНаСкладе="4"/><Склад ИдСклада="b" КоличествоНаСкладе="1"/>',
         5),
        ("<Количество>0</Количество>", 0),
        ("<ОстаткиПоСкладам><Остаток><Количество>6</Количество></Остаток></ОстаткиПоСкладам>", 6),
        ("", None),
    ],
)  # fmt: skip
def test_stock_is_summed_over_the_warehouses(
    tmp_path: Path, stock: str, quantity: int | None
) -> None:
    files = {"a.xml": imported(goods()), "b.xml": offered(offer(stock=stock))}
    (one,), _ = read(packed(tmp_path, files))

    assert one.quantity == quantity


@pytest.mark.parametrize("head", ["", ' xmlns="urn:1C.ru:commerceml_3"', ' ВерсияСхемы="2.04"'])
@pytest.mark.parametrize("codec", ["utf-8", "windows-1251", "utf-8-sig", "utf-16"])
def test_any_namespace_and_encoding_is_read(tmp_path: Path, head: str, codec: str) -> None:
    declared = f'<?xml version="1.0" encoding="{codec.removesuffix("-sig")}"?>'
    text = declared + imported(goods(), head=head)
    (one,), found = read(plain(tmp_path, text.encode(codec)))

    assert one.name == 'Кружка "Зима"'
    assert "commerceml.no_prices" in found


def test_a_wrongly_declared_encoding_is_told(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?>' + imported(goods())
    (one,), found = read(plain(tmp_path, text.encode()))

    assert one.name == 'Кружка "Зима"'
    assert "feed.encoding.declared_wrong" in found


def test_offers_alone_are_prices_and_stocks(tmp_path: Path) -> None:
    reader = plain(tmp_path, offered(offer()))
    (one,), found = read(reader)

    assert reader.scope is Scope.PARTIAL
    assert (one.key, one.price, one.quantity) == ("p1", Decimal("100.50"), 7)
    assert "feed.partial" in found


@pytest.mark.parametrize(
    "product",
    [goods("p2", head=' Статус="Удален"'), goods("p2", "<Статус>Удален</Статус>"),
     goods("p2", "<ПометкаУдаления>true</ПометкаУдаления>")],
)  # fmt: skip
def test_goods_marked_as_deleted_are_left_out(tmp_path: Path, product: str) -> None:
    files = {"a.xml": imported(goods(), product), "b.xml": offered(offer(), offer("p2"))}
    reader = packed(tmp_path, files)
    offers, found = read(reader)

    assert [one.key for one in offers] == ["p1"]
    assert reader.complete
    assert "commerceml.deleted" in found


def test_changes_alone_call_nothing_missing_and_blank_no_price(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.xml": imported(goods(), goods("p2"), changes="true"),
        "b.xml": offered(offer(), changes="true"),
    }
    reader = packed(tmp_path, files)
    offers, found = read(reader)

    assert [one.key for one in offers] == ["p1"]
    assert not reader.complete
    assert "commerceml.changes_only" in found


def test_a_cut_file_is_never_complete_and_keeps_what_stood_before(tmp_path: Path) -> None:
    text = imported(goods(), goods("p2"))
    end = text.index("</Товар>") + len("</Товар>")
    for cut in range(end, len(text) - 1, 61):
        reader = plain(tmp_path, text[:cut])
        offers, found = read(reader)

        assert not reader.complete
        assert offers[0].key == "p1"
        assert "feed.file.truncated" in found


def test_a_deleted_price_in_the_package_changes_the_digest(tmp_path: Path) -> None:
    (one,) = packed(tmp_path, {"a.xml": imported(goods()), "b.xml": offered(offer())}).entries()
    changed = offered(offer().replace("100,50", "99"))
    (other,) = packed(tmp_path, {"a.xml": imported(goods()), "b.xml": changed}).entries()
    (same,) = packed(tmp_path, {"a.xml": imported(goods()), "b.xml": offered(offer())}).entries()

    assert one.digest != other.digest
    assert one.digest == same.digest


@pytest.mark.parametrize("codec", ["utf-8", "windows-1251"])
@pytest.mark.parametrize(
    "before", ["\n", " \r\n\t", "\ufeff", "\ufeff\r\n", "\n\ufeff", "\n" * 40_000]
)
def test_what_stands_before_the_declaration_loses_nothing(
    tmp_path: Path, codec: str, before: str
) -> None:
    text = f'<?xml version="1.0" encoding="{codec}"?>{imported(goods())}'
    reader = plain(tmp_path, before.encode() + text.encode(codec))
    (one,), found = read(reader)

    assert one.name == 'Кружка "Зима"'
    assert (reader.complete, "feed.file.truncated" in found) == (True, False)


@pytest.mark.parametrize(
    "written",
    ["<Штрихкод>{}</Штрихкод>", "<ШтрихКод>{}</ШтрихКод>",
     "<Штрихкоды><Штрихкод>{}</Штрихкод></Штрихкоды>",
     "<ШтрихКоды><ШтрихКод><Значение>{}</Значение></ШтрихКод></ШтрихКоды>"],
)  # fmt: skip
@pytest.mark.parametrize("in_offer", [True, False])
def test_barcodes_are_read_in_every_spelling(
    tmp_path: Path, written: str, *, in_offer: bool
) -> None:
    code = written.format("4607120000024")
    product = goods().replace("<Штрихкод>4607120000000</Штрихкод>", "" if in_offer else code)
    package = offered(offer(more=code if in_offer else ""))
    (one,), _ = read(packed(tmp_path, {"a.xml": imported(product), "b.xml": package}))

    assert one.barcodes == ("4607120000024",)


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    declared = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY a "ха">]>'
    text = declared + imported(goods().replace("Кружка", "&e;&a;Кружка"))
    offers, _ = read(plain(tmp_path, text))

    assert all("root" not in one.name and "ха" not in one.name for one in offers)


def test_an_order_is_no_catalogue(tmp_path: Path) -> None:
    reader = plain(tmp_path, exchange("<Документ><Ид>1</Ид></Документ>"))
    offers, found = read(reader)

    assert (offers, found) == ([], ["feed.offers.none"])
    assert not reader.complete


def test_one_element_takes_no_more_memory_than_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "import.xml"
    huge = "<Документ>" + "<Строка>1</Строка>" * 20_000 + "</Документ>"
    path.write_text(exchange(imported(goods()) + huge + imported(goods("p2"))), encoding="utf-8")
    reader = open_feed(path, limits=FeedLimits(header=200_000))
    offers, found = read(reader)

    assert [one.key for one in offers] == ["p1"]
    assert not reader.complete
    assert "feed.file.truncated" in found


def test_a_category_stands_for_the_group_where_there_is_none(tmp_path: Path) -> None:
    named = (
        "<Категории><Категория><Ид>c1</Ид><Наименование>Чай</Наименование></Категория></Категории>"
    )
    product = goods(more="<Категория>c1</Категория>").replace("<Группы><Ид>g2</Ид></Группы>", "")
    text = imported(product).replace("</Классификатор>", f"{named}</Классификатор>")
    reader = plain(tmp_path, text)
    (one,), _ = read(reader)

    assert one.category == "c1"
    assert reader.categories["c1"].path == ("Чай",)
