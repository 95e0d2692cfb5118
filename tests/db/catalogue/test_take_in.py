"""What taking a feed in promises, with a reader that stands in memory."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.db.catalogue.readers import BROKEN, Broken, MemoryReader, make_offer, opening

from torgpred.catalogue import selectors, services
from torgpred.catalogue.core.offers import Category, Offer
from torgpred.catalogue.core.reading import Scope
from torgpred.catalogue.services import IntakeReport
from torgpred.runtime.scope import scope


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "feed.yml"
    file.write_text("stands in memory")
    return file


def take(
    seller: int,
    path: Path,
    *content: Offer | Broken,
    **overrides: Any,  # noqa: ANN401 - any field of the reader
) -> IntakeReport:
    feed = overrides.pop("feed", "main")
    accept = overrides.pop("accept_missing", False)
    reader = MemoryReader(content, **overrides)
    return services.take_in(
        seller_id=seller,
        feed_name=feed,
        path=path,
        actor="test",
        accept_missing=accept,
        open_reader=opening(reader),
    )


def catalogue(seller: int) -> dict[str, Offer]:
    with scope(seller):
        return {
            offer.key: offer
            for _, offers in selectors.stream_products(seller)
            for _, offer in offers
        }


def test_a_first_reading_takes_every_offer(seller_a: int, path: Path) -> None:
    offers = [make_offer(f"A{n}", price=Decimal(n)) for n in range(1, 6)]
    report = take(seller_a, path, *offers)
    assert (report.outcome, report.number) == ("taken", 1)
    assert (report.counts.entries, report.counts.added, report.counts.taken) == (5, 5, 5)
    assert catalogue(seller_a) == {offer.key: offer for offer in offers}
    assert selectors.categories(seller_a)["7"].path == ("Чайники",)
    kept = selectors.intake(seller_a, report.intake_id)
    assert kept is not None
    assert kept.counts["added"] == 5
    assert kept.actor == "test"


def test_unchanged_offers_are_not_parsed_whatever_their_order(seller_a: int, path: Path) -> None:
    offers = [make_offer(f"A{n}") for n in range(50)]
    take(seller_a, path, *offers)
    random.Random(1).shuffle(offers)
    offers[17] = make_offer(offers[17].key, price=Decimal(7))
    reader = MemoryReader(offers)
    report = services.take_in(
        seller_id=seller_a, feed_name="main", path=path, actor="t", open_reader=opening(reader)
    )
    assert reader.parsed == [18]
    assert (report.counts.unchanged, report.counts.changed, report.counts.added) == (49, 1, 0)
    assert catalogue(seller_a)[offers[17].key].price == 7


def test_batches_join_to_one_catalogue(seller_a: int, path: Path) -> None:
    offers = [make_offer(f"A{n}") for n in range(2_500)]
    twice = [*offers, make_offer("A3", name="again")]
    report = take(seller_a, path, *twice)
    assert (report.counts.added, report.counts.duplicates) == (2_500, 1)
    assert catalogue(seller_a) == {offer.key: offer for offer in offers}


def test_a_changed_price_ends_a_period_and_begins_the_next(seller_a: int, path: Path) -> None:
    take(seller_a, path, make_offer("A1"), make_offer("A2"))
    take(seller_a, path, make_offer("A1", price=Decimal(90)), make_offer("A2", name="renamed"))
    first, second = selectors.prices_of(seller_a, "A1")
    assert (first.amount, first.valid_to) == (Decimal("100.50"), second.valid_from)
    assert (second.amount, second.valid_to) == (Decimal(90), None)
    assert len(selectors.prices_of(seller_a, "A2")) == 1


def test_a_price_that_goes_away_ends_its_period(seller_a: int, path: Path) -> None:
    take(seller_a, path, make_offer("A1"))
    take(seller_a, path, make_offer("A1", price=None))
    (only,) = selectors.prices_of(seller_a, "A1")
    assert only.valid_to is not None
    take(seller_a, path, make_offer("A1", price=Decimal(5)))
    assert [p.amount for p in selectors.prices_of(seller_a, "A1")] == [Decimal("100.50"), 5]


def test_prices_that_are_none_make_no_period(seller_a: int, path: Path) -> None:
    absurd = [
        make_offer("A1", price=Decimal(10) ** 30),
        make_offer("A2", price=Decimal(-1)),
        make_offer("A3", price=Decimal("NaN")),
    ]
    assert take(seller_a, path, *absurd).counts.added == 3
    assert [selectors.prices_of(seller_a, o.key) for o in absurd] == [[], [], []]


def test_what_a_complete_catalogue_lacks_is_missing_and_may_return(
    seller_a: int, path: Path
) -> None:
    offers = [make_offer(f"A{n}") for n in range(5)]
    take(seller_a, path, *offers)
    report = take(seller_a, path, *offers[:3])
    assert report.missing == ("A3", "A4")
    assert selectors.missing_keys(seller_a) == ["A3", "A4"]
    assert set(catalogue(seller_a)) == {"A0", "A1", "A2"}
    again = take(seller_a, path, *offers[:3])
    assert again.missing == ()
    changed = make_offer("A4", name="new")
    back = take(seller_a, path, *offers[:4], changed)
    assert (back.counts.returned, back.missing) == (2, ())
    assert selectors.missing_keys(seller_a) == []
    assert catalogue(seller_a)["A4"].name == "new"


def test_a_cut_file_removes_nothing(seller_a: int, path: Path) -> None:
    offers = [make_offer(f"A{n}") for n in range(5)]
    take(seller_a, path, *offers)
    report = take(seller_a, path, offers[0], complete=False)
    assert report.missing == ()
    assert report.finding_totals == {"catalogue.nothing_removed": 1}
    assert len(catalogue(seller_a)) == 5


def test_losing_more_than_half_needs_a_word(seller_a: int, path: Path) -> None:
    offers = [make_offer(f"A{n}") for n in range(40)]
    take(seller_a, path, *offers)
    report = take(seller_a, path, *offers[:15])
    assert report.finding_totals == {"catalogue.too_many_missing": 1}
    assert len(catalogue(seller_a)) == 40
    assert take(seller_a, path, *offers[:15], accept_missing=True).counts.missing == 25


def test_a_file_without_offers_changes_nothing(seller_a: int, path: Path) -> None:
    take(seller_a, path, make_offer("A1"))
    found = [BROKEN.at("line 1")]
    report = take(seller_a, path, complete=False, found=found, categories={})
    assert report.outcome == "failed"
    assert selectors.findings(seller_a, report.intake_id) == found
    assert selectors.categories(seller_a) != {}
    assert take(seller_a, path, accept_missing=True).missing == ()


def test_a_broken_element_does_not_make_its_offer_missing(seller_a: int, path: Path) -> None:
    take(seller_a, path, make_offer("A1"), make_offer("A2"), make_offer("A3"))
    report = take(seller_a, path, make_offer("A1"), Broken("A2"))
    assert report.missing == ("A3",)
    assert report.counts.broken == 1
    assert report.finding_totals == {"test.broken": 1}


@pytest.mark.parametrize("gap", [0, 1_500])
def test_of_one_key_the_first_in_the_file_wins(seller_a: int, path: Path, gap: int) -> None:
    between = [make_offer(f"B{n}") for n in range(gap)]
    first, second = make_offer("A1", name="first"), make_offer("A1", name="second")
    report = take(seller_a, path, first, *between, second)
    assert catalogue(seller_a)["A1"].name == "first"
    assert report.counts.duplicates == 1
    assert report.findings[0].value == "A1"
    assert report.findings[0].place == f"line {gap + 2}"

    # Now the known one stands second: the other wins, and the known one is the duplicate.
    report = take(seller_a, path, second, *between, first)
    assert catalogue(seller_a)["A1"].name == "second"
    assert (report.counts.duplicates, report.counts.changed) == (1, 1)
    assert report.counts.unchanged == gap
    assert report.missing == ()

    # And the known one first: nothing changes.
    report = take(seller_a, path, second, *between, first)
    assert catalogue(seller_a)["A1"].name == "second"
    assert (report.counts.duplicates, report.counts.changed) == (1, 0)
    assert report.counts.entries == report.counts.taken + 1


def test_the_very_same_element_twice_is_a_duplicate(seller_a: int, path: Path) -> None:
    for _ in range(2):
        report = take(seller_a, path, make_offer("A1"), make_offer("A1"))
        assert (report.counts.taken, report.counts.duplicates) == (1, 1)
        assert report.findings[0].value == "A1"


@pytest.mark.parametrize("at_head", list(Scope))
def test_a_partial_file_changes_prices_and_stocks_and_nothing_else(
    seller_a: int, path: Path, at_head: Scope
) -> None:
    known = make_offer("A1", old_price=Decimal(200))
    take(seller_a, path, known, make_offer("A2"))
    report = take(
        seller_a,
        path,
        Offer(key="A1", product_key="A1", price=Decimal(80), quantity=3),
        Offer(key="X", product_key="X", price=Decimal(1)),
        at_head=at_head,
        at_end=Scope.PARTIAL,
        feed="stocks",
    )
    assert (report.counts.changed, report.counts.left_out, report.counts.missing) == (1, 1, 0)
    assert report.finding_totals == {"catalogue.unknown_offer": 1}
    now = catalogue(seller_a)
    assert set(now) == {"A1", "A2"}
    assert (now["A1"].name, now["A1"].price, now["A1"].quantity) == (known.name, 80, 3)
    assert now["A1"].old_price is None
    assert now["A1"].currency == "RUB"
    # The catalogue is still recognised by its digests, and still the feed of its offers.
    again = take(seller_a, path, known)
    assert (again.counts.unchanged, again.counts.parsed) == (1, 0)
    assert again.missing == ("A2",)


def test_what_was_guessed_wrong_at_the_head_leaves_no_trace(seller_a: int, path: Path) -> None:
    report = take(seller_a, path, make_offer("A1"), at_head=Scope.PARTIAL)
    assert (report.scope, report.counts.added) == ("catalogue", 1)
    assert report.findings == ()


def test_two_feeds_of_a_seller_do_not_fight_over_an_offer(seller_a: int, path: Path) -> None:
    take(seller_a, path, make_offer("A1"), make_offer("A2"))
    report = take(seller_a, path, make_offer("A1", name="other"), make_offer("B1"), feed="second")
    assert (report.counts.added, report.counts.left_out) == (1, 1)
    assert report.findings[0].code == "catalogue.other_feed"
    assert "main" in report.findings[0].message
    assert set(catalogue(seller_a)) == {"A1", "A2", "B1"}
    take(seller_a, path, make_offer("A2"))
    report = take(seller_a, path, make_offer("A1", name="other"), make_offer("B1"), feed="second")
    assert report.counts.returned == 1
    assert catalogue(seller_a)["A1"].name == "other"


def test_sellers_do_not_see_each_other(seller_a: int, seller_b: int, path: Path) -> None:
    take(seller_a, path, make_offer("A1", name="of a"), make_offer("A2"))
    report = take(seller_b, path, make_offer("A1", name="of b"))
    assert (report.counts.added, report.counts.left_out) == (1, 0)
    assert {key: offer.name for key, offer in catalogue(seller_b).items()} == {"A1": "of b"}
    assert len(catalogue(seller_a)) == 2
    assert selectors.intake(seller_b, 1) is None or selectors.feeds(seller_b)[0].name == "main"
    with scope(seller_b), connection.cursor() as cursor:
        for table in ("offer", "offer_content", "price", "intake", "feed", "category"):
            cursor.execute(f"SELECT count(*), min(seller_id) FROM catalogue_{table}")
            assert cursor.fetchone() == (1, seller_b), table


def test_findings_are_counted_beyond_those_that_are_kept(seller_a: int, path: Path) -> None:
    report = take(seller_a, path, make_offer("A1"), *[Broken() for _ in range(500)])
    assert report.finding_totals == {"test.broken": 500}
    assert len(report.findings) == 200
    assert len(selectors.findings(seller_a, report.intake_id)) == 200


def test_texts_that_the_database_cannot_hold_are_taken_all_the_same(
    seller_a: int, path: Path
) -> None:
    odd = make_offer("A\x001", product_key="g" * 5_000, name='"\\N\t\n\x00"', currency="")
    assert take(seller_a, path, odd).counts.added == 1
    (offer,) = catalogue(seller_a).values()
    assert offer == odd


def test_categories_follow_the_latest_complete_catalogue(seller_a: int, path: Path) -> None:
    def named(*names: str) -> dict[str, Category]:
        return {name: Category(key=name, name=name, path=(name,)) for name in names}

    take(seller_a, path, make_offer("A1"), categories=named("a", "b"))
    take(seller_a, path, make_offer("A1"), categories=named("b", "c"), complete=False)
    assert set(selectors.categories(seller_a)) == {"a", "b", "c"}
    renamed = {**named("c"), "b": Category(key="b", name="B", path=("B",))}
    take(seller_a, path, make_offer("A1"), categories=renamed)
    assert selectors.categories(seller_a) == renamed
