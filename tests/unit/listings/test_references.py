# ruff: noqa: ANN401 - overrides are checked by the structs they go to
"""Reference prices: when advice is given, which line it names, and files of them."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.unit.listings.making import D, make_context, make_offer

from torgpred.kernel.money import Rate, Rates
from torgpred.listings.core.desired import Desired, Product, desire
from torgpred.listings.core.pricing import Basis, Logistics, Pricer, PricingPolicy, Route
from torgpred.listings.core.reference_file import Given, day_of, letters, read_file
from torgpred.listings.core.references import (
    ReferencePrice,
    References,
    cut_to,
    made_ready,
    rounded_down,
)

DAY = date(2026, 11, 25)
RATES = Rates({("CNY", "RUB"): Rate(D(12), DAY, "bank")})


def make_references(**overrides: Any) -> References:
    told: dict[str, Any] = {
        "key": "A-1",
        "amount": D(900),
        "currency": "RUB",
        "seen_on": date(2026, 11, 20),
        "source": "shop X",
    }
    more: dict[str, Any] = {"gap": D(10), "days": 60, "day": DAY, "rates": RATES}
    wanted = {name: overrides.pop(name, value) for name, value in more.items()}
    return made_ready([ReferencePrice(**(told | overrides))], currency="RUB", **wanted)


def wanted(references: References, policy: PricingPolicy, **offer: Any) -> Desired:
    context = make_context(references=references, policy=policy, rates=RATES)
    return desire(Product((make_offer(**offer),)), context)


SHELF = PricingPolicy()
COST = PricingPolicy(
    basis=Basis.COST,
    margin=D(40),
    commission=D(8),
    fee=D(5),
    route=Route(tax_out=D(20), logistics=Logistics("RUB", per_parcel=D(100))),
)

CASES: list[tuple[dict[str, Any], PricingPolicy, dict[str, Any], list[str]]] = [
    ({"amount": D(910)}, SHELF, {}, []),  # 1000 is 9.9 % above
    ({"amount": D(1000), "gap": D(0)}, SHELF, {}, []),
    ({"amount": D(2000)}, SHELF, {}, []),
    ({}, SHELF, {}, ["price.above_reference_file"]),
    ({}, SHELF, {"cost": D(500)}, ["price.above_reference"]),
    ({}, SHELF, {"cost": D(990)}, ["price.above_reference_cost"]),
    ({"key": "B-1"}, SHELF, {}, []),
    ({"seen_on": date(2026, 9, 25)}, SHELF, {}, ["price.reference_old"]),
    ({"seen_on": date(2026, 9, 26)}, SHELF, {}, ["price.above_reference_file"]),
    ({"currency": "USD"}, SHELF, {}, ["price.reference_rate_unknown"]),
    ({"amount": D(75), "currency": "CNY"}, SHELF, {}, ["price.above_reference_file"]),
    ({"amount": D(76), "currency": "CNY"}, SHELF, {}, []),  # 912 RUB
    ({}, COST, {"cost": D(500)}, ["price.above_reference"]),
    ({"amount": D(700)}, COST, {"cost": D(500)}, ["price.above_reference_lines"]),
    ({"amount": D(500)}, COST, {"cost": D(500)}, ["price.above_reference_cost"]),
]


@pytest.mark.parametrize(("reference", "policy", "offer", "codes"), CASES)
def test_when_a_price_is_too_far_above(
    reference: dict[str, Any], policy: PricingPolicy, offer: dict[str, Any], codes: list[str]
) -> None:
    made = wanted(make_references(**reference), policy, **offer)
    assert [one.code for one in made.remarks] == codes
    assert made.ready
    assert all(one.finding.message and one.finding.mend for one in made.remarks)


def test_the_advice_names_price_reference_gap_and_the_line_to_cut() -> None:
    policy = PricingPolicy(
        basis=Basis.COST,
        margin=D(10),
        commission=D(10),
        route=Route(logistics=Logistics("RUB", per_parcel=D(300))),
    )
    (one,) = wanted(make_references(amount=D(1000), gap=D(5)), policy, cost=D(700)).remarks
    # (700 + 70 + 300) / 0.9 = 1188.89; at 1050 there lack 138.89 x 0.9 = 125.00.
    assert one.finding.message == (
        "Our price 1188.89 is 18.9 % above the reference 1000 RUB (shop X, 2026-11-20)."
    )
    assert "take 125.05 off the line Delivery" in one.finding.mend
    assert "sell at 1050.00" in one.finding.mend


def test_a_reference_in_another_currency_is_told_in_both() -> None:
    (one,) = wanted(make_references(amount=D("12.5"), currency="CNY"), SHELF).remarks
    assert "12.5 CNY = 150.00 RUB" in one.finding.message


SHARES = st.integers(0, 30).map(D)
AMOUNTS = st.decimals("0", "2000", places=2)


@given(
    cost=st.decimals("1", "5000", places=2),
    margin=st.integers(0, 300).map(D),
    commission=SHARES,
    fee=st.integers(0, 15).map(D),
    tax=st.sampled_from([D(0), D(10), D(20)]),
    parcel=AMOUNTS,
    share=st.integers(30, 99),
    shape=st.sampled_from([(D("0.01"), D(0)), (D(1), D(0)), (D(10), D(9)), (D(100), D(90))]),
)
def test_a_cut_of_the_named_line_is_enough(
    cost: Decimal, margin: Decimal, commission: Decimal, fee: Decimal, tax: Decimal,
    parcel: Decimal, share: int, shape: tuple[Decimal, Decimal],
) -> None:  # fmt: skip
    def policy(per_parcel: Decimal) -> PricingPolicy:
        return PricingPolicy(
            basis=Basis.COST, margin=margin, commission=commission, fee=fee,
            step=shape[0], ending=shape[1],
            route=Route(tax_out=tax, logistics=Logistics("RUB", per_parcel=per_parcel)),
        )  # fmt: skip

    offer = make_offer(cost=cost)
    before = Pricer(policy(parcel), RATES, "RUB").price(offer, None)
    assert before.price is not None
    limit = before.price * share / 100
    cut = cut_to(before, limit, *shape)
    assert cut is not None
    away = {line.label: line.amount for line in before.lines}
    if cut.enough:
        assert sum(away[label] for label in cut.lines) >= cut.amount - D("0.01")
    else:
        assert cut.least > cut.target - D("0.05")
    assume(cut.enough and cut.lines == ("Delivery",) and cut.target >= shape[1])
    after = Pricer(policy(parcel - cut.amount), RATES, "RUB").price(offer, None)
    assert after.price is not None
    assert after.price <= limit
    if before.keeps is not None and after.keeps is not None and shape[0] == D("0.01"):
        assert abs(after.keeps - before.keeps) <= D("0.30")  # all others keep what they get


@given(st.decimals("1", "100000", places=2), st.sampled_from([1, 10, 100]), st.integers(0, 9))
def test_a_price_rounded_down_is_on_the_grid_and_never_above(
    amount: Decimal, step: int, ending: int
) -> None:
    found = rounded_down(amount, D(step), D(ending % step))
    assert 0 < found <= amount
    assert found == amount or (found - ending % step) % step == 0
    assert amount - found < step


# --- digests ------------------------------------------------------------------------------------
def digest_on(day: date, **overrides: Any) -> bytes:
    context = make_context(references=make_references(day=day, **overrides), rates=RATES)
    return context.input_digest([b"x"], "7", ["A-1"], "RUB")


def test_a_day_that_passes_changes_nothing_until_the_reference_is_old() -> None:
    seen_on = date(2026, 11, 20)
    assert digest_on(date(2026, 11, 21)) == digest_on(date(2027, 1, 19))
    assert digest_on(date(2027, 1, 19)) != digest_on(date(2027, 1, 20))
    assert digest_on(date(2027, 1, 20)) == digest_on(date(2028, 1, 1))
    assert digest_on(DAY, seen_on=seen_on) != digest_on(DAY, amount=D(901))
    assert digest_on(DAY) != digest_on(DAY, gap=D(11))


def test_a_reference_touches_its_own_offer_alone() -> None:
    bare, known = make_context(), make_context(references=make_references())
    assert bare.digest("7") == known.digest("7")
    for key, same in (("A-1", False), ("B-1", True)):
        digests = {one.input_digest([b"x"], "7", [key], "RUB") for one in (bare, known)}
        assert (len(digests) == 1) is same


# --- files --------------------------------------------------------------------------------------
GIVEN = Given(
    today=DAY, source="prices.csv", families=("aliexpress_ru",), currency="RUB", seen_on=DAY
)


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_headings_are_found_by_their_names_below_a_title(tmp_path: Path) -> None:
    text = (
        "Мониторинг цен;;;;\n;;;;\n"
        "Конкурент;Дата;Артикул;Цена конкурента, руб.;Маркетплейс\n"
        "Магазин Y;05.11.2026;007;1 299,00;aliexpress_ru\n"
        ";;A-2;15 юаней;\n"
    )
    read = read_file(write(tmp_path, text, "cp1251"), GIVEN)
    assert read.findings == ()
    assert [(one.price, one.family) for one in read.rows] == [
        (
            ReferencePrice("007", D("1299.00"), "RUB", date(2026, 11, 5), "Магазин Y"),
            "aliexpress_ru",
        ),
        (ReferencePrice("A-2", D(15), "CNY", DAY, "prices.csv"), ""),
    ]


def test_a_workbook_is_read_with_its_dates(tmp_path: Path) -> None:
    path = tmp_path / "prices.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Цены")
        sheet.write_row(0, 0, ["SKU", "reference price", "currency", "date"])
        sheet.write_row(1, 0, ["A-1", 12.5, "cny"])
        sheet.write_datetime(1, 3, date(2026, 11, 3), book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_row(2, 0, ["A-2", "дорого", "CNY"])
    read = read_file(path, GIVEN)
    assert [one.price for one in read.rows] == [
        ReferencePrice("A-1", D("12.5"), "CNY", date(2026, 11, 3), "prices.csv")
    ]
    assert [(one.code, one.place) for one in read.findings] == [("reference.bad_price", "Цены, B3")]


BAD = [
    ("SKU;price\n;100\n", "reference.no_key", "A2"),
    ("SKU;price\nA;0\n", "reference.bad_price", "B2"),
    ("SKU;price\nA;нет\n", "reference.bad_price", "B2"),
    ("SKU;price;date\nA;1;26.11.2026\n", "reference.bad_date", "C2"),
    ("SKU;price;date\nA;1;вчера\n", "reference.bad_date", "C2"),
    ("SKU;price;date\nA;1;31.02.2026\n", "reference.bad_date", "C2"),
    ("SKU;price;marketplace\nA;1;ozone\n", "reference.unknown_marketplace", "C2"),
    ("SKU;price;currency\nA;1;тугрики\n", "reference.no_currency", "C2"),
]


@pytest.mark.parametrize(("text", "code", "cell"), BAD)
def test_a_bad_row_is_named_by_cell_and_the_rest_goes_on(
    tmp_path: Path, text: str, code: str, cell: str
) -> None:
    read = read_file(write(tmp_path, text + "GOOD;200\n"), GIVEN)
    assert [one.price.key for one in read.rows] == ["GOOD"]
    assert [(one.code, one.place) for one in read.findings] == [(code, f"prices.csv, {cell}")]


def test_without_a_currency_or_day_for_the_file_a_row_must_say_them(tmp_path: Path) -> None:
    path = write(tmp_path, "SKU;price\nA;1\n")
    bare = Given(today=DAY, source="x", currency="", seen_on=DAY)
    assert [one.code for one in read_file(path, bare).findings] == ["reference.no_currency"]
    bare = Given(today=DAY, source="x", currency="RUB")
    assert [one.code for one in read_file(path, bare).findings] == ["reference.no_date"]


def test_of_two_rows_alike_the_lower_counts(tmp_path: Path) -> None:
    read = read_file(write(tmp_path, "SKU;price\nA;1\nA;2\n"), GIVEN)
    assert [one.price.amount for one in read.rows] == [D(2)]
    assert [one.code for one in read.findings] == ["reference.twice"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"<html></html>", b"PK\x03\x04broken"])
def test_what_is_no_table_is_a_finding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(content)
    read = read_file(path, GIVEN)
    assert read.rows == ()
    assert read.findings


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-05", date(2026, 11, 5)),
        ("2026-11-05 10:00", date(2026, 11, 5)),
        ("5.11.26", date(2026, 11, 5)),
        ("05/11/2026", date(2026, 11, 5)),
        (date(2026, 11, 5), date(2026, 11, 5)),
        ("", None),
        ("ноябрь", None),
        (45966, None),
    ],
)
def test_days_as_people_write_them(cell: Any, day: date | None) -> None:
    assert day_of(cell) == day


@pytest.mark.parametrize(("index", "shown"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_named_as_spreadsheets_do(index: int, shown: str) -> None:
    assert letters(index) == shown
