"""The written files are what they claim to be, read here without any reader of ours."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook
from stdnum import ean

from torgpred.demo.sellers import DemoSeller, all_sellers
from torgpred.demo.sellers.kettle import COLUMNS as CHINESE_COLUMNS

BASE = "http://127.0.0.1:8001/p"
BY_CODE = {seller.code: seller for seller in all_sellers()}


def written(code: str, folder: Path) -> tuple[DemoSeller, bytes]:
    seller = BY_CODE[code]
    return seller, seller.write_feed(folder, picture_base=BASE).read_bytes()


def offers(text: str) -> list["etree._Element"]:
    """Parse strictly; the encoding is settled by the caller."""
    body = text.removeprefix("\ufeff").partition("?>")[2]
    return list(etree.fromstring(body, etree.XMLParser(no_network=True)).iter("offer"))


def texts(found: list["etree._Element"], name: str) -> list[str]:
    return [(one.findtext(name) or "").strip() for one in found]


def rows_of(sheet: str, path: Path) -> list[list[object]]:
    book = CalamineWorkbook.from_path(str(path))
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def assert_faults(seller: DemoSeller, found: list["etree._Element"]) -> None:
    """Compare what the file holds with what the seller says of it."""
    faults = seller.faults
    keys = Counter(one.get("id") for one in found)
    codes = [code for code in texts(found, "barcode") if code]
    twice = faults["duplicate_key"]
    assert len(found) == seller.expected.offers
    assert sum(keys.values()) - len(keys) == twice
    # Copies may carry a fault of the item they were copied from.
    assert 0 <= texts(found, "price").count("") - faults["no_price"] <= twice
    assert 0 <= sum(not ean.is_valid(c) for c in codes) - faults["wrong_barcode"] <= twice
    assert 0 <= texts(found, "picture").count("") - faults["no_picture"] <= twice
    assert 0 <= texts(found, "description").count("") - faults["no_description"] <= twice
    long = sum(len(name) > 128 for name in texts(found, "name") + texts(found, "model"))
    assert 0 <= long - faults.get("long_title", 0) <= twice


def test_cosmetics_are_honest_windows_1251_with_variants(tmp_path: Path) -> None:
    seller, data = written("mossy-shore", tmp_path)

    assert data.startswith(b'<?xml version="1.0" encoding="windows-1251"?>')
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    found = list(etree.fromstring(data).iter("offer"))

    assert_faults(seller, found)
    assert {one.get("type") for one in found} == {"vendor.model"}
    assert all(texts(found, name).count("") == 0 for name in ("typePrefix", "vendor", "model"))
    groups = Counter(one.get("group_id") for one in found)
    assert max(groups.values()) >= 2
    assert sum("<script" in text for text in texts(found, "description")) >= 1


def test_thermal_wear_is_utf8_with_a_mark_and_breaks_on_one_ampersand(tmp_path: Path) -> None:
    seller, data = written("merzlohod", tmp_path)

    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    with pytest.raises(etree.XMLSyntaxError):
        offers(text)
    assert text.count(" & ") == seller.faults["bare_ampersand"] == 1
    text = text.replace(" & ", " &amp; ").replace('<!DOCTYPE yml_catalog SYSTEM "shops.dtd">', "")
    found = offers(text)

    assert_faults(seller, found)
    known = {one.get("id") for one in found[0].getroottree().iter("category")}
    orphans = [key for key in texts(found, "categoryId") if key not in known]
    assert len(orphans) == seller.faults["orphan_category"]
    spaced = [price for price in texts(found, "price") if "\u00a0" in price]
    assert len(spaced) >= seller.faults["spaced_price"]
    heavy = [w for w in texts(found, "weight") if w and float(w) > 50]
    assert len(heavy) == seller.faults["grams_as_kg"]
    assert texts(found, "weight").count("") > len(found) * 0.8
    assert set(texts(found, "currencyId")) == {"RUR"}


def test_games_call_themselves_windows_1251_and_are_utf8(tmp_path: Path) -> None:
    seller, data = written("kubar-fishka", tmp_path)

    assert b'encoding="windows-1251"' in data[:60]
    found = offers(data.decode("utf-8"))

    assert_faults(seller, found)
    assert texts(found, "weight").count("") >= seller.faults["no_weight"]
    assert all("," in weight for weight in texts(found, "weight") if weight)
    assert any((one.get("id") or "").startswith("00") for one in found)


def test_lamps_are_a_windows_1251_table_with_the_header_in_row_four(tmp_path: Path) -> None:
    seller, data = written("lumenek", tmp_path)

    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    rows = list(csv.reader(io.StringIO(data.decode("cp1251"), newline=""), delimiter=";"))
    header, goods = rows[3], rows[4 : 4 + seller.expected.offers]

    assert {"Код", "Наименование", "Цена, руб.", "Вес брутто, г"} <= set(header)
    assert {len(row) for row in rows} == {len(header)}
    keys = [row[0] for row in goods]
    assert len(keys) - len(set(keys)) == seller.faults["duplicate_key"]
    assert all(key.startswith("00") for key in keys)
    prices = [row[header.index("Цена, руб.")] for row in goods]
    assert any("\u00a0" in price for price in prices)
    assert all("," in price for price in prices if price)
    assert [cell for row in rows[4 + len(goods) :] for cell in row if cell] == [
        "Прайс-лист действителен до 31.12.2026"
    ]


def test_dried_fruit_fills_sheets_with_headings_and_floats(tmp_path: Path) -> None:
    seller = BY_CODE["sushkin-valley"]
    path = seller.write_feed(tmp_path, picture_base=BASE)
    names = CalamineWorkbook.from_path(str(path)).sheet_names
    goods = []
    for name in names[:3]:
        rows = rows_of(name, path)
        assert rows[2][:2] == ["Артикул", "Наименование"]
        headings = [row[0] for row in rows[3:] if not any(row[1:])]
        assert headings
        goods += [row for row in rows[3:] if any(row[1:])]

    assert names == ["Сухофрукты", "Орехи", "Смеси и подарки", "Контакты"]
    assert len(goods) == seller.expected.offers
    assert all(isinstance(row[0], float) for row in goods)
    assert len(goods) - len({row[0] for row in goods}) == seller.faults["duplicate_key"]
    prices = [row[11] for row in goods]
    assert prices.count("") >= seller.faults["no_price"]
    assert sum(isinstance(price, str) and "\u00a0" in price for price in prices) >= 2
    assert any(isinstance(row[12], float) for row in goods)


def test_the_chinese_list_has_chinese_headers_and_costs(tmp_path: Path) -> None:
    seller = BY_CODE["yunhu"]
    rows = rows_of("报价单", seller.write_feed(tmp_path, picture_base=BASE))
    header, goods = rows[1], rows[2:]

    assert header == list(CHINESE_COLUMNS)
    assert len(goods) == seller.expected.offers
    cost, name, russian = (header.index(n) for n in ("成本价(元)", "产品名称", "俄文名称"))
    assert all(row[name] for row in goods)
    assert sum(row[cost] == "" for row in goods) >= seller.faults["no_price"]
    assert 0 < sum(row[russian] == "" for row in goods) < 12
    assert sum(row[header.index("毛重(kg)")] == "" for row in goods) > 20


def test_pictures_have_addresses_under_the_given_base(tmp_path: Path) -> None:
    _, data = written("merzlohod", tmp_path)

    assert f"<picture>{BASE}/%D0%A6%D0%91-00000001-1.png</picture>" in data.decode("utf-8-sig")


def test_file_names_suit_every_disk() -> None:
    assert all(seller.file_name.isascii() for seller in BY_CODE.values())
    assert len({seller.file_name for seller in BY_CODE.values()}) == len(BY_CODE)
