import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.catalogue.core.reading import Reader, Scope
from torgpred.catalogue.core.tables.memory import TableMemory
from torgpred.catalogue.core.tables.reading import TableReader, open_table
from torgpred.kernel.findings import Finding, Severity

HEAD = ["Артикул", "Наименование", "Цена, руб.", "Остаток"]
Rows = Sequence[Any]


def make_csv(path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    file = path / "list.csv"
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def make_xlsx(path: Path, sheets: Mapping[str, Rows], *, hidden: str = "") -> Path:
    file = path / "list.xlsx"
    book = xlsxwriter.Workbook(str(file), {"strings_to_urls": False})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str) and value:
                    page.write_string(place, column, value)
                elif isinstance(value, int | float):
                    page.write_number(place, column, value)
        if name == hidden:
            page.hide()
    book.close()
    return file


def read(file: Path, memory: TableMemory | None = None) -> tuple[TableReader, list[Offer]]:
    reader = open_table(file, format=file.suffix[1:], memory=memory)
    taken = [reader.read(entry) for entry in reader.entries()]
    return reader, [one.offer for one in taken if one.offer is not None]


def found(reader: TableReader) -> list[Finding]:
    return reader.findings() + [
        finding for entry in reader.entries() for finding in reader.read(entry).findings
    ]


def codes(reader: TableReader) -> set[str]:
    return {finding.code for finding in found(reader)}


def fields(reader: TableReader) -> dict[str, str]:
    return {proposal.column: proposal.field for proposal in reader.proposals}


# --- the plain case, and text tables -------------------------------------------------------------
def test_a_price_list_becomes_offers(tmp_path: Path) -> None:
    reader, offers = read(make_csv(tmp_path, [HEAD, ["007", "Шапка", "1 299,00", "5"]]))
    contract: Reader = reader
    assert contract.complete
    assert (reader.format, reader.profile, reader.scope) == ("csv", "table", Scope.CATALOGUE)
    assert offers == [
        Offer(
            key="007",
            name="Шапка",
            product_key="007",
            price=Decimal("1299.00"),
            currency="RUB",
            quantity=5,
            available=True,
        )
    ]
    assert reader.findings() == []


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1251", "windows-1251"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_encodings_and_delimiters_are_found(
    tmp_path: Path, encoding: str, told: str, delimiter: str
) -> None:
    rows = [HEAD, ["1", "Шапка, зимняя; тёплая", "10,5", "5"], ["2", "Шарф", "20", "1"]]
    reader, offers = read(make_csv(tmp_path, rows, encoding=encoding, delimiter=delimiter))
    assert reader.encoding == told
    assert [offer.name for offer in offers] == ["Шапка, зимняя; тёплая", "Шарф"]
    assert offers[0].price == Decimal("10.5")


def test_chinese_text_in_gb18030_is_told_from_windows_1251(tmp_path: Path) -> None:
    rows = [["货号", "产品名称", "价格(元)", "库存"], ["A1", "不锈钢保温杯", "12.5", "3"]]
    reader, [offer] = read(make_csv(tmp_path, rows, encoding="gb18030"))
    assert (reader.encoding, offer.name, offer.currency) == ("gb18030", "不锈钢保温杯", "CNY")


def test_quoted_cells_may_hold_lines_and_places_stay_true(tmp_path: Path) -> None:
    head = [*HEAD, "Описание"]
    rows = [head, ["1", "A", "1", "1", "one\ntwo\n\nthree"], ["", "B", "2", "1", ""]]
    reader, offers = read(make_csv(tmp_path, rows))
    assert offers[0].description == "one\ntwo\n\nthree"
    [no_key] = [finding for finding in found(reader) if finding.code == "feed.offer.no_id"]
    assert no_key.place == "row 3", "as a spreadsheet counts them"


