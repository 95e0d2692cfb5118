"""Tables as shop systems, accounting programs and marketplaces write them."""

import csv
import io
import struct
import zlib
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.tables.columns import header_of, propose
from torgpred.catalogue.core.tables.memory import TableMemory

Rows = list[list[object]]
EAN = "4607120000000"
OTHER_EAN = "4607120000017"


def read_csv(tmp_path: Path, rows: Rows) -> tuple[list[Offer | None], list[str]]:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    path = tmp_path / "price.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return read(path)


def read_xlsx(tmp_path: Path, rows: Rows) -> tuple[list[Offer | None], list[str]]:
    path = tmp_path / "price.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return read(path)


def read(path: Path) -> tuple[list[Offer | None], list[str]]:
    """Return the offers and the codes of all findings."""
    reader = open_feed(path)
    taken = [reader.read(entry) for entry in reader.entries()]
    found = [finding.code for one in taken for finding in one.findings]
    return [one.offer for one in taken], found + [one.code for one in reader.findings()]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Номенклатура.Артикул", "key"), ("Variant SKU", "key"), ("IE_XML_ID", "key"),
        ("Ценовая группа/ Номенклатура/ Характеристика номенклатуры", "name"), ("Имя", "name"),
        ("IE_NAME", "name"), ("CV_PRICE_1", "price"), ("Базовая цена", "price"),
        ("Variant Price", "price"), ("Variant Compare At Price", "old_price"),
        ("Price Old", "old_price"), ("Cost per item", "cost"), ("Св. остаток", "quantity"),
        ("Запасы", "quantity"), ("Variant Inventory Qty", "quantity"), ("Группы", "category"),
        ("Размещение на сайте", "category"), ("Категория продавца", "category"),
        ("Параметр: Бренд", "vendor"), ("Доп. поле: Бренд", "vendor"), ("Handle", "group"),
        ("Название модели (для объединения в одну карточку)*", "group"),
        ("Размер (ДхШхВ), см", "package"), ("Габариты варианта", "package"),
        ("Вес 1 шт., гр", "weight"), ("weight_g", "weight"), ("length_mm", "length"),
        ("Variant Grams", "weight"), ("shipping_weight", "weight"), ("НДС, %*", "vat"),
        ("ТН ВЭД коды ЕАЭС", "tnved"), ("Image Src", "pictures"), ("Image Position", "param"),
        ("Product Title", "name"), ("Brand name", "vendor"), ("Category name", "category"),
        ("Product ID", "key"), ("List price", "old_price"), ("Full description", "description"),
        ("Категория на Маркете *", "category"), ("Д, см", "length"), ("В, см", "height"),
        ("В", "param"), ("Shipping freight", "param"), ("Артикул фото", "param"),
        ("Свойство: Цвет", "param"),
    ],
)  # fmt: skip
def test_a_header_of_a_known_system_is_understood(header: str, field: str) -> None:
    (column,) = propose([header], TableMemory())

    assert column.field == field


@pytest.mark.parametrize(
    ("header", "unit"), [("weight_g", "g"), ("Variant Grams", "г"), ("length_mm", "mm")]
)
def test_a_unit_in_a_header_is_read(header: str, unit: str) -> None:
    (column,) = propose([header], TableMemory())

    assert column.unit == unit


def test_the_shops_own_field_loses_what_stands_before_its_name() -> None:
    (column,) = propose(["Доп. поле: Материал"], TableMemory())

    assert column.column == "Материал"


