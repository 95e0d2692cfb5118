"""A file of stock: taken as a count of what it names, with findings for the rest."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from tests.db.stock.making import bring, differences, make_place, moved

from torgpred.stock import selectors
from torgpred.stock.core.errors import UnknownWarehouseError
from torgpred.stock.services.importing import FileReport, read_file

Rows = list[list[object]]


def as_csv(folder: Path, rows: Rows) -> Path:
    path = folder / "stock.csv"
    path.write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="cp1251")
    return path


def as_xlsx(folder: Path, rows: Rows) -> Path:
    path = folder / "stock.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def taken(seller: int, path: Path, **options: str) -> FileReport:
    return read_file(seller_id=seller, path=path, actor="Ольга", **options)


def known(seller: int) -> dict[tuple[str, str], int]:
    return {(one.warehouse, one.sku): one.on_hand for one in selectors.levels(seller)}


def codes(report: FileReport) -> list[str]:
    return sorted(one.code for one in report.findings if one.code != "stock.file.sku_unknown")


@pytest.mark.parametrize("written", [as_csv, as_xlsx])
def test_pieces_of_several_warehouses_are_counted(
    seller_a: int, tmp_path: Path, written: Callable[[Path, Rows], Path]
) -> None:
    place = make_place(seller_a, "M")
    make_place(seller_a, "SPB", rank=1)
    bring(seller_a, place, A=1, Z=9)
    report = taken(
        seller_a,
        written(
            tmp_path,
            [
                ["Остатки на 11.11"],
                ["Склад", "Артикул", "Остаток, шт"],
                ["", "A", 5],
                ["spb", "A", 7],
                ["M", "B", "нет"],
                ["M", "0042", ""],
                ["", "Итого", 12],
            ],
        ),
    )
    assert (report.rows, report.changed, report.owing) == (3, 2, 0)
    assert known(seller_a) == {("M", "A"): 5, ("SPB", "A"): 7, ("M", "B"): 0, ("M", "Z"): 9}
    assert moved(seller_a)[1] == (4, "count", f"stock.{written.__name__.removeprefix('as_')}")
    assert codes(report) == []
    assert differences() == []


def test_what_cannot_be_used_is_named_with_its_place(seller_a: int, tmp_path: Path) -> None:
    make_place(seller_a, "M")
    path = as_csv(
        tmp_path,
        [
            ["SKU", "Stock", "Warehouse"],
            ["A", 5, "M"],
            ["A", 6, "M"],
            ["B", "много", "M"],
            ["C", "-3", "M"],
            ["", 4, "M"],
            ["D", 4, "Марс"],
        ],
    )
    report = taken(seller_a, path)
    assert known(seller_a) == {("M", "A"): 5}
    found = {one.code: (one.place, one.value) for one in report.findings}
    assert found["stock.file.twice"] == ("row 3", "A")
    assert found["stock.file.warehouse_unknown"] == ("row 7", "Марс")
    assert found["feed.offer.no_id"][0] == "row 6"
    assert report.finding_totals["stock.file.pieces_bad"] == 2
    assert {one.place for one in report.findings if one.code == "stock.file.pieces_bad"} == {
        "cell B4",
        "cell B5",
    }


def test_a_column_named_warehouse_may_hold_the_pieces(seller_a: int, tmp_path: Path) -> None:
    report = taken(seller_a, as_csv(tmp_path, [["Артикул", "Склад"], ["A", 5], ["B", 6]]))
    assert report.changed == 2
    assert known(seller_a) == {("MAIN", "A"): 5, ("MAIN", "B"): 6}


def test_a_file_without_the_columns_changes_nothing(seller_a: int, tmp_path: Path) -> None:
    report = taken(seller_a, as_csv(tmp_path, [["Артикул", "Цена"], ["A", 5]]))
    assert (report.rows, codes(report)) == (0, ["stock.file.no_columns"])
    picture = tmp_path / "p.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert codes(taken(seller_a, picture)) == ["table.not_a_table"]
    with pytest.raises(UnknownWarehouseError):
        taken(seller_a, picture, warehouse="X")
    assert selectors.levels(seller_a) == []


def test_an_sku_that_no_offer_has_is_taken_and_noted(seller_a: int, tmp_path: Path) -> None:
    report = taken(seller_a, as_csv(tmp_path, [["Артикул", "Остаток"], ["A", 5]]))
    assert report.finding_totals == {"stock.file.sku_unknown": 1}
    assert known(seller_a) == {("MAIN", "A"): 5}
