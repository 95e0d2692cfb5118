"""The fix file: written, filled, read back, through the services a shell calls."""

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree
from python_calamine import CalamineWorkbook
from tests.db.listings.workbooks import Cell, Workbook, as_ods
from tests.db.listings.world import BOOTS, World, make_boots, open_shop

from torgpred.catalogue.core.offers import Category, Offer
from torgpred.kernel.findings import Severity
from torgpred.listings.core.fixing.layout import Column, SheetPlan, choices_of
from torgpred.listings.core.fixing.texts import FixWords
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.services import contexts, statements
from torgpred.listings.services.fix_book import Book, FixRow, Owner
from torgpred.listings.services.fix_reading import (
    FixReading,
    ForeignFixFileError,
    UnreadableFixFileError,
    read_fix,
)
from torgpred.listings.services.fixing import FixSummary, write_fix
from torgpred.listings.services.observing import Depth
from torgpred.twins.aliexpress_ru.samples import OTHER_LEAF, TEMPLATE
from torgpred.twins.testing import RunningTwin

SHEET = "Валенки"
CODE = "W-1"


def write(world: World, path: Path, language: str = "ru") -> FixSummary:
    return write_fix(
        seller_id=world.seller, shop_id=world.shop, seller=CODE, path=path, say=FixWords(language)
    )


def read(world: World, path: Path) -> FixReading:
    return read_fix(
        seller_id=world.seller, shop_id=world.shop, seller=CODE, path=path, given_by="test"
    )


def bare(key: str, **overrides: object) -> Offer:
    """Return an offer that lacks weight, package and material."""
    given = {"weight_kg": None, "package": None, "params": ()} | overrides
    return make_boots(key, **given)


def weight_of(world: World, key: str) -> str:
    ((weight,),) = world.rows(
        "SELECT convert_from(seen, 'UTF8')::json ->> 'weight_kg' FROM listings_listedproduct"
        " WHERE product_key = %s",
        key,
    )
    return str(weight)


def wrong(done: FixReading) -> list[tuple[str, str, str]]:
    return [
        (one.place, one.value, one.code) for one in done.findings if one.severity is Severity.ERROR
    ]


def test_three_hundred_held_offers_go_out_and_come_back(world: World, tmp_path: Path) -> None:
    keys = [f"{number:04}" for number in range(1, 301)]
    world.feed(*(bare(key) for key in keys))
    assert world.plan().counts["ready"] == 0
    done = write(world, tmp_path / "fix.xlsx")
    assert (done.offers, done.rows, done.sheets, done.beyond) == (300, 300, 1, 0)
    book = Workbook(tmp_path / "fix.xlsx")
    book.fill(SHEET, "*", "attribute:2", "Шерсть")
    book.fill(SHEET, "*", "weight_kg", 0.8)
    mistakes = {
        book.fill(SHEET, "0007", "weight_kg", "восемьсот"): "восемьсот",
        book.fill(SHEET, "0008", "weight_kg", 900): "900",
        book.fill(SHEET, "0009", "attribute:2", "Шерст"): "Шерст",
        book.fill(SHEET, "0010", "package.length", "20x15"): "20x15",
    }
    filled = 2
    for place, key in enumerate(keys):
        if key in {"0007", "0008", "0009"}:
            continue
        if key != "0010":
            # Three ways to type a package, every third offer each.
            if place % 3 == 0:
                for side, value in (("length", 30), ("width", "20"), ("height", "12,5 см")):
                    book.fill(SHEET, key, f"package.{side}", value)
                filled += 3
            else:
                size = "30x20x12.5" if place % 3 == 1 else "300*200*125 мм"
                book.fill(SHEET, key, "package.width", size)
                filled += 1
        if place % 10 == 0:
            book.fill(SHEET, key, "weight_kg", "1,2 кг")
            filled += 1
    reading = read(world, book.save(tmp_path / "filled.xlsx"))
    assert {place: value for place, value, _ in wrong(reading)} == mistakes
    assert (reading.used, reading.unchanged) == (filled, 0)
    assert reading.statements == 2 + 1 + 1, "two for all, one package, one other weight"
    plan = world.plan()
    assert plan.counts["ready"] == 296, "what was said for all is not for offers with a wrong cell"
    again = read(world, tmp_path / "filled.xlsx")
    assert (again.used, again.unchanged, again.statements) == (0, filled, 0)
    assert wrong(again) == wrong(reading)
    receipt = world.apply(plan)
    assert receipt.steps == {"create.done": 296}
    world.look(Depth.ALL)
    assert (weight_of(world, "0011"), weight_of(world, "0012")) == ("1.20", "0.80")
    assert world.plan().steps == 0