def test_the_spreadsheet_s_hint_at_the_delimiter_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("sep=,\nSKU,Name,Price\n1,A,5\n", encoding="utf-8")
    _, [offer] = read(file)
    assert (offer.key, offer.name) == ("1", "A")


def test_a_table_without_header_is_told_and_nothing_is_called_missing(tmp_path: Path) -> None:
    reader, offers = read(make_csv(tmp_path, [["1", "Шапка", "100"], ["2", "Шарф", "200"]]))
    assert offers == []
    assert "table.header.none" in codes(reader)
    assert not reader.complete


# --- headers -------------------------------------------------------------------------------------
def test_the_header_is_found_below_titles_and_above_help(tmp_path: Path) -> None:
    rows = [
        ["Прайс-лист ООО «Ромашка»"],
        ["тел. 8 800 000-00-00", "", "Цены указаны в юанях"],
        [],
        ["Артикул*", "Наименование товара", "Цена", "Вес, г"],
        ["Обязательное поле", "до 255 символов", "Укажите цену", "Вес с упаковкой"],
        ["1", "Шапка", 100, 250],
    ]
    reader, [offer] = read(make_xlsx(tmp_path, {"Товары": rows}))
    assert (offer.key, offer.price, offer.currency) == ("1", Decimal(100), "CNY")
    assert offer.weight_kg == Decimal("0.25")
    assert "table.row.help" in codes(reader)


def test_sub_headings_of_merged_cells_belong_to_the_header(tmp_path: Path) -> None:
    rows = [
        ["Артикул", "Наименование", "Цена", "Габариты упаковки, см", "", ""],
        ["", "", "", "Длина, см", "Ширина, см", "Высота, см"],
        ["1", "Шапка", 100, 20, 15, "5,5"],
    ]
    _, [offer] = read(make_xlsx(tmp_path, {"Лист1": rows}))
    assert offer.package == Package(Decimal(20), Decimal(15), Decimal("5.5"))


@pytest.mark.parametrize(
    ("header", "cell", "attribute", "value"),
    [
        ("Вес, г", "250", "weight_kg", Decimal("0.25")),
        ("Вес брутто (кг)", "0,3", "weight_kg", Decimal("0.3")),
        ("重量(kg)", "1.5", "weight_kg", Decimal("1.5")),
        ("Вес", "300 г", "weight_kg", Decimal("0.3")),
        ("Вес", "300", "weight_kg", None),
        ("Вес нетто, г", "300", "weight_kg", None),
        ("Себестоимость, руб", "90", "cost", Decimal(90)),
        ("成本价(元)", "90", "cost", Decimal(90)),
        ("Цена закупки", "90", "cost", Decimal(90)),
        ("Старая цена", "150", "old_price", Decimal(150)),
        ("Штрих-код", "4006381333931", "barcodes", ("4006381333931",)),
        ("Штрих-код", "4006381333932", "barcodes", ()),
        ("Габариты упаковки, мм", "200х150*50", "package", Package(*map(Decimal, (20, 15, 5)))),
        ("Габариты упаковки", "20x15x5 см", "package", Package(*map(Decimal, (20, 15, 5)))),
        ("Габариты упаковки", "20x15x5", "package", None),
        ("Страна-производитель", "Россия", "country", "Россия"),
        ("Код ТН ВЭД", "6505 00 300 0", "tnved", ("6505003000",)),
        ("Бренд", "Север", "vendor", "Север"),
        ("Группа вариантов", "G1", "product_key", "G1"),
        ("Материал", "шерсть", "params", (Param("Материал", "шерсть"),)),
        ("Мощность, Вт", "60", "params", (Param("Мощность", "60", "Вт"),)),
    ],
)
def test_a_column_is_read_by_its_name_and_unit(
    tmp_path: Path, header: str, cell: str, attribute: str, value: object
) -> None:
    rows = [[*HEAD, header], ["1", "Шапка", "100", "5", cell]]
    _, [offer] = read(make_csv(tmp_path, rows))
    assert getattr(offer, attribute) == value


