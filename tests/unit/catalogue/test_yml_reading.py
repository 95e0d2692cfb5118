"""What a YML feed is read into, through the public way in."""

from decimal import Decimal
from pathlib import Path

import pytest

from torgpred.catalogue.core.check import check
from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import Scope, Taken
from torgpred.kernel.findings import Finding

CATEGORIES = '<category id="1">Дом</category><category id="2" parentId="1">Свет</category>'


def make_yml(
    offers: str,
    *,
    categories: str = CATEGORIES,
    currencies: str = '<currency id="RUR" rate="1"/>',
    declared: str = "UTF-8",
    doctype: str = "",
    root: str = '<yml_catalog date="2026-11-01">',
    end: str = "</offers></shop></yml_catalog>\n",
) -> str:
    categories = f"<categories>{categories}</categories>" if categories else ""
    currencies = f"<currencies>{currencies}</currencies>" if currencies else ""
    return (
        f'<?xml version="1.0" encoding="{declared}"?>{doctype}\n{root}<shop>'
        f"{currencies}{categories}<offers>{offers}{end}"
    )


def make_offer(body: str = "", *, key: str = "a1", attributes: str = "") -> str:
    return (
        f'<offer id="{key}" {attributes}><name>Лампа</name><price>100</price>'
        f"<categoryId>2</categoryId>{body}</offer>\n"
    )


def write(tmp_path: Path, text: str | bytes, name: str = "feed.yml") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(tmp_path: Path, offers: str, **overrides: str) -> list[Taken]:
    reader = open_feed(write(tmp_path, make_yml(offers, **overrides)))
    return [reader.read(entry) for entry in reader.entries()]


def read_one(tmp_path: Path, body: str = "", attributes: str = "") -> tuple[Offer, list[str]]:
    (taken,) = read(tmp_path, make_offer(body, attributes=attributes))
    assert taken.offer is not None
    return taken.offer, codes(taken.findings)