def test_everything_that_is_missing_can_be_given_and_yields_a_live_shop(
    world: World, tmp_path: Path
) -> None:
    """Categories, the shop's terms, prices, pictures, variants: one file, no id retyped."""
    other = Category(key="11", name="Домашние", path=("Обувь", "Домашние"))
    world.feed(
        bare("B-1", price=None, currency=""),
        bare("B-2", pictures=(), description=""),
        bare("V-1", product_key="V"),
        bare("V-2", product_key="V"),
        make_boots("S-1", category="11"),
        categories=BOOTS | {"11": other},
    )
    contexts.set_policy(
        seller_id=world.seller, shop_id=world.shop, policy=ShopPolicy(), actor="test"
    )
    done = write(world, tmp_path / "fix.xlsx")
    assert (done.offers, done.rows, done.categories, done.of_shop) == (5, 4, 1, 2)
    book = Workbook(tmp_path / "fix.xlsx")
    book.fill("Для магазина", "delivery_template", "answer", f"Обычный [{TEMPLATE}]")
    book.fill("Для магазина", "lead_time", "answer", 3)
    book.fill("Категории", "11", "answer", f"Обувь / Тапочки [{OTHER_LEAF}]")
    book.fill(SHEET, "*", "attribute:2", "войлок")
    book.fill(SHEET, "*", "weight_kg", "800 г")
    book.fill(SHEET, "*", "package.length", "30x20x12")
    book.fill(SHEET, "B-1", "price", "1 990,50 руб.")
    book.fill(SHEET, "B-2", "pictures", "https://seller.example/2.jpg")
    book.fill(SHEET, "B-2", "description", "Тёплые")
    # Looking alike is told once the material is known: a second file asks for the size.
    first = read(world, book.save(tmp_path / "filled.xlsx"))
    assert (first.used, first.findings) == (9, ())
    assert world.plan().counts["ready"] == 3
    write(world, tmp_path / "second.xlsx")
    book = Workbook(tmp_path / "second.xlsx")
    assert book.at(SHEET, "V-1", "weight_kg") if "weight_kg" in book.sheets[SHEET][0] else True
    book.fill(SHEET, "V-1", "attribute:5", "27")
    book.fill(SHEET, "V-2", "attribute:5", 28.0)
    assert read(world, book.save(tmp_path / "filled2.xlsx")).used == 2
    plan = world.plan()
    assert plan.counts["ready"] == 5
    assert world.apply(plan).steps == {"create.done": 4}
    assert read(world, tmp_path / "filled.xlsx").used == 0
    assert read(world, tmp_path / "filled2.xlsx").used == 0


def test_a_file_that_people_moved_about_in_is_read_all_the_same(
    world: World, tmp_path: Path
) -> None:
    keys = ["007", "B-1", "B-2", "B-3", "B-4"]
    world.feed(*(bare(key) for key in keys))
    write(world, tmp_path / "fix.xlsx", "zh")
    book = Workbook(tmp_path / "fix.xlsx")
    rows = book.sheets.pop(SHEET)
    rows = [rows[0], rows[1], *reversed(rows[2:])]  # sorted anew: the row for all is the last
    del rows[book_row(rows, "B-3")]
    for number, row in enumerate(rows):
        row.insert(0, None)  # a column before all others
        row.insert(3, "заметка" if number == 1 else f"note {number}")
    book.sheets = {"Мой лист": rows} | book.sheets
    column = next(n for n, cell in enumerate(rows[0]) if cell == "weight_kg")
    rows[book_row(rows, "*", 1)][column] = 0.8
    rows[book_row(rows, "007", 1)][1] = 7.0  # a number by now
    rows[book_row(rows, 7.0, 1)][column] = 0.9
    done = read(world, book.save(tmp_path / "moved.xlsx"))
    assert wrong(done) == []
    assert [(one.code, one.value) for one in done.findings] == [("fix.extra_column", "заметка")]
    assert done.used == 2
    facts = statements.facts(world.seller)
    weights = {key: facts.by_offer[key].weight_kg for key in facts.by_offer}
    assert {key: str(weight) for key, weight in weights.items()} == {
        "007": "0.9", "B-1": "0.8", "B-2": "0.8", "B-4": "0.8",
    }, "a deleted row is not answered for"  # fmt: skip