def test_every_proposal_has_a_reason_and_barely_recognised_ones_are_told(tmp_path: Path) -> None:
    rows = [["Артикул", "Наименвание", "Цена опт, руб", "Цвет"], ["1", "Шапка", "9", "синий"]]
    reader, [offer] = read(make_csv(tmp_path, rows))
    assert all(proposal.reason for proposal in reader.proposals)
    assert fields(reader) == {
        "Артикул": "key",
        "Наименвание": "name",
        "Цена опт, руб": "price",
        "Цвет": "param",
    }
    unsure = {f.value for f in reader.findings() if f.code == "table.column.unsure"}
    assert unsure == {"Наименвание", "Цена опт, руб"}
    assert offer.price == Decimal(9)


def test_the_retail_price_goes_before_the_wholesale_one_and_none_is_lost(tmp_path: Path) -> None:
    head = ["Код", "Артикул", "Наименование", "Цена опт", "Цена розничная, ₽", "Закупочная цена"]
    rows = [head, ["1", "A-1", "Шапка", "80", "100", "60"]]
    _, [offer] = read(make_csv(tmp_path, rows))
    assert (offer.key, offer.vendor_code) == ("1", "A-1")
    assert (offer.price, offer.cost) == (Decimal(100), Decimal(60))
    assert Param("Цена опт", "80") in offer.params


def test_of_two_prices_the_one_named_retail_is_taken_wherever_it_stands(tmp_path: Path) -> None:
    rows = [["Артикул", "Наименование", "Стоимость", "РРЦ"], ["1", "Шапка", "80", "100"]]
    _, [offer] = read(make_csv(tmp_path, rows))
    assert offer.price == Decimal(100)
    assert offer.params == (Param("Стоимость", "80"),)


def test_the_barcode_stands_for_a_missing_sku_and_that_is_told(tmp_path: Path) -> None:
    rows = [["Штрихкод", "Наименование", "Цена"], ["4006381333931", "Шапка", "100"]]
    reader, [offer] = read(make_csv(tmp_path, rows))
    assert (offer.key, offer.barcodes) == ("4006381333931", ("4006381333931",))
    assert "table.column.barcode_as_key" in codes(reader)


def test_without_any_code_nothing_is_taken_and_nothing_is_called_missing(tmp_path: Path) -> None:
    reader, offers = read(make_csv(tmp_path, [["Наименование", "Цена"], ["Шапка", "100"]]))
    assert offers == []
    assert "table.column.no_key" in codes(reader)
    assert not reader.complete


def test_a_russian_name_goes_before_a_chinese_one_where_it_is_filled(tmp_path: Path) -> None:
    rows = [
        ["货号", "产品名称", "俄文名称", "成本价(元)"],
        ["1", "保温杯", "Термокружка", 9],
        ["2", "饭盒", "", 8],
    ]
    _, offers = read(make_xlsx(tmp_path, {"报价单": rows}))
    assert [offer.name for offer in offers] == ["Термокружка", "饭盒"]
    assert offers[0].params == (Param("产品名称", "保温杯"),)


def test_prices_and_stock_alone_are_a_partial_feed(tmp_path: Path) -> None:
    reader, [offer] = read(make_csv(tmp_path, [["SKU", "Цена", "Остаток"], ["1", "5", "2"]]))
    assert reader.scope is Scope.PARTIAL
    assert (offer.price, offer.quantity) == (Decimal(5), 2)


# --- memory --------------------------------------------------------------------------------------
def test_a_renamed_column_is_asked_about_and_its_data_stay(tmp_path: Path) -> None:
    reader, _ = read(make_csv(tmp_path, [HEAD, ["1", "Шапка", "100", "5"]]))
    renamed = ["Артикул", "Наименование", "К оплате", "Остаток"]
    again, [offer] = read(make_csv(tmp_path, [renamed, ["1", "Шапка", "100", "5"]]), reader.learnt)
    [asked] = [f for f in again.findings() if f.code == "table.column.renamed"]
    assert asked.value == "К оплате"
    assert asked.data["field"] == "price"
    assert "цена" in asked.message
    assert offer.price is None
    assert offer.params == (Param("К оплате", "100"),)


