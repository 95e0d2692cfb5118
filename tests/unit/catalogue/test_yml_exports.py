"""What shops' own exports write otherwise than the format asks: read without loss, and told."""

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.catalogue.test_yml_reading import (
    CATEGORIES,
    codes,
    make_offer,
    make_yml,
    read,
    read_one,
    write,
)

from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import Entry


def read_text(tmp_path: Path, text: str) -> tuple[list[Offer | None], list[str], bool]:
    """Return the offers, the codes of all findings, and whether the file was complete."""
    reader = open_feed(write(tmp_path, text))
    taken = [reader.read(entry) for entry in reader.entries()]
    found = [code for one in taken for code in codes(one.findings)]
    return [one.offer for one in taken], found + codes(reader.findings()), reader.complete


@pytest.mark.parametrize(
    ("body", "field", "value", "code"),
    [
        ("<picture>//s.ru/1.jpg</picture>", "pictures", ("https://s.ru/1.jpg",), "address_mended"),
        ("<picture>https://s.ru/a b.jpg</picture>", "pictures", ("https://s.ru/a%20b.jpg",),
         "address_mended"),
        ("<picture>https://s.ru/я.jpg?a=%20</picture>", "pictures",
         ("https://s.ru/%D1%8F.jpg?a=%20",), "address_mended"),
        ("<picture>https://s.ru/1.jpg, https://s.ru/2.jpg</picture>", "pictures",
         ("https://s.ru/1.jpg", "https://s.ru/2.jpg"), "address_mended"),
        ("<pictures><picture>https://s.ru/1.jpg</picture></pictures>", "pictures",
         ("https://s.ru/1.jpg",), ""),
        ("<url>https://s.ru/товар/</url>", "url", "https://s.ru/%D1%82%D0%BE%D0%B2%D0%B0%D1%80/",
         "address_mended"),
        ("<barcode>4600000000015, 4600000000022</barcode>", "barcodes",
         ("4600000000015", "4600000000022"), ""),
        ("<dimensions>20x15х5</dimensions>", "package", Package(*map(Decimal, (20, 15, 5))), ""),
        ("<dimensions>20*15*5 см</dimensions>", "package", Package(*map(Decimal, (20, 15, 5))),
         ""),
        ("<count>&gt;10</count>", "quantity", 10, "quantity_at_least"),
        ("<count>10+</count>", "quantity", 10, "quantity_at_least"),
        ("<count>много</count>", "available", True, "quantity_bad"),
        ("<count>нет</count>", "available", False, "quantity_bad"),
        ("<param name='Цвет'></param><param name='Пол'/><param name='Вид'>А</param>", "params",
         (Param("Вид", "А"),), ""),
        ("<oldprice>0</oldprice>", "old_price", None, ""),
        ("<old_price>150</old_price>", "old_price", Decimal(150), ""),
        ("<stock>7.0</stock>", "quantity", 7, ""),
        ("<count>-3.000</count>", "quantity", 0, "quantity_negative"),
        ("<instock>7</instock>", "quantity", 7, ""),
        ("<ean>4600000000015</ean>", "barcodes", ("4600000000015",), ""),
        ("<sku>A-1</sku>", "vendor_code", "A-1", ""),
        ("<country>Россия</country>", "country", "Россия", ""),
        ("<categoryId>99</categoryId>", "category", "2", ""),
        ("<vendor>Заря&nbsp;&laquo;Юг&raquo;</vendor>", "vendor", "Заря\u00a0«Юг»",
         "html_entity"),
        ("<vendor>Заря</vendor><x:note>1</x:note>", "vendor", "Заря", "prefix"),
        ("<VENDOR>Заря</VENDOR><PARAM NAME='a'>1</PARAM>", "params", (Param("a", "1"),), ""),
    ],
)  # fmt: skip
def test_an_odd_spelling_is_read_for_what_it_means(
    tmp_path: Path, body: str, field: str, value: object, code: str
) -> None:
    offer, found = read_one(tmp_path, body)

    assert getattr(offer, field) == value
    assert set(found) == ({f"feed.offer.{code}"} if code else set())


@pytest.mark.parametrize(
    ("price", "amount", "code"),
    [
        ("<price>от 500</price>", 500, ["feed.offer.price_from"]),
        ('<price from="true">500</price>', 500, ["feed.offer.price_from"]),
        ("<price>1 299 ₽</price>", 1299, []),
        ("<price>1\u00a0299,00 руб.</price>", 1299, []),
        ("<price>1.299,00</price>", 1299, []),
        ("<price>1,299</price>", None, ["feed.offer.price_bad"]),
    ],
)
def test_a_price_with_words_is_read(
    tmp_path: Path, price: str, amount: int | None, code: list[str]
) -> None:
    (taken,) = read(tmp_path, make_offer().replace("<price>100</price>", price))

    assert taken.offer is not None
    assert taken.offer.price == amount
    assert codes(taken.findings) == code