def codes(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_full_simplified_offer_keeps_every_field(tmp_path: Path) -> None:
    offer, found = read_one(
        tmp_path,
        "<url>https://s.example/p?a=1&amp;b=2</url><oldprice>120,50</oldprice>"
        "<purchase_price>60</purchase_price><currencyId>RUR</currencyId><vat>VAT_20</vat>"
        "<picture>https://s.example/2.jpg</picture><picture>https://s.example/1.jpg</picture>"
        "<vendor>Заря</vendor><vendorCode>Z-1</vendorCode><model>М</model>"
        "<description><![CDATA[<p>Светит & греет</p>]]></description>"
        "<barcode>4600000000015</barcode><param name='Цоколь'>E27</param>"
        '<param name="Цоколь">E14</param><param name="Диагональ" unit="дюйм">5</param>'
        "<weight>0,35</weight><dimensions>20/15,5/5</dimensions><count>7</count>"
        "<country_of_origin>Россия</country_of_origin><adult>false</adult>"
        "<tn-ved-codes><tn-ved-code>9405 42 001 1</tn-ved-code></tn-ved-codes>",
        'available="true" group_id="g7"',
    )

    assert found == []
    assert offer == Offer(
        key="a1",
        name="Лампа",
        product_key="g7",
        category="2",
        vendor="Заря",
        model="М",
        vendor_code="Z-1",
        price=Decimal(100),
        old_price=Decimal("120.50"),
        cost=Decimal(60),
        currency="RUB",
        vat="VAT_20",
        available=True,
        quantity=7,
        pictures=("https://s.example/2.jpg", "https://s.example/1.jpg"),
        description="<p>Светит & греет</p>",
        params=(Param("Цоколь", "E27"), Param("Цоколь", "E14"), Param("Диагональ", "5", "дюйм")),
        barcodes=("4600000000015",),
        weight_kg=Decimal("0.35"),
        package=Package(Decimal(20), Decimal("15.5"), Decimal(5)),
        country="Россия",
        tnved=("9405420011",),
        url="https://s.example/p?a=1&b=2",
    )


def test_a_vendor_model_offer_gets_its_name_from_three_parts(tmp_path: Path) -> None:
    (taken,) = read(
        tmp_path,
        '<offer id="1" type="vendor.model"><typePrefix>Лампа</typePrefix><vendor>Заря</vendor>'
        "<model>X5</model><price>1</price><categoryId>1</categoryId></offer>",
    )

    assert taken.offer is not None
    assert taken.offer.name == "Лампа Заря X5"
    assert taken.offer.product_key == "1"


def test_the_aliexpress_dialect_gives_sides_and_quantity_as_elements(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        make_yml(
            make_offer(
                "<length>30</length><width>20</width><height>10</height><weight>1.2</weight>"
                "<quantity>15</quantity>"
            ),
            currencies="",
        ),
    )
    reader = open_feed(path)
    (entry,) = reader.entries()
    offer = reader.read(entry).offer

    assert reader.profile == "aliexpress"
    assert offer is not None
    assert offer.package == Package(Decimal(30), Decimal(20), Decimal(10))
    assert (offer.quantity, offer.currency) == (15, "")


def test_stocks_of_all_outlets_are_added_up(tmp_path: Path) -> None:
    offer, _ = read_one(
        tmp_path, '<outlets><outlet id="1" instock="3"/><outlet id="2" instock="4"/></outlets>'
    )

    assert offer.quantity == 7


def test_a_feed_of_prices_and_stocks_is_partial_and_never_complete(tmp_path: Path) -> None:
    offers = (
        '<offer id="1"><price>10</price><outlets><outlet instock="2" warehouse_name="M"/>'
        "</outlets></offer>"
    )
    path = write(tmp_path, make_yml(offers, categories="", currencies=""))
    reader = open_feed(path)
    taken = [reader.read(entry) for entry in reader.entries()]
    found = check(path)

    assert (reader.scope, reader.profile, reader.complete) == (Scope.PARTIAL, "ozon", True)
    assert taken[0].findings == ()
    assert (found.complete, found.offers, found.taken) == (False, 1, 1)
    assert "feed.partial" in found.counts


@pytest.mark.parametrize(
    ("price", "expected", "code"),
    [
        ("1 299,00", Decimal("1299.00"), ""),
        ("1\u00a0299.50", Decimal("1299.50"), ""),
        ("990 руб.", Decimal(990), ""),
        ("10.555", Decimal("10.56"), "feed.offer.price_rounded"),
        ("", None, "feed.offer.price_missing"),
        ("0", None, "feed.offer.price_bad"),
        ("-5", None, "feed.offer.price_bad"),
        ("NaN", None, "feed.offer.price_bad"),
        ("1e99", None, "feed.offer.price_bad"),
        ("1000000000", None, "feed.offer.price_bad"),
        ("по запросу", None, "feed.offer.price_bad"),
    ],
)
def test_prices_are_read_as_people_type_them(
    tmp_path: Path, price: str, expected: Decimal | None, code: str
) -> None:
    (taken,) = read(tmp_path, f'<offer id="1"><name>Л</name><price>{price}</price></offer>')

    assert taken.offer is not None
    assert taken.offer.price == expected
    assert [c for c in codes(taken.findings) if "price" in c] == ([code] if code else [])


@pytest.mark.parametrize(
    ("body", "weight", "code"),
    [
        ("<weight>0.5</weight>", Decimal("0.5"), ""),
        ("<weight>500 г</weight>", Decimal("0.5"), ""),
        ("<weight>2031</weight>", None, "feed.offer.weight_bad"),
        ("<weight>-1</weight>", None, "feed.offer.weight_bad"),
        ('<param name="Вес" unit="г">350</param>', Decimal("0.35"), ""),
        ('<param name="Вес, г">350</param>', Decimal("0.35"), ""),
        ('<param name="Вес (кг)">1,5</param>', Decimal("1.5"), ""),
        ('<param name="Вес">350 гр</param>', Decimal("0.35"), ""),
        ('<param name="Вес">350</param>', None, "feed.offer.weight_unit"),
        ('<param name="Вес нетто" unit="г">350</param>', None, ""),
        (
            '<param name="Вес, г">300</param><param name="Вес в упаковке, г">350</param>',
            Decimal("0.35"),
            "",
        ),
    ],
)
def test_weight_is_taken_only_where_its_unit_is_certain(
    tmp_path: Path, body: str, weight: Decimal | None, code: str
) -> None:
    offer, found = read_one(tmp_path, body)

    assert offer.weight_kg == weight
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("body", "package", "code"),
    [
        ("<dimensions>20/15/5</dimensions>", ("20", "15", "5"), ""),
        ("<dimensions>20 x 15 x 5</dimensions>", ("20", "15", "5"), ""),
        ("<dimensions>20/15</dimensions>", None, "feed.offer.size_bad"),
        ("<dimensions>2000/15/5</dimensions>", None, "feed.offer.size_bad"),
        (
            (
                '<param name="Длина, мм">200</param><param name="Ширина, мм">150</param>'
                '<param name="Высота, мм">50</param>'
            ),
            ("20", "15", "5"),
            "",
        ),
        ('<param name="Габариты упаковки, см">20х15х5</param>', ("20", "15", "5"), ""),
        ('<param name="Габариты упаковки">20х15х5</param>', None, "feed.offer.size_unit"),
    ],
)
def test_sides_are_taken_only_where_their_unit_is_certain(
    tmp_path: Path, body: str, package: tuple[str, str, str] | None, code: str
) -> None:
    offer, found = read_one(tmp_path, body)

    assert offer.package == (Package(*map(Decimal, package)) if package else None)
    assert found == ([code] if code else [])