def test_a_decision_is_remembered_and_applied(tmp_path: Path) -> None:
    rows = [["Артикул", "Наименование", "К оплате", "Масса нетто"], ["1", "Шапка", "100", "250"]]
    memory = TableMemory(decisions={"к оплате": "price", "масса нетто": "weight:г"})
    reader, [offer] = read(make_csv(tmp_path, rows), memory)
    assert (offer.price, offer.weight_kg) == (Decimal(100), Decimal("0.25"))
    assert reader.learnt.decisions == memory.decisions


def test_a_column_that_is_gone_is_told(tmp_path: Path) -> None:
    reader, _ = read(make_csv(tmp_path, [HEAD, ["1", "Шапка", "100", "5"]]))
    again, _ = read(make_csv(tmp_path, [HEAD[:3], ["1", "Шапка", "100"]]), reader.learnt)
    assert "table.column.gone" in codes(again)


def test_another_reading_of_a_column_changes_every_digest(tmp_path: Path) -> None:
    file = make_csv(tmp_path, [[*HEAD, "Масса"], ["1", "Шапка", "100", "5", "250"]])
    plain = [entry.digest for entry in open_table(file, format="csv").entries()]
    decided = TableMemory(decisions={"масса": "weight:г"})
    assert [e.digest for e in open_table(file, format="csv", memory=decided).entries()] != plain
    assert [e.digest for e in open_table(file, format="csv").entries()] == plain


# --- rows ----------------------------------------------------------------------------------------
def test_heading_rows_make_categories(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["Одежда"],
        ["Шапки"],
        ["1", "Шапка", "1", "1"],
        ["Шарфы"],
        ["2", "Шарф", "1", "1"],
        ["Обувь"],
        ["Валенки"],
        ["3", "Валенки", "1", "1"],
    ]
    reader, offers = read(make_xlsx(tmp_path, {"Прайс": rows}))
    paths = [reader.categories[offer.category].path for offer in offers]
    assert paths == [("Одежда", "Шапки"), ("Одежда", "Шарфы"), ("Обувь", "Валенки")]
    assert reader.categories["Одежда > Шапки"].parent == "Одежда"


def test_indented_headings_tell_their_level(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["Одежда"],
        ["", "Шапки"],
        ["1", "Шапка", "1", "1"],
        ["Обувь"],
        ["2", "Валенки", "1", "1"],
    ]
    reader, offers = read(make_xlsx(tmp_path, {"Прайс": rows}))
    paths = [reader.categories[offer.category].path for offer in offers]
    assert paths == [("Одежда", "Шапки"), ("Обувь",)]


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("Одежда > Шапки", ("Одежда", "Шапки")),
        ("Одежда / Шапки", ("Одежда", "Шапки")),
        ("Одежда/Шапки/Зимние", ("Одежда", "Шапки", "Зимние")),
        ("Одежда|Шапки", ("Одежда", "Шапки")),
        ("Чай/кофе", ("Чай/кофе",)),
    ],
)
def test_a_category_column_may_hold_a_path(
    tmp_path: Path, cell: str, path: tuple[str, ...]
) -> None:
    reader, [offer] = read(make_csv(tmp_path, [[*HEAD, "Категория"], ["1", "A", "1", "1", cell]]))
    assert reader.categories[offer.category].path == path


def test_several_category_columns_make_one_path(tmp_path: Path) -> None:
    head = [*HEAD, "Категория 1", "Категория 2", "Подкатегория"]
    rows = [head, ["1", "A", "1", "1", "Одежда", "Шапки", "Зимние"]]
    reader, [offer] = read(make_csv(tmp_path, rows))
    assert reader.categories[offer.category].path == ("Одежда", "Шапки", "Зимние")


