"""Tables of spend, traffic, marked orders: read by titles, wrong rows told and left out."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from torgpred.campaigns.core.money.files import (
    Usual,
    read_marked,
    read_spend,
    read_traffic,
    shares_of,
)
from torgpred.campaigns.core.money.sources import Source, SourceKind, link_of, sources_of, unfit

ANNA = Source(
    1, "anna", "Anna's blog", SourceKind.BLOGGER,
    {"utm_source": "anna"}, ("ANNA10",),
)  # fmt: skip
ANNA_11 = Source(
    2, "anna-11", "Anna on 11.11", SourceKind.BLOGGER,
    {"utm_source": "anna", "utm_campaign": "1111"},
)  # fmt: skip
ADS = Source(3, "ads", "Реклама", SourceKind.MARKETPLACE_ADS)
KNOWN = (ANNA, ANNA_11, ADS)


def written(folder: Path, text: str, codec: str = "utf-8") -> Path:
    path = folder / "given.csv"
    path.write_bytes(text.encode(codec))
    return path


@pytest.mark.parametrize(
    ("mark", "codes"),
    [
        ("anna10", ["anna"]),
        (" ANNA10 ", ["anna"]),
        ("https://x.example/i/1?utm_source=anna&sku=2", ["anna"]),
        ("utm_campaign=1111&utm_source=anna", ["anna-11"]),  # the more that is asked for wins
        ("utm_source=other", []),
        ("BORIS10", []),
        ("", []),
    ],
)
def test_a_mark_belongs_to_the_source_that_asks_for_it(mark: str, codes: list[str]) -> None:
    assert [one.code for one in sources_of(mark, KNOWN)] == codes


def test_marks_of_two_sources_may_not_be_the_same() -> None:
    twin = Source(0, "boris", "Boris", SourceKind.BLOGGER, {"utm_source": "anna"}, ("anna10",))

    assert [one.code for one in unfit(twin, KNOWN)] == ["source.taken_code", "source.taken_link"]
    assert unfit(ANNA, KNOWN) == []
    assert link_of("https://x.example/#utm_source=a") == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("operator 50, marketplace 50", {"operator": "50", "marketplace": "50"}),
        ("Operator: 33.33%; bank = 66.67", {"operator": "33.33", "bank": "66.67"}),
        ("operator", {"operator": "100"}),
        ("ak bars bank", {"ak bars bank": "100"}),
        ("operator 50, bank 49", None),
        ("operator 50, operator 50", None),
        ("50, 50", None),
        ("operator 150, bank -50", None),
        ("", None),
    ],
)
def test_who_pays_is_whole_or_refused(text: str, told: dict[str, str] | None) -> None:
    found = shares_of(text)

    assert (found and {one.payer: str(one.percent) for one in found}) == told


def test_spend_is_read_by_its_titles_and_wrong_rows_say_what_to_do(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Расходы на 11.11;;;;;\n"
        "Дата;Источник;Сумма, руб.;Кто платит;Документ;Город\n"
        "11.11.2026;anna;10 000,50;operator 50, marketplace 50;А-1;Казань\n"
        "2026-11-12;Реклама;0;operator;А-2;\n"
        "позавчера;anna;5;operator;А-3;\n"
        "2026-11-12;boris;5;operator;А-4;\n"
        "2026-11-12;anna;5;operator 20;А-5;\n"
        "2026-11-12;anna;5;operator;;\n"
        "Итого;;10 005;;;\n",
        "cp1251",
    )

    rows, findings = read_spend(path, KNOWN, Usual(currency="RUB"))

    (one,) = rows
    assert (one.day, one.source_id, one.amount, one.currency, one.document) == (
        date(2026, 11, 11), 1, Decimal("10000.50"), "RUB", "А-1",
    )  # fmt: skip
    assert [(it.place, it.code, it.value) for it in findings if it.severity.value == "error"] == [
        ("row 4", "money.file.no_amount", "0"),
        ("row 5", "money.file.day", "позавчера"),
        ("row 6", "money.file.no_source", "boris"),
        ("row 7", "money.file.shares", "operator 20"),
        ("row 8", "money.file.empty", ""),
    ]
    assert any(it.value == "Город" for it in findings)
    assert all(it.mend for it in findings)


def test_a_table_without_its_columns_names_what_lacks(tmp_path: Path) -> None:
    rows, findings = read_spend(written(tmp_path, "Дата;Сумма\n2026-11-11;5\n"), KNOWN, Usual())

    assert rows == []
    (one,) = findings
    assert one.code == "money.file.no_columns"
    assert one.data["missing"] == "source, payers, document"


def test_what_holds_for_the_whole_file_may_be_left_out_of_it(tmp_path: Path) -> None:
    usual = Usual(source=ADS, currency="CNY", payers="operator", document="F-1")

    rows, findings = read_spend(written(tmp_path, "日期,花费\n2026/11/11,5\n"), KNOWN, usual)

    assert [(one.source_id, one.currency, one.document) for one in rows] == [(3, "CNY", "F-1")]
    assert findings == []


def test_a_report_is_not_counted_twice(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "date,source,sku,views,clicks,orders,revenue\n"
        "2026-11-11,ads,A-1,1000,50,2,1600.00\n"
        "2026-11-11,ads,A-1,1,1,1,1\n"
        "2026-11-11,ads,,2000,70,3,2400.00\n"
        "2026-11-12,ads,,2000,70,3,\n"
        "2026-11-12,ads,A-1,,,,\n"
        "2026-11-13,utm_source=anna,,,7,,\n"
        "2026-11-14,ads,A-1,x,1.5,-1,1.005\n",
    )

    rows, findings = read_traffic(path, KNOWN, Usual(currency="RUB"))

    assert [(one.place, one.source_id, one.orders, one.revenue) for one in rows] == [
        ("row 2", 3, 2, Decimal("1600.00")),
        ("row 5", 3, 3, None),
        ("row 7", 1, None, None),
    ]
    assert [(it.place, it.code) for it in findings] == [
        ("row 3", "money.file.twice"),
        ("row 4", "money.file.sum_and_parts"),
        ("row 6", "money.file.nothing_told"),
        ("row 8", "money.file.whole"),
        ("row 8", "money.file.whole"),
        ("row 8", "money.file.whole"),
        ("row 8", "money.file.number"),
    ]


def test_orders_go_to_the_source_of_their_mark(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Номер заказа;Промокод\n100;ANNA10\n101;utm_source=anna&utm_campaign=1111\n"
        "102;NOBODY\n100;ANNA10\n103;\n",
    )

    rows, findings = read_marked(path, KNOWN, Usual())

    assert [(one.order, one.source_id, one.mark) for one in rows] == [
        ("100", 1, "ANNA10"),
        ("101", 2, "utm_source=anna&utm_campaign=1111"),
    ]
    assert [(it.place, it.code) for it in findings] == [
        ("row 4", "money.file.no_source"),
        ("row 5", "money.file.twice"),
        ("row 6", "money.file.no_source"),
    ]
