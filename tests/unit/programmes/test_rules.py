"""Each kind of condition at its edges; what nobody knows never passes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from torgpred.catalogue.core.papers import PaperKind
from torgpred.programmes.core.judging import judge
from torgpred.programmes.core.saying import KINDS, said
from torgpred.programmes.core.values import (
    Conditions,
    Delivery,
    Facts,
    How,
    LeadTime,
    LocalStock,
    Papers,
    PriceFrom,
    Programme,
    Rating,
    ReturnsAddress,
    Verdict,
    Warranty,
    Word,
    Words,
)


def make_programme(*conditions: Conditions, near: int = 2) -> Programme:
    return Programme(
        "aliexpress_ru", "mall", 1, "Mall", "RU", "test", date(2026, 11, 5), conditions, near
    )


def lacks(condition: Conditions, facts: Facts, words: Words | None = None) -> list[str]:
    return [one.code for one in judge(make_programme(condition), facts, words or {}).lacks]


CASES: list[tuple[Conditions, Facts, Words, list[str]]] = [
    (LocalStock(pieces=3), Facts(pieces=3), {}, []),
    (LocalStock(pieces=3), Facts(pieces=2), {}, ["local_stock.missing"]),
    (LocalStock(pieces=1), Facts(pieces=0, abroad=9), {}, ["local_stock.missing"]),
    (LocalStock(), Facts(), {}, ["local_stock.unknown"]),
    (LeadTime(days=3), Facts(lead_days=3), {}, []),
    (LeadTime(days=3), Facts(lead_days=4), {}, ["lead_time.missing"]),
    (LeadTime(days=3), Facts(), {}, ["lead_time.unknown"]),
    (ReturnsAddress(), Facts(), {("returns_address", "RU"): Word(holds=True)}, []),
    (
        ReturnsAddress(),
        Facts(),
        {("returns_address", "RU"): Word(holds=False)},
        ["returns_address.missing"],
    ),
    (
        ReturnsAddress(),
        Facts(),
        {("returns_address", "KZ"): Word(holds=True)},
        ["returns_address.unknown"],
    ),
    (Warranty(), Facts(), {("warranty", "RU"): Word(holds=True)}, []),
    (Warranty(months=12), Facts(), {("warranty", "RU"): Word(holds=True, number=Decimal(12))}, []),
    (
        Warranty(months=12),
        Facts(),
        {("warranty", "RU"): Word(holds=True, number=Decimal(11))},
        ["warranty.missing"],
    ),
    (Warranty(months=12), Facts(), {("warranty", "RU"): Word(holds=True)}, ["warranty.unknown"]),
    (Warranty(), Facts(), {("warranty", "RU"): Word(holds=False)}, ["warranty.missing"]),
    (Warranty(), Facts(), {}, ["warranty.unknown"]),
    (
        Papers(papers=(PaperKind.TRADEMARK,)),
        Facts(papers=frozenset({PaperKind.TRADEMARK})),
        {},
        [],
    ),
    (
        Papers(papers=(PaperKind.TRADEMARK,)),
        Facts(papers=frozenset({PaperKind.OTHER})),
        {},
        ["papers.missing"],
    ),
    (Papers(papers=(PaperKind.TRADEMARK,)), Facts(), {}, ["papers.missing"]),
    (
        Delivery(days=5),
        Facts(warehouse="MSK", lead_days=2),
        {("delivery", "MSK"): Word(holds=True, number=Decimal(3))},
        [],
    ),
    (
        Delivery(days=5),
        Facts(warehouse="MSK", lead_days=3),
        {("delivery", "MSK"): Word(holds=True, number=Decimal(3))},
        ["delivery.missing"],
    ),
    (Delivery(days=5), Facts(warehouse="MSK", lead_days=2), {}, ["delivery.unknown"]),
    (
        Delivery(days=5),
        Facts(warehouse="MSK"),
        {("delivery", "MSK"): Word(holds=True, number=Decimal(3))},
        ["delivery.unknown"],
    ),
    (
        PriceFrom(amount=Decimal(100), currency="RUB"),
        Facts(price=Decimal(100), currency="RUB"),
        {},
        [],
    ),
    (
        PriceFrom(amount=Decimal(100), currency="RUB"),
        Facts(price=Decimal("99.99"), currency="RUB"),
        {},
        ["price.missing"],
    ),
    (
        PriceFrom(amount=Decimal(100), currency="RUB"),
        Facts(price=Decimal(500), currency="CNY"),
        {},
        ["price.unknown"],
    ),
    (
        Rating(at_least=Decimal("4.5")),
        Facts(),
        {("rating", "aliexpress_ru"): Word(holds=True, number=Decimal("4.5"))},
        [],
    ),
    (
        Rating(at_least=Decimal("4.5")),
        Facts(),
        {("rating", "aliexpress_ru"): Word(holds=True, number=Decimal("4.4"))},
        ["rating.barred"],
    ),
    (Rating(at_least=Decimal("4.5")), Facts(), {}, ["rating.unknown"]),
]


@pytest.mark.parametrize(("condition", "facts", "words", "expected"), CASES)
def test_a_condition_at_its_edge(
    condition: Conditions, facts: Facts, words: Words, expected: list[str]
) -> None:
    assert lacks(condition, facts, words) == expected


def test_a_lack_says_how_many_pieces() -> None:
    (lack,) = judge(make_programme(LocalStock(pieces=50)), Facts(pieces=10), {}).lacks

    assert lack.pieces == 40


@pytest.mark.parametrize(
    ("facts", "near", "verdict"),
    [
        (Facts(pieces=1, lead_days=1), 2, Verdict.QUALIFIES),
        (Facts(pieces=0, lead_days=1), 2, Verdict.NEARLY),
        (Facts(pieces=0, lead_days=9), 2, Verdict.NEARLY),
        (Facts(pieces=0, lead_days=9), 1, Verdict.NO),
        (Facts(pieces=0), 1, Verdict.NO),
        (Facts(pieces=0), 2, Verdict.NEARLY),
        (Facts(pieces=1), 2, Verdict.UNKNOWN),
        (Facts(), 0, Verdict.UNKNOWN),
    ],
)
def test_the_verdict_follows_from_what_is_not_met(
    facts: Facts, near: int, verdict: Verdict
) -> None:
    asked = make_programme(LocalStock(), LeadTime(days=3), near=near)

    assert judge(asked, facts, {}).verdict is verdict


def test_what_is_barred_is_no_whatever_else_is_met() -> None:
    words = {("rating", "aliexpress_ru"): Word(holds=True, number=Decimal(1))}

    assert judge(make_programme(Rating(at_least=Decimal(4))), Facts(), words).verdict is Verdict.NO


def test_a_programme_without_conditions_lets_nothing_in() -> None:
    judged = judge(make_programme(), Facts(pieces=9, lead_days=1), {})

    assert judged.verdict is Verdict.UNKNOWN
    assert [one.code for one in judged.lacks] == ["conditions.unknown"]


KIND = some.sampled_from([case[0] for case in CASES])


@given(some.lists(KIND, unique_by=lambda one: one.kind, min_size=1))
def test_nothing_known_passes_nothing(conditions: list[Conditions]) -> None:
    judged = judge(make_programme(*conditions), Facts(), {})

    assert judged.verdict is not Verdict.QUALIFIES
    assert len(judged.lacks) == len(conditions)


@given(
    some.lists(KIND, unique_by=lambda one: one.kind),
    some.sampled_from(CASES),
)
def test_qualifies_exactly_where_nothing_is_lacking(
    conditions: list[Conditions], case: tuple[Conditions, Facts, Words, list[str]]
) -> None:
    judged = judge(make_programme(*conditions), case[1], case[2])

    assert (judged.verdict is Verdict.QUALIFIES) == (not judged.lacks)


@pytest.mark.parametrize(("condition", "facts", "words", "expected"), CASES)
def test_every_lack_has_a_sentence_and_a_mend(
    condition: Conditions, facts: Facts, words: Words, expected: list[str]
) -> None:
    asked = make_programme(condition)
    for lack in judge(asked, facts, words).lacks:
        found = said(asked, lack.code, pieces=lack.pieces, warehouse="MSK")
        assert "{" not in found.message + found.mend
        assert lack.code in KINDS


def test_the_mend_names_the_warehouse_or_that_there_is_none() -> None:
    asked = make_programme(LocalStock(pieces=40))

    near = said(asked, "local_stock.missing", pieces=40, warehouse="MSK")
    none = said(asked, "local_stock.missing", pieces=40)

    assert near.mend == "Bring them to the warehouse MSK and count them in. Pieces: 40."
    assert none.mend == "Add a warehouse in RU and bring them there. Pieces: 40."
    several = said(asked, "local_stock.missing", pieces=40, warehouse=None)
    assert several.mend == "Bring them to a warehouse in RU and count them in. Pieces: 40."
    assert How.MISSING.value in near.code