def test_totals_and_repeated_headers_are_no_offers(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "A", "1", "1"], HEAD, ["2", "B", "2", "1"], ["Итого:", "", "3", "2"]]
    reader, offers = read(make_csv(tmp_path, rows))
    assert [offer.key for offer in offers] == ["1", "2"]
    assert "table.row.totals" in codes(reader)


@pytest.mark.parametrize(
    ("cell", "key", "code"),
    [
        ("007", "007", ""),
        ("101.0", "101", "table.key.number"),
        ("4,6E+12", "4600000000000", "table.key.number"),
        ("12E5", "12E5", ""),
        ("1.10", "1.10", ""),
    ],
)
def test_a_spreadsheet_s_numbers_become_skus_again(
    tmp_path: Path, cell: str, key: str, code: str
) -> None:
    reader, [offer] = read(make_csv(tmp_path, [HEAD, [cell, "A", "1", "1"]]))
    assert offer.key == key
    assert {found for found in codes(reader) if found.startswith("table.key")} >= (
        {code} if code else set()
    )
    assert code or not any(found.startswith("table.key") for found in codes(reader))


def test_number_cells_of_a_workbook_are_whole_where_they_are_whole(tmp_path: Path) -> None:
    rows = [[*HEAD, "Штрихкод"], [101, "A", 0.1 + 0.2, 5, 4006381333931]]
    _, [offer] = read(make_xlsx(tmp_path, {"Лист1": rows}))
    assert (offer.key, offer.price, offer.quantity) == ("101", Decimal("0.3"), 5)
    assert offer.barcodes == ("4006381333931",)


def test_the_second_of_two_equal_skus_is_an_error_and_keeps_its_key(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "A", "1", "1"], ["2", "B", "1", "1"], ["1.0", "C", "1", "1"]]
    reader, offers = read(make_csv(tmp_path, rows))
    assert [offer.name for offer in offers] == ["A", "B"]
    last = reader.read(list(reader.entries())[-1])
    assert (last.offer, last.key) == (None, "1")
    [finding] = last.findings
    assert (finding.code, finding.severity) == ("feed.offer.duplicate", Severity.ERROR)
    assert "row 2" in finding.message


@pytest.mark.parametrize(
    "cell", ["-5", "0", "NaN", "1e400", "по запросу", "100-200", "9" * 30, "0.001"]
)
def test_an_unusable_price_is_left_out_with_a_finding(tmp_path: Path, cell: str) -> None:
    reader, [offer] = read(make_csv(tmp_path, [HEAD, ["1", "A", cell, "1"]]))
    assert offer.price is None
    assert "feed.offer.price_bad" in codes(reader)


@pytest.mark.parametrize(
    ("cell", "quantity", "available"),
    [
        ("5", 5, True),
        ("1 000 шт.", 1000, True),
        ("0", 0, False),
        ("есть", None, True),
        (">10", None, True),
        ("более 10 шт", None, True),
        ("под заказ", None, False),
        ("缺货", None, False),
        ("-3", 0, False),
        ("2,5", None, None),
        ("", None, None),
    ],
)
def test_stock_is_pieces_or_a_word(
    tmp_path: Path, cell: str, quantity: int | None, available: object
) -> None:
    reader, [offer] = read(make_csv(tmp_path, [HEAD, ["1", "A", "1", cell]]))
    assert (offer.quantity, offer.available) == (quantity, available)
    odd = quantity is None and available is None and bool(cell)
    assert ("feed.offer.quantity_bad" in codes(reader)) is odd


