"""Fix files without a database: no cell is lost, and what was taken is not taken again."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.listings.making import make_rules

from torgpred.catalogue.core.tables.cells import Cell
from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.kernel.findings import Finding
from torgpred.listings.core.facts import Facts, FactSet
from torgpred.listings.core.fixing.choosing import Chosen, choose_categories, choose_for_shop
from torgpred.listings.core.fixing.columns import ColumnReader, MarketPlaces, Standing
from torgpred.listings.core.fixing.deciding import Decided, Given, OfferSheets, keys_of
from torgpred.listings.core.fixing.layout import choices_of, fact_of, sheet_names
from torgpred.listings.core.fixing.sheets import (
    Manifest,
    RawSheet,
    letters,
    manifest_of,
    read_sheets,
)
from torgpred.listings.core.stating import read_fact

RULES = make_rules()
COLOUR = Attribute("2", "Цвет", dictionary=True, values=(("21", "Красный"), ("22", "Синий")))
LENGTH = Attribute("4", "Длина", units=("см", "мм"))
MARKET = {
    "1": MarketCategory("1", "Обувь", path=("Обувь",), children=("9", "8")),
    "9": MarketCategory("9", "Носки", "1", ("Обувь", "Носки"), attributes=(COLOUR, LENGTH)),
    "8": MarketCategory("8", "Тапки", "1", ("Обувь", "Тапки")),
}
COLUMNS = (
    "weight_kg", "package.length", "package.width", "package.height", "price",
    "attribute:2@9", "attribute:4@9",
)  # fmt: skip
MANIFEST = [
    ["torgpred fix file"], ["version", "1"], ["seller", "5", "S-1"], ["shop", "7", "Лавка"],
    ["sheet", "1", "offers", "3"], ["group", "1", "10"], ["sheet", "2", "categories", "1"],
    ["sheet", "3", "shop", "3"],
]  # fmt: skip
LACKS = frozenset({"weight_kg", "package", "price", "attribute:2", "attribute:4"})


def raw(name: str, rows: Sequence[Sequence[Cell]], left: int = 0) -> RawSheet:
    return RawSheet(name, list(enumerate(map(list, rows), 1)), left)


def offers_sheet(rows: Mapping[str, Mapping[str, Cell]], name: str = "Носки") -> RawSheet:
    """Return a sheet with a row for each key; "*" answers for all."""
    body = [
        [key, "название", "категория", *(cells.get(column) for column in COLUMNS)]
        for key, cells in rows.items()
    ]
    return raw(name, [["torgpred:1:sku", "title", "category", *COLUMNS], ["Артикул"], *body])


def manifest() -> Manifest:
    found = manifest_of([raw("Лист1", []), raw("torgpred", MANIFEST)])
    assert found is not None
    return found


def standing(known: Mapping[str, Any] | None = None, **overrides: Any) -> Standing:  # noqa: ANN401
    given: dict[str, Any] = {
        "group": "10", "market": "9", "lacks": LACKS, "of_file": {}, "known": dict(known or {}),
    }  # fmt: skip
    return Standing(**(given | overrides))


def decide(
    sheet: RawSheet,
    offers: Mapping[str, Standing],
    facts: Facts | None = None,
    inner: Collection[str] = (),
) -> tuple[Decided, list[Finding]]:
    findings: list[Finding] = []
    sheets = read_sheets([sheet], manifest(), findings)
    deciding = OfferSheets(
        reader=lambda column: ColumnReader(column, RULES, MARKET, {}),
        standing={key: one for key, one in offers.items() if key in keys_of(sheets)},
        facts=facts or Facts(),
        manifest=manifest(),
        inner=inner,
    )
    for one in sheets:
        deciding.add(one)
    return deciding.decided, findings


def carried_out(
    given: Sequence[Given], offers: Mapping[str, Standing], facts: Facts
) -> tuple[dict[str, Standing], Facts]:
    """Return what is known once the answers are kept as statements."""
    by_category, after = dict(facts.by_category), dict(offers)
    for one in given:
        fact, value = one.kind, one.value
        if fact == "attribute":
            fact = f"attribute:{value['attribute_id']}"
            value = [[value.get("value_id", ""), value.get("text", "")]]
        if one.category:
            old = by_category.get(one.category, FactSet())
            new = stated(one)
            names = {
                name: getattr(new, name) or getattr(old, name) for name in ("weight_kg", "package")
            }
            rest = tuple(
                a for a in old.attributes
                if a.attribute_id not in {b.attribute_id for b in new.attributes}
            )  # fmt: skip
            by_category[one.category] = FactSet(**names, attributes=new.attributes + rest)
        for key, before in after.items():
            meant = key in one.keys or (
                before.group == one.category and fact not in before.own and bool(one.category)
            )
            if meant:
                own = before.own | {fact} if one.keys else before.own
                if fact == "price":
                    value = [value[0], value[1] or "RUB"]
                after[key] = standing(before.known | {fact: value}, own=own)
    return after, Facts(by_category=by_category)


def stated(one: Given) -> FactSet:
    import msgspec  # noqa: PLC0415 - here alone

    if one.kind == "attribute":
        return msgspec.convert({"attributes": [one.value]}, FactSet)
    return msgspec.convert({one.kind: one.value}, FactSet, strict=False)


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["0,3", "300 г", "20x15x5", "20", "Красный", "синий", "Синий [22]", "12 мм", "1290 руб.",
         "нет", "0", "9999", 0.5, 20.0, 1, True, "1,290"]
    ),
    st.floats(allow_nan=False, width=32),
    st.text(max_size=5),
)  # fmt: skip
ROWS = st.dictionaries(
    st.sampled_from(["*", "A-1", "A-2", "007", "7", "stranger"]),
    st.dictionaries(st.sampled_from(COLUMNS), CELLS),
)


@given(rows=ROWS)
@example(rows={"*": {"weight_kg": float("inf")}})
def test_every_filled_cell_is_used_unchanged_or_told(rows: dict[str, dict[str, Cell]]) -> None:
    offers = {key: standing() for key in ("A-1", "A-2", "007")}
    decided, found = decide(offers_sheet(rows), offers)
    filled = {
        (key, column)
        for key, cells in rows.items()
        for column, cell in cells.items()
        if cell is not None and str(cell).strip() and cell == cell  # noqa: PLR0124 - NaN
    }
    places = [one.place for one in (*decided.findings, *found)]
    told = {int(re.sub(r".*?(\d+)$", r"\1", place)) for place in places}
    # A finding may stand for a whole row (no such offer) or for the sides of one package.
    quiet = {key for number, key in enumerate(rows, 3) if number not in told}
    covered = decided.used + decided.unchanged
    assert sum(key in quiet for key, _ in filled) <= covered <= len(filled)


@given(rows=ROWS)
def test_reading_twice_changes_nothing_the_second_time(rows: dict[str, dict[str, Cell]]) -> None:
    offers, facts = {key: standing() for key in ("A-1", "A-2", "007")}, Facts()
    first, _ = decide(offers_sheet(rows), offers, facts)
    after, facts = carried_out(first.statements(), offers, facts)
    again, _ = decide(offers_sheet(rows), after, facts)
    assert again.statements() == []
    assert again.used == 0
    assert again.unchanged == first.used + first.unchanged
    assert [one.place for one in again.findings] == [one.place for one in first.findings]


def test_one_statement_serves_all_offers_that_share_a_value() -> None:
    rows: dict[str, dict[str, Cell]] = {
        f"A-{number}": {"weight_kg": ("0.3", 0.3, "300 г")[number % 3]} for number in range(300)
    }
    decided, _ = decide(offers_sheet(rows), {key: standing() for key in rows})
    (one,) = decided.statements()
    assert (one.kind, one.value, len(one.keys)) == ("weight_kg", "0.3", 300)


def test_what_is_said_for_all_is_the_categorys_and_a_cell_goes_before_it() -> None:
    keys = ("A-1", "A-2", "A-3")
    rows: dict[str, dict[str, Cell]] = {
        "*": {"weight_kg": 0.3, "price": 5},
        **{k: {} for k in keys},
    }
    rows["A-2"] = {"weight_kg": 0.4}
    decided, _ = decide(offers_sheet(rows), {key: standing() for key in keys})
    assert decided.statements() == [
        Given("weight_kg", "0.3", "10"),
        Given("weight_kg", "0.4", keys=("A-2",)),
    ]
    assert [(one.code, one.value) for one in decided.findings] == [("fix.not_asked", "5")]
    del rows["A-3"]
    decided, _ = decide(offers_sheet(rows), {key: standing() for key in keys})
    assert Given("weight_kg", "0.3", keys=("A-1",)) in decided.statements(), "a row was deleted"


def test_two_sides_for_all_and_the_third_in_each_row_make_packages() -> None:
    keys = ("A-1", "A-2", "A-3")
    rows: dict[str, dict[str, Cell]] = {"*": {"package.length": 30, "package.width": 20}}
    rows |= {key: {"package.height": 10 + n} for n, key in enumerate(keys)}
    offers = {key: standing() for key in keys}
    decided, _ = decide(offers_sheet(rows), offers)
    assert [one.value for one in decided.statements()] == [
        ["30", "20", "10"], ["30", "20", "11"], ["30", "20", "12"],
    ]  # fmt: skip
    assert (decided.used, decided.findings) == (5, [])
    after, facts = carried_out(decided.statements(), offers, Facts())
    again, _ = decide(offers_sheet(rows), after, facts)
    assert (again.used, again.unchanged, again.statements()) == (0, 5, [])
    alone, _ = decide(offers_sheet({"*": rows["*"], "A-1": {}}), offers)
    assert [(one.place, one.code) for one in alone.findings] == [("Носки!E3", "fix.sides")]


def test_what_is_said_for_all_of_a_sheet_does_not_reach_the_categories_below() -> None:
    rows: dict[str, dict[str, Cell]] = {"*": {"weight_kg": 0.3}, "A-1": {}, "A-2": {}, "A-3": {}}
    decided, _ = decide(offers_sheet(rows), {key: standing() for key in rows}, inner={"10"})
    assert decided.statements() == [Given("weight_kg", "0.3", keys=("A-1", "A-2", "A-3"))]


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("Обувь / Носки [9]", "9"), ("9", "9"), (9.0, "9"), ("носки", "9"), ("Обувь / Тапки", "8"),
        ("Обувь", ""), ("[1]", ""), ("Шапки", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_category_is_named_by_path_or_id(typed: Cell, chosen: str) -> None:
    assert MarketPlaces(MARKET).find(typed) == chosen


def test_categories_and_choices_for_the_shop_are_read() -> None:
    chosen = Chosen(findings=[], mapped={}, policy={}, rates={})
    header = ["torgpred:2:sku", "title", "offers", "answer"]
    body: list[list[Cell]] = [
        ["10", "", 3.0, "Носки"], ["11", "", 1.0, "Обувь"], ["99", "", 1.0, "Носки"],
    ]  # fmt: skip
    findings: list[Finding] = []
    (places,) = read_sheets([raw("К", [header, ["Ключ"], *body])], manifest(), findings)
    choose_categories(
        places, chosen, places=MarketPlaces(MARKET), known={"10", "11"}, mapped={"10": "8"}
    )
    assert chosen.mapped == {"10": ("9", "К!D3")}
    told = [(one.place, one.code) for one in chosen.findings]
    assert told == [
        ("К!D4", "fix.no_such_market_category"), ("К!D5", "fix.unknown_category"),
    ]  # fmt: skip
    header = ["torgpred:3:sku", "title", "now", "answer"]
    body = [
        ["delivery_template", "", "", "Почта [7]"], ["lead_time", "", "", 99],
        ["unit", "", "", "шт"], ["rate:CNY", "", "", "11,4"],
    ]  # fmt: skip
    (shop,) = read_sheets([raw("М", [header, ["Код"], *body])], manifest(), findings)
    choose_for_shop(shop, chosen, rules=RULES, templates={"7": "Почта"}, now={"unit": "piece"})
    assert chosen.policy == {"delivery_template_id": "7"}
    assert {name: str(value) for name, value in chosen.rates.items()} == {"CNY": "11.4"}
    assert [one.place for one in chosen.findings[2:]] == ["М!D4"]
    assert (chosen.used, chosen.unchanged) == (3, 1)


def test_sheets_columns_and_names() -> None:
    assert [letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert fact_of("attribute:2@9") == "attribute:2"
    assert fact_of("package.width") == "package"
    names = sheet_names(["Носки", "носки", "a/b:c*d?[e]", "x" * 40, "x" * 40, "", "History"])
    assert names[:3] == ["Носки", "носки 2", "a b c d e"]
    assert all(0 < len(name) <= 31 for name in names)
    assert len({name.casefold() for name in names}) == len(names)


@given(st.lists(st.text(max_size=60)))
def test_sheet_names_are_unique_and_short(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(names) == len(wanted)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_choices_that_share_a_text_are_told_apart_by_id() -> None:
    assert choices_of([("1", "a"), ("2", "A"), ("3", "b"), ("4", "")]).pairs == (
        ("1", "a [1]"), ("2", "A [2]"), ("3", "b"), ("4", "[4]"),
    )  # fmt: skip


def test_a_weight_in_a_cell_is_what_a_statement_keeps() -> None:
    reader = ColumnReader("weight_kg", RULES, MARKET, {})
    assert reader.read(0.1 + 0.2) == read_fact("weight_kg", "300 г") == "0.3"
