"""Google Merchant feeds, RSS and Atom: read as a catalogue, with Google's words understood."""

from decimal import Decimal
from pathlib import Path

import pytest

from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import Reader, Scope

ITEM = """<g:id>A-1</g:id><g:title><![CDATA[Чайник «Зима»]]></g:title>
<description>&lt;b&gt;Тёплый&lt;/b&gt;</description><link>https://s.ru/1?a=1&amp;b=2</link>
<g:image_link>https://s.ru/1.jpg</g:image_link>
<g:additional_image_link>https://s.ru/2.jpg</g:additional_image_link>
<g:availability> in_stock </g:availability><g:price>1290.00 RUB</g:price>
<g:product_type>Дом &gt; Посуда</g:product_type><g:brand>Заря</g:brand>
<g:gtin>4607120000000</g:gtin><g:mpn>Z1</g:mpn><g:item_group_id>G1</g:item_group_id>
<g:color>белый</g:color><g:shipping_weight>200 g</g:shipping_weight>
<g:shipping_length>200 mm</g:shipping_length><g:shipping_width>10 cm</g:shipping_width>
<g:shipping_height>5 cm</g:shipping_height>
<g:shipping><g:country>RU</g:country><g:price>300 RUB</g:price></g:shipping>
<g:product_detail><g:attribute_name>Материал</g:attribute_name>
<g:attribute_value>фарфор</g:attribute_value></g:product_detail>"""
DATED = (
    "<g:sale_price_effective_date>2026-11-01T00:00/2026-11-12T00:00</g:sale_price_effective_date>"
)
NAMESPACE = 'xmlns:g="http://base.google.com/ns/1.0"'


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0"?><rss {NAMESPACE} version="2.0"><channel><title>Лавка</title>'
        f"<category>Блог</category>{inside}</channel></rss>"
    )


def atom(item: str) -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACE}><title>Лавка</title>'
        f"<entry>{item}</entry></feed>"
    )


def opened(tmp_path: Path, text: str) -> Reader:
    path = tmp_path / "feed.xml"
    path.write_text(text, encoding="utf-8")
    return open_feed(path)


def read(reader: Reader) -> tuple[list[Offer | None], list[str]]:
    taken = [reader.read(entry) for entry in reader.entries()]
    found = [finding.code for one in taken for finding in one.findings]
    return [one.offer for one in taken], found + [one.code for one in reader.findings()]


@pytest.mark.parametrize(("text", "profile"), [(rss(ITEM), "rss"), (atom(ITEM), "atom")])
def test_an_item_is_read_whole(tmp_path: Path, text: str, profile: str) -> None:
    reader = opened(tmp_path, text)
    (offer,), found = read(reader)

    assert (reader.format, reader.profile, reader.complete) == ("google", profile, True)
    assert found == []
    assert offer == Offer(
        key="A-1", name="Чайник «Зима»", product_key="G1", category="Дом > Посуда", vendor="Заря",
        vendor_code="Z1", price=Decimal(1290), currency="RUB", available=True,
        pictures=("https://s.ru/1.jpg", "https://s.ru/2.jpg"), description="<b>Тёплый</b>",
        params=(Param("color", "белый"), Param("Материал", "фарфор")),
        barcodes=("4607120000000",), weight_kg=Decimal("0.2"),
        package=Package(Decimal(20), Decimal(10), Decimal(5)), url="https://s.ru/1?a=1&b=2",
    )  # fmt: skip
    assert reader.categories["Дом > Посуда"].path == ("Дом", "Посуда")


def test_an_address_in_an_attribute_is_read(tmp_path: Path) -> None:
    item = ITEM.replace("<link>https://s.ru/1?a=1&amp;b=2</link>", '<link href="https://s.ru/9"/>')
    (offer,), _ = read(opened(tmp_path, atom(item)))

    assert offer is not None
    assert offer.url == "https://s.ru/9"


@pytest.mark.parametrize(
    ("sale", "price", "old", "code"),
    [
        ("<g:sale_price>990 RUB</g:sale_price>", 990, 1290, []),
        ("<g:sale_price>1990 RUB</g:sale_price>", 1290, None, []),
        (f"<g:sale_price>990 RUB</g:sale_price>{DATED}", 1290, None, ["feed.offer.sale_dated"]),
    ],
)  # fmt: skip
def test_a_sale_price_that_holds_now_is_the_price(
    tmp_path: Path, sale: str, price: int, old: int | None, code: list[str]
) -> None:
    (offer,), found = read(opened(tmp_path, rss(ITEM + sale)))

    assert offer is not None
    assert (offer.price, offer.old_price, found) == (price, old, code)


@pytest.mark.parametrize(("price", "currency"), [("EUR24.99", "EUR"), ("24,99 CZK", "CZK")])
def test_a_price_names_its_currency_on_either_side(
    tmp_path: Path, price: str, currency: str
) -> None:
    (offer,), _ = read(opened(tmp_path, rss(ITEM.replace("1290.00 RUB", price))))

    assert offer is not None
    assert (offer.price, offer.currency) == (Decimal("24.99"), currency)


def test_items_without_titles_are_prices_and_stocks_alone(tmp_path: Path) -> None:
    item = "<g:id>A-1</g:id><g:price>5 RUB</g:price><g:availability>out of stock</g:availability>"
    reader = opened(tmp_path, rss(item))
    (offer,), _ = read(reader)

    assert reader.scope is Scope.PARTIAL
    assert offer is not None
    assert offer.available is False


def test_a_cut_feed_is_never_complete_and_keeps_what_stood_before(tmp_path: Path) -> None:
    text = rss(ITEM, ITEM.replace("A-1", "A-2"))
    first_end = text.index("</item>") + len("</item>")
    for cut in range(first_end, len(text) - 1, 97):
        reader = opened(tmp_path, text[:cut])
        offers, _ = read(reader)

        assert not reader.complete
        assert offers[0] is not None
        assert offers[0].key == "A-1"


def test_a_changed_category_changes_the_digest(tmp_path: Path) -> None:
    (one,) = opened(tmp_path, rss(ITEM)).entries()
    (other,) = opened(tmp_path, rss(ITEM.replace("Посуда", "Кухня"))).entries()

    assert one.digest != other.digest


def test_a_list_of_items_without_offers_is_a_catalogue(tmp_path: Path) -> None:
    text = (
        '<shop><catalog><category id="1">Дом</category></catalog><items><item id="7"><name>Л</name>'
        "<categoryId>1</categoryId><price>5</price></item></items></shop>"
    )
    (offer,), found = read(opened(tmp_path, text))

    assert offer is not None
    assert (offer.key, offer.category, found) == ("7", "1", [])


def test_an_offer_that_is_too_large_is_told_so(tmp_path: Path) -> None:
    text = (
        "<yml_catalog><shop><categories><category id='1'>Д</category></categories><offers>"
        f"<offer id='1'><name>{'x' * (2 << 20)}</name></offer><offer id='2'><name>b</name><price>1"
        "</price><categoryId>1</categoryId></offer></offers></shop></yml_catalog>"
    )
    offers, found = read(opened(tmp_path, text))

    assert [offer and offer.key for offer in offers] == [None, "2"]
    assert found == ["feed.offer.too_large"]