def test_a_weight_that_no_matter_has_is_dropped_with_its_size(tmp_path: Path) -> None:
    offer, found = read_one(tmp_path, "<weight>350</weight><dimensions>10/10/5</dimensions>")

    assert (offer.weight_kg, offer.package) == (None, None)
    assert found == ["feed.offer.density_bad"]


def test_only_barcodes_with_a_right_check_digit_are_kept(tmp_path: Path) -> None:
    offer, found = read_one(
        tmp_path,
        "<barcode>4600000000015, 4600000000016</barcode><barcode>96385074</barcode>"
        "<barcode>5-17-001234-5</barcode><barcode>0000000000000</barcode>",
    )

    assert offer.barcodes == ("4600000000015", "96385074")
    assert found == ["feed.offer.barcode_bad"] * 3


def test_only_web_addresses_are_pictures(tmp_path: Path) -> None:
    offer, found = read_one(
        tmp_path,
        "<picture>http://пример.рф/а.jpg</picture><picture>C:\\a.jpg</picture>"
        "<picture>/img/a.jpg</picture><picture>javascript:alert(1)</picture>",
    )

    assert offer.pictures == ("http://xn--e1afmkfd.xn--p1ai/%D0%B0.jpg",)
    assert found == ["feed.offer.address_mended", *["feed.offer.picture_bad"] * 3]


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ("<offer><name>Л</name></offer>", "feed.offer.no_id"),
        ('<offer id="  "><name>Л</name></offer>', "feed.offer.no_id"),
        (f'<offer id="{"x" * 256}"><name>Л</name></offer>', "feed.offer.bad_id"),
        ('<offer id="a&#9;b"><name>Л</name></offer>', "feed.offer.bad_id"),
        ('<offer id="1" type="tour"><price>1</price></offer>', "feed.offer.type_unusable"),
    ],
)
def test_an_offer_without_usable_id_or_meaning_is_left_out(
    tmp_path: Path, offer: str, code: str
) -> None:
    (taken,) = read(tmp_path, offer)

    assert taken.offer is None
    assert code in codes(taken.findings)


def test_ids_keep_leading_zeros_and_lose_outer_blanks(tmp_path: Path) -> None:
    taken = read(tmp_path, make_offer(key=" 001 ") + make_offer(key="1"))

    assert [t.offer and t.offer.key for t in taken] == ["001", "1"]


def test_other_types_are_read_as_ordinary_goods_with_a_finding(tmp_path: Path) -> None:
    _, found = read_one(tmp_path, attributes='type="book"')

    assert found == ["feed.offer.type_other"]


