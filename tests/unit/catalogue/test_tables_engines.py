"""Tables as more shop engines, suppliers and accounting programs write them."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.paths import split_path
from torgpred.catalogue.core.tables.columns import propose
from torgpred.catalogue.core.tables.memory import TableMemory

Rows = list[list[str]]


def read(tmp_path: Path, rows: Rows) -> tuple[list[Offer], list[str]]:
    """Return the offers and the codes of all findings."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    path = tmp_path / "price.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    reader = open_feed(path)
    taken = [reader.read(entry) for entry in reader.entries()]
    found = [finding.code for one in taken for finding in one.findings]
    offers = [one.offer for one in taken if one.offer is not None]
    return offers, found + [one.code for one in reader.findings()]


@pytest.mark.parametrize(
    ("header", "shown", "hidden"),
    [
        ("Видимость на витрине", "выставлен", "скрыт"),
        ("visible", "true", "false"),
        ("Product Visible?", "Y", "N"),
        ("enabled", "+", "-"),
        ("Status", "A", "D"),
        ("Status", "A", "H"),
        ("Архивный", "нет", "да"),
    ],
)
def test_what_an_engine_does_not_show_is_left_out(
    tmp_path: Path, header: str, shown: str, hidden: str
) -> None:
    head = ["Артикул", "Наименование", "Цена", header]
    offers, codes = read(tmp_path, [head, ["A1", "Лампа", "10", shown], ["A2", "Бра", "9", hidden]])

    assert [offer.key for offer in offers] == ["A1"]
    assert "table.row.hidden" in codes


def test_an_archived_product_hides_its_variants(tmp_path: Path) -> None:
    head = ["Артикул", "Наименование", "Цена", "Группа вариантов", "Архивный"]
    rows = [
        ["A1", "Лампа", "10", "G1", "да"],
        ["A2", "", "10", "G1", ""],
        ["B1", "Бра", "9", "", "нет"],
    ]
    offers, _ = read(tmp_path, [head, *rows])

    assert [offer.key for offer in offers] == ["B1"]


VARIANTS: Rows = [
    ["ID товара", "Название товара", "ID варианта", "Артикул", "Цена", "Свойство: Размер"],
    ["301", "Платье", "501", "PL", "2990", "44"],
    ["301", "Платье", "502", "PL", "2990", "46"],
    ["302", "Юбка", "503", "YU", "1990", "44"],
]


def test_variants_are_joined_by_the_number_of_their_product(tmp_path: Path) -> None:
    offers, _ = read(tmp_path, VARIANTS)

    assert [(offer.key, offer.product_key) for offer in offers] == [
        ("501", "301"), ("502", "301"), ("503", "302"),
    ]  # fmt: skip


def test_a_products_number_that_was_the_sku_last_time_stays_it() -> None:
    memory = TableMemory(layout={"id товара": "key", "id варианта": "param"})
    columns = propose(["ID товара", "ID варианта", "Название"], memory, [["1", "2", "Лампа"]])

    assert columns[0].field == "key"


@pytest.mark.parametrize(("more", "field"), [([], "vendor_code"), (["MPN"], "param")])
def test_sizes_of_one_article_are_told_apart_by_barcode_in_a_group_too(
    more: list[str], field: str
) -> None:
    heads = ["Группа", "Артикул продавца", "Наименование", "Баркод", *more]
    rows = [["1", f"T{n // 3}", "Футболка", f"46{n:011d}", "M1"] for n in range(9)]
    columns = propose(heads, TableMemory(), rows)

    assert [one.field for one in columns][:3] == ["group", field, "name"]
    assert columns[-1].field == "key"


@pytest.mark.parametrize("header", ["ID", "Артикул WB", "Артикул Ozon", "Код 1С"])
def test_a_number_of_shop_or_marketplace_is_no_makers_code(header: str) -> None:
    rows = [["A1", "Лампа", "901"], ["A2", "Бра", "902"]]
    columns = propose(["Ваш SKU", "Название", header], TableMemory(), rows)

    assert columns[2].field == "param"


@pytest.mark.parametrize("mark", ["Rich-контент JSON", "Ozon Product ID"])
def test_beside_columns_of_ozon_the_sku_is_ozons(mark: str) -> None:
    rows = [["A1", "1650000001", "Лампа", ""], ["A2", "1650000002", "Бра", ""]]
    columns = propose(["Артикул*", "SKU", "Название товара", mark], TableMemory(), rows)

    assert [one.field for one in columns] == ["key", "param", "name", "param"]