def test_an_empty_column_does_not_take_the_place_of_a_filled_one(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Артикул*", "Название товара", "Цена"], ["", "A1", "Лампа", 10]]
    (offer,), _ = read_xlsx(tmp_path, rows)

    assert offer is not None
    assert offer.key == "A1"


def test_what_a_column_was_read_as_last_time_stays(tmp_path: Path) -> None:
    memory = TableMemory(layout={"sku": "key", "артикул": "vendor_code"})
    columns = propose(["SKU", "Артикул"], memory, [["", "A1"], ["", "A2"]])

    assert [column.field for column in columns] == ["key", "vendor_code"]


def test_sizes_that_share_an_article_are_told_apart_by_their_barcodes(tmp_path: Path) -> None:
    head: list[object] = ["Артикул продавца", "Наименование", "Размер", "Баркод", "Цена"]
    codes = (EAN, OTHER_EAN, "4607120000024", "4607120000031", "4607120000048", "4607120000055")
    rows: Rows = [head, *(["T1", "Футболка", "SMLX"[at % 4], code, 9]
                          for at, code in enumerate(codes))]  # fmt: skip
    offers, _ = read_csv(tmp_path, rows)

    assert [(offer.key, offer.product_key) for offer in offers if offer] == [
        (code, "T1") for code in codes
    ]


def test_how_rows_were_told_apart_stays_from_reading_to_reading() -> None:
    heads = ["Артикул", "Наименование", "Баркод", "Группа"]
    many = [["T1", "Футболка", f"46{n:011d}", ""] for n in range(9)]
    few = [[f"T{n}", "Футболка", f"46{n:011d}", "Лето"] for n in range(9)]
    for first, then in ((many, few), (few, many)):
        columns = propose(heads, TableMemory(), first)
        layout = {header_of(one.column).bare: one.field for one in columns}
        again = propose(heads, TableMemory(layout=layout), then)

        assert [one.field for one in again] == [one.field for one in columns]


def test_a_group_of_numbers_joins_variants(tmp_path: Path) -> None:
    rows: Rows = [
        ["Группа", "Артикул", "Наименование", "Категория"],
        [1, "A", "Лампа", "Свет"], [1, "B", "Лампа", "Свет"],
    ]  # fmt: skip
    offers, _ = read_csv(tmp_path, rows)

    assert [(offer.product_key, offer.category) for offer in offers if offer] == [
        ("1", "Свет"), ("1", "Свет"),
    ]  # fmt: skip


def test_a_help_row_that_tells_what_an_article_is_holds_no_offer(tmp_path: Path) -> None:
    rows: Rows = [
        ["Артикул продавца", "Наименование", "Цена"],
        ["Это номер или название, по которому вы узнаете товар", "Не длиннее 60 знаков", ""],
        ["A1", "Лампа", 10],
    ]
    offers, found = read_csv(tmp_path, rows)

    assert [offer and offer.key for offer in offers] == ["A1"]
    assert "table.row.help" in found


def test_two_rows_of_headings_are_read_as_one(tmp_path: Path) -> None:
    rows: Rows = [
        ["Артикул", "Наименование", "Цена, руб", "", "Остаток", "", "Упаковка", ""],
        ["", "", "Розница", "Опт", "Москва", "Казань", "Вес, кг", "Длина, см"],
        ["A1", "Лампа", 100, 70, 5, 2, 0.5, 20],
    ]
    (offer,), found = read_xlsx(tmp_path, rows)

    assert offer is not None
    assert (offer.price, offer.quantity, offer.weight_kg) == (100, 5, Decimal("0.5"))
    assert {param.name for param in offer.params} == {"Цена, руб Опт", "Остаток Казань"}
    assert "feed.offer.no_id" not in found


def test_the_price_list_of_1c_is_read_with_its_groups(tmp_path: Path) -> None:
    rows: Rows = [
        ["Прайс-лист"],
        ["Ценовая группа/ Номенклатура", "Номенклатура.Артикул", "Розничная", "", "Остаток"],
        ["", "", "Цена", "Ед.", ""],
        ["Дом"], ["Чайники"], ["Чайник", "A1", "1\u00a0290,00 руб.", "шт", 4],
    ]  # fmt: skip
    (offer,), _ = read_xlsx(tmp_path, rows)

    assert offer is not None
    assert (offer.key, offer.name, offer.price) == ("A1", "Чайник", 1290)
    assert (offer.currency, offer.quantity, offer.category) == ("RUB", 4, "Дом > Чайники")


@pytest.mark.parametrize(
    ("sale", "price", "old"), [("80 RUB", 80, 100), ("", 100, None), ("120 RUB", 100, None)]
)
def test_a_sale_price_is_the_price_where_it_is_lower(
    tmp_path: Path, sale: str, price: int, old: int | None
) -> None:
    rows: Rows = [["id", "title", "price", "sale_price"], ["A1", "Лампа", "100 RUB", sale]]
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert (offer.price, offer.old_price, offer.currency) == (price, old, "RUB")
    assert "table.currency.none" not in found


def test_a_lone_sale_price_is_the_price(tmp_path: Path) -> None:
    rows: Rows = [["id", "title", "Sale price"], ["A1", "Лампа", 100]]
    (offer,), _ = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.price == 100


def test_units_in_the_cells_need_none_in_the_header(tmp_path: Path) -> None:
    rows: Rows = [["id", "title", "price, RUB", "shipping_weight"], ["A1", "Лампа", 1, "0.2 kg"]]
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.weight_kg == Decimal("0.2")
    assert found == []


@pytest.mark.parametrize(
    "head",
    [["Имя атрибута 1", "Значения атрибутов 1"], ["Option1 Name", "Option1 Value"],
     ["Attribute 1 name", "Attribute 1 value(s)"]],
)  # fmt: skip
def test_a_parameter_in_two_columns_is_one(tmp_path: Path, head: list[object]) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", *head], ["A1", "Лампа", 1, "Цвет", "белый"]]
    (offer,), _ = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.params == (Param("Цвет", "белый"),)


def test_a_barcode_that_a_spreadsheet_shortened_is_told_for_what_it_is(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "EAN"], ["A1", "Лампа", 1, "4,60712E+12"]]
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.barcodes == ()
    assert found == ["table.barcode.digits_lost"]


