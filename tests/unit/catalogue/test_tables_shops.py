"""Tables as shops really export them: headers of many systems, flags, options, parameters."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.catalogue.test_tables_systems import Rows, read_csv

from torgpred.catalogue.core.offers import Offer, Param
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.tables.cells import addresses_in
from torgpred.catalogue.core.tables.columns import propose
from torgpred.catalogue.core.tables.memory import TableMemory
from torgpred.catalogue.core.tables.reading import open_table


def offers_of(tmp_path: Path, rows: Rows) -> list[Offer]:
    return [one for one in read_csv(tmp_path, rows)[0] if one is not None]


def one_of(tmp_path: Path, rows: Rows) -> Offer:
    (offer,) = offers_of(tmp_path, rows)
    return offer


def field_of(header: str) -> str:
    return propose([header], TableMemory())[0].field


@pytest.mark.parametrize(
    "header",
    [
        "Количество на складе", "Кол-во на складе", "Кол-во товаров на складе", "Текущий остаток",
        "Общий остаток на складах", "Итого остаток", "Доступное количество", "Доступно к заказу",
        "Всего на складе", "Кол.", "Есть в наличии", "quantity in stock", "available_qty",
        "Stock level", "Количество для продажи",
    ],
)  # fmt: skip
def test_stock_is_known_by_many_names(header: str) -> None:
    assert field_of(header) == "quantity"


@pytest.mark.parametrize(
    "header",
    ["Количество в упаковке", "Количество отзывов", "Неснижаемый остаток", "Кол-во в коробке, шт"],
)
def test_other_numbers_are_no_stock(header: str) -> None:
    assert field_of(header) != "quantity"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Категория товаров", "category"), ("Категория продукта", "category"),
        ("Название категории", "category"), ("Название_группы", "category"),
        ("_MAIN_CATEGORY_", "category"), ("Название бренда", "vendor"),
        ("Наименование производителя", "vendor"), ("Товарный знак", "vendor"), ("ТМЦ", "name"),
        ("Наименование ТМЦ", "name"), ("Цена поставщика", "cost"), ("original_price", "old_price"),
        ("Продукт_на_сайте", "url"), ("ID_группы_разновидностей", "group"),
    ],
)  # fmt: skip
def test_headers_of_shops_are_understood(header: str, field: str) -> None:
    assert field_of(header) == field


@pytest.mark.parametrize("header", ["Название склада", "Наименование поставщика", "Название цвета"])
def test_the_name_of_something_else_is_no_name_of_goods(header: str) -> None:
    assert field_of(header) == "param"


def test_a_kind_of_sale_sorts_no_goods_where_there_are_categories() -> None:
    found = propose(["Тип_товара", "Название_группы"], TableMemory())
    assert [one.field for one in found] == ["param", "category"]


def test_a_dealers_price_is_read_only_where_there_is_no_other(tmp_path: Path) -> None:
    head: list[object] = ["SKU", "Название", "Дилерская цена", "Цена, руб", "Остаток"]
    assert one_of(tmp_path, [head, ["A1", "Лампа", 70, 100, 1]]).price == Decimal(100)
    offers, found = read_csv(tmp_path, [[*head[:3], "Остаток"], ["A1", "Лампа", 70, 1]])
    assert [one.price for one in offers if one] == [Decimal(70)]
    assert "table.column.unsure" in found


def test_what_no_column_holds_is_told_with_the_columns_that_may(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Описание", "Изделие", "К-во"], ["A1", "Тёплая", "Лампа", 5]]
    _, found = read_csv(tmp_path, rows)
    assert [code for code in found if code.startswith("table.column")] == [
        "table.column.no_name", "table.column.no_price", "table.column.no_stock",
    ]  # fmt: skip
    told = {one.code: one for one in open_feed(tmp_path / "price.csv").findings()}
    assert told["table.column.no_stock"].value == "Изделие, К-во"


def test_a_price_list_of_known_columns_alone_is_told_nothing_of_stock(tmp_path: Path) -> None:
    _, found = read_csv(tmp_path, [["SKU", "Название", "Цена, руб"], ["A1", "Лампа", 1]])
    assert found == []


def test_prices_and_stocks_alone_lack_no_names(tmp_path: Path) -> None:
    _, found = read_csv(tmp_path, [["SKU", "Цена, руб", "Остаток"], ["A1", 1, 2]])
    assert found == []


# --- yes and no ----------------------------------------------------------------------------------
@pytest.mark.parametrize("header", ["В наличии?", "In stock?"])
def test_a_question_is_answered_by_yes_and_no_and_never_counted(
    tmp_path: Path, header: str
) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", header, "Запасы"],
                  ["A1", "Лампа", 1, 1, ""], ["A2", "Лампа", 1, 0, ""],
                  ["A3", "Лампа", 1, 1, 7]]  # fmt: skip
    assert [(one.quantity, one.available) for one in offers_of(tmp_path, rows)] == [
        (None, True), (None, False), (7, True),
    ]  # fmt: skip


def test_where_no_pieces_are_counted_another_column_says_whether_there_are_any(
    tmp_path: Path,
) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Наличие", "Количество"],
                  ["A1", "Лампа", 1, "-", ""], ["A2", "Лампа", 1, "+", ""],
                  ["A3", "Лампа", 1, "+", 4]]  # fmt: skip
    assert [(one.quantity, one.available) for one in offers_of(tmp_path, rows)] == [
        (None, False), (None, True), (4, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "shown", "hidden"),
    [
        ("Опубликован", "1", "-1"), ("Published", "true", "false"), ("Status", "active", "draft"),
        ("IE_ACTIVE", "Y", "N"), ("Активность", "да", "нет"), ("Статус", "Активен", "Архив"),
    ],
)  # fmt: skip
def test_what_a_shop_does_not_show_is_left_out_and_counted(
    tmp_path: Path, header: str, shown: str, hidden: str
) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", header],
                  ["A1", "Лампа", 1, shown], ["A2", "Лампа", 1, hidden],
                  ["A3", "Лампа", 1, hidden]]  # fmt: skip
    offers, found = read_csv(tmp_path, rows)
    assert [one.key for one in offers if one] == ["A1"]
    assert found == ["table.row.hidden"] * 2
    reader = open_table(tmp_path / "price.csv", format="csv")
    told = [one for entry in reader.entries() for one in reader.read(entry).findings]
    assert [(one.place, one.value) for one in told] == [("row 3", "A2"), ("row 4", "A3")]
    assert header in {one.header for one in reader.columns.found()}, "it can be contradicted"


def test_goods_that_are_shown_are_no_duplicate_of_hidden_ones(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Активность"],
                  ["A1", "Лампа", 1, "нет"], ["A1", "Лампа", 2, "да"]]  # fmt: skip
    assert one_of(tmp_path, rows).price == Decimal(2)


def test_a_status_that_says_more_is_a_parameter(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Статус"],
                  ["A1", "Лампа", 1, "Новинка"], ["A2", "Лампа", 1, "Архив"]]  # fmt: skip
    assert [one.params for one in offers_of(tmp_path, rows)] == [
        (Param("Статус", "Новинка"),), (Param("Статус", "Архив"),),
    ]  # fmt: skip


def test_variants_of_a_draft_are_drafts(tmp_path: Path) -> None:
    rows: Rows = [["Handle", "Title", "Published", "Variant SKU", "Variant Price"],
                  ["lamp", "Лампа", "false", "L-1", 1], ["lamp", "", "", "L-2", 1],
                  ["vase", "Ваза", "true", "V-1", 1], ["vase", "", "", "V-2", 1]]  # fmt: skip
    assert [one.key for one in offers_of(tmp_path, rows)] == ["V-1", "V-2"]


# --- parameters in several columns -------------------------------------------------------------
@pytest.mark.parametrize(
    "head",
    [
        ["Имя атрибута 1", "Значение(-я) аттрибута(-ов) 1"],
        ["Название атрибута 1", "Значения атрибутов 1"],
        ["Имя атрибута 1", "Значение(-я) атрибута(-ов) 1"],
    ],
)
def test_an_attribute_of_woocommerce_is_one_parameter(tmp_path: Path, head: list[object]) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", *head, "Видимость атрибута 1",
                   "Глобальный атрибут 1"],
                  ["A1", "Лампа", 1, "Размер", "S", 1, 0]]  # fmt: skip
    assert one_of(tmp_path, rows).params == (Param("Размер", "S"),)


def test_what_the_options_are_called_is_said_in_the_first_row_alone(tmp_path: Path) -> None:
    rows: Rows = [
        ["Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price"],
        ["lamp", "Лампа", "Цвет", "белый", "L-1", 1], ["lamp", "", "", "чёрный", "L-2", 1],
        ["vase", "Ваза", "Title", "Default Title", "V-1", 1],
    ]  # fmt: skip
    assert [(one.key, one.params) for one in offers_of(tmp_path, rows)] == [
        ("L-1", (Param("Цвет", "белый"),)), ("L-2", (Param("Цвет", "чёрный"),)), ("V-1", ()),
    ]  # fmt: skip


def test_a_value_whose_name_is_nowhere_is_kept_under_its_column(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Title", "Option1 Name", "Option1 Value", "Variant Price"],
                  ["L-1", "Лампа", "", "белый", 1]]  # fmt: skip
    assert one_of(tmp_path, rows).params == (Param("Option1 Value", "белый"),)


def test_characteristics_that_repeat_side_by_side_are_read_by_threes(tmp_path: Path) -> None:
    three = ["Название_Характеристики", "Измерение_Характеристики", "Значение_Характеристики"]
    rows: Rows = [["Код_товара", "Название_позиции", "Цена", *three, *three],
                  ["A1", "Лампа", 1, "Цвет", "", "белый", "Мощность", "Вт", 40],
                  ["A2", "Лампа", 1, "", "", "", "Мощность", "Вт", 60]]  # fmt: skip
    assert [one.params for one in offers_of(tmp_path, rows)] == [
        (Param("Цвет", "белый"), Param("Мощность", "40", "Вт")), (Param("Мощность", "60", "Вт"),),
    ]  # fmt: skip


def test_options_of_tilda_are_told_apart_and_their_text_is_the_longer_one(tmp_path: Path) -> None:
    rows: Rows = [
        ["Tilda UID", "SKU", "Title", "Description", "Text", "Price", "Editions", "Parent UID"],
        ["7", "", "Майка", "Коротко", "Длинный текст", "", "", ""],
        ["8", "M-1", "Майка", "", "", 1, "Размер:M;Цвет:белый", "7"],
        ["9", "M-2", "Майка", "", "", 1, "Размер:L;Цвет:белый", "7"],
    ]
    assert [(one.key, one.description, one.params[-2:]) for one in offers_of(tmp_path, rows)] == [
        ("M-1", "Длинный текст", (Param("Размер", "M"), Param("Цвет", "белый"))),
        ("M-2", "Длинный текст", (Param("Размер", "L"), Param("Цвет", "белый"))),
    ]


def test_a_list_in_brackets_is_the_name_and_no_unit(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Сезон (лето, зима, шипы)", "Мощность (Вт)"],
                  ["A1", "Шина", 1, "зима", 40]]  # fmt: skip
    assert one_of(tmp_path, rows).params == (
        Param("Сезон (лето, зима, шипы)", "зима"), Param("Мощность", "40", "Вт"),
    )  # fmt: skip


# --- keys, cells ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("articles", "keys"),
    [
        (["L-1", "L-2", "L-3"], ["L-1", "L-2", "L-3"]),
        (["L-1", "", ""], ["11", "12", "13"]),
        (["L-1", "L-1", "L-1"], ["11", "12", "13"]),
    ],
)
def test_an_article_goes_before_a_shops_own_number_where_all_goods_have_one(
    tmp_path: Path, articles: list[str], keys: list[str]
) -> None:
    rows: Rows = [["ID", "Артикул", "Имя", "Базовая цена"],
                  *([11 + at, one, "Лампа", 1] for at, one in enumerate(articles))]  # fmt: skip
    assert [one.key for one in offers_of(tmp_path, rows)] == keys


def test_a_name_of_two_lines_is_one(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб"], ["A1", "Болт\nM8x40", 1]]
    assert one_of(tmp_path, rows).name == "Болт M8x40"


def test_zero_measures_are_not_known_and_nothing_is_said_of_them(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб", "Вес", "Длина, см", "Ширина, см", "Высота, см"],
                  ["A1", "Лампа", 1, "0.0", 0, "0 см", 0]]  # fmt: skip
    offers, found = read_csv(tmp_path, rows)
    assert [(one.weight_kg, one.package) for one in offers if one] == [(None, None)]
    assert "feed.offer.weight_bad" not in found
    assert "feed.offer.size_bad" not in found


def test_addresses_in_a_list_of_brackets_are_read() -> None:
    assert addresses_in('["https://p.example/1.jpg", "https://p.example/2.jpg"]') == [
        "https://p.example/1.jpg", "https://p.example/2.jpg",
    ]  # fmt: skip


def test_rows_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    path.write_text('sep=;\nSKU;Название;Цена, руб\nA1;"Лампа\nс ножкой";1\n;Стул;2\n', "utf-8")
    reader = open_feed(path)
    places = [one.place for entry in reader.entries() for one in reader.read(entry).findings]
    assert places == ["row 3"]


def test_what_a_shop_system_notes_for_itself_is_no_parameter(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Name", "Price", "Tax status", "Is featured?", "Variant Taxable"],
                  ["A1", "Лампа", 1, "taxable", 0, "true"]]  # fmt: skip
    assert one_of(tmp_path, rows).params == ()


def test_a_second_row_of_headings_says_what_the_first_one_leaves_open(tmp_path: Path) -> None:
    rows: Rows = [
        ["Артикул", "Наименование", "Опт", "Розничная", "МИЦ", "Казань", "Уфа опт", "Заказ"],
        ["", "", "Цена", "Цена", "Цена", "Остаток", "Остаток", ""],
        ["A1", "Болт", 35, 52, 49, 12, 4, ""],
    ]
    offers, found = read_csv(tmp_path, rows)
    (offer,) = offers
    assert offer is not None
    assert (offer.key, offer.price, offer.quantity) == ("A1", Decimal(52), 12)
    assert "table.column.stocks" in found
    assert Param("Остаток Уфа опт", "4") in offer.params


def test_stock_of_several_warehouses_adds_up_where_a_person_said_so(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    path.write_text(
        "SKU;Название;Цена, руб;Остаток Москва;Остаток Казань;Остаток Омск\n"
        "A1;Лампа;1;5;2;7\nA2;Стул;1;;3;\nA3;Стол;1;0;много;\nA4;Шкаф;1;4;много;\nA5;Диван;1;;;\n",
        encoding="utf-8",
    )
    more = TableMemory(decisions={"остаток казань": "quantity_more"})
    reader = open_table(path, format="csv", memory=more)
    offers = [reader.read(entry).offer for entry in reader.entries()]
    assert [(one.quantity, one.available) for one in offers if one] == [
        (7, True), (3, True), (None, True), (4, True), (None, None),
    ]  # fmt: skip
    told = next(one for one in reader.findings() if one.code == "table.column.stocks")
    assert told.data["others"] == "Остаток Омск", "what a person said is not told again"


def test_a_name_whose_letters_became_question_marks_is_not_taken(tmp_path: Path) -> None:
    rows: Rows = [["SKU", "Название", "Цена, руб"], ["A1", "????? ?????????? Alchemist", 1],
                  ["A2", "Что это???", 1]]  # fmt: skip
    offers, found = read_csv(tmp_path, rows)
    assert [one.name for one in offers if one] == ["", "Что это???"]
    assert "feed.offer.lost_characters" in found