@pytest.mark.parametrize("heads", [["Артикул", "Цена Ozon"], ["Код товара", "Ozon ID"]])
def test_a_sellers_own_sku_stays_it_though_a_column_speaks_of_ozon(heads: list[str]) -> None:
    rows = [["A-1", "Лампа", "7", "10"], ["A-2", "Бра", "7", "9"]]
    columns = propose(["SKU", "Название", *heads], TableMemory(), rows)

    assert columns[0].field == "key"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("product_sku", "key"), ("Product Code/SKU", "key"), ("Код артикула", "key"),
        ("Reference #", "key"), ("SKU code", "key"), ("物料编码", "key"),
        ("Item No.\n货号", "key"), ("物料名称", "name"), ("Description\n品名规格", "name"),
        ("Price tax excluded", "price"), ("含税价", "price"), ("建议零售价", "price"),
        ("product_compare_to_price", "old_price"), ("Compare-at price", "old_price"),
        ("purchaseprice", "cost"), ("预设进价", "cost"), ("amount", "quantity"),
        ("Inventory quantity", "quantity"), ("Current Stock Level", "quantity"),
        ("quantity_to_sell_on_facebook", "quantity"), ("Доступен для заказа", "available"),
        ("product_is_available", "available"), ("Published on online store", "published"),
        ("Категория в вашем магазине *", "category"), ("google_product_category", "param"),
        ("fb_product_category", "param"), ("producer", "vendor"), ("品牌名称", "vendor"),
        ("Product UPC/EAN", "barcode"), ("media", "pictures"), ("base_image_label", "param"),
        ("Image alt texts (x,y,z...)", "param"), ("stock_status_id", "param"),
        ("Delete existing images (0 = No, 1 = Yes)", "param"), ("Weight value (grams)", "weight"),
        ("G.W.(kg)\n毛重", "weight"), ("handleId", "group"), ("URL handle", "group"),
        ("Ссылка на витрину", "group"), ("CURRENCY_CODE", "currency"),
    ],
)  # fmt: skip
def test_a_header_of_an_engine_or_supplier_is_understood(header: str, field: str) -> None:
    (column,) = propose([header], TableMemory())

    assert column.field == field


def test_a_price_of_all_goods_goes_before_one_of_a_unit(tmp_path: Path) -> None:
    head = ["Reference #", "Name *", "Unit price", "Price tax excluded"]
    (offer,), _ = read(tmp_path, [head, ["A1", "Лампа", "0", "19.90"]])

    assert offer.price == Decimal("19.90")


def test_a_count_goes_before_a_word_on_availability(tmp_path: Path) -> None:
    head = ["id", "title", "price", "availability", "quantity_to_sell_on_facebook"]
    rows = [["A1", "Лампа", "10 USD", "in stock", "75"], ["A2", "Бра", "9 USD", "in stock", ""]]
    offers, _ = read(tmp_path, [head, *rows])

    assert [(offer.quantity, offer.available) for offer in offers] == [(75, True), (None, True)]


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("Каталог/Одежда/Платья ## Каталог/Новинки", ("Каталог", "Одежда", "Платья")),
        ("[Одежда >> Платья]", ("Одежда", "Платья")),
        ("[Одежда >> Платья],[Новинки]", ("Одежда", "Платья")),
        ("[Новинки] Платья", ("[Новинки] Платья",)),
    ],
)
def test_of_several_categories_the_first_is_read(cell: str, path: tuple[str, ...]) -> None:
    assert tuple(split_path(cell)) == path


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (["sku", "product_type", "categories"], ["key", "param", "category"]),
        (["id", "title", "product_type"], ["key", "name", "category"]),
    ],
)
def test_a_product_type_is_the_category_where_nothing_else_is(
    heads: list[str], fields: list[str]
) -> None:
    assert [one.field for one in propose(heads, TableMemory())] == fields


@pytest.mark.parametrize(
    ("size", "weight"),
    [
        ("外箱尺寸(cm)", "毛重(kg)"),
        ("Carton size (cm)", "G.W.(kg)"),
        ("Размер короба, см", "Брутто, кг"),
    ],
)
def test_the_parcel_of_a_whole_carton_is_not_that_of_one_thing(
    tmp_path: Path, size: str, weight: str
) -> None:
    head = ["Item No.", "Name", "Price", "箱规", size, weight]
    (offer,), _ = read(tmp_path, [head, ["A1", "Лампа", "5.20", "48", "50*40*30", "18"]])

    assert (offer.package, offer.weight_kg) == (None, None)
    assert [param.value for param in offer.params] == ["48", "50*40*30", "18"]


@pytest.mark.parametrize("size", ["包装尺寸(cm)", "Размер коробки, см"])
def test_a_gross_weight_without_a_carton_is_that_of_one_thing(tmp_path: Path, size: str) -> None:
    head = ["货号", "品名", "价格", size, "毛重(kg)"]
    (offer,), _ = read(tmp_path, [head, ["A1", "灯", "5.20", "20*15*5", "0.3"]])

    assert offer.weight_kg == Decimal("0.3")