def test_the_mark_of_text_is_no_part_of_a_code(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "EAN"], ["'0012", "Лампа", 1, f"'{EAN}"]]
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert (offer.key, offer.barcodes, found) == ("0012", (EAN,), [])


@pytest.mark.parametrize(
    ("cell", "category"),
    [("Посуда;Новинки", "Посуда"), ("Дом > Посуда, Новинки > Зима", "Дом > Посуда"),
     ("Дом > Чай, кофе", "Дом > Чай, кофе")],
)  # fmt: skip
def test_of_several_categories_the_first_counts(tmp_path: Path, cell: str, category: str) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Категории"], ["A1", "Лампа", 1, cell]]
    (offer,), _ = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.category == category


def test_a_customs_code_leaves_its_name_behind(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "ТН ВЭД"], ["A1", "Лампа", "6911100000 - Посуда, прочая"]]
    (offer,), _ = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.tnved[0] == "6911100000"


def test_what_can_be_sold_goes_before_what_is_there(tmp_path: Path) -> None:
    rows: Rows = [["Код", "Название", "Цена, руб", "Остаток", "Доступно"], ["1", "Л", 1, 9, 4]]
    (offer,), _ = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.quantity == 4


def test_variants_take_what_their_first_row_says(tmp_path: Path) -> None:
    rows: Rows = [
        ["Handle", "Title", "Vendor", "Option1 Name", "Option1 Value", "Variant SKU",
         "Variant Price", "Image Src"],
        ["cup", "Кружка", "Заря", "Цвет", "белый", "C1", 100, "https://s.ru/1.jpg"],
        ["cup", "", "", "", "синий", "C2", 110, ""],
        ["cup", "", "", "", "", "", "", "https://s.ru/2.jpg"],
        ["jug", "Кувшин", "Заря", "", "", "J1", 200, "https://s.ru/3.jpg"],
    ]  # fmt: skip
    offers, found = read_csv(tmp_path, rows)

    both = ("https://s.ru/1.jpg", "https://s.ru/2.jpg")
    assert [(one.key, one.name, one.vendor, one.product_key, one.pictures)
            for one in offers if one] == [
        ("C1", "Кружка", "Заря", "cup", both),
        ("C2", "Кружка", "Заря", "cup", both),
        ("J1", "Кувшин", "Заря", "jug", ("https://s.ru/3.jpg",)),
    ]  # fmt: skip
    assert "feed.offer.no_id" not in found


def test_a_size_of_three_sides_is_read_by_their_letters(tmp_path: Path) -> None:
    rows: Rows = [
        ["Код", "Название", "Цена, руб", "Размер (ДхШхВ), см"],
        ["1", "Л", 1, "20х10,5х5"],
    ]
    (offer,), _ = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.package == Package(Decimal(20), Decimal("10.5"), Decimal(5))


def test_a_stray_control_character_does_not_cost_the_table(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    path.write_bytes("SKU;Название;Цена, руб\nA1;Лам\x00па;10\n".encode() + b"A2;x;1\n" * 2)
    offers, found = read(path)

    assert offers[0] is not None
    assert offers[0].name == "Лампа"
    assert "table.csv.control_characters" in found


def test_pictures_inside_a_workbook_are_told(tmp_path: Path) -> None:
    path = tmp_path / "price.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Фото", "Код", "Название", "Цена, руб"])
        for number in range(5):
            sheet.write_row(number + 1, 1, [f"A{number}", "Лампа", 10])
            picture = io.BytesIO(_png(number))
            sheet.insert_image(number + 1, 0, f"{number}.png", {"image_data": picture})
    _, found = read(path)

    assert found == ["table.workbook.pictures_inside"]


