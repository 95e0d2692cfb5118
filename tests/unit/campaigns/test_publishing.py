"""What keeps a campaign from opening: each case is told with its place and its mend."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.campaigns.making import START, library_rules, make_outline, make_rules

from torgpred.campaigns import library
from torgpred.campaigns.core.coupons import Giving, coupon_troubles
from torgpred.campaigns.core.moves import MOVES, State, may_become
from torgpred.campaigns.core.outline import (
    Budget,
    Coupon,
    Creative,
    Phase,
    PhaseKind,
    Share,
)
from torgpred.campaigns.core.publishing import holding, troubles
from torgpred.campaigns.core.rules import unfit
from torgpred.kernel.findings import Finding

SALE = Phase(PhaseKind.SALE, START, START + timedelta(days=1))


def make_coupon(**overrides: Any) -> Coupon:  # noqa: ANN401 - any field
    given: dict[str, Any] = {"code": "C", "threshold": Decimal(1000), "amount": Decimal(100)}
    return Coupon(**(given | overrides))


def make_budget(**shares: str) -> Budget:
    given = shares or {"operator": "60", "seller": "40"}
    return Budget(Decimal(1000), "RUB", tuple(Share(who, Decimal(p)) for who, p in given.items()))


def told(budget: Budget | None = None, rules: Any = None, **outline: Any) -> list[Finding]:  # noqa: ANN401
    return troubles(
        outline=make_outline(**outline),
        rules=rules or make_rules(),
        budget=budget,
        families=["aliexpress_ru"],
        currencies=["RUB"],
    )


def held(found: list[Finding]) -> list[str]:
    return [one.code for one in holding(found)]


def test_nothing_is_wrong_with_a_plain_campaign() -> None:
    assert told(phases=(SALE,)) == []


@pytest.mark.parametrize(
    ("coupon", "code"),
    [
        ({"threshold": Decimal(100), "amount": Decimal(1000)}, "coupon.swapped"),
        ({"threshold": Decimal(100), "amount": Decimal(100)}, "coupon.whole_price"),
        ({"threshold": Decimal(100), "amount": Decimal(90)}, "coupon.whole_price"),
        ({"threshold": Decimal(0)}, "coupon.no_threshold"),
        ({"amount": None, "percent": Decimal(100)}, "coupon.percent_too_high"),
        ({"amount": None, "percent": Decimal(90)}, "coupon.percent_too_high"),
        ({"percent": Decimal(10)}, "coupon.one_of_both"),
        ({"amount": None}, "coupon.one_of_both"),
        ({"amount": Decimal(-1)}, "coupon.one_of_both"),
        ({"starts": START - timedelta(hours=1)}, "coupon.outside"),
        ({"ends": START + timedelta(days=2)}, "coupon.outside"),
        ({"starts": SALE.ends, "ends": START}, "coupon.outside"),
    ],
)
def test_a_coupon_that_must_not_be_published(coupon: dict[str, Any], code: str) -> None:
    outline = make_outline(phases=(SALE,), coupons=(make_coupon(**coupon),))
    assert held(coupon_troubles(outline, ["aliexpress_ru"])) == [code]


def test_a_swapped_coupon_says_how_it_was_meant() -> None:
    swapped = make_coupon(threshold=Decimal(100), amount=Decimal(1000))
    (found,) = holding(coupon_troubles(make_outline(coupons=(swapped,)), []))
    assert "100 off from 1000 on was meant?" in found.mend


def test_publishing_that_cannot_be_undone_says_so_until_it_is_done() -> None:
    for published, codes in ((False, ["coupon.irreversible"]), (True, [])):
        outline = make_outline(coupons=(make_coupon(published=published),))
        found = coupon_troubles(outline, ["aliexpress_ru"])
        assert [one.code for one in found] == codes
    assert coupon_troubles(make_outline(coupons=(make_coupon(),)), ["other"]) == []


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ({"operator": "60", "seller": "39.99"}, "budget.sum"),
        ({"operator": "110", "seller": "-10"}, "budget.amount"),
    ],
)
def test_shares_come_to_a_hundred(shares: dict[str, str], code: str) -> None:
    assert code in held(told(make_budget(**shares)))


def test_a_coupon_needs_somebody_who_pays_and_one_currency() -> None:
    assert held(told(coupons=(make_coupon(),))) == ["budget.missing"]
    euros = Budget(Decimal(1), "EUR", (Share("bank", Decimal(100)),))
    assert held(told(euros)) == ["budget.currency"]


def test_parts_in_money_come_to_the_total() -> None:
    budget = Budget(
        Decimal("100.00"), "RUB",
        tuple(Share(who, part) for who, part in (
            ("operator", Decimal("33.33")), ("bank", Decimal("33.33")),
            ("seller", Decimal("33.34")))),
    )  # fmt: skip
    assert sum(budget.parts().values()) == Decimal("100.00")
    third = Budget(Decimal("0.01"), "RUB", (Share("a", Decimal(50)), Share("b", Decimal(50))))
    assert sum(third.parts().values()) == Decimal("0.01")


@pytest.mark.parametrize(
    ("country", "mark", "codes"),
    [
        ("RU", "", ["creative.unmarked"]),
        ("RU", "2VtzqwTESt1", []),
        ("RU", "erid: 2VtzqwTESt1", ["creative.mark_spaces"]),
        ("KZ", "", []),
    ],
)
def test_an_ad_shown_in_russia_carries_its_mark(country: str, mark: str, codes: list[str]) -> None:
    found = told(country=country, creatives=(Creative("ru", "Sale", mark=mark),))
    assert held(found) == codes
    notes = {one.code for one in found} - set(codes)
    assert notes == ({"creative.law_unknown"} if country == "KZ" else set())


@pytest.mark.parametrize(
    ("outline", "code"),
    [
        ({"percent": Decimal(100)}, "campaign.percent"),
        ({"percent": Decimal(19)}, "campaign.percent_too_low"),
        ({"phases": (Phase(PhaseKind.SALE, START, START),)}, "phase.turned"),
        (
            {"phases": (Phase(PhaseKind.SALE, START, START + timedelta(days=9)),)},
            "phase.outside",
        ),
        (
            {"phases": (SALE, Phase(PhaseKind.WARM_UP, START + timedelta(hours=1), SALE.ends))},
            "phase.order",
        ),
        (
            {"phases": (SALE, Phase(PhaseKind.SHIP_BY, START, START + timedelta(hours=9)))},
            "phase.ship_by_early",
        ),
    ],
)
def test_phases_and_percents_that_cannot_be(outline: dict[str, Any], code: str) -> None:
    assert held(told(**outline)) == [code]


def test_duties_of_the_rules_are_told() -> None:
    rules = library_rules("tmall-1111-2019")
    found = told(rules=rules, percent=Decimal(10))
    assert held(found) == ["duty.coupon"]
    assert [one.value for one in found if one.code == "duty.promise"] == [
        "delivery insurance", "price protection", "free shipping",
    ]  # fmt: skip
    assert "look_back_days" in next(one for one in found if one.code == "rules.not_told").value


def test_the_library_is_sound_and_names_what_it_does_not_know() -> None:
    known = {one.code: one for one in library.library()}
    assert all(unfit(one) == [] for one in known.values())
    assert known["tmall-1111-2019"].source == "China Internet Watch, 18 Sep 2019"
    assert known["amazon-prime-day"].low_days == 30
    assert {code for code, one in known.items() if one.lacks("source")} == {
        "tmall-presale-2016", "amazon-prime-day", "ozon-promotion",
    }  # fmt: skip


@pytest.mark.parametrize("code", [one.code for one in library.library()])
def test_a_rule_set_written_out_to_be_edited_reads_back_the_same(code: str) -> None:
    rules = library_rules(code, note='He said: "30 %"\n\\ and more')
    assert library.decode(library.encode(rules)) == (rules,)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"percent_off": Decimal(100)}, "rules.outside"),
        ({"look_back_days": 0}, "rules.outside"),
        ({"look_back_days": None}, "rules.look_back_missing"),
        ({"below_low_percent": Decimal(5)}, "rules.look_back_missing"),
        ({"unknown": ("colour",)}, "rules.not_a_field"),
        ({"unknown": ("percent_off",)}, "rules.known_and_unknown"),
        ({"source": ""}, "rules.no_source"),
    ],
)
def test_a_rule_set_that_cannot_be(fields: dict[str, Any], code: str) -> None:
    assert [one.code for one in unfit(make_rules(**fields))] == [code]


def test_what_coupons_take_off_a_piece() -> None:
    giving = Giving(
        (
            make_coupon(),
            make_coupon(code="D", threshold=Decimal(500), amount=Decimal(60)),
            make_coupon(
                code="S", amount=None, percent=Decimal(5), most=Decimal(20), stackable=True
            ),
        ),
        Decimal(50),
    )
    # Alone 800 reaches 500 only; in a basket the dearer of both, and the stackable one on top.
    assert giving.alone(Decimal(800)) == Decimal("60.00")
    assert giving.at_most(Decimal(800)) == Decimal("100.00")
    assert giving.borne_by_seller(Decimal(800)) == Decimal("50.00")
    assert giving.at_most(Decimal(1000)) == Decimal("120.00")


def test_what_is_over_stays_over() -> None:
    assert not any(may_become(State.OVER, wanted) for wanted in State)
    assert not any(may_become(state, State.OPEN) for state in MOVES if state is not State.DRAFT)