def test_several_pictures_stand_in_one_cell_and_in_several_columns(tmp_path: Path) -> None:
    head = [*HEAD, "Фото", "Фото 2"]
    cell = "https://a.example/1,2.jpg, http://a.example/3.jpg\n//b.example/4.jpg; 5.jpg"
    reader, [offer] = read(
        make_csv(tmp_path, [head, ["1", "A", "1", "1", cell, "https://a.example/6.jpg"]])
    )
    assert offer.pictures == (
        "https://a.example/1,2.jpg",
        "http://a.example/3.jpg",
        "https://b.example/4.jpg",
        "https://a.example/6.jpg",
    )
    assert "feed.offer.picture_bad" in codes(reader)


def test_a_weight_that_cannot_be_is_left_out_with_the_sides(tmp_path: Path) -> None:
    head = [*HEAD, "Вес, кг", "Габариты упаковки, см"]
    reader, [offer] = read(make_csv(tmp_path, [head, ["1", "A", "1", "1", "350", "10x10x10"]]))
    assert (offer.weight_kg, offer.package) == (None, None)
    assert "feed.offer.density_bad" in codes(reader)


# --- sheets --------------------------------------------------------------------------------------
def test_sheets_of_one_kind_are_all_read_and_others_are_named(tmp_path: Path) -> None:
    file = make_xlsx(
        tmp_path,
        {
            "Инструкция": [["Как заполнять"], ["Заполните лист Товары"]],
            "Шапки": [HEAD, ["1", "Шапка", 1, 1]],
            "Шарфы": [["Прайс"], HEAD, ["2", "Шарф", 2, 1], ["1", "Ещё шапка", 3, 1]],
            "Справочник": [["Код", "Наименование"], ["796", "штука"]],
            "Тайный": [HEAD, ["3", "Варежки", 1, 1]],
        },
        hidden="Тайный",
    )
    reader, offers = read(file)
    assert [offer.key for offer in offers] == ["1", "2"]
    skipped = {f.value for f in reader.findings() if f.code == "table.sheet.skipped"}
    assert skipped == {"Инструкция", "Справочник", "Тайный"}
    [twice] = [f for f in found(reader) if f.code == "feed.offer.duplicate"]
    assert (twice.place, twice.data["first"]) == ("Шарфы, row 4", "Шапки, row 2")


# --- laws ----------------------------------------------------------------------------------------
lists = st.lists(
    st.tuples(
        st.integers(1, 10**6).map(str),
        st.text("абвгд ABC-", min_size=1, max_size=12).filter(lambda text: text.strip()),
        st.decimals("0.01", "99999", places=2),
        st.integers(0, 999),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[0],
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(lists)
def test_a_workbook_and_a_text_of_the_same_rows_give_the_same_offers(
    tmp_path: Path, rows: list[tuple[str, str, Decimal, int]]
) -> None:
    as_text = make_csv(tmp_path, [HEAD, *([*map(str, row)] for row in rows)], encoding="cp1251")
    numbers = [[key, name, float(price), stock] for key, name, price, stock in rows]
    as_book = make_xlsx(tmp_path, {"Лист1": [HEAD, *numbers]})
    of_text, of_book = read(as_text)[1], read(as_book)[1]
    assert [(o.key, o.name, o.price, o.quantity) for o in of_text] == [
        (key, " ".join(name.split()), price, stock) for key, name, price, stock in rows
    ]
    assert of_text == of_book


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(lists)
def test_equal_rows_have_equal_digests_in_any_order(
    tmp_path: Path, rows: list[tuple[str, str, Decimal, int]]
) -> None:
    texts = [[*map(str, row)] for row in rows]
    first = open_table(make_csv(tmp_path, [HEAD, *texts]), format="csv")
    before = {first.read(e).key: e.digest for e in first.entries()}
    texts.reverse()
    texts[0][3] = "5000"
    second = open_table(make_csv(tmp_path, [HEAD, *texts]), format="csv")
    after = {second.read(e).key: e.digest for e in second.entries()}
    changed = texts[0][0]
    assert {key for key in before if before[key] != after[key]} == {changed}