def book_row(rows: list[list[Cell]], key: Cell, column: int = 0) -> int:
    return next(n for n, row in enumerate(rows) if n > 0 and row[column] == key)


def test_wrong_cells_are_named_and_the_rest_is_used(world: World, tmp_path: Path) -> None:
    world.feed(*(bare(f"B-{number}") for number in range(1, 9)), make_boots("K-1", params=()))
    write(world, tmp_path / "fix.xlsx")
    book = Workbook(tmp_path / "fix.xlsx")
    expected = [
        (book.fill(SHEET, "B-1", "weight_kg", date(2026, 5, 1)), "2026-05-01", "fix.dated"),
        (book.fill(SHEET, "B-2", "weight_kg", "0,3 см"), "0,3 см", "fix.unfit"),
        (book.fill(SHEET, "B-3", "package.length", 20), "20", "fix.sides"),
        (book.fill(SHEET, "B-4", "package.height", "200x150x9000 мм"), "200x150x9000 мм",
         "fix.outside"),
        (book.fill(SHEET, "B-5", "attribute:2", "Шелк"), "Шелк", "fix.not_listed"),
    ]  # fmt: skip
    book.fill(SHEET, "B-6", "weight_kg", "0.4")
    rows = book.sheets[SHEET]
    twice = [*rows[book.row(SHEET, "B-6")]]
    twice[book.column(SHEET, "weight_kg")] = "0.5"
    stranger = [*twice]
    stranger[0] = "ZZ-1"
    nobody = [*twice]
    nobody[0] = ""
    rows += [twice, stranger, nobody]
    letter = chr(65 + book.column(SHEET, "weight_kg"))
    expected += [
        (f"{SHEET}!{letter}{len(rows) - 2}", "0.5", "fix.twice"),
        (f"{SHEET}!{letter}{len(rows) - 1}", "ZZ-1", "fix.unknown_sku"),
        (f"{SHEET}!A{len(rows)}", "", "fix.no_sku"),
    ]
    knows = book.fill(SHEET, "K-1", "weight_kg", 5)
    done = read(world, book.save(tmp_path / "filled.xlsx"))
    assert sorted(wrong(done)) == sorted(expected)
    assert done.used == 1
    (known,) = [one for one in done.findings if one.code == "fix.file_knows"]
    assert (known.place, known.data["known"]) == (knows, "0.8")
    assert all(one.mend for one in done.findings)


def test_another_sellers_file_and_another_shops_are_refused(
    world: World, twin: RunningTwin, tmp_path: Path
) -> None:
    other = World(twin, tmp_path, "W-2")
    for one in (world, other):
        one.feed(bare("B-1"))
    write(world, tmp_path / "fix.xlsx")
    with pytest.raises(ForeignFixFileError, match="seller W-1, not for seller W-2"):
        read_fix(
            seller_id=other.seller, shop_id=other.shop, seller="W-2",
            path=tmp_path / "fix.xlsx", given_by="test",
        )  # fmt: skip
    with pytest.raises(ForeignFixFileError, match="shop"):
        read_fix(
            seller_id=world.seller, shop_id=open_shop(twin, world.seller, "second"), seller=CODE,
            path=tmp_path / "fix.xlsx", given_by="test",
        )  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"<html></html>", b"sku;weight\n1;2\n", b"\x00" * 4096]
)
def test_what_is_no_fix_file_is_refused_in_words(
    world: World, tmp_path: Path, content: bytes
) -> None:
    world.feed(bare("B-1"))
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFixFileError):
        read(world, path)
    with pytest.raises(UnreadableFixFileError):
        read(world, tmp_path / "not there.xlsx")
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Валенки").write_row(0, 0, ["torgpred:1:sku", "weight_kg"])
    with pytest.raises(UnreadableFixFileError, match="hidden sheet"):
        read(world, path)


def test_a_sheet_that_claims_a_billion_cells_is_refused(world: World, tmp_path: Path) -> None:
    world.feed(bare("B-1"))
    path = tmp_path / "huge.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Валенки")
        page.write_string(0, 0, "torgpred:1:sku")
        page.write_string(1_048_575, 16_383, "far away")
    with pytest.raises(UnreadableFixFileError, match="more than is read"):
        read(world, path)