def test_the_second_offer_of_an_id_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, make_yml(make_offer() + make_offer("<vendor>Б</vendor>")))
    reader = open_feed(path)
    entries = list(reader.entries())
    taken = [reader.read(entry) for entry in entries]

    assert [t.offer is not None for t in taken] == [True, False]
    assert codes(taken[1].findings) == ["feed.offer.duplicate"]
    assert taken[1].key == "a1"
    assert reader.read(entries[0]).offer == taken[0].offer
    assert (check(path).offers, check(path).taken) == (2, 1)


def test_the_category_tree_survives_orphans_cycles_and_repeats(tmp_path: Path) -> None:
    tree = (
        '<category id="01">Дом</category><category id="5" parentId="01">Свет &amp; тень</category>'
        '<category id="6" parentId="99">Сирота</category><category id="5">Ещё</category>'
        '<category id="7" parentId="8">А</category><category id="8" parentId="7">Б</category>'
        "<category>Без ключа</category>"
    )
    reader = open_feed(write(tmp_path, make_yml(make_offer(), categories=tree)))
    list(reader.entries())

    assert reader.categories["5"].path == ("Дом", "Свет & тень")
    assert reader.categories["6"].parent == ""
    assert {reader.categories["7"].parent, reader.categories["8"].parent} != {"7", "8"}
    assert set(codes(reader.findings())) == {
        "feed.category.orphan",
        "feed.category.cycle",
        "feed.category.duplicate",
        "feed.category.no_id",
    }


def test_an_offer_of_an_unknown_category_says_so(tmp_path: Path) -> None:
    (taken,) = read(
        tmp_path,
        '<offer id="1"><name>Л</name><price>1</price><categoryId>77</categoryId></offer>',
    )

    assert taken.offer is not None
    assert taken.offer.category == ""
    assert codes(taken.findings) == ["feed.offer.category_unknown"]


def test_a_long_description_is_cut_with_a_finding(tmp_path: Path) -> None:
    offer, found = read_one(tmp_path, f"<description>{'я' * 100_001}</description>")

    assert len(offer.description) == 100_000
    assert found == ["feed.offer.description_cut"]


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        ("<vendor>A&B</vendor>", "A&B", "feed.offer.ampersand"),
        ("<vendor>A&nbsp;B</vendor>", "A\u00a0B", "feed.offer.html_entity"),
        ("<vendor>A&lol;B</vendor>", "AB", "feed.offer.entity"),
        ("<vendor>A\x0bB</vendor>", "AB", "feed.offer.control_characters"),
    ],
)
def test_small_faults_are_repaired_and_told(
    tmp_path: Path, body: str, name: str, code: str
) -> None:
    offer, found = read_one(tmp_path, body)

    assert offer.vendor == name
    assert found == [code]


def test_only_the_broken_offer_is_dropped(tmp_path: Path) -> None:
    broken = '<offer id="b"><name>Л</nam><price>1</price></offer>'
    unclosed = '<offer id="c"><name>Л</name>\n'
    path = write(tmp_path, make_yml(make_offer() + broken + unclosed + make_offer(key="z")))
    reader = open_feed(path)
    taken = [reader.read(entry) for entry in reader.entries()]

    assert [t.offer.key if t.offer else t.key for t in taken] == ["a1", "b", "c", "z"]
    assert [t.offer is None for t in taken] == [False, True, True, False]
    assert reader.complete


def test_a_default_namespace_and_another_root_are_read(tmp_path: Path) -> None:
    spaced = write(tmp_path, make_yml(make_offer(), root='<yml_catalog xmlns="urn:some:dialect">'))
    price = write(
        tmp_path,
        '<?xml version="1.0"?><price><catalog><category id="2">Свет</category></catalog><items>'
        '<item id="9"><name>Л</name><categoryId>2</categoryId><price>5</price>'
        "<image>https://s.example/1.jpg</image></item></items></price>",
        "price.xml",
    )

    assert check(spaced).taken == 1
    found = check(price)
    assert (found.complete, found.taken, found.categories) == (True, 1, 1)
