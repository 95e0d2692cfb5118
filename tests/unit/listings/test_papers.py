# ruff: noqa: ANN401 - overrides are checked by the structs they go to
"""Duties and papers: what holds, what is only told, and when a digest changes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.listings.making import make_context, make_offer

from torgpred.catalogue.core.offers import Category, Offer
from torgpred.catalogue.core.papers import NEAR, Paper, PaperKind, Standing
from torgpred.channels.core.contract import MarketCategory
from torgpred.listings.core.attributes import AttributeMatcher
from torgpred.listings.core.context import Context
from torgpred.listings.core.desired import Desired, Product, desire
from torgpred.listings.core.duties import Duty, DutyBook, of_day
from torgpred.listings.core.eligibility import Eligibility
from torgpred.listings.library import library

DAY = date(2026, 11, 25)
SOON = DAY + timedelta(days=10)
PAST = DAY - timedelta(days=1)
MARK = PaperKind.MARKING


def make_duty(**overrides: Any) -> Duty:
    told: dict[str, Any] = {
        "code": "own.underwear",
        "title": "Underwear is to be marked",
        "since": date(2025, 3, 1),
        "source": "decree 1",
        "needs": (MARK,),
        "words": ("термобелье",),
        "in_force": True,
    }
    return Duty(**(told | overrides))


def make_paper(**overrides: Any) -> Paper:
    told: dict[str, Any] = {
        "id": 1,
        "kind": MARK,
        "number": "N-1",
        "issuer": "",
        "valid_from": None,
        "valid_until": None,
        "group_by": "category",
        "category": "7",
        "keys": (),
        "brand": "",
        "file": "",
        "file_name": "",
        "given_by": "anna",
        "given_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Paper(**(told | overrides))


def make_eligibility(
    *duties: Duty, papers: tuple[Paper, ...] = (), day: date = DAY, **more: Any
) -> Eligibility:
    return Eligibility(
        family=more.pop("family", "aliexpress_ru"), day=day, duties=duties, papers=papers, **more
    )


def wanted(eligibility: Eligibility, *offers: Offer, **context: Any) -> Desired:
    return desire(
        Product(offers or (make_offer(),)), make_context(eligibility=eligibility, **context)
    )


def codes(made: Desired) -> list[str]:
    return [one.code for one in made.remarks]


HOLDING = {"paper.missing", "paper.ended", "goods.forbidden"}

CASES: list[tuple[dict[str, Any], list[dict[str, Any]], list[str]]] = [
    ({}, [], ["paper.missing"]),
    ({"in_force": False}, [], ["paper.advised"]),
    ({"in_force": False, "silent": True}, [], []),
    ({}, [{}], []),
    ({}, [{"category": "1"}], []),
    ({}, [{"category": "8"}], ["paper.missing"]),
    ({}, [{"group_by": "all", "category": ""}], []),
    ({}, [{"group_by": "keys", "category": "", "keys": ("A-1",)}], []),
    ({}, [{"group_by": "keys", "category": "", "keys": ("B",)}], ["paper.missing"]),
    ({}, [{"kind": PaperKind.LICENCE}], ["paper.missing"]),
    ({"needs": (PaperKind.LICENCE, MARK)}, [{}], []),
    ({}, [{"valid_from": SOON}], ["paper.missing"]),
    ({}, [{"valid_until": PAST}], ["paper.ended"]),
    ({}, [{"valid_until": DAY}], ["paper.ending"]),
    ({}, [{"valid_until": SOON}], ["paper.ending"]),
    ({}, [{"valid_until": DAY + NEAR}], []),
    ({}, [{"valid_until": PAST}, {"id": 2}], []),
    ({}, [{"valid_until": SOON}, {"id": 2}], []),
    ({"in_force": False}, [{"valid_until": PAST}], ["paper.ended_told"]),
    ({"needs": (), "forbids": True}, [], ["goods.forbidden"]),
    ({"needs": (), "forbids": True}, [{}], ["goods.forbidden"]),
    ({"needs": (), "forbids": True, "in_force": False}, [], ["goods.restricted"]),
    ({"programme": "mall"}, [], ["programme.not_eligible"]),
    ({"programme": "mall"}, [{}], []),
    ({"since": SOON}, [], ["paper.advised"]),
    ({"since": DAY + NEAR + timedelta(days=1)}, [], []),
    ({"until": PAST}, [], []),
    ({"families": ("other",)}, [], []),
    ({"words": ("термобелье детское",)}, [], []),
    ({"words": ("мужское белье",)}, [], ["paper.missing"]),  # name and category together
    ({"words": ("теплое термобелье",)}, [], ["paper.missing"]),
    ({"without": ("мужское",)}, [], []),
    ({"words": ("=термобелье",)}, [], ["paper.missing"]),
    ({"words": ("=термобелья",)}, [], []),
    ({"words": ("белье",)}, [], ["paper.missing"]),  # the category's own name
    ({"words": ("одежда",)}, [], []),  # a higher category joins many trades
    ({"words": (), "categories": ("100",)}, [], ["paper.missing"]),
    ({"words": (), "categories": ("1000",)}, [], ["paper.missing"]),
    ({"words": (), "categories": ("101",)}, [], []),
    ({"words": (), "tnved": ("6109",)}, [], []),
]


@pytest.mark.parametrize(("duty", "papers", "said"), CASES)
def test_what_a_duty_does(
    duty: dict[str, Any], papers: list[dict[str, Any]], said: list[str]
) -> None:
    eligibility = make_eligibility(
        make_duty(**duty),
        papers=tuple(make_paper(**one) for one in papers),
        parents={"100": "1000", "1000": ""},
    )
    made = wanted(eligibility)
    assert codes(made) == said
    assert made.ready is HOLDING.isdisjoint(said)
    for one in made.remarks:
        assert one.finding.message
        assert one.finding.mend
        assert one.group == "7"


def test_a_code_of_customs_points_at_a_duty_by_its_beginning() -> None:
    duty = make_duty(words=(), tnved=("6109",))
    offer = make_offer(tnved=("6109100000",))
    assert codes(wanted(make_eligibility(duty), offer)) == ["paper.missing"]
    other = make_offer(tnved=("6110100000",))
    assert codes(wanted(make_eligibility(duty), other)) == []


def test_a_hold_names_duty_and_command_and_groups_by_them() -> None:
    (one,) = wanted(make_eligibility(make_duty())).holds
    assert (one.fact, one.group, one.sku) == ("duty:own.underwear", "7", "")
    assert "since 2025-03-01 (decree 1)" in one.finding.message
    assert "paper add SELLER marking_registration NUMBER --category 7" in one.finding.mend


def test_an_ended_paper_of_a_kind_in_force_holds_goods_that_no_duty_names() -> None:
    elsewhere = make_duty(words=("фейерверк",))
    ended = make_paper(valid_until=PAST)
    assert codes(wanted(make_eligibility(elsewhere, papers=(ended,)))) == ["paper.ended"]
    told = make_eligibility(make_duty(words=("фейерверк",), in_force=False), papers=(ended,))
    assert codes(wanted(told)) == ["paper.ended_told"]
    made = wanted(told)
    assert made.ready
    assert "2026-11-24" in made.remarks[0].finding.message


def test_a_paper_of_one_variant_frees_that_variant_alone() -> None:
    paper = make_paper(group_by="keys", category="", keys=("A-1",))
    matcher = AttributeMatcher(MarketCategory("100", "Термобельё"))
    offers = [make_offer(key=key, product_key="P", params=()) for key in ("A-1", "A-2")]
    made = wanted(
        make_eligibility(make_duty(), papers=(paper,)), *offers, matchers={"100": matcher}
    )
    missing = [one for one in made.holds if one.code == "paper.missing"]
    assert [(one.sku, one.finding.place) for one in missing] == [("A-2", "A-2")]


BRANDED = make_duty(
    code="brand", words=(), branded=True, needs=(PaperKind.TRADEMARK, PaperKind.LETTER)
)


@pytest.mark.parametrize(
    ("vendor", "brand", "said"),
    [
        ("", "", []),
        ("Север", None, ["paper.missing"]),
        ("СЕВЕР", "«Север»", []),
        ("Север", "Юг", ["paper.missing"]),
        ("Север", "", []),
    ],
)
def test_a_brand_needs_a_paper_that_names_it(
    vendor: str, brand: str | None, said: list[str]
) -> None:
    papers: tuple[Paper, ...] = ()
    if brand is not None:
        papers = (make_paper(kind=PaperKind.TRADEMARK, group_by="all", category="", brand=brand),)
    made = wanted(make_eligibility(BRANDED, papers=papers), make_offer(vendor=vendor))
    assert codes(made) == said


def test_products_of_two_brands_in_one_category_are_judged_each_by_its_own() -> None:
    paper = make_paper(kind=PaperKind.LETTER, group_by="all", category="", brand="Юг")
    context = make_context(eligibility=make_eligibility(BRANDED, papers=(paper,)))
    for _ in range(2):  # what was said is remembered
        south = desire(Product((make_offer(vendor="Юг"),)), context)
        north = desire(Product((make_offer(vendor="Север"),)), context)
        assert (codes(south), codes(north)) == ([], ["paper.missing"])


def test_a_duty_in_force_takes_the_place_of_the_librarys() -> None:
    told = make_duty(in_force=False, title="told", families=("aliexpress_ru",))
    forced = make_duty(title="forced")
    assert [one.title for one in of_day([told, forced], DAY)] == ["forced"]
    ended = make_duty(title="forced", until=PAST)
    assert [one.title for one in of_day([told, ended], DAY)] == ["told"]


def test_duties_that_are_only_told_are_told_together_while_they_fit() -> None:
    told = [
        make_duty(code=f"d{n}", title=f"Duty number {n} " + "x" * 60, in_force=False)
        for n in range(5)
    ]
    made = wanted(make_eligibility(*told))
    assert [one.fact for one in made.remarks] == ["duty:d0", "duty:d2", "duty:d4"]
    shown = " ".join(one.finding.message for one in made.remarks)
    assert all(f"{duty.title}, since 2025-03-01" in shown for duty in told)


# --- digests ------------------------------------------------------------------------------------
def digest(day: date, *duties: Duty, papers: tuple[Paper, ...] = ()) -> bytes:
    return make_context(eligibility=make_eligibility(*duties, papers=papers, day=day)).digest("7")


def test_a_day_that_passes_changes_nothing_unless_something_begins_nears_its_end_or_ends() -> None:
    duty = make_duty(since=date(2026, 6, 1), until=date(2026, 10, 1))
    paper = make_paper(valid_from=date(2026, 3, 1), valid_until=date(2026, 8, 31))
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    seen = [digest(day, duty, papers=(paper,)) for day in days]
    changes = [
        day
        for day, (before, after) in zip(days[1:], pairwise(seen), strict=True)
        if before != after
    ]
    assert changes == [
        date(2026, 3, 1),  # the paper begins
        date(2026, 5, 2),  # the duty begins within 30 days
        date(2026, 6, 1),  # it begins
        date(2026, 8, 2),  # the paper ends within 30 days
        date(2026, 9, 1),  # it has ended
        date(2026, 10, 2),  # the duty has ended
    ]


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_equal_digests_say_the_same(one: date, other: date, until: date) -> None:
    duty, paper = make_duty(), make_paper(valid_until=until)
    if digest(one, duty, papers=(paper,)) == digest(other, duty, papers=(paper,)):
        first, second = (make_eligibility(duty, papers=(paper,), day=day) for day in (one, other))
        assert wanted(first).remarks == wanted(second).remarks


def test_a_paper_of_another_category_changes_no_digest() -> None:
    duty = make_duty()
    other = make_paper(category="8")
    assert digest(DAY, duty, papers=(other,)) == digest(DAY, duty)
    assert digest(DAY, duty, papers=(make_paper(),)) != digest(DAY, duty)


def test_papers_of_single_offers_are_in_their_own_digests_only() -> None:
    paper = make_paper(group_by="keys", category="", keys=("A-1",))
    assert digest(DAY, make_duty(), papers=(paper,)) == digest(DAY, make_duty())

    def of(key: str, day: date, *papers: Paper) -> bytes:
        eligibility = make_eligibility(make_duty(), papers=papers, day=day)
        context: Context = make_context(eligibility=eligibility)
        return context.input_digest([b"x"], "7", [key], "RUB")

    assert of("A-1", DAY, paper) != of("A-1", DAY)
    assert of("B-1", DAY, paper) == of("B-1", DAY)
    assert of("A-1", DAY, paper) == of("A-1", DAY + timedelta(days=400), paper)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 2, 28), Standing.AHEAD),
        (date(2026, 3, 1), Standing.VALID),
        (date(2026, 8, 1), Standing.VALID),
        (date(2026, 8, 2), Standing.ENDING),
        (date(2026, 8, 31), Standing.ENDING),
        (date(2026, 9, 1), Standing.ENDED),
    ],
)
def test_how_a_paper_stands(day: date, standing: Standing) -> None:
    paper = make_paper(valid_from=date(2026, 3, 1), valid_until=date(2026, 8, 31))
    assert paper.standing(day) is standing


# --- the library --------------------------------------------------------------------------------
LIBRARY = [
    ("Кроссовки мужские Бег 42", {"mark.footwear", "tr.light_industry"}),
    ("Крем для обуви чёрный", set()),
    ("Шампунь для волос «Хвоя», 250 мл", {"mark.cosmetics", "tr.cosmetics"}),
    ("Мёд липовый, 500 г", {"tr.food"}),
    ("Провод медный 2,5 мм", set()),
    ("Вейп многоразовый", {"restricted.tobacco"}),
    ("Водка подарочная 0,5 л", {"restricted.alcohol"}),
    ("Рюмки для водки, 6 шт", set()),
    ("Пистолет игрушечный водяной", set()),
    ("Парковочный столбик", set()),
    ("Настольная игра «Дачный сезон»", {"mark.toys", "tr.toys"}),
    ("Thermal underwear set, L", {"mark.underwear", "tr.light_industry"}),
    ("Тарелка керамическая 10 дюймов, серый", set()),
]


@pytest.mark.parametrize(("name", "expected"), LIBRARY)
def test_names_point_at_duties_of_the_library(name: str, expected: set[str]) -> None:
    book = DutyBook(library())
    assert {book.duties[place].code for place in book.of_name(name)} == expected


def test_the_library_holds_nothing_and_owns_up_to_being_unverified() -> None:
    for one in library():
        assert not one.in_force
        assert "not verified" in one.source, one.code
        assert bool(one.needs) != one.forbids, one.code
        assert one.words or one.tnved or one.branded, one.code
        assert all(2 <= len(code) <= 10 and code.isdigit() for code in one.tnved), one.code
    assert len({one.code for one in library()}) == len(library())


@given(st.text(max_size=60), st.text(max_size=20))
def test_more_words_of_no_duty_change_nothing(name: str, code: str) -> None:
    book = DutyBook(library())
    assert book.of_name(f"{name} 12-{len(code)}") == book.of_name(name)


@given(st.permutations(["детский", "велосипед", "красный", "для", "мальчика"]))
def test_the_order_of_words_does_not_matter(order: list[str]) -> None:
    book = DutyBook(library())
    assert book.of_name(" ".join(order)) == book.of_name("велосипед для мальчика детский красный")


def test_a_category_that_stands_in_a_circle_ends() -> None:
    circle = {"7": Category("7", "Бельё", "8"), "8": Category("8", "Ы", "7")}
    eligibility = make_eligibility(
        make_duty(), papers=(make_paper(category="8"),), parents={"100": "200", "200": "100"}
    )
    assert codes(wanted(eligibility, categories=circle)) == []