@pytest.mark.parametrize("header", ["Старая цена", "Цена со скидкой", "Закупочная цена"])
def test_a_zero_that_an_engine_writes_for_no_price_is_no_mistake(
    tmp_path: Path, header: str
) -> None:
    head = ["Артикул", "Наименование", "Цена, руб", header]
    (offer,), codes = read(tmp_path, [head, ["A1", "Лампа", "450", "0.00"]])

    assert (offer.price, offer.old_price, offer.cost) == (Decimal(450), None, None)
    assert "feed.offer.price_bad" not in codes


def test_a_price_of_zero_is_still_told(tmp_path: Path) -> None:
    _, codes = read(tmp_path, [["Артикул", "Наименование", "Цена, руб"], ["A1", "Лампа", "0"]])

    assert "feed.offer.price_bad" in codes


@pytest.mark.parametrize("cell", ["ожидается 15.12", "под заказ 3 дня", "нет в наличии до мая"])
def test_what_is_awaited_is_not_there(tmp_path: Path, cell: str) -> None:
    head = ["Артикул", "Наименование", "Цена, руб", "Наличие"]
    (offer,), codes = read(tmp_path, [head, ["A1", "Лампа", "450", cell]])

    assert (offer.quantity, offer.available, codes) == (None, False, [])


@pytest.mark.parametrize("header", ["is_in_stock", "Доступен для заказа"])
def test_pieces_that_are_not_for_sale_are_none(tmp_path: Path, header: str) -> None:
    head = ["Артикул", "Наименование", "Цена", "Остаток", header]
    rows = [["A1", "Лампа", "450", "4", "0"], ["A2", "Бра", "450", "4", "1"]]
    offers, _ = read(tmp_path, [head, *rows])

    assert [(offer.quantity, offer.available) for offer in offers] == [(None, False), (4, True)]


def test_a_row_that_says_what_an_sku_is_is_no_offer(tmp_path: Path) -> None:
    head = ["Ваш SKU *", "Название товара *", "Цена *", "Габариты с упаковкой, см"]
    told = ["Ваш уникальный идентификатор", "Тип и бренд", "", "Длина/ширина/высота"]
    rows = [head, told, ["ABC белая матовая", "Кружка", "450", ""], ["A2", "Чашка", "450", ""]]
    offers, codes = read(tmp_path, rows)

    assert [offer.key for offer in offers] == ["ABC белая матовая", "A2"]
    assert "table.row.help" in codes


def test_a_unit_that_the_row_of_help_names_is_read(tmp_path: Path) -> None:
    head = ["Артикул продавца", "Наименование", "Цена", "Высота упаковки", "Длина упаковки",
            "Ширина упаковки"]  # fmt: skip
    told = [
        "Номер или название, по которому вы узнаете товар",
        "",
        "",
        *["Единица измерения: см"] * 3,
    ]
    (offer,), codes = read(tmp_path, [head, told, ["A1", "Лампа", "450", "5", "20", "15"]])

    assert offer.package == Package(Decimal(20), Decimal(15), Decimal(5))
    assert "table.column.no_unit" not in codes


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("properties", "Цвет:белый;Размер:M"),
        ("SKU properties", "Цвет:белый;Размер:M"),
        ("sku属性", "Цвет：белый;Размер：M"),
    ],
)
def test_several_parameters_of_one_cell_are_told_apart(
    tmp_path: Path, header: str, cell: str
) -> None:
    (offer,), _ = read(tmp_path, [["sku", "name", "price", header], ["A1", "Лампа", "450", cell]])

    assert offer.params == (Param("Цвет", "белый"), Param("Размер", "M"))


def test_a_value_that_a_buyer_chooses_by_loses_its_mark(tmp_path: Path) -> None:
    head = ["Наименование", "Код артикула", "Цена", "Размер EU"]
    (offer,), _ = read(tmp_path, [head, ["Лампа", "A1", "450", "<{44}>"]])

    assert offer.params == (Param("Размер EU", "44"),)


@pytest.mark.parametrize(
    ("cell", "available"), [("InStock", True), ("OutOfStock", False), ("Sold out", False)]
)
def test_an_engines_word_for_stock_is_understood(
    tmp_path: Path, *, cell: str, available: bool
) -> None:
    head = ["sku", "name", "price", "inventory"]
    (offer,), codes = read(tmp_path, [head, ["A1", "Лампа", "450 RUB", cell]])

    assert (offer.quantity, offer.available, codes) == (None, available, [])