@pytest.mark.parametrize(
    ("head", "body", "key"),
    [
        ('sku="104"', "", "104"),
        ("SKU='104'", "", "104"),
        ('sku="104" id="a1"', "", "a1"),
        ('sku="104"', "<id>a1</id>", "a1"),
        ('sku="104"', "<vendor>Чай & мёд</vendor>", "104"),
    ],
)
def test_a_sku_is_the_key_of_an_offer_without_id(
    tmp_path: Path, head: str, body: str, key: str
) -> None:
    (taken,) = read(tmp_path, make_offer(body).replace('id="a1"', head))

    assert taken.offer is not None
    assert taken.offer.key == key
    assert {one.place for one in taken.findings} <= {f'offer "{key}"'}


@pytest.mark.parametrize("head", ['sku="104"', 'id="104"', 'sku="9" id="104"'])
def test_the_key_of_a_broken_offer_is_known(tmp_path: Path, head: str) -> None:
    (taken,) = read(tmp_path, make_offer("<vendor></b>").replace('id="a1"', head))

    assert (taken.offer, taken.key) == (None, "104")


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("<name>Лампа</name><model>М</model>", "Лампа"),
        ("<model>М</model>", "М"),
        ("<vendorCode>Z-1</vendorCode>", "Z-1"),
        ("<price>5</price>", "1"),
    ],
)
def test_an_offer_without_any_key_is_named_by_what_is_known(
    tmp_path: Path, body: str, known: str
) -> None:
    (taken,) = read(tmp_path, f"<offer>{body}</offer>")

    assert taken.offer is None
    assert [one.message for one in taken.findings] == [
        f"The offer {known} has no id; it was left out."
    ]


@pytest.mark.parametrize(
    ("prices", "price", "currency"),
    [
        ("<priceuah>500</priceuah>", 500, "UAH"),
        ("<priceUAH>500</priceUAH><currencyId>RUB</currencyId>", 500, "UAH"),
        ("<priceRUAH>500</priceRUAH>", 500, "UAH"),
        ("<price>12</price><priceuah>500</priceuah>", 12, "RUB"),
        ("<priceuah></priceuah><price>12</price>", 12, "RUB"),
    ],
)
def test_a_price_that_names_its_currency_is_read_in_it(
    tmp_path: Path, prices: str, price: int, currency: str
) -> None:
    (taken,) = read(tmp_path, make_offer().replace("<price>100</price>", prices))

    assert taken.offer is not None
    assert (taken.offer.price, taken.offer.currency) == (price, currency)
    assert taken.findings == ()


@pytest.mark.parametrize("before", ["", '<?xml version="1.0" encoding="UTF-8"?>\n'])
@pytest.mark.parametrize("count", [1, 2])
def test_offers_without_a_catalogue_around_them_are_called_so(
    tmp_path: Path, before: str, count: int
) -> None:
    offers, found, complete = read_text(tmp_path, before + make_offer() * count)

    assert (offers, found, complete) == ([], ["feed.xml.bare"], False)


@pytest.mark.parametrize("head", ["id=a1", 'id="a1" id="a2"', "id='a1' available=true"])
def test_attributes_against_the_rules_do_not_cost_the_offer(tmp_path: Path, head: str) -> None:
    (taken,) = read(tmp_path, make_offer().replace('id="a1" ', head))

    assert taken.offer is not None
    assert taken.offer.key == "a1"
    assert codes(taken.findings) == ["feed.offer.attributes"]


def test_a_vendor_model_offer_without_a_model_is_named_by_what_there_is(tmp_path: Path) -> None:
    (taken,) = read(
        tmp_path,
        '<offer id="1" type="vendor.model"><typePrefix>Лампа</typePrefix><vendor>Заря</vendor>'
        "<price>1</price><categoryId>2</categoryId></offer>",
    )

    assert taken.offer is not None
    assert taken.offer.name == "Лампа Заря"


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ("\n\n  ", ""),
        ("\ufeff\n", ""),
        ("Notice: Undefined index: x in /a.php on line 3\n", "feed.xml.junk_before"),
        ("<br />\n<b>Warning</b>: include() failed <br />\n", "feed.xml.junk_before"),
    ],
)
def test_what_a_script_prints_before_the_prolog_is_skipped(
    tmp_path: Path, before: str, code: str
) -> None:
    offers, found, complete = read_text(tmp_path, before + make_yml(make_offer()))

    assert [offer and offer.name for offer in offers] == ["Лампа"]
    assert found == ([code] if code else [])
    assert complete