def _png(shade: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((0, shade)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    )


@pytest.mark.parametrize("named", ["P1", "id:700"])
def test_a_parent_without_a_price_is_no_offer_but_lends_its_words(
    tmp_path: Path, named: str
) -> None:
    rows: Rows = [
        ["ID", "Артикул", "Имя", "Описание", "Базовая цена", "Родительский", "Бренды"],
        [700, "P1", "Футболка", "Хлопок", "", "", "Заря"],
        [701, "P1-S", "Футболка - S", "", 100, named, ""],
        [702, "P1-M", "Футболка - M", "", 100, named, ""],
        [703, "K1", "Кружка", "Фарфор", 50, "", "Юг"],
    ]
    offers, _ = read_csv(tmp_path, rows)

    assert [(one.key, one.name, one.description, one.vendor) for one in offers if one] == [
        ("P1-S", "Футболка - S", "Хлопок", "Заря"), ("P1-M", "Футболка - M", "Хлопок", "Заря"),
        ("K1", "Кружка", "Фарфор", "Юг"),
    ]  # fmt: skip


def test_stock_in_several_columns_is_told(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Остаток Москва", "Остаток Казань"],
                  ["A1", "Лампа", 1, 5, 2]]  # fmt: skip
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.quantity == 5
    assert found == ["table.column.stocks"]


def test_stock_below_zero_is_none(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Остаток"], ["A1", "Лампа", 1, -3]]
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert (offer.quantity, offer.available) == (0, False)
    assert found == ["feed.offer.quantity_negative"]


PAGE = (
    "<html><head><meta charset='{0}'></head><body><table><tr><td>меню</td></tr></table><table>"
    "<tr><td>Артикул</td><td colspan='2'>Наименование</td><td>Цена, руб</td></tr>"
    "<tr><td>A1</td><td>Чайник&nbsp;<b>белый</b></td><td></td><td>1 290,00</td></tr>"
    "</table></body></html>"
)
SHEET = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Прайс"><Table>'
    "<Row><Cell><Data ss:Type='String'>Артикул</Data></Cell><Cell><Data ss:Type='String'>"
    "Наименование</Data></Cell><Cell ss:Index='4'><Data ss:Type='String'>Цена, руб</Data></Cell>"
    "</Row><Row ss:Index='4'><Cell><Data ss:Type='String'>A1</Data></Cell><Cell><Data "
    "ss:Type='String'>Чайник белый</Data></Cell><Cell ss:Index='4'><Data ss:Type='Number'>1290"
    "</Data></Cell></Row></Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize(
    ("text", "codec"),
    [(PAGE, "utf-8"), (PAGE, "windows-1251"), (SHEET, "utf-8"), (SHEET, "utf-16")],
)
def test_a_table_in_markup_called_xls_is_read(tmp_path: Path, text: str, codec: str) -> None:
    path = tmp_path / "price.xls"
    path.write_bytes(text.replace("{0}", codec).encode(codec))
    (offer,), found = read(path)

    assert offer is not None
    assert (offer.key, offer.name, offer.price, found) == ("A1", "Чайник белый", 1290, [])


def test_a_cut_sheet_in_xml_is_refused_and_told(tmp_path: Path) -> None:
    path = tmp_path / "price.xls"
    path.write_text(SHEET[:-60], encoding="utf-8")
    offers, found = read(path)

    assert (offers, found) == ([], ["table.workbook.broken"])


def test_a_page_without_a_table_of_goods_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "price.xls"
    path.write_text(
        "<html><body><table><tr><td>1</td></tr><tr><td>2</td></tr></table></body></html>"
    )
    assert read(path) == ([], ["feed.file.html"])


@pytest.mark.parametrize(
    ("cell", "price", "code"),
    [
        ("1.299,00 €", Decimal(1299), []),
        ("1,299,000", Decimal(1299000), []),
        ("1.299.000,50", Decimal("1299000.50"), []),
        ("1,299", None, ["feed.offer.price_bad"]),
        ("12,5", Decimal("12.5"), []),
    ],
)
def test_a_price_is_never_a_thousand_times_less(
    tmp_path: Path, cell: str, price: Decimal | None, code: list[str]
) -> None:
    rows: Rows = [["SKU", "Название", "Цена, EUR"], ["A1", "Лампа", cell]]
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert (offer.price, found) == (price, code)


@pytest.mark.parametrize("cell", ["В наличии (12 шт.)", "в наличии: 12", "есть 12 шт"])
def test_pieces_are_read_out_of_words(tmp_path: Path, cell: str) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Наличие"], ["A1", "Лампа", 1, cell]]
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert (offer.quantity, found) == (12, [])


def test_three_slashes_part_a_category(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Category"], ["A1", "Лампа", "Дом///Свет///Лампы"]]
    (offer,), _ = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.category == "Дом > Свет > Лампы"


def test_units_in_a_column_of_their_own_are_read(tmp_path: Path) -> None:
    rows: Rows = [
        ["SKU", "Название", "Цена, руб", "weight", "weight_unit", "length", "width", "height",
         "length_unit"],
        ["A1", "Лампа", 1, "350", "g", "200", "105", "50", "mm"],
    ]  # fmt: skip
    (offer,), found = read_csv(tmp_path, rows)

    assert offer is not None
    assert offer.weight_kg == Decimal("0.35")
    assert offer.package == Package(Decimal(20), Decimal("10.5"), Decimal(5))
    assert found == []