def test_cells_have_drop_downs_bounds_and_locks(world: World, tmp_path: Path) -> None:
    world.feed(bare("B-1"), make_boots("K-1", params=()))
    write(world, tmp_path / "fix.xlsx")
    with zipfile.ZipFile(tmp_path / "fix.xlsx") as archive:
        names = re.findall(rb'name="([^"]+)" sheetId="(\d+)"', archive.read("xl/workbook.xml"))
        number = {name.decode(): int(place) for name, place in names}[SHEET]
        page = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
        styles = etree.fromstring(archive.read("xl/styles.xml"))
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}

    def told(path: str) -> list[str]:
        found = page.xpath(path, namespaces=space)
        assert isinstance(found, list)
        return [str(one) for one in found]

    assert told("//x:row[@r='1']/@hidden") == ["1"]
    assert told("//x:sheetProtection/@sheet") == ["1"]
    lists = told("//x:dataValidation[@type='list']/x:formula1/text()")
    assert lists == ["'torgpred lists'!$A$1:$A$2"]
    bounds = set(
        zip(
            told("//x:dataValidation[@type='decimal']/x:formula1/text()"),
            told("//x:dataValidation[@type='decimal']/x:formula2/text()"),
            strict=True,
        )
    )
    assert bounds == {("0.01", "700"), ("1", "700")}
    unlocked = [
        place
        for place, form in enumerate(styles.findall("x:cellXfs/x:xf", space))
        if form.findall("x:protection[@locked='0']", space)
    ]
    book = Workbook(tmp_path / "fix.xlsx")
    weight = chr(65 + book.column(SHEET, "weight_kg"))
    cells = {
        key: int(told(f"//x:c[@r='{weight}{book.row(SHEET, key) + 1}']/@s")[0])
        for key in ("B-1", "K-1", "*")
    }
    assert [key for key, form in cells.items() if form in unlocked] == ["B-1", "*"]
    assert book.at(SHEET, "K-1", "weight_kg") == 0.8
    sku = int(told(f"//x:c[@r='A{book.row(SHEET, 'B-1') + 1}']/@s")[0])
    assert sku not in unlocked


def test_a_list_of_several_thousand_values_is_a_drop_down_and_is_read(
    world: World, tmp_path: Path
) -> None:
    values = [(str(number), f"Материал {number}") for number in range(8_000)]
    values += [("a", "Дважды"), ("b", "дважды")]
    choices = choices_of(values)
    assert choices.pairs[-2:] == (("a", "Дважды [a]"), ("b", "дважды [b]"))
    path = tmp_path / "long.xlsx"
    column = Column("attribute:2@1", "attribute:2", "Материал", choices=choices, closed=True)
    row = FixRow("B-1", "Валенки", "10", "1", ("attribute:2",), {})
    with Book(path, Owner(1, CODE, 1, "shop"), FixWords("en")) as book:
        book.offers(SheetPlan(1, "Boots", ("10",), (column,), 1), [row], {})
    lists = CalamineWorkbook.from_path(path).get_sheet_by_name("torgpred lists").to_python()
    assert (len(lists), lists[-1]) == (8_002, ["дважды [b]"])


def test_an_ods_is_read_and_one_without_end_is_refused(world: World, tmp_path: Path) -> None:
    world.feed(bare("B-1"))
    write(world, tmp_path / "fix.xlsx")
    book = Workbook(tmp_path / "fix.xlsx")
    book.fill(SHEET, "B-1", "weight_kg", 0.8)
    book.fill(SHEET, "B-1", "package.length", "30x20x12 см")
    assert read(world, as_ods(book, tmp_path / "fix.ods")).used == 2
    with pytest.raises(UnreadableFixFileError):
        read(world, as_ods(book, tmp_path / "bomb.ods", bomb=True))


def test_a_macro_workbook_is_read_too(world: World, tmp_path: Path) -> None:
    world.feed(bare("B-1"))
    write(world, tmp_path / "fix.xlsx")
    book = Workbook(tmp_path / "fix.xlsx")
    book.fill(SHEET, "B-1", "weight_kg", 0.8)
    saved = book.save(tmp_path / "plain.xlsx").rename(tmp_path / "fix.xlsm")
    assert read(world, saved).used == 1