def test_a_file_in_capitals_is_read(tmp_path: Path) -> None:
    text = (
        '<YML_CATALOG><SHOP><CATEGORIES><CATEGORY ID="1">Дом</CATEGORY><CATEGORY ID="2" '
        'PARENTID="1">Свет</CATEGORY></CATEGORIES><OFFERS><OFFER ID="a1"><NAME>Лампа</NAME>'
        "<PRICE>5</PRICE><CATEGORYID>2</CATEGORYID></OFFER></OFFERS></SHOP></YML_CATALOG>"
    )
    (offer,), found, complete = read_text(tmp_path, text)

    assert offer == Offer(key="a1", name="Лампа", product_key="a1", category="2", price=Decimal(5))
    assert found == []
    assert complete


def test_a_file_whose_tags_all_have_a_prefix_is_read(tmp_path: Path) -> None:
    text = (
        '<y:yml_catalog xmlns:y="urn:y"><y:shop><y:categories><y:category id="2">Дом</y:category>'
        '</y:categories><y:offers><y:offer id="a1"><y:name>Лампа</y:name><y:price>5</y:price>'
        "<y:categoryId>2</y:categoryId></y:offer></y:offers></y:shop></y:yml_catalog>"
    )
    (offer,), found, complete = read_text(tmp_path, text)

    assert offer == Offer(key="a1", name="Лампа", product_key="a1", category="2", price=Decimal(5))
    assert found == []
    assert complete


def test_categories_and_currencies_behind_the_offers_are_read(tmp_path: Path) -> None:
    text = make_yml(
        make_offer(),
        categories="",
        currencies="",
        end='</offers><currencies><currency id="CNY" rate="1"/></currencies><categories>'
        f"{CATEGORIES}</categories></shop></yml_catalog>",
    )
    reader = open_feed(write(tmp_path, text))
    (offer,), found, _ = read_text(tmp_path, text)

    assert reader.categories["2"].path == ("Дом", "Свет")
    assert offer is not None
    assert (offer.category, offer.currency) == ("2", "CNY")
    assert found == []


def digests(tmp_path: Path, text: str) -> list[bytes]:
    return [entry.digest for entry in open_feed(write(tmp_path, text)).entries()]


def test_a_renamed_category_behind_the_offers_changes_their_digest(tmp_path: Path) -> None:
    def text(name: str) -> str:
        end = f'</offers><categories><category id="2">{name}</category></categories></yml_catalog>'
        return make_yml(make_offer(), categories="", end=end)

    assert digests(tmp_path, text("Дом")) != digests(tmp_path, text("Сад"))


def test_a_known_second_category_changes_the_digest_of_its_offer(tmp_path: Path) -> None:
    offer = make_offer("<categoryId>1</categoryId>").replace("Id>2<", "Id>99<")
    second = CATEGORIES.replace('id="1"', 'id="7"').replace('parentId="1"', "")

    assert digests(tmp_path, make_yml(offer)) != digests(
        tmp_path, make_yml(offer, categories=second)
    )


def test_relative_pictures_are_read_against_the_shops_address(tmp_path: Path) -> None:
    text = make_yml(make_offer("<picture>/img/1.jpg</picture>"))
    (offer,), found, _ = read_text(
        tmp_path, text.replace("<shop>", "<shop><url>https://shop.example/</url>")
    )

    assert offer is not None
    assert offer.pictures == ("https://shop.example/img/1.jpg",)
    assert found == ["feed.offer.address_mended"]


def test_a_reading_given_up_in_the_middle_closes_its_file(tmp_path: Path) -> None:
    path = write(tmp_path, make_yml("".join(make_offer(key=str(n)) for n in range(9))))
    entries = open_feed(path).entries()

    assert isinstance(next(entries), Entry)
    del entries  # an open file would warn here, and a warning fails the test


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("name", ["feed.xml", "export/feed.yml"])
def test_what_stands_before_the_end_of_a_cut_zip_is_read(
    tmp_path: Path, method: int, name: str
) -> None:
    offers = "".join(make_offer().replace('id="a1"', f'id="{n * 7919 % 9973}"') for n in range(900))
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", method) as archive:
        archive.writestr("logo.png", b"\x89PNG")
        archive.writestr(name, make_yml(offers))
    path = tmp_path / "cut.zip"
    for part in (2, 3, 4):
        path.write_bytes(whole.read_bytes()[: whole.stat().st_size * part // 5])
        reader = open_feed(path)
        taken = [reader.read(entry) for entry in reader.entries()]

        assert sum(one.offer is not None for one in taken) > 100
        assert not reader.complete
        assert codes(reader.findings())[0] == "feed.archive.damaged"


def test_of_a_cut_workbook_or_table_nothing_is_taken(tmp_path: Path) -> None:
    for number, (name, text) in enumerate(
        (("[Content_Types].xml", "<Types/>"), ("price.csv", "SKU;Название\n" + "1;Лампа\n" * 900))
    ):
        whole = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(name, text)
        whole.write_bytes(whole.read_bytes()[:-100])
        reader = open_feed(whole)

        assert list(reader.entries()) == []
        assert codes(reader.findings()) == ["feed.archive.damaged"]
